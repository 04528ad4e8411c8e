// SPDX-License-Identifier: Apache-2.0
// Lines and their books: every way to end a line, what is no line, and chunks that change nothing.
#include <dirent.h>

#include "test_weblog.h"

#define CORPUS "fuzz/corpus/weblog"
#define ROW(path) "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET " path "\" 200 5"

static void assert_rows(struct bytes text, uint64_t parsed, uint64_t malformed, uint64_t skipped)
{
	for (size_t chunk = 0; chunk < 50; chunk += 1 + chunk / 3) {
		struct log_reading *l = log_read(text, chunk, WEBLOG_LOG, NULL);
		assert_books(l, parsed, malformed, skipped);
		assert_int_equal(l->n, parsed);
		free(l);
	}
}

static void ends_of_lines(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t parsed, skipped;
	} texts[] = {
		{ "", 0, 0 },
		{ "\n", 0, 1 },
		{ "\r\n\r\n", 0, 2 },
		{ "\r\r\n\n", 0, 3 },
		{ ROW("/a"), 1, 0 },
		{ ROW("/a") "\n" ROW("/b"), 2, 0 },
		{ ROW("/a") "\r" ROW("/b") "\r", 2, 0 },
		{ ROW("/a") "\r\n" ROW("/b") "\n" ROW("/c") "\r" ROW("/d"), 4, 0 },
		{ ROW("/a") "\n\n  \t\n" ROW("/b") "\n", 2, 2 },
		{ "\xef\xbb\xbf" ROW("/a") "\n", 1, 0 },
	};
	for (size_t i = 0; i < countof(texts); i++)
		assert_rows(bytes_of(texts[i].text), texts[i].parsed, 0, texts[i].skipped);
}

static void utf16(void **state)
{
	(void)state;
	static const char text[] = ROW("/a") "\r\n" ROW("/b") "\r\n";
	for (unsigned big = 0; big < 2; big++) {
		uint8_t wide[2 * sizeof text] = { big ? 0xfe : 0xff, big ? 0xff : 0xfe };
		for (size_t i = 0; i + 1 < sizeof text; i++)
			wide[2 + 2 * i + big] = (uint8_t)text[i];
		struct bytes b = { wide, sizeof wide };
		assert_true(weblog_recognise(b));
		assert_rows(b, 2, 0, 0);
		struct log_reading *l = log_read(b, 0, WEBLOG_LOG, NULL);
		assert_int_equal(l->request[0].offset, 2);
		assert_int_equal(l->request[1].offset, 2 + 2 * (strlen(ROW("/a")) + 2));
		free(l);
	}
}

/* A file that was made longer ahead of its text: NULs up to the end are one line that is skipped. */
static void nuls_at_the_end(void **state)
{
	(void)state;
	enum { NULS = 100000 };
	static const char head[] = ROW("/a") "\r\n";
	uint8_t *text = calloc(1, NULS);
	assert_non_null(text);
	memcpy(text, head, sizeof head - 1);
	for (size_t chunk = 0; chunk < NULS; chunk = chunk * 7 + 20) {
		struct log_reading *l =
			log_read((struct bytes){ text, NULS }, chunk, WEBLOG_LOG, NULL);
		assert_books(l, 1, 0, 1);
		assert_int_equal(l->trouble.n_notes, 1);
		assert_non_null(strstr(l->trouble.note[0].text, "NULs"));
		free(l);
	}
	memcpy(text + 5000, head, sizeof head - 1); // written on behind a hole
	struct log_reading *l = log_read((struct bytes){ text, 6000 }, 700, WEBLOG_LOG, NULL);
	assert_books(l, 2, 0, 1);
	assert_int_equal(l->request[1].offset, 5000);
	free(l);
	free(text);
}

static void lines_that_are_too_long(void **state)
{
	(void)state;
	static const size_t lengths[] = { WEBLOG_LINE_MAX - 1, WEBLOG_LINE_MAX, WEBLOG_LINE_MAX + 1,
		5000000 };
	for (size_t i = 0; i < countof(lengths); i++) {
		size_t n = lengths[i];
		bool is_long = n > WEBLOG_LINE_MAX;
		char *text = malloc(n + 200);
		assert_non_null(text);
		memset(text, 'x', n);
		(void)snprintf(text + n, 200, "\n%s\n", ROW("/a"));
		for (size_t chunk = 0; chunk < 3000000; chunk = chunk * 4 + 1001) {
			struct log_reading *l = log_read(bytes_of(text), chunk, WEBLOG_LOG, NULL);
			assert_books(l, 1, 1, 0);
			assert_int_equal(l->trouble.fault[FAULT_LOG_LONG].n, is_long);
			assert_int_equal(l->request[0].offset, n + 1);
			assert_int_equal(place_position(l->request[0].at), 2);
			free(l);
		}
		free(text);
	}
}

/* A log as attackers and full discs leave it; each line is counted under one head. */
static void a_malformed_log_is_counted_exactly(void **state)
{
	(void)state;
	static const char text[] = "binary \x01\x02\xff\xfe garbage\n"                  // malformed
		ROW("/a") "\r\n"                                                        // parsed
			  "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] GET /a 200 5\n"    // malformed
			  "10.0.0.1 - - [09/Aug/2001:00:11:57 +0000] \"GET /a\" OK 5\n" // malformed
			  "10.0.0.1 - - [99/Aug/2001:00:11:57 +0000] \"GET /a\" 200 5\n" // malformed
			  "\n"                                                           // skipped
			  "#Fields: date time c-ip cs-uri-stem sc-status\n"              // skipped
			  "2001-08-09 00:11:57 10.0.0.1 /a 200\n"                        // parsed
			  "2001-08-09 00:11:57 10.0.0.1 /a\n"                           // malformed
			  "2001-08-09 00:11:57 nobody /a 200\n"                         // malformed
		ROW("/b") "\n"                                                          // parsed
			  "[Sun Aug 5 16:26:02 2001] [error] [client 66.31.68.147] x\n" // parsed
			  "[Sun Aug 5 16:26:02 2001] what\n"                            // malformed
			  "%SEC-6-IPACCESSLOGP: list 1 denied tcp 10.0.0.1(1) ->\n"     // malformed
			  "10.0.0.1, -, 03/20/01, 7:55:20, W3SVC2, SERVER, 10.0.0.2, 45, 1, 2, "
			  "200, 0, GET, /a,\n"
			  "half a li"; // malformed
	for (size_t chunk = 0; chunk < 300; chunk++) {
		struct log_reading *l = log_read(bytes_of(text), chunk, WEBLOG_LOG, NULL);
		assert_books(l, 5, 9, 2);
		assert_int_equal(l->trouble.log.lines, 16);
		assert_int_equal(l->trouble.n_notes, 3);
		assert_int_equal(place_position(l->trouble.note[0].at), 1);
		free(l);
	}
}

/* Rows of quotes that never close must not cost the square of their length. */
static void open_quotes_are_cheap(void **state)
{
	(void)state;
	enum { LINES = 300 };
	static const char head[] = "#Fields: date time c-ip\n1";
	char *text = malloc(sizeof head + (size_t)LINES * WEBLOG_LINE_MAX);
	assert_non_null(text);
	size_t n = sizeof head - 1;
	memcpy(text, head, n);
	for (size_t i = 0; i < LINES; i++, text[n - 1] = '\n')
		for (size_t k = 0; k < WEBLOG_LINE_MAX; k++, n++)
			text[n] = "\"a "[k % 3];
	struct log_reading *l = log_read((struct bytes){ (uint8_t *)text, n }, 0, WEBLOG_LOG, NULL);
	assert_books(l, 0, LINES, 1);
	free(l);
	free(text);
}

static void read_in_chunks(struct bytes text)
{
	for (enum weblog_input input = WEBLOG_LOG; input <= WEBLOG_TEXT; input++) {
		struct log_reading *whole = log_read(text, 0, input, NULL);
		for (size_t chunk = 1; chunk < text.len; chunk += 1 + chunk / 5) {
			struct log_reading *parts = log_read(text, chunk, input, NULL);
			assert_int_equal(whole->n, parts->n);
			assert_int_equal(whole->n_flows, parts->n_flows);
			assert_true(whole->hash == parts->hash);
			assert_memory_equal(
				&whole->trouble, &parts->trouble, sizeof whole->trouble);
			free(parts);
		}
		free(whole);
	}
}

static void chunks_do_not_matter(void **state)
{
	(void)state;
	size_t n = 0;
	DIR *dir = opendir(CORPUS);
	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir));) {
		char path[300];
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, CORPUS "/%s", e->d_name);
		struct bytes text = log_file(path);
		assert_non_null(text.ptr);
		read_in_chunks((struct bytes){ text.ptr + 1, text.len - 1 });
		free((void *)text.ptr);
		n++;
	}
	(void)closedir(dir);
	assert_true(n >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_of_lines),
		cmocka_unit_test(utf16),
		cmocka_unit_test(nuls_at_the_end),
		cmocka_unit_test(lines_that_are_too_long),
		cmocka_unit_test(a_malformed_log_is_counted_exactly),
		cmocka_unit_test(open_quotes_are_cheap),
		cmocka_unit_test(chunks_do_not_matter),
	};
	return cmocka_run_group_tests_name("weblog_lines", tests, NULL, NULL);
}
