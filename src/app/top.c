// SPDX-License-Identifier: Apache-2.0
// cordon top: the terminal, the keys, and a question to the daemon every two seconds.
#include "app/top.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/desk.h"
#include "app/incident.h"

enum { ASK_MS = 2000, LINES_LEAST = 8, COLUMNS_LEAST = 20, CTRL_C = 3 };

struct top_options {
	struct desk_options desk;
	bool once;
};

/* A terminal as it was found. */
struct terminal {
	struct termios before;
	int signals, errors; // where standard error led
};

static bool is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < countof(names); i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			return strcasestr(v, "utf-8") || strcasestr(v, "utf8");
	}
	return false;
}

static bool ask(struct top *t, struct desk *desk)
{
	cJSON *status = desk_get(desk, "/api/v1/status");
	cJSON *hosts =
		status ? desk_get(desk, "/api/v1/hosts?order=newest&limit=%d", TOP_ROWS_MAX) : NULL;
	top_take(t, status, hosts, wall_ms());
	cJSON_Delete(hosts);
	return !t->is_lost;
}

/* What a terminal that does not say it is taken for. */
static struct winsize size_of_screen(void)
{
	struct winsize size = {};
	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	size.ws_row = size.ws_row > LINES_LEAST ? size.ws_row : 24;
	size.ws_col = size.ws_col > COLUMNS_LEAST ? size.ws_col : 80;
	return size;
}

static void draw(const struct top *t)
{
	const struct winsize size = size_of_screen();
	fputs("\x1b[H", stdout);
	top_draw(t, size.ws_row, size.ws_col, is_utf8(), stdout);
	fflush(stdout);
}

/* Keys by byte; what a terminal sends for arrows ends in A or B behind an escape. */
static void move(struct top *t, long by)
{
	long to = (long)t->at + by, last = (long)t->n_shown - 1;
	t->at = (size_t)(to > last ? (last < 0 ? 0 : last) : to < 0 ? 0 : to);
}

static void explain(struct top *t, struct desk *desk)
{
	char path[PATH_TEXT_BYTES], key, *text = NULL;
	size_t len = 0;
	if (t->n_shown == 0)
		return;
	const char *address = t->row[t->shown[t->at]].address;
	cJSON *h = desk_get(desk, "%s", path_of("hosts/", address, "", path));
	FILE *out = h ? open_memstream(&text, &len) : NULL;
	if (out) {
		incident_explain_host(desk, h, out);
		fclose(out);
	}
	fputs("\x1b[H\x1b[2J", stdout);
	top_wrap(text ? text : "no answer", size_of_screen().ws_col, stdout);
	fputs("\r\nany key goes back\r\n", stdout);
	fflush(stdout);
	free(text);
	cJSON_Delete(h);
	(void)!read(STDIN_FILENO, &key, sizeof key);
}

static void type(struct top *t, char key)
{
	size_t n = strlen(t->filter);
	if (key == '\r' || key == '\n') {
		t->is_typing = false;
	} else if (key == 0x1b) {
		t->is_typing = false;
		t->filter[0] = '\0';
	} else if (key == 0x7f || key == '\b') {
		t->filter[n ? n - 1 : 0] = '\0';
	} else if (key > ' ' && n + 1 < sizeof t->filter) {
		t->filter[n] = key;
		t->filter[n + 1] = '\0';
	}
	top_sort(t);
}

/* One key. Returns false when it is to end. */
static bool press(struct top *t, struct desk *desk, char key)
{
	switch (key) {
	case 'q':
	case CTRL_C:
		return false;
	case 'j':
	case 'k':
		move(t, key == 'j' ? 1 : -1);
		break;
	case 's':
		t->order = (t->order + 1) % N_TOP_ORDERS;
		break;
	case 'a':
		t->all = !t->all;
		break;
	case '/':
		t->is_typing = true;
		break;
	case '\r':
		explain(t, desk);
		break;
	default:
		break;
	}
	top_sort(t);
	return true;
}

/* Returns false when it is to end. */
static bool take_keys(struct top *t, struct desk *desk)
{
	char key[16];
	ssize_t n = read(STDIN_FILENO, key, sizeof key);
	bool goes_on = n > 0 || (n < 0 && errno == EINTR);
	if (n >= 3 && key[0] == 0x1b && (key[1] == '[' || key[1] == 'O')) {
		long page = key[2] == '5' ? -10 : key[2] == '6' ? 10 : 0;
		move(t, key[2] == 'A' ? -1 : key[2] == 'B' ? 1 : page);
		return true;
	}
	for (ssize_t i = 0; i < n && goes_on; i++)
		if (t->is_typing && key[i] != CTRL_C)
			type(t, key[i]);
		else
			goes_on = press(t, desk, key[i]);
	return goes_on;
}

/* What libraries and desk.c say of a daemon that is away would spoil the picture, which says it itself. */
static bool terminal_enter(struct terminal *m)
{
	struct termios raw;
	sigset_t set;
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	m->errors = dup(STDERR_FILENO);
	bool ok = nowhere >= 0 && m->signals >= 0 && !tcgetattr(STDIN_FILENO, &m->before);
	raw = m->before;
	cfmakeraw(&raw);
	raw.c_oflag = m->before.c_oflag;
	ok = ok && !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	if (ok) {
		dup2(nowhere, STDERR_FILENO);
		fputs("\x1b[?1049h\x1b[?25l", stdout);
	}
	if (nowhere >= 0)
		close(nowhere);
	return ok;
}

static void terminal_leave(const struct terminal *m)
{
	fputs("\x1b[?25h\x1b[?1049l", stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &m->before);
	dup2(m->errors, STDERR_FILENO);
	close(m->errors);
	close(m->signals);
}

/* Returns false when a signal asks for the end. */
static bool heed(int signals)
{
	struct signalfd_siginfo info;
	bool goes_on = true;
	while (read(signals, &info, sizeof info) == (ssize_t)sizeof info)
		goes_on = goes_on && info.ssi_signo == SIGWINCH;
	return goes_on;
}

static void watch(struct top *t, struct desk *desk, const struct terminal *m)
{
	uint64_t due_ms = steady_ms() + ASK_MS;
	for (bool goes_on = true; goes_on;) {
		struct pollfd p[] = { { .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = m->signals, .events = POLLIN } };
		uint64_t now = steady_ms();
		draw(t);
		(void)poll(p, countof(p), now < due_ms ? (int)(due_ms - now) : 0);
		if (p[1].revents)
			goes_on = heed(m->signals);
		if (goes_on && p[0].revents)
			goes_on = take_keys(t, desk);
		if (goes_on && steady_ms() >= due_ms) {
			(void)ask(t, desk);
			due_ms = steady_ms() + ASK_MS;
		}
	}
}

static int show(struct top *t, struct desk *desk, bool once)
{
	struct terminal m;
	if (!ask(t, desk))
		return EXIT_ERROR;
	if (once || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		top_draw(t, 0, 0, is_utf8(), stdout);
		return t->n_shown ? EXIT_FOUND : EXIT_NOTHING;
	}
	if (!terminal_enter(&m)) {
		fprintf(stderr, "cordon top: set the terminal: %s\n", strerror(errno));
		return EXIT_ERROR;
	}
	watch(t, desk, &m);
	terminal_leave(&m);
	return t->n_shown ? EXIT_FOUND : EXIT_NOTHING;
}

static int top_run(const void *options, char **word, int n_words)
{
	const struct top_options *o = options;
	struct desk desk;
	struct desk_wish wish = { .name = "cordon top", .said = o->desk, .is_daemon = true };
	int code = EXIT_ERROR;
	if (n_words > 0) {
		fprintf(stderr, "cordon top: takes no words, not '%s'\n", word[0]);
		return EXIT_ERROR;
	}
	struct top *t = calloc(1, sizeof *t);
	if (!t)
		fputs("cordon top: no memory\n", stderr);
	else if (desk_open(&desk, &wish))
		code = show(t, &desk, o->once);
	if (t)
		desk_close(&desk);
	if (t)
		cJSON_Delete(t->status);
	free(t);
	return code;
}

static const struct option_row top_options[] = {
	{ .name = "once",
		.letter = '1',
		.type = OPTION_FLAG,
		.offset = offsetof(struct top_options, once),
		.about = "Print one picture and end, as it does when it is not on a terminal" },
	DESK_OPTIONS(struct top_options, desk),
};

const struct command top_command = {
	.name = "top",
	.synopsis = "[OPTION ...]",
	.about = "Show hosts and figures of the daemon as they change",
	.option = top_options,
	.n_options = countof(top_options),
	.options_size = sizeof(struct top_options),
	.run = top_run,
};
