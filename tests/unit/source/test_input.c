// SPDX-License-Identifier: Apache-2.0
// Inputs: what their first bytes say, and that they are read from the first byte on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/capture.h"
#include "source/input.h"

enum { PATH_BYTES = 64 };

/* A file of this test alone, with this content. */
static void write_file(char path[static PATH_BYTES], struct bytes content)
{
	snprintf(path, PATH_BYTES, "/tmp/cordon-test-input.XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	for (size_t at = 0; at < content.len;) {
		ssize_t n = write(fd, content.ptr + at, content.len - at);
		assert_true(n > 0);
		at += (size_t)n;
	}
	close(fd);
}

static struct bytes bytes_of(struct str s)
{
	return (struct bytes){ (const uint8_t *)s.ptr, s.len };
}

static void content_by_first_bytes(void **state)
{
	(void)state;
	static const struct {
		struct str head;
		enum content content;
	} rows[] = {
		{ STR(""), CONTENT_EMPTY }, { STR("\n"), CONTENT_TEXT },
		{ STR("Router#show ip cache flow\r\n"), CONTENT_TEXT },
		{ STR("\xef\xbb\xbfSrcIf"), CONTENT_TEXT },
		{ STR("\xff\xfeS\0r\0c\0"), CONTENT_TEXT },
		{ STR("\xfe\xff\0S\0r\0c"), CONTENT_TEXT },
		{ STR("\x1b[2J\x07router>\b"), CONTENT_TEXT },
		{ STR("\xd4\xc3\xb2\xa1\2\0\4\0"), CONTENT_CAPTURE },
		{ STR("\xa1\xb2\xc3\xd4\0\2\0\4"), CONTENT_CAPTURE },
		{ STR("\x4d\x3c\xb2\xa1\2\0\4\0"), CONTENT_CAPTURE },
		{ STR("\xa1\xb2\x3c\x4d\0\2\0\4"), CONTENT_CAPTURE },
		{ STR("\n\r\r\n\x1c\0\0\0"), CONTENT_CAPTURE },
		{ STR("\x1f\x8b\x08\0"), CONTENT_GZIP }, { STR("BZh91AY&SY"), CONTENT_BZIP2 },
		{ STR("\xfd"
		      "7zXZ\0"),
			CONTENT_XZ },
		{ STR("\x28\xb5\x2f\xfd"), CONTENT_ZSTD }, { STR("\x04\x22\x4d\x18"), CONTENT_LZ4 },
		{ STR("PK\x03\x04"), CONTENT_ZIP }, { STR("\x0c\xa5\1\0"), CONTENT_NFCAPD },
		{ STR("\xa5\x0c\1\0"), CONTENT_NFCAPD },
		{ STR("\0\5\0\1\0\0\0\0"), CONTENT_BINARY }, // a bare datagram
		{ STR("\x7f"
		      "ELF\2\1\1\0\0\0"),
			CONTENT_BINARY },
		{ STR("\xd4\xc3\xb2"), CONTENT_TEXT }, // a magic that is cut is none
	};
	for (size_t i = 0; i < countof(rows); i++) {
		enum content c = content_of(bytes_of(rows[i].head));
		if (c != rows[i].content)
			fail_msg("row %zu: %s", i, content_text(c));
	}
}

/* A few control characters are the terminal's; more than one in fifty are no text. */
static void text_with_few_odd_bytes(void **state)
{
	(void)state;
	char head[1000];
	memset(head, 'a', sizeof head);
	for (size_t i = 0; i < 20; i++)
		head[i * 50] = '\0';
	assert_int_equal(content_of((struct bytes){ (uint8_t *)head, sizeof head }), CONTENT_TEXT);
	head[999] = '\1';
	assert_int_equal(
		content_of((struct bytes){ (uint8_t *)head, sizeof head }), CONTENT_BINARY);
}

static void every_content_has_words(void **state)
{
	(void)state;
	for (enum content c = 0; c < N_CONTENTS; c++) {
		assert_true(content_text(c)[0]);
		bool is_read = c == CONTENT_TEXT || c == CONTENT_CAPTURE || c == CONTENT_NFCAPD;
		assert_int_equal(content_action(c)[0] == '\0', is_read);
	}
}

/* Sizes around the head that is looked at; read in steps that do not divide it. */
static void read_from_the_first_byte(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 2, INPUT_HEAD_BYTES - 1, INPUT_HEAD_BYTES,
		INPUT_HEAD_BYTES + 1, 3 * INPUT_HEAD_BYTES + 7, 300000 };
	static const size_t steps[] = { 1, 7, 4096, 65536 };
	for (size_t i = 0; i < countof(sizes); i++) {
		uint8_t *wrote = malloc(sizes[i] + 1), *got = malloc(sizes[i] + 1);
		assert_true(wrote && got);
		for (size_t k = 0; k < sizes[i]; k++)
			wrote[k] = (uint8_t)('a' + k * 7 % 26);
		char path[PATH_BYTES];
		write_file(path, (struct bytes){ wrote, sizes[i] });
		for (size_t s = 0; s < countof(steps); s++) {
			struct input in;
			struct err e;
			size_t n = 0, more;
			assert_true(input_open(&in, path, &e));
			assert_int_equal(in.content, sizes[i] ? CONTENT_TEXT : CONTENT_EMPTY);
			assert_int_equal(in.size, sizes[i]);
			assert_string_equal(in.name, path);
			do {
				size_t left = sizes[i] + 1 - n;
				more = fread(
					got + n, 1, left < steps[s] ? left : steps[s], in.file);
				n += more;
			} while (more);
			assert_true(feof(in.file) && !ferror(in.file));
			assert_int_equal(n, sizes[i]);
			assert_int_equal(input_n_read(&in), sizes[i]);
			assert_memory_equal(got, wrote, n);
			input_close(&in);
		}
		unlink(path);
		free(wrote);
		free(got);
	}
}

static void a_pipe_has_no_size(void **state)
{
	(void)state;
	int fd[2];
	char path[PATH_BYTES], got[8] = "";
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "SrcIf", 5), 5);
	close(fd[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", fd[0]);
	struct input in;
	struct err e;
	assert_true(input_open(&in, path, &e));
	assert_int_equal(in.size, 0);
	assert_int_equal(fread(got, 1, sizeof got, in.file), 5);
	assert_string_equal(got, "SrcIf");
	input_close(&in);
	close(fd[0]);
}

/* A file on the disk was read by 8 KB, and each copied twice. Standard input may be one, of which somebody read. */
static void a_file_was_read_through_a_stream(void **state)
{
	(void)state;
	static uint8_t wrote[3 * INPUT_HEAD_BYTES], got[sizeof wrote];
	enum { BEGUN = 1000 };
	char path[PATH_BYTES];
	struct input in;
	struct err e;
	for (size_t i = 0; i < sizeof wrote; i++)
		wrote[i] = (uint8_t)('a' + i * 7 % 26);
	write_file(path, (struct bytes){ wrote, sizeof wrote });
	for (size_t begun = 0; begun <= BEGUN; begun += BEGUN) {
		assert_non_null(freopen(path, "r", stdin));
		assert_int_equal(fread(got, 1, begun, stdin), begun);
		assert_true(input_open(&in, "-", &e));
		assert_ptr_equal(in.file, stdin);
		assert_int_equal(input_n_read(&in), begun);
		assert_int_equal(fread(got, 1, sizeof got, in.file), sizeof wrote - begun);
		assert_memory_equal(got, wrote + begun, sizeof wrote - begun);
		assert_int_equal(input_n_read(&in), sizeof wrote);
		input_close(&in);
		assert_int_equal(input_n_read(&in), 0);
	}
	unlink(path);
}

static void what_cannot_be_opened(void **state)
{
	(void)state;
	static const struct {
		const char *path, *words;
	} rows[] = {
		{ "/nonexistent/flows.txt", "open /nonexistent/flows.txt: No such file" },
		{ "/dev/null/flows.txt", "open /dev/null/flows.txt: Not a directory" },
		{ "/tmp", "/tmp is a directory without a file" },
		{ "", "open : No such file" },
		{ "/proc/self/mem", "read /proc/self/mem: Input/output error" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct input in;
		struct err e = {};
		assert_false(input_open(&in, rows[i].path, &e));
		assert_null(in.file);
		if (!strstr(e.text, rows[i].words))
			fail_msg("'%s' for '%s'", e.text, rows[i].path);
	}
}

/* A capture of three frames of 4, 0 and 6 bytes; little-endian, link type 113. */
static const uint8_t three_frames[] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0xff, 0xff, 0, 0, 113, 0, 0, 0,                                   // file
	1, 0, 0, 0, 0x78, 0xe0, 1, 0, 4, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3, 4, // cut: 4 of 9
	2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,                   // empty
	3, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 6, 0, 0, 0, 5, 6, 7, 8, 9, 10 };

static struct capture *open_capture(struct bytes content, struct err *e)
{
	static char path[PATH_BYTES]; // kept by the input
	struct input in;
	write_file(path, content);
	assert_true(input_open(&in, path, e));
	unlink(path);
	return capture_open(&in, e);
}

static void capture_with_all_its_frames(void **state)
{
	(void)state;
	static const struct {
		uint64_t time_ms;
		size_t len;
		uint32_t length;
	} rows[] = { { 1123, 4, 9 }, { 2000, 0, 0 }, { 3000, 6, 6 } };
	struct err e = {};
	struct frames frames;
	struct capture *c = open_capture((struct bytes){ three_frames, sizeof three_frames }, &e);
	assert_non_null(c);
	assert_int_equal(capture_next(c, &frames, &e), CAPTURE_FRAMES);
	assert_int_equal(frames.n, countof(rows));
	for (size_t i = 0; i < countof(rows); i++) {
		const struct frame *f = &frames.frame[i];
		assert_int_equal(f->link_type, 113);
		assert_int_equal(f->number, i + 1);
		assert_int_equal(f->time_ms, rows[i].time_ms);
		assert_int_equal(f->bytes.len, rows[i].len);
		assert_int_equal(f->length, rows[i].length);
	}
	assert_int_equal(frames.frame[2].bytes.ptr[5], 10);
	assert_int_equal(capture_next(c, &frames, &e), CAPTURE_END);
	capture_close(c);
	capture_close(NULL);
}

/* Every proper prefix: no capture, or fewer frames, and an end that is told where it is one. */
static void capture_prefixes(void **state)
{
	(void)state;
	enum { HEADER_BYTES = 24 };
	static const size_t ends[] = { 24, 44, 60 };
	for (size_t len = 4; len < sizeof three_frames; len++) {
		struct err e = {};
		struct frames frames;
		size_t n = 0, whole = 0;
		struct capture *c = open_capture((struct bytes){ three_frames, len }, &e);
		assert_int_equal(c != NULL, len >= HEADER_BYTES);
		if (!c) {
			assert_non_null(strstr(e.text, "cordon-test-input"));
			continue;
		}
		enum capture_next next;
		while ((next = capture_next(c, &frames, &e)) == CAPTURE_FRAMES)
			n += frames.n;
		bool is_end = false;
		for (size_t i = 0; i < countof(ends); i++) {
			whole += i && len >= ends[i];
			is_end |= len == ends[i];
		}
		assert_int_equal(n, whole);
		assert_int_equal(next, is_end ? CAPTURE_END : CAPTURE_DAMAGED);
		assert_int_equal(e.text[0] != '\0', !is_end);
		capture_close(c);
	}
}

/* A terminal tells its end once, and what is typed behind it is more: who read on waited for that. */
static void a_paste_needed_more_than_one_ctrl_d(void **state)
{
	enum { LONGEST_S = 20 };
	static const char typed[] = "a row of a paste\n\x04";
	int status, terminal = posix_openpt(O_RDWR | O_NOCTTY);
	(void)state;
	assert_true(terminal >= 0 && !grantpt(terminal) && !unlockpt(terminal));
	int keyboard = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	assert_true(keyboard >= 0);
	assert_int_equal(write(terminal, typed, sizeof typed - 1), sizeof typed - 1);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char row[sizeof typed];
		struct input in;
		struct err e;
		alarm(LONGEST_S);
		bool is_whole = dup2(keyboard, STDIN_FILENO) == STDIN_FILENO &&
				input_open(&in, "-", &e) && fgets(row, sizeof row, in.file) &&
				!fgets(row, sizeof row, in.file) && feof(in.file);
		_exit(!is_whole);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(keyboard);
	close(terminal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_by_first_bytes),
		cmocka_unit_test(text_with_few_odd_bytes),
		cmocka_unit_test(every_content_has_words),
		cmocka_unit_test(read_from_the_first_byte),
		cmocka_unit_test(a_pipe_has_no_size),
		cmocka_unit_test(a_paste_needed_more_than_one_ctrl_d),
		cmocka_unit_test(a_file_was_read_through_a_stream),
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test(capture_with_all_its_frames),
		cmocka_unit_test(capture_prefixes),
	};
	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
