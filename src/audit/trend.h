// SPDX-License-Identifier: Apache-2.0
// A figure of a device at two times.
#ifndef AUDIT_TREND_H
#define AUDIT_TREND_H
#include "audit/evaluate.h"

/** Whether a fact is of the capture before. */
bool trend_is_before(const struct audit *a, const struct fact *x);

/** Whether the same thing was told again later: a trend ends with the last. */
bool trend_is_superseded(const struct audit *a, uint32_t device, const struct fact *x);

/** Whether a field is larger than at the first time; the reason of UNKNOWN, and the earlier fact, into `o`. */
enum truth trend_rises(const struct audit *a, uint32_t device, const struct fact *x,
	const struct term *t, struct ruling *o);
#endif
