// SPDX-License-Identifier: Apache-2.0
// A contact: all that was ever seen of one source trying one peer on one port.
#ifndef MODEL_CONTACT_H
#define MODEL_CONTACT_H
#include "model/plain.h"

/** What was seen. Only ever added, never taken back: so evidence merges in any order. */
enum saw {
	SAW_OPEN = 1 << 0,        // a flow from the source to the peer
	SAW_REVERSE = 1 << 1,     // a flow back
	SAW_ANSWER = 1 << 2,      // the peer answered: data or a handshake, seen on either side
	SAW_REFUSAL = 1 << 3,     // the peer refused: a bare reset
	SAW_NO_ACK = 1 << 4,      // flags of the source: it never had anything to acknowledge
	SAW_UNANSWERED = 1 << 5,  // a biflow record without a packet back
	SAW_DROPPED = 1 << 6,     // a device on the way dropped it
	SAW_SMALL = 1 << 7,       // no flags: at most 3 packets of 64 bytes, or 7 SYNs
	SAW_SYN_SIZE = 1 << 8,    // ... and exactly the size of a SYN: 40, 44, 48, 52 or 60 bytes
	SAW_FEW = 1 << 9,         // no flags, no bytes: at most 3 packets
	SAW_LARGE = 1 << 10,      // no flags: more than a SYN and its repetitions
	SAW_SAMPLED = 1 << 11,    // the exporter looks at some packets only
	SAW_LISTED = 1 << 12,     // from a pasted list
	SAW_AS_REPLY = 1 << 13,   // by its ports it may itself be an answer
	SAW_BARE_REPLY = 1 << 14, // back came nothing but SYN-ACK or reset
	SAW_ONE_WAY = 1 << 15,    // by its ports a service that answers elsewhere, or not at all
	SAW_PENDING = 1 << 16,    // one too new to know whether an answer came
	SAW_ASKED = SAW_OPEN | SAW_PENDING,
};

enum { PROTO_UNKNOWN = 255 }; // reserved by IANA; show ip accounting tells none
enum { TRIES_BITS = 20 };

// clang-format off
#define TRACE_MEMBERS \
	uint16_t port; \
	uint8_t proto; \
	uint8_t input;          /* number of the interface's name plus one; 0: none told */ \
	uint16_t packets, size; /* most packets, most bytes a packet; 0: not told; both saturate */ \
	uint64_t first_ms : 44; /* TIME_UNKNOWN when no record told one */ \
	uint64_t saw : 20;      /* enum saw */ \
	uint64_t last_ms : 44;  /* 0 when no record told one */ \
	uint64_t tries : 20;    /* bit n: tried in a 10 s window whose number hashes to n */ \
	uint64_t at : 48;       /* where it was first told, see contact_place */ \
	uint64_t exporter : 16; /* of its identity, the low bits */
// clang-format on

/** A contact without its addresses. */
struct trace {
	TRACE_MEMBERS
};

/**
 * One cache line. Every member joins: sets by union, times and places by least, the rest by
 * greatest. The key is source, peer, port and protocol.
 */
struct contact {
	struct addr src, dst;
	union {
		struct trace trace;
		struct {
			TRACE_MEMBERS
		};
	};
};
static_assert(sizeof(struct trace) == 32);
static_assert(sizeof(struct contact) == 64);

/** When it was first seen, in ms since the Unix epoch; UINT64_MAX when that is not known. */
static inline uint64_t contact_first(const struct contact *c)
{
	return c->first_ms == TIME_UNKNOWN ? UINT64_MAX : c->first_ms;
}

/**
 * A place in 48 bits: whether only the way back was told, 15 bits of source, 32 of position (which
 * saturate), so that the least is where the contact was first opened.
 */
static inline uint64_t contact_at(place p, bool is_reverse)
{
	uint64_t position = place_position(p);
	position = position < UINT32_MAX ? position : UINT32_MAX;
	return (uint64_t)is_reverse << 47 | (uint64_t)(place_source(p) & 0x7fff) << 32 | position;
}

/** Whether it was asked a moment ago for the first time. */
static inline bool contact_is_pending(const struct contact *c)
{
	return (c->saw & SAW_ASKED) == SAW_PENDING;
}

static inline place contact_place(const struct contact *c)
{
	return place_at(c->at >> 32 & 0x7fff, c->at & UINT32_MAX);
}

/** Order by source, protocol, port, time, place and peer: total, so that sorting is canonical. */
int contact_cmp(const struct contact *a, const struct contact *b);

#define LEAST(x, y) ((x) < (y) ? (x) : (y))
#define MOST(x, y) ((x) > (y) ? (x) : (y))

/** Whether two contacts have the same protocol and port. */
static inline bool trace_same_service(const struct trace *a, const struct trace *b)
{
	return !((a->port ^ b->port) | (a->proto ^ b->proto));
}

/**
 * A trace as four numbers, each of which is written whole: members of a few bytes that are written one by one
 * and read together a moment later make the processor wait.
 */
enum { TRACE_WORDS = 4, PLACE_BITS = 48 };
static_assert(sizeof(struct trace) == TRACE_WORDS * sizeof(uint64_t));
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__); // the order of the members in a word

/**
 * Add what `b` saw to `a`; both are of the same source, peer, protocol and port.
 *
 * All words at once, each of two parts. The protocols of the first are equal, so interface's numbers decide in
 * the quarter that they share.
 */
static inline void trace_join(struct trace *a, const struct trace *b)
{
	typedef int64_t words __attribute__((vector_size(sizeof(struct trace))));
	typedef uint16_t quarters __attribute__((vector_size(sizeof(struct trace))));
	const int64_t time = (INT64_C(1) << TIME_BITS) - 1, at = (INT64_C(1) << PLACE_BITS) - 1;
	const words low = { 0, time, time, at }, takes_greatest = { 0, 0, -1, 0 };
	const words unites = { 0, ~time, ~time, 0 }, takes_most = { -1, 0, 0, 0 };
	const words takes_least = { 0, 0, 0, ~at };
	words x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	words is_x = ((x & low) < (y & low)) ^ takes_greatest;
	quarters q = (quarters)x, r = (quarters)y, is_more = (quarters)(q > r);
	words most = (words)((q & is_more) | (r & ~is_more)), least = x ^ y ^ most;
	words joined = (((x & is_x) | (y & ~is_x)) & low) | ((x | y) & unites) |
		       (most & takes_most) | (least & takes_least);
	memcpy(a, &joined, sizeof joined);
}
#endif
