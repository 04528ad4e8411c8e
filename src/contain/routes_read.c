// SPDX-License-Identifier: Apache-2.0
// Routes: rules of FlowSpec as gobgp and bird print them; black holes of gobgp, bird and the kernel.
#include <stdio.h>
#include <stdlib.h>

#include "contain/applied.h"
#include "contain/component.h"
#include "contain/rows.h"

/* Each in brackets. */
static const struct component_words gobgp_words = {
	.row = { { "source: ", COMPONENT_SRC }, { "destination: ", COMPONENT_DST },
		{ "protocol: ", COMPONENT_PROTO }, { "destination-port: ", COMPONENT_DPORT },
		{ "source-port: ", COMPONENT_SPORT }, { "icmp-type: ", COMPONENT_ICMP_TYPE },
		{ "icmp-code: ", COMPONENT_ICMP_CODE }, { "tcp-flags: ", COMPONENT_FLAGS } },
	.one = "==%u%n",
	.span = ">=%u&<=%u%n",
	.offset = "/0",
	.flags = "A R",
};

static bool flowspec_row(struct applied *out, char *at, uint32_t line, struct err *e)
{
	struct rule r = { .box = box_any(), .line = line };
	bool is_known = true;
	while (*at == '[') {
		char *end = strchr(at, ']');
		if (!end)
			return true;
		*end = '\0';
		is_known &= component_read(&gobgp_words, at + 1, &r.box);
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

bool routes_read(struct str text, struct applied *out, struct err *e)
{
	struct rows rows = { .left = text };
	struct bird bird = { .rule = RULE_REST };
	bool is_routes = false, ok = true;
	out->kind = APPLIED_FLOWSPEC;
	snprintf(out->name, sizeof out->name, "routes");
	while (ok && rows_next(&rows)) {
		char *row = rows.row;
		is_routes |= strstr(row, "Network not in table") || strstr(row, "Next Hop") ||
			     strstr(row, "No BGP prefixes displayed") || !strncmp(row, "BIRD ", 5);
		ok = row_take(out, &bird, row, rows.line, e);
	}
	if (ok)
		bird_end(out, &bird);
	policy_settle(&out->policy);
	if (ok && out->policy.n == 0 && !is_routes)
		return err_set(e,
			"neither a list of nft -j, nor access lists, nor a policy map, nor "
			"routes of gobgp, ExaBGP, bird or FRR");
	return ok;
}
