// SPDX-License-Identifier: Apache-2.0
// What terminals and pagers put between the words of a device.
#ifndef AUDIT_TERMINAL_H
#define AUDIT_TERMINAL_H
#include "base/bytes.h"

/** Bytes of the escape sequence at `at` (ECMA-48), 1 for a lone escape. */
size_t escape_length(struct bytes raw, size_t at);

/** Bytes of what a pager wrote and was answered: --More--, --More-- (q to quit); 0 when it is none. */
size_t pager_length(struct bytes raw, size_t at);

/** Bytes of a space that is none of ASCII, as web pages and Japanese texts have it; 0 when it is none. */
size_t wide_space_length(struct bytes raw, size_t at);
#endif
