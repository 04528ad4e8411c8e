// SPDX-License-Identifier: Apache-2.0
// Flows that two exporters told: routers on one path see the same packets. Detection is not disturbed, as
// evidence is sets; people want to know of it.
#ifndef APP_TWINS_H
#define APP_TWINS_H
#include "model/exporter.h"
#include "model/flow.h"

enum { TWIN_SLOTS = 1 << 13, TWIN_SHARE = 16, TWIN_EXPORTERS = 1 << 16 };

/** All zero is empty. One flow in TWIN_SHARE is remembered, the same ones of all exporters. */
struct twins {
	struct twin {
		uint32_t key; // of the flow: a hash
		uint32_t at_s;
		uint16_t exporter;
	} slot[TWIN_SLOTS];
	uint32_t n[TWIN_EXPORTERS]; // by the low bits of the identity
};

/** Take note of flows. */
void twins_see(struct twins *t, const struct flow *flow, size_t n);

/** How many flows of an exporter another one told within two minutes too, as an estimate. */
uint64_t twins_count(const struct twins *t, const struct exporter *x);
#endif
