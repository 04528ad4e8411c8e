// SPDX-License-Identifier: Apache-2.0
// What logrotate, Apache's rotatelogs, IIS and nfcapd call their files.
#include "source/rotation.h"

#include "base/bytes.h"

enum { NUMBER_DIGITS_MAX = 4, DATE_DIGITS_MIN = 8 };

/** Generations of a log, oldest first. */
enum generation { DATED, NUMBERED, CURRENT };

struct name {
	struct str log;  // without what rotation put behind it
	struct str mark; // the number or date
	enum generation generation;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int sign(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static struct str without_packing(struct str s)
{
	static const struct str suffixes[] = { STR(".gz"), STR(".bz2"), STR(".zst"), STR(".lz4"),
		STR(".xz"), STR(".Z") };
	for (size_t i = 0; i < countof(suffixes); i++) {
		struct str end = suffixes[i];
		if (s.len > end.len && !memcmp(s.ptr + s.len - end.len, end.ptr, end.len))
			return (struct str){ s.ptr, s.len - end.len };
	}
	return s;
}

/* logrotate writes x.1, and with dateext x-20260302 or x-20260302-1772438400. */
static struct name name_of(const char *text)
{
	struct str s = without_packing((struct str){ text, strlen(text) });
	size_t digits = s.len, mark = s.len;
	while (digits > 0 && is_digit(s.ptr[digits - 1]))
		digits--;
	while (mark > 0 && (is_digit(s.ptr[mark - 1]) || s.ptr[mark - 1] == '-'))
		mark--;
	struct name n = { .log = s, .generation = CURRENT };
	size_t n_digits = s.len - digits;
	if (n_digits > 0 && n_digits <= NUMBER_DIGITS_MAX && digits > 1 &&
		s.ptr[digits - 1] == '.' && s.ptr[digits] != '0')
		n = (struct name){ { s.ptr, digits - 1 }, { s.ptr + digits, n_digits }, NUMBERED };
	else if (mark > 0 && s.len - mark > DATE_DIGITS_MIN && s.ptr[mark] == '-')
		n = (struct name){ { s.ptr, mark }, { s.ptr + mark, s.len - mark }, DATED };
	return n;
}

static struct str take_number(struct str *s)
{
	while (s->len > 0 && *s->ptr == '0')
		s->ptr++, s->len--;
	struct str number = { s->ptr, 0 };
	while (number.len < s->len && is_digit(number.ptr[number.len]))
		number.len++;
	s->ptr += number.len;
	s->len -= number.len;
	return number;
}

/* Letters by their bytes, numbers by their value, however long. */
static int natural_compare(struct str a, struct str b)
{
	while (a.len > 0 && b.len > 0) {
		if (is_digit(*a.ptr) && is_digit(*b.ptr)) {
			struct str n = take_number(&a), m = take_number(&b);
			int c = sign(n.len, m.len);
			if (c == 0)
				c = memcmp(n.ptr, m.ptr, n.len);
			if (c != 0)
				return c;
			continue;
		}
		if (*a.ptr != *b.ptr)
			return (unsigned char)*a.ptr < (unsigned char)*b.ptr ? -1 : 1;
		a.ptr++, a.len--;
		b.ptr++, b.len--;
	}
	return sign(a.len, b.len);
}

int rotation_compare(const char *a, const char *b)
{
	struct name x = name_of(a), y = name_of(b);
	int c = natural_compare(x.log, y.log);
	if (c == 0)
		c = (int)x.generation - (int)y.generation;
	if (c == 0)
		c = x.generation == NUMBERED ? natural_compare(y.mark, x.mark)
					     : natural_compare(x.mark, y.mark);
	return c ? c : strcmp(a, b);
}

bool rotation_is_of(const char *name, const char *log)
{
	struct name n = name_of(name);
	size_t len = strlen(log);
	bool is_packed = without_packing((struct str){ name, strlen(name) }).len != strlen(name);
	return !is_packed && n.generation != CURRENT && n.log.len == len &&
	       !memcmp(n.log.ptr, log, len);
}
