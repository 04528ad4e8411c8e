// SPDX-License-Identifier: Apache-2.0
// Any text is a router with NBAR, or an error with words; every packet has a fate there, and what is proved holds.
#include <assert.h>
#include <stdlib.h>

#include "contain/nbar.h"
#include "model/flow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const in[] = { "Serial0/0" }, *const url[] = { "/default.ida?N" };
	const struct nbar_wish wish = { in, 1, "Ethernet0", url, 1 };
	struct err e = {};
	struct nbar *n = nbar_read((struct str){ (const char *)data, len }, &e);
	if (!n) {
		assert(e.text[0]);
		return 0;
	}
	struct nbar_packet p = { .packet = { .proto = PROTO_TCP, .dport = 80 },
		.in = "Serial0/0",
		.out = "Ethernet0",
		.url = { url[0], strlen(url[0]) } };
	p.packet.src = addr_v4(0x0a000001);
	p.packet.dst = addr_v4(0x0a000002);
	assert(nbar_judge(n, &p) < N_ACTIONS);
	if (nbar_prove(n, &wish, &e))
		assert(nbar_judge(n, &p) == ACTION_DENY);
	else
		assert(e.text[0]);
	free(n);
	return 0;
}
