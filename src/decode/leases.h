// SPDX-License-Identifier: Apache-2.0
// Lease files of DHCP servers: who got which address, since when, and what the host calls itself.
#ifndef DECODE_LEASES_H
#define DECODE_LEASES_H
#include "base/bytes.h"
#include "model/lease.h"

/** What a lease file is: LEASE_FORMAT(name, key, what it is called). */
#define LEASE_FORMATS(LEASE_FORMAT) \
	LEASE_FORMAT(NONE, "none", "no lease") \
	LEASE_FORMAT(ISC, "isc", "dhcpd.leases of ISC dhcpd") \
	LEASE_FORMAT(DNSMASQ, "dnsmasq", "lease file of dnsmasq") \
	LEASE_FORMAT(KEA, "kea", "lease file of Kea (memfile, CSV)")

#define AS_LEASE_FORMAT(name, key, about) LEASES_##name,
enum lease_format { LEASE_FORMATS(AS_LEASE_FORMAT) N_LEASE_FORMATS };
#undef AS_LEASE_FORMAT

const char *lease_format_about(enum lease_format f);

enum { LEASE_BAD_MAX = 64 };

/** What was read. All zero is nothing. */
struct lease_report {
	enum lease_format format;
	size_t n_leases;
	size_t n_without_mac;      // leases of IPv6, of other networks: nothing can be told by them
	size_t n_bad;              // lines, of ISC leases, that are not what their place demands
	size_t bad[LEASE_BAD_MAX]; // lines of the first of them
};

typedef void lease_fn(void *ctx, const struct lease *l);

/**
 * Read a lease file, whose format is told by its content: dhcpd.leases(5) of ISC, that of dnsmasq, or the
 * CSV of Kea's memfile backend (lease_cmds, leases4.csv and leases6.csv).
 *
 * text  the file as it is; an empty one has no lease
 * take  gets each lease with a MAC address, in the order of the file: later ones replace earlier ones of
 *       the same address, as these files are logs. Its pointer holds until it returns.
 *
 * What is damaged is left out and counted; the rest is read. Never allocates.
 */
void leases_decode(struct str text, lease_fn *take, void *ctx, struct lease_report *out);
#endif
