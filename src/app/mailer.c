// SPDX-License-Identifier: Apache-2.0
// Sender and mailer talk over a pair of sockets: a length and a message there, a struct answer back. A message
// is a file without a name that sendmail reads as its standard input, so nobody waits for anybody who does not read.
#include "app/mailer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/clock.h"
#include "model/mailbox.h"

enum { MS_IN_S = 1000, SAID_BYTES = 4096, LOOK_MS = 200, EXIT_NO_EXEC = 127, SPARE_MS = 2000 };

struct answer {
	bool is_taken;
	char why[256];
};

static bool read_all(int fd, void *room, size_t n)
{
	for (char *at = room; n > 0;) {
		ssize_t k = read(fd, at, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t n)
{
	for (const char *at = from; n > 0;) {
		ssize_t k = send(fd, at, n, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

/* A file of `n` bytes that cannot grow, so that a program that talks without end takes no memory. */
static int room_make(const char *name, size_t n)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd >= 0 && (ftruncate(fd, (off_t)n) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) != 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Recipients are arguments, not taken from the headers (-t): what stands in a message can name nobody. -i: a
 * line of a single dot ends nothing.
 */
static _Noreturn void exec_sendmail(const struct alert_target *t, int message, int said)
{
	static char *environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	char text[ALERT_TO_BYTES], from[ALERT_NAMED_BYTES];
	char *argument[ALERT_RECIPIENTS_MAX + 6] = { (char *)(uintptr_t)t->sendmail, "-i" };
	size_t n = 2, at = 0, used = 0;
	struct mailbox m;
	struct str one;
	if (mailbox_parse(t->from, &m)) {
		snprintf(from, sizeof from, "%.*s", STR_ARG(m.address));
		argument[n++] = "-f";
		argument[n++] = from;
	}
	for (size_t k = 0; k < ALERT_RECIPIENTS_MAX && mailbox_next(t->to, &at, &one); k++) {
		argument[n++] = text + used;
		used += (size_t)snprintf(text + used, sizeof text - used, "%.*s", STR_ARG(one)) + 1;
	}
	setsid(); // so that all it begins can be ended
	dup2(message, STDIN_FILENO);
	dup2(said, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
		_exit(EXIT_NO_EXEC);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	execve(t->sendmail, argument, environment);
	dprintf(STDERR_FILENO, "%s", strerror(errno));
	_exit(EXIT_NO_EXEC);
}

/* The first line of what it said, without what is not printable. */
static void first_line(int said, char *room, size_t size)
{
	ssize_t n = pread(said, room, size - 1, 0);
	room[n > 0 ? n : 0] = '\0';
	room[strcspn(room, "\r\n")] = '\0';
	for (char *p = room; *p; p++)
		if ((uint8_t)*p < ' ' || (uint8_t)*p >= 0x7f)
			*p = '?';
}

static void judge(const struct alert_target *t, int status, int said, struct answer *a)
{
	char line[100];
	first_line(said, line, sizeof line);
	const char *more = line[0] ? ": " : "";
	a->is_taken = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_EXEC)
		snprintf(a->why, sizeof a->why, "%.80s cannot be run%s%s", t->sendmail, more, line);
	else if (WIFEXITED(status))
		snprintf(a->why, sizeof a->why, "%.80s ended with exit code %d%s%s", t->sendmail,
			WEXITSTATUS(status), more, line);
	else
		snprintf(a->why, sizeof a->why, "%.80s ended by signal %d%s%s", t->sendmail,
			WTERMSIG(status), more, line);
}

/* What the process knows. */
struct post {
	const struct alert_target *target;
	int asker;
	unsigned try_ms;
};

/* Until it has ended, the time is over, or who asked is gone. */
static void wait_for(const struct post *p, pid_t pid, int said, struct answer *a)
{
	int child = (int)syscall(SYS_pidfd_open, pid, 0), status = 0;
	struct pollfd look[] = { { .fd = child, .events = POLLIN },
		{ .fd = p->asker, .events = POLLRDHUP } };
	uint64_t until_ms = steady_ms() + p->try_ms;
	bool is_over = false;
	for (uint64_t now; child >= 0 && !is_over && (now = steady_ms()) < until_ms;)
		is_over = poll(look, countof(look), (int)(until_ms - now)) > 0;
	bool has_ended = child >= 0 && look[0].revents;
	if (!has_ended) {
		kill(pid, SIGKILL);
		kill(-pid,
			SIGKILL); // what it began; what one that ended left behind may be the delivery
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (has_ended)
		judge(p->target, status, said, a);
	else
		snprintf(a->why, sizeof a->why, "%.80s did not end within %u s, and was killed",
			p->target->sendmail, p->try_ms / MS_IN_S);
	if (child >= 0)
		close(child);
}

static void deliver(const struct post *p, int message, struct answer *a)
{
	int said = room_make("said", SAID_BYTES);
	pid_t pid = said < 0 ? -1 : fork();
	if (pid == 0)
		exec_sendmail(p->target, message, said);
	if (pid < 0)
		snprintf(a->why, sizeof a->why, "run %.80s: %s", p->target->sendmail,
			strerror(errno));
	else
		wait_for(p, pid, said, a);
	if (said >= 0)
		close(said);
}

/* The message into a file; -1 when it cannot be taken. */
static int receive(int asker, size_t n)
{
	int fd = room_make("message", n);
	void *room = fd < 0 ? MAP_FAILED : mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	bool is_whole = room != MAP_FAILED && read_all(asker, room, n);
	if (room != MAP_FAILED)
		munmap(room, n);
	if (fd >= 0 && !is_whole) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Until who asks is gone. */
static void serve(const struct post *p)
{
	for (uint32_t n; read_all(p->asker, &n, sizeof n) && n > 0 && n <= MAIL_BYTES_MAX;) {
		struct answer a = {};
		int message = receive(p->asker, n);
		if (message < 0)
			return;
		deliver(p, message, &a);
		close(message);
		if (!write_all(p->asker, &a, sizeof a))
			return;
	}
}

bool mailer_begin(
	struct mailer *m, const struct alert_target *target, unsigned try_ms, struct err *e)
{
	int end[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0)
		return err_sys(e, "begin the process that runs %s", target->sendmail);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGTERM, SIG_IGN); // it ends when who asks does
		if (dup2(end[1], STDERR_FILENO + 1) >= 0 &&
			close_range(STDERR_FILENO + 2, ~0U, 0) == 0)
			serve(&(struct post){ target, STDERR_FILENO + 1, try_ms });
		_exit(0);
	}
	close(end[1]);
	if (pid < 0) {
		close(end[0]);
		return err_sys(e, "begin the process that runs %s", target->sendmail);
	}
	m->fd = end[0];
	m->pid = pid;
	m->try_ms = try_ms;
	return true;
}

void mailer_end(struct mailer *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	if (m->pid > 0)
		(void)waitpid(m->pid, NULL, 0);
	m->pid = 0;
}

static bool gone(struct mailer *m, const char *why, struct err *e)
{
	close(m->fd);
	m->fd = -1;
	return err_set(e, "mail: %s", why);
}

bool mailer_send(struct mailer *m, struct str message, struct err *e)
{
	uint32_t n = (uint32_t)message.len;
	struct answer a;
	if (m->fd < 0 || message.len > MAIL_BYTES_MAX)
		return err_set(e, "mail: %s",
			m->fd < 0 ? "the process that runs sendmail is gone" : "too long");
	if (!write_all(m->fd, &n, sizeof n) || !write_all(m->fd, message.ptr, message.len))
		return gone(m, "the process that runs sendmail is gone", e);
	struct pollfd p = { .fd = m->fd, .events = POLLIN };
	uint64_t until_ms = steady_ms() + m->try_ms + SPARE_MS;
	while (poll(&p, 1, LOOK_MS) <= 0)
		if (steady_ms() > until_ms || (m->gives_up && m->gives_up()))
			return gone(m, "sendmail has not ended yet, and we have to", e);
	if (!read_all(m->fd, &a, sizeof a))
		return gone(m, "the process that runs sendmail is gone", e);
	a.why[sizeof a.why - 1] = '\0';
	return a.is_taken || err_set(e, "mail: %s", a.why);
}
