// SPDX-License-Identifier: Apache-2.0
// Any text is a file of signatures or an error with words; what was accepted holds together.
#include <assert.h>

#include "base/literals.h"
#include "detect/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = {};
	struct signatures *s = signatures_new(&e);
	struct signature_room *room = signature_room_new();
	assert(s && room);
	size_t n = signatures_count(s);
	bool ok = signatures_parse(s, (struct str){ (const char *)data, len }, "f", &e);
	assert(ok || e.text[0]);
	struct str literal[LITERALS_MAX];
	assert(!ok || (signatures_count(s) >= n && signatures_literals(s, literal) > 0));
	struct request q = { .line = STR("/a"),
		.path = STR("/default.ida"),
		.query = STR("a=b"),
		.agent = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
		.has = REQUEST_MARKED };
	struct signature_match m;
	if (ok && signatures_match(s, room, &q, &m))
		assert(m.signature->id[0] && m.pattern < SIGNATURE_PATTERNS_MAX);
	signature_room_free(room);
	signatures_free(s);
	return 0;
}
