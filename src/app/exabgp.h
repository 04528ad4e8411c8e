// SPDX-License-Identifier: Apache-2.0
// ExaBGP's API over its two named pipes, NAME.in for commands and NAME.out for answers, as exabgpcli uses them.
#ifndef APP_EXABGP_H
#define APP_EXABGP_H
#include "base/err.h"

/** Whether answers can be had: there is a pipe NAME.out beside `pipe`, which ends in ".in". */
bool exabgp_answers(const char *pipe);

/**
 * Ask who hears it and what it announces to whom, as exabgp_read takes it.
 *
 * out  for free()
 *
 * Returns false with `e` filled when it does not answer, or not to the end: then nothing is known.
 */
bool exabgp_ask(const char *pipe, char **out, struct err *e);

/**
 * Hand over commands, a line each; lines that begin with "#" are left out. Returns false with `e` filled when it
 * does not answer, or refuses one of them: the others are carried out.
 */
bool exabgp_tell(const char *pipe, const char *text, struct err *e);
#endif
