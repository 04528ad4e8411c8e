// SPDX-License-Identifier: Apache-2.0
// What is inside the set of attacks, and how two of the same kind become one.
#ifndef DETECT_ATTACK_SET_H
#define DETECT_ATTACK_SET_H
#include "detect/attacks.h"
#include "detect/clients.h"

/** When a request of which pattern came, while a signature that takes several is not yet made. */
struct attack_moment {
	uint64_t time_ms;
	uint32_t pattern;
};

enum { MOMENTS_MAX = 256, NAMED_MAX = ATTACKS_MAX / 4 };

struct attacks {
	const struct signatures *signatures;
	const struct inventory *inventory;
	struct signature_room *room;
	struct clients *clients;
	uint64_t key, n_requests, last_ms;
	struct attack *attack;
	size_t n, cap, n_named; // n_named: made of a name in a request
	uint32_t *slot;         // index of an attack plus one; 0: free
	size_t n_slots;
	size_t n_rows;    // of all attacks
	uint32_t row_cap; // rows kept of each; falls when there are too many in all
	uint64_t n_lost;  // requests of attacks that found no room
};

/**
 * The attack of a host, side and signature, made if need be; NULL, counted, when there is no room.
 *
 * is_named  the host is only named in the request of another, who may name anybody: such hosts get a
 *           part of the room, so that nobody is crowded out by names
 */
struct attack *attacks_at(struct attacks *a, const struct addr *host, bool is_known, bool is_named,
	enum attack_side side, const struct signature *signature);

/** Free what one attack holds. */
void attack_fini(struct attack *attack);

/** Add one request; its other side is `peer`, or NULL. Nothing changes when the row is there. */
void attack_put(struct attacks *a, struct attack *attack, const struct attack_row *row,
	const struct addr *peer);

/** Write what attacks say into the reason of a finding, behind what stands there already. */
void attack_why(struct finding *f, const struct attack *const *attack, size_t n);

/** Add who declared it, and how long, when the finding is a declared scanner and `d` not NULL. */
void attack_why_declared(struct finding *f, const struct declared_scanner *d);

/** Add another attack of the same host, side and signature. */
void attack_join(struct attacks *a, struct attack *into, const struct attack *from);
#endif
