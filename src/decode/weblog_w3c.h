// SPDX-License-Identifier: Apache-2.0
// Columns of W3C extended logs, as the last "#Fields" names them (W3C WD-logfile-960323).
#ifndef DECODE_WEBLOG_W3C_H
#define DECODE_WEBLOG_W3C_H
#include "base/bytes.h"

enum { W3C_COLUMNS = 128 };

/** Columns that are read: COLUMN(name, as "#Fields" writes it). The first of a name counts. */
#define COLUMNS(COLUMN) \
	COLUMN(DATE, "date") \
	COLUMN(TIME, "time") \
	COLUMN(CLIENT, "c-ip") \
	COLUMN(SERVER, "s-ip") \
	COLUMN(SERVER_PORT, "s-port") \
	COLUMN(STATUS, "sc-status") \
	COLUMN(METHOD, "cs-method") \
	COLUMN(STEM, "cs-uri-stem") \
	COLUMN(QUERY, "cs-uri-query") \
	COLUMN(URI, "cs-uri") \
	COLUMN(AGENT, "cs(User-Agent)") \
	COLUMN(REFERER, "cs(Referer)") \
	COLUMN(FORWARDED, "X-Forwarded-For") \
	COLUMN(FORWARDED_HEADER, "cs(X-Forwarded-For)") \
	COLUMN(REASON, "s-reason") \
	COLUMN(ACTION, "action") \
	COLUMN(PROTOCOL, "protocol") \
	COLUMN(FROM, "src-ip") \
	COLUMN(TO, "dst-ip") \
	COLUMN(FROM_PORT, "src-port") \
	COLUMN(TO_PORT, "dst-port") \
	COLUMN(FLAGS, "tcpflags")

#define AS_COLUMN(name, text) COLUMN_##name,
enum column { COLUMNS(AS_COLUMN) N_COLUMN_NAMES };
#undef AS_COLUMN

/** The section that is being read. All zero: no heading was seen. */
struct w3c {
	uint8_t at[N_COLUMN_NAMES]; // column of each name from 1, 0: the section has none
	uint16_t n_columns;         // 0: no "#Fields" is in force
	char separator;             // between the columns of the rows, as seen
	bool is_local_time;         // "#Time Format: Local"
	bool has_day;               // "#Date" said it, for rows without a date
	uint64_t day_ms, last_ms;   // of rows without a date: the day, and the last time on it
};

/**
 * Split a row into its columns; a quoted one loses its quotes.
 *
 * Gives their number; beyond W3C_COLUMNS they are counted, not given.
 */
size_t w3c_split(struct str row, char separator, struct str column[static W3C_COLUMNS]);

/**
 * The columns of a row without a heading, by what stands in them.
 *
 * IIS writes its columns in one order a version: in version 5 the method follows c-ip, s-ip and the
 * port, from 6 on it follows s-ip and c-ip comes after the query. Only these two tell client from
 * server; with any other order neither is bound.
 *
 * Returns false when it is no such row; then `w` is untouched.
 */
bool w3c_infer(const struct str *column, size_t n, struct w3c *w);
#endif
