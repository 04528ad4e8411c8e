// SPDX-License-Identifier: Apache-2.0
// Flows that two exporters told: routers on one path see the same packets. Detection is not disturbed, as
// evidence is sets; people want to know of it.
#ifndef APP_TWINS_H
#define APP_TWINS_H
#include "model/exporter.h"
#include "model/plain.h"

enum { TWIN_SLOTS = 1 << 13, TWIN_EXPORTERS = 1 << 16 };

/** All zero is empty. A part of the flows is remembered, the same ones of all exporters. */
struct twins {
	struct twin {
		uint32_t key; // of the flow: a hash
		uint32_t at_s;
		uint16_t exporter;
	} slot[TWIN_SLOTS];
	uint64_t n[TWIN_EXPORTERS]; // by the low bits of the identity
	uint32_t speaker;           // who spoke last; 0: nobody yet
	uint64_t alone_s,
		dense_s; // from when on it has been alone; has had no twin, for two minutes
};

/**
 * Take note of flows that came at a time.
 *
 * As long as one exporter speaks alone this costs next to nothing, and little as long as no pair was seen.
 */
void twins_see(struct twins *t, const struct flow *flow, size_t n, uint64_t now_ms);
void twins_see_plain(struct twins *t, const struct plains *plain, uint64_t now_ms);

/** How many flows of an exporter another one told within two minutes too, as an estimate. */
uint64_t twins_count(const struct twins *t, const struct exporter *x);
#endif
