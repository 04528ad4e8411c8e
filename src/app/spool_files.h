// SPDX-License-Identifier: Apache-2.0
// Names of the files of a spool, shared by who writes and who reads.
#ifndef APP_SPOOL_FILES_H
#define APP_SPOOL_FILES_H
#include "app/spool.h"

enum { SPOOL_NUMBER_CHARS = 20 };

/** Read a number with its leading zeros, SPOOL_NUMBER_CHARS digits; whether it was one above 0. */
bool spool_number_parse(const char *text, uint64_t *out);

/** The path of a file, by the number of its first notice; gives `room` back. */
const char *spool_path(const char *folder, uint64_t first, char room[static SPOOL_PATH_BYTES]);

/** What files there are: by the numbers that they begin with. */
struct spool_files {
	size_t n;
	uint64_t oldest, newest;
	uint64_t holding; // the newest that does not begin behind a number; 0: none
	uint64_t behind;  // the oldest that does; 0: none
};

struct spool_files spool_files_of(const char *folder, uint64_t number);

/** The path of a target's position. */
const char *spool_position_path(
	const char *folder, const struct alert_target *t, char room[static SPOOL_PATH_BYTES]);
#endif
