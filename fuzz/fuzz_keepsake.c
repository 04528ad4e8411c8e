// SPDX-License-Identifier: Apache-2.0
// A template or sampler that was kept, as it comes back: whatever it is, it teaches one thing or nothing.
#include <assert.h>

#include "decode/keepsake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct templates *t = templates_new();
	assert(t);
	bool is_taught = keepsake_restore((struct bytes){ data, len }, t);
	assert(!is_taught || (len > KEEPSAKE_HEADER_BYTES && len <= KEEPSAKE_MAX));
	(void)keepsake_restore_sampler((struct bytes){ data, len }, t);
	templates_free(t);
	return 0;
}
