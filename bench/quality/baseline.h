// SPDX-License-Identifier: Apache-2.0
// Published rules, written anew from their constants (facts/detection.md, sections 2, 4, 5): they are
// re-implementations, not the programs. All are told who opened a contact, which they would have
// to find out, and they look outward too.
#ifndef QUALITY_BASELINE_H
#define QUALITY_BASELINE_H
#include "quality/sight.h"

struct alarm {
	bool is_raised;
	uint32_t n_since; // first contacts since the infection up to it; 0: a batch rule
};

struct baseline {
	const char *name;
	/** alarm[resident]: raised at or after since_ms[resident]; before is no detection of it. */
	void (*run)(const struct sight *s, const uint64_t *since_ms, struct alarm *alarm);
};

/** The rules in a row, NULL after the last. */
const struct baseline *baseline_at(size_t i);
#endif
