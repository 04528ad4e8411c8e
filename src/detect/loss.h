// SPDX-License-Identifier: Apache-2.0
// Where flows were lost on the way here, answers were among them.
#ifndef DETECT_LOSS_H
#define DETECT_LOSS_H
#include "detect/judge.h"

/**
 * Make suspects of the hosts that are accused of nothing but a few missing flows back, among many that came: no more
 * than `n_lost`, which never came of any. To be called before findings are ranked.
 */
void loss_excuse(struct findings *f, uint64_t n_lost);
#endif
