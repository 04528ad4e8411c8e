// SPDX-License-Identifier: Apache-2.0
// A function a cell: space, words, numbers, addresses, rows.
#include <assert.h>

#include "audit/pattern.h"
#include "audit/span_class.h"

const uint16_t byte_classes[256] = {
	['0' ... '9'] = DIGIT,
	['.'] = DOT,
	[':'] = COLON | TIME,
	['-'] = DASH,
	['/'] = SLASH,
	['A' ... 'F'] = HEX | CAPITAL,
	['G' ... 'Z'] = CAPITAL,
	['_'] = CAPITAL,
	['a' ... 'c'] = HEX,
	['d'] = HEX | TIME,
	['e' ... 'f'] = HEX,
	['h'] = TIME,
	['m'] = TIME,
	['s'] = TIME,
	['w'] = TIME,
	['y'] = TIME,
	[' '] = SPACE,
	[','] = COMMA,
	[';'] = SEMICOLON,
	[')'] = BRACE,
};

size_t span_space(struct str text, size_t at, bool over_line)
{
	size_t begin = at;
	while (at < text.len && (text.ptr[at] == ' ' || (over_line && text.ptr[at] == '\n'))) {
		over_line = over_line && text.ptr[at] != '\n';
		at++;
	}
	return at - begin;
}

size_t span_any(struct str text, size_t at)
{
	return span_word(text, at, 0);
}

static size_t span_plain(struct str text, size_t at)
{
	return span_word(text, at, COMMA | SEMICOLON);
}

static size_t span_braced(struct str text, size_t at)
{
	return span_word(text, at, BRACE);
}

static bool is_thousand(struct str text, size_t at)
{
	return at < text.len && text.ptr[at] == ',' && span_digits(text, at + 1) == 3;
}

/* Not followed by a letter, and no part of an address. */
static size_t span_number(struct str text, size_t at)
{
	size_t n = span_digits(text, at);
	while (n && n <= 3 + 4 * 6 && is_thousand(text, at + n))
		n += 4;
	if (n && at + n < text.len && strchr("KMG", text.ptr[at + n]) &&
		!is_letter_at(text, at + n + 1))
		n++;
	bool goes_on =
		is_letter_at(text, at + n) ||
		(at + n < text.len && text.ptr[at + n] == '.' && is_digit_at(text, at + n + 1));
	return goes_on ? 0 : n;
}

static size_t span_centi(struct str text, size_t at)
{
	size_t n = span_digits(text, at);
	if (n && at + n < text.len && text.ptr[at + n] == '.' && is_digit_at(text, at + n + 1))
		n += 1 + span_digits(text, at + n + 1);
	return is_letter_at(text, at + n) || (at + n < text.len && text.ptr[at + n] == '.' &&
						     is_digit_at(text, at + n + 1))
		       ? 0
		       : n;
}

static size_t span_address(struct str text, size_t at)
{
	uint32_t ip;
	size_t n = span_set(text, at, DIGIT | DOT);
	if (n && text.ptr[at + n - 1] == '.')
		n--;
	if (is_letter_at(text, at + n) || !ipv4_read((struct str){ text.ptr + at, n }, &ip))
		return 0;
	return n;
}

static size_t span_prefix(struct str text, size_t at)
{
	size_t n = span_address(text, at);
	if (n && at + n < text.len && text.ptr[at + n] == '/' && is_digit_at(text, at + n + 1))
		n += 1 + span_digits(text, at + n + 1);
	return is_letter_at(text, at + n) ? 0 : n;
}

static size_t span_masked(struct str text, size_t at)
{
	struct value v;
	size_t n = span_address(text, at), gap = span_set(text, at + n, SPACE);
	size_t mask = n && gap ? span_address(text, at + n + gap) : 0;
	if (mask == 0 ||
		!value_read(FACT_PREFIX, (struct str){ text.ptr + at, n + gap + mask }, &v))
		return 0;
	return n + gap + mask;
}

static size_t span_capitals(struct str text, size_t at)
{
	return span_set(text, at, CAPITAL | DIGIT);
}

static size_t span_time(struct str text, size_t at)
{
	static const char *const known[] = { "never", "-" };
	size_t n = span_plain(text, at);
	struct str word = { text.ptr + at, n };
	if (is_one_of(word, known, countof(known)))
		return n;
	return n && span_set(text, at, DIGIT | DOT | TIME) == n && is_digit_at(text, at) ? n : 0;
}

size_t span_line(struct str text, size_t at)
{
	enum { LOOK_BYTES = 4096 }; // a line may be a whole page, on which rows follow each other
	size_t most = text.len - at < LOOK_BYTES ? text.len - at : LOOK_BYTES;
	const char *end = most ? memchr(text.ptr + at, '\n', most) : NULL;
	size_t n = end ? (size_t)(end - text.ptr) - at : most;
	while (n && text.ptr[at + n - 1] == ' ')
		n--;
	return n;
}

static bool is_number_word(struct str text, size_t at)
{
	size_t n = span_centi(text, at);
	return n && (at + n == text.len || is_space(text.ptr[at + n]));
}

/* Whether the word at `at` begins another row, or another command, on the same line. */
static bool ends_row(struct str text, size_t at)
{
	size_t n = span_any(text, at);
	if (n > 2 && text.ptr[at] == '0' && text.ptr[at + 1] == 'x')
		return true;
	if (n > 2 &&
		(memchr(text.ptr + at + 1, '>', n - 1) || memchr(text.ptr + at + 1, '#', n - 1)))
		return true;
	if (!is_number_word(text, at))
		return false;
	size_t next = at + n + span_space(text, at + n, false);
	return next < text.len && is_number_word(text, next);
}

static size_t span_row(struct str text, size_t at)
{
	enum { ROW_BYTES = 128 };
	if (text.len - at > ROW_BYTES)
		text.len = at + ROW_BYTES;
	size_t n = span_line(text, at), end = 0;
	struct str line = { text.ptr, at + n };
	if (n == 0 || is_number_word(line, at))
		return 0;
	while (end < n) {
		end += span_any(line, at + end);
		size_t gap = span_space(line, at + end, false);
		if (end + gap >= n || ends_row(line, at + end + gap))
			break;
		end += gap;
	}
	return end;
}

span_fn *span_of(char cell)
{
#define AS_SPAN(letter, span) [letter] = (span),
	static span_fn *const spans[128] = { CELLS(AS_SPAN) };
#undef AS_SPAN
	assert(cell > 0 && spans[(unsigned char)cell]);
	return spans[(unsigned char)cell];
}
