// SPDX-License-Identifier: Apache-2.0
// Internet addresses and prefixes, one form for both families.
#ifndef MODEL_ADDR_H
#define MODEL_ADDR_H
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

/** An IPv6 address; IPv4 is mapped, ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). */
struct addr {
	uint8_t octet[16];
};

/** Addresses that share their first `bits` bits, counted in the 128-bit form (10.0.0.0/8 has 104). */
struct prefix {
	struct addr addr;
	uint8_t bits;
};

enum { ADDR_TEXT_BYTES = 46 }; // longest text with its NUL (INET6_ADDRSTRLEN)

static inline struct addr addr_v4(uint32_t ip)
{
	struct addr a = { { [10] = 0xff, [11] = 0xff } };
	ip = htobe32(ip);
	memcpy(a.octet + 12, &ip, sizeof ip);
	return a;
}

static inline struct addr addr_v6(struct bytes sixteen)
{
	struct addr a = {};
	if (sixteen.len == sizeof a.octet)
		memcpy(a.octet, sixteen.ptr, sizeof a.octet);
	return a;
}

static inline bool addr_is_v4(const struct addr *a)
{
	return load_u64(a->octet) == 0 && load_u32(a->octet + 8) == 0xffff;
}

/** The host-order number of an IPv4 address; the last four octets of an IPv6 one. */
static inline uint32_t addr_low32(const struct addr *a)
{
	return load_u32(a->octet + 12);
}

static inline bool addr_eq(const struct addr *a, const struct addr *b)
{
	return !memcmp(a, b, sizeof *a);
}

/** Order of the 128-bit numbers, as memcmp. */
static inline int addr_cmp(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof *a);
}

/** Length of the common leading bits of two addresses, 0 to 128. */
unsigned addr_common_bits(const struct addr *a, const struct addr *b);

/** Whether the address is a group or broadcast one: 224/4, 255.255.255.255, ff00::/8. */
static inline bool addr_is_multicast(const struct addr *a)
{
	uint32_t ip = addr_low32(a);
	return addr_is_v4(a) ? ip >> 28 == 0xe || ip == UINT32_MAX : a->octet[0] == 0xff;
}

/** Whether `a` lies inside `p`. */
bool prefix_has(const struct prefix *p, const struct addr *a);

/**
 * Read an address in dotted or RFC 4291 form; the whole of `text` must be one.
 *
 * Returns whether it was, and fills `out` only then.
 */
bool addr_parse(struct str text, struct addr *out);

/** Read `ADDRESS` or `ADDRESS/LENGTH`; host bits must be zero. As addr_parse. */
bool prefix_parse(struct str text, struct prefix *out);

/** The first `bits` bits of an address, counted as in a prefix; the rest zero. */
struct prefix prefix_around(const struct addr *a, unsigned bits);

enum { PREFIX_TEXT_BYTES = ADDR_TEXT_BYTES + 4 };

/** "10.1.0.0/16", "2001:db8::/32"; of a single address without its length; gives `room` back. */
const char *prefix_format(const struct prefix *p, char room[static PREFIX_TEXT_BYTES]);

/** Write the address as text (IPv4 dotted, IPv6 by RFC 5952); gives `room` back. */
const char *addr_format(const struct addr *a, char room[static ADDR_TEXT_BYTES]);
#endif
