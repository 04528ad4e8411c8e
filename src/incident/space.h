// SPDX-License-Identifier: Apache-2.0
// The own address space in cells of one size a family, only those in which there is something.
#ifndef INCIDENT_SPACE_H
#define INCIDENT_SPACE_H
#include "incident/curve.h"
#include "model/inventory.h"

enum { SPACE_NETS_MAX = 1024, SPACE_CELLS_MAX = 1 << 14, SPACE_SLOTS = 2 * SPACE_CELLS_MAX };

/**
 * Cells of IPv6 have this length, for there a subnet is a /64. Where no network is wider they are single addresses;
 * those of targets are put together as far as there is need for room.
 */
enum { SPACE_BITS_6 = 64 };

struct space_cell {
	struct prefix where;
	uint32_t n[N_COURSES]; // hosts; a false positive is none
	uint32_t n_targets;    // addresses that hosts attacked, those of each host counted
};

struct space {
	struct prefix net[SPACE_NETS_MAX]; // by address, the wider first; they may nest
	size_t n_nets;
	struct prefix outer[SPACE_NETS_MAX]; // those that are in no other one
	size_t n_outer;
	bool is_learned;        // from hosts, for nobody told the own networks
	uint8_t bits_4, bits_6; // length of cells, counted as in a prefix
	uint8_t bits_6_hosts;   // of cells of IPv6 with hosts in them
	struct space_cell cell[SPACE_CELLS_MAX];
	uint32_t slot[SPACE_SLOTS]; // of a hash table; number of the cell plus one
	size_t n, most;
	uint64_t n_hosts_beyond, n_targets_beyond; // that found no room
	uint32_t n_outside;                        // hosts that are in none of the networks
};

/**
 * Find the networks, and the smallest cells of which there are at most `most`.
 *
 * inventory  whose networks count; when it lists none, the /16 (IPv6: /48) of each host
 * incident   0: all
 * part       only this prefix; NULL: all
 * most       cells, at most SPACE_CELLS_MAX
 *
 * Returns NULL when there is no memory; free with free().
 */
struct space *space_new(const struct inventory *inventory, const struct board *b, uint64_t incident,
	const struct prefix *part, size_t most);

/** Put the hosts in anew, by the address that they have, or had last. */
void space_put_hosts(struct space *s, const struct board *b, uint64_t incident);

/** Count a target. Returns false where it is in none of the networks. */
bool space_put_target(struct space *s, const struct addr *a);
#endif
