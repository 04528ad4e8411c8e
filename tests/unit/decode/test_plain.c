// SPDX-License-Identifier: Apache-2.0
// What goes the way of plain flows is what would have gone as flows: no more, no less, nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/nfrecord.h"
#include "generate/dice.h"
#include "unit/decode/feed.h"
#include "unit/decode/heap.h"

enum { ROUNDS = 3000, V5_RECORDS = 30, TEMPLATE = 300, DOMAIN = 7, NF_RECORDS = 40, ROOM = 16384 };

/* Members that make a flow plain, and now and then one that does not. */
struct whim {
	uint32_t src, dst, packets, bytes, age_first, age_last;
	uint16_t src_port, dst_port, input;
	uint8_t proto, flags;
};

static struct whim any_whim(struct dice *d)
{
	static const uint32_t odd[] = { 0, 0xe0000005, 0xefffffff, 0xf0000000, UINT32_MAX };
	static const uint8_t protos[] = { PROTO_TCP, PROTO_TCP, PROTO_UDP, PROTO_UDP, PROTO_ICMP };
	bool is_odd = dice_u64(d) % 4 == 0;
	return (struct whim){
		.src = is_odd && dice_u64(d) % 2 ? odd[dice_u64(d) % countof(odd)]
						 : (uint32_t)dice_u64(d),
		.dst = is_odd && dice_u64(d) % 2 ? odd[dice_u64(d) % countof(odd)]
						 : (uint32_t)dice_u64(d),
		.packets = is_odd ? dice_u64(d) % 3 : (uint32_t)dice_u64(d) >> dice_u64(d) % 32,
		.bytes = is_odd ? dice_u64(d) % 3 : (uint32_t)dice_u64(d),
		.age_first = (uint32_t)(dice_u64(d) % 8 ? dice_u64(d) % 100000 : dice_u64(d)),
		.age_last = (uint32_t)(dice_u64(d) % 50000),
		.src_port = (uint16_t)dice_u64(d),
		.dst_port = (uint16_t)dice_u64(d),
		.input = (uint16_t)dice_u64(d),
		.proto = protos[dice_u64(d) % (4 + is_odd)],
		.flags = (uint8_t)(dice_u64(d) % 8 ? dice_u64(d) : 0),
	};
}

static void assert_alike(const struct heap *one, const struct trouble *t_one,
	const struct heap *other, const struct trouble *t_other)
{
	assert_int_equal(one->n, other->n);
	assert_int_equal(one->sum, other->sum);
	assert_int_equal(t_one->packets, t_other->packets);
	assert_int_equal(t_one->octets, t_other->octets);
	for (size_t k = 0; k < N_KINDS; k++)
		assert_int_equal(t_one->records[k], t_other->records[k]);
	for (size_t i = 0; i < N_FAULTS; i++)
		assert_int_equal(t_one->fault[i].n, t_other->fault[i].n);
}

/* Both ways, of the same datagrams. */
struct pair {
	struct heap heap[2];
	struct templates *templates[2];
	struct trouble trouble[2];
	uint64_t n_plain, n;
};

static struct pair *pair_new(void)
{
	struct pair *p = calloc(1, sizeof *p);
	assert_non_null(p);
	for (size_t i = 0; i < 2; i++)
		p->templates[i] = templates_new();
	return p;
}

static void pair_free(struct pair *p)
{
	for (size_t i = 0; i < 2; i++)
		templates_free(p->templates[i]);
	free(p);
}

static void give_both(struct pair *p, struct bytes payload, uint32_t sampling)
{
	for (size_t i = 0; i < 2; i++) {
		struct datagram d = { .payload = payload,
			.exporter = addr_v4(0x0a090901),
			.sampling = sampling,
			.at = place_at(1, 9) };
		const struct export_format *format = export_recognise(payload);
		heap_init(&p->heap[i], i == 1);
		assert_non_null(format);
		export_decode(format, &d, p->templates[i], &p->heap[i].batch, &p->trouble[i]);
		batch_flush(&p->heap[i].batch);
	}
	assert_alike(&p->heap[0], &p->trouble[0], &p->heap[1], &p->trouble[1]);
	p->n += p->heap[1].n;
	p->n_plain += p->heap[1].n_plain;
}

static void netflow5(void **)
{
	struct dice d = { 1 };
	struct pair *p = pair_new();
	for (size_t round = 0; round < ROUNDS; round++) {
		uint8_t room[24 + V5_RECORDS * 48];
		struct writer w = writer_of(room, sizeof room);
		uint16_t n = (uint16_t)(1 + dice_u64(&d) % V5_RECORDS);
		wr_u16(&w, 5);
		wr_u16(&w, n);
		wr_u32(&w, dice_u64(&d) % 4 ? UPTIME_MS : (uint32_t)dice_u64(&d));
		wr_u32(&w, EXPORT_S);
		wr_u32(&w, (uint32_t)(dice_u64(&d) % 1000000000));
		wr_u32(&w, 1);
		wr_u16(&w, 0);
		wr_u16(&w, dice_u64(&d) % 8 ? dice_u64(&d) % 2 : (uint16_t)dice_u64(&d));
		for (size_t i = 0; i < n; i++) {
			struct whim x = any_whim(&d);
			wr_u32(&w, x.src);
			wr_u32(&w, x.dst);
			wr_u32(&w, UINT32_MAX);
			wr_u16(&w, x.input);
			wr_u16(&w, UINT16_MAX);
			wr_u32(&w, x.packets);
			wr_u32(&w, x.bytes);
			wr_u32(&w, UPTIME_MS - x.age_first);
			wr_u32(&w, UPTIME_MS - x.age_last);
			wr_u16(&w, x.src_port);
			wr_u16(&w, x.dst_port);
			wr_u8(&w, UINT8_MAX);
			wr_u8(&w, x.flags);
			wr_u8(&w, x.proto);
			wr_uint(&w, UINT64_MAX, 8);
			wr_u8(&w, UINT8_MAX);
		}
		give_both(p, wr_done(&w), dice_u64(&d) % 16 ? 0 : 100);
	}
	assert_true(p->n_plain > p->n / 3 && p->n_plain < p->n);
	pair_free(p);
}

/* A template as exporters have them; now and then one member is missing, or wider. */
static size_t any_template(struct dice *d, uint16_t version, struct field field[static 12])
{
	struct whim x = any_whim(d);
	uint64_t first = version == 9 ? UPTIME_MS - x.age_first : export_ms - x.age_first;
	uint64_t last = version == 9 ? UPTIME_MS - x.age_last : export_ms - x.age_last;
	uint16_t time_bytes = version == 9 ? 4 : 8, counter = dice_u64(d) % 2 ? 4 : 8;
	const struct field all[] = { { 0, 8, 4, x.src }, { 0, 12, 4, x.dst },
		{ 0, 7, 2, x.src_port }, { 0, 11, 2, x.dst_port }, { 0, 4, 1, x.proto },
		{ 0, 6, 1, x.flags }, { 0, 2, counter, x.packets },
		{ 0, 1, counter, dice_u64(d) % 8 || counter == 4 ? x.bytes : dice_u64(d) },
		{ 0, version == 9 ? 22 : 152, time_bytes, first },
		{ 0, version == 9 ? 21 : 153, time_bytes, last },
		{ 0, 10, 4, (uint32_t)dice_u64(d) }, { 0, 61, 1, dice_u64(d) % 3 } };
	size_t n = 0, leave_out = dice_u64(d) % 4 ? SIZE_MAX : dice_u64(d) % countof(all);
	for (size_t i = 0; i < countof(all); i++)
		if (i != leave_out)
			field[n++] = all[i];
	return n;
}

static void templates(void **)
{
	struct dice d = { 2 };
	static struct draft draft;
	struct pair *p = pair_new();
	for (size_t round = 0; round < ROUNDS; round++) {
		uint16_t version = round % 2 ? 9 : 10;
		struct field field[12];
		size_t n = any_template(&d, version, field);
		draft_begin(&draft, version, DOMAIN);
		draft_template(&draft, TEMPLATE, field, n);
		for (size_t i = 0; i < 3; i++)
			draft_data(&draft, TEMPLATE, field, n);
		give_both(p, draft_end(&draft), dice_u64(&d) % 16 ? 0 : 100);
	}
	assert_true(p->n_plain > p->n / 4 && p->n_plain < p->n);
	pair_free(p);
}

static void le(uint8_t **at, uint64_t v, size_t n_bytes)
{
	for (; n_bytes > 0; n_bytes--, v >>= 8)
		*(*at)++ = (uint8_t)v;
}

/* A record of nfdump: addresses and counters, and perhaps more behind them. */
static void nf_record(struct dice *d, uint8_t **at, unsigned shape)
{
	struct whim x = any_whim(d);
	uint8_t *start = *at, n = 0;
	le(at, 11, 2);
	le(at, 0, 4);
	le(at, 0xffff, 2);
	le(at, dice_u64(d) % 3, 2);
	le(at, dice_u64(d) % 16 ? 0 : dice_u64(d) % 4, 1);
	le(at, 9, 1);
	le(at, 1, 2), le(at, 52, 2), n++;
	le(at, export_ms - x.age_first, 8);
	le(at, export_ms - x.age_last, 8);
	le(at, UINT64_MAX, 8);
	le(at, dice_u64(d) % 16 ? x.packets : dice_u64(d), 8);
	le(at, dice_u64(d) % 16 ? x.bytes : dice_u64(d), 8);
	le(at, x.src_port, 2);
	le(at, x.dst_port, 2);
	le(at, x.proto, 1);
	le(at, x.flags, 1);
	le(at, dice_u64(d) % 8 ? 64 : dice_u64(d), 1);
	le(at, 0xff, 1);
	le(at, 2, 2), le(at, 12, 2), n++;
	le(at, x.src, 4);
	le(at, x.dst, 4);
	if (shape & 1) {
		le(at, 4, 2), le(at, 20, 2), n++;
		le(at, dice_u64(d), 4);
		le(at, UINT32_MAX, 4);
		le(at, 0xffff, 2);
		le(at, dice_u64(d) % 4 == 0, 1);
		le(at, 0xff, 1);
		le(at, dice_u64(d) % 4 == 0, 1);
		le(at, 0xffffff, 3);
	}
	if (shape & 2) {
		le(at, 12, 2), le(at, 8, 2), n++;
		le(at, dice_u64(d), 4);
	}
	if (shape & 4) {
		le(at, 5, 2), le(at, 28, 2), n++;
		le(at, 1, 8);
		le(at, dice_u64(d) % 3, 8);
		le(at, dice_u64(d) % 3, 8);
	}
	if (shape & 8) {
		le(at, 18, 2), le(at, 12, 2), n++;
		le(at, dice_u64(d) % 2, 8);
	}
	size_t size = (size_t)(*at - start);
	start[2] = (uint8_t)size;
	start[3] = (uint8_t)(size >> 8);
	start[4] = n;
}

static void nfdump(void **)
{
	struct dice d = { 3 };
	struct heap *heap = calloc(2, sizeof *heap);
	uint64_t n_plain = 0, n = 0;
	for (size_t round = 0; round < ROUNDS / 4; round++) {
		static uint8_t room[ROOM];
		uint8_t *at = room;
		unsigned shape = dice_u64(&d) % 16;
		for (size_t i = 0; i < NF_RECORDS; i++)
			nf_record(&d, &at, dice_u64(&d) % 4 ? shape : dice_u64(&d) % 16);
		if (dice_u64(&d) % 2) // damaged in one place
			room[dice_u64(&d) % (size_t)(at - room)] ^= 1 << dice_u64(&d) % 8;
		size_t len = (size_t)(at - room), cut = dice_u64(&d) % (len + 1);
		struct trouble trouble[2] = {};
		for (size_t i = 0; i < 2; i++) {
			struct block block = { .bytes = { room, i ? cut : len },
				.goes_on = i == 1,
				.n_records = NF_RECORDS };
			struct nfrecords *r = nfrecords_new(1, NULL);
			heap_init(&heap[i], i == 1);
			nfrecords_decode(r, &block, &heap[i].batch, &trouble[i]);
			if (block.goes_on) {
				block.goes_on = false;
				block.bytes.len += len - cut;
				nfrecords_decode(r, &block, &heap[i].batch, &trouble[i]);
			}
			batch_flush(&heap[i].batch);
			nfrecords_free(r);
		}
		assert_alike(&heap[0], &trouble[0], &heap[1], &trouble[1]);
		n_plain += heap[1].n_plain;
		n += heap[1].n;
	}
	assert_true(n_plain > n / 16 && n_plain < n);
	free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(netflow5),
		cmocka_unit_test(templates),
		cmocka_unit_test(nfdump),
	};
	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
