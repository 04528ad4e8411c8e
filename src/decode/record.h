// SPDX-License-Identifier: Apache-2.0
// Data sets of NetFlow v9 and IPFIX: records by a template's plan.
#ifndef DECODE_RECORD_H
#define DECODE_RECORD_H
#include "decode/export.h"

/**
 * Decode the content of one data set.
 *
 * set   behind the set header, padding included
 * kind  what the records count as
 *
 * A missing template is counted; what does not fit a record is padding or a fault.
 */
void data_set_decode(struct message *m, uint16_t template_id, struct bytes set, enum kind kind);
#endif
