// SPDX-License-Identifier: Apache-2.0
// A window slides over the contacts that carry the commonest message. Rate-based detection after
// Jung, Milito, Paxson (DIMVA 2007): failures cannot find a hit-list worm, its rate can.
#include "detect/burst.h"

static const double same_share = .8; // of all contacts on the port

size_t burst_peers(const struct exhibit *x, size_t n)
{
	uint32_t leader = 0;
	size_t votes = 0, n_same = 0, best = 0, begin = 0, inside = 0;
	for (size_t i = 0; i < n; i++) { // Boyer and Moore's vote
		uint32_t s = burst_counts(x[i].contact) ? burst_signature(x[i].contact) : 0;
		if (votes == 0)
			leader = s;
		votes = s == leader ? votes + 1 : votes - 1;
	}
	for (size_t i = 0; leader && i < n; i++)
		n_same += burst_signature(x[i].contact) == leader;
	if ((double)n_same < same_share * (double)n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t now_ms = contact_first(x[i].contact);
		if (now_ms == UINT64_MAX)
			return best;
		inside += burst_signature(x[i].contact) == leader;
		for (; contact_first(x[begin].contact) + BURST_MS < now_ms; begin++)
			inside -= burst_signature(x[begin].contact) == leader;
		best = inside > best ? inside : best;
	}
	return best;
}
