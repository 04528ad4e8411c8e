// SPDX-License-Identifier: Apache-2.0
// Messages made of sets: what NetFlow v9 (RFC 3954) and IPFIX (RFC 7011) have in common.
#ifndef DECODE_SETS_H
#define DECODE_SETS_H
#include "decode/export.h"

/** Where the two protocols differ. */
struct set_rules {
	uint16_t template_set, options_set; // set numbers; data sets begin at 256
	enum kind kind;
	bool has_enterprise; // fields may name an enterprise, templates may be withdrawn
	bool counts_fields;  // options templates count fields; NetFlow v9's count bytes
};

/**
 * Decode all sets of a message.
 *
 * m    reader behind the header, domain filled
 * end  no set begins at or behind it (the length in the header of IPFIX)
 */
void sets_decode(struct message *m, const struct set_rules *rules, const uint8_t *end);
#endif
