// SPDX-License-Identifier: Apache-2.0
// The transitions as a table; each guard is a question to the board.
#include "incident/lifecycle.h"

#include <stdio.h>

#include "incident/silence.h"

#define G(name) (UINT32_C(1) << GUARD_##name)
#define S(name) (UINT32_C(1) << STATE_##name)

/* Every guard of `all` must hold, and one of `any` when there are some. */
static const struct {
	uint32_t from;
	enum state to;
	uint32_t all, any;
} ways[] = {
	{ S(SUSPECTED), STATE_INFECTED, 0, G(SECOND_SOURCE) | G(WORM) | G(OPERATOR) },
	{ S(SUSPECTED) | S(INFECTED), STATE_FALSE_POSITIVE, G(OPERATOR), 0 },
	{ S(INFECTED), STATE_SUSPECTED, G(WITHDRAWN), 0 },
	{ S(FALSE_POSITIVE), STATE_SUSPECTED, G(LATER), 0 },
	{ S(INFECTED) | S(REINFECTED), STATE_CONTAINED, G(CONTAINED), 0 },
	{ S(INFECTED) | S(REINFECTED) | S(CONTAINED), STATE_DISCONNECTED, G(GONE), 0 },
	{ S(INFECTED) | S(REINFECTED) | S(CONTAINED) | S(DISCONNECTED) | S(VERIFYING),
		STATE_REMEDIATING, G(OPERATOR), 0 },
	{ S(REMEDIATING), STATE_REBUILDING, G(REBUILD), 0 },
	{ S(REMEDIATING) | S(REBUILDING), STATE_REMEDIATED, G(TASKS), 0 },
	{ S(REMEDIATED), STATE_VERIFYING, 0, 0 },
	{ S(VERIFYING), STATE_RECOVERED,
		G(RESCAN) | G(IOC) | G(PATCHED) | G(ROLE) | G(LIFTED) | G(SILENCE), 0 },
	{ S(RECOVERED), STATE_CLOSED, G(ALL_DONE), 0 },
	{ S(REMEDIATED) | S(VERIFYING) | S(RECOVERED) | S(CLOSED), STATE_REINFECTED, G(LATER), 0 },
};

static const struct {
	const char *key, *missing;
	bool is_sayable;
} guards[N_GUARDS] = {
#define AS_ROW(name, key, is_sayable, missing) [GUARD_##name] = { key, missing, is_sayable },
	GUARDS(AS_ROW)
#undef AS_ROW
};

/* Standing alarms of a member, by verdict and by group of sources. */
struct standing {
	bool has_worm;
	uint32_t groups;
};

static struct standing standing_of(const struct board *b, const struct member *m)
{
	struct standing s = {};
	const struct charge *c;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		if (c->is_withdrawn || !verdict_is_alarm(c->verdict))
			continue;
		s.has_worm |= c->verdict == VERDICT_WORM;
		s.groups |= 1U << evidence_source_group(c->source);
	}
	return s;
}

static bool has_second_source(const struct standing *s)
{
	return (s->groups & (s->groups - 1)) != 0;
}

/* Only what came from a finding goes back with it; what a person decided stays. */
static bool is_withdrawn(const struct member *m, const struct standing *s)
{
	return !m->is_by_operator && m->n_withdrawn > 0 && !s->has_worm && !has_second_source(s);
}

/* Long enough; and what shows it is not older than it is long. */
static bool is_silent(const struct board *b, const struct member *m, const struct wish *w)
{
	struct silence s = silence_of(b, m, w->at_ms);
	uint64_t needed = w->silence_ms > s.needed_ms ? w->silence_ms : s.needed_ms;
	return !s.is_hopeless && s.watched_ms >= needed && s.watched.until_ms + needed >= w->at_ms;
}

static bool is_all_done(const struct board *b, const struct member *m, uint64_t at_ms)
{
	if (board_open_hosts(b, m->incident))
		return false;
	struct member_iter it = { .board = b, .incident = m->incident };
	for (const struct member *each; (each = member_next(&it));) {
		uint64_t last = each->last_ms > each->state_ms ? each->last_ms : each->state_ms;
		if (last + QUIET_LEAST_MS > at_ms)
			return false;
	}
	return true;
}

/* Seen to work after the host came to its state, and not long ago. */
static bool is_contained(const struct member *m, uint64_t at_ms)
{
	return m->contained_ms > m->state_ms && at_ms < m->contained_ms + CONTAINED_FOR_MS;
}

/* Guards that the board and the wish prove. */
static uint32_t proved(const struct board *b, const struct member *m, const struct wish *w)
{
	struct standing s = standing_of(b, m);
	const bool holds[N_GUARDS] = {
		[GUARD_OPERATOR] = w->is_operator && w->has_reason,
		[GUARD_SECOND_SOURCE] = has_second_source(&s),
		[GUARD_WORM] = s.has_worm,
		[GUARD_WITHDRAWN] = is_withdrawn(m, &s),
		[GUARD_LATER] = m->last_ms > m->state_ms + w->skew_ms,
		[GUARD_CONTAINED] = is_contained(m, w->at_ms),
		[GUARD_SILENCE] = is_silent(b, m, w),
		// the only one that looks at all hosts: asked when it is wanted
		[GUARD_ALL_DONE] = w->to == STATE_CLOSED && is_all_done(b, m, w->at_ms),
	};
	uint32_t set = 0;
	for (size_t g = 0; g < N_GUARDS; g++)
		set |= (uint32_t)holds[g] << g;
	return set;
}

struct ruling lifecycle_ask(const struct board *b, const struct member *m, const struct wish *wish)
{
	struct ruling r = {};
	for (size_t i = 0; i < countof(ways); i++) {
		if (!(ways[i].from >> m->state & 1) || ways[i].to != wish->to)
			continue;
		uint32_t wanted = ways[i].all | ways[i].any;
		uint32_t by_word =
			wish->is_operator && wish->has_reason ? wish->said & guards_sayable() : 0;
		r.is_way = true;
		r.proved = proved(b, m, wish) & wanted;
		r.said = by_word & wanted & ~r.proved;
		r.missing = ways[i].all & ~(r.proved | r.said);
		r.any_of = ways[i].any & (r.proved | r.said) ? 0 : ways[i].any;
		r.may = !r.missing && !r.any_of;
	}
	return r;
}

uint32_t lifecycle_ways(enum state from)
{
	uint32_t set = 0;
	for (size_t i = 0; i < countof(ways); i++)
		if (ways[i].from >> from & 1)
			set |= UINT32_C(1) << ways[i].to;
	return set;
}

const char *guards_format(uint32_t set, char room[static GUARD_TEXT_BYTES])
{
	size_t n = 0;
	room[0] = '\0';
	for (size_t g = 0; g < N_GUARDS && n < GUARD_TEXT_BYTES; g++)
		if (set >> g & 1)
			n += (size_t)snprintf(room + n, GUARD_TEXT_BYTES - n, "%s%s", n ? "," : "",
				guards[g].key);
	return room;
}

uint32_t guards_parse(const char *text)
{
	uint32_t set = 0;
	for (const char *p = text ? text : ""; *p;) {
		size_t len = strcspn(p, ",");
		for (size_t g = 0; g < N_GUARDS; g++)
			if (strlen(guards[g].key) == len && !strncmp(guards[g].key, p, len))
				set |= UINT32_C(1) << g;
		p += len + (p[len] == ',');
	}
	return set;
}

const char *guard_key(enum guard g)
{
	return guards[g].key;
}

const char *guard_missing(enum guard g)
{
	return guards[g].missing;
}

uint32_t guards_sayable(void)
{
	uint32_t set = 0;
	for (size_t g = 0; g < N_GUARDS; g++)
		set |= (uint32_t)guards[g].is_sayable << g;
	return set;
}
