// SPDX-License-Identifier: Apache-2.0
// Packed inputs: what was packed comes out, whole, cut, damaged, appended, and packed twice.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <bzlib.h>
#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "generate/dice.h"
#include "source/input.h"

enum { PATH_BYTES = 64, TEXT_BYTES = 3000, ROOM_BYTES = 2 << 20 };

typedef size_t pack_fn(const void *from, size_t len, void *to, size_t room);

static size_t pack_gzip(const void *from, size_t len, void *to, size_t room)
{
	struct isal_zstream s;
	isal_deflate_stateless_init(&s);
	s.gzip_flag = IGZIP_GZIP;
	s.end_of_stream = 1;
	s.next_in = (uint8_t *)(uintptr_t)from;
	s.avail_in = (uint32_t)len;
	s.next_out = to;
	s.avail_out = (uint32_t)room;
	assert_int_equal(isal_deflate_stateless(&s), COMP_OK);
	return s.total_out;
}

static size_t pack_bzip2(const void *from, size_t len, void *to, size_t room)
{
	unsigned n = (unsigned)room;
	char *in = (char *)(uintptr_t)from;
	assert_int_equal(BZ2_bzBuffToBuffCompress(to, &n, in, (unsigned)len, 1, 0, 0), BZ_OK);
	return n;
}

/* With a checksum, as the program writes it. */
static size_t pack_zstd(const void *from, size_t len, void *to, size_t room)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	size_t n = ZSTD_compress2(c, to, room, from, len);
	ZSTD_freeCCtx(c);
	assert_false(ZSTD_isError(n));
	return n;
}

static size_t pack_lz4(const void *from, size_t len, void *to, size_t room)
{
	LZ4F_preferences_t p = { .frameInfo = { .contentChecksumFlag = 1 } };
	size_t n = LZ4F_compressFrame(to, room, from, len, &p);
	assert_false(LZ4F_isError(n));
	return n;
}

static const struct {
	const struct packing *packing;
	pack_fn *pack;
} packers[] = {
	{ &packing_gzip, pack_gzip },
	{ &packing_bzip2, pack_bzip2 },
	{ &packing_zstd, pack_zstd },
	{ &packing_lz4, pack_lz4 },
};

/** What a file gave. */
struct got {
	enum content content;
	size_t n;
	uint8_t *bytes;
	struct err damage; // no text: none
};

static struct got read_file(const void *content, size_t len, size_t step)
{
	char path[PATH_BYTES] = "/tmp/cordon-test-unpack.XXXXXX";
	struct got got = { .bytes = malloc(ROOM_BYTES) };
	struct input in;
	struct err e = {};
	int fd = mkstemp(path);
	assert_true(fd >= 0 && got.bytes);
	assert_int_equal(write(fd, content, len), len);
	close(fd);
	if (!input_open(&in, path, &e))
		fail_msg("%s", e.text);
	unlink(path);
	assert_int_equal(in.size, len);
	got.content = in.content;
	for (size_t n = 1; n && got.n + step <= ROOM_BYTES; got.n += n)
		n = fread(got.bytes + got.n, 1, step, in.file);
	assert_false(ferror(in.file));
	if (!input_is_damaged(&in, &got.damage)) {
		assert_true(feof(in.file));
		assert_int_equal(input_n_read(&in), len);
	}
	input_close(&in);
	return got;
}

/* Text that packs about as logs do. */
static void draw_text(struct dice *d, uint8_t *text, size_t len)
{
	static const char *const words[] = { "GET /", "HTTP/1.0\" ", "404 ", "10.1.2.", "\n", "ida",
		" - - [", "Mozilla/4.0 " };
	for (size_t at = 0; at < len;) {
		const char *word = words[dice_below(d, countof(words))];
		for (; *word && at < len; word++)
			text[at++] = (uint8_t)*word;
		if (at < len)
			text[at++] = (uint8_t)('0' + dice_below(d, 10));
	}
}

static void expect(struct got got, const uint8_t *text, size_t len, const char *what)
{
	if (got.n != len || memcmp(got.bytes, text, len) || *got.damage.text)
		fail_msg("%s: %zu of %zu bytes; %s", what, got.n, len, got.damage.text);
	assert_int_equal(got.content, len ? CONTENT_TEXT : CONTENT_EMPTY);
	free(got.bytes);
}

static void what_was_packed_comes_out(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 131072, 300001, 1000000 };
	static const size_t steps[] = { 100, 65536 };
	struct dice d = { .state = 7 };
	uint8_t *text = malloc(ROOM_BYTES), *packed = malloc(ROOM_BYTES);
	assert_true(text && packed);
	draw_text(&d, text, ROOM_BYTES);
	for (size_t i = 0; i < countof(packers); i++)
		for (size_t k = 0; k < countof(sizes); k++)
			for (size_t s = 0; s < countof(steps); s++) {
				size_t n = packers[i].pack(text, sizes[k], packed, ROOM_BYTES);
				expect(read_file(packed, n, steps[s]), text, sizes[k],
					packers[i].packing->name);
			}
	free(text);
	free(packed);
}

/* Rotated logs that were put one behind the other; tapes pad with zeroes. */
static void appended_files_are_one(void **state)
{
	(void)state;
	static uint8_t text[TEXT_BYTES], packed[4 * TEXT_BYTES];
	struct dice d = { .state = 8 };
	draw_text(&d, text, sizeof text);
	for (size_t i = 0; i < countof(packers); i++) {
		size_t n = 0;
		static const size_t cuts[] = { 0, 100, 100, 2000, TEXT_BYTES };
		for (size_t k = 0; k + 1 < countof(cuts); k++)
			n += packers[i].pack(text + cuts[k], cuts[k + 1] - cuts[k], packed + n,
				sizeof packed - n);
		expect(read_file(packed, n, 77), text, sizeof text, packers[i].packing->name);
		memset(packed + n, 0, 512);
		expect(read_file(packed, n + 512, 77), text, sizeof text, "padded");
		memcpy(packed + n, "GET / HTTP", 10);
		struct got got = read_file(packed, n + 10, 77);
		assert_int_equal(got.n, sizeof text);
		assert_non_null(strstr(got.damage.text, "something else follows, at byte"));
		free(got.bytes);
	}
}

static void of_a_cut_file_the_beginning_is_used(void **state)
{
	(void)state;
	static uint8_t text[TEXT_BYTES], packed[2 * TEXT_BYTES];
	struct dice d = { .state = 9 };
	draw_text(&d, text, sizeof text);
	for (size_t i = 0; i < countof(packers); i++) {
		size_t n = packers[i].pack(text, sizeof text, packed, sizeof packed), most = 0;
		for (size_t cut = 4; cut < n; cut++) {
			struct got got = read_file(packed, cut, 4096);
			assert_true(got.n <= sizeof text);
			assert_memory_equal(got.bytes, text, got.n);
			if (!strstr(got.damage.text, "it ends too early, at byte"))
				fail_msg("%s cut at %zu: '%s'", packers[i].packing->name, cut,
					got.damage.text);
			assert_non_null(strstr(got.damage.text, packers[i].packing->name));
			most = got.n;
			free(got.bytes);
		}
		assert_int_equal(most, sizeof text); // only a checksum is missing then
	}
}

/* A changed byte is told, or it was one that means nothing: a time stamp, a name. */
static void damage_is_told(void **state)
{
	(void)state;
	static uint8_t text[TEXT_BYTES], packed[2 * TEXT_BYTES];
	struct dice d = { .state = 10 };
	draw_text(&d, text, sizeof text);
	for (size_t i = 0; i < countof(packers); i++) {
		size_t n = packers[i].pack(text, sizeof text, packed, sizeof packed);
		for (size_t at = 4; at < n; at++) {
			packed[at] ^= (uint8_t)(1 << at % 8);
			struct got got = read_file(packed, n, 4096);
			if (!*got.damage.text) {
				assert_int_equal(got.n, sizeof text);
				assert_memory_equal(got.bytes, text, got.n);
			}
			packed[at] ^= (uint8_t)(1 << at % 8);
			free(got.bytes);
		}
	}
}

/* Input and room a byte at a time: what a library keeps between calls is kept. */
static void byte_by_byte(void **state)
{
	(void)state;
	static uint8_t text[TEXT_BYTES], packed[2 * TEXT_BYTES], got[TEXT_BYTES + 1];
	struct dice d = { .state = 11 };
	draw_text(&d, text, sizeof text);
	for (size_t i = 0; i < countof(packers); i++) {
		const struct packing *p = packers[i].packing;
		size_t n = packers[i].pack(text, sizeof text, packed, sizeof packed - 8);
		void *unpacking = p->state_new();
		assert_non_null(unpacking);
		for (size_t round = 0; round < 2; round++) {
			struct unpack u = { { packed, 0 }, got, 1, NULL };
			enum unpack_step s = UNPACK_MORE;
			for (size_t calls = 0; s == UNPACK_MORE && calls < 4 * TEXT_BYTES * 4;
				calls++) {
				size_t len = u.in.len, room = u.room;
				s = p->step(unpacking, &u);
				if (u.room == 0 && u.out < got + sizeof got)
					u.room = 1;
				else if (u.in.len == len && u.room == room &&
					 u.in.ptr + len < packed + n)
					u.in.len++;
			}
			assert_int_equal(s, UNPACK_END);
			assert_ptr_equal(u.in.ptr, packed + n);
			assert_int_equal(u.out - got, sizeof text);
			assert_memory_equal(got, text, sizeof text);
			assert_true(p->again(unpacking));
		}
		p->state_free(unpacking);
	}
}

static void two_layers_and_no_more(void **state)
{
	(void)state;
	static uint8_t text[TEXT_BYTES], once[2 * TEXT_BYTES], twice[2 * TEXT_BYTES],
		thrice[2 * TEXT_BYTES];
	static const enum content contents[] = { CONTENT_GZIP, CONTENT_BZIP2, CONTENT_ZSTD,
		CONTENT_LZ4 };
	struct dice d = { .state = 12 };
	draw_text(&d, text, sizeof text);
	for (size_t i = 0; i < countof(packers); i++)
		for (size_t k = 0; k < countof(packers); k++) {
			size_t n = packers[i].pack(text, sizeof text, once, sizeof once);
			n = packers[k].pack(once, n, twice, sizeof twice);
			expect(read_file(twice, n, 999), text, sizeof text, "twice");
			struct got got = read_file(twice, n / 2, 999);
			assert_non_null(strstr(got.damage.text, packers[k].packing->name));
			free(got.bytes);
			n = packers[k].pack(twice, n, thrice, sizeof thrice);
			got = read_file(thrice, n, 999);
			assert_int_equal(got.content, contents[i]);
			free(got.bytes);
		}
}

/* What is packed a thousandfold is a stream like any other. */
static void a_bomb_needs_no_room(void **state)
{
	(void)state;
	enum { BOMB_BYTES = 32 << 20 };
	uint8_t *zeros = calloc(1, BOMB_BYTES), *packed = malloc(ROOM_BYTES);
	char path[PATH_BYTES] = "/tmp/cordon-test-unpack.XXXXXX", room[4096];
	struct err e;
	struct input in;
	assert_true(zeros && packed);
	memset(zeros, 'a', BOMB_BYTES);
	size_t n = pack_gzip(zeros, BOMB_BYTES, packed, ROOM_BYTES), total = 0;
	int fd = mkstemp(path);
	assert_int_equal(write(fd, packed, n), n);
	close(fd);
	assert_true(input_open(&in, path, &e));
	unlink(path);
	for (size_t got; (got = fread(room, 1, sizeof room, in.file)) > 0;)
		total += got;
	assert_int_equal(total, BOMB_BYTES);
	input_close(&in);
	free(zeros);
	free(packed);
}

/* All optional fields of RFC 1952, 2.3.1, and no room to see them whole. */
static void a_gzip_header_with_everything(void **state)
{
	(void)state;
	static const struct {
		struct str header;
		bool is_valid;
	} rows[] = {
		{ STR("\x1f\x8b\x08\x00tttt\0\3"), true },
		{ STR("\x1f\x8b\x08\x1ftttt\2\3\x03\0abcname\0a comment\0hc"), true },
		{ STR("\x1f\x8b\x08\x04tttt\2\3\0\0"), true },
		{ STR("\x1f\x8b\x08\x08tttt\2\3\0"), true },
		{ STR("\x1f\x8b\x08\x02tttt\2\3hc"), true },
		{ STR("\x1f\x8b\x07\x00tttt\0\3"), false }, // another method
		{ STR("\x1f\x8b\x08\x20tttt\0\3"), false }, // a reserved flag
	};
	static uint8_t text[TEXT_BYTES], packed[2 * TEXT_BYTES], whole[3 * TEXT_BYTES];
	enum { FIXED_BYTES = 10 };
	struct dice d = { .state = 13 };
	draw_text(&d, text, sizeof text);
	size_t n = pack_gzip(text, sizeof text, packed, sizeof packed) - FIXED_BYTES;
	for (size_t i = 0; i < countof(rows); i++) {
		size_t len = rows[i].header.len;
		memcpy(whole, rows[i].header.ptr, len);
		memcpy(whole + len, packed + FIXED_BYTES, n);
		struct got got = read_file(whole, len + n, 77);
		if (rows[i].is_valid) {
			expect(got, text, sizeof text, "header");
			continue;
		}
		assert_non_null(strstr(got.damage.text, "its header is invalid"));
		free(got.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_out),
		cmocka_unit_test(appended_files_are_one),
		cmocka_unit_test(of_a_cut_file_the_beginning_is_used),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(two_layers_and_no_more),
		cmocka_unit_test(a_gzip_header_with_everything),
		cmocka_unit_test(a_bomb_needs_no_room),
	};
	return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
