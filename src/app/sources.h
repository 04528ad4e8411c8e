// SPDX-License-Identifier: Apache-2.0
// The inputs of one run: what the words of the command name, and the files in its folders.
#ifndef APP_SOURCES_H
#define APP_SOURCES_H
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/trouble.h"

enum { SOURCES_MAX = 32767 }; // as many as a contact's place can name
enum { FOLDER_DEPTH_MAX = 8, SKIPPED_BYTES = NOTE_BYTES - 64 };

struct sources {
	const char **name;
	size_t n, room;
	uint32_t n_skipped, n_named; // files in folders that are not read, and those in `skipped`
	char skipped[SKIPPED_BYTES]; // ".x (hidden), y (empty)"
};

/**
 * Fill an empty list: a word that names a folder stands for the regular files in it and below it, at
 * most FOLDER_DEPTH_MAX deep, oldest first. Links in folders are not followed; hidden and empty files
 * are left out. A folder in which nothing is found stands for itself.
 *
 * Returns false, with the reason in `e`, for more than SOURCES_MAX, and when there is no memory.
 */
bool sources_expand(struct sources *s, char **word, size_t n_words, struct err *e);

/** Put one more behind the others. */
bool sources_put(struct sources *s, const char *name, struct err *e);

void sources_free(struct sources *s);

/** Say in one note which files were left out, if there were any. */
void sources_note(const struct sources *s, struct trouble *t);
#endif
