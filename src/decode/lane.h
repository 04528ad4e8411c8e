// SPDX-License-Identifier: Apache-2.0
// The short way for records whose every field has a fixed place, as nearly all have: a plan is
// compiled to places and masks, and a record is read without looking at the plan.
#ifndef DECODE_LANE_H
#define DECODE_LANE_H
#include "decode/export.h"

/**
 * Compile the plan of a template, once it is complete. What has no short way stays closed: options,
 * fields that vary, members told twice, and members with a meaning that depends on others.
 */
void lane_compile(struct template *p);

/**
 * Read one record of a template whose lane is open, as record by record would.
 *
 * at        lane.record_bytes of them; the 8 bytes before belong to the datagram, too
 * exporter  domain_identity
 */
void lane_read(const struct message *m, const struct lane *lane, const uint8_t *at,
	uint32_t exporter, uint32_t sampling, struct flow *f);
#endif
