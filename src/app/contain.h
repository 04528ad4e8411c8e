// SPDX-License-Identifier: Apache-2.0
// What the parts of cordon contain share: its options and the work on one plan.
#ifndef APP_CONTAIN_H
#define APP_CONTAIN_H
#include "app/command.h"
#include "contain/check.h"
#include "contain/findings.h"
#include "contain/replay.h"
#include "contain/target.h"
#include "model/inventory.h"

struct contain_options {
	bool list, foreign, diff, rollback, out, ebgp, accept_loss, apply, by_hits, expire;
	const char *to, *direction, *lasts, *at, *least, *inventory, *services, *operator;
	const char *max_rules, *max_collateral, *floor, *existing, *old_list, *egress, *method,
		*dscp;
	const char *vlan, *next_hop, *revert, *state, *since, *incident, *hash, *reason, *pipe,
		*lang, *counters, *renew, *sign, *signers;
	const char *inventory_text, *services_text; // instead of files
	struct text_list from, port, segment, interface, flows;
};

enum { CONTAIN_PATH_BYTES = 4096 + 160 };

/** One run: what was read, and what was made of it. */
struct job {
	const struct contain_options *o;
	const struct target *target; // NULL: the plan itself
	struct taking how;
	struct taken taken;
	struct plan plan;
	struct inventory *inventory;
	struct services *services;
	struct protection protection;
	struct addr operator;
	bool has_operator;
	struct limits limits;
	struct device device;
	uint64_t lasts_ms;
	uint64_t renew_ms; // how long cordon watch may renew, from the time of the plan; 0: not
	bool keeps_ended;  // entries that are over stay in the plan
	bool is_quiet;     // a program asks: nothing is told but refusals
	struct compiled compiled;
	struct policy effect; // as the target has it
	struct policy kept;   // of packets of no worm, where that is not the effect
	struct proof proof[N_FAMILIES];
	char *existing_text;
	struct config existing;
	struct acl rest[N_FAMILIES]; // of lists by cordon what they go on with
	uint64_t *hits;      // packets that each rule of the effect decides; NULL: not asked
	size_t *order;       // of the rules in front of the rest, by hits; NULL: as they stand
	char looked_at[160]; // by verify: devices and flows, in words
	bool is_partial;     // some of the input could not be used
	struct looked_into *requests; // of a target that looks into them; NULL: nobody does
};

/** Say something on stderr, with the name of the command in front. */
[[gnu::format(printf, 1, 2)]] void contain_tell(const char *text, ...);

/** Read the options. Returns false after a message. */
bool job_options(struct job *j, const struct contain_options *o);

/** Fill the plan from words, files and standard input. Returns false after a message. */
bool job_plan(struct job *j, char **word, int n_words);

/** Entries of an incident in the store. Returns false after a message. */
bool job_incident(struct job *j, uint64_t incident);

/** Read what filters now. Returns false after a message. */
bool job_existing(struct job *j);

/** Compile, prove, check for shades. Returns false after a message: then nothing is to be printed. */
bool job_compile(struct job *j);

/** Say what was made, what stays open, and what was left out. */
void job_tell(const struct job *j);

/** Read the flows that were named. Returns false after a message. */
bool job_flows(
	struct job *j, void (*take)(void *ctx, const struct flow *flow, size_t n), void *ctx);

/** Read a file, or standard input for "-", to its end, with a NUL behind. Returns false after a
 * message; free `out`. */
bool file_read(const char *path, char **out, size_t *len);

/** Replay the flows that were named. Returns false when the plan does not do what it should. */
bool job_replay(struct job *j, struct replay *r);

/** Make room for hits, if they are asked for. Returns false after a message. */
bool job_hits(struct job *j);

/** Order the first `n` rules of the effect, those of the plan, by hits. False after a message. */
bool job_order(struct job *j, size_t n);

/** How many rules of the effect are of the plan: they come first. */
size_t job_rules(const struct job *j);

/** What a writer gets of a job. */
struct writing job_writing(const struct job *j);

/** The text for the target, or what takes it back; NULL after a message, else for free(). */
char *job_text(struct job *j, struct writing *w, bool is_undo, size_t *len);

/** Print what changes against what filters now. Returns an exit code. */
int job_diff(struct job *j);

/** The list that filters now at the interface of the job, NULL when the text tells of none. */
const struct acl *job_now(const struct job *j, enum family f);

/** What of it goes on behind the plan: of a list by cordon only what was there before. */
const struct acl *job_base(const struct job *j, enum family f);

/** cordon contain --list, cordon contain verify, --apply. Each returns an exit code. */
int contain_list(void);
int contain_verify(struct job *j, char **word, int n_words);
int contain_withdraw(struct job *j, char **word, int n_words);
int contain_tend(struct job *j, char **word, int n_words);
int contain_expire(struct job *j);
int contain_apply(struct job *j, struct writing *w, const char *text);

/** Write to the incident what was seen of its containment. Returns false after a message. */
struct verification;
bool contain_witness(struct job *j, const struct verification *v);

void job_fini(struct job *j);

/** "10.1.1.0/24" of a span that is a prefix, else "a-b"; gives `room` back. */
enum { SPAN_TEXT_BYTES = 2 * ADDR_TEXT_BYTES };
const char *span_text(const struct range *s, char room[static SPAN_TEXT_BYTES]);

/** "10.1.1.7 -> any tcp/80"; gives `room` back. */
enum { BOX_TEXT_BYTES = 320 };
const char *box_text(const struct box *b, char room[static BOX_TEXT_BYTES]);
#endif
