// SPDX-License-Identifier: Apache-2.0
// A thread for each target, so that none waits for another that is down.
#include "app/sender.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/errand.h"
#include "app/say.h"
#include "app/surroundings.h"
#include "net/sandbox.h"

enum { LOOK_MS = 200, NS_IN_MS = 1000000, MAIL_GRACE_MS = 3000 };

static _Atomic uint64_t stop_ms; // when it was asked to end, by the steady clock; 0: not yet
static _Atomic bool has_failed;

static void on_signal(int number)
{
	(void)number;
	stop_ms = steady_ms();
}

/* A sendmail that takes its time is waited for; but not longer than the supervisor waits for us. */
static bool gives_up(void)
{
	return stop_ms && steady_ms() - stop_ms > MAIL_GRACE_MS;
}

/*
 * The spool, the folders of files, and those of certificates; what is not there yet is seen from outside, and we
 * begin anew.
 */
static bool enter_sandbox(const struct settings *s)
{
	char spool[SPOOL_PATH_BYTES];
	struct log_folders writes, reads;
	struct sandbox box;
	struct err e = {};
	snprintf(spool, sizeof spool, "%s/" SPOOL_FOLDER, s->state_directory);
	(void)mkdir(spool, SPOOL_FOLDER_MODE); // the keeper does, too, and says what is wrong
	alert_folders_get(s, &writes, &reads);
	const char *path[countof(writes.path) + 1] = { spool };
	memcpy(path + 1, writes.path, writes.n * sizeof *path);
	const struct sandbox_paths may_write = { path, writes.n + 1 };
	const struct sandbox_paths may_read = { (const char *const *)reads.path, reads.n };
	bool is_in = sandbox_enter_sending(&may_write, &may_read, &box, &e);
	log_folders_free(&writes);
	log_folders_free(&reads);
	if (!is_in || box.remark.text[0])
		say(LOG_WARNING, "sender: %s", is_in ? box.remark.text : e.text);
	return is_in;
}

static bool init_all(struct errand *all, const struct settings *s, struct sender_tally *tally)
{
	for (size_t i = 0; i < s->n_alerts; i++) {
		struct err e = {};
		all[i] = (struct errand){ .target = &s->alert[i],
			.tally = &tally[i],
			.stop_ms = &stop_ms,
			.has_failed = &has_failed };
		if (!errand_init(&all[i], s, &e)) {
			say(LOG_ERR, "sender: %s", e.text);
			return false;
		}
		all[i].courier.mailer.gives_up = gives_up;
	}
	return true;
}

/* Until it is asked to end, or has to begin anew. */
static void wait_for_end(void)
{
	while (!stop_ms && !has_failed) {
		const struct timespec look = { 0, LOOK_MS * NS_IN_MS };
		nanosleep(&look, NULL);
	}
	if (!stop_ms)
		stop_ms = steady_ms();
}

int sender_run(const struct settings *s, struct sender_tally *tally)
{
	struct errand *all = calloc(ALERT_TARGETS_MAX, sizeof *all);
	struct sigaction ends = { .sa_handler = on_signal };
	bool is_fine = all;
	sigemptyset(&ends.sa_mask);
	sigaction(SIGTERM, &ends, NULL);
	sigprocmask(SIG_SETMASK, &ends.sa_mask, NULL); // it was held until here
	signal(SIGPIPE, SIG_IGN);
	is_fine = is_fine && webhook_prepare() && init_all(all, s, tally) && enter_sandbox(s);
	for (size_t i = 0; i < s->n_alerts && is_fine; i++)
		is_fine = errand_begin(&all[i]);
	if (is_fine)
		wait_for_end();
	else
		say(LOG_ERR, "alerts are not sent");
	stop_ms = stop_ms ? stop_ms : steady_ms();
	for (size_t i = 0; i < s->n_alerts && all; i++)
		if (all[i].target)
			errand_end(&all[i]);
	free(all);
	return is_fine && !has_failed ? EXIT_NOTHING : EXIT_ERROR;
}
