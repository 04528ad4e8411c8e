// SPDX-License-Identifier: Apache-2.0
// The typed reader on a made-up table: what it reads, and the exact words of what it refuses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/yaml.h"

struct sample {
	struct str name;
	uint64_t threshold;
	unsigned colour;
	unsigned n_points;
	uint64_t x_sum;
};

static const char *const colours[] = { NULL, "red", "green", "blue" };

static const struct yml_key point_key[] = {
	{ .name = "x", .is_required = true, .read = yml_number, .min = 1, .max = 9 },
	{ .name = "y", .read = yml_number, .offset = 8, .max = UINT64_MAX },
};
static const struct yml_keys point_keys = { "a point", point_key, countof(point_key) };

static bool point_read(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct sample *s = into;
	uint64_t xy[2] = {};
	if (!yml_map(value, &point_keys, xy, e))
		return false;
	s->n_points++;
	s->x_sum += xy[0];
	return true;
}

static const struct yml_key sample_key[] = {
	{ .name = "name", .read = yml_text, .offset = offsetof(struct sample, name) },
	{
		.name = "threshold",
		.read = yml_number,
		.offset = offsetof(struct sample, threshold),
		.max = 1000,
	},
	{
		.name = "colour",
		.expects = "a colour",
		.read = yml_choice,
		.offset = offsetof(struct sample, colour),
		.choice = colours,
		.n_choices = countof(colours),
	},
	{ .name = "points", .expects = "a list of points", .is_list = true, .read = point_read },
};
static const struct yml_keys sample_keys = { "a sample", sample_key, countof(sample_key) };

static bool sample_read(struct str text, struct sample *s, struct err *e)
{
	struct yml *doc = yml_parse(text, "f", e);
	bool ok = doc && yml_read(doc, &sample_keys, s, e);
	yml_free(doc);
	return ok;
}

static void reads_every_type(void **state)
{
	(void)state;
	struct err e = {};
	struct sample s = {};
	struct yml *doc = yml_parse(STR("\xef\xbb\xbfname: 'null'\nthreshold: 1000\ncolour: blue\n"
					"points:\n- x: 2\n- {y: 0, x: 3}\n"),
		"f", &e);
	assert_non_null(doc);
	if (!yml_read(doc, &sample_keys, &s, &e))
		fail_msg("%s", e.text);
	assert_int_equal(s.name.len, 4);
	assert_memory_equal(s.name.ptr, "null", 4);
	assert_int_equal(s.threshold, 1000);
	assert_int_equal(s.colour, 3);
	assert_int_equal(s.n_points, 2);
	assert_int_equal(s.x_sum, 5);
	yml_free(doc);
	yml_free(NULL);
}

static void nothing_is_an_empty_mapping(void **state)
{
	(void)state;
	static const struct str texts[] = { STR(""), STR("# only a comment\n"), STR("---\n"),
		STR("{}"), STR("\xef\xbb\xbf"), STR("points: []"), { NULL, 0 } };
	for (size_t i = 0; i < countof(texts); i++) {
		struct err e = {};
		struct sample s = {};
		if (!sample_read(texts[i], &s, &e))
			fail_msg("text %zu: %s", i, e.text);
		assert_int_equal(s.n_points, 0);
	}
	struct err e;
	struct yml *doc = yml_parse(STR(""), "f", &e);
	uint64_t xy[2];
	assert_false(yml_read(doc, &point_keys, xy, &e));
	assert_string_equal(e.text, "f:1:1: a point needs the key 'x'");
	yml_free(doc);
}

#define TEN(text) text text text text text text text text text text

static const struct {
	struct str text;
	const char *said;
} refused[] = {
	{ STR("name: a\ntreshold: 1"), "f:2:1: unknown key 'treshold', did you mean 'threshold'?" },
	{ STR("zebra: 1"),
		"f:1:1: unknown key 'zebra'; known are name, threshold, colour, points" },
	{ STR("? " TEN("0123456789") "\n: 1"),
		"f:1:3: unknown key '01234567890123456789012345678901234567890...'; "
		"known are name, threshold, colour, points" },
	{ STR("\"a\\e[1m\\x85\": 1"),
		"f:1:1: unknown key 'a?[1m?'; known are name, threshold, colour, points" },
	{ STR("colour: grean"), "f:1:9: unknown colour 'grean', did you mean 'green'?" },
	{ STR("colour: taupe"), "f:1:9: unknown colour 'taupe'; known are red, green, blue" },
	{ STR("colour: []"), "f:1:9: expected a colour, got a list" },
	{ STR("name: a\n\nname: b"), "f:3:1: key 'name' stands here again, first in line 1" },
	{ STR("points: {x: 1}"), "f:1:9: expected a list of points, got a mapping" },
	{ STR("points: 7"), "f:1:9: expected a list of points, got '7'" },
	{ STR("points:\nname: a"), "f:1:8: expected a list of points, got nothing" },
	{ STR("points: [1]"), "f:1:10: expected a point, got '1'" },
	{ STR("points:\n- y: 1"), "f:2:3: a point needs the key 'x'" },
	{ STR("points: [{x: 0}]"), "f:1:14: expected a whole number from 1 to 9, got '0'" },
	{ STR("name: ~"), "f:1:7: expected text, got nothing" },
	{ STR("name: ''"), "f:1:7: expected text, got ''" },
	{ STR("name: [a]"), "f:1:7: expected text, got a list" },
	{ STR("[a]: 1"), "f:1:1: expected a key, got a list" },
	{ STR("[]"), "f:1:1: expected a sample, got a list" },
	{ STR("name"), "f:1:1: expected a sample, got 'name'" },
	{ STR("name: *a"), "f:1:7: anchors (&), aliases (*) and tags (!) are not read: "
			   "write the value out, or quote it" },
	{ STR("name: &a b"), "f:1:7: anchors (&), aliases (*) and tags (!) are not read: "
			     "write the value out, or quote it" },
	{ STR("points: !x []"), "f:1:9: anchors (&), aliases (*) and tags (!) are not read: "
				"write the value out, or quote it" },
	{ STR("name: a\n---\nname: b"), "f:2:1: a second document starts here, a file holds one" },
	{ STR("points:\n\t- x: 1"), "f:2:1: a tab cannot indent YAML, use spaces" },
	{ STR("name: a\nn\xc3\xa4: \xff"),
		"f:2:5: not plain UTF-8 text: invalid leading UTF-8 octet" },
	{ STR("name: \0"), "f:1:7: not plain UTF-8 text: control characters are not allowed" },
	{ STR("n\0a\0m\0e\0"), "f:1:2: not plain UTF-8 text: control characters are not allowed" },
	{ STR("name: [a\nb: c"), "f:2:2: did not find expected ',' or ']' while parsing a flow "
				 "sequence that starts in line 1" },
	{ STR(TEN("[[[[")), "f:1:33: nested more than 32 levels deep" },
};

static void refuses_with_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(refused); i++) {
		struct err e = {};
		struct sample s = {};
		assert_false(sample_read(refused[i].text, &s, &e));
		assert_string_equal(e.text, refused[i].said);
		assert_int_equal(e.code, 0);
	}
}

static void numbers_are_decimal(void **state)
{
	(void)state;
	static const char *const wrong[] = { "1001", "-1", "+1", "010", "0x10", "1e3", "1_0", "1.0",
		"1 0", "99999999999999999999", "true" };
	for (size_t i = 0; i < countof(wrong); i++) {
		char text[64], said[128];
		struct err e = {};
		struct sample s = {};
		int n = snprintf(text, sizeof text, "threshold: %s", wrong[i]);
		snprintf(said, sizeof said,
			"f:1:12: expected a whole number from 0 to 1000, got '%s'", wrong[i]);
		assert_false(sample_read((struct str){ text, (size_t)n }, &s, &e));
		assert_string_equal(e.text, said);
	}
}

static void too_many_values(void **state)
{
	(void)state;
	struct err e = {};
	char *text = malloc(YML_MAX_BYTES);
	for (size_t i = 0; i < YML_MAX_BYTES; i += 2)
		memcpy(text + i, i ? "1," : " [", 2);
	assert_null(yml_parse((struct str){ text, YML_MAX_BYTES }, "f", &e));
	assert_string_equal(e.text, "f:1:4194305: more than 2 million values and keys");
	free(text);
}

static void long_file_names_keep_their_tail(void **state)
{
	(void)state;
	struct err e = {};
	static const char name[] = TEN(TEN("0123456789")) "/tail.yaml";
	assert_null(yml_parse(STR("a: *b"), name, &e));
	assert_memory_equal(e.text, "...", 3);
	assert_non_null(strstr(e.text, "0123456789/tail.yaml:1:4: anchors"));
}

static void files_that_cannot_be_read(void **state)
{
	(void)state;
	struct err e = {};
	assert_null(yml_load("/nonexistent/x.yaml", &e));
	assert_string_equal(e.text, "open /nonexistent/x.yaml: No such file or directory");
	assert_null(yml_load("/tmp", &e));
	assert_string_equal(e.text, "read /tmp: Is a directory");
	assert_null(yml_load("/dev/zero", &e));
	assert_string_equal(e.text, "/dev/zero: larger than 16 MiB");
}

static void loads_a_file(void **state)
{
	(void)state;
	char path[] = "/tmp/test_yaml.XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "threshold: 7\n", 13), 13);
	close(fd);
	struct err e = {};
	struct sample s = {};
	struct yml *doc = yml_load(path, &e);
	unlink(path);
	assert_non_null(doc);
	assert_true(yml_read(doc, &sample_keys, &s, &e));
	assert_int_equal(s.threshold, 7);
	yml_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_type),
		cmocka_unit_test(nothing_is_an_empty_mapping),
		cmocka_unit_test(refuses_with_a_place),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(too_many_values),
		cmocka_unit_test(long_file_names_keep_their_tail),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(loads_a_file),
	};
	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
