// SPDX-License-Identifier: Apache-2.0
// Children, each a row of a table; signals come as reads, so nothing happens in between.
#include "app/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/collector.h"
#include "app/command.h"
#include "app/keeper.h"
#include "app/manager.h"
#include "app/reader.h"
#include "app/say.h"
#include "app/sender.h"
#include "app/surroundings.h"
#include "app/warden.h"
#include "model/contact.h"

/** Who feeds the keeper ends before it, and the sender, whom it feeds, behind it. The warden reads but the store. */
enum { COLLECTOR, READER, KEEPER, SENDER, WARDEN, N_CHILDREN, N_FEEDERS = KEEPER };
enum { BACKOFF_LEAST_MS = 100, BACKOFF_MOST_MS = 5000, STEADY_MS = 10000, WAIT_MS = 1000 };
enum { DRAIN_MS = 10000, PIPE_BYTES = 4 << 20 };
enum {
	SHARED_BYTES = sizeof(struct watch_shared) + sizeof(struct tally) +
		       ALERT_TARGETS_MAX * sizeof(struct sender_tally)
};

struct child {
	pid_t pid; // 0: not running
	uint64_t began_ms, due_ms, backoff_ms;
	bool is_renewed;       // it was asked to end, and is begun again at once
	uint64_t surroundings; // when it began: what it can only see from outside of its sandbox
	int code;              // of the last one, once it has ended
};

struct supervisor {
	struct supervisor_job job;
	struct watch_shared *shared;
	struct child child[N_CHILDREN];
	int end[N_FEEDERS], keeper_end[N_FEEDERS]; // of the pipes
	int signals;
	struct manager manager;
	uint64_t looked_ms;
	unsigned n_stops; // how often it was asked to end
};

static uint64_t surroundings_of_nothing(const struct settings *)
{
	return 0;
}

static const struct {
	const char *name, *loss; // what is lost with it, in words
	uint64_t (*surroundings)(const struct settings *s);
} kinds[N_CHILDREN] = {
	[COLLECTOR] = { "collector", "what it had not handed on is lost, at most a window",
		surroundings_of_interface },
	[READER] = { "reader", "nothing is lost, it goes on where it was", surroundings_of_logs },
	[KEEPER] = { "keeper",
		"events are safe, and what it remembered is read again from the disk",
		surroundings_of_nothing },
	[SENDER] = { "sender", "no alert is lost, it goes on where it was",
		surroundings_of_alerts },
	[WARDEN] = { "warden", "what was applied stands, and is looked after again",
		surroundings_of_nothing },
};

static int run_collector(const struct supervisor *s)
{
	return collector_run(s->job.settings, s->job.socket, s->job.n_sockets, s->end[COLLECTOR],
		s->job.collector_id, wall_ms(), s->shared->tally);
}

static int run_reader(const struct supervisor *s)
{
	return reader_run(s->job.settings, s->end[READER], s->job.collector_id, wall_ms());
}

static int run_keeper(const struct supervisor *s)
{
	return keeper_run(s->job.settings, s->job.config, s->keeper_end[COLLECTOR],
		s->keeper_end[READER], s->job.doors, s->shared);
}

static int run_sender(const struct supervisor *s)
{
	return sender_run(s->job.settings, s->shared->sent);
}

static int run_warden(const struct supervisor *s)
{
	return warden_run(s->job.settings);
}

static void publish(const struct supervisor *s)
{
	s->shared->collector = s->child[COLLECTOR].pid;
	s->shared->reader = s->child[READER].pid;
	s->shared->keeper = s->child[KEEPER].pid;
	s->shared->sender = s->child[SENDER].pid;
	s->shared->warden = s->child[WARDEN].pid;
}

/* Only the sockets, the doors and the end of the pipe that are its own. */
static void close_others(const struct supervisor *s, int which)
{
	for (int i = 0; i < N_FEEDERS; i++) {
		if (i != which)
			close(s->end[i]);
		if (which != KEEPER)
			close(s->keeper_end[i]);
	}
	for (size_t i = 0; i < s->job.n_sockets && which != COLLECTOR; i++)
		close(s->job.socket[i]);
	if (which != KEEPER)
		doors_close(s->job.doors);
}

/*
 * A signal that comes before a child heeds it waits: who reads signals from a descriptor keeps them held, who has a
 * handler lets them go when it is there.
 */
static void hold_signals(int which)
{
	sigset_t held;
	sigemptyset(&held);
	sigaddset(&held, SIGTERM);
	if (which == COLLECTOR || which == KEEPER)
		sigaddset(&held, SIGHUP);
	sigprocmask(SIG_SETMASK, &held, NULL);
}

/* In the child: no signal but its own; it ends when the supervisor does. Ctrl-C is the supervisor's. */
static _Noreturn void be_child(const struct supervisor *s, int which)
{
	static int (*const run[N_CHILDREN])(const struct supervisor *s) = { run_collector,
		run_reader, run_keeper, run_sender, run_warden };
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, which == KEEPER ? SIG_DFL : SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	close(s->signals);
	if (s->manager.notify.fd >= 0)
		close(s->manager.notify.fd);
	close_others(s, which);
	hold_signals(which);
	int code = getppid() == s->shared->supervisor ? run[which](s) : EXIT_ERROR;
	fflush(NULL);
	_exit(code);
}

/* What the last one did not read was for it alone. */
static void discard(int fd)
{
	uint8_t room[4096];
	while (read(fd, room, sizeof room) > 0)
		;
}

static void begin(struct supervisor *s, int which)
{
	struct child *c = &s->child[which];
	if (which < N_FEEDERS)
		discard(s->end[which]);
	c->surroundings = kinds[which].surroundings(s->job.settings);
	if (which == KEEPER) {
		s->shared->keeper_is_ready = false;
		s->shared->keeper_alive_ms = steady_ms();
	}
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		be_child(s, which);
	c->began_ms = steady_ms();
	c->is_renewed = false;
	if (pid < 0) {
		say(LOG_ERR, "start the %s: %s", kinds[which].name, strerror(errno));
		c->due_ms = c->began_ms + BACKOFF_MOST_MS;
		return;
	}
	c->pid = pid;
	publish(s);
}

static void ended(struct supervisor *s, int which, int status)
{
	struct child *c = &s->child[which];
	uint64_t now = steady_ms();
	bool is_signal = WIFSIGNALED(status);
	c->code = is_signal ? EXIT_ERROR : WEXITSTATUS(status);
	pid_t pid = c->pid;
	c->pid = 0;
	publish(s);
	if (s->n_stops) {
		if (c->code != EXIT_NOTHING)
			say(LOG_ERR, "the %s (process %d) did not end well: %s %d",
				kinds[which].name, (int)pid, is_signal ? "signal" : "exit code",
				is_signal ? WTERMSIG(status) : WEXITSTATUS(status));
		return;
	}
	if (c->is_renewed && c->code == EXIT_NOTHING) {
		c->due_ms = now;
		return;
	}
	bool was_steady = now - c->began_ms >= STEADY_MS || c->backoff_ms == 0;
	c->backoff_ms = was_steady ? BACKOFF_LEAST_MS : LEAST(c->backoff_ms * 2, BACKOFF_MOST_MS);
	c->due_ms = now + c->backoff_ms;
	_Atomic uint64_t *const restarts[N_CHILDREN] = { &s->shared->collector_restarts,
		&s->shared->reader_restarts, &s->shared->keeper_restarts,
		&s->shared->sender_restarts, &s->shared->warden_restarts };
	++*restarts[which];
	say(LOG_ERR,
		"the %s (process %d) ended: %s %d; %s; it is started again in "
		"%" PRIu64 " ms",
		kinds[which].name, (int)pid, is_signal ? "signal" : "exit code",
		is_signal ? WTERMSIG(status) : WEXITSTATUS(status), kinds[which].loss,
		c->backoff_ms);
}

static void reap(struct supervisor *s)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		for (int i = 0; i < N_CHILDREN; i++)
			if (s->child[i].pid == pid)
				ended(s, i, status);
}

static void ask(struct supervisor *s, int which, int signal_number)
{
	if (s->child[which].pid)
		kill(s->child[which].pid, signal_number);
}

/* It drains, and is begun again. */
static void renew(struct supervisor *s, int which)
{
	s->child[which].is_renewed = true;
	ask(s, which, SIGTERM);
}

/* The keeper goes on with what it remembers; the others begin anew. */
static void reload(struct supervisor *s)
{
	struct settings *fresh = malloc(sizeof *fresh);
	manager_reloading(&s->manager);
	if (fresh && s->job.reload(s->job.ctx, fresh)) {
		bool is_same = fresh->n_alerts == s->job.settings->n_alerts &&
			       !memcmp(fresh->alert, s->job.settings->alert, sizeof fresh->alert);
		if (!is_same) // they count by the place in the list
			memset(s->shared->sent, 0, ALERT_TARGETS_MAX * sizeof *s->shared->sent);
		*s->job.settings = *fresh;
		ask(s, KEEPER, SIGHUP);
		for (int i = 0; i < N_FEEDERS; i++)
			renew(s, i);
		renew(s, SENDER);
	}
	free(fresh);
	manager_reloaded(&s->manager);
}

static void heed(struct supervisor *s)
{
	struct signalfd_siginfo info;
	while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info)
		switch (info.ssi_signo) {
		case SIGCHLD:
			reap(s);
			break;
		case SIGHUP:
			reload(s);
			break;
		default:
			s->n_stops++;
		}
}

static void wait_for_signals(struct supervisor *s, uint64_t ms)
{
	ms = LEAST(ms, manager_tell(&s->manager, s->shared, s->n_stops > 0));
	struct pollfd p = { .fd = s->signals, .events = POLLIN };
	if (poll(&p, 1, (int)ms) > 0)
		heed(s);
	reap(s); // several deaths may be one signal
}

static bool is_wanted(const struct supervisor *s, int which)
{
	const struct settings *x = s->job.settings;
	return (which != READER || x->n_logs > 0) && (which != SENDER || x->n_alerts > 0) &&
	       (which != WARDEN || warden_is_wanted(x));
}

/* What a child could not see from its sandbox: it is begun again, and sees it. */
static void look_around(struct supervisor *s)
{
	s->looked_ms = steady_ms();
	for (int i = 0; i < N_CHILDREN; i++) {
		const struct child *c = &s->child[i];
		if (c->pid && !c->is_renewed &&
			kinds[i].surroundings(s->job.settings) != c->surroundings)
			renew(s, i);
	}
}

static void watch(struct supervisor *s)
{
	while (!s->n_stops) {
		uint64_t now = steady_ms(), wait_ms = WAIT_MS;
		if (now - s->looked_ms >= WAIT_MS)
			look_around(s);
		for (int i = 0; i < N_CHILDREN; i++) {
			struct child *c = &s->child[i];
			if (!c->pid && !is_wanted(s, i))
				continue;
			if (!c->pid && now >= c->due_ms)
				begin(s, i);
			else if (!c->pid)
				wait_ms = LEAST(wait_ms, c->due_ms - now);
		}
		wait_for_signals(s, wait_ms);
	}
}

/* Asked once it has its time; asked again, or when that is over, it is killed. */
static bool stop(struct supervisor *s, int which)
{
	struct child *c = &s->child[which];
	if (!c->pid)
		return true;
	uint64_t until = steady_ms() + DRAIN_MS;
	unsigned n_stops = s->n_stops;
	ask(s, which, SIGTERM);
	while (c->pid && steady_ms() < until && s->n_stops == n_stops)
		wait_for_signals(s, 100);
	if (!c->pid)
		return c->code == EXIT_NOTHING;
	say(LOG_ERR, "the %s (process %d) did not drain in time, it is killed", kinds[which].name,
		(int)c->pid);
	ask(s, which, SIGKILL);
	while (c->pid)
		wait_for_signals(s, 100);
	return false;
}

static bool pipes_open(struct supervisor *s)
{
	for (int i = 0; i < N_FEEDERS; i++) {
		int end[2], bytes = PIPE_BYTES; // as much as we get: it takes what comes meanwhile
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, end) != 0)
			return false;
		for (int k = 0; k < 2; k++)
			setsockopt(end[k], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
		s->end[i] = end[0];
		s->keeper_end[i] = end[1];
	}
	return true;
}

static bool open_all(struct supervisor *s)
{
	sigset_t set;
	sigemptyset(&set);
	static const int heeded[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	for (size_t i = 0; i < countof(heeded); i++)
		sigaddset(&set, heeded[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	void *shared =
		mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->signals < 0 || shared == MAP_FAILED || !pipes_open(s))
		return false;
	s->shared = shared;
	s->shared->tally = (struct tally *)(s->shared + 1);
	s->shared->sent = (struct sender_tally *)(s->shared->tally + 1);
	s->shared->started_ms = wall_ms();
	s->shared->supervisor = getpid();
	s->shared->watchdog_ms = manager_watchdog_ms(&s->manager);
	return true;
}

int supervisor_run(const struct supervisor_job *job)
{
	struct supervisor s = { .job = *job };
	manager_open(&s.manager);
	if (!open_all(&s)) {
		say(LOG_ERR, "%s", strerror(errno));
		return EXIT_ERROR;
	}
	watch(&s);
	manager_stopping(&s.manager);
	bool is_clean = true;
	for (int i = 0; i < N_CHILDREN; i++)
		is_clean = stop(&s, i) && is_clean;
	for (int i = 0; i < N_FEEDERS; i++) {
		close(s.end[i]);
		close(s.keeper_end[i]);
	}
	close(s.signals);
	manager_close(&s.manager);
	munmap(s.shared, SHARED_BYTES);
	return is_clean ? EXIT_NOTHING : EXIT_ERROR;
}
