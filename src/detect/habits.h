// SPDX-License-Identifier: Apache-2.0
// How often first contacts of benign hosts failed here in the past, by protocol and port: what is
// expected of a port before there is evidence of today.
#ifndef DETECT_HABITS_H
#define DETECT_HABITS_H
#include "base/bytes.h"
#include "detect/rates.h"

struct habits;

struct habits *habits_new(void);
void habits_free(struct habits *h);

/**
 * Let the rates of a verdict teach, for as long as they held since the last time.
 *
 * Old sums halve in a week. A port counts only where five sources taught, and without the failures of
 * the one that had most: so no source raises the share that it is judged by above what others taught.
 */
void habits_learn(struct habits *h, const struct rates *r, uint64_t span_ms);

/** The share that is expected, within 2 and 20 %; RATE_DEFAULT as long as nothing is known, and for NULL. */
double habits_share(const struct habits *h, uint8_t proto, uint16_t port);

/** How many ports are known. */
size_t habits_count(const struct habits *h);

/** All of it as bytes to keep: at most habits_bytes(). */
size_t habits_bytes(const struct habits *h);
void habits_encode(const struct habits *h, uint8_t *room);

/** Take what habits_encode wrote; what cannot be is passed over. */
void habits_decode(struct habits *h, struct bytes from);
#endif
