// SPDX-License-Identifier: Apache-2.0
// Settings of the daemon: the file, and over it the command line; at the start, and again at SIGHUP.
#include <stdlib.h>
#include <string.h>

#include "app/say.h"
#include "app/watch.h"
#include "detect/signature.h"
#include "model/inventory.h"

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

bool watch_settings(const struct watch *w, struct settings *out, struct err *e)
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
bool watch_files_check(const struct settings *s, struct err *e)
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
bool watch_reload(void *watch, struct settings *out)
{
	const struct watch *w = watch;
	const struct settings *old = &w->settings;
	struct err e = {};
	if (!watch_settings(w, out, &e) || !watch_files_check(out, &e)) {
		watch_complain(&e);
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
