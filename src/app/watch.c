// SPDX-License-Identifier: Apache-2.0
// cordon watch: the daemon. What it is to do is put together here, and its doors are opened; the rest is
// the supervisor's.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/api_server.h"
#include "app/command.h"
#include "app/dashboard.h"
#include "app/keeper.h"
#include "app/say.h"
#include "app/status_words.h"
#include "app/supervisor.h"
#include "app/surroundings.h"
#include "base/hash.h"
#include "detect/signature.h"
#include "model/inventory.h"
#include "net/udp.h"
#include "source/capture.h"
#include "store/store.h"

enum { SOCKETS_MAX = 1024, LOCK_TEXT_BYTES = 32 };
#define LOCK_FILE "watch.lock"

struct watch_options {
	const char *config, *state;
	struct text_list listen;
	bool status, json;
};

struct watch {
	const struct watch_options *options;
	const char *config;
	struct settings settings;
	int lock;
	int socket[SOCKETS_MAX];
	size_t n_sockets;
	struct doors doors;
};

static bool complain(const struct err *e)
{
	say(LOG_ERR, "%s", e->text);
	return false;
}

/* Lines and columns are those of a file that nobody wrote. */
static void forget_place(struct err *e)
{
	struct err of = *e;
	const char *what = strstr(of.text, ": ");
	err_set(e, "--listen%s", what ? what : "");
}

/* What --listen says is read as the file would be: the same checks, the same words. */
static bool listen_parse(const struct watch_options *o, struct settings *out, struct err *e)
{
	char *text = NULL;
	size_t len = 0;
	FILE *yaml = open_memstream(&text, &len);
	if (!yaml)
		return err_sys(e, "--listen");
	fputs("listen:\n", yaml);
	for (size_t i = 0; i < o->listen.n; i++)
		fprintf(yaml, "  - '%s'\n", o->listen.text[i]);
	bool ok =
		fclose(yaml) == 0 && settings_parse(out, (struct str){ text, len }, "--listen", e);
	free(text);
	if (!ok)
		forget_place(e);
	return ok;
}

static bool settings_get(const struct watch *w, struct settings *out, struct err *e)
{
	settings_init(out);
	if (w->config && !settings_load(out, w->config, e))
		return false;
	if (w->options->listen.n > 0) {
		struct settings told = *out;
		if (!listen_parse(w->options, &told, e))
			return false;
		memcpy(out->listener, told.listener, sizeof out->listener);
		out->n_listeners = told.n_listeners;
	}
	const char *state = w->options->state;
	if (state && strlen(state) >= sizeof out->state_directory)
		return err_set(
			e, "--state: longer than %zu bytes", sizeof out->state_directory - 1);
	if (state)
		memcpy(out->state_directory, state, strlen(state) + 1);
	return true;
}

/* Mistakes in files that the user wrote end the start, not a child again and again. */
static bool files_check(const struct settings *s, struct err *e)
{
	struct inventory *i = s->inventory[0] ? inventory_load(s->inventory, e) : NULL;
	struct signatures *all = signatures_new(e);
	bool is_fine = (i || !s->inventory[0]) && all &&
		       (!s->signatures[0] || signatures_load(all, s->signatures, e));
	inventory_free(i);
	signatures_free(all);
	return is_fine;
}

/* Keys that only a new start can change, for they are sockets, memory and files that are open. */
static bool is_fixed(enum setting k)
{
	static const bool fixed[N_SETTINGS] = {
		[SETTING_LISTEN] = true,
		[SETTING_SOCKETS] = true,
		[SETTING_RECEIVE_BUFFER] = true,
		[SETTING_MEMORY] = true,
		[SETTING_STATE_DIRECTORY] = true,
		[SETTING_HTTP] = true,
		[SETTING_HTTP_HOSTS] = true,
		[SETTING_HTTP_VIEWERS] = true, // their content is read again
		[SETTING_HTTP_OPERATORS] = true,
		[SETTING_HTTP_CERTIFICATE] = true,
		[SETTING_HTTP_KEY] = true,
	};
	return fixed[k];
}

static bool differs(const struct settings *a, const struct settings *b, enum setting k)
{
	char x[SETTING_TEXT_BYTES], y[SETTING_TEXT_BYTES];
	return strcmp(setting_format(a, k, x), setting_format(b, k, y));
}

static void keep_http(const struct settings *old, struct settings *out)
{
	memcpy(out->http, old->http, sizeof out->http);
	memcpy(out->http_host, old->http_host, sizeof out->http_host);
	memcpy(out->http_viewers, old->http_viewers, sizeof out->http_viewers);
	memcpy(out->http_operators, old->http_operators, sizeof out->http_operators);
	memcpy(out->http_certificate, old->http_certificate, sizeof out->http_certificate);
	memcpy(out->http_key, old->http_key, sizeof out->http_key);
	out->n_http = old->n_http;
	out->n_http_hosts = old->n_http_hosts;
}

/* Settings read again; what cannot change while we run is told and stays. */
static bool reload(void *ctx, struct settings *out)
{
	const struct watch *w = ctx;
	const struct settings *old = &w->settings;
	struct err e = {};
	if (!settings_get(w, out, &e) || !files_check(out, &e)) {
		complain(&e);
		say(LOG_WARNING, "the settings from before hold");
		return false;
	}
	for (enum setting k = 0; k < N_SETTINGS; k++)
		if (is_fixed(k) && differs(old, out, k))
			say(LOG_WARNING, "'%s' changes with the next start only", setting_name(k));
	memcpy(out->listener, old->listener, sizeof out->listener);
	memcpy(out->state_directory, old->state_directory, sizeof out->state_directory);
	keep_http(old, out);
	out->n_listeners = old->n_listeners;
	out->sockets = old->sockets;
	out->receive_buffer = old->receive_buffer;
	out->memory = old->memory;
	say(LOG_NOTICE, "settings were read again");
	return true;
}

/* As mkdir -p, for us alone. */
static bool directory_make(const char *path, struct err *e)
{
	char part[SETTINGS_PATH_BYTES];
	for (size_t i = 1; path[i - 1]; i++) {
		if (path[i] != '/' && path[i])
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_sys(e, "make the state directory %s", part);
	}
	return true;
}

static bool lock_path(
	const struct settings *s, char room[static SETTINGS_PATH_BYTES], struct err *e)
{
	int n = snprintf(room, SETTINGS_PATH_BYTES, "%s/" LOCK_FILE, s->state_directory);
	return n < SETTINGS_PATH_BYTES || err_set(e, "the state directory's name is too long");
}

/* Who has the lock, 0 when it does not say. */
static long lock_owner(int lock)
{
	char text[LOCK_TEXT_BYTES] = "";
	ssize_t n = pread(lock, text, sizeof text - 1, 0);
	return n > 0 ? strtol(text, NULL, 10) : 0;
}

/* Held as long as one of our processes lives. */
static bool lock_take(struct watch *w, struct err *e)
{
	char path[SETTINGS_PATH_BYTES];
	if (!directory_make(w->settings.state_directory, e) || !lock_path(&w->settings, path, e))
		return false;
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0)
		return err_sys(e, "open %s", path);
	if (flock(w->lock, LOCK_EX | LOCK_NB) != 0)
		return err_set(e,
			"%s is in use by process %ld: end that one, or give this one a directory "
			"of its own with --state",
			w->settings.state_directory, lock_owner(w->lock));
	if (ftruncate(w->lock, 0) != 0 || dprintf(w->lock, "%d\n", (int)getpid()) < 0)
		say(LOG_WARNING, "write %s: %s", path, strerror(errno));
	return true;
}

static bool listeners_open(struct watch *w, struct err *e)
{
	const struct settings *s = &w->settings;
	for (size_t i = 0; i < s->n_listeners * s->sockets; i++) {
		const struct listener *l = &s->listener[i / s->sockets];
		struct udp_wish wish = { .port = l->port,
			.receive_buffer = s->receive_buffer,
			.is_shared = s->sockets > 1 };
		memcpy(wish.address, l->address.octet, sizeof wish.address);
		struct udp_listener opened = {};
		if (w->n_sockets == SOCKETS_MAX)
			return err_set(e, "more than %d sockets", SOCKETS_MAX);
		if (!udp_open(&wish, &opened, e))
			return false;
		w->socket[w->n_sockets++] = opened.fd;
		if (opened.warning.text[0] && i == 0)
			say(LOG_WARNING, "%s", opened.warning.text);
	}
	return true;
}

static void take_id(void *ctx, struct bytes key, struct bytes value)
{
	uint64_t *id = ctx;
	(void)key;
	if (value.len == sizeof *id)
		memcpy(id, value.ptr, sizeof *id);
}

static bool pass_over(void *ctx, const struct event *ev)
{
	(void)ctx, (void)ev;
	return true;
}

/*
 * Drawn once; without a store it is another one in each run. A store that is damaged or not ours ends
 * the start: 0. A disk that is full does not, for it may have room later.
 */
static uint64_t collector_id(const char *directory)
{
	uint64_t id = 0;
	struct err e = {};
	struct bytes key = { (const uint8_t *)"id", 2 };
	struct store *store = store_open(directory, STORE_WRITE, &e);
	if (!store || !store_replay(store, 1, pass_over, NULL, &e)) {
		complain(&e);
		store_close(store);
		return e.code == EUCLEAN ? 0 : hash_key();
	}
	bool ok = store_recall(store, "collector", take_id, &id, &e);
	if (ok && id == 0) {
		id = hash_key();
		struct bytes value = { (const uint8_t *)&id, sizeof id };
		ok = store_keep(store, "collector", key, value, &e);
	}
	if (!ok)
		complain(&e);
	store_close(store);
	return id ? id : hash_key();
}

/*
 * Who may not listen is told now; the collector opens it again for itself, each time it begins. One
 * that is down may come up later.
 */
static bool interface_check(const struct settings *s, struct err *e)
{
	if (!s->interface[0])
		return true;
	struct err why = {};
	struct capture *c = capture_live(s->interface, &why);
	bool is_waited_for = !c && if_nametoindex(s->interface) && !interface_is_up(s->interface);
	capture_close(c);
	if (is_waited_for)
		say(LOG_NOTICE, "%s is down: it is listened to as soon as it is up", s->interface);
	return c || is_waited_for || err_set(e, "%s", why.text);
}

/* The state would be read as a log, and change with every line that is read. */
static bool logs_check(const struct settings *s, struct err *e)
{
	for (size_t i = 0; i < s->n_logs; i++)
		if (log_is_above(settings_log(s, i), s->state_directory))
			return err_set(e,
				"the state directory %s lies in %s, which is followed: put it "
				"elsewhere, "
				"with 'state-directory' or --state",
				s->state_directory, settings_log(s, i));
	return true;
}

/* Which addresses serve the API, and how far that reaches. */
static void greet_http(const struct watch *w)
{
	const struct settings *s = &w->settings;
	const char *scheme = s->http_certificate[0] ? "https" : "http";
	char room[LISTENER_TEXT_BYTES];
	if (w->doors.remark.text[0])
		complain(&w->doors.remark);
	else
		for (size_t i = 0; i < s->n_http; i++)
			fprintf(stderr, "  serves %s://%s\n", scheme,
				listener_format(&s->http[i], room));
	if (s->n_http > 0 && dashboard_lacks()[0])
		say(LOG_NOTICE, "the dashboard is not in this program: it was built without %s",
			dashboard_lacks());
}

static void greet(const struct watch *w)
{
	const struct settings *s = &w->settings;
	char room[LISTENER_TEXT_BYTES], address[ADDR_TEXT_BYTES];
	bool is_local = true;
	say(LOG_INFO,
		"waits for NetFlow v5, v9, IPFIX and sFlow; findings are printed "
		"here and kept in %s",
		s->state_directory);
	for (size_t i = 0; i < s->n_listeners; i++) {
		fprintf(stderr, "  listens on %s\n", listener_format(&s->listener[i], room));
		is_local = is_local && listener_is_local(&s->listener[i]);
	}
	if (s->interface[0])
		fprintf(stderr, "  listens to interface %s\n", s->interface);
	for (size_t i = 0; i < s->n_logs; i++)
		fprintf(stderr, "  follows %s\n", settings_log(s, i));
	greet_http(w);
	if (s->n_listeners > 0)
		fprintf(stderr, "To feed it, on a Cisco router: ip flow-export destination %s %u\n",
			is_local ? "ADDRESS" : addr_format(&s->listener[0].address, address),
			s->listener[0].port);
	if (is_local && s->n_listeners > 0)
		fprintf(stderr,
			"Only this machine reaches 127.0.0.1: for others, cordon watch --listen "
			"ADDRESS:%u\n",
			s->listener[0].port);
}

static int watch(struct watch *w)
{
	struct err e = {};
	if (!settings_get(w, &w->settings, &e) || !files_check(&w->settings, &e) ||
		!api_files_check(&w->settings, &e) || !interface_check(&w->settings, &e) ||
		!lock_take(w, &e) || !logs_check(&w->settings, &e) || !listeners_open(w, &e) ||
		!doors_open(&w->settings, &w->doors, &e)) {
		complain(&e);
		return EXIT_ERROR;
	}
	struct supervisor_job job = {
		.settings = &w->settings,
		.config = w->config,
		.reload = reload,
		.ctx = w,
		.socket = w->socket,
		.n_sockets = w->n_sockets,
		.doors = &w->doors,
		.collector_id = collector_id(w->settings.state_directory),
	};
	int code = EXIT_ERROR;
	if (job.collector_id) {
		greet(w);
		code = supervisor_run(&job);
	}
	doors_remove(&w->settings);
	return code;
}

static bool is_running(const struct settings *s)
{
	char path[SETTINGS_PATH_BYTES];
	struct err e;
	int lock = lock_path(s, path, &e) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	bool is_free = lock < 0 || flock(lock, LOCK_SH | LOCK_NB) == 0;
	if (lock >= 0)
		close(lock);
	return !is_free;
}

/* In words for a terminal; for a program the file as it is. */
static bool status_tell(const struct watch *w)
{
	cJSON *status = w->options->json || !isatty(STDOUT_FILENO)
				? NULL
				: status_load(w->settings.state_directory);
	if (status)
		status_print_all(status);
	cJSON_Delete(status);
	return status;
}

static int status_print(const struct watch *w)
{
	char path[SETTINGS_PATH_BYTES + sizeof STATUS_FILE];
	const struct settings *s = &w->settings;
	snprintf(path, sizeof path, "%s/" STATUS_FILE, s->state_directory);
	bool is_told = status_tell(w);
	FILE *in = fopen(path, "re");
	if (!in) {
		say(LOG_WARNING, "open %s: %s; has it ever run?", path, strerror(errno));
		return EXIT_ERROR;
	}
	for (int c; !is_told && (c = getc(in)) != EOF;)
		putchar(c);
	fclose(in);
	if (is_running(s))
		return EXIT_NOTHING;
	say(LOG_WARNING, "it does not run; this is how it stood when it ended");
	return EXIT_PARTLY;
}

static int watch_run(const void *options, char **word, int n_words)
{
	const struct watch_options *o = options;
	if (n_words > 0) {
		say(LOG_WARNING, "takes no files, not '%s'; cordon detect reads them", word[0]);
		return EXIT_ERROR;
	}
	struct watch *w = calloc(1, sizeof *w);
	if (!w) {
		say(LOG_ERR, "no memory");
		return EXIT_ERROR;
	}
	*w = (struct watch){ .options = o, .config = o->config, .lock = -1 };
	if (!w->config && access(SETTINGS_FILE, F_OK) == 0)
		w->config = SETTINGS_FILE;
	struct err e = {};
	int code = EXIT_ERROR;
	if (!o->status)
		code = watch(w);
	else if (settings_get(w, &w->settings, &e))
		code = status_print(w);
	else
		complain(&e);
	for (size_t i = 0; i < w->n_sockets; i++)
		close(w->socket[i]);
	doors_close(&w->doors);
	if (w->lock >= 0)
		close(w->lock);
	free(w);
	return code;
}

#define MEMBER(m) offsetof(struct watch_options, m)
static const struct option_row watch_options[] = {
	{ .name = "config",
		.letter = 'c',
		.value = "FILE",
		.type = OPTION_TEXT,
		.offset = MEMBER(config),
		.takes_file = true,
		.about = "Settings, see cordon.yaml(5); without it " SETTINGS_FILE
			 ", where that exists" },
	{ .name = "state",
		.value = "DIR",
		.type = OPTION_TEXT,
		.offset = MEMBER(state),
		.takes_file = true,
		.about = "Where events and what is remembered are kept" },
	{ .name = "listen",
		.letter = 'l',
		.value = "ADDR:PORT",
		.type = OPTION_LIST,
		.offset = MEMBER(listen),
		.about = "Take exports there, in place of 127.0.0.1 and the ports 2055, 4739 and "
			 "6343; may be given again" },
	{ .name = "status",
		.type = OPTION_FLAG,
		.offset = MEMBER(status),
		.about =
			"Print how the daemon of this state directory stands, and end: in words on "
			"a terminal, else as JSON" },
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = MEMBER(json),
		.about = "With --status: as JSON on a terminal too" },
};

const struct command watch_command = {
	.name = "watch",
	.synopsis = "[OPTION ...]",
	.about = "Collect exports day and night, and tell of infected hosts as they appear",
	.option = watch_options,
	.n_options = countof(watch_options),
	.options_size = sizeof(struct watch_options),
	.run = watch_run,
};
