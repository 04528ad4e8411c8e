// SPDX-License-Identifier: Apache-2.0
// When the network itself fails, every host looks as if it scanned.
#ifndef DETECT_OUTAGE_H
#define DETECT_OUTAGE_H
#include "detect/judge.h"

/**
 * Find hosts that lost all answers at once, on all their ports, after they had been answered well.
 * Where several did, and they are most of the accused, it is an outage: they become suspects.
 *
 * Fills n_cut_off and cut_off_since_ms of `f`; to be called before findings are ranked.
 */
void outage_find(struct findings *f);
#endif
