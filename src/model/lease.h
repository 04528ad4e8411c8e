// SPDX-License-Identifier: Apache-2.0
// A lease of an address, as a DHCP server writes it down, and the MAC address that stands for a host.
#ifndef MODEL_LEASE_H
#define MODEL_LEASE_H
#include "model/addr.h"

/** An Ethernet address; all zero: not told. */
struct mac {
	uint8_t octet[6];
};

enum { MAC_TEXT_BYTES = 18, HOST_NAME_BYTES = 64 };

/** An address of a host for a time. Times are ms since the Unix epoch. */
struct lease {
	struct addr addr;
	struct mac mac;
	char name[HOST_NAME_BYTES]; // what the host calls itself; "": not told
	uint64_t from_ms;           // 0: not told
	uint64_t until_ms;          // UINT64_MAX: it never ends
	bool is_over;               // released, expired or declined: nobody has it
};

static inline bool mac_is_told(const struct mac *m)
{
	static const struct mac none;
	return memcmp(m, &none, sizeof none) != 0;
}

static inline bool mac_eq(const struct mac *a, const struct mac *b)
{
	return !memcmp(a, b, sizeof *a);
}

/**
 * Read "00:11:22:aa:bb:cc", also with '-' between, or "0011.22aa.bbcc"; the whole of `text` must be one.
 *
 * Returns whether it was, and fills `out` only then.
 */
bool mac_parse(struct str text, struct mac *out);

/** Write it with colons; gives `room` back. */
const char *mac_format(const struct mac *m, char room[static MAC_TEXT_BYTES]);
#endif
