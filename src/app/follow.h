// SPDX-License-Identifier: Apache-2.0
// cordon detect --follow: findings are told as they become known.
#ifndef APP_FOLLOW_H
#define APP_FOLLOW_H
#include "app/detect.h"

/** Refuse, with a message, what cannot be followed. */
bool follow_check(const struct detect_options *o, char **word, int n_words);

/**
 * Follow files and folders until interrupted.
 *
 * Returns false, after a message, when it cannot begin, or when the state could not be written at the
 * end: what was told stands, and will be told again.
 */
bool follow_files(struct run *run, const struct detect_options *o, char **word, int n_words);
#endif
