// SPDX-License-Identifier: Apache-2.0
// For tests of export decoders: datagrams built field by field, decoded from rooms of their size.
// Include behind <cmocka.h>.
#ifndef UNIT_DECODE_FEED_H
#define UNIT_DECODE_FEED_H
#include <stdlib.h>

#include "decode/export.h"
#include "generate/wire.h"

enum { FED_MAX = 4096, DATAGRAM_MAX = 65535, EXPORT_S = 1'700'000'000, UPTIME_MS = 1'000'000 };
static const uint64_t export_ms = EXPORT_S * UINT64_C(1000);

/** A collector: what was decoded so far. */
struct feed {
	struct templates *templates;
	struct addr exporter;
	uint32_t sampling;           // of the inventory
	struct sequences *sequences; // NULL: not wanted
	const struct template_keeper *keeper;
	uint64_t received_ms;
	uint64_t n_given; // datagrams; the place of the last
	struct trouble trouble;
	struct batch batch;
	size_t n;
	struct flow flow[FED_MAX];
};

static inline void feed_keep(void *ctx, const struct flow *flow, size_t n)
{
	struct feed *f = ctx;
	assert_true(f->n + n <= FED_MAX);
	memcpy(f->flow + f->n, flow, n * sizeof *flow);
	f->n += n;
}

static inline struct feed *feed_new(void)
{
	struct feed *f = calloc(1, sizeof *f);
	assert_non_null(f);
	f->templates = templates_new();
	assert_non_null(f->templates);
	f->exporter = addr_v4(0x0a090901);
	f->batch.emit = feed_keep;
	f->batch.ctx = f;
	return f;
}

static inline void feed_free(struct feed *f)
{
	sequences_free(f->sequences);
	templates_free(f->templates);
	free(f);
}

/** Decode a datagram from a room that ends where it ends. Returns whether it was recognised. */
static inline bool feed_give(struct feed *f, struct bytes payload)
{
	uint8_t *room = malloc(payload.len ? payload.len : 1);
	assert_non_null(room);
	memcpy(room, payload.ptr, payload.len);
	struct datagram d = {
		.payload = { room, payload.len },
		.exporter = f->exporter,
		.sampling = f->sampling,
		.sequences = f->sequences,
		.keeper = f->keeper,
		.received_ms = f->received_ms,
		.at = place_at(1, ++f->n_given),
	};
	const struct export_format *format = export_recognise(d.payload);
	if (format)
		export_decode(format, &d, f->templates, &f->batch, &f->trouble);
	batch_flush(&f->batch);
	free(room);
	return format;
}

static inline uint64_t feed_faults(const struct feed *f)
{
	uint64_t n = 0;
	for (size_t i = 0; i < N_FAULTS; i++)
		n += f->trouble.fault[i].n;
	return n;
}

static inline uint64_t feed_records(const struct feed *f)
{
	uint64_t n = f->trouble.option_records;
	for (size_t i = 0; i < N_KINDS; i++)
		n += f->trouble.records[i];
	return n;
}

/** Whether the only fault is `fault`, once; FAULT_NONE: that there is none. */
static inline void feed_assert_fault(const struct feed *f, enum fault fault)
{
	for (enum fault i = FAULT_NONE + 1; i < N_FAULTS; i++)
		if (f->trouble.fault[i].n != (i == fault))
			fail_msg("fault '%s': %llu times", fault_metric(i),
				(unsigned long long)f->trouble.fault[i].n);
}

/**
 * Every proper prefix of a datagram must be refused, or give a part: fewer records, or a fault;
 * its flows must be the first flows of the whole. `before` (may be empty) is decoded first.
 */
static inline void feed_prefixes(struct bytes before, struct bytes whole)
{
	struct feed *all = feed_new();
	if (before.len)
		feed_give(all, before);
	assert_true(feed_give(all, whole));
	feed_assert_fault(all, FAULT_NONE);
	for (size_t len = 0; len < whole.len; len++) {
		struct feed *part = feed_new();
		if (before.len)
			feed_give(part, before);
		bool is_taken = feed_give(part, (struct bytes){ whole.ptr, len });
		bool is_part = feed_faults(part) || feed_records(part) < feed_records(all);
		if (is_taken && !is_part)
			fail_msg("the first %zu of %zu bytes pass for all", len, whole.len);
		assert_true(part->n <= all->n);
		assert_memory_equal(part->flow, all->flow, part->n * sizeof *part->flow);
		feed_free(part);
	}
	feed_free(all);
}

/** A field of a template, and what a record holds there: `value` in `length` bytes. */
struct field {
	uint32_t enterprise;
	uint16_t element, length;
	uint64_t value;
};

/** A message of sets (NetFlow v9: 9, IPFIX: 10) in the making. */
struct draft {
	struct writer w;
	uint8_t *set;
	uint16_t version, n_records;
	uint8_t room[DATAGRAM_MAX];
};

static inline void draft_begin(struct draft *d, uint16_t version, uint32_t domain)
{
	d->w = writer_of(d->room, sizeof d->room);
	d->version = version;
	d->n_records = 0;
	wr_u16(&d->w, version);
	wr_u16(&d->w, 0); // count or length, see draft_end
	if (version == 9)
		wr_u32(&d->w, UPTIME_MS);
	wr_u32(&d->w, EXPORT_S);
	wr_u32(&d->w, 1); // sequence
	wr_u32(&d->w, domain);
}

static inline void draft_set(struct draft *d, uint16_t id)
{
	d->set = d->w.at;
	wr_u16(&d->w, id);
	wr_u16(&d->w, 0);
}

static inline void patch_u16(uint8_t *at, size_t v)
{
	struct writer w = writer_of(at, 2);
	wr_u16(&w, (uint16_t)v);
}

static inline void draft_set_end(struct draft *d)
{
	patch_u16(d->set + 2, (size_t)(d->w.at - d->set));
}

static inline void draft_specifiers(struct draft *d, const struct field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		wr_u16(&d->w, field[i].element | (field[i].enterprise ? 0x8000 : 0));
		wr_u16(&d->w, field[i].length);
		if (field[i].enterprise)
			wr_u32(&d->w, field[i].enterprise);
	}
}

/** A set of one template. */
static inline void draft_template(struct draft *d, uint16_t id, const struct field *field, size_t n)
{
	draft_set(d, d->version == 9 ? 0 : 2);
	wr_u16(&d->w, id);
	wr_u16(&d->w, (uint16_t)n);
	draft_specifiers(d, field, n);
	draft_set_end(d);
	d->n_records++;
}

/** A set of one options template; the first `n_scope` fields are its scope. */
static inline void draft_options(
	struct draft *d, uint16_t id, const struct field *field, size_t n, size_t n_scope)
{
	draft_set(d, d->version == 9 ? 1 : 3);
	wr_u16(&d->w, id);
	wr_u16(&d->w, (uint16_t)(d->version == 9 ? n_scope * 4 : n));
	wr_u16(&d->w, (uint16_t)(d->version == 9 ? (n - n_scope) * 4 : n_scope));
	draft_specifiers(d, field, n);
	draft_set_end(d);
	d->n_records++;
}

/** A field whose length varies: as many bytes as its value says, with the long form of a length from 200 on. */
static inline void draft_varying(struct draft *d, const struct field *field)
{
	if (field->value < 200) {
		wr_u8(&d->w, (uint8_t)field->value);
	} else {
		wr_u8(&d->w, UINT8_MAX);
		wr_u16(&d->w, (uint16_t)field->value);
	}
	for (size_t k = 0; k < field->value; k++)
		wr_u8(&d->w, 'x');
}

static inline void draft_record(struct draft *d, const struct field *field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (field[i].length == UINT16_MAX) {
			draft_varying(d, &field[i]);
			continue;
		}
		for (size_t k = field[i].length; k > 8; k--)
			wr_u8(&d->w, 0);
		wr_uint(&d->w, field[i].value, field[i].length < 8 ? field[i].length : 8);
	}
	d->n_records++;
}

/** A set of one record. */
static inline void draft_data(struct draft *d, uint16_t id, const struct field *field, size_t n)
{
	draft_set(d, id);
	draft_record(d, field, n);
	draft_set_end(d);
}

/** The finished message; holds until the next draft_begin. */
static inline struct bytes draft_end(struct draft *d)
{
	struct bytes all = wr_done(&d->w);
	patch_u16(d->room + 2, d->version == 9 ? d->n_records : all.len);
	return all;
}

static inline void assert_v4(const struct addr *a, uint32_t ip)
{
	assert_true(addr_is_v4(a));
	assert_int_equal(addr_low32(a), ip);
}
#endif
