// SPDX-License-Identifier: Apache-2.0
// Releases of IOS: which advice still holds.
#ifndef AUDIT_RELEASE_H
#define AUDIT_RELEASE_H
#include "base/bytes.h"

/** 12.4(20)T: 12, 4, 20, "T". */
struct release {
	unsigned major, minor, build;
	struct str train; // letters behind the bracket
};

/** Returns false for what is no release. */
bool release_parse(struct str text, struct release *out);

/** Whether IP fast switching is gone: 12.2(25)S, 12.2(28)SB, 12.2(33)SRA and SXH, 12.4(20)T, later. */
bool release_lacks_fast_switching(const struct release *r);

/** Seconds of "1 year, 2 weeks, 3 days, 4 hours, 5 minutes"; 0 when nothing of it was understood. */
uint64_t uptime_parse(struct str text);
#endif
