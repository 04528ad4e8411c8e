// SPDX-License-Identifier: Apache-2.0
// A small file that is replaced as a whole or not at all: rows of fields, a version, a checksum.
#ifndef BASE_LEDGER_H
#define BASE_LEDGER_H
#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"

enum { LEDGER_FIELDS_MAX = 64 };
static const size_t ledger_bytes_max = (size_t)1 << 28;

/** A ledger that is being written; members are its own. */
struct ledger {
	const char *path;
	char *text; // of open_memstream
	size_t n;
	FILE *out;
	bool is_in_row;
};

/** Begin to write, in memory. Returns false when there is no memory. `path` is kept. */
bool ledger_open(struct ledger *l, const char *path, struct err *e);

/** Begin a row, whose first field is a word that says what it is; then its other fields. */
void ledger_row(struct ledger *l, const char *key);
void ledger_text(struct ledger *l, struct str text); // any bytes
void ledger_uint(struct ledger *l, uint64_t v);

/**
 * Put it in the place of what stands at the path: beside it first, then onto the disk, then renamed.
 *
 * Returns false when that cannot be done: what stood there stands there still.
 */
bool ledger_close(struct ledger *l, struct err *e);

/**
 * End it as text in place of a file: `text` is to be freed. Returns false, with nothing to free, when
 * there is no memory.
 */
bool ledger_take(struct ledger *l, char **text, size_t *n, struct err *e);

/** A row that was read: views that hold until the next row. */
struct ledger_row {
	struct str field[LEDGER_FIELDS_MAX]; // the first is its key; those it has not are empty
	size_t n;
};

/** Takes a row; false, with the reason in `e`, refuses the whole. */
typedef bool ledger_fn(void *ctx, const struct ledger_row *row, struct err *e);

/**
 * Read a ledger, row by row, after its checksum was found right.
 *
 * Returns false, with what to do in `e`, for what is damaged or of another version, and when `take`
 * does.
 */
bool ledger_parse(struct str text, const char *name, ledger_fn *take, void *ctx, struct err *e);

/** The same of a file. One that is not there is empty; `take` may be called before a failure. */
bool ledger_load(const char *path, ledger_fn *take, void *ctx, struct err *e);

/** The number a field holds, decimal and whole; false when it is none. */
bool ledger_number(struct str field, uint64_t *out);
#endif
