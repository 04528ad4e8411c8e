// SPDX-License-Identifier: Apache-2.0
// dhcpd.leases(5): declarations in braces, statements that end in ';', texts in quotes. Only "lease"
// declarations are read; others, such as those of failover and of IPv6, are passed over.
#include "base/day.h"
#include "decode/lease_text.h"

enum { WORDS = 6, DEPTH_MAX = 64, DAY_BYTES = 10, CLOCK_BYTES = 8 };

/* What stands up to the next ';', '{' or '}'. */
struct statement {
	struct str word[WORDS]; // a text in quotes is one word, without them
	size_t n;               // of all words, also of those for which there is no room
	char end;               // ';', '{', '}', or 0 at the end of the file
};

struct text {
	const char *at, *end;
	struct lease_sink *sink;
};

static void word_put(struct statement *s, const char *from, const char *to)
{
	if (s->n < WORDS)
		s->word[s->n] = (struct str){ from, (size_t)(to - from) };
	s->n++;
}

static void skip_comment(struct text *t)
{
	while (t->at < t->end && *t->at != '\n')
		t->at++;
}

/* A text in quotes, where a backslash takes the next character along. */
static void read_quoted(struct text *t, struct statement *s)
{
	const char *from = ++t->at;
	while (t->at < t->end && *t->at != '"' && *t->at != '\n')
		t->at += *t->at == '\\' && t->end - t->at > 1 ? 2 : 1;
	word_put(s, from, t->at);
	if (t->at < t->end && *t->at == '"')
		t->at++;
}

static void read_word(struct text *t, struct statement *s)
{
	const char *from = t->at;
	while (t->at < t->end && !strchr(" \t\r\n;{}\"#", *t->at))
		t->at++;
	if (t->at == from)
		t->at++; // NUL, which strchr finds too
	word_put(s, from, t->at);
}

static struct statement statement_next(struct text *t)
{
	struct statement s = {};
	while (t->at < t->end) {
		char c = *t->at;
		if (c == ';' || c == '{' || c == '}') {
			s.end = c;
			t->at++;
			return s;
		}
		t->sink->line += c == '\n';
		if (c == '#')
			skip_comment(t);
		else if (c == '"')
			read_quoted(t, &s);
		else if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			t->at++;
		else
			read_word(t, &s);
	}
	return s;
}

/* Two digits at a place of "HH:MM:SS". */
static bool two_digits(struct str clock, size_t at, unsigned below, uint64_t *out)
{
	struct str digits = { clock.ptr + at, 2 };
	return lease_number(digits, out) && *out < below;
}

/* "W YYYY/MM/DD HH:MM:SS", in UTC. */
static bool date_of(const struct statement *s, uint64_t *out)
{
	char day[DAY_BYTES];
	uint64_t hour, minute, second;
	if (s->n != 4 || s->word[2].len != DAY_BYTES || s->word[3].len != CLOCK_BYTES)
		return false;
	for (size_t i = 0; i < DAY_BYTES; i++)
		day[i] = s->word[2].ptr[i] == '/' ? '-' : s->word[2].ptr[i];
	int64_t midnight = day_parse((struct str){ day, DAY_BYTES });
	if (midnight < 0 || !two_digits(s->word[3], 0, 24, &hour) ||
		!two_digits(s->word[3], 3, 60, &minute) || !two_digits(s->word[3], 6, 61, &second))
		return false;
	*out = ((uint64_t)midnight + hour * 3600 + minute * 60 + second) * 1000;
	return true;
}

/* A date, "epoch SECONDS", or "never". */
static bool time_of(const struct statement *s, uint64_t *out)
{
	uint64_t seconds;
	if (s->n == 2 && lease_is(s->word[1], "never")) {
		*out = UINT64_MAX;
		return true;
	}
	if (s->n != 3 || !lease_is(s->word[1], "epoch"))
		return date_of(s, out);
	if (!lease_number(s->word[2], &seconds) || seconds > UINT64_MAX / 1000)
		return false;
	*out = seconds * 1000;
	return true;
}

/* A statement of a lease; false when it is not what it must be. */
static bool lease_put(struct lease *l, const struct statement *s)
{
	if (s->n == 0)
		return true;
	if (lease_is(s->word[0], "starts"))
		return time_of(s, &l->from_ms);
	if (lease_is(s->word[0], "ends"))
		return time_of(s, &l->until_ms);
	if (lease_is(s->word[0], "binding") && s->n == 3)
		l->is_over = !lease_is(s->word[2], "active");
	else if (lease_is(s->word[0], "hardware") && s->n == 3 && lease_is(s->word[1], "ethernet"))
		return mac_parse(s->word[2], &l->mac);
	else if (lease_is(s->word[0], "client-hostname") && s->n == 2)
		lease_name_put(l, s->word[1]);
	return true;
}

/* Past the '}' that belongs to a '{'. Returns false when the file ends before it. */
static bool block_skip(struct text *t)
{
	unsigned depth = 1;
	while (depth > 0) {
		struct statement s = statement_next(t);
		if (!s.end)
			return false;
		depth += s.end == '{' && depth < DEPTH_MAX;
		depth -= s.end == '}';
	}
	return true;
}

/* The server may be in the middle of the last one: it is whole at the next reading. */
static void lease_read(struct text *t, const struct statement *head)
{
	struct lease l = { .until_ms = UINT64_MAX };
	bool ok = head->n == 2 && addr_parse(head->word[1], &l.addr);
	for (;;) {
		struct statement s = statement_next(t);
		if (!s.end)
			return;
		if (s.end == '}')
			break;
		if (s.end == '{' ? !block_skip(t) : !lease_put(&l, &s))
			ok = false;
	}
	if (ok)
		lease_emit(t->sink, &l);
	else
		lease_bad(t->sink);
}

void leases_isc(struct str text, struct lease_sink *sink)
{
	struct text t = { text.ptr, text.ptr + text.len, sink };
	sink->line = 1;
	for (struct statement s; (s = statement_next(&t)).end;) {
		if (s.end == '{' && s.n > 0 && lease_is(s.word[0], "lease"))
			lease_read(&t, &s);
		else if (s.end == '{')
			(void)block_skip(&t);
	}
}
