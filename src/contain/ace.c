// SPDX-License-Identifier: Apache-2.0
// Words are read from left to right; the first that is not understood makes the line unknown, with
// all that was understood before it still telling what the line may match.
#include "contain/ace.h"

#include <stdlib.h>

#include "base/quantity.h"
#include "contain/ace_words.h"
#include "model/flow.h"

static const u128 mapped = (u128)0xffff << 32;

struct words {
	struct str left;
	struct str word; // the next one; empty at the end
};

static void next(struct words *w)
{
	struct str *s = &w->left;
	while (s->len && (*s->ptr == ' ' || *s->ptr == '\t'))
		s->ptr++, s->len--;
	size_t n = 0;
	while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != '\t' && s->ptr[n] != '\r')
		n++;
	w->word = (struct str){ s->ptr, n };
	s->ptr += n;
	s->len -= n;
}

static bool is(const struct words *w, const char *text)
{
	return w->word.len == strlen(text) && !memcmp(w->word.ptr, text, w->word.len);
}

static bool skip(struct words *w, const char *text)
{
	if (!is(w, text))
		return false;
	next(w);
	return true;
}

/* An address and a wildcard whose ones are at its end. */
static bool wildcard(struct words *w, const struct addr *a, struct range *out)
{
	struct addr mask;
	if (!addr_is_v4(a) || !addr_parse(w->word, &mask) || !addr_is_v4(&mask))
		return false;
	uint32_t ones = addr_low32(&mask), ip = addr_low32(a);
	next(w);
	if (ones & (ones + 1))
		return false;
	*out = (struct range){ mapped | (ip & ~ones), mapped | ip | ones };
	return true;
}

static bool read_host(struct words *w, enum family f, struct range *out)
{
	struct addr a;
	if (!addr_parse(w->word, &a) || addr_is_v4(&a) != (f == FAMILY_4))
		return false;
	*out = (struct range){ addr_number(&a), addr_number(&a) };
	next(w);
	return true;
}

static bool read_prefix(struct words *w, enum family f, struct range *out)
{
	struct prefix p;
	if (!prefix_parse(w->word, &p) || (f == FAMILY_4 && p.bits < 96) ||
		addr_is_v4(&p.addr) != (f == FAMILY_4))
		return false;
	*out = prefix_span(&p);
	next(w);
	return true;
}

static bool read_address(struct words *w, enum family f, bool is_standard, struct range *out)
{
	struct addr a;
	if (skip(w, "any"))
		return true;
	if (skip(w, "host"))
		return read_host(w, f, out);
	if (w->word.len && memchr(w->word.ptr, '/', w->word.len))
		return read_prefix(w, f, out);
	struct str word = w->word;
	bool is_shown =
		word.len && word.ptr[word.len - 1] == ','; // "10.0.0.0, wildcard bits 0.0.0.255"
	word.len -= is_shown;
	if (f == FAMILY_6 || !addr_parse(word, &a))
		return false;
	next(w);
	if (is_shown && (!skip(w, "wildcard") || !skip(w, "bits")))
		return false;
	if (is_standard && (w->word.len == 0 || is(w, "log"))) {
		*out = (struct range){ addr_number(&a), addr_number(&a) };
		return true;
	}
	return wildcard(w, &a, out);
}

/* Spans of ports behind an operator; none: all. */
struct spans {
	struct range span[ACE_BOXES_MAX / 8];
	size_t n;
};

static bool span_put(struct spans *s, u128 lo, u128 hi)
{
	if (s->n == countof(s->span) || lo > hi)
		return false;
	s->span[s->n++] = (struct range){ lo, hi };
	return true;
}

static bool read_range(struct words *w, struct spans *out)
{
	int lo = ace_port(w->word);
	next(w);
	int hi = ace_port(w->word);
	next(w);
	return lo >= 0 && hi >= lo && span_put(out, (u128)lo, (u128)hi);
}

static bool put_eq(struct spans *out, unsigned n)
{
	return span_put(out, n, n);
}

static bool put_neq(struct spans *out, unsigned n)
{
	return (n == 0 || span_put(out, 0, n - 1)) &&
	       (n == UINT16_MAX || span_put(out, n + 1, UINT16_MAX));
}

static bool put_lt(struct spans *out, unsigned n)
{
	return n > 0 && span_put(out, 0, n - 1);
}

static bool put_gt(struct spans *out, unsigned n)
{
	return n < UINT16_MAX && span_put(out, n + 1, UINT16_MAX);
}

static bool read_ports(struct words *w, struct spans *out)
{
	static const struct {
		const char *word;
		bool (*put)(struct spans *out, unsigned n);
	} operators[] = { { "eq", put_eq }, { "neq", put_neq }, { "lt", put_lt },
		{ "gt", put_gt } };
	if (skip(w, "range"))
		return read_range(w, out);
	for (size_t i = 0; i < countof(operators); i++) {
		if (!skip(w, operators[i].word))
			continue;
		int n = ace_port(w->word);
		bool ok = n >= 0 && operators[i].put(out, (unsigned)n);
		next(w);
		while (ok && i == 0 &&
			(n = ace_port(w->word)) >= 0) { // IOS XE: several behind one eq
			ok = put_eq(out, (unsigned)n);
			next(w);
		}
		return ok;
	}
	return true;
}

static bool read_icmp(struct words *w, bool is_6, struct spans *out)
{
	int n = w->word.len ? ace_icmp(w->word, is_6) : -1;
	uint64_t code;
	if (n < 0)
		return true; // none, or a flag behind
	bool is_number = w->word.ptr[0] >= '0' && w->word.ptr[0] <= '9';
	u128 lo = (u128)(n & 0xffff);
	next(w);
	if (is_number && number_parse(w->word, &code) && code <= UINT8_MAX) {
		next(w);
		return span_put(out, lo + code, lo + code);
	}
	return span_put(out, lo, n & ACE_NO_CODE ? lo | 0xff : lo);
}

/* "(123 matches)", "(1 match)", "[match=123]" */
static void read_hits(struct words *w, struct ace *out)
{
	static const char nxos[] = "[match=";
	struct str s = w->word;
	uint64_t n;
	if (s.len > 1 && s.ptr[0] == '(' &&
		number_parse((struct str){ s.ptr + 1, s.len - 1 }, &n)) {
		next(w);
		if (is(w, "matches)") || is(w, "match)") || is(w, "matches),")) {
			out->hits = n;
			next(w);
		}
	} else if (s.len > sizeof nxos && !memcmp(s.ptr, nxos, sizeof nxos - 1) &&
		   number_parse((struct str){ s.ptr + sizeof nxos - 1, s.len - sizeof nxos }, &n)) {
		out->hits = n;
		next(w);
	}
}

/* Flags that change nothing, or one field. Returns whether the line ends behind them. */
static bool read_flags(struct words *w, struct box *b, struct ace *out)
{
	while (w->word.len) {
		const char *before = w->word.ptr;
		if (skip(w, "log") || skip(w, "log-input"))
			continue;
		if (is(w, "established") && b->of[DIM_PROTO].lo == PROTO_TCP) {
			next(w);
			b->of[DIM_STATE].lo = 1;
			continue;
		}
		if (is(w, "sequence")) { // of IPv6: a number for the line
			next(w);
			next(w);
			continue;
		}
		read_hits(w, out);
		if (w->word.ptr == before)
			return false;
	}
	return true;
}

static bool read_match(struct words *w, enum family f, bool is_standard, struct box *b,
	struct spans *from, struct spans *to)
{
	if (is_standard)
		return read_address(w, f, true, &b->of[DIM_SRC]);
	int proto = ace_proto(w->word);
	if (proto < 0)
		return false;
	next(w);
	if (proto == PROTO_ICMP && f == FAMILY_6)
		proto = PROTO_ICMP6;
	if (proto != ACE_ALL)
		b->of[DIM_PROTO] = (struct range){ (u128)proto, (u128)proto };
	bool has_ports = proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
	bool is_icmp = proto == PROTO_ICMP || proto == PROTO_ICMP6;
	if (!read_address(w, f, false, &b->of[DIM_SRC]) || (has_ports && !read_ports(w, from)) ||
		!read_address(w, f, false, &b->of[DIM_DST]))
		return false;
	if (has_ports)
		return read_ports(w, to);
	return !is_icmp || read_icmp(w, f == FAMILY_6, to);
}

void ace_parse(struct str text, enum family family, bool is_standard, struct ace *out)
{
	struct words w = { .left = text };
	struct box b = box_any();
	struct spans from = {}, to = {};
	struct range in_family = family_span(family);
	*out = (struct ace){ .hits = UINT64_MAX };
	b.of[DIM_SRC] = b.of[DIM_DST] = in_family;
	next(&w);
	bool is_permit = is(&w, "permit"), is_known = is_permit || is(&w, "deny");
	next(&w);
	is_known = is_known && read_match(&w, family, is_standard, &b, &from, &to) &&
		   read_flags(&w, &b, out);
	out->action = !is_known ? ACTION_UNKNOWN : is_permit ? ACTION_PERMIT : ACTION_DENY;
	struct range all = { 0, UINT16_MAX };
	if (from.n == 0 || !is_known)
		from = (struct spans){ { all }, 1 };
	if (to.n == 0 || !is_known)
		to = (struct spans){ { all }, 1 };
	for (size_t i = 0; i < from.n; i++)
		for (size_t k = 0; k < to.n; k++) {
			out->box[out->n] = b;
			out->box[out->n].of[DIM_SPORT] = from.span[i];
			out->box[out->n++].of[DIM_DPORT] = to.span[k];
		}
}

static bool address_write(const struct range *s, enum family f, enum ace_dialect dialect, FILE *out)
{
	struct range all = family_span(f);
	struct prefix p;
	char room[ADDR_TEXT_BYTES];
	if (span_has(s, &all)) {
		fputs(" any", out);
		return true;
	}
	if (!span_prefix(s, &p))
		return false;
	addr_format(&p.addr, room);
	unsigned bits = f == FAMILY_4 ? p.bits - 96U : p.bits;
	if (p.bits == 128) {
		fprintf(out, " host %s", room);
	} else if (dialect == ACE_NXOS || f == FAMILY_6) {
		fprintf(out, " %s/%u", room, bits);
	} else {
		uint32_t wild = bits ? (UINT32_C(1) << (32 - bits)) - 1 : UINT32_MAX;
		fprintf(out, " %s %u.%u.%u.%u", room, wild >> 24, wild >> 16 & 255, wild >> 8 & 255,
			wild & 255);
	}
	return true;
}

static void ports_write(const struct range *s, FILE *out)
{
	if (s->lo == 0 && s->hi == UINT16_MAX)
		return;
	if (s->lo == s->hi)
		fprintf(out, " eq %u", (unsigned)s->lo);
	else
		fprintf(out, " range %u %u", (unsigned)s->lo, (unsigned)s->hi);
}

static bool icmp_write(const struct range *s, FILE *out)
{
	if (s->lo == 0 && s->hi == UINT16_MAX)
		return true;
	if (s->lo == s->hi)
		fprintf(out, " %u %u", (unsigned)s->lo >> 8, (unsigned)s->lo & 255);
	else if (s->lo % 256 == 0 && s->hi == s->lo + 255)
		fprintf(out, " %u", (unsigned)s->lo >> 8);
	return s->lo == s->hi || (s->lo % 256 == 0 && s->hi == s->lo + 255);
}

/* IOS names ICMP by its family; of the other one it is a number like any. */
static void proto_write(const struct range *proto, enum family f, FILE *out)
{
	static const char *const names[] = { [PROTO_ICMP] = "icmp",
		[PROTO_TCP] = "tcp",
		[PROTO_UDP] = "udp",
		[PROTO_ICMP6] = "icmp" };
	unsigned n = (unsigned)proto->lo, foreign = f == FAMILY_4 ? PROTO_ICMP6 : PROTO_ICMP;
	if (proto->lo != proto->hi)
		fputs(f == FAMILY_4 ? " ip" : " ipv6", out);
	else if (n < countof(names) && names[n] && n != foreign)
		fprintf(out, " %s", names[n]);
	else
		fprintf(out, " %u", n);
}

bool ace_write(const struct box *b, enum family family, enum ace_dialect dialect, FILE *out)
{
	const struct range *proto = &b->of[DIM_PROTO];
	bool is_one = proto->lo == proto->hi;
	unsigned number = is_one ? (unsigned)proto->lo : ACE_ALL;
	bool has_ports = number == PROTO_TCP || number == PROTO_UDP || number == PROTO_SCTP;
	bool is_icmp = number == PROTO_ICMP || number == PROTO_ICMP6;
	if (!is_one && (proto->lo != 0 || proto->hi != UINT8_MAX))
		return false;
	proto_write(proto, family, out);
	if (!address_write(&b->of[DIM_SRC], family, dialect, out))
		return false;
	if (has_ports)
		ports_write(&b->of[DIM_SPORT], out);
	if (!address_write(&b->of[DIM_DST], family, dialect, out))
		return false;
	if (has_ports)
		ports_write(&b->of[DIM_DPORT], out);
	if (is_icmp && !icmp_write(&b->of[DIM_DPORT], out))
		return false;
	if (b->of[DIM_STATE].lo == 1)
		fputs(" established", out);
	return true;
}
