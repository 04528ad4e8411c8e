// SPDX-License-Identifier: Apache-2.0
// From single hosts to the outbreak: who may have infected whom, and how fast it grows.
#ifndef DETECT_OUTBREAK_H
#define DETECT_OUTBREAK_H
#include "detect/judge.h"

/**
 * Look at all findings together.
 *
 * f  ranked; each finding's `infected_by` is filled where another flagged host reached it on the
 *    same port before its onset; `outbreak` is filled, largest first
 */
void outbreaks_find(struct findings *f);
#endif
