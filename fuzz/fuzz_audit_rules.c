// SPDX-License-Identifier: Apache-2.0
// Any text is a file of rules or an error with words; what was accepted can be told.
#include <assert.h>

#include "audit/conclude.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char text[] = "ip route 0.0.0.0 0.0.0.0 Vlan3\nno ip cef\n";
	struct err e = {};
	struct rulebook *rules = rulebook_new(&e);
	assert(rules);
	size_t n = rulebook_count(rules);
	bool ok = rulebook_parse(rules, (struct str){ (const char *)data, len }, "f", &e);
	assert(ok || e.text[0]);
	assert(!ok || rulebook_count(rules) >= n);
	struct audit *a = audit_new(&e);
	assert(a);
	assert(audit_read(a, (struct bytes){ (const uint8_t *)text, sizeof text - 1 }, "a", "a",
		EPOCH_NOW, &e));
	const struct platform *platform = rulebook_platforms(rules, &n);
	assert(audit_derive(a, platform, n, &e));
	struct conclusions *c = conclusions_new(a, rules, LANG_JA, &e);
	assert(c);
	conclusions_free(c);
	audit_free(a);
	rulebook_free(rules);
	return 0;
}
