// SPDX-License-Identifier: Apache-2.0
// Lines of access lists as evidence: a contact says who and where to, and has no room for a file's name.
#ifndef APP_LOG_LINES_H
#define APP_LOG_LINES_H
#include "base/ledger.h"
#include "model/contact.h"

enum { LOG_LINES_MAX = 1 << 12, LOG_WHERE_BYTES = 200 };

/** The first line that was read of a host's contacts on a port. */
struct log_line {
	struct addr host;
	uint16_t port;
	uint8_t proto;
	uint16_t sensor; // log_sensor_identity of its folder
	char where
		[LOG_WHERE_BYTES]; // "/var/log/router.log:17", perhaps without its beginning; "": free
	bool is_kept;              // in the store, by who keeps it
};

/** All zero is empty, but for `key`, of the hash. What is new takes the place of what stands in it. */
struct log_lines {
	uint64_t key;
	size_t n;
	struct log_line line[LOG_LINES_MAX];
};

/** Note a line, unless one of the same host and port is there. */
void log_lines_put(struct log_lines *l, const struct log_line *line);

/** NULL: none is known. */
struct log_line *log_lines_get(
	struct log_lines *l, const struct addr *host, uint8_t proto, uint16_t port);

/** The line of a contact in a file. */
void log_line_of(const struct contact *c, struct str path, struct log_line *out);

/** Write all of them as rows, and forget them. */
void log_lines_save(struct log_lines *l, struct ledger *out);

/** Read a row; false, with the reason, when it is none. */
bool log_line_load(const struct ledger_row *row, struct log_line *out, struct err *e);
#endif
