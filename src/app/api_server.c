// SPDX-License-Identifier: Apache-2.0
// Wires the API to the keeper: its board and log, the feed of events, readings for the series.
#include "app/api_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/api_cache.h"
#include "app/api_feed.h"
#include "app/clock.h"
#include "app/dashboard.h"
#include "app/keeper_state.h"
#include "app/say.h"
#include "net/tls.h"

enum { PEM_BYTES_MAX = 1 << 18 };

struct api_server {
	struct keeper *keeper;
	struct api api;
	struct feed feed;
	struct series *series;
	struct api_cache *cache; // without memory for it there is none
	uint64_t reading_ms;     // when the next one is due, by the steady clock
	struct tokens *tokens;
	char *certificate, *key;
	bool is_shut; // who may come in by TCP cannot be read
	const char *host[HTTP_HOSTS_MAX];
	struct http_server *http;
};

static const struct board *board_of(void *ctx, struct err *e)
{
	const struct api_server *s = ctx;
	return chronicle_whole_board(s->keeper->chronicle, e);
}

static struct store *log_of(void *ctx, struct err *e)
{
	const struct api_server *s = ctx;
	return chronicle_log(s->keeper->chronicle, e);
}

static bool append(void *ctx, struct event *event, size_t n, const struct store_once *once,
	bool *is_stale, struct err *e)
{
	const struct api_server *s = ctx;
	return chronicle_append(s->keeper->chronicle, event, n, once, is_stale, e);
}

static const char *lack(void *ctx, uint64_t host, char room[static LACK_TEXT_BYTES])
{
	const struct api_server *s = ctx;
	const struct keeper *k = s->keeper;
	const char *text =
		coverage_lack(k->coverage, &k->roster, &k->settings, host, wall_ms(), room);
	return text ? text : "";
}

static struct span heard(void *ctx, uint64_t host)
{
	const struct api_server *s = ctx;
	const struct keeper *k = s->keeper;
	uint64_t now_ms = wall_ms();
	if (!coverage_is_trusted(k->coverage, &k->roster, &k->settings, host, now_ms))
		return (struct span){};
	return coverage_of(k->coverage, &k->roster, &k->settings, host, now_ms);
}

static void hear(void *ctx, const struct event *ev)
{
	struct api_server *s = ctx;
	feed_put(&s->feed, chronicle_board(s->keeper->chronicle), ev); // it is being replayed
	http_server_announce(s->http);
}

static void problem(void *ctx, unsigned status, const char *detail, struct http_answer *out)
{
	(void)ctx;
	api_problem(out, status, "%s", detail);
}

static uint64_t event_begin(void *ctx, const char *last_id)
{
	const struct api *api = ctx;
	const struct api_server *s = api->ctx;
	return feed_begin(&s->feed, last_id);
}

static size_t event_next(void *ctx, uint64_t *cursor, char *room, size_t size)
{
	const struct api *api = ctx;
	struct api_server *s = api->ctx;
	return feed_next(&s->feed, cursor, room, size);
}

static bool tokens_read(const struct settings *s, struct tokens *out, struct err *e)
{
	*out = (struct tokens){};
	return (!s->http_viewers[0] || tokens_load(out, s->http_viewers, HTTP_VIEWER, e)) &&
	       (!s->http_operators[0] || tokens_load(out, s->http_operators, HTTP_OPERATOR, e));
}

/* A file as a text; NULL with `e` filled. */
static char *pem_read(const char *path, bool is_secret, struct err *e)
{
	struct stat st = {};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 || fstat(fd, &st) ? NULL : calloc(1, PEM_BYTES_MAX + 1);
	ssize_t n = text ? read(fd, text, PEM_BYTES_MAX) : -1;
	if (n < 0)
		err_sys(e, "read %.180s", path);
	else if (is_secret && st.st_mode & 077)
		err_set(e, "%.120s: others may read it (mode %04o): chmod 600 %.60s", path,
			(unsigned)st.st_mode & 07777, path);
	if (fd >= 0)
		close(fd);
	if (n >= 0 && !(is_secret && st.st_mode & 077))
		return text;
	free(text);
	return NULL;
}

static bool pems_read(const struct settings *s, char **certificate, char **key, struct err *e)
{
	if (!s->http_certificate[0])
		return true;
	struct err why = {};
	*certificate = pem_read(s->http_certificate, false, e);
	*key = *certificate ? pem_read(s->http_key, true, e) : NULL;
	if (!*key)
		return false;
	return tls_pair_check((struct str){ *certificate, strlen(*certificate) },
		       (struct str){ *key, strlen(*key) }, &why) ||
	       err_set(e, "%.80s and %.80s are no certificate and its key: %s", s->http_certificate,
		       s->http_key, why.text);
}

bool api_pems_check(const struct settings *s, struct err *e)
{
	char *certificate = NULL, *key = NULL;
	bool ok = pems_read(s, &certificate, &key, e);
	free(certificate);
	free(key);
	return ok;
}

bool api_files_check(const struct settings *s, struct err *e)
{
	struct tokens *tokens = calloc(1, sizeof *tokens);
	bool ok = tokens ? tokens_read(s, tokens, e) : err_set(e, "no memory");
	free(tokens);
	return ok && api_pems_check(s, e);
}

static bool open_all(struct api_server *s, const struct doors *doors, struct err *e)
{
	const struct settings *settings = &s->keeper->settings;
	if (!s->series || !s->tokens ||
		!series_resize(s->series, settings->keep_series_ms, settings->series_size))
		return err_set(e, "HTTP: no memory");
	// They could be read when the daemon began: it goes on finding hosts without them.
	s->is_shut = !tokens_read(settings, s->tokens, e) ||
		     !pems_read(settings, &s->certificate, &s->key, e);
	if (s->is_shut) {
		*s->tokens = (struct tokens){};
		say(LOG_ERR,
			"HTTP: %s; until it is mended, and SIGHUP comes, the unix socket alone "
			"answers",
			e->text);
	}
	for (size_t i = 0; i < settings->n_http_hosts; i++)
		s->host[i] = settings->http_host[i];
	struct http_site site = { .route = api_routes,
		.n_routes = n_api_routes,
		.page = dashboard_pages,
		.n_pages = n_dashboard_pages,
		.tokens = s->tokens,
		.host = s->host,
		.n_hosts = settings->n_http_hosts,
		.certificate = s->is_shut ? NULL : s->certificate,
		.key = s->is_shut ? NULL : s->key,
		.is_local_only = s->is_shut,
		.ctx = &s->api,
		.problem = problem,
		.event_begin = event_begin,
		.event_next = event_next };
	s->http = http_server_new(&site, doors->door, doors->n, e);
	return s->http;
}

struct api_server *api_server_new(struct keeper *k, const struct doors *doors, struct err *e)
{
	struct api_server *s = calloc(1, sizeof *s);
	if (!s) {
		err_set(e, "HTTP: no memory");
		return NULL;
	}
	s->keeper = k;
	s->series = calloc(1, sizeof *s->series);
	s->cache = api_cache_new();
	s->tokens = calloc(1, sizeof *s->tokens);
	s->api = (struct api){ .board = board_of,
		.log = log_of,
		.append = append,
		.lack = lack,
		.heard = heard,
		.ctx = s,
		.keeper = k,
		.cache = s->cache,
		.series = s->series };
	s->feed.api = &s->api;
	s->feed.newest = chronicle_heard(k->chronicle);
	if (!open_all(s, doors, e)) {
		api_server_free(s);
		return NULL;
	}
	chronicle_listen(k->chronicle, hear, s);
	return s;
}

void api_server_free(struct api_server *s)
{
	if (!s)
		return;
	chronicle_listen(s->keeper->chronicle, NULL, NULL);
	http_server_free(s->http);
	feed_fini(&s->feed);
	free(s->certificate);
	free(s->key);
	free(s->tokens);
	if (s->series)
		series_fini(s->series);
	free(s->series);
	api_cache_free(s->cache);
	free(s);
}

int api_server_fd(const struct api_server *s)
{
	return http_server_fd(s->http);
}

int api_server_idle_ms(struct api_server *s)
{
	return http_server_idle_ms(s->http);
}

void api_server_run(struct api_server *s)
{
	uint64_t now = steady_ms();
	if (now >= s->reading_ms) {
		series_put(s->series, s->keeper, wall_ms());
		s->reading_ms = now + SERIES_STEP_MS;
	}
	http_server_run(s->http, now);
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Takes the texts. */
static bool renew(struct api_server *s, char *certificate, char *key, struct err *e)
{
	bool is_same = is_same_text(s->certificate, certificate) && is_same_text(s->key, key);
	bool ok = (is_same && !s->is_shut) || http_server_renew(s->http, certificate, key, e);
	if (is_same && !s->is_shut) {
		free(certificate);
		free(key);
		return true;
	}
	free(s->certificate);
	free(s->key);
	s->certificate = certificate;
	s->key = key;
	s->is_shut = !ok;
	return ok;
}

bool api_server_reload(struct api_server *s, struct err *e)
{
	const struct settings *settings = &s->keeper->settings;
	struct tokens *fresh = calloc(1, sizeof *fresh);
	char *certificate = NULL, *key = NULL;
	if (!series_resize(s->series, settings->keep_series_ms, settings->series_size))
		say(LOG_WARNING, "no memory for series of this length: they stay as they are");
	bool ok = fresh ? tokens_read(settings, fresh, e) : err_set(e, "no memory");
	ok = ok && pems_read(settings, &certificate, &key, e);
	if (ok) {
		*s->tokens = *fresh;
		ok = renew(s, certificate, key, e);
	} else {
		free(certificate);
		free(key);
	}
	free(fresh);
	return ok;
}

const struct http_health *api_server_health(const struct api_server *s)
{
	static const struct http_health none;
	return s ? http_server_health(s->http) : &none;
}
