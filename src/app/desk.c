// SPDX-License-Identifier: Apache-2.0
// Both ways give the same text of JSON, which is read here once.
#include "app/desk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/doors.h"
#include "app/status_words.h"
#include "base/uuid.h"
#include "http/tokens.h"
#include "model/words.h"

enum { TARGET_BYTES = 2048, PAGE = 1000 };
enum {
	AGAIN_FOR_MS = 30 * 1000,
	AGAIN_LEAST_MS = 20,
	AGAIN_MOST_MS = 1000,
	AGAIN_TOLD = 7, // after some three seconds
};

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

static bool append(void *ctx, struct event *event, size_t n, const struct store_once *once,
	bool *is_stale, struct err *e)
{
	struct desk *d = ctx;
	if (store_append_once(d->store, d->board->last_id, event, n, once, is_stale, e)) {
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
	d->mode = wish->mode;
	d->directory = wish->said.url || wish->is_daemon ? NULL : strdup(directory);
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
	free(d->directory);
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

/* A request, and how it was answered: by a daemon, or by handlers of our own. */
struct asking {
	const char *method, *target, *key; // key NULL: nothing is changed
	struct str body;
	unsigned status;
	char *text;
	size_t len;
};

static void ask_near(struct desk *d, struct asking *q)
{
	struct http_answer near = {};
	api_call(&d->api, q->method, q->target, q->key ? q->key : "",
		q->body.ptr ? q->body : STR(""), &near);
	q->status = near.status;
	q->text = near.body;
	q->len = near.len;
}

static bool ask_once(struct desk *d, struct asking *q, struct err *e)
{
	struct http_client_answer far = {};
	if (!http_client_call(d->client, q->method, q->target, q->body, q->key, &far, e))
		return false;
	q->status = (unsigned)far.status;
	q->text = far.body;
	q->len = far.len;
	return true;
}

/* A daemon died, and none began in its place: what it was asked is asked of its store. */
static bool turn_to_store(struct desk *d)
{
	http_client_free(d->client);
	d->client = NULL;
	return open_store(d, d->directory, d->mode);
}

/* Each time later, at most a second; a person who waits is told why. */
static void pause_before_again(const struct desk *d, unsigned n)
{
	unsigned ms = AGAIN_LEAST_MS << LEAST(n, 10u);
	if (n == AGAIN_TOLD)
		fprintf(stderr,
			"%s: the daemon broke off; it is asked again for %d s, and does it once\n",
			d->name, AGAIN_FOR_MS / 1000);
	usleep(LEAST(ms, (unsigned)AGAIN_MOST_MS) * 1000);
}

enum asked { ASKED_ANSWERED, ASKED_REFUSED, ASKED_LOST, ASKED_GONE };

/*
 * A daemon that dies with a change in its hands has made it or not. It is asked again until one answers, under
 * the same key, so who has made it already says what came of it.
 */
static enum asked ask_until(struct desk *d, struct asking *q, struct err *e)
{
	uint64_t until_ms = steady_ms() + AGAIN_FOR_MS;
	bool is_lost = false;
	for (unsigned n = 0;; n++) {
		*e = (struct err){};
		bool ok = ask_once(d, q, e);
		is_lost = is_lost || (!ok && q->key && e->code == ECONNRESET);
		bool is_late = steady_ms() >= until_ms;
		if (ok && (!is_lost || q->status != 503 || is_late))
			return ASKED_ANSWERED;
		if (!is_lost)
			return ASKED_REFUSED;
		if (e->code == ECONNREFUSED && d->directory)
			return ASKED_GONE;
		if (is_late)
			return ASKED_LOST;
		if (ok)
			free(q->text);
		pause_before_again(d, n);
	}
}

static bool ask_far(struct desk *d, struct asking *q, struct err *e)
{
	switch (ask_until(d, q, e)) {
	case ASKED_ANSWERED:
		return true;
	case ASKED_GONE:
		*e = (struct err){}; // what opening the store says is enough
		if (!turn_to_store(d))
			return false;
		ask_near(d, q);
		return true;
	case ASKED_LOST:
		e->code = ECONNRESET; // whatever it was the last time
		return false;
	default:
		return false;
	}
}

static cJSON *ask(
	struct desk *d, const char *method, const char *target, const char *key, struct str body)
{
	struct asking q = { .method = method, .target = target, .key = key, .body = body };
	struct err e = {};
	if (!d->client) {
		q.key = NULL; // nobody is in between who could die
		ask_near(d, &q);
	} else if (!ask_far(d, &q, &e)) {
		bool is_open = key && e.code == ECONNRESET;
		if (*e.text)
			fprintf(stderr, "%s: %s%s\n", d->name, e.text,
				is_open ? "; the change may be written down or not: look before "
					  "you repeat it"
					: "");
		return NULL;
	}
	cJSON *root = q.text ? cJSON_ParseWithLength(q.text, q.len) : NULL;
	free(q.text);
	return q.status == 200 && root ? root : tell_problem(d, q.status, root);
}

cJSON *desk_get(struct desk *d, const char *target, ...)
{
	char text[TARGET_BYTES];
	va_list ap;
	va_start(ap, target);
	vsnprintf(text, sizeof text, target, ap);
	va_end(ap);
	return ask(d, "GET", text, NULL, (struct str){});
}

cJSON *desk_status(struct desk *d)
{
	return d->client ? desk_get(d, "/api/v1/status") : cJSON_Duplicate(d->status, true);
}

cJSON *desk_post(struct desk *d, const char *target, cJSON *body)
{
	char *text = body ? cJSON_PrintUnformatted(body) : NULL;
	char key[UUID_TEXT_BYTES];
	cJSON *answer = NULL;
	random_uuid(key);
	if (text)
		answer = ask(d, "POST", target, key, (struct str){ text, strlen(text) });
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
