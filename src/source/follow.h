// SPDX-License-Identifier: Apache-2.0
// Files that are being written, followed over rotation, truncation and restarts: each line once, or
// a gap that is told.
#ifndef SOURCE_FOLLOW_H
#define SOURCE_FOLLOW_H
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

/** What happened to a file: EVENT(name, sentence behind its path, whether lines may be missing). */
#define FOLLOW_EVENTS(EVENT) \
	EVENT(ROTATED, "was rotated: the old file is read to its end beside the new one", false) \
	EVENT(TRUNCATED, "was cut, or overwritten in place: gap possible", true) \
	EVENT(COPIED, \
		"was copied and cut: the rest stood in the copy; gap possible, of lines " \
		"written between the two", \
		true) \
	EVENT(LOST, \
		"is not the file of the last run, and the rest of that one is gone: gap " \
		"possible", \
		true) \
	EVENT(MISSED, "was rotated while nobody looked: it is read under the name it has now", \
		false) \
	EVENT(GONE, "is gone: waiting until it is there again", false) \
	EVENT(BACK, "is there again", false) \
	EVENT(UNREADABLE, "cannot be read: tried again while this runs", true) \
	EVENT(REFUSED, "is no text: left out, read it without following", false)

#define AS_EVENT(name, text, is_gap) FOLLOW_##name,
enum follow_event { FOLLOW_EVENTS(AS_EVENT) N_FOLLOW_EVENTS };
#undef AS_EVENT

enum {
	FOLLOW_LOOK_MS = 500,      // without inotify (NFS, SMB), every file is looked at so often
	FOLLOW_MARK_BYTES = 1024,  // by which a file is known again
	FOLLOW_MEMO_BYTES = 16384, // that a reader may leave with a file
	FOLLOW_FILES_MAX = 32767,
	FOLLOW_DEPTH_MAX = 8, // of folders in folders
};

/** Bytes of a file, by which it is told from another one of the same inode. */
struct follow_mark {
	uint64_t hash; // XXH3-64, seed 0
	uint32_t n_bytes;
};

/** How far a file was read. */
struct follow_position {
	uint64_t dev, ino;
	uint64_t offset;         // of the first byte that was not given
	struct follow_mark head; // its first bytes, of those that were given
	struct follow_mark tail; // the last bytes that were given
	bool is_inside;          // in a line so long that it was given in pieces
	bool is_retired;         // its path leads to another file, or nowhere
	bool is_copy;            // what another one holds: never given
};

/** A file as its reader sees it. */
struct follow_file {
	const char *path;          // under which it was last seen
	struct follow_position at; // the reader's to look at
	char *memo;     // what the reader wants to find again: see follow_memo; NULL: nothing
	void *reader;   // the reader's own from begin to end
	uint32_t label; // the reader's own, 0 at first; kept while the file is the same
};

/** Who reads. Bytes are whole lines, but for the last of a file that is over, and long ones. */
struct follow_reader {
	void *ctx;
	/** Bytes follow, from file->at.offset on; `head` is the beginning of the file, up to 4 bytes.
	 * Returns false when it cannot be read now; it is asked again later. */
	bool (*begin)(void *ctx, struct follow_file *file, struct bytes head);
	void (*take)(void *ctx, struct follow_file *file, struct bytes bytes);
	/** No more for now; or for ever, `is_over`, when an open line is to be taken as it is. */
	void (*end)(void *ctx, struct follow_file *file, bool is_over);
	void (*event)(void *ctx, struct follow_file *file, enum follow_event event);
	const volatile sig_atomic_t *stop; // set: come back soon
};

struct follow;

/**
 * Follow nothing yet. `reader` is kept. Without inotify all goes on by looking.
 *
 * Returns NULL when there is no memory. Free with follow_free, which ends every file that is open.
 */
struct follow *follow_new(const struct follow_reader *reader);
void follow_free(struct follow *f);

/**
 * Tell where reading stood, before the first follow_poll. What belongs to no path that is followed is
 * kept for follow_next.
 *
 * memo  copied; NULL: none
 *
 * Returns false when there is no memory.
 */
bool follow_resume(
	struct follow *f, const char *path, const struct follow_position *at, const char *memo);

/**
 * Follow a path, of a file that need not be there yet, or of a folder: of all files in it and below,
 * also in folders that come later. What is hidden, and links, are left out there.
 */
bool follow_put(struct follow *f, const char *path, struct err *e);

/**
 * Wait until something was written, at most `timeout_ms` and FOLLOW_LOOK_MS; then give what is there,
 * a few megabytes of each file at most.
 *
 * Returns whether there is more at once.
 */
bool follow_poll(struct follow *f, int timeout_ms);

/** Give what is held back and end every file, as nobody will go on: positions are gone with that. */
void follow_finish(struct follow *f);

/** Keep a text, at most FOLLOW_MEMO_BYTES long, with a file. Returns false when there is no memory. */
bool follow_memo(struct follow_file *file, const char *text);

/** A walk over all files whose position matters: set `follow`, leave the rest zero. */
struct follow_iter {
	const struct follow *follow;
	size_t at;
};
struct follow_file *follow_next(struct follow_iter *it);

const char *follow_event_text(enum follow_event event);
bool follow_event_is_gap(enum follow_event event);
#endif
