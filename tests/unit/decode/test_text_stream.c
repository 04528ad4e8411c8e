// SPDX-License-Identifier: Apache-2.0
// The stream under the rows: chunks, encodings, pagers, terminals, cut and long input.
#include <dirent.h>

#include "test_text.h"

#define CORPUS "fuzz/corpus/text"

/* Call `each` with every sample of the corpus; gives their number. */
static size_t for_each_sample(void (*each)(struct bytes text))
{
	size_t n = 0;
	DIR *dir = opendir(CORPUS);
	assert_non_null(dir);
	for (const struct dirent *e; (e = readdir(dir));) {
		char path[300];
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, CORPUS "/%s", e->d_name);
		struct bytes text = file_bytes(path);
		assert_non_null(text.ptr);
		each(text);
		free((void *)text.ptr);
		n++;
	}
	(void)closedir(dir);
	return n;
}

static void read_prefixes(struct bytes text)
{
	struct reading *whole = reading_of(text, 0);
	for (size_t len = 0; len < text.len; len++) {
		struct reading *r = reading_of((struct bytes){ text.ptr, len }, 0);
		assert_true(n_records(r) <= n_records(whole));
		free(r);
	}
	free(whole);
}

static void every_prefix_of_every_sample(void **state)
{
	(void)state;
	assert_true(for_each_sample(read_prefixes) >= 14);
}

static void assert_same(const struct reading *a, const struct reading *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->flow, b->flow, sizeof a->flow);
	assert_memory_equal(&a->trouble, &b->trouble, sizeof a->trouble);
	assert_memory_equal(&a->names, &b->names, sizeof a->names);
}

static void read_in_chunks(struct bytes text)
{
	struct reading *whole = reading_of(text, 0);
	assert_true(whole->n > 0);
	for (size_t chunk = 1; chunk < 40; chunk += 6) {
		struct reading *parts = reading_of(text, chunk);
		assert_same(whole, parts);
		free(parts);
	}
	free(whole);
}

static void chunks_do_not_matter(void **state)
{
	(void)state;
	assert_true(for_each_sample(read_in_chunks) >= 14);
}

/* Whether blanks are lines or not, the rows stay the same (but for CSV, which needs its lines). */
static void read_flattened(struct bytes text)
{
	if (memmem(text.ptr, text.len, "ADDR,IPV4", 9))
		return;
	struct reading *whole = reading_of(text, 0);
	uint8_t *flat = malloc(text.len);
	assert_non_null(flat);
	for (size_t i = 0; i < text.len; i++)
		flat[i] = text.ptr[i] == '\n' ? ' ' : text.ptr[i];
	struct reading *r = reading_of((struct bytes){ flat, text.len }, 0);
	assert_int_equal(whole->n, r->n);
	for (size_t i = 0; i < r->n; i++) {
		assert_true(addr_eq(&whole->flow[i].src, &r->flow[i].src));
		assert_true(addr_eq(&whole->flow[i].dst, &r->flow[i].dst));
		assert_int_equal(whole->flow[i].dst_port, r->flow[i].dst_port);
		assert_true(whole->flow[i].packets == r->flow[i].packets);
	}
	free(flat);
	free(r);
	free(whole);
}

static void lines_do_not_matter(void **state)
{
	(void)state;
	for_each_sample(read_flattened);
}

#define ROW "Vl1 10.0.0.1 Vl3 20.0.0.1 06 0400 0050 2"

static void assert_one_row(struct bytes text)
{
	struct reading *r = reading_of(text, 1);
	assert_int_equal(r->n, 1);
	assert_key(&r->flow[0], "10.0.0.1 1024 20.0.0.1 80 6");
	assert_int_equal(r->flow[0].packets, 2);
	assert_string_equal(names_get(&r->names, r->flow[0].input), "Vl1");
	assert_int_equal(n_faults(r), 0);
	free(r);
}

static void noise(void **state)
{
	(void)state;
	static const char *const texts[] = {
		ROW,
		ROW "\r\n",
		"\xef\xbb\xbf" ROW "\n",
		" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b" ROW "\n",
		"Vl1 10.0.0.1\n --More-- \r          \rVl3 20.0.0.1 06 0400 0050 2\n",
		"Vl1 10.0.0.1 --More--(57%) Vl3 20.0.0.1 06 0400 0050 2\n",
		"\x1b[KVl1 10.0.0.1 \x1b[7mVl3\x1b[0m 20.0.0.1 06 0400 0050 2",
		"Vl1\t10.0.0.1\tVl3\n20.0.0.1\n06 0400\n\n\n0050 2",
		"Vl1\xc2\xa0"
		"10.0.0.1\xc2\xa0Vl3 20.0.0.1 06 0400 0050 2",
		"sca ppers dative DstIPaddress Pr SrcP DstP Pkts " ROW,
		"Router#show ip cache flow | include 0050 ... " ROW " Router#",
		"%SEC-6-IPACCESSLOGP: list 101 denied tcp 10.0.0.1(1024) -> 20.0.0.1(80)\n" ROW,
	};
	for (size_t i = 0; i < countof(texts); i++)
		assert_one_row((struct bytes){ (const uint8_t *)texts[i], strlen(texts[i]) });
}

static void utf16(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		uint8_t text[2 * sizeof ROW] = { big ? 0xfe : 0xff, big ? 0xff : 0xfe };
		for (size_t i = 0; i + 1 < sizeof ROW; i++)
			text[2 + 2 * i + big] = (uint8_t)ROW[i];
		assert_one_row((struct bytes){ text, sizeof text });
	}
}

static void long_words(void **state)
{
	(void)state;
	enum { LONG = 100000 };
	char *text = malloc(2 * LONG);
	assert_non_null(text);
	memset(text, 'x', LONG);
	for (size_t i = 1; i < LONG; i += 2)
		text[i] = 'y';
	memcpy(text + LONG, " " ROW " ", sizeof ROW + 1);
	memset(text + LONG + sizeof ROW + 1, '-', LONG - sizeof ROW - 1); // a rule, not a word
	struct reading *r = reading_of((struct bytes){ (uint8_t *)text, 2 * LONG }, 977);
	assert_int_equal(r->n, 1);
	assert_int_equal(r->trouble.fault[FAULT_LONG_TOKEN].n, 1);
	assert_int_equal(n_faults(r), 1);
	free(r);
	free(text);
}

static void many_rows(void **state)
{
	(void)state;
	enum { ROWS = 5000 };
	char *text = malloc(ROWS * sizeof ROW);
	assert_non_null(text);
	for (size_t i = 0; i < ROWS; i++)
		memcpy(text + i * sizeof ROW, ROW " ", sizeof ROW);
	struct reading *r = reading_of((struct bytes){ (uint8_t *)text, ROWS * sizeof ROW }, 0);
	assert_int_equal(r->n, ROWS);
	assert_int_equal(r->trouble.packets, 2 * ROWS);
	free(r);
	free(text);
}

static void nothing_recognised(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n", "no rows here, 10.0.0.1 or not" };
	for (size_t i = 0; i < countof(texts); i++) {
		struct reading *r = reading_of_text(texts[i]);
		assert_int_equal(r->trouble.fault[FAULT_NO_ROWS].n, 1);
		assert_int_equal(n_records(r), 0);
		free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_prefix_of_every_sample),
		cmocka_unit_test(chunks_do_not_matter),
		cmocka_unit_test(lines_do_not_matter),
		cmocka_unit_test(noise),
		cmocka_unit_test(utf16),
		cmocka_unit_test(long_words),
		cmocka_unit_test(many_rows),
		cmocka_unit_test(nothing_recognised),
	};
	return cmocka_run_group_tests_name("text_stream", tests, NULL, NULL);
}
