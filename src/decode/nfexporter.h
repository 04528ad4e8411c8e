// SPDX-License-Identifier: Apache-2.0
// What a file of nfdump says of its exporters: who they are, and how they sampled.
#ifndef DECODE_NFEXPORTER_H
#define DECODE_NFEXPORTER_H
#include <endian.h>

#include "model/addr.h"
#include "model/inventory.h"

/** So many packets in a row are looked at, so many are not; `n_taken` 0: nothing is known. */
struct nfrate {
	uint32_t n_taken, n_skipped;
};

struct nfexporters;

/** Room for all exporters a file can number. NULL when there is no memory. */
struct nfexporters *nfexporters_new(const struct inventory *inventory);
void nfexporters_free(struct nfexporters *e);

/** Learn from an exporter or a sampler record; one that is too short teaches nothing. */
void nfexporters_learn(struct nfexporters *e, struct bytes record);
void nfexporters_learn_sampler(struct nfexporters *e, struct bytes record);

/** Another file begins, in which the numbers stand for others. */
void nfexporters_forget(struct nfexporters *e);

/**
 * The identity of an exporter; never 0.
 *
 * number            as in the file
 * version, ip       of the first record that names it, ip 0 when that does not tell it
 *
 * What the first call returns stays, also when the file introduces the exporter later.
 */
uint32_t nfexporters_identity(struct nfexporters *e, uint16_t number, uint8_t version, uint32_t ip);

/** What the inventory says of an exporter's sampling; 0: nothing. */
uint32_t nfexporters_inventory(const struct nfexporters *e, uint16_t number);

/**
 * The rate nfcapd went by when it wrote a record.
 *
 * selector  the sampler the record names, or NULL
 *
 * One set by hand goes before the selector, that before one for the whole exporter, that before
 * the default.
 */
struct nfrate nfexporters_rate(
	const struct nfexporters *e, uint16_t number, const uint64_t *selector);

/** IPv4 as the file has it, a little-endian number; in two stores. */
static inline struct addr nfaddr_v4(uint32_t ip)
{
	uint32_t wire[4] = { [2] = htobe32(0xffff), [3] = htobe32(le32toh(ip)) };
	struct addr a;
	memcpy(&a, wire, sizeof a);
	return a;
}

/** IPv6 as the file has it: two little-endian numbers, the high one first. */
static inline struct addr nfaddr_v6(const uint64_t pair[2])
{
	uint64_t wire[2] = { htobe64(le64toh(pair[0])), htobe64(le64toh(pair[1])) };
	struct addr a;
	memcpy(&a, wire, sizeof a);
	return a;
}
#endif
