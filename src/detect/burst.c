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

/* What nobody has a use for; on ports of browsers and mail servers it is more. The least comes first. */
static const struct {
	uint32_t window_ms;
	size_t least;
} windows[][2] = {
	{ { BURST_MS, 150 }, { BURST_MS, 150 } },
	{ { 10000, 200 }, { BURST_MS, 600 } },
};

static bool fans_out(uint16_t port)
{
	static const uint16_t ports[] = { 25, 80, 443, 465, 587, 853, 3128, 8080, 8443 };
	for (size_t i = 0; i < countof(ports); i++)
		if (ports[i] == port)
			return true;
	return false;
}

size_t rush_least(uint16_t port)
{
	return windows[fans_out(port)][0].least;
}

static struct rush rush_within(const struct exhibit *x, size_t n, uint32_t window_ms)
{
	struct rush best = { .window_ms = window_ms };
	for (size_t i = 0, first = 0, inside = 0; i < n; i++) {
		uint64_t now_ms = contact_first(x[i].contact);
		if (now_ms == UINT64_MAX)
			return best;
		inside += rush_counts(x[i].contact);
		for (; contact_first(x[first].contact) + window_ms < now_ms; first++)
			inside -= rush_counts(x[first].contact);
		if (inside > best.n)
			best = (struct rush){ inside, first, window_ms };
	}
	return best;
}

struct rush rush_find(const struct exhibit *x, size_t n)
{
	bool is_wide = n && fans_out(x[0].contact->port);
	for (size_t i = 0; i < countof(windows[0]); i++) {
		if (n < windows[is_wide][i].least)
			continue;
		struct rush r = rush_within(x, n, windows[is_wide][i].window_ms);
		if (r.n >= windows[is_wide][i].least)
			return r;
	}
	return (struct rush){};
}
