// SPDX-License-Identifier: Apache-2.0
// The health of telemetry in plain words: whether silence can be trusted, and what sampling hides.
#ifndef APP_HEALTH_H
#define APP_HEALTH_H
#include "app/roster.h"

enum { HEALTH_TEXT_BYTES = 512, HIDDEN_MAX = 32 };

/** What was reckoned of samplings. All zero is nothing. */
struct hidden {
	struct {
		uint32_t sampling; // 0: free
		char text[HEALTH_TEXT_BYTES];
	} row[HIDDEN_MAX];
	bool has_reckoned; // since the last health_rest: it takes some ten milliseconds
};

/**
 * "trusted: nothing was lost or unreadable since TIME, by its clock", or "not trusted: " and what ails it; gives
 * `room` back.
 */
const char *health_silence(
	const struct enlisted *m, unsigned ailing, char room[static HEALTH_TEXT_BYTES]);

/**
 * What an exporter that looks at one packet in so many (0 and 1: at each) does not show, by the arithmetic
 * of detect/power.h. At most one sampling is reckoned between two calls of health_rest.
 *
 * Returns NULL when it was not reckoned yet.
 */
const char *health_hides(struct hidden *h, uint32_t sampling);
void health_rest(struct hidden *h);
#endif
