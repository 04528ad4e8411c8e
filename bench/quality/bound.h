// SPDX-License-Identifier: Apache-2.0
// How few first contacts can make a case at all, where an inventory knows only some of the targets.
#ifndef QUALITY_BOUND_H
#define QUALITY_BOUND_H
#include <stdbool.h>

/** First contacts of which half, and 99 in 100, of the infected hosts are found at best. */
struct bound {
	unsigned median, p99;
};

/**
 * What no test of outcomes can beat (Neyman and Pearson), over the worms that prefer their own net: at 10
 * false alarms in 10^6 benign hosts of 64 first contacts each on the port, of which `rate` fail and 2 in
 * 100 go to unused addresses (facts/detection.md, 2).
 *
 * knows_all  the inventory knows every unused address of the own /16, not only the nets
 */
struct bound bound_of(double rate, bool knows_all);

/** The share of hosts that the best test finds by the n-th contact. */
double bound_power(double rate, bool knows_all, unsigned n);
#endif
