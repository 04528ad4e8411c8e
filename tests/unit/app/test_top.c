// SPDX-License-Identifier: Apache-2.0
// What cordon top makes of answers: rows in order, a filter, a curve, and frames that fit the terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "app/top.h"

/* 2026-03-02T09:00:00Z, in ms. */
#define NOW_MS UINT64_C(1772442000000)

static const char status_text[] =
	"{\"version\":\"1\",\"started\":\"2026-03-02T08:00:00Z\",\"collected\":{\"flows\":5000,"
	"\"kernel_drops\":7},\"judging\":{\"last_ms\":12},\"incidents\":{\"known\":2},\"hosts\":"
	"{\"infected\":2,\"suspected\":0,\"closed\":1},\"exporters\":[{\"silence_is_trusted\":true}"
	","
	"{\"silence_is_trusted\":false}]}";

static const char hosts_text[] =
	"{\"next\":null,\"items\":["
	"{\"address\":\"10.1.1.9\",\"state\":\"infected\",\"incident\":2,\"evidence\":3,"
	"\"since\":\"2026-03-02T08:30:00Z\",\"onset\":\"2026-03-02T08:59:30Z\",\"last_attack\":"
	"null,"
	"\"charges\":[{\"cause\":\"tcp/80\"}]},"
	"{\"address\":\"10.1.1.10\",\"state\":\"infected\",\"incident\":1,\"evidence\":30,"
	"\"since\":\"2026-03-02T08:00:00Z\",\"onset\":\"2026-03-02T08:00:30Z\","
	"\"last_attack\":\"2026-03-02T08:50:00Z\",\"charges\":[{\"cause\":\"tcp/445\"}]},"
	"{\"address\":\"10.1.1.11\",\"state\":\"closed\",\"incident\":1,\"evidence\":1,"
	"\"since\":\"2026-03-02T08:40:00Z\",\"onset\":null,\"charges\":[]}]}";

static struct top *top_of(const char *hosts)
{
	struct top *t = calloc(1, sizeof *t);
	cJSON *h = cJSON_Parse(hosts);
	assert_non_null(t);
	assert_non_null(h);
	top_take(t, cJSON_Parse(status_text), h, NOW_MS);
	cJSON_Delete(h);
	return t;
}

static void top_free(struct top *t)
{
	cJSON_Delete(t->status);
	free(t);
}

static const char *shown(const struct top *t, size_t i)
{
	return i < t->n_shown ? t->row[t->shown[i]].address : "";
}

static void hosts_are_sorted_and_filtered(void **state)
{
	(void)state;
	struct top *t = top_of(hosts_text);
	assert_int_equal(t->n, 3);
	assert_int_equal(t->n_shown, 2); // closed ones are not
	assert_string_equal(shown(t, 0), "10.1.1.9");
	t->at = 1; // the selected host stays selected
	t->order = TOP_EVIDENCE;
	top_sort(t);
	assert_string_equal(shown(t, 0), "10.1.1.10");
	assert_int_equal(t->at, 0);
	t->order = TOP_ADDRESS; // as numbers, not as letters
	t->all = true;
	top_sort(t);
	assert_string_equal(shown(t, 0), "10.1.1.9");
	assert_string_equal(shown(t, 2), "10.1.1.11");
	memcpy(t->filter, "tcp/4", 6);
	top_sort(t);
	assert_int_equal(t->n_shown, 1);
	assert_string_equal(shown(t, 0), "10.1.1.10");
	memcpy(t->filter, "nothing", 8);
	top_sort(t);
	assert_int_equal(t->n_shown, 0);
	assert_int_equal(t->at, 0);
	top_free(t);
}

static void infections_are_counted_by_minute(void **state)
{
	(void)state;
	struct top *t = top_of(hosts_text);
	unsigned n = 0;
	for (size_t i = 0; i < TOP_MINUTES; i++)
		n += t->onset[i];
	assert_int_equal(n, 1); // the other began an hour ago
	assert_int_equal(t->onset[TOP_MINUTES - 2], 1);
	top_free(t);
}

static void a_daemon_that_is_away_leaves_what_was_there(void **state)
{
	(void)state;
	struct top *t = top_of(hosts_text);
	top_take(t, NULL, NULL, NOW_MS + 2000);
	assert_true(t->is_lost);
	assert_int_equal(t->n_shown, 2);
	cJSON *later = cJSON_Parse(status_text), *h = cJSON_Parse(hosts_text);
	cJSON_SetNumberValue(
		cJSON_GetObjectItem(cJSON_GetObjectItem(later, "collected"), "flows"), 7000);
	top_take(t, later, h, NOW_MS + 4000);
	cJSON_Delete(h);
	assert_false(t->is_lost);
	assert_true(t->has_rate);
	assert_int_equal(t->flows_per_s, 500);
	top_free(t);
}

static void answers_of_another_shape_are_shown_as_nothing(void **state)
{
	(void)state;
	struct top *t =
		top_of("{\"items\":[{\"address\":7,\"onset\":\"never\"},3,null,"
		       "{\"address\":\"\\u001b[2J\",\"charges\":{},\"state\":\"infected\"}]}");
	assert_int_equal(t->n, 4);
	assert_string_equal(shown(t, 0), "?[2J"); // and no terminal obeys
	top_free(t);
}

static void a_frame_fits_its_terminal(void **state)
{
	(void)state;
	struct top *t = top_of(hosts_text);
	for (size_t lines = 8; lines < 12; lines++) {
		char *text = NULL;
		size_t len = 0, n = 0, width = 0;
		FILE *out = open_memstream(&text, &len);
		top_draw(t, lines, 40, true, out);
		assert_int_equal(fclose(out), 0);
		for (const char *p = text; *p; p++) {
			n += *p == '\n';
			width = *p == '\n' || *p == '\r'
					? 0
					: width + (((unsigned char)*p & 0xc0) != 0x80);
			assert_true(width <= 40 + sizeof "\x1b[7m\x1b[0m\x1b[J\x1b[10;1H\x1b[K   "
							 "by LAST ATTACK");
		}
		assert_true(n < lines);
		free(text);
	}
	top_free(t);
}

static void a_terminal_of_80_columns_shows_both_times(void **state)
{
	(void)state;
	struct top *t = top_of(hosts_text);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	top_draw(t, 24, 80, true, out);
	fclose(out);
	assert_non_null(strstr(text, "SINCE       LAST ATTACK\x1b[K"));
	assert_non_null(strstr(text, "|\x1b[K")); // the end of the curve
	assert_non_null(strstr(text, " 03-02T08:30 -"));
	free(text);
	out = open_memstream(&text, &len);
	top_draw(t, 0, 0, true, out);
	fclose(out);
	assert_non_null(strstr(text, " 2026-03-02T08:00:00 2026-03-02T08:50:00\n"));
	assert_null(strstr(text, " \n10.")); // nothing is filled up behind the last column
	free(text);
	top_free(t);
}

static void words_are_not_torn(void **state)
{
	(void)state;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	top_wrap("one two three\n感染した端末 four\nabcdefghijklm", 9, out);
	fclose(out);
	assert_string_equal(
		text, "one two\r\nthree\r\n感染した端末\r\nfour\r\nabcdefghi\r\njklm\r\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_sorted_and_filtered),
		cmocka_unit_test(infections_are_counted_by_minute),
		cmocka_unit_test(a_daemon_that_is_away_leaves_what_was_there),
		cmocka_unit_test(answers_of_another_shape_are_shown_as_nothing),
		cmocka_unit_test(a_frame_fits_its_terminal),
		cmocka_unit_test(a_terminal_of_80_columns_shows_both_times),
		cmocka_unit_test(words_are_not_torn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
