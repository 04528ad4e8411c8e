// SPDX-License-Identifier: Apache-2.0
// Sums by port that are moved towards those of each verdict, by the time that has passed.
#include "detect/habits.h"

#include <math.h>
#include <stdlib.h>

enum { VOICES_MIN = 5, ROW_BYTES = 19, MILLI = 1000 };
static const double half_life_ms = 7 * 86400e3, prior_all = 20, known_min = 1;

struct sum {
	float n, n_failed; // first contacts, of those that a day or so has
};

struct habits {
	struct sum row[RATE_TABLES][RATE_PORTS];
};

struct habits *habits_new(void)
{
	return calloc(1, sizeof(struct habits)); // pages are touched as ports appear
}

void habits_free(struct habits *h)
{
	free(h);
}

/* What a verdict teaches of a port. */
static struct sum taught(const struct rates *r, unsigned table, uint16_t port)
{
	struct rate_sum s = rates_sum(r, table, port);
	if (s.n_sources < VOICES_MIN)
		return (struct sum){};
	return (struct sum){ (float)s.n, s.n_failed > s.most ? (float)(s.n_failed - s.most) : 0 };
}

void habits_learn(struct habits *h, const struct rates *r, uint64_t span_ms)
{
	double stays = exp2(-(double)span_ms / half_life_ms);
	for (unsigned t = 0; t < RATE_TABLES; t++)
		for (unsigned p = 0; p < RATE_PORTS; p++) {
			struct sum *s = &h->row[t][p], now = taught(r, t, (uint16_t)p);
			if (s->n <= 0 && now.n <= 0)
				continue;
			s->n = (float)(s->n * stays + now.n * (1 - stays));
			s->n_failed = (float)(s->n_failed * stays + now.n_failed * (1 - stays));
		}
}

double habits_share(const struct habits *h, uint8_t proto, uint16_t port)
{
	if (!h)
		return RATE_DEFAULT;
	const struct sum *s = &h->row[rates_table(proto)][port];
	return rates_within((s->n_failed + RATE_DEFAULT * prior_all) / (s->n + prior_all));
}

static bool is_known(const struct sum *s)
{
	return s->n >= known_min;
}

size_t habits_count(const struct habits *h)
{
	size_t n = 0;
	for (unsigned t = 0; t < RATE_TABLES; t++)
		for (unsigned p = 0; p < RATE_PORTS; p++)
			n += is_known(&h->row[t][p]);
	return n;
}

size_t habits_bytes(const struct habits *h)
{
	return habits_count(h) * ROW_BYTES;
}

/* Table, port, and both sums in thousandths: little-endian. */
void habits_encode(const struct habits *h, uint8_t *room)
{
	for (unsigned t = 0; t < RATE_TABLES; t++)
		for (unsigned p = 0; p < RATE_PORTS; p++) {
			const struct sum *s = &h->row[t][p];
			if (!is_known(s))
				continue;
			uint16_t port = htole16((uint16_t)p);
			uint64_t n = htole64((uint64_t)((double)s->n * MILLI));
			uint64_t n_failed = htole64((uint64_t)((double)s->n_failed * MILLI));
			room[0] = (uint8_t)t;
			memcpy(room + 1, &port, 2);
			memcpy(room + 3, &n, 8);
			memcpy(room + 11, &n_failed, 8);
			room += ROW_BYTES;
		}
}

void habits_decode(struct habits *h, struct bytes from)
{
	for (size_t at = 0; at + ROW_BYTES <= from.len; at += ROW_BYTES) {
		const uint8_t *p = from.ptr + at;
		uint16_t port;
		uint64_t n, n_failed;
		memcpy(&port, p + 1, 2);
		memcpy(&n, p + 3, 8);
		memcpy(&n_failed, p + 11, 8);
		n = le64toh(n);
		n_failed = le64toh(n_failed);
		if (p[0] < RATE_TABLES && n_failed <= n)
			h->row[p[0]][le16toh(port)] =
				(struct sum){ (float)n / MILLI, (float)n_failed / MILLI };
	}
}
