// SPDX-License-Identifier: Apache-2.0
// What one host did, from all contacts that are remembered: over time, by port, by how far its targets are.
#ifndef DETECT_PROFILE_H
#define DETECT_PROFILE_H
#include "detect/evidence.h"
#include "detect/targeting.h"
#include "model/inventory.h"

enum { PROFILE_BUCKETS = 120, PROFILE_PORTS = 16, PROFILE_STEP_LEAST_MS = 10 * 1000 };

/** Peers, by what became of them. */
struct peer_count {
	uint32_t contacted, outcome[N_OUTCOMES];
};

struct profile_port {
	uint8_t proto;
	uint16_t port;
	struct peer_count all;
	uint64_t first_ms, last_ms;       // UINT64_MAX and 0 when not known
	uint32_t bucket[PROFILE_BUCKETS]; // first contacts in each
};

struct profile {
	uint64_t from_ms, step_ms;
	size_t n_buckets; // 0: no contact has a time
	struct peer_count all, bucket[PROFILE_BUCKETS];
	struct profile_port port[PROFILE_PORTS]; // the most used ones first
	size_t n_ports, n_ports_beyond;
	uint32_t n_untimed;
	size_t n_targets, target[TARGETING_NEARS]; // attacked peers by distance
};

/** A time for which an address was that of the host. */
struct profile_addr {
	struct addr addr;
	uint64_t from_ms, until_ms;
};

/**
 * Walk over all contacts, twice, for those of one host: takes as long as there are many.
 *
 * addr      its addresses, one at least; distances are from the address of each contact
 * is_attack whether a port is one by which it attacks, for distances; NULL: all ports that failed are
 *
 * A contact without a time counts for whoever has its address now, and is in no bucket. Returns false when
 * there is no memory.
 */
bool profile_fill(const struct evidence *e, const struct inventory *inventory,
	const struct profile_addr *addr, size_t n_addrs,
	bool (*is_attack)(void *ctx, uint8_t proto, uint16_t port), void *ctx, struct profile *out);

/** A host that attacks by a port. */
struct aim {
	struct addr src;
	uint64_t from_ms, until_ms; // while the address was its
	bool has_port;              // false: by any, and contacts count that were not answered
	uint8_t proto;
	uint16_t port;
};

/**
 * Give the target of each contact by which one of the hosts attacked.
 *
 * aim  is sorted here
 *
 * Returns false when there is no memory.
 */
bool aims_each(const struct evidence *e, struct aim *aim, size_t n,
	void (*take)(void *ctx, const struct addr *target), void *ctx);
#endif
