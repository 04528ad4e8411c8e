// SPDX-License-Identifier: Apache-2.0
// A sequence of export datagrams, so that templates, data, withdrawals and options meet. Each is
// a word, then bytes: the top bit of the word picks one of two exporters, the rest is the length.
#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "decode/export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { EXPORTER_BIT = 0x8000 };

struct outcome {
	struct trouble trouble;
	struct batch out;
	uint64_t n, hash;
	struct sequences *sequences;
	place at;
};

/* Sampling of 0 and of 1 say the same; the order in which flows come does not count. */
static void take_one(struct outcome *o, struct flow f)
{
	bool has_time = f.has & FLOW_HAS_TIME;
	assert(f.at >= 1 && f.at <= o->at);
	assert(f.exporter);
	assert(f.first_ms <= f.last_ms && has_time == (f.first_ms != 0));
	assert(!(f.has & FLOW_HAS_FLAGS) == !f.tcp_flags);
	assert((f.has & FLOW_HAS_PORTS) || (f.src_port == 0 && f.dst_port == 0));
	assert((f.has & FLOW_HAS_PACKETS) || f.packets == 0);
	assert((f.has & FLOW_HAS_BYTES) || f.bytes == 0);
	assert(!(f.has & FLOW_ANSWERED) || !(f.has & FLOW_UNANSWERED));
	assert(!(f.has & (FLOW_LISTED | FLOW_TO_DEVICE)));
	f.sampling = f.sampling > 1 ? f.sampling : 0;
	o->hash += hash_bytes(&f, sizeof f, 1);
	o->n++;
}

static void take(void *ctx, const struct flow *flow, size_t n)
{
	for (size_t i = 0; i < n; i++)
		take_one(ctx, flow[i]);
}

static void take_plain(void *ctx, const struct plains *plain)
{
	assert(plain->n <= PLAINS);
	for (size_t i = 0; i < plain->n; i++) {
		struct plain row = plains_get(plain, i);
		assert(plain_fits(&row));
		take_one(ctx, plain_flow(&row));
	}
}

static uint64_t n_records(const struct outcome *o)
{
	uint64_t n = 0;
	for (size_t k = 0; k < N_KINDS; k++)
		n += o->trouble.records[k];
	return n;
}

/* From a room that ends where the datagram ends, so that a sanitizer sees a step too far. */
static void give(struct outcome *o, struct templates *templates, struct bytes payload, bool other)
{
	uint8_t *room = malloc(payload.len ? payload.len : 1);
	assert(room);
	if (payload.len)
		memcpy(room, payload.ptr, payload.len);
	struct datagram d = {
		.payload = { room, payload.len },
		.exporter = addr_v4(0x0a090901 + other),
		.at = ++o->at,
		.received_ms = o->at * 100,
		.sequences = o->sequences,
	};
	const struct export_format *format = export_recognise(d.payload);
	uint64_t before = n_records(o) + o->trouble.option_records;
	if (format)
		export_decode(format, &d, templates, &o->out, &o->trouble);
	assert(n_records(o) + o->trouble.option_records - before <= payload.len);
	free(room);
}

/* Both exporters may have many domains; their books are those of all. */
static void check_sequences(struct outcome *o)
{
	uint64_t datagrams = 0, records = 0;
	struct sequence_iter it = { .sequences = o->sequences };
	for (const struct exporter *x; (x = sequence_next(&it, UINT64_MAX));) {
		datagrams += x->datagrams;
		records += x->records;
		assert(x->gaps <= x->missing && x->late <= x->datagrams);
		assert(x->restarts <= x->datagrams && x->faults <= x->datagrams);
		assert(x->first_ms <= x->last_ms);
	}
	assert(datagrams <= o->trouble.datagrams && records <= n_records(o));
	sequences_free(o->sequences);
	o->sequences = NULL;
}

static void run(struct bytes input, struct outcome *o, bool takes_plain)
{
	memset(o, 0, sizeof *o);
	o->out.emit = take;
	o->out.emit_plain = takes_plain ? take_plain : NULL;
	o->out.ctx = o;
	struct templates *templates = templates_new();
	o->sequences = sequences_new();
	assert(templates && o->sequences);
	struct reader r = reader_of(input);
	while (rd_left(&r) > 2) {
		uint16_t word = rd_u16(&r);
		size_t wanted = word & (EXPORTER_BIT - 1), left = rd_left(&r);
		give(o, templates, rd_bytes(&r, wanted < left ? wanted : left),
			word & EXPORTER_BIT);
	}
	batch_flush(&o->out);
	templates_free(templates);
	check_sequences(o);
	assert(o->n <= n_records(o));
	assert(o->trouble.datagrams <= o->at);
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++)
		assert(!o->trouble.fault[f].n || o->trouble.fault[f].first <= o->at);
}

/*
 * Twice: the caches hash with a key of their own, and what is decoded must not depend on it, nor on whether
 * plain flows go a way of their own.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct outcome room[2];
	for (size_t i = 0; i < countof(room); i++)
		run((struct bytes){ data, len }, &room[i], i);
	bool has_evicted = room[0].trouble.fault[FAULT_TEMPLATES_FULL].n ||
			   room[1].trouble.fault[FAULT_TEMPLATES_FULL].n;
	assert(has_evicted || (room[0].n == room[1].n && room[0].hash == room[1].hash));
	return 0;
}
