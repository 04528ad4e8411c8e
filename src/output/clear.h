// SPDX-License-Identifier: Apache-2.0
// What would clear a host: every accusation says what would take it back.
#ifndef OUTPUT_CLEAR_H
#define OUTPUT_CLEAR_H
#include "model/finding.h"

/** What would change the verdict, in words; never NULL, never empty. */
const char *clear_text(const struct finding *f);
#endif
