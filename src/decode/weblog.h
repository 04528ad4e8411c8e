// SPDX-License-Identifier: Apache-2.0
// Logs of web servers, proxies and devices: bytes in, requests and flows out, every line accounted.
#ifndef DECODE_WEBLOG_H
#define DECODE_WEBLOG_H
#include "base/literals.h"
#include "model/batch.h"
#include "model/request.h"
#include "model/trouble.h"

enum { WEBLOG_LINE_MAX = 65536, WEBLOG_HEAD_BYTES = 65536 };

/** What is read: a log, of which each line counts, or any text, in which log lines may stand. */
enum weblog_input { WEBLOG_LOG, WEBLOG_TEXT };

struct weblog_decoder;

/**
 * Begin to read one input.
 *
 * source   index of the input, for the places of its lines
 * marks    only of lines in which one of them stands are the texts filled, and those lines are
 *          REQUEST_MARKED; NULL marks every line
 * out      gets a request for each line that tells one, in the order of the lines; flushed before
 *          weblog_feed returns, for the texts are views
 * flows    gets what access lists and firewalls denied (FLOW_DROPPED) and let through
 * trouble  counts lines, records by kind, faults; notes the first malformed lines
 *
 * Formats are recognised by content, line by line. Of a text, lines that are of no log do not count;
 * samples of a worm's request that were wrapped and spaced on their way are put together.
 * All of it is kept until weblog_free. Returns NULL when there is no memory; free with weblog_free.
 */
struct weblog_decoder *weblog_new(uint16_t source, enum weblog_input input,
	const struct literals *marks, struct requests *out, struct batch *flows,
	struct trouble *trouble);

/**
 * Begin in the middle of the input, before anything is fed.
 *
 * head     the first bytes of the input, where a byte order mark may stand
 * offset   of the next byte
 * n_lines  that stand before it
 * heading  directives that hold there, "#Fields: ...", a line each; not counted
 */
void weblog_resume(struct weblog_decoder *d, struct bytes head, uint64_t offset, uint64_t n_lines,
	struct str heading);

/** Lines that were given so far, and those before the beginning. */
uint64_t weblog_n_lines(const struct weblog_decoder *d);

/** Read on: `chunk` may begin and end anywhere, and is not kept. Memory stays bounded. */
void weblog_feed(struct weblog_decoder *d, struct bytes chunk);

/** The input is over: a line without an end is read as well. */
void weblog_end(struct weblog_decoder *d);

/** Lines of logs and pasted samples that were understood so far. */
uint64_t weblog_n_read(const struct weblog_decoder *d);

void weblog_free(struct weblog_decoder *d);

/**
 * Whether an input that begins with `head` is a log: at least half of its lines are of a format that
 * is read. With messages of devices only nearly all must be, for they stand in output of routers too.
 *
 * head  the first bytes, up to WEBLOG_HEAD_BYTES are looked at; false when there is no memory
 */
bool weblog_recognise(struct bytes head);

/** Whether a message of a device, from behind its '%', is one that tells a flow or a request. */
bool device_message_tells(struct str text);
#endif
