// SPDX-License-Identifier: Apache-2.0
// cordon watch: the daemon. What it is to do is put together here, and its doors are opened; the rest is
// the supervisor's.
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/api_server.h"
#include "app/keeper.h"
#include "app/say.h"
#include "app/status_words.h"
#include "app/supervisor.h"
#include "app/surroundings.h"
#include "app/watch.h"
#include "net/udp.h"
#include "source/capture.h"

bool watch_complain(const struct err *e)
{
	say(LOG_ERR, "%s", e->text);
	return false;
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
		if (w->n_sockets == WATCH_SOCKETS_MAX)
			return err_set(e, "more than %d sockets", WATCH_SOCKETS_MAX);
		if (!udp_open(&wish, &opened, e))
			return false;
		w->socket[w->n_sockets++] = opened.fd;
		if (opened.warning.text[0] && i == 0)
			say(LOG_WARNING, "%s", opened.warning.text);
	}
	return true;
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

static int watch(struct watch *w)
{
	struct err e = {};
	if (!watch_settings(w, &w->settings, &e) || !watch_files_check(&w->settings, &e) ||
		!api_files_check(&w->settings, &e) || !interface_check(&w->settings, &e) ||
		!watch_lock(w, &e) || !logs_check(&w->settings, &e) || !listeners_open(w, &e) ||
		!doors_open(&w->settings, &w->doors, &e)) {
		watch_complain(&e);
		return EXIT_ERROR;
	}
	struct supervisor_job job = {
		.settings = &w->settings,
		.config = w->config,
		.reload = watch_reload,
		.ctx = w,
		.socket = w->socket,
		.n_sockets = w->n_sockets,
		.doors = &w->doors,
		.collector_id = watch_collector_id(w->settings.state_directory),
	};
	int code = EXIT_ERROR;
	if (job.collector_id) {
		watch_greet(w);
		code = supervisor_run(&job);
	}
	doors_remove(&w->settings);
	return code;
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
	if (watch_is_running(s))
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
	else if (watch_settings(w, &w->settings, &e))
		code = status_print(w);
	else
		watch_complain(&e);
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
