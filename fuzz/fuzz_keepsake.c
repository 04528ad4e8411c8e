// SPDX-License-Identifier: Apache-2.0
// A template that was kept, as it comes back: whatever it is, it teaches one template or nothing.
#include <assert.h>

#include "decode/keepsake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct templates *t = templates_new();
	assert(t);
	bool is_taught = keepsake_restore((struct bytes){ data, len }, t);
	assert(!is_taught || (len > KEEPSAKE_HEADER_BYTES && len <= KEEPSAKE_MAX));
	templates_free(t);
	return 0;
}
