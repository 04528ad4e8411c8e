// SPDX-License-Identifier: Apache-2.0
// One message of mail to a server of SMTP (RFC 5321), by libcurl; without TLS: it is that of this machine.
#ifndef NET_SMTP_H
#define NET_SMTP_H
#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"

enum { SMTP_TRY_S = 7, SMTP_RECIPIENTS_MAX = 16 };

struct smtp_letter {
	const char *server;                 // "127.0.0.1:25", "[::1]:25"
	const char *from;                   // an address
	struct str to[SMTP_RECIPIENTS_MAX]; // addresses
	size_t n;
	struct str message; // of lines that end with LF
};

/**
 * Hand it over; waits SMTP_TRY_S at most. webhook_prepare was called before.
 *
 * Returns whether the server took it for at least one of them, so that an address that is wrong does not keep it from
 * the others; else `e` says what it answered.
 */
bool smtp_send(const struct smtp_letter *l, struct err *e);
#endif
