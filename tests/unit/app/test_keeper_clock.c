// SPDX-License-Identifier: Apache-2.0
// The keeper as a process whose clocks are ours: they jump, both ways, and nothing is forgotten, told
// again, or trusted that should not be.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/keeper.h"
#include "app/keeper_state.h"

#define MINUTE_MS INT64_C(60'000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
enum { PATIENCE_MS = 20000, PEERS = 40, TEXT_MAX = 1 << 20, PORT = 445 };

/* By how much the clocks of this test are ahead of the machine's; shared with the keeper. */
static struct ahead {
	_Atomic int64_t wall_ms, steady_ms;
} * ahead;

/* In place of the C library's: every clock that the program reads goes through here. */
int clock_gettime(clockid_t id, struct timespec *out)
{
	int rc = (int)syscall(SYS_clock_gettime, id, out);
	int64_t by = !ahead                  ? 0
		     : id == CLOCK_REALTIME  ? ahead->wall_ms
		     : id == CLOCK_MONOTONIC ? ahead->steady_ms
					     : 0;
	int64_t ns = out->tv_nsec + by % 1000 * 1000000;
	out->tv_sec += by / 1000 + ns / 1000000000 - (ns < 0 && ns % 1000000000);
	out->tv_nsec = ns % 1000000000 + (ns < 0 && ns % 1000000000 ? 1000000000 : 0);
	return rc;
}

struct play {
	struct settings settings;
	struct watch_shared shared;
	char out[128];
	int pipe;
	pid_t pid;
	uint64_t number, epoch;
	struct exporter exporter;
};

static void start(struct play *p)
{
	const struct doors no_doors = {};
	int end[2], logs[2]; // nobody follows logs: the other end stays open and silent
	char path[256];
	snprintf(path, sizeof path, "%.64s/status.json", p->settings.state_directory);
	(void)unlink(path); // of the keeper before
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, logs), 0);
	fflush(NULL);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(end[0]);
		int fd = open(p->out, O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(fd, 1);
		_exit(keeper_run(&p->settings, NULL, end[1], logs[1], &no_doors, &p->shared));
	}
	close(end[1]);
	close(logs[0]);
	close(logs[1]);
	p->pipe = end[0];
}

static struct play *play_new(uint64_t remember_ms)
{
	struct play *p = calloc(1, sizeof *p);
	p->settings = (struct settings){ .memory = 16 << 20,
		.remember_ms = remember_ms,
		.clock_skew_ms = 5 * MINUTE_MS,
		.state_directory = "/tmp/cordon-clock-XXXXXX" };
	assert_non_null(mkdtemp(p->settings.state_directory));
	snprintf(p->out, sizeof p->out, "%.64s/out", p->settings.state_directory);
	p->epoch = 1;
	ahead->wall_ms = ahead->steady_ms = 0;
	start(p);
	return p;
}

static void stop(struct play *p, int signal_number)
{
	int status;
	kill(p->pid, signal_number);
	waitpid(p->pid, &status, 0);
	if (signal_number == SIGTERM) {
		if (!WIFEXITED(status))
			fail_msg("ended by signal %d", WTERMSIG(status));
		assert_int_equal(WEXITSTATUS(status), EXIT_NOTHING);
	}
	close(p->pipe);
}

static void play_free(struct play *p)
{
	DIR *dir = opendir(p->settings.state_directory);
	for (const struct dirent *f; (f = readdir(dir));)
		(void)unlinkat(dirfd(dir), f->d_name, 0);
	closedir(dir);
	rmdir(p->settings.state_directory);
	free(p);
}

static void give(struct play *p, enum parcel_sort sort, struct bytes body)
{
	static uint8_t room[PARCEL_HEADER_BYTES + 4096 + PEERS * PARCEL_CONTACT_BYTES];
	struct parcel parcel = { .sort = sort,
		.collector = 1,
		.epoch = p->epoch,
		.number = ++p->number,
		.sent_ms = wall_ms(),
		.body = body };
	size_t n = parcel_encode(&parcel, room, sizeof room);
	assert_int_equal(write(p->pipe, room, n), n);
}

/* A host looks for peers at a time; `answered` of them answer. */
static void scan(
	struct play *p, uint32_t host, uint32_t from, uint32_t n, uint32_t answered, uint64_t at_ms)
{
	uint8_t body[PEERS * PARCEL_CONTACT_BYTES];
	assert_true(n <= PEERS);
	for (uint32_t i = 0; i < n; i++) {
		struct contact c = { .src = addr_v4(host),
			.dst = addr_v4(0x0b000000 + from + i),
			.port = PORT,
			.proto = PROTO_TCP,
			.exporter = 1,
			.tries = 1,
			.first_ms = at_ms + i,
			.last_ms = at_ms + i,
			.saw = SAW_OPEN | (i < answered ? SAW_ANSWER : SAW_NO_ACK) };
		parcel_put_contact(body + i * PARCEL_CONTACT_BYTES, &c);
	}
	give(p, PARCEL_CONTACTS, (struct bytes){ body, n * PARCEL_CONTACT_BYTES });
}

static const char *text_of(const char *path)
{
	static char text[TEXT_MAX];
	FILE *in = fopen(path, "r");
	size_t n = in ? fread(text, 1, sizeof text - 1, in) : 0;
	if (in)
		fclose(in);
	text[n] = '\0';
	return text;
}

static const char *status(const struct play *p)
{
	char path[256];
	snprintf(path, sizeof path, "%.64s/status.json", p->settings.state_directory);
	return text_of(path);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;
	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void until(bool (*is_so)(const struct play *p, const char *what), const struct play *p,
	const char *what)
{
	for (int ms = 0; ms < PATIENCE_MS; ms += 20) {
		if (is_so(p, what))
			return;
		usleep(20000);
	}
	fail_msg("never: %s\n%s\n%s", what, text_of(p->out), status(p));
}

static bool is_told(const struct play *p, const char *what)
{
	return count(text_of(p->out), what) > 0;
}

static bool stands(const struct play *p, const char *what)
{
	return count(status(p), what) > 0;
}

static void assert_told_once(const struct play *p, const char *const *host, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(count(text_of(p->out), host[i]), 1);
}

static const char *const hosts[] = { "new 10.0.0.1 worm-like", "new 10.0.0.2 worm-like",
	"new 10.0.0.3 worm-like", "new 10.0.0.4 worm-like" };

/* Each jump is followed by one more infected host; those before go on with their work. */
static void what_is_found_is_told_once_however_the_clock_jumps(void **)
{
	static const int64_t jumps[] = { 0, 6 * HOUR_MS, -12 * HOUR_MS, 100 * DAY_MS };
	struct play *p = play_new(DAY_MS);
	for (size_t i = 0; i < countof(jumps); i++) {
		ahead->wall_ms += jumps[i];
		for (uint32_t host = 0; host <= i; host++)
			scan(p, 0x0a000001 + host, (uint32_t)i * PEERS, PEERS, 4, wall_ms());
		until(is_told, p, hosts[i]);
		ahead->steady_ms += HOUR_MS; // what is old is forgotten now
		scan(p, 0x0a000001, (uint32_t)i * PEERS, PEERS, 4, wall_ms());
		usleep(300000);
	}
	assert_told_once(p, hosts, countof(hosts));
	stop(p, SIGTERM);
	p->epoch++;
	p->number = 0;
	start(p);
	ahead->wall_ms -= 100 * DAY_MS;
	for (uint32_t host = 0; host < countof(hosts); host++)
		scan(p, 0x0a000001 + host, 1000, PEERS, 4, wall_ms());
	until(stands, p, "\"worm-like\":4");
	stop(p, SIGTERM);
	assert_told_once(p, hosts, countof(hosts));
	play_free(p);
}

/* An hour of a clock that is days ahead, and what comes after it is remembered as before. */
static void a_clock_that_was_ahead_does_not_age_what_comes_later(void **)
{
	struct play *p = play_new(DAY_MS);
	ahead->wall_ms = 3 * DAY_MS;
	scan(p, 0x0a000009, 0, 3, 0, wall_ms());
	until(stands, p, "\"contacts\":3");
	ahead->wall_ms = 0;
	for (uint32_t i = 0; i < 10; i++) { // a slow scan: two in an hour
		scan(p, 0x0a000001, i * 2, 2, 0, wall_ms());
		ahead->steady_ms += HOUR_MS;
		ahead->wall_ms += HOUR_MS;
		usleep(50000);
	}
	until(is_told, p, " 10.0.0.1 worm-like");
	stop(p, SIGTERM);
	play_free(p);
}

/* Exporters that are right while our clock is wrong: their contacts count, and who is silent is silent. */
static void a_clock_that_was_set_back_makes_no_silence_trusted(void **)
{
	struct play *p = play_new(DAY_MS);
	uint8_t body[PARCEL_EXPORTER_BYTES];
	struct exporter x = { .address = addr_v4(0x0a0000fe), .version = 5, .datagrams = 1 };
	x.first_ms = x.last_ms = wall_ms();
	parcel_put_exporter(body, &x);
	give(p, PARCEL_EXPORTERS, (struct bytes){ body, sizeof body });
	until(stands, p, "\"silence_is_trusted\":true,\"hosts_watched\"");
	ahead->wall_ms = -6 * HOUR_MS;
	ahead->steady_ms += MINUTE_MS;
	scan(p, 0x0a000001, 0, PEERS, 4, wall_ms() + 6 * HOUR_MS); // by a clock that is right
	until(is_told, p, "new 10.0.0.1 worm-like");
	until(stands, p, "\"silence_is_trusted\":false,\"hosts_watched\"");
	until(stands, p, "\"silent\"");
	stop(p, SIGTERM);
	play_free(p);
}

/* What is usual is learned by the steady clock, and outlives a keeper that loses all its contacts. */
static void what_is_usual_is_learned_each_hour_and_kept(void **)
{
	struct play *p = play_new(DAY_MS);
	for (uint32_t host = 0; host < 8; host++)
		scan(p, 0x0a000001 + host, host * PEERS, PEERS, PEERS - 4, wall_ms());
	until(stands, p, "\"contacts\":320");
	assert_true(stands(p, "\"ports_remembered\":0"));
	ahead->steady_ms += 2 * HOUR_MS;
	scan(p, 0x0a000001, 0, PEERS, PEERS - 4, wall_ms());
	until(stands, p, "\"ports_remembered\":1");
	stop(p, SIGKILL);
	char path[256];
	snprintf(path, sizeof path, "%.64s/contacts.journal.1", p->settings.state_directory);
	assert_int_equal(unlink(path), 0);
	p->epoch++;
	p->number = 0;
	start(p);
	until(stands, p, "\"contacts\":0");
	until(stands, p, "\"ports_remembered\":1");
	stop(p, SIGTERM);
	play_free(p);
}

int main(void)
{
	ahead = mmap(
		NULL, sizeof *ahead, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ahead == MAP_FAILED)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_is_told_once_however_the_clock_jumps),
		cmocka_unit_test(a_clock_that_was_ahead_does_not_age_what_comes_later),
		cmocka_unit_test(a_clock_that_was_set_back_makes_no_silence_trusted),
		cmocka_unit_test(what_is_usual_is_learned_each_hour_and_kept),
	};
	return cmocka_run_group_tests_name("keeper and clocks", tests, NULL, NULL);
}
