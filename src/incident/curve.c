// SPDX-License-Identifier: Apache-2.0
// Each stay of a host in a state is an interval; points are sums of what begins and ends between them.
#include "incident/curve.h"

#include "incident/members.h"

const char *course_key(enum course c)
{
	static const char *const keys[] = {
#define AS_KEY(name, key) [COURSE_##name] = key,
		COURSES(AS_KEY)
#undef AS_KEY
	};
	return keys[c];
}

static const enum course courses[N_STATES] = {
	[STATE_SUSPECTED] = COURSE_ACTIVE, // for who turned out to be infected
	[STATE_INFECTED] = COURSE_ACTIVE,
	[STATE_CONTAINED] = COURSE_CONTAINED,
	[STATE_REMEDIATING] = COURSE_CONTAINED,
	[STATE_REBUILDING] = COURSE_CONTAINED,
	[STATE_DISCONNECTED] = COURSE_CONTAINED,
	[STATE_REMEDIATED] = COURSE_CONTAINED,
	[STATE_VERIFYING] = COURSE_CONTAINED,
	[STATE_RECOVERED] = COURSE_RECOVERED,
	[STATE_REINFECTED] = COURSE_ACTIVE,
	[STATE_FALSE_POSITIVE] = N_COURSES,
	[STATE_CLOSED] = COURSE_RECOVERED,
};

enum course course_of(const struct member *m)
{
	return m->state == STATE_SUSPECTED ? COURSE_SUSPECTED : courses[m->state];
}

struct span curve_span(const struct board *b, uint64_t incident, uint64_t now_ms)
{
	struct span s = { UINT64_MAX, 0 };
	bool is_open = false;
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; (m = members_next(&it));) {
		const struct stay *stay;
		for (uint32_t at = m->first_stay; (stay = board_stay(b, at)); at = stay->next) {
			s.since_ms = LEAST(s.since_ms, stay->from_ms);
			s.until_ms = MOST(s.until_ms, stay->from_ms);
		}
		s.until_ms = MOST(s.until_ms, m->last_ms);
		is_open |= state_is_open(m->state);
	}
	if (!s.until_ms)
		return (struct span){};
	if (is_open)
		s.until_ms = MOST(s.until_ms, now_ms);
	return s;
}

/* The first point at or behind a time; `n` when there is none. */
static size_t point_at(const struct curve *c, uint64_t ms)
{
	if (ms <= c->from_ms)
		return 0;
	if (ms > c->to_ms)
		return c->n;
	size_t i = (size_t)((ms - c->from_ms + c->step_ms - 1) / c->step_ms);
	return LEAST(i, c->n - 1);
}

/* One host is something from a time to another: noted at both, to be summed later. */
static void note(struct curve *c, enum course what, uint64_t from_ms, uint64_t to_ms)
{
	if (what == N_COURSES || to_ms <= from_ms)
		return;
	size_t from = point_at(c, from_ms), to = point_at(c, to_ms);
	if (from < c->n)
		c->point[from].n[what]++;
	if (to < c->n)
		c->point[to].n[what]--;
}

static void add(struct curve *c, const struct board *b, const struct member *m)
{
	enum course now = course_of(m);
	const struct stay *stay = board_stay(b, m->first_stay);
	if (now == N_COURSES || !stay)
		return;
	c->n_undated += now != COURSE_SUSPECTED && !stay->is_dated;
	if (now == COURSE_SUSPECTED) {
		note(c, COURSE_SUSPECTED, stay->from_ms, UINT64_MAX);
		return;
	}
	for (uint64_t from = stay->from_ms; stay;) {
		const struct stay *next = board_stay(b, stay->next);
		uint64_t until = next ? MOST(next->from_ms, from) : UINT64_MAX;
		note(c, courses[stay->state], from, until);
		from = until;
		stay = next;
	}
}

void curve_fill(const struct board *b, uint64_t incident, const struct span *span, size_t n,
	struct curve *out)
{
	uint64_t length = span->until_ms > span->since_ms ? span->until_ms - span->since_ms : 0;
	*out = (struct curve){ .from_ms = span->since_ms, .to_ms = span->since_ms + length };
	if (!span->until_ms)
		return;
	out->step_ms = MOST((length + n - 2) / (n - 1), UINT64_C(1000));
	out->n = (size_t)((length + out->step_ms - 1) / out->step_ms) + 1;
	for (size_t i = 0; i < out->n; i++)
		out->point[i].at_ms = LEAST(out->from_ms + i * out->step_ms, out->to_ms);
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; (m = members_next(&it));)
		add(out, b, m);
	for (size_t i = 1; i < out->n; i++)
		for (enum course c = 0; c < N_COURSES; c++)
			out->point[i].n[c] += out->point[i - 1].n[c];
}
