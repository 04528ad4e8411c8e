// SPDX-License-Identifier: Apache-2.0
// Findings sorted by host, and hosts put together that belong to one campaign.
#ifndef INCIDENT_SUSPECTS_H
#define INCIDENT_SUSPECTS_H
#include "incident/board.h"

/** What one finding says about one cause. Times are 0 when they are not known. */
struct item {
	struct addr host;
	char cause[CAUSE_BYTES];
	enum evidence_source source;
	bool is_shared;   // a cause that makes a campaign: a port, or a signature
	bool is_accusing; // worm-like, suspect or exposed
	bool is_yielding; // the host has another address, of which worse is said about the cause
	uint32_t contacted;
	uint32_t
		scanned; // of them, those that accuse it, from its onset to its last attack; 0: not known
	uint32_t
		sampling; // one packet, or probe, in so many was looked at; 0: every one, or not told
	uint32_t size;    // bytes of each message that it sends; 0: they differ, or none is telling
	uint64_t onset_ms, last_ms, seen_ms;
	const char *where; // a row of its evidence; NULL: not told
	const struct finding *finding;
};

/** A host with all its items. */
struct suspect {
	struct addr host;
	const struct item *item;
	size_t n;
	bool is_accused, has_worm;
	bool opens; // with another one it opens an incident: a suspect that no outage explains
	uint64_t onset_ms, last_ms, seen_ms;
	uint64_t number;   // of the host
	uint64_t incident; // 0: it opens none
	uint32_t member;   // reference on the board; 0: it joins
	bool is_twin;      // the host has another address that is a suspect too
	size_t campaign;   // index of the first suspect of its campaign
};

/** A contact from one suspect to another before the latter began. */
struct way {
	const struct suspect *from, *to;
	uint64_t contact_ms;
	bool is_answered;
	uint32_t rank; // among those that lead to `to`, the latest first
};

struct suspects {
	struct item *item;
	struct suspect *suspect; // by address
	struct way *way;         // by victim, latest first
	size_t n_items, n, n_ways;
};

/**
 * Sort findings into suspects, give each its host number and its incident.
 *
 * Findings are borrowed. Returns false when there is no memory; free with suspects_fini.
 */
bool suspects_init(struct suspects *out, const struct board *b, const struct finding *finding,
	size_t n, uint64_t now_ms);
void suspects_fini(struct suspects *s);

/** Whether the suspect has an accusing item for a charge, which then counts in its place. */
bool suspect_retells(const struct suspect *s, const struct charge *c);
#endif
