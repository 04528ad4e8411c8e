// SPDX-License-Identifier: Apache-2.0
// One pass with a table of the latest evidence of each sort. What is read of the board between two pieces of
// evidence is told by events, and each of those is a barrier: what stands before it stays.
#include "incident/retention.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "incident/board.h"
#include "incident/body.h"

enum { TOPICS_LEAST = 1 << 10, TOPICS_MAX = 1 << 21 };

/* What evidence is about, and the latest piece of it. */
struct topic {
	XXH128_hash_t name; // both zero: free
	uint64_t id, arrived_ms;
	uint64_t since_ms, until_ms; // of coverage
	uint64_t last_ms, seen_ms;
	uint64_t news; // hash of what it found, where another result is news
	bool is_first; // of its sort, or of those that found the same
};

struct retention {
	void (*take)(void *ctx, const struct removable *r);
	void *ctx;
	struct topic *topic;
	size_t n, room;   // room: a power of two
	uint64_t *host;   // by number: the last event that judged it; 0: none
	uint64_t *joined; // the last by which it joined an incident
	uint64_t *incident;
	uint64_t judged, parted; // the last that judged any host; the last merge or split
};

struct retention *retention_new(void (*take)(void *ctx, const struct removable *r), void *ctx)
{
	struct retention *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	*r = (struct retention){ .take = take,
		.ctx = ctx,
		.topic = calloc(TOPICS_LEAST, sizeof *r->topic),
		.room = TOPICS_LEAST,
		.host = calloc(HOSTS_MAX + 1, sizeof *r->host),
		.joined = calloc(HOSTS_MAX + 1, sizeof *r->joined),
		.incident = calloc(INCIDENTS_MAX + 1, sizeof *r->incident) };
	if (r->topic && r->host && r->joined && r->incident)
		return r;
	retention_free(r);
	return NULL;
}

void retention_free(struct retention *r)
{
	if (!r)
		return;
	free(r->topic);
	free(r->host);
	free(r->joined);
	free(r->incident);
	free(r);
}

static struct topic *place_of(struct topic *topic, size_t room, const XXH128_hash_t *name)
{
	size_t i = name->low64 & (room - 1);
	while ((topic[i].name.low64 | topic[i].name.high64) &&
		!XXH128_isEqual(topic[i].name, *name))
		i = (i + 1) & (room - 1);
	return &topic[i];
}

static bool grow(struct retention *r)
{
	size_t room = r->room * 2;
	struct topic *more = room <= TOPICS_MAX ? calloc(room, sizeof *more) : NULL;
	if (!more)
		return false;
	for (size_t i = 0; i < r->room; i++)
		if (r->topic[i].name.low64 | r->topic[i].name.high64)
			*place_of(more, room, &r->topic[i].name) = r->topic[i];
	free(r->topic);
	r->topic = more;
	r->room = room;
	return true;
}

/* NULL when there is no room for one more: its evidence stays. */
static struct topic *topic_of(struct retention *r, const char *name, size_t len)
{
	XXH128_hash_t hash = XXH3_128bits(name, len);
	struct topic *t = place_of(r->topic, r->room, &hash);
	if (t->name.low64 | t->name.high64)
		return t;
	if (r->n >= r->room / 2 && !grow(r))
		return NULL;
	t = place_of(r->topic, r->room, &hash);
	t->name = hash;
	r->n++;
	return t;
}

static bool is_known(const char *text, unsigned n, const char *(*name)(unsigned))
{
	for (unsigned i = 0; i < n && text; i++)
		if (!strcmp(text, name(i)))
			return true;
	return false;
}

static const char *source_name(unsigned i)
{
	return evidence_source_key(i);
}

static const char *verdict_key(unsigned i)
{
	return verdict_name(i);
}

/* Sorts of evidence: what it is about, and whether the board takes it. */
static size_t finding_name(const struct event *ev, const struct body *b, char *room, size_t size)
{
	const char *cause = b->text[BODY_CAUSE], *source = b->text[BODY_SOURCE];
	if (!cause || strlen(cause) >= CAUSE_BYTES ||
		!is_known(source, N_EVIDENCE_SOURCES, source_name) ||
		!is_known(b->text[BODY_VERDICT], N_VERDICTS, verdict_key))
		return 0;
	return (size_t)snprintf(room, size, "f %llu %llu %s %s", (unsigned long long)ev->incident,
		(unsigned long long)ev->host, source, cause);
}

static size_t coverage_name(const struct event *ev, const struct body *b, char *room, size_t size)
{
	uint64_t since = b->number[BODY_SINCE], until = b->number[BODY_UNTIL];
	return since && until >= since
		       ? (size_t)snprintf(room, size, "c %llu", (unsigned long long)ev->host)
		       : 0;
}

static size_t alive_name(const struct event *ev, const struct body *b, char *room, size_t size)
{
	return ev->host && b->number[BODY_LAST]
		       ? (size_t)snprintf(room, size, "a %llu", (unsigned long long)ev->host)
		       : 0;
}

static size_t contained_name(const struct event *ev, const struct body *b, char *room, size_t size)
{
	(void)b;
	return (size_t)snprintf(room, size, "k %llu %llu", (unsigned long long)ev->incident,
		(unsigned long long)ev->host);
}

/* A look that found nothing out is no news, and stands beside those that did. */
static size_t unknown_name(const struct event *ev, const struct body *b, char *room, size_t size)
{
	(void)b;
	return (size_t)snprintf(room, size, "u %llu %llu", (unsigned long long)ev->incident,
		(unsigned long long)ev->host);
}

static const struct sort {
	const char *what;
	size_t (*name)(const struct event *ev, const struct body *b, char *room, size_t size);
	bool keeps_first; // its place among others, or its news, is that of the first
	bool replaces;    // the latest alone counts, whatever those before said
	uint32_t n_findings;
} sorts[] = {
	{ "finding", finding_name, true, false, 1 },
	{ "coverage", coverage_name, false, false, 0 },
	{ "alive", alive_name, false, false, 0 },
	{ "containment", contained_name, true, true, 0 },
	{ "containment-failed", contained_name, true, true, 0 },
	{ "containment-unknown", unknown_name, true, true, 0 },
};

static uint64_t *judged_of(uint64_t *table, uint64_t number, uint64_t max)
{
	return &table[number <= max ? number : 0];
}

/* Since when nobody has judged by what a piece of evidence is about. */
static uint64_t barrier(const struct retention *r, const struct event *ev)
{
	uint64_t id = r->parted;
	uint64_t host = ev->host ? *judged_of(r->host, ev->host, HOSTS_MAX) : r->judged;
	uint64_t incident = *judged_of(r->incident, ev->incident, INCIDENTS_MAX);
	id = id > host ? id : host;
	return id > incident ? id : incident;
}

/* Of what replaces what was before: what was found, and by which plan. */
static uint64_t news_of(const struct sort *s, const struct body *b)
{
	const char *why = b->text[BODY_WHY] ? b->text[BODY_WHY] : "";
	return s->replaces ? hash_bytes(why, strlen(why), hash_bytes(s->what, strlen(s->what), 0))
			   : 0;
}

/* Whether `now` says at least as much as the one before. */
static bool says_again(const struct sort *s, const struct topic *before, const struct topic *now)
{
	return s->replaces ||
	       (now->last_ms >= before->last_ms && now->since_ms >= before->since_ms &&
		       now->until_ms >= before->until_ms &&
		       (!before->seen_ms || (now->seen_ms && now->seen_ms <= before->seen_ms)));
}

static void see_evidence(
	struct retention *r, const struct sort *s, const struct event *ev, const struct body *b)
{
	char name[128];
	size_t len = s->name(ev, b, name, sizeof name);
	struct topic *t = len && len < sizeof name ? topic_of(r, name, len) : NULL;
	if (!t)
		return;
	uint64_t joined = *judged_of(r->joined, ev->host, HOSTS_MAX);
	struct topic now = { .name = t->name,
		.id = ev->id,
		.arrived_ms = ev->arrived_ms,
		.since_ms = b->number[BODY_SINCE],
		.until_ms = b->number[BODY_UNTIL],
		.last_ms = b->number[BODY_LAST],
		.seen_ms = b->number[BODY_SEEN],
		.news = news_of(s, b) };
	bool is_new = !t->id || t->id < r->parted || t->id < joined;
	now.is_first = is_new || t->news != now.news;
	bool stays = is_new || (s->keeps_first && t->is_first);
	if (!stays && t->id > barrier(r, ev) && says_again(s, t, &now))
		r->take(r->ctx, &(struct removable){ t->id, t->arrived_ms, s->n_findings });
	*t = now;
}

/* What a transition was judged by has to stay before it. */
static void see_judged(struct retention *r, const struct event *ev, const struct body *b)
{
	*judged_of(r->host, ev->host, HOSTS_MAX) = ev->id;
	r->judged = ev->id;
	const char *to = b->text[BODY_TO];
	// Closing one looks at all hosts of its incident.
	if (to && !strcmp(to, state_key(STATE_CLOSED)))
		*judged_of(r->incident, ev->incident, INCIDENTS_MAX) = ev->id;
}

void retention_see(struct retention *r, const struct event *ev)
{
	struct body b;
	struct err e;
	if (!body_parse(ev->body, &b, &e))
		return;
	const char *what = b.text[BODY_WHAT];
	if (ev->kind == EVENT_MERGED || ev->kind == EVENT_SPLIT)
		r->parted = ev->id;
	else if (ev->kind == EVENT_JOINED)
		*judged_of(r->joined, ev->host, HOSTS_MAX) = ev->id;
	else if (ev->kind == EVENT_MOVED || ev->kind == EVENT_WITHDRAWN)
		see_judged(r, ev, &b);
	for (size_t i = 0; i < countof(sorts) && ev->kind == EVENT_EVIDENCE && what; i++)
		if (!strcmp(what, sorts[i].what))
			see_evidence(r, &sorts[i], ev, &b);
	body_free(&b);
}
