// SPDX-License-Identifier: Apache-2.0
// How a source picks its peers, as a posterior over strategies.
#ifndef DETECT_TARGETING_H
#define DETECT_TARGETING_H
#include "model/finding.h"

/**
 * Weigh the strategies.
 *
 * x          exhibits in order of time; at most the first 4096 are used
 * posterior  filled, sums to 1; all equal when there is nothing to weigh
 *
 * What the exporter can see is unknown, so it is averaged over: everything, all but the same /24
 * (a gateway), all but the same /16 (an edge). A strategy that would be nearly invisible from
 * where the evidence can only come from is not considered there.
 */
void targeting_weigh(const struct addr *source, const struct exhibit *x, size_t n,
	double posterior[N_TARGETINGS]);

/** Of exhibits in order of time, how many peers are one or two above one of the last 32: threads are seen. */
size_t targeting_steps(const struct exhibit *x, size_t n);

/** How near a peer is: same /24, /16, /8, or elsewhere; of IPv6 /64, /48, /32. */
enum { TARGETING_NEARS = 4 };
unsigned targeting_near(const struct addr *source, const struct addr *peer);

/** Names of the distances of a family: "same /24", ..., "elsewhere". */
const char *targeting_near_name(bool is_v4, unsigned near);

/** Strategies that are known by distances alone: their number, and what each is. */
extern const size_t n_targeting_masks;
enum targeting targeting_mask(size_t i, bool is_v4, double share[TARGETING_NEARS]);

/** Weigh these strategies by how many peers are at each distance; `likelihood` sums to 1. */
void targeting_weigh_masks(bool is_v4, const size_t count[TARGETING_NEARS], double likelihood[]);
#endif
