// SPDX-License-Identifier: Apache-2.0
// Any text is a filter of connection rates; each line of its list is made of whole spans, or unknown.
#include <assert.h>

#include "contain/procurve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct throttle t;
	struct err e = {};
	assert(throttle_read((struct str){ (const char *)data, len }, &t, &e));
	assert(t.n_unread <= t.policy.n + len);
	for (size_t i = 0; i < t.policy.n; i++)
		for (enum dim d = 0; d < N_DIMS; d++)
			assert(t.policy.rule[i].box.of[d].lo <= t.policy.rule[i].box.of[d].hi);
	(void)throttle_blocks(&t, "A1");
	throttle_fini(&t);
	return 0;
}
