// SPDX-License-Identifier: Apache-2.0
// What ExaBGP announces, and to whom: show adj-rib out extensive. Without "extensive" it does not say what becomes of
// a packet. Who hears it is told by show neighbor extensive, or summary: see hearer.c.
#include <stdio.h>
#include <stdlib.h>

#include "base/quantity.h"
#include "contain/applied.h"
#include "contain/component.h"
#include "contain/rows.h"

enum { PAIR_BYTES = 256 };

static const struct component_words words = {
	.row = { { "destination-ipv4 ", COMPONENT_DST }, { "destination-ipv6 ", COMPONENT_DST },
		{ "source-ipv4 ", COMPONENT_SRC }, { "source-ipv6 ", COMPONENT_SRC },
		{ "protocol ", COMPONENT_PROTO }, { "next-header ", COMPONENT_PROTO },
		{ "destination-port ", COMPONENT_DPORT }, { "source-port ", COMPONENT_SPORT },
		{ "icmp-type ", COMPONENT_ICMP_TYPE }, { "icmp-code ", COMPONENT_ICMP_CODE },
		{ "tcp-flags ", COMPONENT_FLAGS } },
	.one = "=%u%n",
	.span = ">=%u&<=%u%n",
	.offset = "/0",
	.flags = "ack rst",
};

/* What it has names for, by the name in front; of all else it prints "=unknown protocol type 88". */
static const struct {
	const char *key, *name;
	unsigned is;
} names[] = {
	{ "protocol", "icmp", 1 },
	{ "protocol", "igmp", 2 },
	{ "protocol", "tcp", 6 },
	{ "protocol", "egp", 8 },
	{ "protocol", "udp", 17 },
	{ "protocol", "rsvp", 46 },
	{ "protocol", "gre", 47 },
	{ "protocol", "esp", 50 },
	{ "protocol", "ah", 51 },
	{ "protocol", "ospf", 89 },
	{ "protocol", "ipip", 94 },
	{ "protocol", "pim", 103 },
	{ "protocol", "sctp", 132 },
	{ "icmp-type", "echo-reply", 0 },
	{ "icmp-type", "unreachable", 3 },
	{ "icmp-type", "source-quench", 4 },
	{ "icmp-type", "redirect", 5 },
	{ "icmp-type", "echo-request", 8 },
	{ "icmp-type", "router-advertisement", 9 },
	{ "icmp-type", "router-solicit", 10 },
	{ "icmp-type", "time-exceeded", 11 },
	{ "icmp-type", "parameter-problem", 12 },
	{ "icmp-type", "timestamp", 13 },
	{ "icmp-type", "timestamp-reply", 14 },
	{ "icmp-type", "info-request", 15 },
	{ "icmp-type", "info-reply", 16 },
	{ "icmp-type", "mask-request", 17 },
	{ "icmp-type", "mask-reply", 18 },
	{ "icmp-type", "traceroute", 30 },
};

/* Attributes that say nothing of what becomes of a packet. */
static const char *const passed_over[] = { "origin", "local-preference", "med", "next-hop",
	"as-path", "community", "large-community", "originator-id", "cluster-list" };

/* The next word, cut off; NULL behind the last. */
static char *word_next(char **at)
{
	*at += strspn(*at, " ");
	char *word = *at;
	*at += strcspn(*at, " ");
	if (**at)
		*(*at)++ = '\0';
	return *word ? word : NULL;
}

/* What stands behind a key: a word, "[ several ]", or "=unknown ... type 88", of which the number is left. */
static char *value_next(char **at, char room[static PAIR_BYTES])
{
	char *word = word_next(at), *end;
	uint64_t number;
	if (word && !strcmp(word, "[") && (end = strstr(*at, " ]"))) {
		word = *at;
		*at = end + 2;
		*end = '\0';
	} else if (word && !strcmp(word, "=unknown")) {
		while ((word = word_next(at)))
			if (number_parse((struct str){ word, strlen(word) }, &number))
				break;
		snprintf(room, PAIR_BYTES, "=%s", word ? word : "");
		word = room;
	}
	return word;
}

/* A name behind "=" becomes its number. */
static const char *value_plain(const char *key, const char *value, char room[static PAIR_BYTES])
{
	if (!strcmp(key, "next-header"))
		key = "protocol";
	for (size_t i = 0; *value == '=' && i < countof(names); i++)
		if (!strcmp(names[i].key, key) && !strcmp(names[i].name, value + 1)) {
			snprintf(room, PAIR_BYTES, "=%u", names[i].is);
			return room;
		}
	return value;
}

/* Rate 0 drops. Where to a packet is led otherwise is not looked into. */
static enum action communities_action(char *at)
{
	enum action action = ACTION_PERMIT;
	for (char *word; (word = word_next(&at));)
		if (!strcmp(word, "rate-limit:0"))
			action = ACTION_DENY;
		else if (!strncmp(word, "redirect", 8) || !strncmp(word, "copy", 4))
			return ACTION_UNKNOWN;
	return action;
}

static bool is_passed_over(const char *key)
{
	for (size_t i = 0; i < countof(passed_over); i++)
		if (!strcmp(passed_over[i], key))
			return true;
	return false;
}

/* Components and attributes of a rule. Whether all of it was read. */
static bool rule_read(char *at, struct rule *r)
{
	char room[PAIR_BYTES], number[PAIR_BYTES], pair[2 * PAIR_BYTES];
	for (char *key, *value; (key = word_next(&at));) {
		if (!(value = value_next(&at, room)))
			return false;
		if (!strcmp(key, "extended-community")) {
			r->action = communities_action(value);
			if (r->action == ACTION_UNKNOWN)
				return false;
			continue;
		}
		snprintf(pair, sizeof pair, "%s %s", key, value_plain(key, value, number));
		if (!component_read(&words, pair, &r->box) && !is_passed_over(key))
			return false;
	}
	return true;
}

/* "neighbor 127.0.0.1 local-ip ... ipv4 flow flow source-ipv4 10.1.1.1/32 protocol =tcp" */
static bool row_take(struct applied *out, struct rows *rows, struct err *e)
{
	static const char begin[] = " flow flow";
	char *row = rows->row, *rest = strncmp(row, "neighbor ", 9) ? NULL : strstr(row, begin);
	char name[HEARER_NAME_BYTES];
	if (!rest || (rest[sizeof begin - 1] && rest[sizeof begin - 1] != ' ') ||
		sscanf(row, "neighbor %63s", name) != 1)
		return true;
	struct rule r = { .box = box_any(), .action = ACTION_PERMIT, .line = rows->line };
	bool is_mute = !strstr(row, " local-ip "), is_known;
	if (rest - row >= 5 && !strncmp(rest - 5, " ipv4", 5))
		r.box.of[DIM_SRC] = r.box.of[DIM_DST] = family_span(FAMILY_4);
	is_known = rule_read(rest + sizeof begin - 1, &r) && !rows->is_cut;
	if (!is_known || is_mute)
		r.action = ACTION_UNKNOWN;
	out->n_unknown += r.action == ACTION_UNKNOWN;
	out->n_mute += is_known && is_mute;
	struct hearer *one = hearers_get(&out->hearers, name, e);
	return one && policy_put(&one->policy, &r, e) && applied_put(out, &r, UINT64_MAX, e);
}

bool exabgp_read(struct str text, struct applied *out, struct err *e)
{
	struct rows rows = { .left = text };
	bool ok = true;
	out->kind = APPLIED_EXABGP;
	out->hearers.at = SIZE_MAX;
	snprintf(out->name, sizeof out->name, "routes");
	while (ok && rows_next(&rows))
		ok = hearers_row(&out->hearers, rows.row, e) && row_take(out, &rows, e);
	policy_settle(&out->policy);
	return ok && hearers_settle(&out->hearers, e);
}
