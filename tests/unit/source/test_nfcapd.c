// SPDX-License-Identifier: Apache-2.0
// Files of nfcapd: every packing, every refusal, and damage that does not reach the next block.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <bzlib.h>
#include <lz4.h>
#include <stdlib.h>
#include <zstd.h>

#include "source/nfcapd.h"

enum { FILE_MAX = 4096, HEADER_BYTES = 40, BLOCK_HEADER_BYTES = 12 };
enum { PLAIN, LZO, BZIP2, LZ4, ZSTD };
enum { RECORDS = 3, ARRAY = 4, NOT_PACKED = 1 };

/* A file in the making. */
struct draft {
	size_t n;
	uint8_t byte[FILE_MAX];
};

struct header {
	uint16_t magic, layout;
	uint8_t packing, encryption;
	uint32_t n_blocks;
};

static void put(struct draft *d, uint64_t v, size_t n_bytes)
{
	assert_true(d->n + n_bytes <= sizeof d->byte);
	for (size_t i = 0; i < n_bytes; i++, v >>= 8)
		d->byte[d->n++] = (uint8_t)v;
}

static void put_header(struct draft *d, struct header h)
{
	put(d, h.magic ? h.magic : 0xa50c, 2);
	put(d, h.layout ? h.layout : 2, 2);
	put(d, 0x01070100, 4);
	put(d, 1700000000, 8);
	put(d, h.packing, 1);
	put(d, h.encryption, 1);
	put(d, h.n_blocks ? 1 : 0, 2); // the last block is the appendix
	put(d, 1, 4);
	put(d, 0, 8);
	put(d, 0, 4);
	put(d, h.n_blocks ? h.n_blocks - 1 : 0, 4);
}

static void put_block(
	struct draft *d, uint32_t n_records, uint16_t type, uint16_t flags, struct bytes content)
{
	put(d, n_records, 4);
	put(d, content.len, 4);
	put(d, type, 2);
	put(d, flags, 2);
	for (size_t i = 0; i < content.len; i++)
		put(d, content.ptr[i], 1);
}

/* `len` bytes that pack well, begun with `seed`. */
static struct bytes content_of_block(uint8_t *room, size_t len, uint8_t seed)
{
	for (size_t i = 0; i < len; i++)
		room[i] = (uint8_t)(seed + i / 16);
	return (struct bytes){ room, len };
}

static struct bytes packed(int packing, struct bytes plain, uint8_t *room, size_t len)
{
	unsigned n = (unsigned)len;
	if (packing == PLAIN)
		return plain;
	if (packing == BZIP2)
		assert_int_equal(
			BZ2_bzBuffToBuffCompress((char *)room, &n, (char *)(uintptr_t)plain.ptr,
				(unsigned)plain.len, 9, 0, 0),
			BZ_OK);
	else if (packing == LZ4)
		n = (unsigned)LZ4_compress_default(
			(const char *)plain.ptr, (char *)room, (int)plain.len, (int)len);
	else
		n = (unsigned)ZSTD_compress(room, len, plain.ptr, plain.len, 1);
	assert_true(n > 0 && n <= len);
	return (struct bytes){ room, n };
}

static struct nfcapd *open_faulty(const uint8_t *ptr, size_t len, enum fault *fault, struct err *e)
{
	*e = (struct err){};
	struct input in = { .name = "x.nfcapd", .content = CONTENT_NFCAPD };
	in.file = len ? fmemopen((void *)(uintptr_t)ptr, len, "rb") : fopen("/dev/null", "re");
	assert_non_null(in.file);
	struct nfcapd *n = nfcapd_open(&in, fault, e);
	assert_null(in.file);
	assert_int_equal(n == NULL, e->text[0] != '\0');
	assert_int_equal(n == NULL, *fault != FAULT_NONE);
	return n;
}

static struct nfcapd *open_bytes(const uint8_t *ptr, size_t len, struct err *e)
{
	enum fault fault;
	return open_faulty(ptr, len, &fault, e);
}

static struct nfcapd *open_draft(const struct draft *d)
{
	struct err e;
	struct nfcapd *n = open_bytes(d->byte, d->n, &e);
	assert_non_null(n);
	return n;
}

static void assert_block(struct nfcapd *n, struct bytes content, uint32_t n_records)
{
	struct block b;
	assert_true(nfcapd_next(n, &b));
	assert_int_equal(b.fault, FAULT_NONE);
	assert_int_equal(b.n_records, n_records);
	assert_int_equal(b.bytes.len, content.len);
	assert_memory_equal(b.bytes.ptr, content.ptr, content.len);
}

static void assert_fault(struct nfcapd *n, enum fault fault)
{
	struct block b;
	assert_true(nfcapd_next(n, &b));
	assert_int_equal(b.fault, fault);
	assert_int_equal(b.bytes.len, 0);
}

static void assert_end(struct nfcapd *n)
{
	struct block b;
	assert_false(nfcapd_next(n, &b));
	assert_false(nfcapd_next(n, &b));
	nfcapd_close(n);
}

/* Two blocks, an array between them, and a block that says it is not packed. */
static void every_packing(void **state)
{
	(void)state;
	static const int packings[] = { PLAIN, BZIP2, LZ4, ZSTD };
	uint8_t a[300], b[700], room[2][1024];
	struct bytes first = content_of_block(a, sizeof a, 1);
	struct bytes second = content_of_block(b, sizeof b, 99);
	for (size_t i = 0; i < countof(packings); i++) {
		int p = packings[i];
		struct draft d = {};
		put_header(&d, (struct header){ .packing = (uint8_t)p, .n_blocks = 4 });
		put_block(&d, 3, RECORDS, 0, packed(p, first, room[0], sizeof room[0]));
		put_block(&d, 1, ARRAY, 0, packed(p, second, room[1], sizeof room[1]));
		put_block(&d, 7, RECORDS, 0, packed(p, second, room[1], sizeof room[1]));
		put_block(&d, 3, RECORDS, NOT_PACKED, first);
		struct nfcapd *n = open_draft(&d);
		assert_block(n, first, 3);
		assert_block(n, second, 7);
		assert_block(n, first, 3);
		assert_end(n);
	}
}

/* `cat a.nf b.nf`: packing, blocks and appendix of each are its own, and its exporters are, too. */
static void a_file_appended_to_another_is_read_on(void **state)
{
	(void)state;
	uint8_t a[300], b[700], room[2][1024];
	struct bytes first = content_of_block(a, sizeof a, 1);
	struct bytes second = content_of_block(b, sizeof b, 99);
	struct draft d = {};
	struct block block;
	put_header(&d, (struct header){ .n_blocks = 2 });
	put_block(&d, 3, RECORDS, 0, first);
	put_block(&d, 1, ARRAY, 0, second); // the appendix
	put_header(&d, (struct header){ .packing = ZSTD, .n_blocks = 3 });
	put_block(&d, 7, RECORDS, 0, packed(ZSTD, second, room[0], sizeof room[0]));
	put_block(&d, 3, RECORDS, NOT_PACKED, first);
	put_block(&d, 1, ARRAY, 0, packed(ZSTD, second, room[1], sizeof room[1]));
	put_header(&d, (struct header){}); // without a block, and not finished
	put_header(&d, (struct header){});
	put_block(&d, 3, RECORDS, 0, first);
	struct nfcapd *n = open_draft(&d);
	for (int i = 0; i < 4; i++) {
		assert_true(nfcapd_next(n, &block));
		assert_int_equal(block.fault, FAULT_NONE);
		assert_int_equal(block.is_of_another, i == 1 || i == 3);
		assert_int_equal(block.n_records, i == 1 ? 7 : 3);
		assert_int_equal(block.bytes.len, i == 1 ? sizeof b : sizeof a);
	}
	assert_end(n);
}

/* One that was cut behind a block is told, and the next is read all the same. */
static void an_appended_file_behind_one_that_was_cut(void **state)
{
	(void)state;
	uint8_t a[300];
	struct bytes content = content_of_block(a, sizeof a, 1);
	for (int is_lzo = 0; is_lzo < 2; is_lzo++) {
		struct draft d = {};
		put_header(&d, (struct header){ .n_blocks = 3 });
		put_block(&d, 3, RECORDS, 0, content);
		put_header(&d, (struct header){ .n_blocks = 1, .packing = is_lzo ? LZO : LZ4 });
		put_block(&d, 3, RECORDS, NOT_PACKED, content);
		struct nfcapd *n = open_draft(&d);
		assert_block(n, content, 3);
		assert_fault(n, is_lzo ? FAULT_PACKING : FAULT_CUT_FILE);
		if (!is_lzo)
			assert_block(n, content, 3);
		assert_end(n);
	}
}

static void offsets_in_the_file(void **state)
{
	(void)state;
	uint8_t a[64], room[256];
	struct bytes content = content_of_block(a, sizeof a, 5);
	struct draft d = {};
	struct block b;
	put_header(&d, (struct header){ .packing = LZ4 });
	put_block(&d, 1, RECORDS, NOT_PACKED, content);
	size_t second = d.n;
	put_block(&d, 1, RECORDS, 0, packed(LZ4, content, room, sizeof room));
	struct nfcapd *n = open_draft(&d);
	assert_true(nfcapd_next(n, &b));
	assert_false(b.is_packed);
	assert_int_equal(b.offset, HEADER_BYTES + BLOCK_HEADER_BYTES);
	assert_true(nfcapd_next(n, &b));
	assert_true(b.is_packed);
	assert_int_equal(b.offset, second);
	assert_end(n);
}

/* A long block comes piece by piece, and whoever takes little of one gets the rest again. */
static void a_block_that_goes_on(void **state)
{
	(void)state;
	enum { LEN = 1000 * 1000, STEP = 77777, LAST = 100 };
	static uint8_t file[HEADER_BYTES + 2 * BLOCK_HEADER_BYTES + LEN + LAST];
	uint8_t *content = file + HEADER_BYTES + BLOCK_HEADER_BYTES;
	struct draft d = {}, behind = {};
	put_header(&d, (struct header){});
	put_block(&d, 3, RECORDS, 0, (struct bytes){});
	memcpy(file, d.byte, d.n);
	memcpy(file + d.n - 8, &(uint32_t){ htole32(LEN) }, 4); // its length
	for (size_t i = 0; i < LEN; i++)
		content[i] = (uint8_t)(i * 7 + i / 256);
	put_block(&behind, 1, RECORDS, 0, (struct bytes){ content, LAST });
	memcpy(content + LEN, behind.byte, behind.n);
	for (size_t cut = 0; cut <= STEP; cut += STEP) {
		struct err e;
		size_t n_taken = 0, n_pieces = 0;
		struct nfcapd *n = open_bytes(file, sizeof file - (cut ? behind.n : 0) - cut, &e);
		struct block b;
		do {
			assert_true(nfcapd_next(n, &b));
			assert_int_equal(b.n_records, 3);
			assert_int_equal(b.offset, HEADER_BYTES + BLOCK_HEADER_BYTES + n_taken);
			size_t take = STEP * (1 + n_pieces++ % 2);
			take = take < b.bytes.len ? take : b.bytes.len;
			assert_true(b.bytes.len <= LEN - n_taken);
			assert_memory_equal(b.bytes.ptr, content + n_taken, b.bytes.len);
			n_taken += take;
			b.bytes.ptr += take;
			b.bytes.len -= take;
			b.offset += take;
		} while (b.goes_on);
		assert_int_equal(n_taken + b.bytes.len, LEN - cut);
		assert_int_equal(b.fault, cut ? FAULT_CUT_FILE : FAULT_NONE);
		assert_true(n_pieces > 4);
		if (!cut)
			assert_block(n, (struct bytes){ content, LAST }, 1);
		assert_end(n);
	}
}

static void refusals_say_what_to_do(void **state)
{
	(void)state;
	static const struct {
		struct header header;
		enum fault fault;
		const char *says;
	} rows[] = {
		{ { .packing = LZO }, FAULT_PACKING, "nfdump -r FILE -y -w NEW" },
		{ { .packing = 5 }, FAULT_PACKING, "nfdump -r FILE -w NEW" },
		{ { .layout = 1 }, FAULT_LAYOUT, "nfdump -r FILE -y -w NEW" },
		{ { .layout = 3 }, FAULT_LAYOUT, "newer" },
		{ { .magic = 0x0ca5 }, FAULT_LAYOUT, "byte order" },
		{ { .magic = 0x4242 }, FAULT_LAYOUT, "damaged" },
		{ { .encryption = 1 }, FAULT_PACKING, "encrypted" },
	};
	enum fault fault;
	struct err e;
	for (size_t i = 0; i < countof(rows); i++) {
		struct draft d = {};
		put_header(&d, rows[i].header);
		assert_null(open_faulty(d.byte, d.n, &fault, &e));
		assert_int_equal(fault, rows[i].fault);
		if (!strstr(e.text, rows[i].says) || !strstr(e.text, "x.nfcapd"))
			fail_msg("row %zu: %s", i, e.text);
	}
	struct draft d = {};
	put_header(&d, (struct header){});
	for (size_t len = 0; len < HEADER_BYTES; len++)
		assert_null(open_bytes(d.byte, len, &e));
}

/* A finished file that was cut anywhere says so; what is whole before the cut stands. */
static void every_prefix_is_told(void **state)
{
	(void)state;
	uint8_t a[64], b[32];
	struct bytes first = content_of_block(a, sizeof a, 1);
	struct bytes second = content_of_block(b, sizeof b, 7);
	struct draft d = {};
	put_header(&d, (struct header){ .n_blocks = 2 });
	put_block(&d, 1, RECORDS, 0, first);
	put_block(&d, 1, RECORDS, 0, second);
	for (size_t len = HEADER_BYTES; len < d.n; len++) {
		struct err e;
		struct block block;
		struct nfcapd *n = open_bytes(d.byte, len, &e);
		assert_non_null(n);
		size_t n_bytes = 0, n_faults = 0;
		while (nfcapd_next(n, &block)) {
			assert_int_equal(n_faults, 0);
			n_faults += block.fault == FAULT_CUT_FILE;
			const uint8_t *want = n_bytes ? b : a;
			if (block.bytes.len)
				assert_memory_equal(block.bytes.ptr, want, block.bytes.len);
			n_bytes += block.bytes.len;
		}
		assert_int_equal(n_faults, 1);
		size_t headers = len < HEADER_BYTES + BLOCK_HEADER_BYTES ? len : 52;
		size_t behind = HEADER_BYTES + BLOCK_HEADER_BYTES + sizeof a;
		if (len > behind)
			headers += len - behind < BLOCK_HEADER_BYTES ? len - behind
								     : BLOCK_HEADER_BYTES;
		assert_int_equal(n_bytes, len - headers);
		nfcapd_close(n);
	}
}

/* While nfcapd still writes a file, its header announces nothing. */
static void unfinished_file_may_end_behind_a_block(void **state)
{
	(void)state;
	uint8_t a[64];
	struct bytes content = content_of_block(a, sizeof a, 1);
	struct draft d = {};
	put_header(&d, (struct header){});
	struct nfcapd *n = open_draft(&d);
	assert_end(n);
	put_block(&d, 1, RECORDS, 0, content);
	n = open_draft(&d);
	assert_block(n, content, 1);
	assert_end(n);
	put(&d, 1, 2); // the next block has begun
	n = open_draft(&d);
	assert_block(n, content, 1);
	assert_fault(n, FAULT_CUT_FILE);
	assert_end(n);
}

static void damage_in_a_packed_block_ends_with_it(void **state)
{
	(void)state;
	static const int packings[] = { BZIP2, LZ4, ZSTD };
	uint8_t a[300], room[1024];
	struct bytes content = content_of_block(a, sizeof a, 1);
	for (size_t i = 0; i < countof(packings); i++) {
		int p = packings[i];
		struct draft d = {};
		struct bytes whole = packed(p, content, room, sizeof room);
		put_header(&d, (struct header){ .packing = (uint8_t)p, .n_blocks = 3 });
		put_block(&d, 1, RECORDS, 0, (struct bytes){ whole.ptr, whole.len / 2 });
		put_block(&d, 1, RECORDS, 0, (struct bytes){});
		put_block(&d, 1, RECORDS, 0, whole);
		struct nfcapd *n = open_draft(&d);
		assert_fault(n, FAULT_BLOCK);
		assert_fault(n, FAULT_BLOCK);
		assert_block(n, content, 1);
		assert_end(n);
	}
}

/* Lengths and types that cannot be: nobody knows where the next block begins. */
static void impossible_block_ends_the_file(void **state)
{
	(void)state;
	static const struct {
		uint32_t size;
		uint16_t type;
	} rows[] = { { NFCAPD_BLOCK_MAX + 1, RECORDS }, { UINT32_MAX, RECORDS }, { 8, 0 }, { 8, 5 },
		{ UINT32_MAX, ARRAY } };
	for (size_t i = 0; i < countof(rows); i++) {
		struct draft d = {};
		put_header(&d, (struct header){ .n_blocks = 1 });
		put(&d, 1, 4);
		put(&d, rows[i].size, 4);
		put(&d, rows[i].type, 2);
		put(&d, 0, 2 + 8);
		struct nfcapd *n = open_draft(&d);
		assert_fault(n, FAULT_BLOCK);
		assert_end(n);
	}
}

/* A few bytes that unpack to more than a block can hold are refused, not followed. */
static void bombs_are_bounded(void **state)
{
	(void)state;
	static const int packings[] = { BZIP2, ZSTD };
	size_t len = NFCAPD_BLOCK_MAX + 1;
	uint8_t *zeroes = calloc(1, len), *room = malloc(len);
	assert_true(zeroes && room);
	for (size_t i = 0; i < countof(packings); i++) {
		int p = packings[i];
		struct draft d = {};
		put_header(&d, (struct header){ .packing = (uint8_t)p, .n_blocks = 1 });
		put_block(&d, 1, RECORDS, 0, packed(p, (struct bytes){ zeroes, len }, room, len));
		struct nfcapd *n = open_draft(&d);
		assert_fault(n, FAULT_BLOCK);
		assert_end(n);
	}
	free(zeroes);
	free(room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packing),
		cmocka_unit_test(a_file_appended_to_another_is_read_on),
		cmocka_unit_test(an_appended_file_behind_one_that_was_cut),
		cmocka_unit_test(offsets_in_the_file),
		cmocka_unit_test(a_block_that_goes_on),
		cmocka_unit_test(refusals_say_what_to_do),
		cmocka_unit_test(every_prefix_is_told),
		cmocka_unit_test(unfinished_file_may_end_behind_a_block),
		cmocka_unit_test(damage_in_a_packed_block_ends_with_it),
		cmocka_unit_test(impossible_block_ends_the_file),
		cmocka_unit_test(bombs_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
