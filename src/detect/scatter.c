// SPDX-License-Identifier: Apache-2.0
// Three things are counted: ports, low ports among them, and peers that got more than one packet.
#include "detect/scatter.h"

#include <math.h>
#include <stdlib.h>

enum { PORTS = 65536, LOW_PORTS = 1024, CROWD_MIN = 3, CROWD_TIMES = 4 };
static const double different = .9, single = .98, answered_max = .1;

/* Least numbers of datagrams and of low ports, and least share of these: one in 64 if drawn at random. */
static const struct bar {
	size_t n, n_low;
	double low;
} whole = { SCATTER_LEAST, 3, 1 / 160.0 }, sampled = { 300, 5, 1 / 128.0 };

/* Low UDP ports that hosts use day by day; P2P programs hide behind them. */
static bool is_daily(uint16_t port)
{
	static const uint16_t ports[] = { 53, 67, 68, 69, 80, 88, 111, 123, 137, 138, 161, 162, 389,
		443, 464, 500, 514, 520, 546, 547, 631, 853 };
	for (size_t i = 0; i < countof(ports); i++)
		if (ports[i] == port)
			return true;
	return false;
}

struct count {
	size_t n, n_ports, n_low, n_single, n_answered;
	bool is_sampled;
};

/* A port that many more datagrams go to than its share was chosen, not drawn. */
static bool counts(const struct key_slice *k, size_t n_all)
{
	const struct contact *c = k->exhibit[0].contact;
	size_t crowd = CROWD_MIN + CROWD_TIMES * n_all / PORTS;
	return c->proto == PROTO_UDP && k->n <= crowd && !is_daily(c->port) &&
	       !(c->saw & (SAW_ONE_WAY | SAW_LISTED));
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
			t.n_single += c->packets == 1 && __builtin_popcount(c->tries) <= 1;
			t.is_sampled |= (c->saw & SAW_SAMPLED) != 0;
		}
		t.n_ports += t.n > n_before;
		t.n_low += t.n > n_before && k.exhibit[0].contact->port < LOW_PORTS;
	}
	return t;
}

static bool is_drawn(const struct count *t)
{
	const struct bar *bar = t->is_sampled ? &sampled : &whole;
	double expected = PORTS * -expm1(-(double)t->n / PORTS); // different ports, drawn at random
	return t->n >= bar->n && (double)t->n_ports >= different * expected &&
	       t->n_low >= bar->n_low && (double)t->n_low >= bar->low * (double)t->n_ports &&
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
				k.exhibit[i].sign = SIGN_SCATTERED;
}
