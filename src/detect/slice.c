// SPDX-License-Identifier: Apache-2.0
// Cutting the exhibits of a source by protocol and port, and looking at them together.
#include <stdlib.h>

#include "detect/case.h"
#include "detect/scatter.h"
#include "detect/silent.h"
#include "detect/weigh.h"

enum { HTTPS = 443 };

bool key_next(const struct suspect *s, size_t *at, struct key_slice *out)
{
	size_t i = *at, j = i;
	if (i == s->n)
		return false;
	const struct contact *first = s->exhibit[i].contact;
	while (j < s->n && s->exhibit[j].contact->proto == first->proto &&
		s->exhibit[j].contact->port == first->port)
		j++;
	*out = (struct key_slice){ s->exhibit + i, j - i };
	*at = j;
	return true;
}

/* Whether an exhibit stands before a key in canonical order. */
static bool is_before(const struct exhibit *x, uint8_t proto, uint16_t port)
{
	return x->contact->proto != proto ? x->contact->proto < proto : x->contact->port < port;
}

bool key_find(const struct suspect *s, uint8_t proto, uint16_t port, struct key_slice *out)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (is_before(&s->exhibit[middle], proto, port))
			low = middle + 1;
		else
			high = middle;
	}
	return key_next(s, &low, out) && out->exhibit[0].contact->proto == proto &&
	       out->exhibit[0].contact->port == port;
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/*
 * A peer that answers on the same port over TCP lives: a filter took the UDP. So do enterprises with
 * QUIC, and every browser falls back.
 */
static void weigh_fallback(const struct suspect *s)
{
	struct key_slice udp, tcp;
	if (!key_find(s, PROTO_UDP, HTTPS, &udp) || !key_find(s, PROTO_TCP, HTTPS, &tcp))
		return;
	size_t n = 0;
	struct addr *alive = malloc(tcp.n * sizeof *alive);
	for (size_t i = 0; alive && i < tcp.n; i++)
		if (tcp.exhibit[i].sign == SIGN_ANSWERED)
			alive[n++] = tcp.exhibit[i].contact->dst;
	if (n)
		qsort(alive, n, sizeof *alive, by_address);
	for (size_t i = 0; n && i < udp.n; i++)
		if (udp.exhibit[i].sign != SIGN_ANSWERED &&
			bsearch(&udp.exhibit[i].contact->dst, alive, n, sizeof *alive, by_address))
			udp.exhibit[i].sign = SIGN_UNKNOWN;
	free(alive);
}

void weigh_source(const struct suspect *s)
{
	struct key_slice k;
	weigh_fallback(s);
	for (size_t at = 0; key_next(s, &at, &k);) {
		weigh_together(k.exhibit, k.n);
		silent_weigh(s, &k);
	}
	scatter_weigh(s);
}
