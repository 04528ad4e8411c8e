// SPDX-License-Identifier: Apache-2.0
// Findings and events for the tests of incidents, and a board that takes them as the daemon would.
#ifndef UNIT_INCIDENT_CASE_H
#define UNIT_INCIDENT_CASE_H
#include <stdio.h>
#include <stdlib.h>

#include "incident/body.h"
#include "incident/correlate.h"
#include "incident/lifecycle.h"
#include "incident/silence.h"

#define T0 UINT64_C(1772438400000) // 2026-03-02T08:00:00Z
enum { MINUTE = 60 * 1000, SKEW = 5 * MINUTE, CASE_EVENTS = 4096 };

/* A board with the log it was made from. */
struct scene {
	struct board *board;
	struct event *event;
	size_t n;
};

static inline struct scene scene_new(void)
{
	struct scene s = { board_new(), calloc(CASE_EVENTS, sizeof(struct event)), 0 };
	assert_non_null(s.board);
	assert_non_null(s.event);
	return s;
}

static inline void scene_free(struct scene *s)
{
	board_free(s->board);
	free(s->event);
}

static inline bool scene_put(struct scene *s, struct event ev)
{
	assert_true(s->n < CASE_EVENTS);
	ev.id = s->n + 1;
	s->event[s->n++] = ev;
	return board_apply(s->board, &ev);
}

/* Correlate until there is nothing new; gives the number of events. */
static inline size_t scene_see(struct scene *s, const struct finding *f, size_t n)
{
	struct event out[16];
	size_t n_all = 0;
	for (size_t k; (k = correlate(s->board, f, n, T0, SKEW, out, countof(out)));)
		for (size_t i = 0; i < k; i++, n_all++)
			if (!scene_put(s, out[i]))
				fail_msg("%s: %s", s->board->why.text, out[i].body);
	return n_all;
}

static inline struct finding finding_of(uint32_t ip, uint16_t port, enum verdict v, uint64_t onset)
{
	struct finding f = { .host = addr_v4(ip),
		.verdict = v,
		.confidence = .99,
		.proto = 6,
		.port = port,
		.has_port = true,
		.contacted = 40,
		.first_ms = onset - 30 * MINUTE,
		.onset_ms = onset,
		.last_ms = onset + 5 * MINUTE,
		.why = "a reason" };
	f.outcome[OUTCOME_FAILED] = 39;
	return f;
}

static inline struct contact contact_of(uint32_t from, uint32_t to, uint16_t port, uint64_t at_ms)
{
	struct contact c = { .src = addr_v4(from), .dst = addr_v4(to) };
	c.port = port;
	c.proto = 6;
	c.first_ms = at_ms;
	c.last_ms = at_ms;
	return c;
}

static inline struct event event_of(enum event_kind kind, uint64_t incident, uint64_t host,
	uint64_t at_ms, const char *actor, const struct body *body)
{
	struct event ev = { .kind = kind, .incident = incident, .host = host, .at_ms = at_ms };
	snprintf(ev.actor, sizeof ev.actor, "%s", actor);
	assert_true(body_format(body, ev.body));
	return ev;
}

/* A transition as an operator asks for it, with all guards vouched for that can be. */
static inline bool scene_move(struct scene *s, enum state to, uint64_t at_ms)
{
	char said[GUARD_TEXT_BYTES];
	const struct member *m = board_member(s->board, board_find(s->board, 1, 1));
	struct body body = { .text = { [BODY_FROM] = state_key(m->state),
				     [BODY_TO] = state_key(to),
				     [BODY_REASON] = "seen by me",
				     [BODY_SAID] = guards_format(guards_sayable(), said) } };
	return scene_put(s, event_of(EVENT_MOVED, 1, 1, at_ms, "ann", &body));
}

static inline void scene_cover(struct scene *s, uint64_t since_ms, uint64_t until_ms)
{
	struct body body = { .text = { [BODY_WHAT] = "coverage" },
		.number = { [BODY_SINCE] = since_ms, [BODY_UNTIL] = until_ms } };
	assert_true(scene_put(s, event_of(EVENT_EVIDENCE, 0, 0, until_ms, "cordon", &body)));
}

static inline void scene_alive(struct scene *s, uint64_t at_ms)
{
	struct body body = { .text = { [BODY_WHAT] = "alive" }, .number = { [BODY_LAST] = at_ms } };
	assert_true(scene_put(s, event_of(EVENT_EVIDENCE, 0, 1, at_ms, "cordon", &body)));
}

static inline const struct member *scene_member(const struct scene *s, uint64_t host)
{
	const struct member *m = board_member(s->board, board_find(s->board, 1, host));
	assert_non_null(m);
	return m;
}
#endif
