// SPDX-License-Identifier: Apache-2.0
// What stands around the rows: commands, headings, totals. They are held against the rows.
#ifndef DECODE_TEXT_CHECK_H
#define DECODE_TEXT_CHECK_H
#include "decode/text_row.h"
#include "decode/text_sink.h"

enum { CHECK_FRACTIONS = 26 }; // buckets of the packet size distribution

/** Header and statistics of one `show ip cache flow`. */
struct cache_check {
	bool is_open, is_sub_cache;
	bool has_entries, has_bytes;
	uint64_t line, active, inactive, bytes, alloc_failures;
	uint64_t n_rows;
	uint64_t protocol_flows, n_protocols;
	unsigned n_fractions, sum_milli; // of the packet size distribution
};

/** Header of one `show flow monitor cache`. */
struct monitor_check {
	bool is_open, has_current, has_added, has_aged, has_parts;
	uint64_t line, current, added, aged, parts;
	uint64_t n_rows;
};

/** Heading of one MLS table. */
struct mls_check {
	bool is_open, is_native;
	bool is_told[2]; // by enum hidden less one
	uint64_t line, n_rows;
};

/** All zero but the first two is the beginning. */
struct checks {
	struct sink *sink;
	struct mode *mode;
	struct cache_check cache;
	struct monitor_check monitor;
	struct mls_check mls;
};

/** Judge one output and forget it: what it announced against what was read. */
void checks_close_cache(struct checks *c);
void checks_close_monitor(struct checks *c);
void checks_close_mls(struct checks *c);

/** Count totals that contradict each other; the note that says which is the caller's. */
void checks_contradict(struct checks *c, uint64_t line);

/** Whether the first word ahead is the verb of a command: what it prints is another output. */
bool checks_is_command(const struct view *v);

/** Look at one word that belongs to no row, and at those before it. */
void checks_word(struct checks *c, const struct view *v);

/** A row was read: count it where entries were announced, tell what its flow mask hides. */
void checks_row(struct checks *c, const struct row *row, uint64_t line);

/** Entries of a flow monitor were read. */
void checks_entry(struct checks *c);

/** The text is over: judge what is open. */
void checks_end(struct checks *c);
#endif
