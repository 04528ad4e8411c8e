// SPDX-License-Identifier: Apache-2.0
// Flexible NetFlow, `show flow monitor NAME cache`: records, tables and comma separated values.
#ifndef DECODE_TEXT_MONITOR_H
#define DECODE_TEXT_MONITOR_H
#include "decode/text_check.h"
#include "decode/text_field.h"
#include "decode/text_row.h"
#include "decode/text_sink.h"

enum { MONITOR_COLUMNS = 30 };

/** All zero but the first two is the beginning. */
struct monitor {
	struct sink *sink;
	struct checks *checks;
	struct today today;
	struct record open;   // a record whose fields are still coming
	bool has_addresses;   // a record before had two
	uint64_t line_of_one; // of a record before that had one; 0: none
	bool has_collected;   // a field in lower case was seen in it
	struct record half;   // of a connection: the other half may follow
	bool has_half;
	const struct field_name *column[MONITOR_COLUMNS]; // NULL: a column we have no name for
	uint8_t n_columns;
	bool is_csv;
	bool has_rule; // the last word was one of a heading's rule
};

/** Hand on a complete record; one half of a connection is kept until the next one is known. */
void monitor_record(struct monitor *m, const struct record *r);

/** Whether a heading ends just before the first word ahead; its columns are kept. */
bool monitor_heading(struct monitor *m, const struct view *v);

/** Try a row of the table whose heading was read; FIT_YES hands it on, `n` is its words. */
enum fit monitor_row(struct monitor *m, const struct view *v, size_t *n);

/** As row_is_damaged, for that table. */
enum fit monitor_is_damaged(const struct monitor *m, const struct view *v);

/** Look at one word that belongs to no row: a field of a record, a rule, the date. */
void monitor_word(struct monitor *m, const struct view *v);

/** A command, another table or the end of the text: what is open is complete. */
void monitor_flush(struct monitor *m);

/** A command was seen: forget the columns too. */
void monitor_reset(struct monitor *m);
#endif
