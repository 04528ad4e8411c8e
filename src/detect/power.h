// SPDX-License-Identifier: Apache-2.0
// What the judge could have seen in an input: the walk, reckoned instead of walked.
#ifndef DETECT_POWER_H
#define DETECT_POWER_H
#include "model/power.h"

/** A scan as the walk meets it. */
struct trial {
	double step_nats; // of a failed contact
	double failed; // share of contacts that fail, above 0; the rest is known to have answered
	double needed_nats; // score that makes the case
	double interval_ms; // between first contacts that are recorded
};

/**
 * First contacts that a scan needs on average to make its case, ageing included; INFINITY when it
 * never does. Contacts come at equal intervals. Reckoned on a grid: good to one in a thousand.
 */
double power_contacts(const struct trial *t);

/**
 * The longest interval in ms between first contacts, all of them failed, that makes a case: the
 * score of n of them, d apart, is step * (1 - q^n) / (1 - q), with q = 2^(-d / half-life).
 *
 * duration_ms  of the input; INFINITY: however long it takes
 * least        first contacts that there have to be in any case
 *
 * Returns 0 when there is none, INFINITY when a single contact is enough.
 */
double power_slowest_ms(double step_nats, double needed_nats, double duration_ms, unsigned least);

/** Reckon what can be said of what was seen. A pure function. */
void power_reckon(const struct seen *seen, struct power *out);
#endif
