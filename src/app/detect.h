// SPDX-License-Identifier: Apache-2.0
// What the files behind `cordon detect` share: its options, what a run needs, and the verdict.
#ifndef APP_DETECT_H
#define APP_DETECT_H
#include <signal.h>

#include "app/ingest.h"
#include "app/sources.h"
#include "detect/attacks.h"
#include "detect/judge.h"
#include "model/report.h"

struct detect_options {
	bool json, csv, power, follow;
	const char *explain, *inventory, *interface, *signatures, *lang, *state;
	size_t memory;
};

/** All that a run needs and that is freed at its end. */
struct run {
	struct ingest *in;
	struct inventory *inventory;
	struct signatures *signatures;
	struct literals *marks;
	struct attacks *attacks;
	struct evidence *evidence;
	struct templates *templates;
	struct sources sources; // of followed files: grows
	bool *has_packets;      // SOURCES_MAX of them when files are followed
};

/** Get what a run needs; its sources are there before, or are put later with `follow`. Returns false
 * after a message. Free with run_free, also then. */
bool run_open(struct run *run, const struct detect_options *o);
void run_free(struct run *run);

/** From now on the first of SIGINT (Ctrl-C), SIGTERM and SIGHUP, or the first SIGINT, ends the reading, the
 * second the program. */
void interrupt_by_signals(bool only_ctrl_c);
bool was_interrupted(void);
const volatile sig_atomic_t *interrupted_flag(void);

/** Run the command: its words are files. Returns an exit code. */
int detect_run(const void *options, char **word, int n_words);

/** Refuse, with a message, options that do not go together; `host` becomes the one to be explained. */
bool detect_check(const struct detect_options *o, int n_words, struct addr *host);

/** N_LANGS when there are no texts in that language. */
enum lang detect_lang(const char *name);

/** When the last of all records was, but not in the future: that must not expire what was declared. */
uint64_t run_judged_at(const struct run *run);

/** Judge all that was read so far. Returns false, after a message, when there is no memory. */
bool run_judge(const struct run *run, struct findings *out);

/** Put notes on what the verdict says of the input as a whole; after run_judge. */
void run_notes(const struct run *run, const struct findings *f);

/** The findings as outputs take them; it points into both. */
struct report run_report(
	const struct run *run, const struct detect_options *o, const struct findings *f);

/** Print the report as the options ask for it. Returns false when nothing is found of who is to be explained. */
bool detect_write(const struct report *r, const struct detect_options *o, const struct addr *host);

/**
 * Print what to do next, for the reader of the table: a command that comes to the same verdict and explains it.
 * Nothing, where there is none.
 */
void detect_suggest(
	const struct report *r, const struct detect_options *o, char **word, int n_words);

/** Note declared scanners that have expired. */
void detect_note_expired(struct trouble *t, const struct inventory *inventory, uint64_t at_ms);

int detect_exit_code(const struct report *r, bool is_live);
#endif
