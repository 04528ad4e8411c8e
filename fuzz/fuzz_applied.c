// SPDX-License-Identifier: Apache-2.0
// Any text is what a device filters, or an error with words; each rule of it is made of whole spans.
#include <assert.h>

#include "contain/applied.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct applied a;
	struct err e = {};
	if (!applied_read((struct str){ (const char *)data, len }, NULL, &a, &e)) {
		assert(e.text[0]);
		applied_fini(&a);
		return 0;
	}
	assert(a.n_unknown <= a.policy.n);
	for (size_t i = 0; i < a.policy.n; i++)
		for (enum dim d = 0; d < N_DIMS; d++)
			assert(a.policy.rule[i].box.of[d].lo <= a.policy.rule[i].box.of[d].hi);
	applied_fini(&a);
	return 0;
}
