// SPDX-License-Identifier: Apache-2.0
// Notices as others read them.
#ifndef OUTPUT_NOTICE_H
#define OUTPUT_NOTICE_H
#include <stdio.h>

#include "model/alert_target.h"
#include "model/notice.h"

enum { NOTICE_LINE_BYTES = 16 << 10 }; // more than the longest takes, every byte of it escaped

/**
 * Write one as a single line, without its end: JSON of cordon, CEF, or JSON of ECS or OCSF.
 *
 * version  of the program, which all but the first ask for
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
 * Write what a webhook is posted: JSON that Gotify and Apprise show as a message, with the notice itself as its
 * member "alert"; or what Slack or Teams show.
 *
 * format  of the member: JSON, ECS or OCSF
 */
void notice_webhook(const struct notice *n, enum alert_template template, enum alert_format format,
	const char *version, FILE *out);

/**
 * A message of Slack's Block Kit, with `text` for where no blocks are shown. What a stranger may have chosen is
 * plain text there, which Slack does not interpret.
 */
void notice_slack(const struct notice *n, const char *version, FILE *out);

/**
 * A message with an Adaptive Card 1.4, as the trigger "When a Teams webhook request is received" of Workflows takes
 * it. What a stranger may have chosen is a TextRun, where no Markdown is read.
 */
void notice_teams(const struct notice *n, const char *version, FILE *out);

/** A Detection Finding (class 2004) of OCSF 1.4.0. */
void notice_ocsf(const struct notice *n, const char *version, FILE *out);

enum { NOTICE_TITLE_BYTES = ADDR_TEXT_BYTES + 96 };

/** What it says, in a line: "cordon: 10.0.0.5 worm-like is found"; gives `room` back. */
const char *notice_title(const struct notice *n, char room[static NOTICE_TITLE_BYTES]);

/** 0 to 10 as CEF and people have it, the worst last. */
unsigned notice_severity(const struct notice *n);
#endif
