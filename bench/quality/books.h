// SPDX-License-Identifier: Apache-2.0
// What is counted, view by view, and how it is printed.
#ifndef QUALITY_BOOKS_H
#define QUALITY_BOOKS_H
#include "quality/aim.h"
#include "quality/logs.h"
#include "quality/reasons.h"
#include "quality/ruling.h"
#include "quality/scene.h"
#include "quality/sentinel.h"
#include "quality/stats.h"

enum { N_VIEWS = 10, N_WORMS = 11, N_STRAINS = 22, N_TRADES = 20, N_BASELINES = 3 };
enum {
	SEE_FLAGS,
	SEE_INVENTORY,
	SEE_NO_FLAGS,
	SEE_ONE_WAY,
	SEE_BOTH,
	SEE_100,
	SEE_1000,
	SEE_SFLOW_100,
	SEE_SFLOW_1000,
	SEE_LIST
};

extern const struct view views[N_VIEWS];

/** Infected hosts that showed enough, and what became of them. */
struct recall {
	size_t n, n_worm, n_named;    // n_named: worm-like or suspect
	size_t n_in_time, n_in_flash; // found within 10 minutes, at 1:1000 30; within 5
};

/** Alarms on clean sources. */
struct alarms {
	size_t n, n_worm, n_suspect, n_scanner, n_baseline[N_BASELINES];
};

struct book {
	struct recall recall[N_STRAINS];
	struct sample first, seconds;
	struct sample first_near,
		first_mapped;  // of strains that prefer their own net, or keep to it
	size_t n_contradicted; // infected hosts called something else
	size_t n_stronger;     // clean hosts worm-like here, not with flags
	size_t n_right_aim, n_aim;
	struct calibration sure;
	size_t n_ranked_first, n_clean_listed; // of the pasted list
	struct alarms alarms[N_TRADES];        // source-days
	struct alarms nearby;                  // clean hosts beside infected ones, 40 minutes
	struct alarms elsewhere;               // not told
	struct alarms outage;                  // source-days of the mix with an hour's outage
	struct {
		size_t n_found;
		struct sample first;
	} baseline[N_BASELINES];
	struct reasons reasons;         // of all alarms
	size_t n_one_list, n_list_told; // worlds of worms with one list; those where that was said
};

struct books {
	struct book view[N_VIEWS];
	struct aim_table aim;
	struct watches watches;
	struct logs logs;
};

/** Sum over the worms of so many probes a second and more; or over those that are a flash. */
struct recall recall_sum(const struct book *b, uint32_t least_per_s);
struct recall recall_of_flash(const struct book *b);

/** Sum over the trades of a group. */
struct alarms alarms_sum(const struct book *b, enum group g);

void books_print_recall(struct books *b);
void books_print_alarms(const struct books *b);
void books_print_goals(struct books *b);
void books_fini(struct books *b);
#endif
