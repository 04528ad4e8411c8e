// SPDX-License-Identifier: Apache-2.0
// Looks at containment, put together by plan; and what people vouched for, put together by time.
#include <stdlib.h>

#include "incident/curve.h"
#include "incident/members.h"

const char *effective_key(enum effective e)
{
	static const char *const keys[] = {
		[EFFECTIVE_UNKNOWN] = "unknown", [EFFECTIVE_YES] = "yes", [EFFECTIVE_NO] = "no"
	};
	return keys[e];
}

/* What is known of one host and one plan. */
struct look {
	uint64_t host;
	const char *what;            // NULL: a person vouched
	uint64_t first_ms, works_ms; // the first look; the first that found it to work, 0: none
	bool works;                  // at the latest look
	bool has_attacked;
};

struct looks {
	struct look *look;
	size_t n, room;
};

static struct look *look_new(struct looks *l)
{
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		struct look *more = realloc(l->look, room * sizeof *more);
		if (!more)
			return NULL;
		l->look = more;
		l->room = room;
	}
	return &l->look[l->n++];
}

static bool take_checks(struct looks *l, const struct board *b, const struct member *m)
{
	const struct check *c;
	size_t first = l->n;
	for (uint32_t at = m->first_check; (c = board_check(b, at)); at = c->next) { // latest first
		struct look *k = NULL;
		for (size_t i = first; i < l->n && !k; i++)
			k = strcmp(l->look[i].what, c->what) ? NULL : &l->look[i];
		if (!k) {
			if (!(k = look_new(l)))
				return false;
			*k = (struct look){ .host = m->host, .what = c->what, .works = c->works };
		}
		k->first_ms = c->at_ms;
		k->works_ms = c->works ? c->at_ms : k->works_ms;
		k->has_attacked = m->last_ms > (k->works_ms ? k->works_ms : k->first_ms);
	}
	return true;
}

static bool take_words(struct looks *l, const struct board *b, const struct member *m)
{
	const struct stay *s;
	for (uint32_t at = m->first_stay; (s = board_stay(b, at)); at = s->next) {
		if (!s->is_vouched ||
			(s->state != STATE_CONTAINED && s->state != STATE_DISCONNECTED))
			continue;
		struct look *k = look_new(l);
		if (!k)
			return false;
		*k = (struct look){ .host = m->host,
			.first_ms = s->from_ms,
			.has_attacked = m->last_ms > s->from_ms };
	}
	return true;
}

static uint64_t look_ms(const struct look *k)
{
	return k->works_ms ? k->works_ms : k->first_ms;
}

static int by_plan(const void *a, const void *b)
{
	const struct look *x = a, *y = b;
	int c = !x->what - !y->what;
	c = !c && x->what ? strcmp(x->what, y->what) : c;
	return c ? c : (look_ms(x) > look_ms(y)) - (look_ms(x) < look_ms(y));
}

static int by_time(const void *a, const void *b)
{
	const struct containment *x = a, *y = b;
	return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static bool goes_on(const struct containment *c, const struct look *k)
{
	if (!c->what || !k->what)
		return !c->what && !k->what && look_ms(k) <= c->at_ms + CONTAINMENT_AROUND_MS;
	return !strcmp(c->what, k->what);
}

/* Of a plan all must work, and none may be unknown that failed. */
static void join(struct containment *c, const struct look *k, bool is_heard)
{
	c->n_hosts++;
	c->n_heard += is_heard;
	c->n_attacked += k->has_attacked;
	if (k->what && c->effective != EFFECTIVE_NO)
		c->effective = k->works ? EFFECTIVE_YES : EFFECTIVE_NO;
}

static size_t fold(const struct looks *l, heard_fn *is_heard, void *ctx, struct containment *all)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct look *k = &l->look[i];
		if (!n || !goes_on(&all[n - 1], k))
			all[n++] = (struct containment){ .at_ms = look_ms(k), .what = k->what };
		join(&all[n - 1], k, is_heard && is_heard(ctx, k->host, look_ms(k)));
	}
	return n;
}

static void count_around(
	const struct board *b, uint64_t incident, uint64_t now_ms, struct containment *c, size_t n)
{
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; (m = members_next(&it));) {
		const struct stay *s = board_stay(b, m->first_stay);
		enum course is = course_of(m);
		if (!s || is == COURSE_SUSPECTED || is == N_COURSES)
			continue;
		for (size_t i = 0; i < n; i++) {
			bool is_after = s->from_ms >= c[i].at_ms;
			uint64_t off = is_after ? s->from_ms - c[i].at_ms : c[i].at_ms - s->from_ms;
			if (off <= CONTAINMENT_AROUND_MS)
				*(is_after ? &c[i].n_after : &c[i].n_before) += 1;
		}
	}
	for (size_t i = 0; i < n; i++)
		c[i].after_ms = now_ms > c[i].at_ms ? LEAST(now_ms - c[i].at_ms,
							      (uint64_t)CONTAINMENT_AROUND_MS)
						    : 0;
}

size_t containments_find(const struct board *b, uint64_t incident, uint64_t now_ms,
	heard_fn *is_heard, void *ctx, struct containment out[static CONTAINMENTS_MAX])
{
	struct looks l = {};
	bool ok = true;
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; ok && (m = members_next(&it));)
		ok = take_checks(&l, b, m) && take_words(&l, b, m);
	if (l.n)
		qsort(l.look, l.n, sizeof *l.look, by_plan);
	struct containment *all = ok ? calloc(l.n + 1, sizeof *all) : NULL;
	size_t n = all ? fold(&l, is_heard, ctx, all) : SIZE_MAX;
	if (all && n) {
		size_t kept = LEAST(n, (size_t)CONTAINMENTS_MAX);
		qsort(all, n, sizeof *all, by_time);
		memcpy(out, all + (n - kept), kept * sizeof *out);
		count_around(b, incident, now_ms, out, kept);
	}
	free(all);
	free(l.look);
	return n;
}
