// SPDX-License-Identifier: Apache-2.0
// An outbreak, agent by agent, in a site of 10,000 hosts whose users go on working; and what the
// exporter at its border tells of it, as time goes on.
#ifndef QUALITY_EPIDEMIC_H
#define QUALITY_EPIDEMIC_H
#include <stdbool.h>
#include <stddef.h>

#include "model/flow.h"

enum { EPIDEMIC_HOSTS = 10000, AGENTS_MAX = 400 };

/** Which worm, among whom, and how soon it is told. */
struct course {
	const char *strain;
	uint32_t n_vulnerable; // of EPIDEMIC_HOSTS
	uint32_t inactive_ms;  // a flow that did not end by itself is told after so long a pause
	// The epidemic outside, where the worm reaches the site from there again and again: growth
	// per second, of so many hosts in all. 0: one infected host was carried in.
	double world_growth, world_hosts;
	unsigned n_seeds;
	bool has_goal;
};

struct epidemic;

/** Begin a few minutes before the first infection. Ends the program when memory is out. */
struct epidemic *epidemic_new(const struct course *course, uint64_t seed);
void epidemic_free(struct epidemic *e);

/** Whether its worm goes to this port. */
bool epidemic_uses(const struct epidemic *e, uint8_t proto, uint16_t port);
uint64_t epidemic_start_ms(const struct epidemic *e); // of the first infection

/** Go on to a time. The flows that were told since the last call; they hold until the next one. */
const struct flow *epidemic_until(struct epidemic *e, uint64_t now_ms, size_t *n);

/** How many hosts were infected at a time, at most AGENTS_MAX: there it goes on no more. */
size_t epidemic_infected(const struct epidemic *e, uint64_t at_ms);

/** When the first probe was told; UINT64_MAX: not yet. */
uint64_t epidemic_told_ms(const struct epidemic *e);

/** The place of a host among the infected, from 1; 0: it is clean. */
size_t epidemic_rank(const struct epidemic *e, const struct addr *host);
#endif
