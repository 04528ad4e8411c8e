// SPDX-License-Identifier: Apache-2.0
// A request is held against the set: fields, their views, patterns, the first that fits.
#include <stdlib.h>

#include "detect/signature_set.h"
#include "detect/view.h"

enum { VIEWS = 3 }; // as written, and two rounds of decoding: what is escaped twice is an evasion

struct signature_room {
	struct regex_room *regex;
	uint64_t n_limits;
	uint32_t is_ready; // set of 1 << field whose views are made
	size_t n_views[N_SIGNATURE_PLACES];
	struct str view[N_SIGNATURE_PLACES][VIEWS];
	char decoded[N_SIGNATURE_PLACES][VIEWS - 1][VIEW_BYTES];
	char target[VIEW_BYTES];
};

struct signature_room *signature_room_new(void)
{
	struct signature_room *room = calloc(1, sizeof *room);
	if (!room)
		return NULL;
	room->regex = regex_room_new();
	if (room->regex)
		return room;
	free(room);
	return NULL;
}

void signature_room_free(struct signature_room *room)
{
	if (room)
		regex_room_free(room->regex);
	free(room);
}

uint64_t signature_room_limits(const struct signature_room *room)
{
	return room->n_limits;
}

static size_t text_append(char *room, size_t n, struct str text)
{
	size_t left = VIEW_BYTES - n;
	size_t len = text.len < left ? text.len : left;
	if (len)
		memcpy(room + n, text.ptr, len);
	return n + len;
}

/* The request as the client sent it: formats with two columns are put together again. */
static struct str target_of(struct signature_room *room, const struct request *q)
{
	size_t n = text_append(room->target, 0, q->path);
	if (q->query.len) {
		n = text_append(room->target, n, STR("?"));
		n = text_append(room->target, n, q->query);
	}
	return (struct str){ room->target, n };
}

static struct str text_of(
	struct signature_room *room, const struct request *q, enum signature_place field)
{
	switch (field) {
	case SIGNATURE_IN_TARGET:
		return target_of(room, q);
	case SIGNATURE_IN_PATH:
		return q->path;
	case SIGNATURE_IN_QUERY:
		return q->query;
	case SIGNATURE_IN_AGENT:
		return q->agent;
	case SIGNATURE_IN_REFERER:
		return q->referer;
	case SIGNATURE_IN_FORWARDED:
		return q->forwarded;
	case SIGNATURE_IN_ERROR:
		return q->has & REQUEST_ERROR ? q->line : (struct str){};
	case SIGNATURE_IN_LINE:
		return q->line;
	default:
		return (struct str){};
	}
}

/* Views are made when the first signature asks for them, and once. */
static void views_make(
	struct signature_room *room, const struct request *q, enum signature_place field)
{
	size_t undone = 1;
	struct str text = text_of(room, q, field);
	text.len = text.len < VIEW_BYTES ? text.len : VIEW_BYTES;
	room->is_ready |= UINT32_C(1) << field;
	room->n_views[field] = text.len > 0;
	room->view[field][0] = text;
	for (size_t i = 1; i < VIEWS && text.len && undone; i++) {
		text = view_decode(text, room->decoded[field][i - 1], &undone);
		if (undone)
			room->view[field][room->n_views[field]++] = text;
	}
}

static bool pattern_fits(struct signature_room *room, const struct regex *pattern,
	enum signature_place field, struct str *attacker)
{
	for (size_t v = 0; v < room->n_views[field]; v++) {
		enum regex_answer a = regex_match(
			pattern, room->regex, room->view[field][v], "attacker", attacker);
		room->n_limits += a == REGEX_LIMIT;
		if (a == REGEX_YES)
			return true;
	}
	return false;
}

static bool in_time(const struct signature *s, const struct request *q)
{
	if (s->since_ms == 0 && s->until_ms == 0)
		return true;
	return (q->has & REQUEST_HAS_TIME) && q->time_ms >= s->since_ms &&
	       (s->until_ms == 0 || q->time_ms < s->until_ms);
}

static bool rule_fits(const struct rule *r, struct signature_room *room, const struct request *q,
	struct signature_match *match)
{
	for (unsigned field = 0; field < N_SIGNATURE_PLACES; field++) {
		if (!(r->is.where >> field & 1))
			continue;
		if (!(room->is_ready >> field & 1))
			views_make(room, q, field);
		for (unsigned i = 0; i < r->n_patterns && room->n_views[field]; i++) {
			struct str attacker = {};
			if (!pattern_fits(room, r->pattern[i], field, &attacker))
				continue;
			*match = (struct signature_match){ .signature = &r->is, .pattern = i };
			match->has_attacker = addr_parse(attacker, &match->attacker);
			return true;
		}
	}
	return false;
}

bool signatures_match(const struct signatures *s, struct signature_room *room,
	const struct request *request, struct signature_match *match)
{
	room->is_ready = 0;
	for (size_t i = 0; i < s->n; i++)
		if (in_time(&s->rule[i]->is, request) &&
			rule_fits(s->rule[i], room, request, match))
			return true;
	return false;
}
