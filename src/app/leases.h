// SPDX-License-Identifier: Apache-2.0
// What the DHCP servers of the site wrote: who had which address when, so that an episode stays with its
// host when addresses move.
#ifndef APP_LEASES_H
#define APP_LEASES_H
#include "decode/leases.h"
#include "incident/board.h"
#include "model/settings.h"

enum {
	TENANCIES_MAX = 1 << 18, // of all files
	LEASE_FILE_BYTES_MAX = 64 << 20,
	CONFLICTS_MAX = 1024, // that are told
};

struct leases;

/** NULL when there is no memory. Free with leases_free; NULL is fine. */
struct leases *leases_new(void);
void leases_free(struct leases *l);

/**
 * Take a lease file as it is now, in the place of what it was before. Leases that a server took out of its
 * file are known on, as over.
 *
 * file        its number, below LEASE_FILES_MAX
 * changed_ms  when the file was written: since when a lease holds of which the file does not say it
 *
 * Returns what was in it.
 */
struct lease_report leases_take(
	struct leases *l, unsigned file, struct str text, uint64_t changed_ms);

/** A file is not named any more. */
void leases_drop(struct leases *l, unsigned file);

/**
 * Say what the leases tell of hosts on the board that it does not know: the MAC address of a host, that it
 * has another address since, that somebody else has its old one. Where two files contradict each other, or
 * two hosts have one MAC address, a note says so, once, and nothing is concluded.
 *
 * out  events without ids; call again once they stand on the board, until it gives 0
 */
size_t leases_tell(
	struct leases *l, const struct board *b, uint64_t now_ms, struct event *out, size_t room);

/** How many leases are known, over or not; of how many there was no room. */
size_t leases_count(const struct leases *l);
size_t leases_beyond(const struct leases *l);

/** The contradictions that were told, to be kept, and back. */
struct bytes leases_told(const struct leases *l);
void leases_recall(struct leases *l, struct bytes told);
#endif
