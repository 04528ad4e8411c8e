// SPDX-License-Identifier: Apache-2.0
// The short way for records whose every field has a fixed place, or moves by the length of one that nobody
// reads, as nearly all do: a plan is compiled to places and masks, and a record is read without looking at
// the plan.
#ifndef DECODE_LANE_H
#define DECODE_LANE_H
#include "decode/export.h"

/**
 * Compile the plan of a template, once it is complete. What has no short way stays closed: options,
 * two fields that vary, members told twice, and members with a meaning that depends on others.
 */
void lane_compile(struct template *p);

/**
 * How much the field that varies takes in the record that begins here, its length included; 0 when nothing
 * varies (RFC 7011, section 7).
 *
 * Returns false when the record is longer than what is `left`.
 */
bool lane_shift(const struct lane *lane, const uint8_t *at, size_t left, uint32_t *shift);

/**
 * Read one record of a template whose lane is open, as record by record would.
 *
 * at        lane.record_bytes + shift of them; the 8 bytes before belong to the datagram, too
 * shift     of lane_shift
 * exporter  domain_identity
 */
void lane_read(const struct message *m, const struct lane *lane, const uint8_t *at, uint32_t shift,
	uint32_t exporter, uint32_t sampling, struct flow *f);

/** What a record counted. */
struct lane_volume {
	uint64_t packets, octets;
};

/**
 * The same, where the lane says `may_be_plain` and nothing is sampled: append the record to `out`, in
 * which there is room.
 *
 * Returns whether the record is a plain flow; if not, lane_read has to read it.
 */
bool lane_read_plain(const struct message *m, const struct lane *lane, const uint8_t *at,
	uint32_t shift, uint32_t exporter, struct plains *out, struct lane_volume *volume);
#endif
