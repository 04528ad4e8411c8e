// SPDX-License-Identifier: Apache-2.0
// What the parts of following share: a file, and how far it is read.
#ifndef SOURCE_FOLLOW_ENTRY_H
#define SOURCE_FOLLOW_ENTRY_H
#include <sys/stat.h>

#include "source/follow.h"

enum { FOLLOW_CHUNK_BYTES = 1 << 20, FOLLOW_TURN_BYTES = 8 << 20 };
enum { FOLLOW_QUIET_MS = 60000 }; // a file that was rotated away may still be written to so long

struct follow_target;

struct follow_entry {
	struct follow_file file;            // file.path is owned here
	const struct follow_target *target; // NULL: of no path that is followed
	int fd;                             // -1: at rest
	bool is_begun, is_saved, is_refused, is_seen, is_troubled;
	bool is_settled;         // read to its end, and old enough for mtime to tell of any change
	uint64_t size, mtime_ns; // as it was last seen
	uint64_t looked_ns;      // by the clock that stamps files; 0: never
	uint64_t cut_ns;         // when it was cut before anything of it was read
	uint64_t changed_ms;     // when it was last seen to change
};

/** Where all of it is read into, and who gets it. */
struct follow_bench {
	struct follow_reader reader;
	uint64_t now_ms;
	uint8_t chunk[FOLLOW_CHUNK_BYTES];
};

/** Whether the file of `fd` begins and goes on as `at` says, up to its offset. */
bool follow_matches(int fd, const struct follow_position *at);

/** Whether it has the same first bytes. */
bool follow_begins_as(int fd, const struct follow_position *at);

/** Open by its path; false, told once, when that cannot be done; or when it is another file by now. */
bool follow_open(struct follow_bench *b, struct follow_entry *e);

/** What follow_read says. */
enum follow_is { FOLLOW_DONE, FOLLOW_MORE, FOLLOW_CUT };

/** Whether an empty file changed since the last look and is empty again; and when it was cut. */
bool follow_was_touched(const struct follow_entry *e, uint64_t *cut_ns);

/** Give what is there, in turns. FOLLOW_CUT: it is not what was read before, nothing was given. */
enum follow_is follow_read(struct follow_bench *b, struct follow_entry *e);

/** Give, as the rest of `e`, what stands behind its offset in another file: all of it. */
void follow_read_copy(struct follow_bench *b, struct follow_entry *e, int fd);

/** Give a half line too. */
void follow_read_half(struct follow_bench *b, struct follow_entry *e);

/** End its reading, and begin at its first byte if it is read again. */
void follow_over(struct follow_bench *b, struct follow_entry *e);

/** Close it until it changes; it goes on where it was. */
void follow_rest(struct follow_bench *b, struct follow_entry *e);

static inline uint64_t follow_mtime_ns(const struct stat *st)
{
	return (uint64_t)st->st_mtim.tv_sec * 1000000000 + (uint64_t)st->st_mtim.tv_nsec;
}
#endif
