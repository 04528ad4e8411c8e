// SPDX-License-Identifier: Apache-2.0
// What the readers of single log lines share: the row of a format, and what a line can be.
#ifndef DECODE_WEBLOG_LINE_H
#define DECODE_WEBLOG_LINE_H
#include "decode/weblog_scan.h"
#include "decode/weblog_time.h"
#include "decode/weblog_w3c.h"
#include "model/flow.h"
#include "model/request.h"
#include "model/trouble.h"

/** What a reader says of a line. */
enum line_is {
	LINE_OTHER,   // of another format
	LINE_REQUEST, // of mine: `request` is filled
	LINE_FLOW,    // of mine: `flow` is filled
	LINE_READ,    // of mine and whole, but about no request: a notice of the server
	LINE_SKIPPED, // a directive, a blank line, a record of something else
	LINE_COLUMNS, // of mine, but with another number of columns than its heading
	LINE_FIELD,   // of mine, but a field is not what its place demands
};

/** A line under the eyes of the readers, and what they keep from line to line. Zero is the beginning. */
struct reading {
	struct clock clock;
	struct w3c w3c;
	struct request *request; // to be filled: zero before each line
	struct flow *flow;       // to be filled by those who say LINE_FLOW
	uint64_t framed_ms;      // what syslog's header said, 0: nothing
	size_t last_format;      // that read a line
	enum kind kind;          // of the last line that was read
	bool wants_texts;        // a literal stands in the line
	bool is_text;            // the line stands in a text that is no log: in doubt it is prose
};

/** A format of lines. */
struct line_format {
	enum kind kind;
	enum line_is (*read)(struct reading *in, struct str line);
};

enum line_is w3c_read(struct reading *in, struct str line);
enum line_is iis_native_read(struct reading *in, struct str line);
enum line_is access_read(struct reading *in, struct str line);
enum line_is apache_error_read(struct reading *in, struct str line);
enum line_is nginx_error_read(struct reading *in, struct str line);
enum line_is squid_read(struct reading *in, struct str line);
enum line_is device_read(struct reading *in, struct str line);

/** Read a line of whatever format, inside the headers of syslog or bare. */
enum line_is line_read(struct reading *in, struct str line);

/**
 * Take off one header of syslog (RFC 3164, RFC 5424, with and without PRI).
 *
 * with_tag  whether a tag, "httpd[33]:", is taken off as well
 *
 * Returns the message; the whole line when it has no header. The time goes to in->framed_ms.
 */
struct str syslog_peel(struct reading *in, struct str line, bool with_tag);

/** Split "GET /a?b HTTP/1.0" into method, path and query of `r`; of a URL, without its server. */
void request_split(struct request *r, struct str text);

/** Split "/a?b" into path and query. */
void request_target(struct request *r, struct str target);

static inline void request_client(struct request *r, struct str text)
{
	if (scan_addr(text, &r->client))
		r->has |= REQUEST_HAS_CLIENT;
}

static inline void request_time(struct request *r, uint64_t ms, bool is_local)
{
	r->time_ms = ms;
	r->has |= REQUEST_HAS_TIME;
	if (is_local)
		r->has |= REQUEST_LOCAL_TIME;
}

static inline void request_status(struct request *r, uint16_t status)
{
	r->status = status;
	if (status)
		r->has |= REQUEST_HAS_STATUS;
}
#endif
