// SPDX-License-Identifier: Apache-2.0
// Sets of packets as boxes: one closed span a field. All that is proved of a plan is proved on these.
#ifndef CONTAIN_BOX_H
#define CONTAIN_BOX_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/addr.h"

typedef unsigned __int128 u128;

/** The fields. Of ICMP, DPORT is type * 256 + code. STATE: 0 opens a connection, 1 does not. */
enum dim { DIM_SRC, DIM_DST, DIM_PROTO, DIM_SPORT, DIM_DPORT, DIM_STATE, N_DIMS };

/** Numbers from `lo` to `hi`, both included; never empty. */
struct range {
	u128 lo, hi;
};

struct box {
	struct range of[N_DIMS];
};

/** One packet, as a filter without memory sees it. */
struct packet {
	struct addr src, dst;
	uint8_t proto;
	uint16_t sport, dport;
	bool is_established; // TCP with ACK or RST
};

enum family { FAMILY_4, FAMILY_6, N_FAMILIES };

/** The number of an address in its 128-bit form, and back. */
u128 addr_number(const struct addr *a);
struct addr addr_of_number(u128 n);

/** The addresses of a prefix; those of a family, of which IPv6 holds all that are not mapped IPv4. */
struct range prefix_span(const struct prefix *p);
struct range family_span(enum family f);

/** The prefix that is exactly this span; whether there is one, and `out` only then. */
bool span_prefix(const struct range *s, struct prefix *out);

/** Every packet of both families. */
struct box box_any(void);

/** The box that holds one packet. */
struct box box_packet(const struct packet *p);

bool span_has(const struct range *outer, const struct range *inner);
bool box_has(const struct box *outer, const struct box *inner);

/** Whether two boxes share packets; `common` is filled only then, and may be NULL. */
bool box_meets(const struct box *a, const struct box *b, struct box *common);

/** Whether a box has packets of a family; ICMP is of IPv4 alone, ICMPv6 of IPv6. */
bool box_is_of(const struct box *b, enum family f);

/** Whether it has packets at all: none go from one family to the other. */
static inline bool box_is_real(const struct box *b)
{
	return box_is_of(b, FAMILY_4) || box_is_of(b, FAMILY_6);
}

/** What of `a` is not in `b`, in disjoint pieces. Returns their number. */
size_t box_without(const struct box *a, const struct box *b, struct box out[static 2 * N_DIMS]);
#endif
