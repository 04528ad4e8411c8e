// SPDX-License-Identifier: Apache-2.0
// A thread for each target, so that none waits for another that is down. What it has got stands on the disk
// before the next one is sent.
#include "app/sender.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/courier.h"
#include "app/spool.h"
#include "app/surroundings.h"
#include "net/sandbox.h"

enum { LOOK_MS = 200, RETRY_LEAST_MS = 250, RETRY_MOST_MS = 30000, NS_IN_MS = 1000000 };

static _Atomic uint64_t stop_ms; // when it was asked to end, by the steady clock; 0: not yet

static void on_signal(int number)
{
	(void)number;
	stop_ms = steady_ms();
}

struct errand {
	const struct settings *settings;
	const struct alert_target *target;
	struct sender_tally *tally;
	struct courier courier;
	struct spool_reader spool;
	pthread_t thread;
	bool has_thread;
	uint64_t retry_ms;
};

static void pause_ms(uint64_t ms)
{
	const uint64_t until = steady_ms() + ms;
	while (!stop_ms && steady_ms() < until) {
		const struct timespec look = { 0, LOOK_MS / 4 * NS_IN_MS };
		nanosleep(&look, NULL);
	}
}

/* Said once, until it goes well again. */
static void refused(struct errand *x, const struct err *e)
{
	x->tally->n_failures++;
	if (!x->tally->is_down)
		fprintf(stderr,
			"cordon watch: alerts: %s; they wait in the spool, and are sent in "
			"order when it is back\n",
			e->text);
	x->tally->is_down = true;
}

static void went_well(struct errand *x)
{
	char name[ALERT_NAME_BYTES];
	if (x->tally->is_down)
		fprintf(stderr, "cordon watch: alerts: %s takes them again\n",
			alert_target_name(x->target, name));
	x->tally->is_down = false;
	x->tally->n_sent++;
	x->retry_ms = RETRY_LEAST_MS;
}

static void note_losses(struct errand *x)
{
	char name[ALERT_NAME_BYTES];
	if (x->spool.n_lost)
		fprintf(stderr,
			"cordon watch: alerts: %llu were gone from the spool before %s took them; "
			"they "
			"stand in the incidents: cordon incident list\n",
			(unsigned long long)x->spool.n_lost, alert_target_name(x->target, name));
	x->tally->n_lost += x->spool.n_lost;
	x->tally->n_damaged += x->spool.n_damaged;
	x->spool.n_lost = x->spool.n_damaged = 0;
}

/* Returns false when it was refused. */
static bool bring(struct errand *x, const struct notice *n)
{
	struct err e = {};
	if (courier_is_wanted(&x->courier, n)) {
		if (!courier_bring(&x->courier, n, &e)) {
			refused(x, &e);
			return false;
		}
		went_well(x);
	}
	if (!spool_done(&x->spool, &e))
		fprintf(stderr, "cordon watch: %s\n", e.text);
	x->tally->number = n->number;
	return true;
}

/* Asked to end, it goes on as long as all goes well, and time allows. */
static void *run(void *errand)
{
	enum { DRAIN_MS = 2000 }; // with one try behind it less than the supervisor waits
	struct errand *x = errand;
	struct notice n;
	for (;;) {
		uint64_t asked_ms = stop_ms;
		bool is_there = spool_next(&x->spool, x->target, &n);
		note_losses(x);
		if (asked_ms && (!is_there || steady_ms() - asked_ms > DRAIN_MS))
			break;
		if (!is_there) {
			pause_ms(LOOK_MS);
		} else if (!bring(x, &n)) {
			if (asked_ms)
				break;
			pause_ms(x->retry_ms);
			x->retry_ms = LEAST(2 * x->retry_ms, (uint64_t)RETRY_MOST_MS);
		}
	}
	return NULL;
}

static bool begin(struct errand *x)
{
	x->retry_ms = RETRY_LEAST_MS;
	courier_init(&x->courier, x->target);
	spool_reader_init(&x->spool, x->settings->state_directory);
	x->has_thread = pthread_create(&x->thread, NULL, run, x) == 0;
	return x->has_thread;
}

static void end(struct errand *x)
{
	if (x->has_thread)
		pthread_join(x->thread, NULL);
	courier_fini(&x->courier);
	spool_reader_fini(&x->spool);
}

/* The spool, and the folders of files; what is not there yet is seen from outside, and we begin anew. */
static bool enter_sandbox(const struct settings *s)
{
	char spool[SPOOL_PATH_BYTES];
	struct log_folders folders;
	struct sandbox box;
	struct err e = {};
	snprintf(spool, sizeof spool, "%s/" SPOOL_FOLDER, s->state_directory);
	(void)mkdir(spool, SPOOL_FOLDER_MODE); // the keeper does, too, and says what is wrong
	alert_folders_get(s, &folders);
	const char *path[countof(folders.path) + 1] = { spool };
	memcpy(path + 1, folders.path, folders.n * sizeof *path);
	bool is_in = sandbox_enter_sending(path, folders.n + 1, &box, &e);
	log_folders_free(&folders);
	if (!is_in || box.remark.text[0])
		fprintf(stderr, "cordon watch: sender: %s\n", is_in ? box.remark.text : e.text);
	return is_in;
}

int sender_run(const struct settings *s, struct sender_tally *tally)
{
	struct errand *all = calloc(ALERT_TARGETS_MAX, sizeof *all);
	struct sigaction ends = { .sa_handler = on_signal };
	bool is_fine = all;
	sigemptyset(&ends.sa_mask);
	sigaction(SIGTERM, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	is_fine = is_fine && webhook_prepare() && enter_sandbox(s);
	for (size_t i = 0; i < s->n_alerts && is_fine; i++) {
		all[i] = (struct errand){
			.settings = s, .target = &s->alert[i], .tally = &tally[i]
		};
		is_fine = begin(&all[i]);
	}
	if (!is_fine) {
		fputs("cordon watch: alerts are not sent\n", stderr);
		stop_ms = steady_ms();
	}
	for (size_t i = 0; i < s->n_alerts && all; i++)
		if (all[i].target)
			end(&all[i]);
	free(all);
	return is_fine ? EXIT_NOTHING : EXIT_ERROR;
}
