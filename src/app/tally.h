// SPDX-License-Identifier: Apache-2.0
// Datagrams as both ends of the pipe count them, in memory that both share: by what they differ when a
// collector begins, that was lost with those before it.
#ifndef APP_TALLY_H
#define APP_TALLY_H
#include <stdatomic.h>
#include <stdint.h>

struct tally {
	_Atomic uint64_t received;    // by all collectors
	_Atomic uint64_t before;      // by those before the one that runs
	_Atomic uint64_t told;        // to keepers, in all
	_Atomic uint64_t epoch, last; // of the collector that told last, and what it told
};

/** Note what a collector says it has received: a total of its own. Told twice, it adds nothing. */
static inline void tally_told(struct tally *t, uint64_t epoch, uint64_t total)
{
	if (t->epoch != epoch) {
		t->epoch = epoch;
		t->last = 0;
	}
	if (total > t->last) {
		t->told += total - t->last;
		t->last = total;
	}
}

/** How many went with collectors that ended; asked when the next one says HELLO. */
static inline uint64_t tally_lost(const struct tally *t)
{
	return t->before > t->told ? t->before - t->told : 0;
}
#endif
