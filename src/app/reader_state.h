// SPDX-License-Identifier: Apache-2.0
// What the reader knows, shared by its own files.
#ifndef APP_READER_STATE_H
#define APP_READER_STATE_H
#include <signal.h>

#include "app/intake.h"
#include "app/log_feed.h"
#include "app/log_lines.h"
#include "app/log_lives.h"
#include "app/log_names.h"
#include "app/log_roll.h"
#include "detect/evidence.h"
#include "model/batch.h"
#include "model/inventory.h"
#include "model/settings.h"

struct log_reader {
	const struct settings *settings;
	int pipe;
	uint64_t collector, epoch, number; // of the last parcel
	const volatile sig_atomic_t *stop;
	struct intake intake;
	bool is_greeted, is_anew, is_closed; // is_closed: nobody has the other end of the pipe
	uint8_t *room;                       // of one parcel
	uint64_t stop_ms;                    // when the end was seen first, by the steady clock

	struct inventory *inventory;
	struct signatures *signatures;
	struct literals *marks;
	struct requests requests;
	struct batch batch;
	struct trouble trouble;
	uint64_t key; // of hashes

	struct attacks *attacks;   // since the last TICK
	struct evidence *contacts; // the same
	struct log_lives lives;    // the same
	struct log_lines lines;    // the same, of access lists
	struct follow *follow;
	struct log_roll roll;
	struct log_names names;
	struct log_entry *now; // whose lines are read
	uint64_t counter[N_COLLECTED];
	bool has_news;
	uint64_t told_ms; // by the steady clock
};

/** Send one parcel, and wait until the pipe takes it; not longer than a few seconds once it is to end. */
bool reader_send(struct log_reader *r, enum parcel_sort sort, struct bytes body);

/** What the keeper said: positions are resumed from, and `is_greeted`, `is_anew` are set. */
void reader_hear(struct log_reader *r);

/** Tell all that is new, and that this was all. Returns false when it is not known to be told. */
bool reader_tell(struct log_reader *r);
#endif
