// SPDX-License-Identifier: Apache-2.0
// What the daemon says to whoever runs it. Under systemd each line carries its priority (sd-daemon(3)),
// so that `journalctl -p warning` shows what needs a person.
#ifndef APP_SAY_H
#define APP_SAY_H
#include <syslog.h>

/** "<4>" for LOG_WARNING when a descriptor leads to the journal (JOURNAL_STREAM), else "". */
const char *journal_prefix(int fd, int priority);

/** A line on standard error behind "cordon watch: ". */
[[gnu::format(printf, 2, 3)]] void say(int priority, const char *text, ...);
#endif
