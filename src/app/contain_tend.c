// SPDX-License-Identifier: Apache-2.0
// What stands is looked after within its approval: the approved plan is compiled anew, and what would stop a packet
// that it does not stop is never pushed.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/contain_care.h"
#include "incident/board.h"
#include "model/settings.h"
#include "model/words.h"
#include "store/store.h"

enum { TOLD_BYTES = 240, PAUSE_LEAST_MS = 1000, PAUSE_MOST_MS = 600000, PAUSE_PARTS = 20 };

/* Of one target: when it is looked at next. A refusal is told once, and makes it wait longer and longer; so does
 * what has to be put back again and again. */
struct pace {
	uint64_t due_ms, pause_ms; // by the steady clock
	bool is_refused, is_mended;
	char told[TOLD_BYTES]; // of what is not in force, and was told
	char deaf[DEAF_BYTES]; // of neighbours that do not hear it
};

struct tender {
	char directory[SETTINGS_PATH_BYTES];
	struct store *store; // NULL: there is none yet
	struct board *board;
	struct pace *pace; // one a driver
	bool is_untold;    // of some plan it cannot be told what is in force
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

static bool is_mended(const struct care *c)
{
	return c->approval.renew_until_ms && (c->loss == LOSS_SOME || c->loss == LOSS_ALL);
}

/* What is done, in words, before it is done. */
static void why_fill(struct care *c)
{
	const struct tended *t = &c->tended;
	int n = snprintf(c->why, sizeof c->why, "%zu renewed, %zu ended, %zu clean", t->n_renewed,
		t->n_ended, t->n_over);
	if (is_mended(c))
		snprintf(c->why + n, sizeof c->why - (size_t)n,
			", put back: %zu rules of %zu, which were lost%s%s%s", c->n_lost,
			c->told->n, c->n_gaps ? " at neighbour " : "",
			c->n_gaps ? c->gap[0].name : "", c->n_gaps > 1 ? " and others" : "");
}

static bool write_down(const struct care *c, const struct plan *plan, const char *result)
{
	const struct tended *t = &c->tended;
	struct audit line = { .directory = c->directory,
		.target = c->driver->target,
		.who = "cordon",
		.why = c->why,
		.result = result,
		.approval = c->standing.approval,
		.signer = *c->signer ? c->signer : NULL,
		.plan = plan };
	contain_tell("%s: %s: %s", c->driver->target, result, c->why);
	if (t->n_scanning && !strcmp(result, "begun"))
		contain_tell("%s: of what ended %zu entries still scan: their approval goes no "
			     "further; apply them anew",
			c->driver->target, t->n_scanning);
	return audit_put(&line);
}

/* The text of rules of BGP tells no end: when entries are but renewed, there is nothing to push. */
static bool is_said(const struct care *c)
{
	return c->driver->is_incremental && !c->tended.n_ended && !c->tended.n_over;
}

static bool is_changed(const struct care *c)
{
	return c->tended.n_renewed || c->tended.n_ended || c->tended.n_over;
}

static bool carry_out(struct care *c)
{
	bool is_end = c->next.n == 0;
	const struct plan *plan = is_end ? &c->standing.plan : &c->next;
	why_fill(c);
	if (!write_down(c, plan, "begun"))
		return false;
	bool is_lost = is_mended(c); // afterwards it is no more
	bool ok = is_end                                      ? care_end(c)
		  : is_lost && (!is_changed(c) || is_said(c)) ? care_mend(c)
		  : is_said(c)                                ? true
							      : care_push(c);
	if (ok && is_end)
		standing_drop(c->directory, c->driver);
	else if (ok && is_changed(c))
		ok = standing_put(c->directory, c->driver, c->standing.approval, &c->next);
	return write_down(c, plan, !ok ? "failed" : is_end ? "ended" : "tended") && ok;
}

/* Approved by somebody who may: where keys are listed, by one of them. */
static bool approval_read(struct care *c, struct err *e)
{
	char path[CONTAIN_PATH_BYTES], room[CONTAIN_PATH_BYTES];
	approval_path(c->directory, c->standing.approval, path);
	if (!approval_load(path, &c->approval, &c->approved, e))
		return false;
	const char *signers = signers_of(NULL, c->directory, room);
	enum signature s = signature_check(path, signers, c->approval.at_ms, c->signer);
	if (strcmp(c->approval.term[TERM_TARGET], c->driver->target) != 0)
		return err_set(e, "%s: it is for %s", path, c->approval.term[TERM_TARGET]);
	return !signers || s == SIGNATURE_GOOD ||
	       err_set(e, "%s: %s, so nothing is done by it", path, signature_text(s));
}

/* What is not in force and may not be put back, or cannot be told: said once, until it is another. */
static void tell_loss(const struct care *c, struct pace *pace)
{
	char said[TOLD_BYTES] = "";
	size_t first = 0;
	while (c->n_lost && !c->lost[first])
		first++;
	c->tender->is_untold |= c->loss == LOSS_UNKNOWN;
	if (c->loss == LOSS_UNKNOWN)
		snprintf(said, sizeof said, "what is in force cannot be told: %.180s",
			c->untold.text);
	else if (c->n_lost)
		snprintf(said, sizeof said,
			"%zu rules of %zu are lost, and nobody permitted to put them back "
			"(--renew); the first is number %zu",
			c->n_lost, c->told->n, first + 1);
	if (*said && strcmp(said, pace->told) != 0) {
		care_tell_lost(c);
		contain_tell("%s: %s", c->driver->target, said);
	}
	memcpy(pace->told, said, sizeof said);
}

/* Nobody can put that back: ExaBGP announces again when there is a session. Said once, until it is another. */
static void tell_deaf(const struct care *c, struct pace *pace)
{
	if (strcmp(c->deaf, pace->deaf) != 0 && *c->deaf)
		contain_tell("%s: not in force everywhere: %s", c->driver->target, c->deaf);
	else if (*pace->deaf && !*c->deaf)
		contain_tell("%s: every neighbour hears it again", c->driver->target);
	memcpy(pace->deaf, c->deaf, sizeof pace->deaf);
}

/* Of a plan that goes on. Returns false after a message. */
static bool look_for_loss(struct care *c, struct pace *pace, size_t *n_changed)
{
	if (!care_compile(c) || !care_look(c))
		return false;
	bool is_open = c->loss != LOSS_NONE && !is_mended(c);
	if (is_mended(c))
		care_tell_lost(c);
	if (is_open || c->loss == LOSS_NONE)
		tell_loss(c, pace);
	tell_deaf(c, pace);
	*n_changed += (is_open && c->n_lost) || *c->deaf;
	return true;
}

/* Returns false when something was refused, with `e` filled when it was not told yet. */
static bool care_for(struct care *c, struct pace *pace, size_t *n_changed, struct err *e)
{
	if (!standing_load(c->directory, c->driver, &c->standing, e) || !approval_read(c, e))
		return false;
	struct leave leave = { .now_ms = c->now_ms,
		.each_ms = c->approval.each_ms,
		.most_ms = c->approval.renew_until_ms };
	(void)board_now(c->tender);
	if (!plan_tend(&c->standing.plan, &leave, look, c, &c->next, &c->tended, e))
		return false;
	if (c->next.n && !look_for_loss(c, pace, n_changed))
		return false;
	pace->is_mended = is_mended(c);
	if (!is_changed(c) && !is_mended(c))
		return true;
	++*n_changed;
	return carry_out(c);
}

/* What we and the programs that we ran used of a core: on a busy machine no look costs more for it. */
static uint64_t used_ms(void)
{
	static const int who[] = { RUSAGE_SELF, RUSAGE_CHILDREN };
	uint64_t us = 0;
	for (size_t i = 0; i < countof(who); i++) {
		struct rusage r = {};
		getrusage(who[i], &r);
		us += (uint64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000 +
		      (uint64_t)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
	}
	return us / 1000;
}

static bool look_at(struct tender *t, size_t i, uint64_t now_ms, size_t *n_changed)
{
	struct pace *pace = &t->pace[i];
	struct err e = {};
	uint64_t began_ms = used_ms();
	struct care c = { .tender = t,
		.driver = &drivers[i],
		.directory = t->directory,
		.now_ms = now_ms / 1000 * 1000 };
	int lock = standing_lock(t->directory, c.driver, false);
	bool ok = lock < 0 || care_for(&c, pace, n_changed, &e); // else somebody is at it
	t->is_untold |= lock < 0;
	if (lock >= 0)
		close(lock);
	if (!ok && e.text[0] && !pace->is_refused)
		contain_tell("%s", e.text);
	uint64_t took_ms = used_ms() - began_ms;
	uint64_t longer_ms =
		LEAST(2 * MOST(pace->pause_ms, (uint64_t)PAUSE_LEAST_MS), (uint64_t)PAUSE_MOST_MS);
	pace->pause_ms = ok && !pace->is_mended
				 ? MOST(took_ms * PAUSE_PARTS, (uint64_t)PAUSE_LEAST_MS)
				 : longer_ms;
	pace->due_ms = steady_ms() + pace->pause_ms;
	pace->is_refused = !ok;
	care_fini(&c);
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
	const char *directory = j->o->state ? j->o->state : settings.state_directory;
	if (access(directory, X_OK)) { // what stands there nobody knows
		contain_tell("open %s: %m; --state names the state directory", directory);
		return EXIT_ERROR;
	}
	struct tender *t = tender_new(directory);
	size_t n = t ? tender_look(t, j->plan.at_ms, &is_fine) : 0;
	int code = !is_fine       ? EXIT_ERROR
		   : n            ? EXIT_FOUND
		   : t->is_untold ? EXIT_PARTLY
				  : EXIT_NOTHING;
	if (!t)
		contain_tell("no memory");
	tender_free(t);
	return code;
}
