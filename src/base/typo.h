// SPDX-License-Identifier: Apache-2.0
// Did you mean: the known name that is nearest to a mistyped one.
#ifndef BASE_TYPO_H
#define BASE_TYPO_H
#include "base/bytes.h"

/**
 * Find the name that was probably meant.
 *
 * name  known names; NULL entries are passed over
 *
 * Returns the nearest, at most two edits away and at most half of it wrong; else the only one that begins so, of three
 * letters or more; NULL when none does.
 */
const char *typo_nearest(struct str typed, const char *const *name, size_t n);
#endif
