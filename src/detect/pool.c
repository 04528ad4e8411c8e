// SPDX-License-Identifier: Apache-2.0
// Sorting and counting over ports and peers.
#include "detect/pool.h"

#include <stdlib.h>

enum { SCATTERED_PEERS = 50, ALL_PORTS = 65536 };
static const double scattered_answered_max = .1; // its host may have other UDP work

static int by_peer(const void *a, const void *b)
{
	const struct exhibit *x = a, *y = b;
	int c = addr_cmp(&x->contact->dst, &y->contact->dst);
	return c ? c : contact_cmp(x->contact, y->contact);
}

static int by_time(const void *a, const void *b)
{
	const struct contact *x = ((const struct exhibit *)a)->contact;
	const struct contact *y = ((const struct exhibit *)b)->contact;
	if (x->first_ms != y->first_ms)
		return x->first_ms < y->first_ms ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return contact_cmp(x, y);
}

void pool_by_peer(struct exhibit *x, size_t n)
{
	if (n)
		qsort(x, n, sizeof *x, by_peer);
}

void pool_by_time(struct exhibit *x, size_t n)
{
	if (n)
		qsort(x, n, sizeof *x, by_time);
}

size_t pool_peers(struct exhibit *x, size_t n)
{
	size_t n_out = 0;
	for (size_t i = 0; i < n; i++) {
		struct exhibit *last = n_out ? &x[n_out - 1] : NULL;
		if (!last || !addr_eq(&last->contact->dst, &x[i].contact->dst))
			x[n_out++] = x[i];
		else if (last->sign != SIGN_ANSWERED &&
			 (x[i].sign == SIGN_ANSWERED ||
				 sign_nats(x[i].sign) > sign_nats(last->sign)))
			*last = x[i];
	}
	pool_by_time(x, n_out);
	return n_out;
}

static int by_number(const void *a, const void *b)
{
	const uint16_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

size_t pool_beside(const struct exhibit *x, size_t n)
{
	uint16_t *port = malloc(n * sizeof *port);
	size_t n_failed = 0, most = 0;
	for (size_t i = 0; port && i < n; i++)
		if (x[i].sign != SIGN_ANSWERED && sign_nats(x[i].sign) > 0)
			port[n_failed++] = x[i].contact->port;
	if (n_failed)
		qsort(port, n_failed, sizeof *port, by_number);
	for (size_t i = 0, j; i < n_failed; i = j) {
		for (j = i; j < n_failed && port[j] == port[i]; j++)
			;
		most = j - i > most ? j - i : most;
	}
	free(port);
	return n_failed - most;
}

size_t pool_ports(const struct exhibit *x, size_t n)
{
	uint16_t *port = malloc(n * sizeof *port);
	size_t n_ports = 0;
	for (size_t i = 0; port && i < n; i++)
		port[i] = x[i].contact->port;
	if (port)
		qsort(port, n, sizeof *port, by_number);
	for (size_t i = 0; port && i < n; i++)
		n_ports += i == 0 || port[i] != port[i - 1];
	free(port);
	return n_ports;
}

bool pool_is_scattered(const struct exhibit *x, size_t n)
{
	size_t n_open = 0, n_udp = 0, n_answered = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_udp = x[i].contact->proto == PROTO_UDP;
		bool is_open = x[i].sign != SIGN_ANSWERED;
		n_open += is_open;
		n_udp += is_udp && is_open;
		n_answered += is_udp && !is_open;
	}
	size_t n_ports = pool_ports(x, n), n_expected = n_udp < ALL_PORTS ? n_udp : ALL_PORTS;
	return n_udp >= SCATTERED_PEERS && n_udp * 10 >= n_open * 9 && n_ports * 2 >= n_expected &&
	       (double)n_answered <= scattered_answered_max * (double)n_udp;
}
