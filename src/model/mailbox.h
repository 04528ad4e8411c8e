// SPDX-License-Identifier: Apache-2.0
// Addresses of mail, as settings name them and headers have them (RFC 5322, 3.4).
#ifndef MODEL_MAILBOX_H
#define MODEL_MAILBOX_H
#include <stdbool.h>

#include "base/bytes.h"

/**
 * Whether text is an address that can be an argument of a program: of ASCII, without quotes (the
 * Mailbox of RFC 5321, 4.1.2, with a Dot-string), and no "-" in front.
 */
bool mailbox_is(struct str text);

/** A name, which may be empty and of any UTF-8, and an address. */
struct mailbox {
	struct str name, address;
};

/** Read "a@b" or "NAME <a@b>"; views into `text`. Returns whether it was one, and fills `out` only then. */
bool mailbox_parse(const char *text, struct mailbox *out);

/**
 * The next item of a list with commas between; `at` begins with 0.
 *
 * Returns false behind the last one; what an item is, mailbox_is tells.
 */
bool mailbox_next(const char *list, size_t *at, struct str *out);
#endif
