// SPDX-License-Identifier: Apache-2.0
// sFlow version 5 (sflow.org, July 2004): the first bytes of sampled packets, counters in between.
#include "generate/export.h"
#include "generate/frame.h"
#include "generate/wire.h"

enum { VERSION = 5, FLOW_SAMPLE = 1, COUNTER_SAMPLE = 2, RAW_HEADER = 1, INTERFACE_COUNTERS = 1 };
enum { ON_ETHERNET = 1, FCS_BYTES = 4, N_COUNTERS = 22 };
enum { SAMPLES = 8, COUNTERS_EVERY = 20, DATAGRAM_BYTES = 1472 };

/* Begin what has a format and a length; item_end fills the length in. */
static uint8_t *item_begin(struct writer *w, uint32_t format)
{
	wr_u32(w, format);
	wr_u32(w, 0);
	return w->at;
}

static void item_end(struct writer *w, uint8_t *content)
{
	struct writer length = writer_of(content - 4, 4);
	wr_u32(&length, (uint32_t)(w->at - content));
}

static void put_packet(struct writer *w, const struct export *x, size_t i)
{
	const struct flow *f = &x->trace[i].flow;
	uint8_t room[FRAME_BYTES];
	struct writer frame = writer_of(room, sizeof room);
	size_t frame_bytes = 0;
	struct bytes header = frame_put(&frame, f, x->has_flags, &frame_bytes);
	uint32_t sampling = x->sampling ? x->sampling : 1, input = export_interface(&f->src);
	uint8_t *sample = item_begin(w, FLOW_SAMPLE);
	wr_u32(w, (uint32_t)i); // sequence
	wr_u32(w, input);       // source
	wr_u32(w, sampling);
	wr_u32(w, (uint32_t)(i + 1) * sampling); // packets it was chosen from
	wr_u32(w, 0);                            // drops
	wr_u32(w, input);
	wr_u32(w, export_interface(&f->dst));
	wr_u32(w, 1); // records
	uint8_t *record = item_begin(w, RAW_HEADER);
	wr_u32(w, ON_ETHERNET);
	wr_u32(w, (uint32_t)frame_bytes + FCS_BYTES);
	wr_u32(w, FCS_BYTES);
	wr_u32(w, (uint32_t)header.len);
	wr_bytes(w, header);
	wr_bytes(w, (struct bytes){ (const uint8_t[4]){}, (4 - header.len % 4) % 4 });
	item_end(w, record);
	item_end(w, sample);
}

static void put_counters(struct writer *w, uint32_t sequence)
{
	uint8_t *sample = item_begin(w, COUNTER_SAMPLE);
	wr_u32(w, sequence);
	wr_u32(w, 1); // source
	wr_u32(w, 1); // records
	uint8_t *record = item_begin(w, INTERFACE_COUNTERS);
	for (uint32_t i = 0; i < N_COUNTERS; i++)
		wr_u32(w, i);
	item_end(w, record);
	item_end(w, sample);
}

static void put_header(
	struct writer *w, const struct export *x, uint64_t now_ms, uint32_t nth, size_t n_samples)
{
	wr_u32(w, VERSION);
	wr_u32(w, addr_is_v4(&x->address) ? 1 : 2);
	wr_bytes(w, frame_addr(&x->address));
	wr_u32(w, x->domain);
	wr_u32(w, nth);
	wr_u32(w, export_uptime_ms(x, now_ms));
	wr_u32(w, (uint32_t)n_samples);
}

static void write_all(const struct export *x, const struct dialect *)
{
	uint32_t nth = 0;
	for (size_t i = 0, n; i < x->n; i += n, nth++) {
		n = export_batch(x, i, SAMPLES);
		bool has_counters = nth % COUNTERS_EVERY == 0;
		uint64_t now_ms = x->trace[i + n - 1].export_ms + x->delay_ms;
		uint8_t room[DATAGRAM_BYTES];
		struct writer w = writer_of(room, sizeof room);
		put_header(&w, x, now_ms, nth, n + has_counters);
		if (has_counters)
			put_counters(&w, nth / COUNTERS_EVERY);
		for (size_t k = 0; k < n; k++)
			put_packet(&w, x, i + k);
		capture_put(x->out, now_ms, &x->address, wr_done(&w));
	}
}

const struct format sflow_format = { "sflow", .carries_ipv6 = true, .is_packets = true,
	.max_sampling = UINT32_MAX, .write = write_all };
