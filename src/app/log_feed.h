// SPDX-License-Identifier: Apache-2.0
// A followed file on its way to the decoder of logs, and what has to be kept with it to go on later.
#ifndef APP_LOG_FEED_H
#define APP_LOG_FEED_H
#include "decode/weblog.h"
#include "source/follow.h"

struct log_feed;

/** Where what is read goes, see weblog_new. */
struct log_outlets {
	const struct literals *marks;
	struct requests *requests;
	struct batch *flows;
	struct trouble *trouble;
};

/**
 * Begin to read a file at its position, with what log_feed_memo left there.
 *
 * source  for the places of its lines
 * head    the beginning of the file, see struct follow_reader
 *
 * Returns NULL when there is no memory. Free with log_feed_free; NULL is fine.
 */
struct log_feed *log_feed_new(const struct follow_file *file, uint16_t source, struct bytes head,
	const struct log_outlets *to);
void log_feed_free(struct log_feed *f);

/** Read whole lines. */
void log_feed_take(struct log_feed *f, struct bytes lines);

/** The file is over: a line without an end is read as well. */
void log_feed_end(struct log_feed *f);

/** Keep with the file how far it is read. */
void log_feed_memo(const struct log_feed *f, struct follow_file *file);

/** Lines that were given so far, and those before the beginning. */
uint64_t log_feed_lines(const struct log_feed *f);
#endif
