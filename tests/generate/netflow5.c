// SPDX-License-Identifier: Apache-2.0
// NetFlow version 5: a fixed record, IPv4 only (Cisco, "NetFlow Export Datagram Format").
#include "generate/export.h"
#include "generate/wire.h"

enum {
	V5_RECORDS = 30,
	V5_MAX_BYTES = 24 + 30 * 48,
	SAMPLING_BITS = 14,
	MODE_DETERMINISTIC = 1,
	SITE_MASK = 16
};

static void put_header(
	struct writer *w, const struct export *x, uint64_t now_ms, size_t n, uint32_t sequence)
{
	wr_u16(w, 5);
	wr_u16(w, (uint16_t)n);
	wr_u32(w, export_uptime_ms(x, now_ms));
	wr_u32(w, (uint32_t)(now_ms / 1000));
	wr_u32(w, (uint32_t)(now_ms % 1000 * 1000000));
	wr_u32(w, sequence);
	wr_u8(w, 0);
	wr_u8(w, (uint8_t)x->domain);
	wr_u16(w, (uint16_t)(x->sampling > 1 ? MODE_DETERMINISTIC << SAMPLING_BITS | x->sampling
					     : 0));
}

static void put_record(struct writer *w, const struct export *x, const struct flow *f)
{
	wr_u32(w, addr_low32(&f->src));
	wr_u32(w, addr_low32(&f->dst));
	wr_u32(w, 0);
	wr_u16(w, export_interface(&f->src));
	wr_u16(w, export_interface(&f->dst));
	wr_u32(w, (uint32_t)f->packets);
	wr_u32(w, (uint32_t)f->bytes);
	wr_u32(w, export_uptime_ms(x, f->first_ms));
	wr_u32(w, export_uptime_ms(x, f->last_ms));
	wr_u16(w, f->src_port);
	wr_u16(w, f->dst_port);
	wr_u8(w, 0);
	wr_u8(w, f->tcp_flags);
	wr_u8(w, f->proto);
	wr_u8(w, 0);
	wr_u32(w, 0); // AS numbers
	wr_u8(w, export_interface(&f->src) == 1 ? SITE_MASK : 0);
	wr_u8(w, export_interface(&f->dst) == 1 ? SITE_MASK : 0);
	wr_u16(w, 0);
}

static void write_all(const struct export *x, const struct dialect *)
{
	for (size_t i = 0, n; i < x->n; i += n) {
		n = export_batch(x, i, V5_RECORDS);
		uint64_t now_ms = x->trace[i + n - 1].export_ms + x->delay_ms;
		uint8_t room[V5_MAX_BYTES];
		struct writer w = writer_of(room, sizeof room);
		put_header(&w, x, now_ms, n, (uint32_t)i);
		for (size_t k = 0; k < n; k++)
			put_record(&w, x, &x->trace[i + k].flow);
		capture_put(x->out, now_ms, &x->address, wr_done(&w));
	}
}

const struct format netflow5_format = { "v5", .max_sampling = (1 << SAMPLING_BITS) - 1,
	.write = write_all };
