// SPDX-License-Identifier: Apache-2.0
// A bucket of time: a full one is a minute, and each alert costs its share of that.
#include "app/pace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void pace_init(struct pace *p, const struct alert_target *target, uint64_t now_ms)
{
	*p = (struct pace){ .target = target, .level_ms = PACE_MINUTE_MS, .level_at_ms = now_ms };
}

static bool is_mail(const struct pace *p)
{
	return p->target->type == ALERT_TYPE_MAIL;
}

static uint64_t level(const struct pace *p, uint64_t now_ms)
{
	return LEAST(p->level_ms + (now_ms - p->level_at_ms), (uint64_t)PACE_MINUTE_MS);
}

static uint64_t cost(const struct pace *p)
{
	return p->target->per_minute ? PACE_MINUTE_MS / p->target->per_minute : 0;
}

bool pace_may_send(const struct pace *p, uint64_t now_ms)
{
	return !is_mail(p) && p->n_held == 0 && level(p, now_ms) >= cost(p);
}

void pace_sent(struct pace *p, uint64_t now_ms)
{
	uint64_t full = level(p, now_ms);
	p->level_ms = full - LEAST(full, cost(p));
	p->level_at_ms = now_ms;
}

/* What is over is milder than what is found. */
static bool is_worse(const struct notice *a, const struct notice *b)
{
	bool is_over = a->kind == NOTICE_OVER, other_is = b->kind == NOTICE_OVER;
	return is_over == other_is ? a->verdict < b->verdict : other_is;
}

/* When there is no room, the mildest that came first makes it, if it is milder. */
static void list(struct pace *p, const struct notice *n)
{
	size_t mildest = 0;
	if (p->n_listed < PACE_LISTED) {
		p->listed[p->n_listed++] = *n;
		return;
	}
	for (size_t i = 1; i < PACE_LISTED; i++)
		if (is_worse(&p->listed[mildest], &p->listed[i]))
			mildest = i;
	if (!is_worse(n, &p->listed[mildest]))
		return;
	memmove(&p->listed[mildest], &p->listed[mildest + 1],
		(PACE_LISTED - 1 - mildest) * sizeof *n);
	p->listed[PACE_LISTED - 1] = *n;
}

/* Whether its incident was not told of before; from here on it is. */
static bool is_first(struct pace *p, const struct notice *n)
{
	if (n->incident == 0 || n->kind == NOTICE_OVER)
		return false;
	for (size_t i = 0; i < PACE_INCIDENTS; i++)
		if (p->incident[i] == n->incident)
			return false;
	p->incident[p->at++ % PACE_INCIDENTS] = n->incident;
	return true;
}

static uint64_t due(struct pace *p, const struct notice *n, uint64_t now_ms)
{
	if (!is_mail(p))
		return now_ms + PACE_MINUTE_MS;
	bool first = is_first(p, n);
	uint64_t next_ms = p->has_told ? p->told_ms + p->target->interval_ms : 0;
	uint64_t soon_ms = now_ms + PACE_GATHER_MS;
	bool is_urgent = first && p->n_urgent < PACE_URGENT_MAX;
	return is_urgent ? soon_ms : MOST(next_ms, soon_ms);
}

void pace_hold(struct pace *p, const struct notice *n, uint64_t now_ms)
{
	uint64_t due_ms = due(p, n, now_ms);
	if (p->n_held == 0)
		p->first_ms = now_ms;
	if (p->n_held == 0 || (is_mail(p) && due_ms < p->due_ms))
		p->due_ms = due_ms;
	if (p->n_held == 0 || is_worse(n, &p->worst))
		p->worst = *n;
	p->n_held++;
	p->n_of_kind[n->kind]++;
	if (is_mail(p))
		list(p, n);
}

bool pace_has_held(const struct pace *p)
{
	return p->n_held > 0;
}

bool pace_is_due(const struct pace *p, uint64_t now_ms)
{
	return p->n_held > 0 && now_ms >= p->due_ms;
}

struct notice pace_summary(const struct pace *p, uint64_t now_ms)
{
	struct notice n = p->worst;
	size_t at = 0;
	n.kind = NOTICE_HELD;
	n.n_held = p->n_held;
	at += (size_t)snprintf(n.why, sizeof n.why,
		"%" PRIu64 " alerts held back in %" PRIu64 " s, for more than %u came within a "
		"minute:",
		p->n_held, (now_ms - p->first_ms) / 1000, p->target->per_minute);
	for (enum notice_kind k = 0; k < N_NOTICES; k++)
		if (p->n_of_kind[k])
			at += (size_t)snprintf(n.why + at, sizeof n.why - at, " %" PRIu64 " %s,",
				p->n_of_kind[k], notice_key(k));
	snprintf(n.why + at, sizeof n.why - at, " this one is the worst; cordon incident list");
	return n;
}

void pace_told(struct pace *p, uint64_t now_ms)
{
	bool was_time = !p->has_told || now_ms - p->told_ms >= p->target->interval_ms;
	p->n_urgent = was_time ? 0 : p->n_urgent + 1;
	p->has_told = true;
	p->told_ms = now_ms;
	p->n_held = p->n_listed = 0;
	memset(p->n_of_kind, 0, sizeof p->n_of_kind);
	if (!is_mail(p))
		pace_sent(p, now_ms);
}
