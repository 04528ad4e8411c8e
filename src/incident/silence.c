// SPDX-License-Identifier: Apache-2.0
// The arithmetic of silence: the pace of the scan that was, and the share of packets looked at now.
#include "incident/silence.h"

#include <math.h>
#include <string.h>

enum { ONSET_LEAST_MS = 1000 }; // a finding that was shorter says little about the pace

/* New peers a second by one charge; NAN when it has no times. */
static double pace(const struct charge *c)
{
	uint32_t n = c->scanned ? c->scanned : c->contacted;
	if (!c->onset_ms || c->last_ms <= c->onset_ms || n == 0)
		return NAN;
	uint64_t took_ms = c->last_ms - c->onset_ms;
	took_ms = took_ms > ONSET_LEAST_MS ? took_ms : ONSET_LEAST_MS;
	uint32_t sampling = c->sampling > 1 ? c->sampling : 1;
	double rate = (double)n * sampling * 1000 / (double)took_ms;
	if (c->source != EVIDENCE_WEB_LOG)
		return rate;
	return n < SILENCE_REQUESTS_LEAST ? NAN : fmin(rate, SILENCE_LOG_RATE_MOST);
}

/* The pace of the attack that a charge tells, by whichever source told it; NAN when none did. */
static double pace_of_cause(const struct board *b, const struct member *m, const struct charge *c)
{
	double rate = pace(c);
	const struct charge *other;
	for (uint32_t at = m->first_charge; isnan(rate) && (other = board_charge(b, at));
		at = other->next)
		if (!other->is_withdrawn && !strcmp(other->cause, c->cause))
			rate = pace(other);
	return rate;
}

/*
 * The slowest of the worst: of charges that stand, those of the worst verdict. One whose pace nobody told
 * goes at the assumed one, however fast the others are.
 */
static double pace_of(const struct board *b, const struct member *m, bool *is_assumed)
{
	enum verdict worst = N_VERDICTS;
	double slowest = SILENCE_RATE_PER_S;
	const struct charge *c;
	*is_assumed = true;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next) {
		if (c->is_withdrawn || c->verdict > worst)
			continue;
		double told = pace_of_cause(b, m, c);
		double rate = isnan(told) ? SILENCE_RATE_PER_S : told;
		if (c->verdict < worst || rate < slowest) {
			slowest = rate;
			*is_assumed = isnan(told);
		}
		worst = c->verdict;
	}
	return slowest;
}

uint64_t silence_needed_ms(double rate_per_s, uint32_t sampling)
{
	double ms = sampling * log(1 / SILENCE_MISS) / rate_per_s * 1000 + SILENCE_DELAY_MS;
	if (!(ms < 1e15))
		return UINT64_MAX;
	return ms > SILENCE_LEAST_MS ? (uint64_t)ms : SILENCE_LEAST_MS;
}

/*
 * From the later of last attack, state and begin of coverage, so that a gap begins it anew, to the earlier
 * of coverage, life and now.
 */
static struct span watched_span(const struct board *b, const struct member *m, uint64_t at_ms)
{
	const struct host_row *h = board_host(b, m->host);
	const struct span *covered = h->covered.until_ms ? &h->covered : &b->covered;
	uint64_t since = m->last_ms > m->state_ms ? m->last_ms : m->state_ms;
	uint64_t until = h->alive_ms < covered->until_ms ? h->alive_ms : covered->until_ms;
	until = until < at_ms ? until : at_ms;
	since = since > covered->since_ms ? since : covered->since_ms;
	return (struct span){ since, until > since ? until : since };
}

struct silence silence_of(const struct board *b, const struct member *m, uint64_t at_ms)
{
	const struct host_row *h = board_host(b, m->host);
	struct silence s = { .watched = watched_span(b, m, at_ms) };
	s.watched_ms = s.watched.until_ms - s.watched.since_ms;
	s.rate_per_s = pace_of(b, m, &s.is_rate_assumed);
	s.sampling = h->sampling > 1 ? h->sampling : 1;
	s.n_logs = h->n_logs;
	s.needed_ms = silence_needed_ms(s.rate_per_s, s.sampling);
	s.is_hopeless = s.needed_ms > SILENCE_MOST_MS;
	double told_ms = (double)s.watched_ms - SILENCE_DELAY_MS;
	if (told_ms > 0)
		s.clean = -expm1(-s.rate_per_s * told_ms / 1000 / s.sampling);
	return s;
}
