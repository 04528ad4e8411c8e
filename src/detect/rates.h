// SPDX-License-Identifier: Apache-2.0
// How often first contacts of benign hosts fail here, by protocol and port.
#ifndef DETECT_RATES_H
#define DETECT_RATES_H
#include "model/finding.h"
#include "model/power.h"

struct rates;
struct habits;

/** What sources taught of one port: contacts, those that failed, the most by one source, sources. */
struct rate_sum {
	uint32_t n, n_failed, most, n_sources;
};

enum { RATE_TABLES = 3, RATE_PORTS = 65536 };

/** Which table a protocol has: TCP, UDP, the rest. */
unsigned rates_table(uint8_t proto);

#define RATE_DEFAULT .05 // as long as nothing is known
#define RATE_WEAK .15    // at least, where outcomes are inferred from sizes

/** past  what is expected of a port before it teaches; borrowed, NULL: RATE_DEFAULT */
struct rates *rates_new(const struct habits *past);
void rates_free(struct rates *r);

/**
 * Learn from one source on one port, unless more than a third of its contacts fail: no example. Fewer
 * than three contacts are none either, but of a source that `is_usual` on the whole.
 */
void rates_learn(struct rates *r, const struct exhibit *x, size_t n, bool is_usual);

/** The same of contacts that were counted: `n` whose outcome is known, `n_failed` that failed. */
void rates_add(struct rates *r, uint8_t proto, uint16_t port, uint32_t n, uint32_t n_failed,
	bool is_usual);

/** Begin to fetch what is known of a port, for rates_add. */
void rates_fetch(const struct rates *r, uint8_t proto, uint16_t port);

/** Add what `from` learned of other sources. */
void rates_join(struct rates *into, const struct rates *from);

/** Take back what sources taught that are accused now; `most` stays, as a bound. */
void rates_part(struct rates *from, const struct rates *accused);

struct rate_sum rates_sum(const struct rates *r, unsigned table, uint16_t port);

/** A share within 2 and 20 %. */
double rates_within(double rate);

/** The learned share of failures, shrunk to what was usual in the past, or 5 %, while little is known, within 2 and 20 %. */
double rates_get(const struct rates *r, uint8_t proto, uint16_t port);

/** The same without what one source on one port taught, so that it does not set its own standard. */
double rates_of_others(const struct rates *r, const struct exhibit *x, size_t n);

/**
 * What is usual for a source itself, by what is not in [begin, end): shrunk to `rate` while that is
 * little, and `rate` where it is no example.
 */
double rates_of_own(const struct exhibit *x, size_t n, size_t begin, size_t end, double rate);

/** The port where most first contacts fail, of TCP or of all others; the share is 0 if none is known. */
struct rate_worst rates_worst(const struct rates *r, bool is_tcp);
#endif
