// SPDX-License-Identifier: Apache-2.0
// One thread around epoll: sockets, the pipe, signals. Datagrams join the evidence of the open window;
// a closed one goes out in between, a few parcels at a turn. Nothing here waits for the keeper.
#include "app/collector.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "app/command.h"
#include "app/ingest.h"
#include "app/intake.h"
#include "app/outbox.h"
#include "app/reception.h"
#include "decode/keepsake.h"
#include "net/sandbox.h"

enum {
	CALLS_PER_TURN = 8,    // of recvmmsg, at one socket, before others have their turn
	PARCELS_PER_TURN = 4,  // about 100 us of work
	FRAMES_PER_TURN = 512, // of the interface, before the sockets have their turn
	GREETING_MS = 1000,    // how long templates are waited for
	FAREWELL_MS = 5000,    // how long the keeper has to take the last window
	DRAIN_MS = 2000,       // how long the sockets are read at the end, if they do not run dry
	STUCK_MS = 100, // a window is due and the one before still going: the pipe will wake us
	ALL_EXPORTERS_EVERY = 20, // windows; else those that spoke
};

/*
 * When little came, the loop rests for a moment, so that datagrams come many at a time and not each
 * with a wakeup of its own. A small buffer has no room for that.
 */
enum { REST_NS = 4000000, REST_BELOW = UDP_BATCH / 2 };

struct collector {
	const struct settings *settings;
	struct reception in;
	struct outbox outbox;
	struct evidence *going;       // the window that goes out
	uint64_t n_windows, close_ms; // when the open one closes, on the steady clock
	struct intake intake;         // of the pipe: what the keeper says
	bool is_greeted, is_over;
	int epoll, signals;
	struct tally *tally; // NULL: nobody asks
	bool wants_out;      // the pipe is watched for room
};

static uint64_t clock_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static uint64_t steady_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/* What dies with us now is counted by what we told of it. */
static void count(struct collector *c)
{
	if (c->tally)
		c->tally->received = c->tally->before + c->in.counter[COLLECTED_DATAGRAMS];
}

/* The open window becomes the one that goes out, once the one before has gone. */
static void close_window(struct collector *c, bool is_last)
{
	struct evidence *closed = reception_close(&c->in, is_last);
	if (!closed)
		return; // it goes on joining, and is tried again
	evidence_free(c->going);
	c->going = closed;
	c->in.counter[COLLECTED_STALLS] = c->outbox.n_stalls;
	memcpy(c->outbox.counter, c->in.counter, sizeof c->in.counter);
	for (size_t i = 0; i < N_FAULTS; i++)
		c->outbox.fault[i] = c->in.trouble.fault[i].n;
	c->outbox.twins = c->in.twins;
	if (c->in.tap)
		c->outbox.interface = *tap_exporter(c->in.tap);
	uint64_t now_ms = clock_ms(CLOCK_REALTIME);
	uint64_t ago_ms = 2 * (SEQUENCE_LATE_MS + c->settings->window_ms);
	bool tells_all = is_last || c->n_windows++ % ALL_EXPORTERS_EVERY == 0;
	c->outbox.exporters_since_ms = tells_all || now_ms < ago_ms ? 0 : now_ms - ago_ms;
	outbox_begin(&c->outbox, c->going, c->in.sequences, now_ms, is_last);
}

/* One parcel of the keeper. Others than these are not for us. */
static void take_parcel(struct collector *c, const struct parcel *p)
{
	if (p->sort == PARCEL_TEMPLATE)
		(void)keepsake_restore(p->body, c->in.templates); // if damaged: learned anew
	if (p->sort == PARCEL_SAMPLER)
		(void)keepsake_restore_sampler(p->body, c->in.templates);
	if (p->sort == PARCEL_HELLO)
		c->is_greeted = true;
}

static bool is_hung_up(int pipe)
{
	char byte;
	ssize_t n = recv(pipe, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* Only when something stands there: the pipe may be one that waits. */
static void read_pipe(struct collector *c)
{
	struct parcel p;
	if (!intake_read(&c->intake, c->outbox.pipe))
		c->outbox.is_closed = is_hung_up(c->outbox.pipe);
	while (intake_next(&c->intake, &p))
		take_parcel(c, &p);
}

/* Numbers of what epoll watches behind the sockets. */
enum { WATCH_PIPE = SOCKETS_MAX, WATCH_SIGNALS, WATCH_TAP };

static bool watch(struct collector *c, int how, int fd, uint32_t number, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.u32 = number };
	return !epoll_ctl(c->epoll, how, fd, &event);
}

static void send_on(struct collector *c)
{
	bool more = outbox_send(&c->outbox, PARCELS_PER_TURN, steady_ms());
	if (more != c->wants_out)
		(void)watch(c, EPOLL_CTL_MOD, c->outbox.pipe, WATCH_PIPE,
			more ? EPOLLIN | EPOLLOUT : EPOLLIN);
	c->wants_out = more;
}

static bool wait_for_pipe(struct collector *c, short events, uint64_t until_ms)
{
	uint64_t now_ms = steady_ms();
	if (c->outbox.is_closed || now_ms >= until_ms)
		return false;
	uint64_t ms = until_ms - now_ms;
	struct timespec timeout = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	struct pollfd fd = { .fd = c->outbox.pipe, .events = events };
	return ppoll(&fd, 1, &timeout, NULL) > 0;
}

/* Returns whether all was told in time. */
static bool send_all(struct collector *c, uint64_t until_ms)
{
	while (outbox_send(&c->outbox, PARCELS_PER_TURN, steady_ms()))
		if (!wait_for_pipe(c, POLLOUT, until_ms))
			return false;
	return true;
}

/* Templates first: the data that waits in the kernel may need them. */
static void greet(struct collector *c)
{
	uint64_t until_ms = steady_ms() + GREETING_MS;
	outbox_put(&c->outbox, PARCEL_HELLO, clock_ms(CLOCK_REALTIME));
	(void)outbox_send(&c->outbox, 1, steady_ms());
	while (!c->is_greeted && wait_for_pipe(c, POLLIN, until_ms))
		read_pipe(c);
}

/* What cannot be read any more is gone from the watch as well, with its descriptor. */
static size_t read_tap(struct collector *c, int n_max)
{
	return c->in.tap ? reception_tap(&c->in, n_max) : 0;
}

/* One turn: what is ready has its share. Returns how many datagrams and frames there were. */
static size_t turn(struct collector *c, int timeout_ms)
{
	enum { EVENTS = 64 };
	struct epoll_event event[EVENTS];
	size_t n_received = 0;
	int n = epoll_pwait(c->epoll, event, EVENTS, timeout_ms, NULL);
	for (int i = 0; i < n; i++) {
		uint32_t number = event[i].data.u32;
		if (number < c->in.n_sockets)
			n_received += reception_read(&c->in, number, CALLS_PER_TURN);
		else if (number == WATCH_TAP)
			n_received += read_tap(c, FRAMES_PER_TURN);
		else if (number == WATCH_SIGNALS)
			c->is_over = true;
		else if (event[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			read_pipe(c);
	}
	return n_received;
}

static void run(struct collector *c)
{
	static const struct timespec rest = { 0, REST_NS };
	c->close_ms = steady_ms() + c->settings->window_ms;
	while (!c->is_over && !c->outbox.is_closed) {
		uint64_t now_ms = steady_ms();
		bool is_due = now_ms >= c->close_ms && outbox_is_empty(&c->outbox);
		if (is_due) {
			close_window(c, false);
			c->close_ms = now_ms + c->settings->window_ms;
		}
		uint64_t left_ms = c->close_ms > now_ms ? c->close_ms - now_ms : STUCK_MS;
		send_on(c);
		size_t n = turn(c, (int)left_ms);
		count(c);
		if (n && n < REST_BELOW && c->in.has_room && !c->wants_out)
			clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL);
	}
}

/* What the sockets hold is read, but not what a flood adds for ever. */
static void drain(struct collector *c)
{
	uint64_t until_ms = steady_ms() + DRAIN_MS;
	for (size_t i = 0; i < c->in.n_sockets; i++)
		while (reception_read(&c->in, i, 1) && steady_ms() < until_ms)
			;
	while (read_tap(c, FRAMES_PER_TURN) && steady_ms() < until_ms)
		;
}

static int end(struct collector *c)
{
	uint64_t until_ms = steady_ms() + DRAIN_MS + FAREWELL_MS;
	drain(c);
	count(c);
	if (!send_all(c, until_ms))
		return EXIT_PARTLY;
	close_window(c, true);
	bool is_told = send_all(c, until_ms);
	if (is_told) {
		outbox_put(&c->outbox, PARCEL_BYE, clock_ms(CLOCK_REALTIME));
		is_told = send_all(c, until_ms);
	}
	return is_told ? EXIT_NOTHING : EXIT_PARTLY;
}

static bool watch_all(struct collector *c, struct err *e)
{
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	c->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	bool is_set = c->signals >= 0 && c->epoll >= 0 &&
		      watch(c, EPOLL_CTL_ADD, c->signals, WATCH_SIGNALS, EPOLLIN) &&
		      watch(c, EPOLL_CTL_ADD, c->outbox.pipe, WATCH_PIPE, EPOLLIN);
	for (size_t i = 0; is_set && i < c->in.n_sockets; i++)
		is_set = watch(c, EPOLL_CTL_ADD, c->in.socket[i], (uint32_t)i, EPOLLIN);
	if (is_set && c->in.tap)
		is_set = watch(c, EPOLL_CTL_ADD, tap_fd(c->in.tap), WATCH_TAP, EPOLLIN);
	return is_set || err_sys(e, "watch sockets");
}

static bool begin(struct collector *c, const int *socket, size_t n_sockets, struct err *e)
{
	const struct template_keeper keeper = {
		.keep = outbox_keep_template,
		.keep_sampler = outbox_keep_sampler,
		.ctx = &c->outbox,
	};
	if (!intake_init(&c->intake))
		return err_set(e, "no memory");
	return reception_init(&c->in, c->settings, socket, n_sockets, &keeper, e) &&
	       watch_all(c, e);
}

static void fini(struct collector *c)
{
	outbox_fini(&c->outbox);
	evidence_free(c->going);
	reception_fini(&c->in);
	intake_fini(&c->intake);
	if (c->epoll >= 0)
		close(c->epoll);
	if (c->signals >= 0)
		close(c->signals);
	free(c);
}

static bool enter_sandbox(struct err *e)
{
	struct sandbox box;
	if (!sandbox_enter(&box, e))
		return false;
	if (box.remark.text[0])
		ingest_tell("collector: %s", box.remark.text);
	return true;
}

static int run_to_end(struct collector *c)
{
	greet(c);
	run(c);
	if (!c->outbox.is_closed)
		return end(c);
	ingest_tell("collector: nobody has the other end of the pipe any more");
	return EXIT_ERROR;
}

int collector_run(const struct settings *s, const int *socket, size_t n_sockets, int pipe,
	uint64_t collector_id, uint64_t epoch, struct tally *tally)
{
	struct err e = {};
	struct collector *c = calloc(1, sizeof *c);
	if (!c) {
		ingest_tell("collector: no memory");
		return EXIT_ERROR;
	}
	c->settings = s;
	c->epoll = c->signals = -1;
	c->tally = tally;
	if (tally)
		tally->before = tally->received;
	int code = EXIT_ERROR;
	if (!outbox_init(&c->outbox, pipe, collector_id, epoch))
		ingest_tell("collector: no memory");
	else if (begin(c, socket, n_sockets, &e) && enter_sandbox(&e))
		code = run_to_end(c);
	else
		ingest_tell("collector: %s", e.text);
	fini(c);
	return code;
}
