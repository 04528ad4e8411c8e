// SPDX-License-Identifier: Apache-2.0
// Records of nfdump 1.7 ("V3": a header and extensions, little-endian) become flows.
#ifndef DECODE_NFRECORD_H
#define DECODE_NFRECORD_H
#include "model/batch.h"
#include "model/block.h"
#include "model/inventory.h"

struct nfrecords;

/**
 * A decoder for one file, or several that were appended to each other: it learns from the records who exported, and how they sampled.
 *
 * source     index of the input, for places: position n is the n-th flow record of the file
 * inventory  its sampling goes before what the file says; may be NULL
 *
 * Returns NULL when there is no memory.
 */
struct nfrecords *nfrecords_new(uint16_t source, const struct inventory *inventory);
void nfrecords_free(struct nfrecords *d);

/**
 * Decode the records of a block, and count the fault it came with.
 *
 * out      gets a flow for each flow record with two addresses; not flushed
 * trouble  counts records and faults; packets and octets as the device exported them, also where
 *          nfcapd had multiplied them by the sampling interval
 *
 * A damaged record is left out, and where its length is damaged, so is the rest of the block.
 * Unknown records and extensions are skipped. Never allocates.
 */
void nfrecords_decode(
	struct nfrecords *d, struct block *block, struct batch *out, struct trouble *trouble);
#endif
