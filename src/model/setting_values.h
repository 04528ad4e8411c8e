// SPDX-License-Identifier: Apache-2.0
// Readers of single values of cordon.yaml: what is printable, paths, and what has a unit.
#ifndef MODEL_SETTING_VALUES_H
#define MODEL_SETTING_VALUES_H
#include "base/yaml.h"

/**
 * Read text of printable characters: it is shown to people, and opened.
 *
 * key   `max` is the room of `into`, with its NUL; `expects` says what it is
 *
 * Returns false with `e` saying FILE:LINE:COL and what is wrong.
 */
bool setting_text(const struct yml_key *key, struct yml_value value, char *into, struct err *e);

/** As setting_text, of a path: no "~". */
bool setting_path(const struct yml_key *key, struct yml_value value, char *into, struct err *e);

/** Read bytes, or ms, from `min` to `max` of the key. */
bool setting_size(const struct yml_key *key, struct yml_value value, uint64_t *out, struct err *e);
bool setting_duration(
	const struct yml_key *key, struct yml_value value, uint64_t *out, struct err *e);

enum { SETTING_PATH_MAX = 4096 };

/**
 * Make a path that is not absolute begin in the folder of a file.
 *
 * size  of the room of `path`, at most SETTING_PATH_MAX
 * at    where the path stands; nothing there: it stays as it is
 * name  of the file
 *
 * Returns false with `e` when that is too long.
 */
bool setting_path_place(
	char *path, size_t size, struct yml_value at, const char *name, struct err *e);
#endif
