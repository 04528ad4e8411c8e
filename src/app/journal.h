// SPDX-License-Identifier: Apache-2.0
// A file of parcels of contacts that is only ever added to: what a keeper leaves to the next one.
#ifndef APP_JOURNAL_H
#define APP_JOURNAL_H
#include "model/parcel.h"

enum { JOURNAL_CONTACTS = 1000, JOURNAL_PATH_BYTES = 4096 + 64, JOURNAL_HEAD_BYTES = 16 };

/**
 * A file begins with a HELLO, whose body is the key of the evidence and how much it was thinned, 8 bytes
 * each, little-endian; another one follows when that has changed. CONTACTS follow, and a TICK where
 * there are none. Each says, in its header, up to which parcel of which collector it is complete.
 */
struct journal {
	char path[JOURNAL_PATH_BYTES];
	int fd;             // -1: not open
	uint64_t n_bytes;   // of whole parcels
	uint64_t n_hurried; // of them, that the disk was told to begin with
	uint64_t key, thinning;
	uint64_t collector, epoch, number; // of the parcel that was taken last
	bool has_moved;                    // that is not written yet
	uint8_t *room;                     // contacts that wait, behind the header of their parcel
	size_t n;
};

/**
 * Make the file anew, with its head.
 *
 * Returns false with `e`; then there is no file, and journal_close is not needed but does no harm.
 */
bool journal_open(
	struct journal *j, const char *path, uint64_t key, uint64_t thinning, struct err *e);

/** What is not written goes with it. */
void journal_close(struct journal *j);

/**
 * Add contacts. They gather until the room is full, or journal_flush.
 *
 * When the disk refuses, what the file holds is cut to whole parcels, and what waited is gone.
 */
bool journal_put(struct journal *j, const struct contact *contact, size_t n, struct err *e);

/** Write what waits, and how far that goes; a process that dies later loses none of it. */
bool journal_flush(struct journal *j, uint64_t thinning, struct err *e);

/** Let the disk begin with what was written, so that journal_sync has not to wait for all of it. */
void journal_hurry(struct journal *j);

/** Wait until it is on the disk, so that the machine may die as well. */
bool journal_sync(struct journal *j, struct err *e);
#endif
