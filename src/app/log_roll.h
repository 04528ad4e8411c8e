// SPDX-License-Identifier: Apache-2.0
// The roll: how each followed file stands, by device and inode; the reader's and the keeper's.
#ifndef APP_LOG_ROLL_H
#define APP_LOG_ROLL_H
#include "model/log_state.h"

struct log_entry {
	struct log_state state; // its path is owned here
	// The keeper's: what the reader told, as it came, to be kept and given back.
	char *text;
	size_t n_text;
	bool is_unsaved;
	bool is_over; // both's
	// The reader's: whether it was told, and changed since.
	bool told, is_changed, is_seen;
};

struct log_roll {
	struct log_entry **entry; // by device and inode
	size_t n, room;
};

void log_roll_free(struct log_roll *r);

/** The entry of a file, or NULL. */
struct log_entry *log_roll_find(const struct log_roll *r, uint64_t dev, uint64_t ino);

/** The same, made when it is not there; NULL when there is no memory. */
struct log_entry *log_roll_at(struct log_roll *r, uint64_t dev, uint64_t ino);

/** Strike an entry out, by its index. */
void log_roll_drop(struct log_roll *r, size_t i);

/** Take over a state, but keep a copy of its path. Returns false when there is no memory. */
bool log_entry_set(struct log_entry *x, const struct log_state *state);
#endif
