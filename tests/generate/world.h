// SPDX-License-Identifier: Apache-2.0
// A synthetic site, 10.1.0.0/16: who lives there, and the traffic of all of them.
#ifndef GENERATE_WORLD_H
#define GENERATE_WORLD_H
#include <stddef.h>

#include "generate/traffic.h"

enum { SITE = 0x0a010000, MIN_HOSTS = 20, MAX_HOSTS = 5000, MAX_MINUTES = 1440 };

struct worm;

struct host {
	uint32_t ip;
	const struct role *role;
	const struct worm *worm; // NULL: clean
	uint64_t infected_ms;
	uint32_t infector; // its address; 0: it caught the worm from outside
};

struct world {
	uint64_t seed, start_ms;
	uint32_t minutes;
	bool is_ipv6; // TCP runs over IPv6; the rest stays with IPv4, so that one file has both
	size_t n_hosts;
	struct host host[MAX_HOSTS];
	struct traffic traffic;
};

/** Whether the address belongs to the site; of IPv6, its last 32 bits count as the IPv4 ones. */
static inline bool is_inside(const struct addr *a)
{
	return (addr_low32(a) & 0xffff0000) == SITE;
}

/** Settle `n_hosts` hosts by seed; seed, minutes and is_ipv6 are set by the caller before. */
void world_init(struct world *w, size_t n_hosts);

/**
 * Infect so many clean PCs; returns false when there are not so many.
 *
 * is_chain  only the first catches the worm from outside, each other one from one that has it already
 */
bool world_infect(struct world *w, const struct worm *worm, size_t n_hosts, bool is_chain);

/** Let all live: fills w->traffic, in no order. */
void world_run(struct world *w);

/** The address as this world writes it: 10.1.2.3, or 2001:db8::a01:203 for TCP under is_ipv6. */
struct addr world_addr(const struct world *w, uint32_t ip, uint8_t proto);

/** The n-th address of the internet: public, the same in the whole world. */
uint32_t world_public(const struct world *w, uint32_t n);

void world_fini(struct world *w);
#endif
