// SPDX-License-Identifier: Apache-2.0
// An outbreak: hosts that scan the same port, and who may have infected whom.
#ifndef MODEL_OUTBREAK_H
#define MODEL_OUTBREAK_H
#include "model/finding.h"

struct outbreak {
	uint8_t proto;
	uint16_t port;
	uint32_t n_hosts;      // worm-like or suspect on this port, two at least
	uint32_t n_chained;    // of them, contacted by another one before their own onset
	struct addr first;     // the host that began; of equal onsets the lowest address
	uint64_t since_ms;     // its onset; UINT64_MAX when no times are known
	double doubling_ms;    // 0 when there are too few hosts, or they began together
	double shared_targets; // greatest share of common peers between the first and another, 0 to 1
};

enum { OUTBREAKS_MAX = 16, OUTBREAK_TEXT_BYTES = 256 };

/**
 * Say it in one line: "3 hosts, tcp/445, since 2026-03-02T10:02:00Z, doubling every 4 min, first:
 * 10.1.1.30, 2 of them reached by another before they began". Gives `room` back.
 */
const char *outbreak_format(const struct outbreak *o, char room[static OUTBREAK_TEXT_BYTES]);
#endif
