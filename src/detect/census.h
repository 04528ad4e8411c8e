// SPDX-License-Identifier: Apache-2.0
// Most sources can be told to be no case by counting alone, without bringing their contacts into
// order: what their failures are worth together is too little for any walk.
#ifndef DETECT_CENSUS_H
#define DETECT_CENSUS_H
#include "detect/answerers.h"
#include "detect/doubt.h"
#include "detect/evidence.h"
#include "detect/rates.h"

/** Of the upper bits of a count's first word, those that its port gathers. */
enum { COUNT_FLAGS_AT = 60, COUNT_BURST = 1 << 0, COUNT_POLLING = 1 << 1 };

/** A contact as far as it counts. */
struct count {
	uint64_t source : 55;    // the same for contacts of the same source, and no others
	uint64_t sign : 5;       // enum sign; N_SIGNS: the source did not open it
	uint64_t is_burst : 1;   // burst_counts
	uint64_t is_polling : 1; // it failed, and was tried again and again
	uint64_t is_unasked : 1; // one of many answers that nobody asked for
	uint64_t needs_look : 1; // the contact alone is reason enough
	uint64_t rest;           // its place in order among those of its source, see order.h
	uint32_t number;         // of the contact in the evidence
	uint32_t message;        // burst_signature; census_take puts the number of its port there
};
static_assert(sizeof(struct count) == 24 && N_SIGNS < 1 << 5);

static inline uint32_t count_flags(const struct count *x)
{
	uint64_t word;
	memcpy(&word, x, sizeof word);
	return (uint32_t)(word >> COUNT_FLAGS_AT);
}

/** Room to count the sources of a group; all zero is empty, free with census_fini. */
struct census {
	struct source_count *source;
	struct key_count *key;
	size_t n_sources, n_keys, room;
	uint64_t factor;                  // of both tables, odd
	uint32_t *source_slot, *key_slot; // tables of numbers plus one; twice `room`
	struct doubt *doubt;              // of ports, then of sources
	size_t n_doubts;
	struct answerers answerers;
};

void census_fini(struct census *c);

/**
 * Count the contacts of whole sources.
 *
 * e      has the contacts
 * count  of `n` contacts, in any order; those of sources that have to be looked at go to the front
 * rates  learn from the others, what rates_learn would
 * next   is fetched meanwhile: counting leaves the memory idle
 * look   becomes how many are at the front: of every source of which any finding can come, or of which
 *        weigh_source changes a sign
 *
 * Returns false when there is no memory.
 */
bool census_take(struct census *c, const struct evidence *e, struct count *count, size_t n,
	struct rates *rates, const struct coming *next, size_t *look);

/** Whether whoever has so many contacts, and so many not answered, is an example of what is normal. */
bool census_is_usual(size_t n, size_t n_not_answered);
#endif
