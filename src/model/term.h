// SPDX-License-Identifier: Apache-2.0
// What keys are called by people. Keys themselves are English wherever a program may read them.
#ifndef MODEL_TERM_H
#define MODEL_TERM_H
#include "model/signature.h"

enum term_kind { TERM_STATE, TERM_STATUS, TERM_VERDICT, TERM_SOURCE, TERM_GUARD, TERM_EVENT };

/** The words of a key; the key itself where there are none. */
const char *term_of(enum term_kind kind, const char *key, enum lang lang);
#endif
