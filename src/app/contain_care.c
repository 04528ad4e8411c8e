// SPDX-License-Identifier: Apache-2.0
// A plan that stands is compiled anew from its approval, held against what is in force, and pushed within what was
// approved: whole, or what was lost of it alone.
#include "app/contain_care.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contain/diff.h"
#include "contain/loss.h"

enum { SHOWN = 8, SOON_MS = 5000 };

/* As it was compiled when it was approved. */
static void options_fill(const struct approval *a, struct contain_options *o)
{
	const char *const *t = a->term;
	*o = (struct contain_options){ .to = t[TERM_TARGET],
		.inventory_text = t[TERM_INVENTORY],
		.services_text = t[TERM_SERVICES],
		.operator= t[TERM_OPERATOR],
		.max_rules = t[TERM_MAX_RULES],
		.max_collateral = t[TERM_MAX_COLLATERAL],
		.floor = t[TERM_FLOOR],
		.next_hop = t[TERM_NEXT_HOP],
		.pipe = t[TERM_PIPE],
		.accept_loss = t[TERM_ACCEPT_LOSS],
		.ebgp = t[TERM_EBGP],
		.foreign = t[TERM_FOREIGN] };
}

static bool compile(
	struct job *j, const struct contain_options *o, const struct plan *plan, uint64_t at_ms)
{
	struct err e = {};
	bool ok;
	j->is_quiet = true;
	ok = job_options(j, o);
	j->plan.at_ms = at_ms;
	for (size_t i = 0; i < plan->n && ok; i++) {
		ok = plan_put(&j->plan, &plan->entry[i], &e);
		uint8_t *floor =
			&j->limits.floor[plan->entry[i].host.bits >= 96 ? FAMILY_4 : FAMILY_6];
		unsigned bits = plan->entry[i].host.bits - (floor == j->limits.floor ? 96U : 0U);
		*floor = bits < *floor ? (uint8_t)bits : *floor; // a segment was named as such
	}
	return ok && job_compile(j);
}

bool care_compile(struct care *c)
{
	struct err e = {};
	options_fill(&c->approval, &c->options);
	c->pipe = c->options.pipe ? c->options.pipe : EXABGP_PIPE;
	if (!compile(&c->job, &c->options, &c->next, c->now_ms))
		return false;
	const struct target *t = c->job.target;
	c->told = &c->job.effect;
	if (t->told && !t->told(&c->job.compiled, &c->own, &e)) {
		contain_tell("%s", e.text);
		return false;
	}
	c->told = t->told ? &c->own : c->told;
	c->lost = calloc(c->told->n + 1, sizeof *c->lost);
	return c->lost;
}

/* Whether a neighbour is to hear a rule. */
static bool is_meant(const struct hearer *h, const struct rule *r)
{
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (box_is_of(&r->box, f) && h->hearing[f] != HEARING_OTHER)
			return true;
	return false;
}

/* That it hears nothing of a family of the plan. */
static void deaf_add(struct care *c, const struct hearer *h)
{
	size_t len = strlen(c->deaf);
	enum hearing worst = HEARING_YES;
	for (size_t i = 0; i < c->told->n; i++)
		for (enum family f = 0; f < N_FAMILIES; f++)
			if (box_is_of(&c->told->rule[i].box, f) && h->hearing[f] > worst &&
				h->hearing[f] != HEARING_OTHER)
				worst = h->hearing[f];
	if (worst > HEARING_UNTOLD)
		snprintf(c->deaf + len, sizeof c->deaf - len, "%sneighbour %s: %s", len ? "; " : "",
			h->name, hearing_text(worst));
}

/* What none is to hear is announced to nobody, so it is as good as lost. */
static void find_unmeant(struct care *c, const struct hearers *h)
{
	size_t n = 0, len = strlen(c->deaf);
	for (size_t k = 0; k < c->told->n; k++) {
		bool is_for_one = false;
		for (size_t i = 0; i < h->n; i++)
			is_for_one |= is_meant(&h->hearer[i], &c->told->rule[k]);
		n += !is_for_one;
		c->n_lost += !is_for_one && !c->lost[k];
		c->lost[k] |= !is_for_one;
	}
	if (n)
		snprintf(c->deaf + len, sizeof c->deaf - len,
			"%sno neighbour is to hear %zu rules of %zu, by their family",
			len ? "; " : "", n, c->told->n);
}

/* Of several neighbours each is to have all. */
static bool look_at_each(struct care *c, const struct hearers *h, struct err *e)
{
	bool *lost = calloc(c->told->n + 1, sizeof *lost);
	c->gap = calloc(h->n + 1, sizeof *c->gap);
	bool ok = (lost && c->gap) || err_sys(e, "neighbours of ExaBGP");
	for (size_t i = 0; i < h->n && ok; i++) {
		struct gap *g = &c->gap[c->n_gaps];
		const struct hearer *one = &h->hearer[i];
		ok = policy_lost(c->told, &one->policy, c->now_ms + SOON_MS, lost, e) != SIZE_MAX;
		for (size_t k = 0; k < c->told->n && ok; k++)
			if (lost[k] && is_meant(one, &c->told->rule[k])) {
				c->n_lost += !c->lost[k];
				c->lost[k] = true;
				g->n_lost++;
			}
		memcpy(g->name, one->name, sizeof g->name);
		c->n_gaps += g->n_lost > 0;
		deaf_add(c, one);
	}
	find_unmeant(c, h);
	free(lost);
	return ok;
}

bool care_look(struct care *c)
{
	struct applied now;
	bool ok = true;
	struct err e = {};
	c->untold = (struct err){};
	enum now how = driver_now(c->driver, c->pipe, &now, &c->untold);
	c->loss = LOSS_UNKNOWN;
	c->n_lost = c->n_gaps = 0;
	c->deaf[0] = '\0';
	free(c->gap);
	c->gap = NULL;
	memset(c->lost, false, c->told->n);
	if (how == NOW_READ && now.hearers.n) {
		ok = look_at_each(c, &now.hearers, &e);
		c->loss = now.policy.n == 0 ? LOSS_ALL : c->n_lost ? LOSS_SOME : LOSS_NONE;
	} else if (how == NOW_NOTHING || (how == NOW_READ && now.policy.n == 0)) {
		c->loss = LOSS_ALL;
		c->n_lost = c->told->n;
		memset(c->lost, true, c->told->n);
	} else if (how == NOW_READ) {
		c->n_lost = policy_lost(c->told, &now.policy, c->now_ms + SOON_MS, c->lost, &e);
		ok = c->n_lost != SIZE_MAX;
		c->loss = c->n_lost ? LOSS_SOME : LOSS_NONE;
	}
	applied_fini(&now);
	if (!ok)
		contain_tell("%s: %s", c->driver->target, e.text);
	return ok;
}

void care_tell_lost(const struct care *c)
{
	char room[BOX_TEXT_BYTES];
	size_t n = 0;
	for (size_t i = 0; i < c->told->n && n < SHOWN; i++) {
		const struct rule *r = &c->told->rule[i];
		if (!c->lost[i])
			continue;
		contain_tell("%s: lost: %s %s", c->driver->target,
			r->action == ACTION_DENY ? "what stops" : "what protects",
			box_text(&r->box, room));
		n++;
	}
	if (c->n_lost > n)
		contain_tell("%s: lost: %zu more", c->driver->target, c->n_lost - n);
	for (size_t i = 0; i < c->n_gaps && i < SHOWN; i++)
		contain_tell("%s: lost at neighbour %s: %zu rules of %zu", c->driver->target,
			c->gap[i].name, c->gap[i].n_lost, c->told->n);
	if (c->n_gaps > SHOWN)
		contain_tell(
			"%s: lost at %zu more neighbours", c->driver->target, c->n_gaps - SHOWN);
}

static void count_blocked(void *ctx, enum change change, const struct box *box)
{
	(void)box;
	*(size_t *)ctx += change != CHANGE_UNBLOCKED;
}

/* Whether it stops nothing that the approved plan does not stop. */
static bool is_within(struct care *c)
{
	struct job approved = {};
	size_t n = 0;
	bool ok = compile(&approved, &c->options, &c->approved, c->approval.at_ms);
	if (ok) {
		struct writing w = job_writing(&approved);
		writing_name(&w);
		n += strcmp(w.name, c->approval.term[TERM_FILTER]) != 0;
		for (enum family f = 0; f < N_FAMILIES; f++)
			n += policy_diff(&approved.effect, &c->job.effect, f, count_blocked, &n) !=
			     DIFF_DONE;
		if (n)
			contain_tell(
				"%s: not pushed, for it would stop more than what was approved "
				"as %s; approve the plan anew",
				c->driver->target, c->standing.approval);
	}
	job_fini(&approved);
	return ok && n == 0;
}

bool care_push(struct care *c)
{
	if (!is_within(c))
		return false;
	struct writing w = job_writing(&c->job);
	size_t len;
	char path[CONTAIN_PATH_BYTES];
	char *text = job_text(&c->job, &w, false, &len);
	char *undo = text ? job_text(&c->job, &w, true, &len) : NULL;
	struct push p = { .directory = c->directory, .text = text, .undo = undo, .pipe = c->pipe };
	bool ok = undo && driver_push(c->driver, &p);
	if (ok && c->driver->is_incremental)
		ok = file_put(driver_path(c->directory, c->driver, ".undo", path), undo);
	free(text);
	free(undo);
	return ok;
}

/* Commands for what was lost; NULL when the target has none, and only the whole brings it back. */
static char *mend_text(struct care *c)
{
	struct writing w = job_writing(&c->job);
	char *text = NULL;
	size_t len;
	writing_name(&w);
	w.out = open_memstream(&text, &len);
	if (!w.out)
		return NULL;
	bool ok = c->job.target->mend && c->job.target->mend(&w, c->lost);
	fclose(w.out);
	if (ok)
		return text;
	free(text);
	return NULL;
}

bool care_mend(struct care *c)
{
	char path[CONTAIN_PATH_BYTES];
	char *text = c->loss == LOSS_SOME && is_within(c) ? mend_text(c) : NULL;
	bool ok = text && file_put(driver_path(c->directory, c->driver, ".mend", path), text) &&
		  driver_hand(c->driver, path, c->pipe) && care_look(c);
	free(text);
	if (!ok || c->loss == LOSS_SOME || c->loss == LOSS_ALL)
		ok = care_push(c) && care_look(c);
	if (ok && (c->loss == LOSS_SOME || c->loss == LOSS_ALL)) {
		care_tell_lost(c);
		contain_tell("%s: it was put back, and is lost again: look what takes it away",
			c->driver->target);
		return false;
	}
	return ok;
}

bool care_end(struct care *c)
{
	char path[CONTAIN_PATH_BYTES];
	const char *pipe = c->approval.term[TERM_PIPE];
	driver_path(c->directory, c->driver, ".undo", path);
	return c->driver->end ? shell_run(c->driver->end, NULL, NULL)
			      : driver_hand(c->driver, path, pipe ? pipe : EXABGP_PIPE);
}

void care_fini(struct care *c)
{
	job_fini(&c->job);
	policy_fini(&c->own);
	free(c->lost);
	free(c->gap);
	plan_fini(&c->standing.plan);
	plan_fini(&c->approved);
	plan_fini(&c->next);
	approval_fini(&c->approval);
}
