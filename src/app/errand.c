// SPDX-License-Identifier: Apache-2.0
// What the target has got stands on the disk before the next one is sent.
#include "app/errand.h"

#include <string.h>
#include <time.h>

#include "app/clock.h"
#include "app/say.h"

enum { LOOK_MS = 200, RETRY_LEAST_MS = 250, RETRY_MOST_MS = 30000, NS_IN_MS = 1000000 };
enum { DRAIN_MS = 2000 }; // with one try behind it less than the supervisor waits
enum { REFUSED_MAX = 5, MS_IN_S = 1000 };

static void pause_ms(const struct errand *x, uint64_t ms)
{
	const uint64_t until = steady_ms() + ms;
	while (!*x->stop_ms && steady_ms() < until) {
		const struct timespec look = { 0, LOOK_MS / 4 * NS_IN_MS };
		nanosleep(&look, NULL);
	}
}

/* Said once, until it goes well again. */
static void failed(struct errand *x, const struct err *e)
{
	x->tally->n_failures++;
	if (!x->tally->is_down)
		say(LOG_WARNING,
			"alerts: %s; they wait in the spool, and are sent in order when it is back",
			e->text);
	x->tally->is_down = true;
}

static void went_well(struct errand *x, uint64_t n_alerts)
{
	char name[ALERT_NAME_BYTES];
	if (x->tally->is_down)
		say(LOG_NOTICE, "alerts: %s takes them again", alert_target_name(x->target, name));
	x->tally->is_down = false;
	x->tally->n_sent += n_alerts;
	x->retry_ms = RETRY_LEAST_MS;
	x->n_refused = 0;
}

/* Also what an earlier run brought counts as got. */
static void note_spool(struct errand *x)
{
	char name[ALERT_NAME_BYTES];
	if (x->tally->number == 0 && x->spool.position >= 0 && !pace_has_held(&x->pace))
		x->tally->number = x->spool.next - 1;
	if (x->spool.n_lost)
		say(LOG_ERR,
			"alerts: %llu were gone from the spool before %s took them; they stand in "
			"the incidents: cordon incident list",
			(unsigned long long)x->spool.n_lost, alert_target_name(x->target, name));
	x->tally->n_lost += x->spool.n_lost;
	x->tally->n_damaged += x->spool.n_damaged;
	x->spool.n_lost = x->spool.n_damaged = 0;
}

/* What was passed over is done with, unless something is held that was not told yet. */
static void keep(struct errand *x)
{
	struct err e = {};
	if (pace_has_held(&x->pace))
		return;
	if (!spool_keep(&x->spool, &e))
		say(LOG_WARNING, "%s", e.text);
	x->tally->number = x->spool.next - 1;
}

/*
 * A target that refuses this very alert would refuse it for ever, and all behind it would wait. So it is passed
 * over, counted and told; of other refusals (a token, an address) somebody may mend the cause.
 */
static bool is_given_up(
	struct errand *x, const struct notice *n, uint64_t n_alerts, const struct err *e)
{
	char name[ALERT_NAME_BYTES];
	if (!x->courier.answer.is_refused || ++x->n_refused < REFUSED_MAX)
		return false;
	say(LOG_ERR,
		"alerts: %s refuses alert %llu (%s): it is passed over, and stands in the "
		"incidents: cordon incident list",
		alert_target_name(x->target, name), (unsigned long long)n->number, e->text);
	x->tally->n_refused += n_alerts;
	x->n_refused = 0;
	return true;
}

/* Without the process that runs sendmail no mail goes; only who is not in a sandbox yet can begin one. */
static void check_mailer(struct errand *x)
{
	if (courier_needs_mailer(x->target) && x->courier.mailer.fd < 0 && !*x->stop_ms)
		*x->has_failed = true;
}

/* Returns false when it was not taken: then it is tried again. */
static bool bring(struct errand *x, const struct notice *n)
{
	struct err e = {};
	if (courier_bring(&x->courier, n, &e)) {
		pace_sent(&x->pace, steady_ms());
		went_well(x, 1);
	} else if (!is_given_up(x, n, 1, &e)) {
		failed(x, &e);
		return false;
	}
	spool_pass(&x->spool);
	keep(x);
	return true;
}

/* All that is held, in one message. */
static bool bring_held(struct errand *x)
{
	struct pace *p = &x->pace;
	struct notice all = pace_summary(p, steady_ms());
	struct err e = {};
	bool is_mail = x->target->type == ALERT_TYPE_MAIL;
	bool is_brought = is_mail ? courier_bring_all(&x->courier, p->listed, p->n_listed,
					    p->n_held - p->n_listed, &e)
				  : courier_bring(&x->courier, &all, &e);
	if (is_brought && !is_mail)
		x->tally->n_held += p->n_held;
	if (is_brought)
		went_well(x, is_mail ? p->n_held : 0);
	if (!is_brought && !is_given_up(x, &all, p->n_held, &e)) {
		failed(x, &e);
		check_mailer(x);
		return false;
	}
	pace_told(p, steady_ms());
	keep(x);
	return true;
}

/* What came next out of the spool. Returns false when it was not taken. */
static bool take(struct errand *x, const struct notice *n)
{
	uint64_t now_ms = steady_ms();
	bool is_wanted = courier_is_wanted(&x->courier, n);
	if (is_wanted && pace_may_send(&x->pace, now_ms))
		return bring(x, n);
	if (is_wanted)
		pace_hold(&x->pace, n, now_ms);
	spool_pass(&x->spool);
	keep(x);
	return true;
}

static void wait_to_retry(struct errand *x)
{
	uint64_t asked_ms = (uint64_t)x->courier.answer.wait_s * MS_IN_S;
	pause_ms(x, MOST(x->retry_ms, asked_ms));
	x->retry_ms = LEAST(2 * x->retry_ms, (uint64_t)RETRY_MOST_MS);
}

/* One turn. Returns false when it is time to end. */
static bool turn(struct errand *x)
{
	uint64_t asked_ms = *x->stop_ms;
	struct notice n;
	bool is_there = false, is_taken = true;
	bool is_late = asked_ms && steady_ms() - asked_ms > DRAIN_MS;
	bool is_due = pace_is_due(&x->pace, steady_ms());
	if (!is_due && !is_late) {
		is_there = spool_next(&x->spool, x->target, &n);
		note_spool(x);
	}
	if (is_due || (asked_ms && !is_there && pace_has_held(&x->pace)))
		is_taken = bring_held(x);
	else if (is_there)
		is_taken = take(x, &n);
	else if (asked_ms)
		return false;
	else
		pause_ms(x, LOOK_MS);
	if (!is_taken && asked_ms)
		return false;
	if (!is_taken)
		wait_to_retry(x);
	return true;
}

static void *run(void *errand)
{
	struct errand *x = errand;
	while (turn(x))
		;
	return NULL;
}

bool errand_init(struct errand *x, const struct settings *s, struct err *e)
{
	x->retry_ms = RETRY_LEAST_MS;
	pace_init(&x->pace, x->target, steady_ms());
	spool_reader_init(&x->spool, s->state_directory);
	return courier_init(&x->courier, x->target, e);
}

bool errand_begin(struct errand *x)
{
	x->has_thread = pthread_create(&x->thread, NULL, run, x) == 0;
	return x->has_thread;
}

void errand_end(struct errand *x)
{
	if (x->has_thread)
		pthread_join(x->thread, NULL);
	courier_fini(&x->courier);
	spool_reader_fini(&x->spool);
}
