// SPDX-License-Identifier: Apache-2.0
// Any text is a file of services or an error with words; what it protects is made of whole spans.
#include <assert.h>
#include <stdlib.h>

#include "contain/protect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char site[] = "protect:\n  - {address: 10.20.0.0/16, as: phone}\n"
				   "  - {address: 10.1.1.10, as: call-manager}\n";
	struct err e = {};
	struct services *s = services_parse((struct str){ (const char *)data, len }, "f", &e);
	assert(s || e.text[0]);
	if (!s)
		return 0;
	struct inventory *inv = inventory_parse((struct str){ site, sizeof site - 1 }, "i", &e);
	struct protection p;
	assert(inv && protection_init(&p, s, inv, NULL, &e));
	for (size_t i = 0; i < p.n; i++)
		for (enum dim d = 0; d < N_DIMS; d++)
			assert(p.shield[i].box.of[d].lo <= p.shield[i].box.of[d].hi);
	protection_fini(&p);
	inventory_free(inv);
	free(s);
	return 0;
}
