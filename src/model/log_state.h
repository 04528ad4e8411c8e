// SPDX-License-Identifier: Apache-2.0
// How a followed log stands: what its reader tells of it, and finds again after a restart.
#ifndef MODEL_LOG_STATE_H
#define MODEL_LOG_STATE_H
#include "base/ledger.h"

/** What ails a log: AILMENT(name, key). */
#define LOG_AILMENTS(AILMENT) \
	AILMENT(GONE, "gone")             /* nothing is there: waited for */ \
	AILMENT(UNREADABLE, "unreadable") /* tried again */ \
	AILMENT(REFUSED, "no-text")       /* left out */ \
	AILMENT(FULL, "no-room")          /* more files than can be followed: not begun */

#define AS_LOG_AILMENT(name, key) LOG_##name,
enum { LOG_PAUSE_MS = 3600 * 1000 }; // without a line a server may be off, or log elsewhere

enum log_ailment { LOG_AILMENTS(AS_LOG_AILMENT) N_LOG_AILMENTS };
#undef AS_LOG_AILMENT

struct log_state {
	uint64_t dev, ino;   // of the file; dev 0: of a path that leads nowhere, ino is its hash
	uint64_t generation; // drawn for what is read from its first byte on; 0: nothing is read
	uint64_t offset;     // of the first byte that was not read
	uint64_t lines, malformed; // of this generation
	uint64_t gaps, gap_ms;     // lines may be missing: how often, when last; 0: never
	uint64_t last_ms;          // time of its latest request; 0: none was told
	uint64_t whole_ms; // of a line: none is missing since, and no pause was so long; 0: none
	uint64_t read_ms;  // when something was read last
	uint32_t ailing;   // bit n for ailment n
	bool is_retired;   // rotated away, or a copy of another one
	struct str path;   // a view
};

/** Write its row. */
void log_state_put(struct ledger *l, const struct log_state *s);

/** Write that a file is over: nothing of it matters any more. */
void log_over_put(struct ledger *l, uint64_t dev, uint64_t ino);

/** Whether a row is one of these. */
bool log_state_row_is(const struct ledger_row *row);
bool log_over_row_is(const struct ledger_row *row);

/** Read a row; of log_over_put, all but `dev` and `ino` is zero. False, with the reason: it is bad. */
bool log_state_get(const struct ledger_row *row, struct log_state *out, struct err *e);

const char *log_ailment_key(enum log_ailment a);
#endif
