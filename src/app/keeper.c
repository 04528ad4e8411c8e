// SPDX-License-Identifier: Apache-2.0
// One loop: the pipe, signals, and what is due. Nothing in it waits but for the disk. A collector that
// finds the pipe full meanwhile gathers on.
#include "app/keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/keeper_state.h"
#include "base/hash.h"

enum { STATUS_MS = 2000, EXPIRE_PARTS = 48, EXPIRE_LEAST_MS = 1000, RETRY_MS = 1000 };

static void complain(const struct err *e)
{
	fprintf(stderr, "cordon watch: %s\n", e->text);
}

static void take_told(void *ctx, struct bytes key, struct bytes value)
{
	struct keeper *k = ctx;
	(void)key;
	alerts_decode(k->alerts, value);
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

static bool begin(struct keeper *k, const struct doors *doors, struct err *e)
{
	k->evidence = evidence_new(evidence_max_for(k->settings.memory), hash_key());
	k->alerts = calloc(1, sizeof *k->alerts);
	k->chronicle = chronicle_new(k->settings.state_directory);
	if (!intake_init(&k->intake) || !k->evidence || !k->alerts || !k->chronicle)
		return err_set(e, "no memory for %zu MiB of evidence; lower 'memory'",
			k->settings.memory >> 20);
	k->alerts->key = hash_key();
	chronicle_recall(k->chronicle, TOLD_SORT, take_told, k);
	if (!inventory_read(k, e))
		return false;
	k->api = api_server_new(k, doors, e);
	return k->api;
}

static void end(struct keeper *k)
{
	api_server_free(k->api);
	chronicle_free(k->chronicle);
	free(k->alerts);
	evidence_free(k->evidence);
	inventory_free(k->inventory);
	intake_fini(&k->intake);
	free(k->out);
}

/* What can change while we run: how long contacts are kept, skew, and the inventory. */
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
	memcpy(k->settings.inventory, fresh.inventory, sizeof fresh.inventory);
	if (!inventory_read(k, &e)) {
		complain(&e);
		memcpy(k->settings.inventory, old.inventory, sizeof old.inventory);
	}
	if (!api_server_reload(k->api, &e))
		complain(&e);
	k->bench.has_news = true;
}

/* By the telemetry's own clock, so that what is replayed is kept as long as what is live. */
static void expire(struct keeper *k)
{
	uint64_t part_ms = k->settings.remember_ms / EXPIRE_PARTS;
	k->expire_ms = steady_ms() + MOST(part_ms, EXPIRE_LEAST_MS);
	if (k->newest_ms > k->settings.remember_ms) {
		size_t before = evidence_count(k->evidence);
		if (evidence_expire(k->evidence, k->newest_ms - k->settings.remember_ms))
			k->n_forgotten += before - evidence_count(k->evidence);
	}
	alerts_expire(k->alerts, wall_ms() - k->settings.remember_ms);
}

static void write_status(struct keeper *k)
{
	struct err e = {};
	k->status_ms = steady_ms() + STATUS_MS;
	(void)status_write(k, &e); // the store says what is wrong with the disk
}

/* Parcels go back to the collector as it takes them. */
static void send_out(struct keeper *k)
{
	while (k->out_at < k->n_out) {
		ssize_t n = write(k->pipe, k->out + k->out_at, k->n_out - k->out_at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		k->out_at += (size_t)n;
	}
	k->out_at = k->n_out = 0;
}

static bool take_all(struct keeper *k)
{
	bool came = intake_read(&k->intake, k->pipe);
	struct parcel p;
	while (came && intake_next(&k->intake, &p))
		keeper_take(k, &p);
	(void)chronicle_settle(k->chronicle); // all templates that came, in one piece
	send_out(k);
	return came;
}

static void do_what_is_due(struct keeper *k)
{
	uint64_t now = steady_ms();
	if (k->bench.has_news && now >= k->bench.due_ms)
		keeper_judge(k);
	(void)chronicle_write(k->chronicle);
	if (k->alerts_wait)
		keeper_keep_told(k);
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
	due = k->bench.has_news ? LEAST(due, k->bench.due_ms) : due;
	return due <= now ? 0 : (int)LEAST(due - now, RETRY_MS);
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
		struct epoll_event ev[3];
		struct epoll_event out = { .events = EPOLLIN | (k->n_out ? EPOLLOUT : 0),
			.data.fd = k->pipe };
		epoll_ctl(loop, EPOLL_CTL_MOD, k->pipe, &out);
		int n = epoll_wait(loop, ev, countof(ev), idle_ms(k));
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
	while (take_all(k))
		;
	if (k->bench.has_news)
		keeper_judge(k);
	if (!chronicle_write(k->chronicle))
		fprintf(stderr, "cordon watch: %zu events could not be written down: %s\n",
			chronicle_health(k->chronicle).n_queued,
			chronicle_health(k->chronicle).why.text);
	if (k->alerts_wait)
		keeper_keep_told(k);
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

int keeper_run(const struct settings *s, const char *config, int pipe, const struct doors *doors,
	const struct watch_shared *shared)
{
	struct keeper *k = calloc(1, sizeof *k);
	struct err e = {};
	int code = EXIT_ERROR, signals = signals_open(), loop = epoll_create1(EPOLL_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
	if (!k) {
		err_set(&e, "no memory");
	} else if (signals < 0 || loop < 0 || !add(loop, signals, EPOLLIN) ||
		   !add(loop, pipe, EPOLLIN)) {
		err_sys(&e, "keeper: wait for events");
	} else {
		k->settings = *s;
		k->config = config;
		k->pipe = pipe;
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
