// SPDX-License-Identifier: Apache-2.0
// What the keeper knows, shared by its own files.
#ifndef APP_KEEPER_STATE_H
#define APP_KEEPER_STATE_H
#include "app/alerts.h"
#include "app/api_server.h"
#include "app/capture_health.h"
#include "app/chronicle.h"
#include "app/coverage.h"
#include "app/health.h"
#include "app/herald.h"
#include "app/intake.h"
#include "app/keeper.h"
#include "app/log_lines.h"
#include "app/log_lives.h"
#include "app/logs.h"
#include "app/memoir.h"
#include "app/reply.h"
#include "app/roster.h"
#include "detect/habits.h"
#include "detect/judge.h"
#include "model/trouble.h"

enum { TEMPLATES_KEPT_MAX = 1 << 13, TEMPLATE_SLOTS = 2 * TEMPLATES_KEPT_MAX };

/** Sorts of things in the store. */
#define TOLD_SORT "told"
#define TEMPLATE_SORT "template"
#define SAMPLER_SORT "sampler"
#define HABITS_SORT "habits"
#define EXPORTER_SORT "exporter"
#define LEASES_SORT "leases told"
#define LINES_SORT "line"      // of access lists, that findings rest on
#define COVERED_SORT "seen by" // hosts, and the exporters that showed their attack

/** Templates that were kept, or samplers, by hashes: of what names one, and of all of it. */
struct shelf {
	uint64_t name[TEMPLATE_SLOTS], content[TEMPLATE_SLOTS]; // name 0: free
	size_t n;
	uint64_t n_beyond; // for which there was no room
};

/** How often a verdict teaches what is usual. */
enum { LEARN_MS = 3600 * 1000 };

/** Up to where the keeper before had got, as its journals tell. */
struct recall {
	uint64_t epoch, number, thinning;
};

/** What judging has cost and found. */
struct bench {
	uint64_t n, last_ms, longest_ms; // how often; how long it took
	uint64_t due_ms, at_ms;          // by the steady clock: not before; the last time
	bool has_news;                   // contacts came since
	size_t n_findings, of_class[N_VERDICTS];
};

struct keeper {
	struct settings settings;
	const char *config;
	struct watch_shared *shared;
	int pipe, reader_pipe;
	struct intake intake;
	struct evidence *evidence;
	struct memoir *memoir; // of the evidence, on the disk
	struct recall recall;
	struct inventory *inventory;
	struct chronicle *chronicle;
	struct alerts *alerts;
	struct herald *herald; // of the targets of alerts
	struct logs *logs;
	struct log_lines *lines; // of access lists
	struct roster roster;
	struct coverage *coverage;
	struct hidden *hidden;
	struct lease_reader *reader;
	struct forgetting *forgetting;
	uint64_t n_lost;   // of all sorts of losses that no exporter can be named for
	uint64_t cover_ms; // when silence is looked at next, by the steady clock
	struct shelf shelf, samplers;
	struct bench bench;
	struct habits *habits;         // how often contacts fail here as a rule
	uint64_t learned_ms, learn_ms; // last time and next, by the steady clock
	uint64_t counter[N_COLLECTED],
		past_counter[N_COLLECTED];              // of this collector; of those before
	uint64_t fault[N_FAULTS], past_fault[N_FAULTS]; // the same, by name
	uint64_t n_gone;     // datagrams that were lost with collectors that died
	uint64_t thinned_ms; // when a collector left contacts out last, steady; 0: never
	uint64_t epoch;      // of the collector that counts now
	struct capture_health capture;
	uint64_t n_contacts, n_refused; // contacts taken; contacts and exporters that cannot be
	uint64_t newest_ms;             // time of the newest contact, by the telemetry
	uint64_t expire_ms, status_ms;  // when next, by the steady clock
	uint64_t forget_ms;             // alerts, the same
	uint64_t n_forgotten;
	bool alerts_wait;   // to be kept
	struct reply reply; // to the collector
	struct api_server *api;
	struct retaining *retaining; // evidence that goes by its age
};

/** Join the contacts of a parcel, whoever sent it. */
void keeper_take_contacts(struct keeper *k, const struct parcel *p);

/** Take one parcel of the collector. */
void keeper_take(struct keeper *k, const struct parcel *p);

/** Join contacts to the evidence, and note when the newest was seen. */
void keeper_join(struct keeper *k, const struct contact *contact, size_t n);

/** Take a piece of what the keeper before left; returns false when there is no more. */
bool keeper_recall(struct keeper *k);

/** Let the next verdict teach what is usual here, if it is long enough since the last time. */
void keeper_learn_soon(struct keeper *k);

/** Judge all evidence, tell what is new, and write it down. */
void keeper_judge(struct keeper *k);

/** Keep what was told, so that no later keeper tells it as new; if that fails, it waits. */
void keeper_keep_told(struct keeper *k);

/** Tell the targets of alerts of hosts that are over. */
void keeper_tell_over(struct keeper *k);

/** Contacts and alerts before this are forgotten. */
uint64_t keeper_before_ms(const struct keeper *k);

/** Write how it stands, as one object. */
void status_json(const struct keeper *k, struct json *j);

/** Recall the exporters that there were, and who showed which attack. */
bool keeper_cover_begin(struct keeper *k);

/** Say of findings by which sampling they were seen, and note the exporters that showed them. */
void keeper_trace(struct keeper *k, struct finding *f, size_t n);

/** Take what logs tell of hosts beside attacks; `ctx` is the keeper. */
bool keeper_logged_begin(struct keeper *k);
void keeper_logged_take(void *ctx, const struct parcel *p);

/** Say of a finding in which line of an access list's log it stands, if that is known. */
void keeper_logged_where(struct keeper *k, struct finding *f);

/** Note the logs that showed the attack of a host. */
void keeper_logged_trace(struct keeper *k, const struct finding *f);

/** Look at the silence of the hosts that are being verified, when that is due. */
void keeper_cover(struct keeper *k);

/** Cut from the evidence what hosts do not answer for any more, as the board has it. */
bool keeper_forget_begin(struct keeper *k);
void keeper_forget_end(struct keeper *k);
void keeper_forget(struct keeper *k);

/** Read lease files that changed, and tell the board whose addresses moved. */
bool keeper_leases_begin(struct keeper *k);
void keeper_leases_end(struct keeper *k);
void keeper_leases(struct keeper *k);

/**
 * Take evidence out of the store that is older than the settings say, or more than it may hold, a piece at a turn;
 * what a verdict or a transition stands on stays. Answers to changes go after a day.
 */
bool keeper_retain_begin(struct keeper *k);
void keeper_retain_end(struct keeper *k);
void keeper_retain(struct keeper *k);

/** When it goes on, by the steady clock. */
uint64_t keeper_retain_due_ms(const struct keeper *k);

/** Look now, for the settings may be others. */
void keeper_retain_soon(struct keeper *k);

/** How it stands. */
struct retain_health {
	uint64_t n_removed, n_passes, n_answers, n_refusals;
	uint64_t longest_ms;    // that a piece held the keeper up
	uint64_t bytes, n_free; // of the store, as they were seen last
};
struct retain_health keeper_retain_health(const struct keeper *k);

/** How lease files stand. */
struct leases_health {
	size_t n_files, n_unreadable, n_known, n_beyond;
};
struct leases_health keeper_leases_health(const struct keeper *k);

/** Whether silence of the whole proves anything: all is heard, and nothing was left out. */
bool keeper_trusts_silence(const struct keeper *k, uint64_t now_ms);

/** Write how it stands into the state directory; the file is whole at any time. */
bool status_write(const struct keeper *k, struct err *e);
#endif
