// SPDX-License-Identifier: Apache-2.0
// Names in folders, and paths: what following needs of them.
#ifndef SOURCE_FOLLOW_NAMES_H
#define SOURCE_FOLLOW_NAMES_H
#include <stddef.h>
#include <sys/stat.h>

/** Names of a folder, oldest first. */
struct follow_names {
	char **name;
	size_t n, room;
};

/**
 * All names of a folder that are not hidden; with `log`, only those of its older generations.
 *
 * Without memory, those that had room. Free with follow_names_free.
 */
struct follow_names follow_names_in(const char *folder, const char *log);
void follow_names_free(struct follow_names *n);

/** "FOLDER/NAME", to be freed; NULL: no memory. */
char *follow_join(const char *folder, const char *name);

/** The folder of a path, to be freed, NULL: no memory; and its name, a view of the path. */
char *follow_split(const char *path, const char **name);

/** Open a regular file to read. Returns its descriptor, and its status in `st`; else -1. */
int follow_open_plain(const char *path, struct stat *st);
#endif
