// SPDX-License-Identifier: Apache-2.0
// Notices as a message of mail: RFC 5322, its text as RFC 2045 has it, names in headers as RFC 2047.
#ifndef OUTPUT_MAIL_H
#define OUTPUT_MAIL_H
#include <stdio.h>

#include "model/notice.h"

struct mail_head {
	const char *from;    // "NAME <a@b>", "a@b", or "": cordon at the host
	const char *to;      // addresses with commas between
	const char *host;    // name of this machine
	const char *version; // of the program
	uint64_t now_ms;
};

enum { MAIL_SENDER_BYTES = 320 };

/** The address that it is from; gives `room` back. */
const char *mail_sender(const struct mail_head *head, char room[static MAIL_SENDER_BYTES]);

/**
 * Write a message of lines that end with LF, as sendmail takes it: all of it is ASCII, no line is longer than
 * 76 bytes of text or 998 of a header, whatever a stranger put into a notice.
 *
 * notice  in order; at least one
 * n_more  how many came behind them that are not told one by one
 *
 * Returns false when there is no memory.
 */
bool mail_write(const struct mail_head *head, const struct notice *notice, size_t n_notices,
	uint64_t n_more, FILE *out);
#endif
