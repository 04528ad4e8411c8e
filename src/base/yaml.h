// SPDX-License-Identifier: Apache-2.0
// Typed reading of YAML: a table of keys says what may stand in a mapping, anything else is an
// error with its place. The prefix is yml_, because yaml_free and its kin belong to libyaml.
#ifndef BASE_YAML_H
#define BASE_YAML_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum { YML_MAX_BYTES = 16 << 20, YML_MAX_VALUES = 2 << 20, YML_MAX_DEPTH = 32, YML_MAX_KEYS = 64 };

/** A document: UTF-8, no anchors, no tags, at most YML_MAX_BYTES, _VALUES (with keys), _DEPTH. */
struct yml;

/** A value in a document; valid as long as the document. */
struct yml_value {
	const struct yml *doc;
	int node; // libyaml's number, rises in the order of the file; 0 is "nothing there"
};

struct yml_key;

/**
 * Read one value (of a list: one item) into its place.
 *
 * key    the row that led here, with the parameters of ready-made readers
 * value  what the file says
 * into   where the row's offset points
 *
 * Returns false with `e` saying FILE:LINE:COL and what is wrong.
 */
typedef bool yml_fn(const struct yml_key *key, struct yml_value value, void *into, struct err *e);

/** A key that a mapping may have. */
struct yml_key {
	const char *name;
	const char *expects; // "a list of prefixes"; required where is_list
	bool is_required;
	bool is_list; // `read` is called for each item, in order
	yml_fn *read;
	size_t offset;             // from the `into` of the mapping
	uint64_t min, max;         // of yml_number
	const char *const *choice; // of yml_choice: names, NULL for an index that has none
	size_t n_choices;
};

/** All keys of a mapping, at most YML_MAX_KEYS; `what` it is, for messages: "a scanner". */
struct yml_keys {
	const char *what;
	const struct yml_key *key;
	size_t n;
};

/**
 * Read a file into a document.
 *
 * Returns NULL with `e` filled when it cannot be opened or read, or as yml_parse.
 * Free with yml_free.
 */
struct yml *yml_load(const char *path, struct err *e);

/**
 * Make a document of text.
 *
 * text  not kept; empty, or only comments, is an empty mapping
 * name  stands for the file in messages
 *
 * Returns NULL with `e` filled when it is no YAML, or beyond the limits of struct yml.
 */
struct yml *yml_parse(struct str text, const char *name, struct err *e);

/** Free a document; NULL is fine. Views into it end here. */
void yml_free(struct yml *doc);

/**
 * Read the document's mapping by a table: each key at most once, the required ones, no others.
 *
 * Returns false at the first error, with `e` filled; `into` is then half written.
 */
bool yml_read(const struct yml *doc, const struct yml_keys *keys, void *into, struct err *e);

/** As yml_read, for a mapping somewhere in the document. */
bool yml_map(struct yml_value map, const struct yml_keys *keys, void *into, struct err *e);

/** Reader: a struct str, a view into the document; not empty, without NUL. */
yml_fn yml_text;

/** Reader: a uint64_t from `min` to `max`, in decimal. */
yml_fn yml_number;

/** Reader: an unsigned, the index of the text among `choice`. */
yml_fn yml_choice;

/** Reader: a list, each item by `key->read`, which gets this row; as `is_list`, for readers of rows
 * that have work of their own before the first item. */
yml_fn yml_list;

/** Fill `e` with "expected WHAT, got ..." at the place of the value; always false. */
bool yml_expected(struct err *e, struct yml_value got, const char *what);

/** Fill `e` with a formatted message at the place of the value; always false. */
[[gnu::format(printf, 3, 4)]] bool yml_fail(
	struct err *e, struct yml_value at, const char *text, ...);

/** The line where a value starts, from 1. */
size_t yml_line(struct yml_value value);

/** The column where it starts, from 1. */
size_t yml_column(struct yml_value value);
#endif
