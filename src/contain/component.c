// SPDX-License-Identifier: Apache-2.0
// What stands behind the key becomes a span; where it goes is the same for all programs.
#include "contain/component.h"

#include <stdio.h>
#include <string.h>

#include "contain/ace_words.h"
#include "model/prefixes.h"

static bool numbers(const struct component_words *w, const char *text, u128 most, struct range *out)
{
	unsigned lo, hi;
	int end = 0;
	if (sscanf(text, w->span, &lo, &hi, &end) != 2 || text[end]) {
		end = 0;
		if (sscanf(text, w->one, &lo, &end) != 1 || text[end])
			return false;
		hi = lo;
	}
	if (lo > hi || hi > most)
		return false;
	*out = (struct range){ lo, hi };
	return true;
}

/* A number, or of gobgp a name behind two signs. */
static bool protocol(const struct component_words *w, const char *text, struct range *out)
{
	if (numbers(w, text, UINT8_MAX, out))
		return true;
	int n = strncmp(text, "==", 2) ? -1 : ace_proto((struct str){ text + 2, strlen(text + 2) });
	if (n < 0 || n > UINT8_MAX)
		return false;
	*out = (struct range){ (u128)n, (u128)n };
	return true;
}

static bool address(const struct component_words *w, const char *text, struct range *out)
{
	struct prefix p;
	size_t len = strlen(text), n = strlen(w->offset);
	if (n && len > n && strchr(text, ':') && !strcmp(text + len - n, w->offset))
		len -= n;
	if (!prefix_parse((struct str){ text, len }, &p))
		return false;
	*out = prefix_span(&p);
	return true;
}

static bool put(const struct component_words *w, enum component c, const char *text, struct box *b)
{
	struct range s, *dport = &b->of[DIM_DPORT];
	switch (c) {
	case COMPONENT_DST:
		return address(w, text, &b->of[DIM_DST]);
	case COMPONENT_SRC:
		return address(w, text, &b->of[DIM_SRC]);
	case COMPONENT_PROTO:
		return protocol(w, text, &b->of[DIM_PROTO]);
	case COMPONENT_DPORT:
		return numbers(w, text, UINT16_MAX, dport);
	case COMPONENT_SPORT:
		return numbers(w, text, UINT16_MAX, &b->of[DIM_SPORT]);
	case COMPONENT_ICMP_TYPE:
		if (!numbers(w, text, UINT8_MAX, &s))
			return false;
		*dport = (struct range){ s.lo << 8, s.hi << 8 | 0xff };
		return true;
	case COMPONENT_ICMP_CODE:
		if (dport->hi - dport->lo != 0xff || !numbers(w, text, UINT8_MAX, &s))
			return false;
		*dport = (struct range){ dport->lo | s.lo, dport->lo | s.hi };
		return true;
	case COMPONENT_FLAGS:
		b->of[DIM_STATE].lo = 1;
		return !strcmp(text, w->flags);
	}
	return false;
}

bool component_read(const struct component_words *w, const char *text, struct box *b)
{
	for (size_t i = 0; i < countof(w->row) && w->row[i].key; i++) {
		size_t n = strlen(w->row[i].key);
		if (!strncmp(text, w->row[i].key, n))
			return put(w, w->row[i].component, text + n, b);
	}
	return false;
}
