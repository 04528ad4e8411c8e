// SPDX-License-Identifier: Apache-2.0
// Rules of FlowSpec as birdc prints them. What becomes of a packet stands below, and only with "all".
#include <stdio.h>
#include <stdlib.h>

#include "contain/applied.h"

/* "80" or "1024..65535"; lists and comparisons are not read. */
static bool numbers(const char *text, u128 most, struct range *out)
{
	unsigned lo, hi;
	int end = 0;
	if (sscanf(text, "%u..%u%n", &lo, &hi, &end) != 2 || text[end]) {
		end = 0;
		if (sscanf(text, "%u%n", &lo, &end) != 1 || text[end])
			return false;
		hi = lo;
	}
	if (lo > hi || hi > most)
		return false;
	*out = (struct range){ lo, hi };
	return true;
}

static bool read_address(const char *text, enum dim dim, struct box *b)
{
	struct prefix p;
	if (!prefix_parse((struct str){ text, strlen(text) }, &p))
		return false;
	b->of[dim] = prefix_span(&p);
	return true;
}

static bool read_number(const char *text, enum dim dim, struct box *b)
{
	return numbers(text, dim == DIM_PROTO ? UINT8_MAX : UINT16_MAX, &b->of[dim]);
}

static bool read_icmp_type(const char *text, enum dim dim, struct box *b)
{
	struct range s;
	if (!numbers(text, UINT8_MAX, &s))
		return false;
	b->of[dim] = (struct range){ s.lo << 8, s.hi << 8 | 0xff };
	return true;
}

/* Behind the type, which must be one. */
static bool read_icmp_code(const char *text, enum dim dim, struct box *b)
{
	struct range s, *type = &b->of[dim];
	if (type->hi - type->lo != 0xff || !numbers(text, UINT8_MAX, &s))
		return false;
	*type = (struct range){ type->lo | s.lo, type->lo | s.hi };
	return true;
}

/* ACK or RST, as bird writes the match that GoBGP and ExaBGP announce for it. */
static bool read_flags(const char *text, enum dim dim, struct box *b)
{
	b->of[dim].lo = 1;
	return !strcmp(text, "!0x0/0x10 || !0x0/0x4");
}

static bool component(const char *text, struct box *b)
{
	static const struct {
		const char *key;
		enum dim dim;
		bool (*read)(const char *text, enum dim dim, struct box *b);
	} row[] = {
		{ "dst ", DIM_DST, read_address },
		{ "src ", DIM_SRC, read_address },
		{ "proto ", DIM_PROTO, read_number },
		{ "next header ", DIM_PROTO, read_number },
		{ "dport ", DIM_DPORT, read_number },
		{ "sport ", DIM_SPORT, read_number },
		{ "icmp type ", DIM_DPORT, read_icmp_type },
		{ "icmp code ", DIM_DPORT, read_icmp_code },
		{ "tcp flags ", DIM_STATE, read_flags },
	};
	for (size_t i = 0; i < countof(row); i++) {
		size_t n = strlen(row[i].key);
		if (!strncmp(text, row[i].key, n))
			return row[i].read(text + n, row[i].dim, b);
	}
	return false;
}

bool bird_row(char *text, struct box *out)
{
	struct range four = family_span(FAMILY_4);
	bool is_v4 = !strncmp(text, "flow4 {", 7), is_known = true;
	char *at = text + 7, *end = strchr(text, '}');
	*out = box_any();
	if (is_v4)
		out->of[DIM_SRC] = out->of[DIM_DST] = four;
	if (!end)
		return false;
	*end = '\0';
	while (*(at += strspn(at, " "))) {
		char *stop = at + strcspn(at, ";");
		bool is_last = !*stop;
		*stop = '\0';
		is_known &= component(at, out);
		at = stop + !is_last;
	}
	return is_known;
}

/* Traffic-rate (RFC 8955, 7.3) as two words: type and AS, then the rate as IEEE 754. */
enum action bird_action(const char *text)
{
	static const char rate[] = "(generic, 0x8006";
	unsigned as, bits;
	for (const char *at = text; (at = strstr(at, rate)); at++)
		if (sscanf(at + sizeof rate - 1, "%4x, 0x%x)", &as, &bits) == 2)
			return bits << 1 == 0 ? ACTION_DENY : ACTION_PERMIT;
	return ACTION_PERMIT;
}
