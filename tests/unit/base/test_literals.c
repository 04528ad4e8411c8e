// SPDX-License-Identifier: Apache-2.0
// Searching for literals: every path of the processor against the plainest way to do it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/literals_path.h"
#include "generate/dice.h"

enum { TEXT_MAX = 200, FAR = 9 };

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool stands_at(struct str literal, struct bytes text, size_t at)
{
	if (text.len - at < literal.len)
		return false;
	for (size_t i = 0; i < literal.len; i++)
		if (lower((uint8_t)literal.ptr[i]) != lower(text.ptr[at + i]))
			return false;
	return true;
}

static bool naive_next(const struct str *literal, size_t n, struct bytes text, size_t from,
	struct literal_hit *hit)
{
	for (size_t at = from; at < text.len; at++)
		for (size_t i = 0; i < n; i++)
			if (stands_at(literal[i], text, at)) {
				*hit = (struct literal_hit){ at, (unsigned)i };
				return true;
			}
	return false;
}

/* All hits of a text, on a path and naively. Returns how many there were. */
static size_t compare(const struct literals_path *path, const struct literals *l,
	const struct str *literal, size_t n, struct bytes text)
{
	size_t n_hits = 0;
	for (size_t from = 0;; n_hits++) {
		struct literal_hit got = { SIZE_MAX, 77 }, want = { SIZE_MAX, 77 };
		bool found = literals_next_by(path, l, text, from, &got);
		bool is_there = naive_next(literal, n, text, from, &want);
		if (found != is_there || got.at != want.at || got.index != want.index)
			fail_msg("%s, %zu bytes, from %zu: literal %u at %zu, not %u at %zu",
				path->name, text.len, from, got.index, got.at, want.index, want.at);
		if (!found)
			return n_hits;
		from = got.at + 1;
	}
}

static size_t compare_paths(
	const struct literals *l, const struct str *literal, size_t n, struct bytes text)
{
	size_t n_hits = 0;
	const struct literals_path *path;
	for (size_t i = 0; (path = literals_path(i)); i++)
		if (path->is_there())
			n_hits = compare(path, l, literal, n, text);
	return n_hits;
}

/** Pages that may be read, between pages that must not be touched. */
struct pages {
	uint8_t *all, *begin, *end;
	size_t page;
};

static struct pages pages_new(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *all =
		mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(all, MAP_FAILED);
	assert_int_equal(mprotect(all, page, PROT_NONE), 0);
	assert_int_equal(mprotect(all + 2 * page, page, PROT_NONE), 0);
	return (struct pages){ all, all + page, all + 2 * page, page };
}

static void pages_free(struct pages p)
{
	munmap(p.all, 3 * p.page);
}

/* Few letters, so that literals are found and nearly found; now and then any byte. */
static uint8_t draw_byte(struct dice *d)
{
	static const char few[] = "aAbB/.%5c[{@`";
	return dice_chance(d, 98) ? (uint8_t)few[dice_below(d, sizeof few - 1)]
				  : (uint8_t)dice_below(d, 256);
}

/** A set of literals with their own memory. */
struct set {
	size_t n;
	struct str literal[LITERALS_MAX];
	char text[LITERALS_MAX][LITERAL_MAX_BYTES];
};

static void draw_set(struct dice *d, struct set *s, bool is_short)
{
	s->n = dice_between(d, 1, dice_chance(d, 20) ? LITERALS_MAX : 24);
	for (size_t i = 0; i < s->n; i++) {
		size_t len = dice_between(d, LITERAL_MIN_BYTES, is_short ? 5 : LITERAL_MAX_BYTES);
		for (size_t k = 0; k < len; k++)
			s->text[i][k] = (char)draw_byte(d);
		s->literal[i] = (struct str){ s->text[i], len };
	}
}

static void put_one(struct dice *d, const struct set *s, uint8_t *text, size_t len)
{
	struct str one = s->literal[dice_below(d, (uint32_t)s->n)];
	if (one.len <= len)
		memcpy(text + dice_below(d, (uint32_t)(len - one.len + 1)), one.ptr, one.len);
}

/* Texts of every length that begin or end where memory does. */
static void every_path_finds_what_is_there(void **state)
{
	(void)state;
	struct dice d = { .state = 2001 };
	struct pages p = pages_new();
	struct set *s = calloc(1, sizeof *s);
	assert_non_null(s);
	size_t n_hits = 0;
	for (size_t round = 0; round < 12; round++) {
		draw_set(&d, s, round % 2);
		struct literals *l = literals_new(s->literal, s->n);
		assert_non_null(l);
		for (size_t len = 0; len <= TEXT_MAX; len++) {
			uint8_t *text = round / 2 % 2 ? p.begin : p.end - len;
			for (size_t i = 0; i < len; i++)
				text[i] = draw_byte(&d);
			put_one(&d, s, text, len);
			n_hits += compare_paths(l, s->literal, s->n, (struct bytes){ text, len });
		}
		literals_free(l);
	}
	assert_true(n_hits > 1000);
	free(s);
	pages_free(p);
}

/* Heap of the exact size: a sanitizer sees what reads behind it. */
static void nothing_outside_is_read(void **state)
{
	(void)state;
	static const struct str literal[] = { STR("cmd.exe"), STR("../..") };
	struct literals *l = literals_new(literal, countof(literal));
	for (size_t len = 1; len <= TEXT_MAX; len++) {
		uint8_t *text = malloc(len);
		assert_non_null(text);
		for (size_t i = 0; i < len; i++)
			text[i] = (uint8_t) "cmd.exe../.."[i % 12];
		compare_paths(l, literal, countof(literal), (struct bytes){ text, len });
		free(text);
	}
	literals_free(l);
}

static void found(const char *text, size_t from, const struct str *literal, size_t n, size_t at,
	unsigned index)
{
	struct literals *l = literals_new(literal, n);
	struct literal_hit hit = { FAR, FAR };
	struct bytes bytes = { (const uint8_t *)text, strlen(text) };
	assert_non_null(l);
	bool is_found = literals_next(l, bytes, from, &hit);
	if (is_found != (at != FAR) || hit.at != at || hit.index != index)
		fail_msg("'%s' from %zu: %u at %zu", text, from, hit.index, hit.at);
	compare_paths(l, literal, n, bytes);
	literals_free(l);
}

static void first_place_then_lowest_index(void **state)
{
	(void)state;
	static const struct str nested[] = { STR("ida"), STR("/default.ida"), STR("DEFAULT"),
		STR("default.ida"), STR("default") };
	found("GET /default.ida?", 0, nested, countof(nested), 4, 1);
	found("GET /default.ida?", 5, nested, countof(nested), 5, 2);
	found("GET /default.ida?", 6, nested, countof(nested), 13, 0);
	found("GET /default.ida?", 14, nested, countof(nested), FAR, FAR);
	found("ida", 0, nested, countof(nested), 0, 0);
	found("ida", 3, nested, countof(nested), FAR, FAR);
	found("ida", 7, nested, countof(nested), FAR, FAR);
	found("", 0, nested, countof(nested), FAR, FAR);
}

/* The four bytes that are looked for stand late in the one, and early in the other. */
static void a_literal_whose_rare_bytes_come_late(void **state)
{
	(void)state;
	static const struct str two[] = { STR("|~|~"), STR("eeeeeeeeeeeeeeeeeeeeeeee|~|^") };
	found("aeeeeeeeeeeeeeeeeeeeeeeee|~|^", 0, two, countof(two), 1, 1);
	found("a|~|~eeeeeeeeeeeeeeeeeee|~|^", 0, two, countof(two), 1, 0);
}

static void only_letters_of_ascii_have_a_case(void **state)
{
	(void)state;
	static const struct str odd[] = { STR("[[[["), STR("@@@"), STR("\xc0\xaf\xc1"),
		STR("\0\0\0\0") };
	found("{{{{ ```` \xe0\xaf\xe1", 0, odd, countof(odd), FAR, FAR);
	found("{{{[[[[", 0, odd, countof(odd), 3, 0);
	found("``@@@", 0, odd, countof(odd), 2, 1);
	found("\xc0\xaf\xc1", 0, odd, countof(odd), 0, 2);
	struct literals *l = literals_new(odd, countof(odd));
	struct literal_hit hit;
	assert_true(literals_next(l, (struct bytes){ (const uint8_t *)"a\0\0\0\0", 5 }, 0, &hit));
	assert_int_equal(hit.at, 1);
	assert_int_equal(hit.index, 3);
	assert_false(literals_next(l, (struct bytes){ (const uint8_t *)"a\0\0\0", 4 }, 0, &hit));
	literals_free(l);
}

static void sets_out_of_bounds(void **state)
{
	(void)state;
	static const char text[LITERAL_MAX_BYTES + 1] = "x";
	struct str literal[LITERALS_MAX + 1];
	for (size_t i = 0; i < countof(literal); i++)
		literal[i] = (struct str){ text, LITERAL_MAX_BYTES };
	assert_null(literals_new(literal, 0));
	assert_null(literals_new(literal, LITERALS_MAX + 1));
	struct literals *l = literals_new(literal, LITERALS_MAX);
	assert_non_null(l);
	literals_free(l);
	literals_free(NULL);
	literal[7].len = LITERAL_MAX_BYTES + 1;
	assert_null(literals_new(literal, LITERALS_MAX));
	literal[7].len = LITERAL_MIN_BYTES - 1;
	assert_null(literals_new(literal, LITERALS_MAX));
}

static void paths_end_with_one_that_is_always_there(void **state)
{
	(void)state;
	size_t n = 0;
	while (literals_path(n))
		n++;
	assert_true(n > 0);
	assert_string_equal(literals_path(n - 1)->name, "scalar");
	assert_true(literals_path(n - 1)->is_there());
	for (size_t i = 0; i < n; i++)
		if (!literals_path(i)->is_there())
			print_message(
				"# skipped: this processor has no %s, that path is NOT TESTED\n",
				literals_path(i)->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_finds_what_is_there),
		cmocka_unit_test(nothing_outside_is_read),
		cmocka_unit_test(first_place_then_lowest_index),
		cmocka_unit_test(a_literal_whose_rare_bytes_come_late),
		cmocka_unit_test(only_letters_of_ascii_have_a_case),
		cmocka_unit_test(sets_out_of_bounds),
		cmocka_unit_test(paths_end_with_one_that_is_always_there),
	};
	return cmocka_run_group_tests_name("literals", tests, NULL, NULL);
}
