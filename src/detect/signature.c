// SPDX-License-Identifier: Apache-2.0
// The set of signatures: files come together, and a request is held against it.
#include "detect/signature.h"

#include <assert.h>
#include <stdlib.h>

#include "detect/signature_set.h"
#include "detect/view.h"
#include "model/prefixes.h"

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

size_t signatures_count(const struct signatures *s)
{
	return s->n;
}

const struct signature *signatures_get(const struct signatures *s, size_t i)
{
	return &s->rule[i]->is;
}

size_t signatures_literals(const struct signatures *s, struct str *literal)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->rule[i]->n_literals; k++) {
			struct str text = s->rule[i]->literal[k];
			size_t j = 0;
			while (j < n && (literal[j].len != text.len ||
						memcmp(literal[j].ptr, text.ptr, text.len)))
				j++;
			if (j == n && n < LITERALS_MAX)
				literal[n++] = text;
		}
	return n;
}

/* Put the rules of a file in: known ids in their places, new ones before all others. */
static bool rules_join(struct signatures *s, struct signatures *more, struct err *e)
{
	struct rule **all = calloc(s->n + more->n + 1, sizeof *all);
	size_t n = 0;
	if (!all)
		return err_sys(e, "signatures");
	for (size_t i = 0; i < more->n; i++) {
		size_t k = 0;
		while (k < s->n && strcmp(s->rule[k]->is.id, more->rule[i]->is.id))
			k++;
		if (k == s->n) {
			all[n++] = more->rule[i];
			continue;
		}
		rule_free(s->rule[k]);
		s->rule[k] = more->rule[i];
	}
	more->n = 0; // they belong to the set now
	for (size_t i = 0; i < s->n; i++)
		all[n++] = s->rule[i];
	free(s->rule);
	s->rule = all;
	s->n = s->cap = n;
	return true;
}

/* The search for literals takes LITERALS_MAX; what does not fit would never be found. */
static bool literals_check(const struct signatures *s, const char *name, struct err *e)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->rule[i]->n_literals;
	return n <= LITERALS_MAX ||
	       err_set(e, "%s: more than %d literals with those of all files", name, LITERALS_MAX);
}

static void rules_free(struct signatures *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		rule_free(rules->rule[i]);
	free(rules->rule);
}

/* Reads the document, and keeps it: the rules are views into it. */
static bool signatures_take(struct signatures *s, struct yml *doc, const char *name, struct err *e)
{
	struct signatures more = {};
	struct yml **all =
		doc ? array_grown(s->document, sizeof *all, s->n_documents, &s->cap_documents)
		    : NULL;
	if (!doc)
		return false;
	if (!all) {
		yml_free(doc);
		return err_sys(e, "signatures");
	}
	s->document = all;
	all[s->n_documents++] = doc;
	bool ok =
		rules_read(doc, &more, e) && rules_join(s, &more, e) && literals_check(s, name, e);
	rules_free(&more);
	return ok;
}

bool signatures_parse(struct signatures *s, struct str text, const char *name, struct err *e)
{
	return signatures_take(s, yml_parse(text, name, e), name, e);
}

bool signatures_load(struct signatures *s, const char *path, struct err *e)
{
	return signatures_take(s, yml_load(path, e), path, e);
}

struct signatures *signatures_new(struct err *e)
{
	struct signatures *s = calloc(1, sizeof *s);
	if (!s)
		err_sys(e, "signatures");
	if (s && !signatures_parse(s, signatures_builtin(), "rules/signatures.yaml", e)) {
		signatures_free(s);
		s = NULL;
	}
	return s;
}

void signatures_free(struct signatures *s)
{
	if (!s)
		return;
	rules_free(s);
	for (size_t i = 0; i < s->n_documents; i++)
		yml_free(s->document[i]);
	free(s->document);
	free(s);
}
