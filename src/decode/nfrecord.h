// SPDX-License-Identifier: Apache-2.0
// Records of nfdump 1.7 ("V3": a header and extensions, little-endian) become flows.
#ifndef DECODE_NFRECORD_H
#define DECODE_NFRECORD_H
#include "model/flow.h"
#include "model/inventory.h"
#include "model/trouble.h"

/** Records side by side, and where they stand in the file. */
struct nfrecord_block {
	struct bytes bytes;
	uint64_t offset;    // of the first byte in the file; when packed, of the block
	uint32_t n_records; // as announced
	bool is_packed;     // offsets inside say nothing of the file
	bool is_cut;        // ends too early, which is known already
};

struct nfrecords;

/**
 * A decoder for one file: it learns from the records who exported, and how they sampled.
 *
 * source     index of the input, for places: position n is the n-th flow record of the file
 * inventory  its sampling goes before what the file says; may be NULL
 *
 * Returns NULL when there is no memory.
 */
struct nfrecords *nfrecords_new(uint16_t source, const struct inventory *inventory);
void nfrecords_free(struct nfrecords *d);

/**
 * Decode the records of a block.
 *
 * out      gets a flow for each flow record with two addresses; not flushed
 * trouble  counts records and faults; packets and octets as the device exported them, also where
 *          nfcapd had multiplied them by the sampling interval
 *
 * A damaged record is left out, and where its length is damaged, so is the rest of the block.
 * Unknown records and extensions are skipped. Never allocates.
 */
void nfrecords_decode(struct nfrecords *d, const struct nfrecord_block *block, struct batch *out,
	struct trouble *trouble);

/** Flow records so far, damaged ones too. */
uint64_t nfrecords_count(const struct nfrecords *d);
#endif
