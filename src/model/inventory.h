// SPDX-License-Identifier: Apache-2.0
// What the operator knows of the network: own addresses, unused ones, hosts with a role, declared
// scanners, sampling. All accessors take NULL for "nothing is known".
#ifndef MODEL_INVENTORY_H
#define MODEL_INVENTORY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "model/addr.h"

/** Hosts whose work looks like a worm's: many peers, or peers that never answer. */
#define ROLES(ROLE) \
	ROLE(DNS_RESOLVER, "dns-resolver") \
	ROLE(MAIL_RELAY, "mail-relay") \
	ROLE(PROXY, "proxy") \
	ROLE(NAT, "nat") \
	ROLE(MONITOR, "monitor") \
	ROLE(VOIP_SERVER, "voip-server")

#define ROLE_AS_ENUM(name, text) ROLE_##name,
enum role { ROLE_NONE, ROLES(ROLE_AS_ENUM) N_ROLES };

/** What hosts do that must go on while others are kept from spreading a worm: PART(name, text). */
#define PARTS(PART) \
	PART(PHONE, "phone") \
	PART(CALL_MANAGER, "call-manager") \
	PART(TFTP_SERVER, "tftp-server") \
	PART(VOICE_GATEWAY, "voice-gateway") \
	PART(MANAGEMENT, "management") \
	PART(ROUTER, "router") \
	PART(DHCP_SERVER, "dhcp-server") \
	PART(DNS_SERVER, "dns-server") \
	PART(NTP_SERVER, "ntp-server")

#define PART_AS_ENUM(name, text) PART_##name,
enum part { PARTS(PART_AS_ENUM) N_PARTS };

enum own { OWN_UNKNOWN, OWN_YES, OWN_NO };

enum { DAY_TEXT_BYTES = 11 };

/** A host or network that may scan, and until when. */
struct declared_scanner {
	struct prefix where;
	char address[PREFIX_TEXT_BYTES]; // as the file has it
	char expires[DAY_TEXT_BYTES];    // "2026-12-31", the last day
	uint64_t expires_ms; // since the Unix epoch: the midnight (UTC) that ends that day
	char *reason;
};

struct inventory;

/**
 * Read an inventory file, cordon-inventory(5).
 *
 * Returns NULL with `e` saying where and why; free with inventory_free.
 */
struct inventory *inventory_load(const char *path, struct err *e);

/** As inventory_load, of text (not kept); `name` stands for the file in messages. */
struct inventory *inventory_parse(struct str text, const char *name, struct err *e);

/** Free an inventory; NULL is fine. */
void inventory_free(struct inventory *inventory);

/** Whether own networks are listed. */
bool inventory_has_networks(const struct inventory *inventory);

/** Whether an address is inside the own networks; unknown when none are listed. */
enum own inventory_own(const struct inventory *inventory, const struct addr *a);

/**
 * Whether nobody has a reason to contact an address.
 *
 * That is one listed as dark, or one in the own networks that is not assigned, when anything is
 * listed as assigned. Of a dark and an assigned prefix that both hold it, the longer counts.
 */
bool inventory_is_dark(const struct inventory *inventory, const struct addr *a);

/** The role of a host, by the longest prefix that has one; ROLE_NONE when there is none. */
enum role inventory_role(const struct inventory *inventory, const struct addr *a);

/**
 * The declaration that lets a host scan at a time (ms since the Unix epoch).
 *
 * Returns the one with the longest prefix among those still valid, of equal prefixes the one that
 * lasts longest; NULL when there is none.
 */
const struct declared_scanner *inventory_scanner(
	const struct inventory *inventory, const struct addr *a, uint64_t now_ms);

/** One packet in how many an exporter looks at, 1 to 16777216; 0 when the file says nothing. */
uint32_t inventory_sampling(const struct inventory *inventory, const struct addr *exporter);

/** Whether an address is that of a proxy whose X-Forwarded-For is to be believed. */
bool inventory_trusts(const struct inventory *inventory, const struct addr *a);

/** The own networks, by address, the wider first: set `inventory`, leave the rest zero. */
struct network_iter {
	const struct inventory *inventory;
	size_t n_seen;
};

/** The next own network; NULL at the end. */
const struct prefix *network_next(struct network_iter *it);

/** What the file calls exactly this host (a prefix of 128 bits) or network; NULL when it says nothing. */
const char *inventory_name(const struct inventory *inventory, const struct prefix *p);

/** The declared scanners, in the order of the file: set `inventory`, leave the rest zero. */
struct scanner_iter {
	const struct inventory *inventory;
	size_t n_seen;
};

/** The next declared scanner, expired or not; NULL at the end. */
const struct declared_scanner *scanner_next(struct scanner_iter *it);

/** Whether a declaration no longer counts at a time (ms since the Unix epoch). */
static inline bool scanner_is_expired(const struct declared_scanner *s, uint64_t now_ms)
{
	return now_ms >= s->expires_ms;
}

/** A host or network that must be kept working, and as what. */
struct kept {
	struct prefix where;
	enum part part;
};

/**
 * What is listed under 'protect', in the order of the file, then what roles imply: a voip-server is a
 * call-manager and a tftp-server, a dns-resolver a dns-server, a monitor does management. Set
 * `inventory`, leave the rest zero.
 */
struct kept_iter {
	const struct inventory *inventory;
	size_t n_seen, n_implied;
};

/** Whether there is a next one; fills `out` only then. */
bool kept_next(struct kept_iter *it, struct kept *out);

/** The names of the parts, as the file writes them, N_PARTS of them. */
extern const char *const part_names[];

/** A role as the file writes it; NULL for ROLE_NONE. */
const char *role_name(enum role role);
#endif
