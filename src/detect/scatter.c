// SPDX-License-Identifier: Apache-2.0
// Three things are counted: ports, low ports among them, and peers that got more than one packet.
#include "detect/scatter.h"

#include <math.h>
#include <stdlib.h>

#include "detect/silent.h"

static_assert((int)SCATTER_LEAST <= (int)SILENT_PEERS);

enum { PORTS = 65536, LOW_PORTS = 1024, CROWD_MIN = 3, CROWD_TIMES = 4, HEAVY_BYTES = 256 };
static const double different = .9, single = .98, answered_max = .1, heavy = .9;

/* Least numbers of datagrams and of low ports, and least share of these: one in 64 if drawn at random. */
static const struct bar {
	size_t n, n_low;
	double low;
} whole = { 200, 3, 1 / 160.0 }, part = { 300, 5, 1 / 128.0 };

/* Low UDP ports that hosts use day by day; P2P programs hide behind them. */
static const uint16_t daily_ports[] = { 53, 67, 68, 69, 80, 88, 111, 123, 137, 138, 161, 162, 389,
	443, 464, 500, 514, 520, 546, 547, 631, 853 };

static bool is_daily(uint16_t port)
{
	for (size_t i = 0; i < countof(daily_ports); i++)
		if (daily_ports[i] == port)
			return true;
	return false;
}

struct count {
	size_t n, n_ports, n_low, n_single, n_heavy, n_answered;
	bool is_sampled, is_listed, is_silent;
};

/* A port that many more datagrams go to than its share was chosen, not drawn. */
static bool counts(const struct key_slice *k, size_t n_all)
{
	const struct contact *c = k->exhibit[0].contact;
	size_t crowd = CROWD_MIN + CROWD_TIMES * n_all / PORTS;
	return c->proto == PROTO_UDP && k->n <= crowd && !is_daily(c->port) &&
	       !(c->saw & SAW_ONE_WAY) && !contact_is_pending(c);
}

/* Peers of which only the answer was sampled, on ports that count. */
static size_t answers_alone(const struct suspect *s)
{
	size_t n = silent_answers(s, PROTO_UDP, 0, PORTS - 1);
	for (size_t i = 0; i < countof(daily_ports); i++)
		n -= silent_answers(s, PROTO_UDP, daily_ports[i], daily_ports[i]);
	return n;
}

static struct count count_all(const struct suspect *s)
{
	struct count t = {};
	struct key_slice k;
	for (size_t at = 0; key_next(s, &at, &k);) {
		if (!counts(&k, s->n))
			continue;
		size_t n_before = t.n;
		for (size_t i = 0; i < k.n; i++) {
			const struct contact *c = k.exhibit[i].contact;
			t.n_answered += k.exhibit[i].sign == SIGN_ANSWERED;
			if (k.exhibit[i].sign != SIGN_UNKNOWN)
				continue;
			t.n++;
			t.n_heavy += c->size >= HEAVY_BYTES;
			t.n_single += c->packets == 1 && __builtin_popcount(c->tries) <= 1;
			t.is_sampled |= (c->saw & SAW_SAMPLED) != 0;
			t.is_listed |= (c->saw & SAW_LISTED) != 0;
		}
		t.n_ports += t.n > n_before;
		t.n_low += t.n > n_before && k.exhibit[0].contact->port < LOW_PORTS;
	}
	if (t.is_sampled && s->is_heard) {
		t.n_answered += answers_alone(s);
		t.is_silent = silent_is(t.n, t.n_answered);
	}
	return t;
}

/*
 * Programs that look for peers send them small requests, and data only to those that answer. A worm sends
 * all of itself.
 */
static bool is_for_strangers(const struct count *t)
{
	bool is_part = t->is_listed || (t->is_sampled && !t->is_silent);
	const struct bar *bar = is_part ? &part : &whole;
	bool is_low = t->n >= bar->n && t->n_low >= bar->n_low &&
		      (double)t->n_low >= bar->low * (double)t->n_ports;
	return is_low || (t->is_silent && (double)t->n_heavy >= heavy * (double)t->n);
}

static bool is_drawn(const struct count *t)
{
	double expected = PORTS * -expm1(-(double)t->n / PORTS); // different ports, drawn at random
	return is_for_strangers(t) && (double)t->n_ports >= different * expected &&
	       (double)t->n_single >= single * (double)t->n &&
	       (double)t->n_answered <= answered_max * (double)t->n;
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* A scanner of one host's ports comes back to it. */
static bool has_different_peers(const struct suspect *s, size_t n)
{
	struct addr *peer = malloc(n * sizeof *peer);
	struct key_slice k;
	size_t n_put = 0, n_peers = 0;
	for (size_t at = 0; peer && key_next(s, &at, &k);)
		for (size_t i = 0; i < k.n && counts(&k, s->n); i++)
			if (k.exhibit[i].sign == SIGN_UNKNOWN && n_put < n)
				peer[n_put++] = k.exhibit[i].contact->dst;
	if (n_put)
		qsort(peer, n_put, sizeof *peer, by_address);
	for (size_t i = 0; i < n_put; i++)
		n_peers += i == 0 || !addr_eq(&peer[i], &peer[i - 1]);
	free(peer);
	return (double)n_peers >= different * (double)n;
}

void scatter_weigh(const struct suspect *s)
{
	struct count t = count_all(s);
	struct key_slice k;
	if (!is_drawn(&t) || !has_different_peers(s, t.n))
		return;
	for (size_t at = 0; key_next(s, &at, &k);)
		for (size_t i = 0; i < k.n && counts(&k, s->n); i++)
			if (k.exhibit[i].sign == SIGN_UNKNOWN)
				k.exhibit[i].sign = t.is_silent ? SIGN_SILENT : SIGN_SCATTERED;
}
