// SPDX-License-Identifier: Apache-2.0
// An answer is lines and then "done" or "error". Answers that nobody took wait in the pipe for the next who reads, so
// each talk begins with a question whose answer is known by its look.
#include "app/exabgp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/clock.h"
#include "base/bytes.h"

enum { PATH_BYTES = 4096, ANSWER_MS = 10000, QUIET_MS = 100, NAP_MS = 5, ANSWERS_MAX = 64 << 20 };

struct talk {
	int in, out;
	char *got; // what was read and is not taken yet
	size_t n, room;
};

static bool path_of_answers(const char *pipe, char path[static PATH_BYTES])
{
	size_t n = strlen(pipe);
	if (n < 4 || n >= PATH_BYTES - 1 || strcmp(pipe + n - 3, ".in") != 0)
		return false;
	snprintf(path, PATH_BYTES, "%.*s.out", (int)(n - 3), pipe);
	return true;
}

bool exabgp_answers(const char *pipe)
{
	char path[PATH_BYTES];
	struct stat st;
	return path_of_answers(pipe, path) && stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

static void talk_close(struct talk *t)
{
	if (t->in >= 0)
		close(t->in);
	if (t->out >= 0)
		close(t->out);
	free(t->got);
}

/* Read what comes within some time. Its writer opens the pipe for each line anew, so an end is none. */
static bool hear(struct talk *t, int wait_ms, bool *is_quiet, struct err *e)
{
	uint64_t end_ms = steady_ms() + (uint64_t)wait_ms;
	*is_quiet = false;
	if (t->room - t->n < 2) {
		size_t room = t->room ? 2 * t->room : 1 << 16;
		char *more = room <= ANSWERS_MAX ? realloc(t->got, room) : NULL;
		if (!more)
			return err_set(e, "answers of ExaBGP: too long");
		t->got = more;
		t->room = room;
	}
	do {
		struct pollfd p = { .fd = t->out, .events = POLLIN };
		const struct timespec nap = { 0, NAP_MS * 1000000L };
		(void)poll(&p, 1, NAP_MS);
		ssize_t n = read(t->out, t->got + t->n, t->room - t->n - 1);
		if (n > 0) {
			t->n += (size_t)n;
			return true;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return err_sys(e, "read the answers of ExaBGP");
		nanosleep(&nap, NULL);
	} while (steady_ms() < end_ms);
	*is_quiet = true;
	return true;
}

/* The next line into `row`, cut to its size, and to `copy` whole. Returns false when nothing comes any more. */
static bool line_next(struct talk *t, char row[static 64], FILE *copy, struct err *e)
{
	bool is_quiet;
	char *end;
	while (!t->n || !(end = memchr(t->got, '\n', t->n)))
		if (!hear(t, ANSWER_MS, &is_quiet, e))
			return false;
		else if (is_quiet)
			return err_set(
				e, "ExaBGP does not answer to the end; is exabgp.api.ack on?");
	size_t len = (size_t)(end - t->got);
	snprintf(row, 64, "%.*s", (int)(len < 64 ? len : 63), t->got);
	if (copy && strcmp(row, "done") != 0 && strcmp(row, "error") != 0)
		fprintf(copy, "%.*s\n", (int)len, t->got);
	t->n -= len + 1;
	memmove(t->got, end + 1, t->n);
	if (copy && ftell(copy) > ANSWERS_MAX)
		return err_set(e, "answers of ExaBGP: too long");
	return true;
}

/* One answer. Returns false with `e` filled when it does not come; `is_done` is whether it was "done". */
static bool answer_take(struct talk *t, FILE *copy, bool *is_done, struct err *e)
{
	char row[64];
	do {
		if (!line_next(t, row, copy, e))
			return false;
		*is_done = !strcmp(row, "done");
	} while (!*is_done && strcmp(row, "error") != 0);
	return true;
}

/* What it says meanwhile is read, or both would wait for each other. */
static bool speak(struct talk *t, const char *text, size_t len, struct err *e)
{
	uint64_t end_ms = steady_ms() + ANSWER_MS;
	while (len) {
		void (*before)(int) = signal(SIGPIPE, SIG_IGN); // it may end while we speak
		ssize_t n = write(t->in, text, len);
		int code = errno;
		signal(SIGPIPE, before);
		errno = code;
		bool is_quiet;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
			end_ms = steady_ms() + ANSWER_MS;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return err_sys(e, "write to ExaBGP");
		} else if (steady_ms() > end_ms) {
			return err_set(e, "ExaBGP does not read its pipe");
		} else if (!hear(t, NAP_MS, &is_quiet, e)) {
			return false;
		}
	}
	return true;
}

/* Two of us at once would take each other's answers. */
static bool lock(int fd, struct err *e)
{
	uint64_t end_ms = steady_ms() + ANSWER_MS;
	const struct timespec nap = { 0, 2 * NAP_MS * 1000000L };
	while (flock(fd, LOCK_EX | LOCK_NB))
		if (errno != EWOULDBLOCK || steady_ms() > end_ms)
			return err_sys(e, "lock the pipe of ExaBGP");
		else
			nanosleep(&nap, NULL);
	return true;
}

/* Past whatever was left by those who asked before and did not wait. */
static bool begin(struct talk *t, struct err *e)
{
	static const char question[] = "version\n";
	char row[64];
	bool is_quiet = false, is_done;
	if (!speak(t, question, sizeof question - 1, e))
		return false;
	do {
		if (!line_next(t, row, NULL, e))
			return false;
	} while (strncmp(row, "exabgp ", 7) != 0);
	if (!answer_take(t, NULL, &is_done, e))
		return false;
	while (!is_quiet)
		if (!hear(t, QUIET_MS, &is_quiet, e))
			return false;
	t->n = 0;
	return true;
}

/* Close it with talk_close in any case. */
static bool talk_open(struct talk *t, const char *pipe, struct err *e)
{
	char path[PATH_BYTES];
	*t = (struct talk){ -1, -1, NULL, 0, 0 };
	if (!path_of_answers(pipe, path))
		return err_set(
			e, "%s: its answers cannot be had; a pipe of ExaBGP ends in .in", pipe);
	t->out = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (t->out < 0)
		return err_sys(e, "open %s", path);
	t->in = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (t->in < 0 && errno == ENXIO)
		return err_set(e, "open %s: ExaBGP does not read it; is it running?", pipe);
	if (t->in < 0)
		return err_sys(e, "open %s", pipe);
	return lock(t->in, e) && begin(t, e);
}

bool exabgp_ask(const char *pipe, char **out, struct err *e)
{
	static const char *const questions[] = { "show neighbor extensive\n",
		"show adj-rib out extensive\n" };
	struct talk t;
	char *text = NULL;
	size_t len;
	FILE *copy = open_memstream(&text, &len);
	bool ok = copy || err_sys(e, "answers of ExaBGP");
	ok = ok && talk_open(&t, pipe, e);
	for (size_t i = 0; ok && i < countof(questions); i++) {
		bool is_done = false;
		ok = speak(&t, questions[i], strlen(questions[i]), e) &&
		     answer_take(&t, copy, &is_done, e) &&
		     (is_done || err_set(e, "ExaBGP does not know '%.*s'",
					 (int)strlen(questions[i]) - 1, questions[i]));
	}
	if (copy) {
		talk_close(&t);
		fclose(copy);
	}
	if (ok)
		*out = text;
	else
		free(text);
	return ok;
}

/* Errors overtake what is done, so which command was refused cannot be told. */
bool exabgp_tell(const char *pipe, const char *text, struct err *e)
{
	struct talk t;
	size_t n = 0, n_refused = 0;
	bool ok = talk_open(&t, pipe, e);
	for (size_t len; ok && *text; text += len) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		if (*text == '#' || *text == '\n')
			continue;
		ok = speak(&t, text, len, e);
		n++;
	}
	for (size_t i = 0; ok && i < n; i++) {
		bool is_done = false;
		ok = answer_take(&t, NULL, &is_done, e);
		n_refused += ok && !is_done;
	}
	talk_close(&t);
	if (ok && n_refused)
		return err_set(
			e, "ExaBGP refused %zu of %zu commands; its log says which", n_refused, n);
	return ok;
}
