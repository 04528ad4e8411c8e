// SPDX-License-Identifier: Apache-2.0
// What stands is looked after within its approval: the approved plan is compiled anew, and what would stop a packet
// that it does not stop is never pushed.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/clock.h"
#include "app/contain_standing.h"
#include "contain/diff.h"
#include "contain/tend.h"
#include "incident/board.h"
#include "model/settings.h"
#include "model/words.h"
#include "store/store.h"

enum { PAUSE_LEAST_MS = 1000, PAUSE_MOST_MS = 600000, PAUSE_PARTS = 20 };

/* Of one target: when it is looked at next. A refusal is told once, and makes it wait longer and longer. */
struct pace {
	uint64_t due_ms, pause_ms; // by the steady clock
	bool is_refused;
};

struct tender {
	char directory[SETTINGS_PATH_BYTES];
	struct store *store; // NULL: there is none yet
	struct board *board;
	struct pace *pace; // one a driver
};

/* One plan that is looked after. */
struct care {
	struct tender *tender;
	const struct driver *driver;
	uint64_t now_ms;
	struct standing standing;
	struct approval approval;
	struct plan approved, next;
	struct tended tended;
	bool is_lost; // nothing of it is in force any more
	char signer[SIGNER_BYTES];
};

struct tender *tender_new(const char *directory)
{
	struct tender *t = calloc(1, sizeof *t);
	struct pace *pace = t ? calloc(n_drivers, sizeof *pace) : NULL;
	if (!pace) {
		free(t);
		return NULL;
	}
	t->pace = pace;
	snprintf(t->directory, sizeof t->directory, "%s", directory);
	return t;
}

void tender_free(struct tender *t)
{
	if (!t)
		return;
	board_free(t->board);
	store_close(t->store);
	free(t->pace);
	free(t);
}

static bool take_event(void *ctx, const struct event *ev)
{
	board_apply(ctx, ev);
	return true;
}

/* The board as it is now; NULL: nothing is known of any host. */
static const struct board *board_now(struct tender *t)
{
	struct err e = {};
	if (!t->store)
		t->store = store_open(t->directory, STORE_READ, &e);
	if (!t->board)
		t->board = board_new();
	if (!t->store || !t->board ||
		!store_replay(t->store, t->board->last_id + 1, take_event, t->board, &e))
		return NULL;
	return t->board;
}

static bool port_is_of(const struct entry_port *p, const char *cause)
{
	struct entry_port c;
	return entry_port_of_cause(cause, &c) &&
	       (p->proto == PROTO_UNKNOWN ||
		       (p->proto == c.proto &&
			       (!p->has_port || (c.has_port && p->number == c.number))));
}

static void host_look(
	const struct board *b, uint64_t host, const struct entry_port *port, struct glimpse *g)
{
	const struct host_row *h = board_host(b, host);
	const struct member *m;
	size_t n = 0, n_open = 0;
	for (uint32_t at = h ? h->first_member : 0; (m = board_member(b, at));
		at = m->next_of_host) {
		const struct charge *c;
		n += !m->is_moved_away;
		n_open += !m->is_moved_away && state_is_open(m->state);
		for (uint32_t i = m->first_charge; (c = board_charge(b, i)); i = c->next)
			if (!c->is_withdrawn && port_is_of(port, c->cause) &&
				c->last_ms > g->last_ms)
				g->last_ms = c->last_ms;
	}
	g->is_over = n > 0 && n_open == 0;
}

/* Of a network the latest attack counts, and it is never over: others may be in it of whom nothing is known. */
static struct glimpse look(void *ctx, const struct entry *entry)
{
	struct care *c = ctx;
	struct glimpse g = {};
	const struct board *b = c->tender->board;
	if (!c->tender->store || !b)
		return g;
	if (entry->host.bits == 128) {
		host_look(b, board_host_at(b, &entry->host.addr, c->now_ms), &entry->port, &g);
		return g;
	}
	const struct address_row *a;
	for (uint32_t at = 1; (a = board_address(b, at)); at++)
		if (a->until_ms > c->now_ms && prefix_has(&entry->host, &a->addr))
			host_look(b, a->host, &entry->port, &g);
	g.is_over = false;
	return g;
}

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

static void count_blocked(void *ctx, enum change change, const struct box *box)
{
	(void)box;
	*(size_t *)ctx += change != CHANGE_UNBLOCKED;
}

/* Whether `next` stops nothing that the approved plan does not stop. */
static bool is_within(const struct job *approved, const struct job *next)
{
	size_t n = 0;
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (policy_diff(&approved->effect, &next->effect, f, count_blocked, &n) !=
			DIFF_DONE)
			return false;
	return n == 0;
}

static bool push_texts(struct care *c, struct job *next)
{
	struct writing w = job_writing(next);
	size_t len;
	char path[CONTAIN_PATH_BYTES];
	char *text = job_text(next, &w, false, &len);
	char *undo = text ? job_text(next, &w, true, &len) : NULL;
	const char *pipe = c->approval.term[TERM_PIPE];
	struct push p = { .directory = c->tender->directory,
		.text = text,
		.undo = undo,
		.pipe = pipe ? pipe : EXABGP_PIPE };
	bool ok = undo && driver_push(c->driver, &p);
	if (ok && c->driver->is_incremental)
		ok = file_put(driver_path(c->tender->directory, c->driver, ".undo", path), undo);
	free(text);
	free(undo);
	return ok;
}

static bool push_next(struct care *c)
{
	struct contain_options o;
	struct job approved = {}, next = {};
	options_fill(&c->approval, &o);
	bool ok = compile(&approved, &o, &c->approved, c->approval.at_ms) &&
		  compile(&next, &o, &c->next, c->now_ms);
	if (ok) {
		struct writing w = job_writing(&approved);
		writing_name(&w);
		ok = !strcmp(w.name, c->approval.term[TERM_FILTER]) && is_within(&approved, &next);
		if (!ok)
			contain_tell(
				"%s: not pushed, for it would stop more than what was approved "
				"as %s; approve the plan anew",
				c->driver->target, c->standing.approval);
	}
	ok = ok && push_texts(c, &next);
	job_fini(&approved);
	job_fini(&next);
	return ok;
}

/* All of it is over. */
static bool end_all(struct care *c)
{
	char path[CONTAIN_PATH_BYTES];
	const char *pipe = c->approval.term[TERM_PIPE];
	const char *arg[] = { driver_path(c->tender->directory, c->driver, ".undo", path),
		pipe ? pipe : EXABGP_PIPE, NULL };
	return shell_run(c->driver->end ? c->driver->end : c->driver->apply, arg, NULL);
}

static bool write_down(const struct care *c, const struct plan *plan, const char *result)
{
	char why[160];
	const struct tended *t = &c->tended;
	snprintf(why, sizeof why, "%zu renewed, %zu ended, %zu clean%s", t->n_renewed, t->n_ended,
		t->n_over, c->is_lost ? ", put back what was lost" : "");
	struct audit line = { .directory = c->tender->directory,
		.target = c->driver->target,
		.who = "cordon",
		.why = why,
		.result = result,
		.approval = c->standing.approval,
		.signer = *c->signer ? c->signer : NULL,
		.plan = plan };
	contain_tell("%s: %s: %s", c->driver->target, result, why);
	if (t->n_scanning && !strcmp(result, "begun"))
		contain_tell("%s: of what ended %zu entries still scan: their approval goes no "
			     "further; apply them anew",
			c->driver->target, t->n_scanning);
	return audit_put(&line);
}

/* The text of rules of BGP tells no end: when entries are but renewed, there is nothing to push. */
static bool is_told(const struct care *c)
{
	return c->driver->is_incremental && !c->is_lost && !c->tended.n_ended && !c->tended.n_over;
}

static bool carry_out(struct care *c)
{
	const char *directory = c->tender->directory;
	bool is_end = c->next.n == 0;
	if (!write_down(c, is_end ? &c->standing.plan : &c->next, "begun"))
		return false;
	bool ok = is_end ? end_all(c) : is_told(c) || push_next(c);
	if (ok && is_end)
		standing_drop(directory, c->driver);
	else if (ok)
		ok = standing_put(directory, c->driver, c->standing.approval, &c->next);
	return write_down(c, is_end ? &c->standing.plan : &c->next,
		       !ok      ? "failed"
		       : is_end ? "ended"
				: "tended") &&
	       ok;
}

static bool is_lost(const struct driver *d)
{
	struct applied now;
	struct err e = {};
	enum now how = driver_now(d, &now, &e);
	bool is_gone = how == NOW_NOTHING || (how == NOW_READ && now.policy.n == 0);
	applied_fini(&now);
	return is_gone;
}

/* Approved by somebody who may: where keys are listed, by one of them. */
static bool approval_read(struct care *c, struct err *e)
{
	char path[CONTAIN_PATH_BYTES], room[CONTAIN_PATH_BYTES];
	approval_path(c->tender->directory, c->standing.approval, path);
	if (!approval_load(path, &c->approval, &c->approved, e))
		return false;
	const char *signers = signers_of(NULL, c->tender->directory, room);
	enum signature s = signature_check(path, signers, c->approval.at_ms, c->signer);
	if (strcmp(c->approval.term[TERM_TARGET], c->driver->target) != 0)
		return err_set(e, "%s: it is for %s", path, c->approval.term[TERM_TARGET]);
	return !signers || s == SIGNATURE_GOOD ||
	       err_set(e, "%s: %s, so nothing is done by it", path, signature_text(s));
}

/* Returns false when something was refused, with `e` filled when it was not told yet. */
static bool care_for(struct care *c, size_t *n_changed, struct err *e)
{
	if (!standing_load(c->tender->directory, c->driver, &c->standing, e) ||
		!approval_read(c, e))
		return false;
	struct leave leave = { .now_ms = c->now_ms,
		.each_ms = c->approval.each_ms,
		.most_ms = c->approval.renew_until_ms };
	(void)board_now(c->tender);
	if (!plan_tend(&c->standing.plan, &leave, look, c, &c->next, &c->tended, e))
		return false;
	c->is_lost = leave.most_ms && c->next.n && is_lost(c->driver);
	if (!c->tended.n_renewed && !c->tended.n_ended && !c->tended.n_over && !c->is_lost)
		return true;
	++*n_changed;
	return carry_out(c);
}

static bool look_at(struct tender *t, size_t i, uint64_t now_ms, size_t *n_changed)
{
	struct pace *pace = &t->pace[i];
	struct err e = {};
	uint64_t began_ms = steady_ms();
	struct care c = { .tender = t, .driver = &drivers[i], .now_ms = now_ms / 1000 * 1000 };
	bool ok = care_for(&c, n_changed, &e);
	if (!ok && e.text[0] && !pace->is_refused)
		contain_tell("%s", e.text);
	uint64_t took_ms = steady_ms() - began_ms;
	pace->pause_ms = ok ? MOST(took_ms * PAUSE_PARTS, (uint64_t)PAUSE_LEAST_MS)
			    : LEAST(2 * MOST(pace->pause_ms, (uint64_t)PAUSE_LEAST_MS),
				      (uint64_t)PAUSE_MOST_MS);
	pace->due_ms = steady_ms() + pace->pause_ms;
	pace->is_refused = !ok;
	plan_fini(&c.standing.plan);
	plan_fini(&c.approved);
	plan_fini(&c.next);
	approval_fini(&c.approval);
	return ok;
}

size_t tender_look(struct tender *t, uint64_t now_ms, bool *is_fine)
{
	size_t n = 0;
	*is_fine = true;
	for (size_t i = 0; i < n_drivers; i++)
		if (steady_ms() >= t->pace[i].due_ms && standing_is(t->directory, &drivers[i]))
			*is_fine = look_at(t, i, now_ms, &n) && *is_fine;
	return n;
}

int contain_tend(struct job *j, char **word, int n_words)
{
	(void)word, (void)n_words;
	struct settings settings;
	bool is_fine = false;
	settings_init(&settings);
	struct tender *t = tender_new(j->o->state ? j->o->state : settings.state_directory);
	size_t n = t ? tender_look(t, j->plan.at_ms, &is_fine) : 0;
	if (!t)
		contain_tell("no memory");
	tender_free(t);
	return !is_fine ? EXIT_ERROR : n ? EXIT_FOUND : EXIT_NOTHING;
}
