// SPDX-License-Identifier: Apache-2.0
// The distribution of the score, contact by contact, until it has reached the threshold. Only the
// walk with the longest half-life counts: its score is never below that of the others.
#include "detect/power.h"

#include <math.h>

#include "detect/burst.h"
#include "detect/rates.h"
#include "detect/silent.h"
#include "detect/walk.h"
#include "detect/weigh.h"

enum {
	CELLS = 2048,      // between 0 and the threshold
	ROUNDS_MAX = 4096, // then what is left goes on at the pace it has
	ANSWERED_PACKETS =
		10, // of a probe that hits: more of them are sampled than of one that fails
	CONTACTS_LEAST = 64, // a threshold is never made for fewer
};
// What output/power.c says of these in words.
static_assert(BURST_PEERS == 30 && BURST_MS == 60000);
static_assert(VISIBILITY_LEAST == 5 && SAME_SIZE_PEERS == 10 && SILENT_PEERS == 100);

static const double probe_failure = .98, negligible = 1e-9, steady = 1e-7;

static const struct scan scans[N_SCANS] = {
	{ NULL, .1, 1 },
	{ NULL, 1, 1 },
	{ "Code Red", 6, 2 },
	{ "Mirai", 160, 1 },
};

static const struct {
	enum sign sign;
	bool is_told;
} telemetries[N_TELEMETRIES] = {
#define AS_ROW(name, key, sign, is_told, text) [TELEMETRY_##name] = { SIGN_##sign, is_told },
	TELEMETRIES(AS_ROW)
#undef AS_ROW
};

/* Add a share of the distribution at a score, to the two cells around it: its mean stays. */
static void put(double cell[static CELLS + 1], double at, double share)
{
	double low = floor(at);
	size_t i = low < CELLS ? (size_t)low : CELLS - 1;
	cell[i] += share * (1 - (at - (double)i));
	cell[i + 1] += share * (at - (double)i);
}

double power_contacts(const struct trial *t)
{
	double limit = t->needed_nats - SLACK_NATS, q = exp2(-t->interval_ms / HALF_LIFE_MAX_MS);
	double up = t->step_nats / limit * CELLS, down = STEP_NATS / limit * CELLS;
	double now[CELLS + 2] = { 1 }, alive = 1, expected = 0, hazard = 0;
	if (q < 1 && t->step_nats / (1 - q) < limit)
		return INFINITY;
	for (unsigned n = 0; alive > negligible && n < ROUNDS_MAX; n++) {
		double next[CELLS + 2] = {}, lost = 0, before = hazard;
		for (size_t i = 0; i <= CELLS; i++) {
			double at = (double)i * q;
			if (now[i] <= 0)
				continue;
			if (at + up >= CELLS)
				lost += now[i] * t->failed;
			else
				put(next, at + up, now[i] * t->failed);
			put(next, fmax(0, at - down), now[i] * (1 - t->failed));
		}
		expected += alive;
		hazard = lost / alive;
		alive -= lost;
		memcpy(now, next, sizeof now);
		if (hazard > 0 && fabs(hazard - before) < steady * hazard)
			break; // from here on, each contact ends the same share of what is left
	}
	if (alive <= negligible)
		return expected;
	return hazard > negligible ? expected + alive / hazard : INFINITY;
}

/* The score of all contacts that fit into a duration, `interval` apart. */
static double score_within(double step, double interval, double duration, unsigned least)
{
	double n = floor(duration / interval + 1e-9) + 1;
	double q = exp2(-interval / HALF_LIFE_MAX_MS);
	if (n < least)
		return 0;
	return q > 1 - 1e-12 ? n * step : step * (1 - pow(q, n)) / (1 - q);
}

double power_slowest_ms(double step_nats, double needed_nats, double duration_ms, unsigned least)
{
	double limit = needed_nats - SLACK_NATS;
	if (step_nats >= limit && least <= 1)
		return INFINITY;
	double low = 0, high = HALF_LIFE_MAX_MS * 64;
	if (!isinf(duration_ms) && duration_ms <= 0)
		return 0;
	for (int i = 0; i < 200; i++) {
		double middle = (low + high) / 2;
		if (score_within(step_nats, middle, duration_ms, least) >= limit)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The chance that of some packets at least one is looked at. */
static double chance(uint32_t sampling, unsigned packets)
{
	return sampling <= 1 ? 1 : -expm1(packets * log1p(-1.0 / sampling));
}

static unsigned threshold_at(double rate, double n_contacts)
{
	size_t n = CONTACTS_LEAST;
	if (n_contacts > CONTACTS_LEAST) // NAN: not known
		n = n_contacts < 1e9 ? (size_t)n_contacts : (size_t)1e9;
	return walk_threshold(ceil(rate * 100 - 1e-9) / 100, n);
}

static struct detection detect_scan(
	const struct power *p, const struct power_row *row, const struct scan *s)
{
	bool is_told = telemetries[row->telemetry].is_told;
	double failed = is_told ? p->probe_failure : 1;
	double missed = failed * chance(row->sampling, s->packets);
	double hit = (1 - failed) * chance(row->sampling, ANSWERED_PACKETS);
	double per_s = s->per_s * (missed + hit) / (double)p->seen.thinning;
	struct trial t = {
		.step_nats = sign_nats(telemetries[row->telemetry].sign),
		.failed = missed / (missed + hit),
		.needed_nats = walk_step(telemetries[row->telemetry].sign) *
			       threshold_at(row->rate, per_s * p->duration_s),
		.interval_ms = 1000 / per_s,
	};
	double contacts = fmax(row->least_peers, power_contacts(&t));
	return (struct detection){ contacts, contacts / per_s, contacts / per_s <= p->duration_s };
}

static double per_min(double interval_ms, double recorded)
{
	return interval_ms > 0 ? 60e3 / interval_ms / recorded : NAN;
}

static struct power_row row_of(const struct power *p, enum telemetry t)
{
	enum sign sign = telemetries[t].sign;
	bool is_weak = sign == SIGN_SMALL || sign == SIGN_SAME_SIZE || sign == SIGN_SYN_SAMPLED;
	bool is_sampled = t == TELEMETRY_TCP_SAMPLED || t == TELEMETRY_OTHER_SAMPLED;
	bool is_tcp = t == TELEMETRY_TCP_TOLD || t == TELEMETRY_TCP_BOTH_WAYS ||
		      t == TELEMETRY_TCP_ONE_WAY || t == TELEMETRY_TCP_SAMPLED;
	double step = sign_nats(sign), weak = is_weak ? RATE_WEAK : 0;
	struct power_row row = {
		.telemetry = t,
		.n_contacts = p->seen.n[t],
		.sampling = is_sampled && p->seen.sampling_most ? p->seen.sampling_most : 1,
		.rate = fmax(RATE_DEFAULT, weak),
		.least_peers = sign == SIGN_SAME_SIZE ? SAME_SIZE_PEERS : 1,
		.break_even = telemetries[t].is_told ? STEP_NATS / (STEP_NATS + step) : NAN,
	};
	row.worst = is_tcp ? p->seen.worst_tcp : p->seen.worst_other;
	row.threshold = threshold_at(row.rate, NAN);
	row.threshold_worst = threshold_at(fmax(row.rate, row.worst.share), NAN);
	double needed = row.threshold * walk_step(sign);
	double recorded = chance(row.sampling, 1) / (double)p->seen.thinning;
	row.slowest_per_min =
		per_min(power_slowest_ms(step, needed, INFINITY, row.least_peers), recorded);
	row.slowest_here_per_min = isnan(p->duration_s)
					   ? NAN
					   : per_min(power_slowest_ms(step, needed,
							     p->duration_s * 1000, row.least_peers),
						     recorded);
	for (size_t i = 0; i < N_SCANS; i++)
		row.scan[i] = detect_scan(p, &row, &p->scan[i]);
	return row;
}

/* A list has no times and no threshold: only how many peers make a line of it. */
static struct power_row row_of_list(const struct power *p)
{
	struct power_row row = {
		.telemetry = TELEMETRY_LIST,
		.n_contacts = p->seen.n[TELEMETRY_LIST],
		.sampling = 1,
		.rate = NAN,
		.least_peers = 2,
		.break_even = NAN,
		.slowest_per_min = NAN,
		.slowest_here_per_min = NAN,
	};
	for (size_t i = 0; i < N_SCANS; i++)
		row.scan[i] = (struct detection){ NAN, NAN, false };
	return row;
}

void power_reckon(const struct seen *seen, struct power *out)
{
	*out = (struct power){ .seen = *seen, .probe_failure = probe_failure };
	out->seen.thinning = seen->thinning ? seen->thinning : 1;
	out->duration_s = seen->n_timed ? (double)(seen->last_ms - seen->first_ms) / 1000 : NAN;
	out->visible = seen->n_known < VISIBILITY_LEAST
			       ? NAN
			       : (double)seen->n_returned / (double)seen->n_known;
	memcpy(out->scan, scans, sizeof scans);
	for (enum telemetry t = 0; t < N_TELEMETRIES; t++)
		if (seen->n[t])
			out->row[out->n_rows++] =
				t == TELEMETRY_LIST ? row_of_list(out) : row_of(out, t);
}
