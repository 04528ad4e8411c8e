// SPDX-License-Identifier: Apache-2.0
// Routes: rules of FlowSpec as gobgp and bird print them; black holes of gobgp, bird and the kernel.
#include <stdio.h>
#include <stdlib.h>

#include "contain/ace_words.h"
#include "contain/applied.h"

enum { ROW_BYTES = 1024 };

/* ">=1024&<=65535" or "==80" */
static bool numbers(const char *text, u128 most, struct range *out)
{
	unsigned lo, hi;
	int end = 0;
	if (sscanf(text, ">=%u&<=%u%n", &lo, &hi, &end) == 2 && !text[end] && lo <= hi &&
		hi <= most)
		*out = (struct range){ lo, hi };
	else if (sscanf(text, "==%u%n", &lo, &end) == 1 && !text[end] && lo <= most)
		*out = (struct range){ lo, lo };
	else
		return false;
	return true;
}

static bool proto(const char *text, struct range *out)
{
	if (numbers(text, UINT8_MAX, out))
		return true;
	int n = strncmp(text, "==", 2) ? -1 : ace_proto((struct str){ text + 2, strlen(text + 2) });
	if (n < 0 || n > UINT8_MAX)
		return false;
	*out = (struct range){ (u128)n, (u128)n };
	return true;
}

/* "10.1.1.1/32"; of IPv6 gobgp prints the offset behind it, "2001:db8::1/128/0". */
static bool address(char *text, struct range *out)
{
	struct prefix p;
	char *slash = strchr(text, '/'), *second = slash ? strchr(slash + 1, '/') : NULL;
	if (second && strcmp(second, "/0"))
		return false;
	if (second)
		*second = '\0';
	if (!prefix_parse((struct str){ text, strlen(text) }, &p))
		return false;
	*out = prefix_span(&p);
	return true;
}

/* One "[key: value]". */
static bool component(char *key, char *value, struct box *b)
{
	struct range s;
	if (!strcmp(key, "source"))
		return address(value, &b->of[DIM_SRC]);
	if (!strcmp(key, "destination"))
		return address(value, &b->of[DIM_DST]);
	if (!strcmp(key, "protocol"))
		return proto(value, &b->of[DIM_PROTO]);
	if (!strcmp(key, "destination-port"))
		return numbers(value, UINT16_MAX, &b->of[DIM_DPORT]);
	if (!strcmp(key, "source-port"))
		return numbers(value, UINT16_MAX, &b->of[DIM_SPORT]);
	if (!strcmp(key, "icmp-type") && numbers(value, UINT8_MAX, &s)) {
		b->of[DIM_DPORT] = (struct range){ s.lo << 8, s.hi << 8 | 0xff };
		return true;
	}
	if (!strcmp(key, "icmp-code") && b->of[DIM_DPORT].hi - b->of[DIM_DPORT].lo == 0xff &&
		numbers(value, UINT8_MAX, &s)) {
		u128 type = b->of[DIM_DPORT].lo;
		b->of[DIM_DPORT] = (struct range){ type | s.lo, type | s.hi };
		return true;
	}
	if (!strcmp(key, "tcp-flags") && !strcmp(value, "A R")) {
		b->of[DIM_STATE].lo = 1;
		return true;
	}
	return false;
}

static bool flowspec_row(struct applied *out, char *at, uint32_t line, struct err *e)
{
	struct rule r = { .box = box_any(), .line = line };
	bool is_known = true;
	while (*at == '[') {
		char *colon = strstr(at, ": "), *end = strchr(at, ']');
		if (!colon || !end || colon > end)
			return true;
		*colon = *end = '\0';
		is_known &= component(at + 1, colon + 2, &r.box);
		at = end + 1;
	}
	r.action = !is_known ? ACTION_UNKNOWN : strstr(at, "discard") ? ACTION_DENY : ACTION_PERMIT;
	out->n_unknown += !is_known;
	return applied_put(out, &r, UINT64_MAX, e);
}

/* All that goes to the prefix is lost; what comes from it only with loose uRPF, which no route tells. */
static bool hole_row(struct applied *out, const char *text, uint32_t line, struct err *e)
{
	struct rule r = { .box = box_any(), .action = ACTION_DENY, .line = line };
	char word[64];
	struct prefix p;
	for (int end = 0; sscanf(text, " %63s%n", word, &end) == 1; text += end)
		if (prefix_parse((struct str){ word, strlen(word) }, &p)) {
			r.box.of[DIM_DST] = prefix_span(&p);
			out->kind = APPLIED_BLACKHOLE;
			return applied_put(out, &r, UINT64_MAX, e);
		}
	return true;
}

/* Rows of bird that belong together: a rule, then its best path, of which the rest is told. */
struct bird {
	size_t rule; // of the policy; RULE_REST: none whose fate is still to be told
	bool is_known;
};

/* A rule whose fate was not told, or of which something was not read, is unknown. */
static void bird_end(struct applied *out, struct bird *b)
{
	if (b->rule != RULE_REST && out->policy.rule[b->rule].action == ACTION_UNKNOWN) {
		out->n_unknown++;
		out->n_mute += b->is_known;
	}
	b->rule = RULE_REST;
}

static bool bird_take(struct applied *out, struct bird *b, char *row, uint32_t line, struct err *e)
{
	bool is_rule = !strncmp(row, "flow4 {", 7) || !strncmp(row, "flow6 {", 7);
	const char *word = row + strspn(row, " \t"); // a paste may have lost its tabs
	if ((word == row && *word) || *word == '[')  // another route, another path
		bird_end(out, b);
	if (is_rule) {
		struct rule r = { .action = ACTION_UNKNOWN, .line = line };
		b->is_known = bird_row(row, &r.box);
		b->rule = out->policy.n;
		return applied_put(out, &r, UINT64_MAX, e);
	}
	if (b->rule == RULE_REST || !b->is_known)
		return true;
	if (!strncmp(word, "Type:", 5))
		out->policy.rule[b->rule].action = ACTION_PERMIT;
	else if (!strncmp(word, "BGP.ext_community:", 18))
		out->policy.rule[b->rule].action = bird_action(row);
	return true;
}

static bool row_take(struct applied *out, struct bird *b, char *row, uint32_t line, struct err *e)
{
	bool ok = true;
	if (!strncmp(row, "*> [", 4) || !strncmp(row, "* [", 3))
		ok = flowspec_row(out, strchr(row, '['), line, e);
	else if (strstr(row, "blackhole"))
		ok = hole_row(out, row, line, e);
	return ok && bird_take(out, b, row, line, e);
}

/* What cannot be read decides first, so that nothing is believed behind it. */
static int by_action(const void *one, const void *other)
{
	static const int order[N_ACTIONS] = {
		[ACTION_UNKNOWN] = 0, [ACTION_PERMIT] = 1, [ACTION_DENY] = 2
	};
	const struct rule *a = one, *b = other;
	return order[a->action] - order[b->action];
}

bool routes_read(struct str text, struct applied *out, struct err *e)
{
	uint32_t line = 0;
	struct bird bird = { .rule = RULE_REST };
	bool is_routes = false, ok = true;
	out->kind = APPLIED_FLOWSPEC;
	snprintf(out->name, sizeof out->name, "routes");
	while (ok && text.len) {
		char row[ROW_BYTES];
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t n = end ? (size_t)(end - text.ptr) : text.len;
		snprintf(row, sizeof row, "%.*s", (int)(n < sizeof row ? n : sizeof row - 1),
			text.ptr);
		line++;
		is_routes |= strstr(row, "Network not in table") || strstr(row, "Next Hop") ||
			     !strncmp(row, "BIRD ", 5);
		ok = row_take(out, &bird, row, line, e);
		n += end != NULL;
		text.ptr += n;
		text.len -= n;
	}
	if (ok)
		bird_end(out, &bird);
	// cordon's permits are more special than each deny they meet: they come first (RFC 8955, 5.1)
	if (ok && out->policy.n)
		qsort(out->policy.rule, out->policy.n, sizeof *out->policy.rule, by_action);
	if (ok && out->policy.n == 0 && !is_routes)
		return err_set(e,
			"neither a list of nft -j, nor access lists, nor a policy map, nor "
			"routes of gobgp or bird");
	return ok;
}
