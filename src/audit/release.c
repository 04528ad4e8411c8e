// SPDX-License-Identifier: Apache-2.0
// A table of trains, each with the first release that has no fast switching any more.
#include "audit/release.h"

#include <ctype.h>
#include <strings.h>

static size_t number_at(struct str text, size_t at, unsigned *out)
{
	size_t n = 0;
	unsigned v = 0;
	for (; at + n < text.len && isdigit((unsigned char)text.ptr[at + n]) && n < 6; n++)
		v = v * 10 + (unsigned)(text.ptr[at + n] - '0');
	*out = v;
	return n;
}

bool release_parse(struct str text, struct release *out)
{
	struct release r = {};
	size_t at = number_at(text, 0, &r.major), n;
	if (at == 0 || at >= text.len || text.ptr[at] != '.')
		return false;
	n = number_at(text, ++at, &r.minor);
	if (n == 0)
		return false;
	at += n;
	if (at < text.len && (text.ptr[at] == '(' || text.ptr[at] == '.')) {
		at += 1 + number_at(text, at + 1, &r.build);
		while (at < text.len && text.ptr[at] != ')')
			at++;
	}
	at += at < text.len;
	n = 0;
	while (at + n < text.len && isalpha((unsigned char)text.ptr[at + n]))
		n++;
	r.train = (struct str){ text.ptr + at, n };
	*out = r;
	return true;
}

bool release_lacks_fast_switching(const struct release *r)
{
	static const struct {
		unsigned major, minor, build;
		const char *train;
	} first[] = { { 12, 2, 25, "S" }, { 12, 2, 28, "SB" }, { 12, 2, 33, "SRA" },
		{ 12, 2, 33, "SXH" }, { 12, 4, 20, "T" } };
	if (r->major > 12)
		return true;
	for (size_t i = 0; i < countof(first); i++)
		if (r->major == first[i].major && r->minor == first[i].minor &&
			r->build >= first[i].build && r->train.len == strlen(first[i].train) &&
			!strncasecmp(r->train.ptr, first[i].train, r->train.len))
			return true;
	return r->major == 12 && r->minor == 2 && r->build >= 33 && r->train.len > 1 &&
	       r->train.ptr[0] == 'S';
}

uint64_t uptime_parse(struct str text)
{
	static const struct {
		const char *unit;
		uint64_t seconds;
	} units[] = { { "year", 31536000 }, { "week", 604800 }, { "day", 86400 }, { "hour", 3600 },
		{ "minute", 60 }, { "second", 1 } };
	uint64_t sum = 0;
	for (size_t at = 0; at < text.len; at++) {
		unsigned v;
		size_t n = number_at(text, at, &v), unit = at + n + 1;
		bool is_endless =
			n && at + n < text.len && isdigit((unsigned char)text.ptr[at + n]);
		if (is_endless || (n && at && text.ptr[at - 1] == '-'))
			return 0; // no time that a device ran
		for (size_t i = 0; n && i < countof(units); i++)
			if (unit + strlen(units[i].unit) <= text.len &&
				!strncasecmp(text.ptr + unit, units[i].unit, strlen(units[i].unit)))
				sum += v * units[i].seconds;
		at += n;
	}
	return sum;
}
