// SPDX-License-Identifier: Apache-2.0
// Capture files: every variant of both formats, damage and where it is told, and frame by frame the
// same as libpcap on public and generated captures.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "source/capture.h"

enum { DRAFT_MAX = 4 << 20, SECTION = 0x0a0d0d0a, INTERFACE = 1, OLD = 2, SIMPLE = 3, PACKET = 6 };
enum { SECONDS = 1700000000 };

/* A file in the making, in either byte order. */
struct draft {
	bool is_big;
	size_t n;
	uint8_t byte[DRAFT_MAX];
};

static struct draft draft;

static void put(uint64_t v, size_t n_bytes)
{
	assert_true(draft.n + n_bytes <= sizeof draft.byte);
	for (size_t i = 0; i < n_bytes; i++)
		draft.byte[draft.n++] = (uint8_t)(v >> 8 * (draft.is_big ? n_bytes - 1 - i : i));
}

static void begin(bool is_big)
{
	draft.n = 0;
	draft.is_big = is_big;
}

static void put_header(uint32_t magic, unsigned minor, uint32_t snaplen, uint32_t link)
{
	put(magic, 4);
	put(2, 2);
	put(minor, 2);
	put(0, 8);
	put(snaplen, 4);
	put(link, 4);
}

static void put_fill(size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(n + i, 1);
}

static void put_record(uint32_t fraction, uint32_t first, uint32_t second, size_t n_held)
{
	put(SECONDS, 4);
	put(fraction, 4);
	put(first, 4);
	put(second, 4);
	put_fill(n_held);
}

static void put_section(void)
{
	put(SECTION, 4);
	put(28, 4);
	put(0x1a2b3c4d, 4);
	put(1, 2);
	put(0, 2);
	put(UINT64_MAX, 8);
	put(28, 4);
}

/* An interface; `resolution` -1 leaves the option out, and so does an offset of 0. */
static void put_interface(unsigned link, uint32_t snaplen, int resolution, int64_t offset_s)
{
	uint32_t len = 20 + (resolution >= 0 ? 8 : 0) + (offset_s ? 12 : 0) + 8 + 4;
	put(INTERFACE, 4);
	put(len, 4);
	put(link, 2);
	put(0, 2);
	put(snaplen, 4);
	put(2, 2); // if_name, of three bytes
	put(3, 2);
	put(0x65746800, 4);
	if (resolution >= 0) {
		put(9, 2);
		put(1, 2);
		put((uint64_t)resolution, 1);
		put(0, 3);
	}
	if (offset_s) {
		put(14, 2);
		put(8, 2);
		put((uint64_t)offset_s, 8);
	}
	put(0, 4);
	put(len, 4);
}

static void put_padded(size_t n, uint32_t len)
{
	put_fill(n);
	put(0, (4 - n % 4) % 4);
	put(len, 4);
}

static void put_packet(uint32_t interface, uint64_t time, size_t n)
{
	uint32_t len = (uint32_t)(32 + (n + 3) / 4 * 4);
	put(PACKET, 4);
	put(len, 4);
	put(interface, 4);
	put(time >> 32, 4);
	put(time, 4);
	put(n, 4);
	put(n + 10, 4);
	put_padded(n, len);
}

/* What is drafted, as a capture; no file of that name is left. */
static struct capture *open_draft(size_t len, struct err *e)
{
	FILE *file = fmemopen(draft.byte, len, "rb");
	assert_non_null(file);
	struct input in = { .name = "draft", .file = file, .content = CONTENT_CAPTURE };
	struct capture *c = capture_open(&in, e);
	assert_null(in.file);
	return c;
}

/** What a frame has to be. */
struct want {
	size_t len;
	uint32_t length;
	uint64_t time_ms;
	int link_type;
};

static void assert_frames(const struct want *want, size_t n, enum capture_next end)
{
	struct err e = {};
	struct frames frames;
	size_t k = 0;
	enum capture_next next;
	struct capture *c = open_draft(draft.n, &e);
	assert_string_equal(e.text, "");
	while ((next = capture_next(c, &frames, &e)) == CAPTURE_FRAMES)
		for (size_t i = 0; i < frames.n; i++, k++) {
			const struct frame *f = &frames.frame[i];
			assert_true(k < n);
			assert_int_equal(f->number, k + 1);
			assert_int_equal(f->bytes.len, want[k].len);
			assert_int_equal(f->length, want[k].length);
			assert_int_equal(f->time_ms, want[k].time_ms);
			assert_int_equal(f->link_type, want[k].link_type);
			if (f->bytes.len > 1)
				assert_int_equal((uint8_t)(f->bytes.ptr[0] + 1), f->bytes.ptr[1]);
		}
	assert_int_equal(k, n);
	assert_int_equal(next, end);
	assert_int_equal(e.text[0] != '\0', end == CAPTURE_DAMAGED);
	capture_close(c);
}

static const uint64_t begin_ms = (uint64_t)SECONDS * 1000;

static void every_variant_of_pcap(void **state)
{
	(void)state;
	static const struct {
		uint32_t magic, fraction;
		size_t n_more; // bytes of a record header beyond sixteen
	} rows[] = {
		{ 0xa1b2c3d4, 123999, 0 },
		{ 0xa1b23c4d, 123999999, 0 },
		{ 0xa1b2cd34, 123999, 8 },
	};
	for (size_t i = 0; i < countof(rows) * 2; i++) {
		begin(i % 2);
		put_header(rows[i / 2].magic, 4, 0, 0x10000071); // with the length of a checksum
		put_record(rows[i / 2].fraction, 5, 9, 0);
		put(0, rows[i / 2].n_more);
		put_fill(5);
		assert_frames((struct want[]){ { 5, 9, begin_ms + 123, 113 } }, 1, CAPTURE_END);
	}
}

/* Before version 2.3 the length on the wire came first, in 2.3 either: the lesser is what is here. */
static void lengths_of_old_versions(void **state)
{
	(void)state;
	static const struct {
		unsigned minor;
		uint32_t first, second;
	} rows[] = { { 2, 9, 5 }, { 3, 9, 5 }, { 3, 5, 9 }, { 4, 5, 9 } };
	for (size_t i = 0; i < countof(rows); i++) {
		begin(false);
		put_header(0xa1b2c3d4, rows[i].minor, 0, 1);
		put_record(0, rows[i].first, rows[i].second, 5);
		assert_frames((struct want[]){ { 5, 9, begin_ms, 1 } }, 1, CAPTURE_END);
	}
}

static void a_frame_longer_than_the_snap_length_is_cut(void **state)
{
	(void)state;
	begin(true);
	put_header(0xa1b2c3d4, 4, 6, 1);
	put_record(0, 8, 8, 8);
	put_record(0, 6, 8, 6);
	assert_frames(
		(struct want[]){ { 6, 8, begin_ms, 1 }, { 6, 8, begin_ms, 1 } }, 2, CAPTURE_END);
}

static void interfaces_have_their_own_link_and_clock(void **state)
{
	(void)state;
	for (int is_big = 0; is_big < 2; is_big++) {
		begin(is_big);
		put_section();
		put_interface(1, 0, -1, 0);
		put_interface(113, 96, 9, 0);
		put_interface(101, 0, 0, 60);
		put_interface(12, 0, 0x80 | 10, -60);
		put_interface(14, 0, 0x80 | 60, 0);
		put_interface(228, 0, 2, 0);
		put_interface(229, 0, 23, 0); // finer than 64 bits can tell: no time
		put_packet(0, (uint64_t)SECONDS * 1000000 + 5999, 4);
		put_packet(1, (uint64_t)SECONDS * 1000000000 + 6999999, 5);
		put_packet(2, SECONDS, 6);
		put_packet(3, (uint64_t)SECONDS << 10 | 512, 7);
		put_packet(4, UINT64_C(3) << 59, 8);
		put_packet(5, (uint64_t)SECONDS * 100 + 3, 9);
		put_packet(6, 1, 10);
		put_packet(7, 1, 11);
		assert_frames(
			(struct want[]){
				{ 4, 14, begin_ms + 5, 1 },
				{ 5, 15, begin_ms + 6, 113 },
				{ 6, 16, begin_ms + 60000, 101 },
				{ 7, 17, begin_ms - 60000 + 500, 12 },
				{ 8, 18, 1500, 14 },
				{ 9, 19, begin_ms + 30, 228 },
				{ 10, 20, 0, 229 },
				{ 11, 21, 0, -1 },
			},
			8, CAPTURE_END);
	}
}

static void other_blocks_of_packets(void **state)
{
	(void)state;
	begin(false);
	put_section();
	put_interface(1, 6, -1, 0);
	put(SIMPLE, 4); // cut to the snap length of the interface
	put(24, 4);
	put(9, 4);
	put_padded(6, 24);
	put(OLD, 4);
	put(36, 4);
	put(0, 2);
	put(7, 2); // drops
	put(0, 4);
	put(2000, 4);
	put(3, 4);
	put(3, 4);
	put_padded(3, 36);
	put(0x80000001, 4); // of somebody's own
	put(16, 4);
	put_padded(2, 16);
	put_packet(0, 3000, 0);
	assert_frames(
		(struct want[]){ { 6, 9, 0, 1 }, { 3, 3, 2, 1 }, { 0, 10, 3, 1 } }, 3, CAPTURE_END);
}

static void a_section_has_its_own_byte_order_and_interfaces(void **state)
{
	(void)state;
	begin(false);
	put_section();
	put_interface(1, 0, -1, 0);
	put_packet(0, 1000, 4);
	draft.is_big = true;
	put_section();
	put_packet(0, 1000, 4);
	put_interface(113, 0, 3, 0);
	put_packet(0, 1000, 4);
	assert_frames((struct want[]){ { 4, 14, 1, 1 }, { 4, 14, 0, -1 }, { 4, 14, 1000, 113 } }, 3,
		CAPTURE_END);
}

static void more_interfaces_than_are_kept(void **state)
{
	(void)state;
	begin(false);
	put_section();
	for (int i = 0; i < 4097; i++)
		put_interface(1, 0, 3, 0);
	put_packet(4095, 7, 4);
	put_packet(4096, 7, 4);
	assert_frames((struct want[]){ { 4, 14, 7, 1 }, { 4, 14, 0, -1 } }, 2, CAPTURE_END);
}

enum { MICRO = 1000, NANO_MAGIC = 0xa1b23c4d, MICRO_MAGIC = 0xa1b2c3d4 };

/* `cat a.pcap b.pcap`: the second may differ in all that its header tells, and in its format. */
static void a_capture_appended_to_another_is_read_on(void **state)
{
	(void)state;
	begin(false);
	put_header(MICRO_MAGIC, 4, 0, 1);
	put_record(5 * MICRO, 4, 14, 4);
	put_record(0, 0, 9, 0); // a packet without a byte is no header
	draft.is_big = true;
	put_header(NANO_MAGIC, 4, 6, 113);
	put_record(7000000, 8, 18, 8);
	put_header(0xa1b2cd34, 4, 0, 12);
	draft.is_big = false;
	put_header(MICRO_MAGIC, 4, 0, 101); // of the one before not a packet was written
	put_record(0, 5, 15, 5);
	put_section();
	put_interface(229, 0, 3, 0);
	put_packet(0, 9, 7);
	draft.is_big = true;
	put_header(NANO_MAGIC, 4, 0, 228);
	put_record(1000000, 8, 18, 8);
	put_section();
	put_packet(0, 9, 4);
	assert_frames(
		(struct want[]){
			{ 4, 14, begin_ms + 5, 1 },
			{ 0, 9, begin_ms, 1 },
			{ 6, 18, begin_ms + 7, 113 },
			{ 5, 15, begin_ms, 101 },
			{ 7, 17, 9, 229 },
			{ 8, 18, begin_ms + 1, 228 },
			{ 4, 14, 0, -1 },
		},
		7, CAPTURE_END);
}

/* However the headers lie to the blocks in which a file is read. */
static void appended_captures_across_the_ends_of_what_is_read_at_once(void **state)
{
	(void)state;
	static struct want want[4000];
	uint64_t n = 0;
	begin(false);
	for (size_t i = 0; i < 40; i++) {
		draft.is_big = i % 3;
		put_header(i % 2 ? NANO_MAGIC : MICRO_MAGIC, 4, 0, (uint32_t)i);
		for (size_t k = 0; k < 100; k++, n++) {
			size_t len = (n * 131 + i) % 700;
			put_record(0, (uint32_t)len, (uint32_t)n, len);
			want[n] = (struct want){ len, (uint32_t)n, begin_ms, (int)i };
		}
	}
	assert_frames(want, n, CAPTURE_END);
}

static void the_first_frames_of_an_appended_capture_say_so(void **state)
{
	(void)state;
	for (int is_ng = 0; is_ng < 2; is_ng++) {
		struct err e = {};
		struct frames frames;
		begin(false);
		for (size_t i = 0; i < 2; i++) {
			if (is_ng) {
				put_section();
				put_interface(1, 0, 3, 0);
			} else {
				put_header(MICRO_MAGIC, 4, 0, 1);
			}
			for (size_t k = 0; k < FRAMES_MAX + 1; k++)
				if (is_ng)
					put_packet(0, 1, 4);
				else
					put_record(0, 4, 4, 4);
		}
		struct capture *c = open_draft(draft.n, &e);
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(capture_next(c, &frames, &e), CAPTURE_FRAMES);
			assert_int_equal(frames.n, i % 2 ? 1 : FRAMES_MAX);
			assert_int_equal(frames.is_of_another, i == 2);
		}
		assert_int_equal(capture_next(c, &frames, &e), CAPTURE_END);
		capture_close(c);
	}
}

static void an_appended_capture_that_is_damaged_is_told_with_its_byte(void **state)
{
	(void)state;
	for (int is_ng = 0; is_ng < 2; is_ng++) {
		struct err e = {};
		struct frames frames;
		char byte[64];
		begin(false);
		put_header(MICRO_MAGIC, 4, 0, 1);
		put_record(0, 4, 14, 4);
		size_t at = draft.n;
		if (is_ng)
			put_section();
		else
			put_header(MICRO_MAGIC, 4, 0, 1);
		struct capture *c = open_draft(draft.n - 1, &e);
		assert_int_equal(capture_next(c, &frames, &e), CAPTURE_FRAMES);
		assert_int_equal(frames.n, 1);
		assert_int_equal(capture_next(c, &frames, &e), CAPTURE_DAMAGED);
		snprintf(byte, sizeof byte, "the capture that begins at byte %zu", at);
		assert_non_null(strstr(e.text, byte));
		assert_non_null(strstr(e.text, "truncated"));
		capture_close(c);
	}
}

/* Damage behind one good packet: that one counts, and the byte is told. */
static void damage_is_told_with_its_byte(void **state)
{
	(void)state;
	enum { LENGTH, TRAILER, HELD, KIND_OF_SECTION, PCAP, N_WAYS };
	for (int way = 0; way < N_WAYS; way++) {
		struct err e = {};
		struct frames frames;
		char byte[32];
		begin(way == TRAILER);
		if (way == PCAP) {
			put_header(0xa1b2c3d4, 4, 65535, 1);
			put_record(0, 4, 4, 4);
		} else {
			put_section();
			put_interface(1, 0, -1, 0);
			put_packet(0, 1000, 4);
		}
		size_t at = draft.n;
		if (way == PCAP)
			put_record(0, 262145, 4, 600);
		else
			put_packet(0, 1000, 600);
		if (way == LENGTH)
			draft.byte[at + 4] = 13;
		if (way == TRAILER)
			draft.byte[draft.n - 1] ^= 4;
		if (way == HELD)
			draft.byte[at + 21] = 3;
		if (way == KIND_OF_SECTION)
			memcpy(draft.byte + at, "\n\r\r\n", 4);
		struct capture *c = open_draft(draft.n, &e);
		assert_int_equal(capture_next(c, &frames, &e), CAPTURE_FRAMES);
		assert_int_equal(frames.n, 1);
		assert_int_equal(capture_next(c, &frames, &e), CAPTURE_DAMAGED);
		snprintf(byte, sizeof byte, "at byte %zu", at);
		assert_non_null(strstr(e.text, byte));
		assert_non_null(strstr(e.text, "draft: after packet 1: damaged"));
		capture_close(c);
	}
}

/* Such a fraction was added: the packet came up to an hour late, or days with nanoseconds in microseconds. */
static void a_fraction_of_more_than_a_second_is_told_and_not_added(void **state)
{
	(void)state;
	struct err e = {};
	struct frames frames;
	begin(false);
	put_header(MICRO_MAGIC, 4, 0, 1);
	put_record(999999, 1, 1, 1);
	put_record(1000000, 1, 1, 1);
	put_record(UINT32_MAX, 1, 1, 1);
	put_header(NANO_MAGIC, 4, 0, 1);
	put_record(999999999, 1, 1, 1);
	struct capture *c = open_draft(draft.n, &e);
	for (size_t n = 0; n < 4;) {
		assert_int_equal(capture_next(c, &frames, &e), CAPTURE_FRAMES);
		for (size_t i = 0; i < frames.n; i++, n++)
			assert_int_equal(frames.frame[i].time_ms, begin_ms + (n % 3 ? 0 : 999));
	}
	assert_int_equal(capture_next(c, &frames, &e), CAPTURE_END);
	assert_int_equal(capture_mistimed(c), 2);
	capture_close(c);
}

static void a_link_type_has_the_name_of_libpcap(void **state)
{
	(void)state;
	assert_string_equal(capture_link_name(105), "IEEE802_11");
	assert_string_equal(capture_link_name(127), "IEEE802_11_RADIO");
	assert_null(capture_link_name(-1));
	assert_null(capture_link_name(65535));
}

static void headers_that_are_refused(void **state)
{
	(void)state;
	static const struct {
		size_t len;
		uint32_t magic;
		unsigned minor;
	} rows[] = {
		{ 23, 0xa1b2c3d4, 4 },
		{ 24, 0xa1b2c3d4, 5 },
		{ 24, 0xa1b2c3d5, 4 },
		{ 3, 0xa1b2c3d4, 4 },
		{ 24, SECTION, 4 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct err e = {};
		begin(false);
		put_header(rows[i].magic, rows[i].minor, 0, 1);
		assert_null(open_draft(rows[i].len, &e));
		assert_non_null(strstr(e.text, "draft: capture cannot be read: "));
	}
}

/* Every proper prefix of a file of blocks has fewer frames, and an end that is told where it is none. */
static void prefixes_of_pcapng(void **state)
{
	(void)state;
	size_t end[4], n_ends = 0;
	begin(true);
	put_section();
	end[n_ends++] = draft.n;
	put_interface(1, 0, 9, 1);
	end[n_ends++] = draft.n;
	put_packet(0, 1000, 5);
	end[n_ends++] = draft.n;
	put_packet(0, 1000, 80);
	end[n_ends++] = draft.n;
	for (size_t len = 4; len <= draft.n; len++) {
		struct err e = {};
		struct frames frames;
		size_t n = 0;
		bool is_end = false;
		struct capture *c = open_draft(len, &e);
		assert_int_equal(c != NULL, len >= end[0]);
		if (!c)
			continue;
		enum capture_next next;
		while ((next = capture_next(c, &frames, &e)) == CAPTURE_FRAMES)
			n += frames.n;
		for (size_t i = 0; i < n_ends; i++)
			is_end |= len == end[i];
		assert_int_equal(n, (len >= end[2]) + (len >= end[3]));
		assert_int_equal(next, is_end ? CAPTURE_END : CAPTURE_DAMAGED);
		capture_close(c);
	}
}

/* Our frames and those of libpcap, one by one. Returns how many. */
static uint64_t assert_same(FILE *ours, FILE *theirs, const char *name)
{
	struct err e = {};
	char why[PCAP_ERRBUF_SIZE];
	struct frames frames;
	uint64_t n = 0;
	struct input in = { .name = name, .file = ours, .content = CONTENT_CAPTURE };
	struct capture *c = capture_open(&in, &e);
	pcap_t *p = pcap_fopen_offline(theirs, why);
	if (!c || !p)
		fail_msg("%s: %s %s", name, e.text, why);
	enum capture_next next;
	struct pcap_pkthdr *h;
	const u_char *bytes;
	while ((next = capture_next(c, &frames, &e)) == CAPTURE_FRAMES)
		for (size_t i = 0; i < frames.n; i++, n++) {
			const struct frame *f = &frames.frame[i];
			if (pcap_next_ex(p, &h, &bytes) != 1)
				fail_msg("%s: frame %zu is ours alone", name, (size_t)n);
			uint64_t time_ms =
				(uint64_t)h->ts.tv_sec * 1000 + (uint64_t)h->ts.tv_usec / 1000;
			if (f->bytes.len != h->caplen || f->length != h->len ||
				f->time_ms != time_ms ||
				memcmp(f->bytes.ptr, bytes, h->caplen) != 0)
				fail_msg("%s: frame %zu differs", name, (size_t)n);
		}
	int last = pcap_next_ex(p, &h, &bytes);
	assert_int_equal(last, next == CAPTURE_END ? PCAP_ERROR_BREAK : PCAP_ERROR);
	capture_close(c);
	pcap_close(p);
	return n;
}

static void the_same_as_libpcap_on_public_captures(void **state)
{
	(void)state;
	static const char *const under[] = { "pcap", "pcap/*", "flows/*", "flows/*/*" };
	static const char *const suffix[] = { "pcap", "pcapng" };
	const char *data = getenv("CORDON_DATA");
	uint64_t n = 0;
	glob_t g = {};
	for (size_t i = 0; i < countof(under) * countof(suffix); i++) {
		char pattern[4096];
		snprintf(pattern, sizeof pattern, "%s/%s/*.%s", data ? data : "../shared/data",
			under[i / 2], suffix[i % 2]);
		glob(pattern, i ? GLOB_APPEND : 0, NULL, &g);
	}
	for (size_t i = 0; i < g.gl_pathc; i++)
		n += assert_same(
			fopen(g.gl_pathv[i], "rb"), fopen(g.gl_pathv[i], "rb"), g.gl_pathv[i]);
	if (g.gl_pathc)
		print_message("# %zu captures, %zu frames\n", (size_t)g.gl_pathc, (size_t)n);
	else
		print_message("# skipped: TEST DATA IS ABSENT: NO PUBLIC CAPTURE IS COMPARED\n");
	globfree(&g);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

/* Long and short frames, so that records lie across the ends of blocks that are read; cut anywhere. */
static void the_same_as_libpcap_on_generated_captures(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252;
	for (int round = 0; round < 40; round++) {
		bool is_ng = round % 2;
		begin(round / 2 % 2);
		if (is_ng) {
			put_section();
			put_interface(1, 0, round % 3 ? 6 : 9, 0);
		} else {
			put_header(round % 3 ? 0xa1b2c3d4 : 0xa1b23c4d, 4, 65535, 1);
		}
		while (draft.n < 1200000) {
			bool is_long = next_random(&x) % 64 == 0;
			size_t n = next_random(&x) % (is_long ? 65536 : 1500);
			if (is_ng)
				put_packet(0, next_random(&x) >> 4, n);
			else
				put_record(
					next_random(&x) % 1000000, (uint32_t)n, (uint32_t)n + 3, n);
		}
		size_t len = round < 20 ? draft.n : 2000 + next_random(&x) % (draft.n - 2000);
		assert_same(fmemopen(draft.byte, len, "rb"), fmemopen(draft.byte, len, "rb"),
			is_ng ? "pcapng" : "pcap");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_variant_of_pcap),
		cmocka_unit_test(lengths_of_old_versions),
		cmocka_unit_test(a_frame_longer_than_the_snap_length_is_cut),
		cmocka_unit_test(interfaces_have_their_own_link_and_clock),
		cmocka_unit_test(other_blocks_of_packets),
		cmocka_unit_test(a_section_has_its_own_byte_order_and_interfaces),
		cmocka_unit_test(more_interfaces_than_are_kept),
		cmocka_unit_test(a_capture_appended_to_another_is_read_on),
		cmocka_unit_test(appended_captures_across_the_ends_of_what_is_read_at_once),
		cmocka_unit_test(the_first_frames_of_an_appended_capture_say_so),
		cmocka_unit_test(an_appended_capture_that_is_damaged_is_told_with_its_byte),
		cmocka_unit_test(damage_is_told_with_its_byte),
		cmocka_unit_test(a_fraction_of_more_than_a_second_is_told_and_not_added),
		cmocka_unit_test(a_link_type_has_the_name_of_libpcap),
		cmocka_unit_test(headers_that_are_refused),
		cmocka_unit_test(prefixes_of_pcapng),
		cmocka_unit_test(the_same_as_libpcap_on_public_captures),
		cmocka_unit_test(the_same_as_libpcap_on_generated_captures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
