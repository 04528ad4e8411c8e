// SPDX-License-Identifier: Apache-2.0
// What is followed, as the parts of following share it: targets that were named, files they lead to.
#ifndef SOURCE_FOLLOW_SET_H
#define SOURCE_FOLLOW_SET_H
#include "source/follow_entry.h"

struct follow_target {
	char *path, *folder;
	const char *base;   // of a path that is no folder: behind the last slash
	uint64_t since_ms;  // it leads nowhere; 0: it does lead somewhere
	uint64_t looked_ns; // by the clock that stamps files; 0: never
	bool is_folder, was_told;
	unsigned depth; // of a folder that was found in another one; 0: it was named
};

struct follow {
	struct follow_bench bench;
	int watch; // -1: there is no inotify
	uint64_t watched_ms;
	struct follow_target **target;
	size_t n_targets;
	struct follow_entry **entry;
	size_t n_entries, room;
	bool has_looked;
};

void follow_tell(struct follow *f, struct follow_entry *e, enum follow_event event);

/** A new file behind the others; NULL when there is no room. */
struct follow_entry *follow_entry_put(struct follow *f, const char *path);

/** The file of a device and inode, or NULL. */
struct follow_entry *follow_entry_of(struct follow *f, const struct stat *st);

void follow_entry_drop(struct follow *f, size_t i);

/** What was read of a file is no longer there. A copy may hold what came behind it. */
void follow_was_cut(struct follow *f, struct follow_entry *e);

/**
 * Take in generations that came and went while nobody looked: those younger than the one that was
 * `found`; without it, those that were written to since the last look.
 */
void follow_read_between(struct follow *f, const struct follow_target *t, const char *found);

/** Before the first look: find again what the last run left. */
void follow_resolve_saved(struct follow *f);

/** Whether a folder's file holds what another one of it holds: copied before that one is cut. */
bool follow_is_copy(struct follow *f, const struct follow_target *t, const char *path);
#endif
