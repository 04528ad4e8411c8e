// SPDX-License-Identifier: Apache-2.0
// A containment plan: who is kept from sending what, why, and until when. It says nothing of a device.
#ifndef CONTAIN_PLAN_H
#define CONTAIN_PLAN_H
#include <stdio.h>

#include "base/err.h"
#include "model/finding.h"

/** What is stopped: what the host sends, or what is sent to it: DIRECTION(name, key). */
#define DIRECTIONS(DIRECTION) \
	DIRECTION(OUT, "out") \
	DIRECTION(IN, "in")

#define AS_DIRECTION(name, key) DIRECTION_##name,
enum direction { DIRECTIONS(AS_DIRECTION) N_DIRECTIONS };
#undef AS_DIRECTION

const char *direction_key(enum direction d);
bool direction_parse(const char *key, enum direction *out);

/** A protocol and port; PROTO_UNKNOWN stands for all protocols. Of ICMP: type * 256 + code. */
struct entry_port {
	uint8_t proto;
	bool has_port;
	uint16_t number;
};

/** Read "tcp/80", "udp/1434", "icmp echo", "tcp" or "any". Returns whether it was one. */
bool entry_port_parse(const char *text, struct entry_port *out);

/** Write what entry_port_parse reads; gives `room` back. */
const char *entry_port_text(const struct entry_port *p, char room[static PORT_TEXT_BYTES]);

/** The port of a cause of an incident: "tcp/445", or "web:code-red", which came by port 80. Whether it has one. */
bool entry_port_of_cause(const char *cause, struct entry_port *out);

/** Read a time as cordon writes it, RFC 3339 in UTC, to ms since the Unix epoch. Whether it was one. */
bool moment_parse(const char *text, uint64_t *out);

enum { ENTRY_WHY_BYTES = 120 };

struct entry {
	struct prefix host;
	struct entry_port port;
	enum direction direction;
	enum verdict verdict; // N_VERDICTS: a person named the host
	uint8_t confidence_pct;
	uint64_t last_ms; // when it was last seen at it; 0: not known
	uint64_t until_ms;
	uint32_t incident; // it came from; 0: none
	bool is_segment;   // a network that a person named as such: the floor does not hold for it
	char why[ENTRY_WHY_BYTES];
};

struct plan {
	struct entry *entry; // sorted by host, port, direction; each once
	size_t n, cap;
	uint64_t at_ms; // when it was made
};

void plan_fini(struct plan *p);

/** Whether a network may be a segment: wider than a /8 of IPv4 or a /32 of IPv6 is none. */
bool segment_is_one(const struct prefix *p);

enum { ENTRIES_MAX = 1 << 22 };

/** Append an entry. Returns false, with `e` filled, when there is no memory, or beyond ENTRIES_MAX. */
bool plan_put(struct plan *p, const struct entry *entry, struct err *e);

/**
 * Bring the entries in order and join equal ones: the later end, the later sight, the reason of the
 * surer. So the order in which they came changes nothing.
 */
void plan_settle(struct plan *p);

/** How many hosts and networks it names, each once; settled before. */
size_t plan_hosts(const struct plan *p);

/** Take out entries that have ended at the time of the plan. Returns how many. */
size_t plan_expire(struct plan *p);

enum { HASH_TEXT_BYTES = 33 };

/** XXH3-128 of who, what, direction and until when, as text: the name of a plan; gives `room` back. */
const char *plan_hash(const struct plan *p, char room[static HASH_TEXT_BYTES]);
#endif
