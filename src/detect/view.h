// SPDX-License-Identifier: Apache-2.0
// Views of a request's text: as it was written, and with its escapes undone.
#ifndef DETECT_VIEW_H
#define DETECT_VIEW_H
#include "base/bytes.h"

enum { VIEW_BYTES = 4096 };

/**
 * Undo one round of escapes: %XX (RFC 3986, 2.1), %uXXXX (IIS, ASCII only), \xXX (nginx, Apache).
 *
 * text  at most VIEW_BYTES of it are looked at
 * room  of the result; may not overlap `text`
 *
 * Returns the result; with n_undone 0, when there was no escape, `text` itself as far as it was
 * looked at.
 */
struct str view_decode(struct str text, char room[static VIEW_BYTES], size_t *n_undone);
#endif
