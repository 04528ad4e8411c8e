// SPDX-License-Identifier: Apache-2.0
// Attacks: requests of web servers' logs in, who attacked whom out. Attackers are never forgotten
// for others; what is kept of each is bounded.
#ifndef DETECT_ATTACKS_H
#define DETECT_ATTACKS_H
#include "detect/judge.h"
#include "detect/signature.h"
#include "model/attack.h"
#include "model/trouble.h"

enum { ATTACKS_MAX = 1 << 18 }; // and as many rows of evidence in all

struct attacks;

/**
 * Begin without any attack.
 *
 * signatures   what to look for; outlives the attacks, as they point into it
 * inventory    trusted proxies, own networks and declared scanners; NULL when there is none
 * max_clients  whose requests are counted, attackers or not
 * key          of the hashes; instances that are to be merged share it
 *
 * Returns NULL when there is no memory. Free with attacks_free; NULL is fine.
 */
struct attacks *attacks_new(const struct signatures *signatures, const struct inventory *inventory,
	size_t max_clients, uint64_t key);
void attacks_free(struct attacks *a);

/** Count requests by client, and hold the marked ones against the signatures. */
void attacks_observe(struct attacks *a, const struct request *request, size_t n);

/**
 * Add all of `from`, of the same signatures and key: union. A row that both have, told by its
 * place, counts once, as long as it is among those that are kept.
 */
void attacks_merge(struct attacks *into, const struct attacks *from);

/** How many requests were observed; the latest time one of them told in ms, 0 when none did. */
uint64_t attacks_requests(const struct attacks *a);
uint64_t attacks_last_ms(const struct attacks *a);

/** Attackers and servers known so far, once for each signature; a look, no verdict. */
size_t attacks_count(const struct attacks *a);

/** A walk over the attacks, in no order: set `attacks`, leave the rest zero. */
struct attack_iter {
	const struct attacks *attacks;
	size_t at;
};

/** The next attack; it holds until the next observe, merge or free. NULL at the end. */
struct attack *attacks_next(struct attack_iter *it);

/** Go on with another inventory; NULL when there is none. The one of before is not needed any more. */
void attacks_know(struct attacks *a, const struct inventory *inventory);

/**
 * Forget attacks whose last request was before a time; `gone` is told of each. Those that no line
 * told a time of stay.
 */
void attacks_expire(struct attacks *a, uint64_t before_ms,
	void (*gone)(void *ctx, const struct attack *attack), void *ctx);

/** How many requests of attacks found no room. */
uint64_t attacks_lost(const struct attacks *a);

/**
 * Put what the attacks say into the findings: a host that flows accuse as well stays one finding,
 * with both kinds of evidence. The findings point into the attacks from then on.
 *
 * now_ms  for the expiry of declared scanners
 *
 * Returns false when there is no memory; the findings are then as they were.
 */
bool attacks_into(struct attacks *a, uint64_t now_ms, struct findings *findings);

/** How many requests of attacks name nobody who could be accused. */
uint64_t attacks_unnamed(const struct attacks *a);

/** Say what accuses nobody, and what was left out. */
void attacks_note(const struct attacks *a, struct trouble *trouble);
#endif
