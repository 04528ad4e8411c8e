// SPDX-License-Identifier: Apache-2.0
// Evidence: the set of all contacts, bounded, and independent of the order of what was seen.
#ifndef DETECT_EVIDENCE_H
#define DETECT_EVIDENCE_H
#include "model/contact.h"

struct evidence;

/**
 * Room for at most `max` contacts between IPv4 addresses; one of IPv6 takes the room of 1.6. Memory
 * grows with them up to there.
 *
 * key  of the hash; instances that are to be merged share it, and `max`
 *
 * When there are more, a keyed sample of them stays: each contact with the same chance, so a
 * source that tries many stands out as before. Returns NULL when there is no memory.
 */
struct evidence *evidence_new(size_t max, uint64_t key);
void evidence_free(struct evidence *e);

/** How many contacts to allow, so that evidence and a verdict on it keep within a budget of bytes. */
size_t evidence_max_for(size_t memory);

/** Make room for `n` more contacts at once, within the bound: spares the growing on the way there. */
void evidence_expect(struct evidence *e, size_t n);

/** Add what flows tell: a flow is a contact, the answer to one, or either. */
void evidence_observe(struct evidence *e, const struct flow *flow, size_t n);

/** The same of plain flows. */
void evidence_observe_plain(struct evidence *e, const struct plains *plain);

/**
 * Join on a thread of its own from here on, while the caller decodes. Until evidence_end_thread has
 * waited for it, the evidence may be observed, told what to expect, and freed, nothing else.
 *
 * Returns false when no thread is to be had; then all goes on as before.
 */
bool evidence_begin_thread(struct evidence *e);
void evidence_end_thread(struct evidence *e);

/**
 * Add all of `from`. This is the one way in which evidence comes together: union, so the order,
 * repetition and distribution of what was seen change nothing.
 */
void evidence_merge(struct evidence *into, const struct evidence *from);

/**
 * Join contacts that somebody else observed, under whatever key and in whatever order. As with flows:
 * what is known already changes nothing. Not while there is a thread.
 */
void evidence_add(struct evidence *e, const struct contact *contact, size_t n);

/** Let only one contact in `thinning`, a power of two, stay: for evidence that goes on with a sample. */
void evidence_thin(struct evidence *e, uint64_t thinning);

/**
 * Forget the contacts that were last seen before a time (ms since the Unix epoch).
 *
 * A contact that no record told a time of is never forgotten: whoever adds it knows when it came, and may
 * write that into its `last_ms`. What is left is gathered anew, under no thinning if there is room for
 * all of it, so for a moment both are in memory: within the budget of evidence_max_for, for there is
 * no verdict meanwhile.
 *
 * Returns false, and leaves all as it is, when there is no memory.
 */
bool evidence_expire(struct evidence *e, uint64_t before_ms);

/** What an address did before a time is no evidence any more: it has another host now, or a clean one. */
struct cut {
	struct addr src;
	uint64_t before_ms;
};

/**
 * Forget what the cuts say; they are sorted here. A contact that goes on after the time stays.
 *
 * Returns false, and leaves the evidence as it is, when there is no memory.
 */
bool evidence_forget(struct evidence *e, struct cut *cut, size_t n);

/** Whether cuts that evidence_forget has sorted take what an address did last at a time. */
bool cuts_take(const struct cut *cut, size_t n, const struct addr *src, uint64_t last_ms);

/** A walk over the contacts, in no order: set `evidence`, leave the rest zero. */
struct evidence_iter {
	const struct evidence *evidence;
	size_t table, at;
	struct contact contact; // that was given last
};

/** The next contact; it holds until the next one is asked for. NULL at the end. */
const struct contact *evidence_next(struct evidence_iter *it);

/** Unpack `n` contacts whose numbers follow each other from `number` on; all of them there are. */
void evidence_read(const struct evidence *e, size_t number, size_t n, struct contact *out);

/** Of as many contacts a number for each source: equal for the same one; for others nearly always not. */
void evidence_sources(const struct evidence *e, size_t number, size_t n, uint64_t *out);

/** Unpack the contact of a number, from 0 to evidence_count; it holds while nothing is added. */
void evidence_get(const struct evidence *e, size_t number, struct contact *out);

enum { TRACES = 64 };

/** Contacts without their peers, word by word; and a number for each source, see source_number. */
struct traces {
	uint64_t source[TRACES], word[TRACE_WORDS][TRACES];
};

/**
 * The contacts of `n` numbers, TRACES at most. Of `n_all` numbers that are there the next ones are fetched already.
 *
 * key  by which sources other than of IPv4 are told apart
 */
void evidence_traces(const struct evidence *e, const uint32_t *number, size_t n, size_t n_all,
	uint64_t key, struct traces *out);

/** Begin to fetch the contact of a number, so that evidence_get finds it near. */
void evidence_fetch(const struct evidence *e, size_t number);

/** Contacts that are looked at next, by their numbers. All zero is none. */
struct coming {
	const struct evidence *evidence;
	const uint32_t *number;
	size_t n;
};

/** Begin to fetch the i-th of them, if there are so many: one at a time, while something is worked out. */
static inline void coming_fetch(const struct coming *c, size_t i)
{
	if (i < c->n)
		evidence_fetch(c->evidence, c->number[i]);
}

/** How often contacts went, and so changed their numbers: a walk that goes on meanwhile has to begin again. */
uint64_t evidence_moves(const struct evidence *e);

/** How many contacts there are. */
size_t evidence_count(const struct evidence *e);

/** The least and the highest sampling interval of all flows so far; both 0: no flow was sampled. */
void evidence_sampling(const struct evidence *e, uint32_t *least, uint32_t *most);

/** Note that so many flows were told to somebody and never came here; also while there is a thread. */
void evidence_lose(struct evidence *e, uint64_t n_flows);
uint64_t evidence_lost(const struct evidence *e);

/** One contact in this many was kept: 1 while there was room for all. */
uint64_t evidence_thinning(const struct evidence *e);
#endif
