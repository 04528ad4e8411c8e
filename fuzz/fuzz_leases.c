// SPDX-License-Identifier: Apache-2.0
// Any text is a lease file: what comes out has an address, a MAC address and a name that steers nothing.
#include <assert.h>

#include "decode/leases.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void take(void *ctx, const struct lease *l)
{
	size_t *n = ctx;
	char room[MAC_TEXT_BYTES];
	struct mac again;
	assert(mac_is_told(&l->mac));
	mac_format(&l->mac, room);
	assert(mac_parse((struct str){ room, strlen(room) }, &again) && mac_eq(&again, &l->mac));
	assert(strnlen(l->name, sizeof l->name) < sizeof l->name);
	for (const char *p = l->name; *p; p++)
		assert(*p > ' ' && *p < 0x7f);
	(*n)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t n = 0;
	struct lease_report report;
	leases_decode((struct str){ (const char *)data, len }, take, &n, &report);
	assert(n + report.n_without_mac == report.n_leases);
	assert((report.n_bad == 0) == (report.bad[0] == 0));
	assert(report.format < N_LEASE_FORMATS);
	return 0;
}
