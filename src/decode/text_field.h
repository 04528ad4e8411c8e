// SPDX-License-Identifier: Apache-2.0
// Fields of Flexible NetFlow: the names routers print them under, and how a value enters a record.
#ifndef DECODE_TEXT_FIELD_H
#define DECODE_TEXT_FIELD_H
#include "decode/text_cell.h"
#include "model/flow.h"

enum { NAME_WORDS = 6 }; // no name has more

enum field {
	FIELD_OTHER, // known, but says nothing about a flow
	FIELD_LAYER2,
	FIELD_SRC,
	FIELD_DST,
	FIELD_INITIATOR,
	FIELD_RESPONDER,
	FIELD_SRC_PORT,
	FIELD_DST_PORT,
	FIELD_INITIATOR_PORT,
	FIELD_RESPONDER_PORT,
	FIELD_PROTO,
	FIELD_INPUT,
	FIELD_PACKETS,
	FIELD_BYTES,
	FIELD_CLIENT_PACKETS,
	FIELD_SERVER_PACKETS,
	FIELD_CLIENT_BYTES,
	FIELD_SERVER_BYTES,
	FIELD_ROLE, // "Initiator", "Reverse initiator"
	FIELD_FLAGS,
	FIELD_FIRST,
	FIELD_LAST,
	FIELD_ICMP_TYPE,
	FIELD_ICMP_CODE,
	N_FIELDS
};

struct field_name {
	const char *words; // short form, lower case: "ipv4 src addr"
	enum field field;
	enum cell cell;
};

/** One record on its way in. All zero is empty. */
struct record {
	uint64_t line; // of its first field
	uint32_t has;  // 1 << enum field
	uint32_t n_fields;
	bool is_damaged, is_reverse;
	struct addr src, dst;
	uint64_t number[N_FIELDS]; // of the fields that are numbers; times in ms since midnight
	char input[32];
};

/**
 * Find the name that is printed as `n` words, at most NAME_WORDS, in the long form of records ("IPV4 SOURCE ADDRESS:")
 * or the short one of tables ("IPV4 SRC ADDR"); NULL when it is not one of ours.
 */
const struct field_name *field_find(const struct token *words, size_t n);

/** Put a value into the record; false, and the record is damaged, when it does not fit. */
bool record_put(struct record *r, const struct field_name *name, const struct token *value);

/** Midnight (UTC) of the day the output was taken, and when; has_day false: unknown. */
struct today {
	bool has_day;
	uint64_t midnight_ms;
	uint32_t now_ms;
};

/** Make a flow of the record; false when it has not two addresses. */
bool record_flow(const struct record *r, const struct today *today, struct flow *out);

/** Whether the record is one of a flow at all, or only stray words. */
bool record_counts(const struct record *r);

static inline bool record_has(const struct record *r, enum field f)
{
	return r->has & UINT32_C(1) << f;
}
#endif
