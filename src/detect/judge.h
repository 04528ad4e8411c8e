// SPDX-License-Identifier: Apache-2.0
// The judge: evidence in, ranked findings out. A pure function of its arguments.
#ifndef DETECT_JUDGE_H
#define DETECT_JUDGE_H
#include "detect/evidence.h"
#include "model/finding.h"
#include "model/inventory.h"
#include "model/outbreak.h"
#include "model/power.h"

struct habits;
struct rates;

enum { DROPPED_SHOWN = 8 };

struct findings {
	struct finding *finding; // ranked
	size_t n, room;
	struct contact *contact; // of the sources that were heard, in canonical order
	size_t n_contacts;
	struct exhibit *exhibit; // one for each contact that was opened, same order
	size_t n_exhibits;
	struct outbreak outbreak[OUTBREAKS_MAX]; // largest first
	size_t n_outbreaks;
	struct seen seen;             // for power_reckon
	const struct attack **attack; // of the findings that rest on logs, in their order
	uint32_t n_cut_off;        // hosts that lost all answers at once: an outage; 0: none seen
	uint64_t cut_off_since_ms; // when the first of them did
	// Sources of one dropped row each: background noise that was turned away; the lowest of them.
	uint32_t n_dropped_sources;
	struct addr dropped_source[DROPPED_SHOWN];
};

/**
 * Judge all evidence.
 *
 * inventory  what is known of the site, or NULL
 * now_ms     for the expiry of declared scanners
 * on_threads two of them share the work; the findings are the same
 *
 * Returns false when memory runs out. Free with findings_free in either case.
 */
bool judge(const struct evidence *e, const struct inventory *inventory, uint64_t now_ms,
	bool on_threads, struct findings *out);

/**
 * As judge, with a past.
 *
 * past    what was usual here before this evidence; NULL: not known
 * taught  gets what sources teach that are not accused now, for habits_learn; free with rates_free.
 *         NULL: not wanted
 */
bool judge_after(const struct habits *past, const struct evidence *e,
	const struct inventory *inventory, uint64_t now_ms, bool on_threads, struct findings *out,
	struct rates **taught);
void findings_free(struct findings *f);

/** Bring findings into order of rank: the worst class, then the surest, first. */
void findings_rank(struct findings *f);
#endif
