// SPDX-License-Identifier: Apache-2.0
// Both ways give the same text of JSON, which is read here once.
#include "app/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/doors.h"
#include "app/status_words.h"
#include "http/tokens.h"
#include "model/words.h"

enum { TARGET_BYTES = 2048, PAGE = 1000 };

static bool complain(const struct desk *d, const struct err *e)
{
	fprintf(stderr, "%s: %s\n", d->name, e->text);
	return false;
}

static bool take_event(void *ctx, const struct event *ev)
{
	board_apply(ctx, ev);
	return true;
}

bool desk_replay(struct desk *d)
{
	struct err e = {};
	return store_replay(d->store, d->board->last_id + 1, take_event, d->board, &e) ||
	       complain(d, &e);
}

static const struct board *board_of(void *ctx, struct err *e)
{
	const struct desk *d = ctx;
	(void)e;
	return d->board;
}

static struct store *log_of(void *ctx, struct err *e)
{
	const struct desk *d = ctx;
	(void)e;
	return d->store;
}

static bool append(void *ctx, struct event *event, size_t n, bool *is_stale, struct err *e)
{
	struct desk *d = ctx;
	if (store_append_after(d->store, d->board->last_id, event, n, is_stale, e)) {
		for (size_t i = 0; i < n; i++)
			(void)board_apply(d->board, &event[i]);
		return true;
	}
	if (*is_stale && !desk_replay(d))
		*is_stale = false;
	return false;
}

/* As the daemon told it last, for it does not run. */
static const char *lack(void *ctx, uint64_t host, char room[static LACK_TEXT_BYTES])
{
	const struct desk *d = ctx;
	const cJSON *each, *all = cJSON_GetObjectItemCaseSensitive(d->status, "verifying");
	room[0] = '\0';
	cJSON_ArrayForEach(each, all)
	{
		if (number_of(each, "host") == host)
			plain_format(text_of(each, "lacks"), room, LACK_TEXT_BYTES);
	}
	return room;
}

static bool open_store(struct desk *d, const char *directory, enum store_mode mode)
{
	struct err e = {};
	d->store = store_open(directory, mode, &e);
	d->board = d->store ? board_new() : NULL;
	if (!d->store)
		return complain(d, &e);
	if (!d->board)
		return complain(d, &(struct err){ .text = "no memory" });
	d->api = (struct api){
		.board = board_of, .log = log_of, .append = append, .lack = lack, .ctx = d
	};
	d->status = status_load(directory);
	return desk_replay(d);
}

/* The first token of a file; `tokens` keeps it. */
static bool token_read(const char *path, struct tokens *tokens, struct err *e)
{
	return !path || tokens_load(tokens, path, HTTP_VIEWER, e);
}

static bool open_url(struct desk *d, const struct desk_wish *wish)
{
	struct err e = {};
	struct tokens *tokens = calloc(1, sizeof *tokens);
	struct http_client_wish client = { .url = wish->said.url,
		.authority = wish->said.authority };
	if (tokens && token_read(wish->said.token_file, tokens, &e)) {
		client.token = tokens->n ? tokens->token[0].text : NULL;
		d->client = http_client_new(&client, &e);
	}
	free(tokens);
	return d->client || complain(d, &e);
}

/* The daemon of a state directory, where one listens. */
static bool open_socket(struct desk *d, const char *directory)
{
	char path[64];
	struct err e = {};
	int fd = door_connect(directory);
	if (fd < 0)
		return false;
	close(fd);
	d->folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/self/fd/%d/" API_SOCKET, d->folder);
	struct http_client_wish client = { .url = "http://localhost", .unix_socket = path };
	d->client = d->folder < 0 ? NULL : http_client_new(&client, &e);
	return d->client;
}

bool desk_open(struct desk *d, const struct desk_wish *wish)
{
	struct settings *settings = calloc(1, sizeof *settings);
	*d = (struct desk){ .name = wish->name, .folder = -1 };
	if (!settings)
		return complain(d, &(struct err){ .text = "no memory" });
	settings_init(settings);
	const char *directory = wish->said.state ? wish->said.state : settings->state_directory;
	bool ok;
	if (wish->said.url)
		ok = open_url(d, wish);
	else if (!wish->is_direct && open_socket(d, directory))
		ok = true;
	else if (wish->is_daemon)
		ok = fprintf(stderr, "%s: no daemon answers in %s; is cordon watch running?\n",
			     d->name, directory) < 0;
	else
		ok = open_store(d, directory, wish->mode);
	free(settings);
	return ok;
}

void desk_close(struct desk *d)
{
	if (d->board && d->board->is_full)
		fprintf(stderr, "%s: more than the board holds: what is shown is not all\n",
			d->name);
	board_free(d->board);
	store_close(d->store);
	cJSON_Delete(d->status);
	http_client_free(d->client);
	if (d->folder >= 0)
		close(d->folder);
}

static void tell_missing(const cJSON *problem, const char *key, const char *head)
{
	const cJSON *row;
	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(problem, key))
		fprintf(stderr, "  %s: %s%s\n", head, text_of(row, "text"),
			is_set(row, "is_sayable") ? " (or vouch for it: --operator-says)" : "");
}

static cJSON *tell_problem(const struct desk *d, unsigned status, cJSON *problem)
{
	const char *detail = text_of(problem, "detail");
	fprintf(stderr, "%s: %s", d->name, *detail ? detail : "the answer is no JSON");
	fprintf(stderr, status == 401 && d->client ? "; --token-file\n" : "\n");
	tell_missing(problem, "missing", "missing");
	tell_missing(problem, "one_of", "one of");
	const cJSON *silence = cJSON_GetObjectItemCaseSensitive(problem, "silence");
	if (silence)
		fprintf(stderr, "  %s\n", text_of(silence, "text"));
	cJSON_Delete(problem);
	return NULL;
}

static cJSON *ask(struct desk *d, const char *method, const char *target, struct str body)
{
	struct err e = {};
	struct http_client_answer far = {};
	struct http_answer near = {};
	if (d->client && !http_client_call(d->client, method, target, body, &far, &e)) {
		bool is_open = body.ptr && e.code == ECONNRESET;
		fprintf(stderr, "%s: %s%s\n", d->name, e.text,
			is_open ? "; the change may be written down or not: look before you "
				  "repeat it"
				: "");
		return NULL;
	}
	if (!d->client)
		api_call(&d->api, method, target, body.ptr ? body : STR(""), &near);
	unsigned status = d->client ? (unsigned)far.status : near.status;
	char *text = d->client ? far.body : near.body;
	cJSON *root = text ? cJSON_ParseWithLength(text, d->client ? far.len : near.len) : NULL;
	free(text);
	return status == 200 && root ? root : tell_problem(d, status, root);
}

cJSON *desk_get(struct desk *d, const char *target, ...)
{
	char text[TARGET_BYTES];
	va_list ap;
	va_start(ap, target);
	vsnprintf(text, sizeof text, target, ap);
	va_end(ap);
	return ask(d, "GET", text, (struct str){});
}

cJSON *desk_status(struct desk *d)
{
	return d->client ? desk_get(d, "/api/v1/status") : cJSON_Duplicate(d->status, true);
}

cJSON *desk_post(struct desk *d, const char *target, cJSON *body)
{
	char *text = body ? cJSON_PrintUnformatted(body) : NULL;
	cJSON *answer = NULL;
	if (text)
		answer = ask(d, "POST", target, (struct str){ text, strlen(text) });
	else
		fprintf(stderr, "%s: no memory\n", d->name);
	free(text);
	cJSON_Delete(body);
	return answer;
}

bool desk_each(
	struct desk *d, const char *target, bool (*take)(void *ctx, const cJSON *item), void *ctx)
{
	char cursor[64] = "";
	char join = strchr(target, '?') ? '&' : '?';
	for (bool goes_on = true; goes_on;) {
		cJSON *page = desk_get(d, "%s%climit=%d%s", target, join, PAGE, cursor);
		const cJSON *item;
		if (!page)
			return false;
		cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(page, "items"))
		{
			if (!(goes_on = take(ctx, item)))
				break;
		}
		const char *next = text_of(page, "next");
		goes_on = goes_on && *next;
		snprintf(cursor, sizeof cursor, "&cursor=%.40s", next);
		cJSON_Delete(page);
	}
	return true;
}
