// SPDX-License-Identifier: Apache-2.0
// Peer-to-peer programs fail as often as worms do: what tells them apart are ports and answers.
#include <stdlib.h>

#include "detect/case.h"

enum {
	PORTS_MIN = 20,
	HIGH_PORTS = 65536 - 1024, // there are no more to be had, however many peers
	ANSWERS_MIN = 3,
	COMMON_MIN = 3,
	COMPARED_MAX = 512,
	SMALL_KEY = 20,
};
static const double alive_min = .02;    // of all peers: some are always there
static const double answered_min = .05; // of a port, before its failures are excused

/* Ports that peer-to-peer programs listen on: Gnutella, eDonkey, BitTorrent, DHT, Ethereum. */
static bool is_p2p_port(uint16_t port)
{
	return (port >= 6346 && port <= 6348) || port == 4662 || port == 4672 ||
	       (port >= 6881 && port <= 6889) || port == 51413 || port == 30303 || port == 8333;
}

static int by_peer(const void *a, const void *b)
{
	const struct contact *x = *(const struct contact *const *)a;
	const struct contact *y = *(const struct contact *const *)b;
	return addr_cmp(&x->dst, &y->dst);
}

/* Every peer listens on a port of its own, a few answer, and hardly one is tried on several ports. */
bool p2p_looks_so(const struct suspect *s)
{
	struct key_slice k;
	size_t n_ports = 0, n = 0, n_answered = 0, n_peers = 0;
	const struct contact **high = malloc((s->n + 1) * sizeof *high);
	for (size_t at = 0; high && key_next(s, &at, &k);) {
		bool is_reply = k.exhibit[0].contact->saw & SAW_AS_REPLY;
		if (k.exhibit[0].contact->port < 1024 || is_reply)
			continue;
		n_ports++;
		for (size_t i = 0; i < k.n; i++) {
			n_answered += k.exhibit[i].sign == SIGN_ANSWERED;
			high[n++] = k.exhibit[i].contact;
		}
	}
	if (n_ports >= PORTS_MIN && n_answered >= ANSWERS_MIN)
		qsort(high, n, sizeof *high, by_peer);
	else
		n = 0;
	for (size_t i = 0; i < n; i++)
		n_peers += i == 0 || by_peer(&high[i - 1], &high[i]);
	free(high);
	size_t n_expected = n < HIGH_PORTS ? n : HIGH_PORTS;
	return n > 0 && n_ports * 2 >= n_expected && n_peers * 2 >= n &&
	       (double)n_answered >= alive_min * (double)n;
}

/* The same peers on the same port over TCP and UDP, and they answer: no worm does that. */
static bool is_both_ways(const struct suspect *s, const struct key_slice *k)
{
	const struct contact *c = k->exhibit[0].contact;
	struct key_slice o;
	size_t n_common = 0;
	if (!key_find(s, c->proto == PROTO_TCP ? PROTO_UDP : PROTO_TCP, c->port, &o))
		return false;
	for (size_t i = 0; i < k->n && i < COMPARED_MAX; i++)
		for (size_t j = 0; j < o.n && j < COMPARED_MAX; j++)
			n_common +=
				(k->exhibit[i].sign == SIGN_ANSWERED ||
					o.exhibit[j].sign == SIGN_ANSWERED) &&
				addr_eq(&k->exhibit[i].contact->dst, &o.exhibit[j].contact->dst);
	return n_common >= COMMON_MIN;
}

bool p2p_excuses(const struct suspect *s, const struct key_slice *k)
{
	uint16_t port = k->exhibit[0].contact->port;
	size_t n_answered = 0;
	if (is_p2p_port(port))
		return true;
	if (port < 1024)
		return false;
	for (size_t i = 0; i < k->n; i++)
		n_answered += k->exhibit[i].sign == SIGN_ANSWERED;
	if (s->is_p2p && (k->n < SMALL_KEY || (double)n_answered >= answered_min * (double)k->n))
		return true;
	return is_both_ways(s, k);
}
