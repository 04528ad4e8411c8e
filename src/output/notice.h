// SPDX-License-Identifier: Apache-2.0
// Notices as others read them.
#ifndef OUTPUT_NOTICE_H
#define OUTPUT_NOTICE_H
#include <stdio.h>

#include "model/alert_target.h"
#include "model/notice.h"

enum { NOTICE_LINE_BYTES = 16 << 10 }; // more than the longest takes, every byte of it escaped

/**
 * Write one as a single line, without its end: JSON of cordon, CEF, or JSON of ECS.
 *
 * version  of the program, which CEF and ECS ask for
 */
void notice_write(const struct notice *n, enum alert_format format, const char *version, FILE *out);

/** Who a message of syslog is from. */
struct syslog_sender {
	const char *host, *version;
	int pid;
};

/** Write a message of RFC 5424, without its frame: of facility local0, its text in the format. */
void notice_syslog(const struct notice *n, enum alert_format format,
	const struct syslog_sender *from, FILE *out);

/**
 * Write JSON that Gotify and Apprise show as a message, with the notice itself as its member "alert".
 *
 * format  JSON or ECS
 */
void notice_webhook(
	const struct notice *n, enum alert_format format, const char *version, FILE *out);

/** 0 to 10 as CEF and people have it, the worst last. */
unsigned notice_severity(const struct notice *n);
#endif
