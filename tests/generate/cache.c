// SPDX-License-Identifier: Apache-2.0
// What a router prints of its flow cache at one moment (show ip cache flow): no times, no flags, no bytes.
#include <stdio.h>

#include "generate/export.h"

static void write_all(const struct export *x, const struct dialect *)
{
	static const char *const interface[] = { "", "Gi0/1", "Se0/0" };
	static const char head[] = "router#show ip cache flow\n\n"
				   "SrcIf         SrcIPaddress    DstIf         DstIPaddress    "
				   "Pr SrcP DstP  Pkts\n";
	capture_put_text(x->out, (struct bytes){ (const uint8_t *)head, sizeof head - 1 });
	for (size_t i = 0; i < x->n; i++) {
		const struct flow *f = &x->trace[i].flow;
		char src[ADDR_TEXT_BYTES], dst[ADDR_TEXT_BYTES], row[128];
		int n = snprintf(row, sizeof row, "%-13s %-15s %-13s %-15s %02X %04X %04X %5llu\n",
			interface[export_interface(&f->src)], addr_format(&f->src, src),
			interface[export_interface(&f->dst)], addr_format(&f->dst, dst), f->proto,
			f->src_port, f->dst_port, (unsigned long long)f->packets);
		capture_put_text(x->out, (struct bytes){ (const uint8_t *)row, (size_t)n });
	}
}

const struct format cache_format = { "cache", .is_snapshot = true, .max_sampling = 1,
	.write = write_all };
