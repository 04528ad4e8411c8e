// SPDX-License-Identifier: Apache-2.0
// What is inside of the keeper's knowledge of logs, shared by its files.
#ifndef APP_LOGS_STATE_H
#define APP_LOGS_STATE_H
#include "app/intake.h"
#include "app/log_names.h"
#include "app/log_roll.h"
#include "app/logs.h"
#include "app/reply.h"

/** How a log stands, as it came, until the TICK behind it. */
struct log_text {
	char *text;
	size_t n;
};

/** A thing in the store that is to be forgotten. */
struct log_key {
	uint8_t *key;
	size_t n;
};

struct logs {
	const struct settings *settings;
	const struct inventory *inventory;
	struct chronicle *chronicle;
	int pipe;
	logs_contacts_fn *contacts;
	void *ctx;

	struct intake intake;
	struct reply reply;
	bool is_greeted;        // all that the reader told since its HELLO came
	uint64_t n_lost, epoch; // parcels that were lost so far; of the reader that counts now
	struct signatures *signatures;
	struct attacks *attacks, *coming; // coming: since the last TICK
	struct log_names names;
	struct log_roll roll;
	struct log_sensors sensors;
	struct log_text *text; // coming, too
	size_t n_texts, texts_room;
	struct log_key *gone; // attacks that are not kept any more
	size_t n_gone, gone_room;

	uint64_t counter[N_COLLECTED], past_counter[N_COLLECTED];
	uint64_t n_refused, n_unknown; // parcels that could not be read; attacks without signature
	uint64_t key;                  // of hashes
	bool has_news, is_unkept;
	uint64_t kept_ms,
		cost_ms; // by the steady clock: when it was kept last, and how long that took
};

/** Take up what was kept; before anything comes. */
void logs_recall(struct logs *l);

/** Keep what changed, in one piece. */
void logs_keep(struct logs *l);

/** Attacks by the signatures and the inventory that hold now; NULL when there is no memory. */
struct attacks *logs_attacks_new(const struct logs *l);

/** What came since the last TICK is for nothing. Without memory the reader is asked to begin anew. */
void logs_coming_new(struct logs *l);
void logs_texts_drop(struct logs *l);

/** Ask the reader to begin anew; until then nothing of it is believed. */
void logs_begin_anew(struct logs *l);

/** Take over how a log stands: its text is taken, and freed in time. */
void logs_put(struct logs *l, struct log_text take);

/** The number of a source here, and back; see struct attack_taker and attack_parcel_put. */
bool logs_source(void *logs, const struct attack_source *s, uint16_t *number);
bool logs_name(void *logs, uint16_t number, struct attack_source *out);
#endif
