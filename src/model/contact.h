// SPDX-License-Identifier: Apache-2.0
// A contact: all that was ever seen of one source trying one peer on one port.
#ifndef MODEL_CONTACT_H
#define MODEL_CONTACT_H
#include "model/flow.h"

/** What was seen. Only ever added, never taken back: so evidence merges in any order. */
enum saw {
	SAW_OPEN = 1 << 0,        // a flow from the source to the peer
	SAW_REVERSE = 1 << 1,     // a flow back
	SAW_ANSWER = 1 << 2,      // the peer answered: data or a handshake, seen on either side
	SAW_REFUSAL = 1 << 3,     // the peer refused: a bare reset
	SAW_NO_ACK = 1 << 4,      // flags of the source: it never had anything to acknowledge
	SAW_UNANSWERED = 1 << 5,  // a biflow record without a packet back
	SAW_DROPPED = 1 << 6,     // a device on the way dropped it
	SAW_SMALL = 1 << 7,       // no flags: at most 3 packets of at most 64 bytes, as SYNs are
	SAW_SYN_SIZE = 1 << 8,    // ... and exactly the size of a SYN: 40, 44, 48, 52 or 60 bytes
	SAW_FEW = 1 << 9,         // no flags, no bytes: at most 3 packets
	SAW_LARGE = 1 << 10,      // no flags: more than a SYN and its repetitions
	SAW_SAMPLED = 1 << 11,    // the exporter looks at some packets only
	SAW_LISTED = 1 << 12,     // from a pasted list
	SAW_AS_REPLY = 1 << 13,   // by its ports it may itself be an answer
	SAW_BARE_REPLY = 1 << 14, // back came nothing but SYN-ACK or reset
};

enum { PROTO_UNKNOWN = 255 }; // reserved by IANA; show ip accounting tells none

/** Every member joins: sets by union, times and places by least or greatest. */
struct contact {
	struct addr src, dst;
	uint64_t first_ms, last_ms; // UINT64_MAX and 0 when no record told a time
	place at, answer_at;        // first record out and back; PLACE_NONE when there is none
	uint64_t tries;             // bit n: tried in a 10 s window whose number hashes to n
	uint32_t saw;               // enum saw
	uint32_t exporter;
	uint32_t input;                    // interface it came in by
	uint32_t size_min, size_max;       // bytes a packet; UINT32_MAX and 0 when not told
	uint32_t packets_min, packets_max; // likewise
	uint16_t port;
	uint8_t proto;
	uint8_t unused;
};
static_assert(sizeof(struct contact) == 104);

/** Order by source, protocol, port, time, place and peer: total, so that sorting is canonical. */
int contact_cmp(const struct contact *a, const struct contact *b);

/** Add what `b` saw to `a`; both are of the same source, peer, protocol and port. */
void contact_join(struct contact *a, const struct contact *b);
#endif
