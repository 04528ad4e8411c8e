// SPDX-License-Identifier: Apache-2.0
// One loop: the pipe, signals, and what is due. Nothing in it waits but for the disk. A collector that
// finds the pipe full meanwhile gathers on.
#include "app/keeper.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/keeper_state.h"
#include "app/say.h"
#include "base/hash.h"

enum { STATUS_MS = 2000, EXPIRE_PARTS = 48, EXPIRE_LEAST_MS = 1000, RETRY_MS = 1000, SOON_MS = 2 };
enum { WATCHDOG_PARTS = 4 };

static void complain(const struct err *e)
{
	say(LOG_WARNING, "%s", e->text);
}

static void take_told(void *ctx, struct bytes key, struct bytes value)
{
	struct keeper *k = ctx;
	(void)key;
	alerts_decode(k->alerts, value);
}

static void take_habits(void *ctx, struct bytes key, struct bytes value)
{
	struct keeper *k = ctx;
	(void)key;
	habits_decode(k->habits, value);
}

static bool inventory_read(struct keeper *k, struct err *e)
{
	struct inventory *fresh = NULL;
	if (k->settings.inventory[0]) {
		fresh = inventory_load(k->settings.inventory, e);
		if (!fresh)
			return false;
	}
	inventory_free(k->inventory);
	k->inventory = fresh;
	return true;
}

/* It goes on: the supervisor looks at it before it tells the service manager so. */
static void show_life(struct keeper *k)
{
	k->shared->keeper_alive_ms = steady_ms();
}

static bool begin(struct keeper *k, const struct doors *doors, struct err *e)
{
	k->alerts = calloc(1, sizeof *k->alerts);
	k->herald = herald_new();
	k->chronicle = chronicle_new(k->settings.state_directory); // which makes the directory
	k->memoir = memoir_new(k->settings.state_directory, k->settings.memory);
	if (k->memoir)
		k->evidence =
			evidence_new(evidence_max_for(k->settings.memory), memoir_key(k->memoir));
	k->habits = habits_new();
	if (!intake_init(&k->intake) || !k->evidence || !k->alerts || !k->herald || !k->chronicle ||
		!k->habits)
		return err_set(e, "no memory for %zu MiB of evidence; lower 'memory'",
			k->settings.memory >> 20);
	show_life(k);
	k->alerts->key = hash_key();
	chronicle_recall(k->chronicle, TOLD_SORT, take_told, k);
	herald_admit(k->herald, &k->settings, k->alerts, keeper_before_ms(k));
	chronicle_recall(k->chronicle, HABITS_SORT, take_habits, k);
	k->learned_ms = steady_ms();
	k->learn_ms = k->learned_ms + LEARN_MS;
	if (!inventory_read(k, e))
		return false;
	show_life(k);
	k->logs = logs_new(
		&k->settings, k->inventory, k->chronicle, k->reader_pipe, keeper_logged_take, k, e);
	if (!k->logs)
		return false;
	if (!keeper_cover_begin(k) || !keeper_logged_begin(k) || !keeper_leases_begin(k) ||
		!keeper_forget_begin(k) || !keeper_retain_begin(k))
		return err_set(e, "no memory for what covers hosts and for leases");
	k->api = api_server_new(k, doors, e);
	return k->api;
}

static void end(struct keeper *k)
{
	api_server_free(k->api);
	logs_free(k->logs);
	free(k->lines);
	chronicle_free(k->chronicle);
	memoir_free(k->memoir);
	coverage_free(k->coverage);
	free(k->hidden);
	keeper_leases_end(k);
	keeper_forget_end(k);
	keeper_retain_end(k);
	herald_free(k->herald);
	free(k->alerts);
	habits_free(k->habits);
	evidence_free(k->evidence);
	inventory_free(k->inventory);
	intake_fini(&k->intake);
	reply_free(&k->reply);
}

/* What can change while we run: how long things are kept, skew, inventory and signatures. */
static void reload(struct keeper *k)
{
	struct settings fresh = k->settings, old = k->settings;
	struct err e = {};
	settings_init(&fresh);
	if (k->config && !settings_load(&fresh, k->config, &e)) {
		complain(&e);
		return; // the supervisor says that the old settings hold
	}
	k->settings.remember_ms = fresh.remember_ms;
	k->settings.clock_skew_ms = fresh.clock_skew_ms;
	k->settings.keep_evidence_ms = fresh.keep_evidence_ms;
	k->settings.store_size = fresh.store_size;
	k->settings.keep_series_ms = fresh.keep_series_ms;
	k->settings.series_size = fresh.series_size;
	keeper_retain_soon(k);
	memcpy(k->settings.lease_file, fresh.lease_file, sizeof fresh.lease_file);
	k->settings.n_lease_files = fresh.n_lease_files;
	memcpy(k->settings.inventory, fresh.inventory, sizeof fresh.inventory);
	memcpy(k->settings.interface, fresh.interface, sizeof fresh.interface);
	memcpy(k->settings.signatures, fresh.signatures, sizeof fresh.signatures);
	memcpy(k->settings.alert, fresh.alert, sizeof fresh.alert);
	k->settings.n_alerts = fresh.n_alerts;
	herald_admit(k->herald, &k->settings, k->alerts, keeper_before_ms(k));
	if (!inventory_read(k, &e)) {
		complain(&e);
		memcpy(k->settings.inventory, old.inventory, sizeof old.inventory);
	}
	if (!logs_reload(k->logs, &k->settings, k->inventory, &e)) {
		complain(&e);
		memcpy(k->settings.signatures, old.signatures, sizeof old.signatures);
	}
	if (!api_server_reload(k->api, &e))
		complain(&e);
	k->bench.has_news = true;
}

/* By the telemetry's own clock, so that what is replayed is kept as long as what is live. */
static void expire(struct keeper *k)
{
	if (memoir_is_writing(k->memoir) || memoir_is_recalling(k->memoir))
		return; // soon
	uint64_t part_ms = k->settings.remember_ms / EXPIRE_PARTS;
	k->expire_ms = steady_ms() + MOST(part_ms, EXPIRE_LEAST_MS);
	// When our clock was ahead and is set right, what came meanwhile must not age all others.
	k->newest_ms = LEAST(k->newest_ms, wall_ms() + k->settings.clock_skew_ms);
	if (k->newest_ms > k->settings.remember_ms) {
		size_t before = evidence_count(k->evidence);
		if (evidence_expire(k->evidence, k->newest_ms - k->settings.remember_ms))
			k->n_forgotten += before - evidence_count(k->evidence);
	}
	uint64_t newest_ms = MOST(k->newest_ms, logs_last_ms(k->logs));
	if (newest_ms > k->settings.remember_ms)
		logs_expire(k->logs, newest_ms - k->settings.remember_ms);
}

static void write_status(struct keeper *k)
{
	struct err e = {};
	k->status_ms = steady_ms() + STATUS_MS;
	(void)status_write(k, &e); // the store says what is wrong with the disk
}

/*
 * What is taken is written down before it leaves the pipe: whoever dies in between leaves it to the next
 * keeper. Returns whether any was taken.
 */
static bool take_all(struct keeper *k)
{
	bool came = intake_peek(&k->intake, k->pipe), has_logs = logs_take(k->logs);
	struct parcel p;
	while (came && intake_next(&k->intake, &p))
		keeper_take(k, &p);
	(void)chronicle_settle(k->chronicle); // all templates that came, in one piece
	memoir_moved(k->memoir, &k->intake);
	memoir_write(k->memoir, k->evidence); // before logs keep their positions
	bool was_taken = intake_settle(&k->intake, k->pipe);
	reply_send(&k->reply, k->pipe);
	k->bench.has_news = logs_has_news(k->logs) || k->bench.has_news;
	return was_taken || has_logs;
}

/* While a part is not read yet, answers may be missing that others' failures are held against. */
static bool may_judge(const struct keeper *k)
{
	return k->bench.has_news && !memoir_is_recalling(k->memoir);
}

/* Before the judge: what people decided, and whose address it is, says who answers for what. */
static void heed_board(struct keeper *k)
{
	if (memoir_is_recalling(k->memoir))
		return; // what is cut now would come back
	chronicle_look(k->chronicle);
	keeper_leases(k);
	keeper_forget(k);
}

static void do_what_is_due(struct keeper *k)
{
	uint64_t now = steady_ms();
	if (memoir_is_recalling(k->memoir) && !keeper_recall(k))
		expire(k);
	memoir_write(k->memoir, k->evidence);
	bool judges = may_judge(k) && now >= k->bench.due_ms;
	if (judges || now >= k->cover_ms)
		heed_board(k);
	if (judges)
		keeper_judge(k);
	if (!memoir_is_recalling(k->memoir))
		keeper_cover(k);
	keeper_tell_over(k);
	keeper_retain(k);
	(void)chronicle_write(k->chronicle);
	if (herald_settle(k->herald) && k->alerts_wait)
		keeper_keep_told(k);
	logs_work(k->logs, false);
	if (now >= k->expire_ms)
		expire(k);
	if (now >= k->status_ms)
		write_status(k);
	api_server_run(k->api);
}

/* How long nothing is due. */
static int idle_ms(const struct keeper *k)
{
	uint64_t now = steady_ms(), due = k->status_ms;
	int api = api_server_idle_ms(k->api);
	due = api < 0 ? due : LEAST(due, now + (uint64_t)api);
	due = LEAST(due, k->expire_ms);
	due = LEAST(due, keeper_retain_due_ms(k));
	due = may_judge(k) ? LEAST(due, k->bench.due_ms) : due;
	if (memoir_is_recalling(k->memoir))
		return 0;
	if (memoir_is_writing(k->memoir) || intake_is_partial(&k->intake))
		due = LEAST(due, now + SOON_MS);
	uint64_t most = k->shared->watchdog_ms ? k->shared->watchdog_ms / WATCHDOG_PARTS : RETRY_MS;
	return due <= now ? 0 : (int)LEAST(due - now, LEAST(most, (uint64_t)RETRY_MS));
}

/* Returns false when it is to end. */
static bool heed(struct keeper *k, int signals)
{
	struct signalfd_siginfo info;
	bool goes_on = true;
	while (read(signals, &info, sizeof info) == (ssize_t)sizeof info)
		if (info.ssi_signo == SIGHUP)
			reload(k);
		else
			goes_on = false;
	return goes_on;
}

static bool add(int loop, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };
	return epoll_ctl(loop, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static void turn(struct keeper *k, int loop, int signals)
{
	for (bool goes_on = true; goes_on;) {
		struct epoll_event ev[4];
		show_life(k);
		if (!memoir_is_recalling(k->memoir))
			k->shared->keeper_is_ready = true;
		// A parcel that has not come to its end would wake us without end.
		bool is_partial = intake_is_partial(&k->intake);
		struct epoll_event out = { .data.fd = k->pipe };
		out.events = (is_partial ? 0 : EPOLLIN) | (k->reply.n ? EPOLLOUT : 0);
		epoll_ctl(loop, EPOLL_CTL_MOD, k->pipe, &out);
		out.events = EPOLLIN | (logs_has_answer(k->logs) ? EPOLLOUT : 0);
		out.data.fd = k->reader_pipe;
		epoll_ctl(loop, EPOLL_CTL_MOD, k->reader_pipe, &out);
		int n = epoll_wait(loop, ev, countof(ev), idle_ms(k));
		if (is_partial)
			(void)take_all(k);
		for (int i = 0; i < n; i++)
			if (ev[i].data.fd == signals)
				goes_on = heed(k, signals);
			else if (ev[i].data.fd == k->pipe)
				(void)take_all(k);
		do_what_is_due(k);
	}
}

/* What the collector sent before it ended still counts. */
static void drain(struct keeper *k)
{
	while (keeper_recall(k))
		;
	while (take_all(k))
		;
	keeper_learn_soon(k);
	heed_board(k);
	if (k->bench.has_news)
		keeper_judge(k);
	if (!chronicle_write(k->chronicle))
		say(LOG_ERR, "%zu events could not be written down: %s",
			chronicle_health(k->chronicle).n_queued,
			chronicle_health(k->chronicle).why.text);
	if (herald_settle(k->herald) && k->alerts_wait)
		keeper_keep_told(k);
	memoir_finish(k->memoir, k->evidence);
	logs_work(k->logs, true);
	write_status(k);
}

static int signals_open(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int keeper_run(const struct settings *s, const char *config, int pipe, int reader_pipe,
	const struct doors *doors, struct watch_shared *shared)
{
	struct keeper *k = calloc(1, sizeof *k);
	struct err e = {};
	int code = EXIT_ERROR, signals = signals_open(), loop = epoll_create1(EPOLL_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
	if (!k) {
		err_set(&e, "no memory");
	} else if (signals < 0 || loop < 0 || !add(loop, signals, EPOLLIN) ||
		   !add(loop, pipe, EPOLLIN) || !add(loop, reader_pipe, EPOLLIN)) {
		err_sys(&e, "keeper: wait for events");
	} else {
		k->settings = *s;
		k->config = config;
		k->pipe = pipe;
		k->reader_pipe = reader_pipe;
		k->shared = shared;
		if (begin(k, doors, &e) && (add(loop, api_server_fd(k->api), EPOLLIN) ||
						   err_sys(&e, "keeper: wait for HTTP"))) {
			turn(k, loop, signals);
			drain(k);
			code = EXIT_NOTHING;
		}
		end(k);
	}
	if (code != EXIT_NOTHING)
		complain(&e);
	free(k);
	close(signals);
	close(loop);
	return code;
}
