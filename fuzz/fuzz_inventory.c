// SPDX-License-Identifier: Apache-2.0
// Any text is an inventory or an error with words; lookups in what was accepted hold together.
#include <assert.h>

#include "model/inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = {};
	struct inventory *inv = inventory_parse((struct str){ (const char *)data, len }, "f", &e);
	assert(inv || e.text[0]);

	struct scanner_iter it = { .inventory = inv };
	for (const struct declared_scanner *s; (s = scanner_next(&it));) {
		assert(s->reason[0] && s->expires_ms % 86400000 == 0);
		assert(inventory_scanner(inv, &s->where.addr, s->expires_ms - 1));
	}
	static const uint32_t ip[] = { 0, 0x0a000035, 0x0a010203, 0xc0000201, UINT32_MAX };
	for (size_t i = 0; i < countof(ip); i++) {
		struct addr a = addr_v4(ip[i]);
		enum role role = inventory_role(inv, &a);
		assert(role == ROLE_NONE || role_name(role));
		assert(inventory_own(inv, &a) != OWN_UNKNOWN || !inventory_has_networks(inv));
		assert(inventory_sampling(inv, &a) <= 1 << 24);
		inventory_is_dark(inv, &a);
	}
	inventory_free(inv);
	return 0;
}
