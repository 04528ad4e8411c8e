// SPDX-License-Identifier: Apache-2.0
// Sequential test with a floor, on three time scales, and its exact false-alarm rate.
#include "detect/walk.h"

#include <math.h>

static const struct {
	const char *name;
	double half_life_ms;
} scales[N_SCALES] = {
	{ "10 min", 600e3 },
	{ "1 h", 3600e3 },
	{ "24 h", HALF_LIFE_MAX_MS },
};

static const double false_alarms_max = 10e-6; // per benign source and port
enum { CONTACTS_MIN = 64, CONTACTS_MAX = 8192 };

double walk_false_alarm(double rate, unsigned threshold, unsigned n)
{
	double now[THRESHOLD_MAX + 2] = { 1 }, alarm = 0;
	assert(threshold >= 1 && threshold <= THRESHOLD_MAX);
	for (unsigned i = 0; i < n; i++) {
		double next[THRESHOLD_MAX + 2] = { now[0] * (1 - rate) };
		for (unsigned s = 0; s < threshold; s++) {
			next[s + 1] += now[s] * rate;
			if (s > 0)
				next[s - 1] += now[s] * (1 - rate);
		}
		alarm += next[threshold];
		next[threshold] = 0;
		memcpy(now, next, sizeof now);
	}
	return alarm;
}

unsigned walk_threshold(double rate, size_t n)
{
	unsigned rounded = CONTACTS_MIN;
	while (rounded < n && rounded < CONTACTS_MAX)
		rounded *= 2;
	for (unsigned t = THRESHOLD_MIN; t < THRESHOLD_MAX; t++)
		if (walk_false_alarm(rate, t, rounded) <= false_alarms_max)
			return t;
	return THRESHOLD_MAX;
}

struct walk walk_over(const struct exhibit *x, size_t n, double needed_nats)
{
	double score[N_SCALES] = {};
	size_t onset[N_SCALES] = {};
	unsigned fastest = N_SCALES;
	uint64_t last_ms = 0;
	struct walk w = { .scale = scales[0].name };
	for (size_t i = 0; i < n; i++) {
		uint64_t now_ms = contact_first(x[i].contact);
		bool has_time = now_ms != UINT64_MAX;
		double age_ms = has_time && last_ms ? (double)(now_ms - last_ms) : 0;
		double nats = sign_nats(x[i].sign);
		last_ms = has_time ? now_ms : last_ms;
		for (unsigned s = 0; s < N_SCALES; s++) {
			score[s] *= exp2(-age_ms / scales[s].half_life_ms);
			if (score[s] < 0.5) // what is left of an old run is no part of a new one
				onset[s] = i;
			score[s] = fmax(0, score[s] + nats);
			if (score[s] > w.best_nats + 1e-9 && !w.crossed) {
				w.scale = scales[s].name;
				w.onset = onset[s];
			}
			if (score[s] > w.best_nats)
				w.peak = i;
			w.best_nats = fmax(w.best_nats, score[s]);
			if (score[s] >= needed_nats - SLACK_NATS && s < fastest) {
				w.crossing = w.crossed ? w.crossing : i;
				w.onset = w.crossed ? w.onset : onset[s];
				w.crossed = true;
				w.scale = scales[s].name;
				fastest = s;
			}
		}
	}
	return w;
}

size_t walk_to_clear(const struct exhibit *x, size_t n, double needed_nats)
{
	double score = 0; // of the slowest walk, which is never below the others
	uint64_t last_ms = 0;
	size_t n_flipped = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t now_ms = contact_first(x[i].contact);
		bool has_time = now_ms != UINT64_MAX;
		double age_ms = has_time && last_ms ? (double)(now_ms - last_ms) : 0;
		last_ms = has_time ? now_ms : last_ms;
		score *= exp2(-age_ms / HALF_LIFE_MAX_MS);
		double next = fmax(0, score + sign_nats(x[i].sign));
		bool is_reached = next >= needed_nats - SLACK_NATS && next > score;
		score = is_reached ? fmax(0, score + sign_nats(SIGN_ANSWERED)) : next;
		n_flipped += is_reached;
	}
	return n_flipped;
}
