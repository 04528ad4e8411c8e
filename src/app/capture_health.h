// SPDX-License-Identifier: Apache-2.0
// Whether the interface is heard, and whether its silence can be trusted.
#ifndef APP_CAPTURE_HEALTH_H
#define APP_CAPTURE_HEALTH_H
#include "model/settings.h"
#include "output/json.h"

/** By our clock; 0: never. */
struct capture_health {
	uint64_t frame_ms, drop_ms; // when frames came last, and when some were dropped
};

/** Counters came: whether there were new frames since, and new drops. */
void capture_health_take(
	struct capture_health *c, bool has_frames, bool has_drops, uint64_t now_ms);

/** Whether silence can be trusted: also when no interface is listened to. */
bool capture_is_trusted(const struct capture_health *c, const struct settings *s, uint64_t now_ms);

/** A member of an object that is open: an object, or null when no interface is listened to. */
void capture_health_write(
	const struct capture_health *c, const struct settings *s, uint64_t now_ms, struct json *j);
#endif
