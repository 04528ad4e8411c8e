// SPDX-License-Identifier: Apache-2.0
// Where a command stands: behind a prompt, in a heading of show tech-support, or alone on a line.
#ifndef AUDIT_PROMPT_H
#define AUDIT_PROMPT_H
#include <stdbool.h>

#include "base/bytes.h"

/** A command and who was asked. */
struct prompt {
	struct str host;    // empty: nobody is named
	struct str command; // to the end of the line; empty: a prompt that waits
	bool is_config;     // (config)#, (config-if)#: what follows is a line of a configuration
	size_t end;         // offset of the command
};

/**
 * Look for a prompt at the begin of a word.
 *
 * Within a line only one with its command glued to it counts, as web pages have it: Router>show ip.
 * On a line of its own it needs a command, or nothing, behind it.
 */
bool prompt_at(struct str text, size_t at, bool begins_line, struct prompt *out);

/** Look for ------ show version ------ at the begin of a line. */
bool heading_at(struct str text, size_t at, struct prompt *out);
#endif
