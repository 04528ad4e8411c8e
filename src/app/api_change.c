// SPDX-License-Identifier: Apache-2.0
// Changes by a person: judged on the board as it is, and written only when nobody wrote meanwhile.
#include <inttypes.h>
#include <stdlib.h>

#include "app/actor.h"
#include "app/api_change.h"
#include "app/clock.h"
#include "base/hash.h"
#include "incident/body.h"

enum { TRIES = 8, HOSTS_OF_SPLIT_MAX = 256 };

bool change_put(struct change *p, struct event ev, const struct body *body)
{
	if (p->n == HOSTS_OF_SPLIT_MAX + 1 || !body_format(body, ev.body)) {
		api_problem(p->answer, 413,
			"too much to be written down at once: shorten it, nothing was written "
			"down");
		return false;
	}
	memcpy(ev.actor, p->actor, sizeof ev.actor);
	ev.at_ms = ev.at_ms ? ev.at_ms : wall_ms();
	p->event[p->n++] = ev;
	return true;
}

/* Whose name stands in the log: of the token, or of the account at the other end. */
static void name_actor(const struct http_request *q, char room[static ACTOR_BYTES])
{
	if (q->uid != (uid_t)-1)
		actor_of(q->uid, room);
	else
		snprintf(room, ACTOR_BYTES, "%s%s", strcmp(q->actor, "cordon") ? "" : "user ",
			q->actor);
}

/* What is answered when the events of the plan get ids from `first` on. */
static char *changed(void *plan, uint64_t first)
{
	const struct change *p = plan;
	struct api_page page;
	struct http_answer answer;
	if (!api_begin(&page))
		return NULL;
	struct json *j = &page.json;
	json_open(j, '{');
	json_key(j, "events");
	json_open(j, '[');
	for (size_t i = 0; i < p->n; i++)
		json_uint(j, first + i);
	json_close(j, ']');
	json_key(j, "incident");
	if (p->opened)
		json_uint(j, p->opened);
	else
		json_null(j);
	if (p->former) {
		json_key(j, "former");
		json_open(j, '{');
		api_write_number(j, "host", p->former);
		api_write_time(j, "until", p->former_ms);
		json_close(j, '}');
	}
	json_close(j, '}');
	api_end(&page, 200, &answer);
	return answer.body;
}

static void answer(struct http_answer *out, char *text)
{
	if (text)
		*out = (struct http_answer){
			.status = 200, .type = "application/json", .body = text, .len = strlen(text)
		};
	else
		api_problem(out, 503, "no memory");
}

/* Where on the paths, and what: no other change may come under the same key. */
static uint64_t request_hash(const struct http_request *q)
{
	uint64_t hash = hash_bytes(q->body.ptr, q->body.len, 0);
	for (size_t i = 0; i < q->target->n_segments; i++)
		hash = hash_bytes(q->target->segment[i], strlen(q->target->segment[i]) + 1, hash);
	return hash;
}

/* Whether this key came before: then what was answered is answered again, or a problem. */
static bool is_answered(struct api *api, const struct store_once *once, struct http_answer *out)
{
	struct err e = {};
	uint64_t request = 0;
	char *text = NULL;
	struct store *log = *once->key ? api->log(api->ctx, &e) : NULL;
	if (!*once->key)
		return false;
	if (!log || !store_answered(log, once->key, &request, &text, &e))
		api_problem(out, 503, "%s", e.text);
	else if (!text)
		return false;
	else if (request == once->request) {
		answer(out, text);
		return true;
	} else
		api_problem(out, 422,
			"this Idempotency-Key came with another change before: make a new one for "
			"each change");
	free(text);
	return true;
}

static void write_change(struct api *api, struct change *p, const struct store_once *once,
	bool (*make)(struct change *p))
{
	struct err e = {};
	for (int i = 0; i < TRIES; i++) {
		bool is_stale = false;
		p->n = 0;
		p->board = api_board(api, p->answer);
		if (!p->board || is_answered(api, once, p->answer) || !make(p))
			return;
		if (api->append(api->ctx, p->event, p->n, once, &is_stale, &e)) {
			answer(p->answer, changed(p, p->event[0].id));
			return;
		}
		if (!is_stale) {
			api_problem(p->answer, 503, "%s", e.text);
			return;
		}
	}
	api_problem(p->answer, 409, "others write all the time: try again");
}

void change_make(struct api *api, const struct http_request *q, const struct form *form,
	bool (*make)(struct change *p), struct http_answer *out)
{
	struct filled filled;
	struct change p = { .api = api, .request = q, .form = &filled, .answer = out };
	char key[ACTOR_BYTES + HTTP_KEY_BYTES] = "";
	struct store_once once = {
		.key = key, .request = request_hash(q), .answer = changed, .ctx = &p
	};
	if (!form_parse(form, q->body, &filled, out))
		return;
	p.event = calloc(HOSTS_OF_SPLIT_MAX + 1, sizeof *p.event);
	name_actor(q, p.actor);
	if (*q->key) // of one client: another one may happen to choose the same
		snprintf(key, sizeof key, "%s\n%s", p.actor, q->key);
	if (p.event)
		write_change(api, &p, &once, make);
	else
		api_problem(out, 503, "no memory");
	free(p.event);
	form_free(&filled);
}

const char *change_word(const struct change *p)
{
	return p->request->capture[0];
}

static bool make_note(struct change *p)
{
	struct event ev = { .kind = EVENT_NOTE,
		.incident = api_incident(p->board, change_word(p), p->answer) };
	struct body body = { .text = { [BODY_WORDS] = p->form->text[0] } };
	return ev.incident && change_put(p, ev, &body);
}

void api_on_note(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "text", FIELD_TEXT, true, NOTE_TEXT_BYTES - 1 } };
	static const struct form form = { field, countof(field) };
	change_make(ctx, q, &form, make_note, out);
}

static bool make_assign(struct change *p)
{
	struct event ev = { .kind = EVENT_ASSIGNED,
		.incident = api_incident(p->board, change_word(p), p->answer) };
	struct body body = { .text = { [BODY_WHO] = p->form->text[0] } };
	return ev.incident && change_put(p, ev, &body);
}

void api_on_assign(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "who", FIELD_TEXT, true, ACTOR_BYTES - 1 } };
	static const struct form form = { field, countof(field) };
	change_make(ctx, q, &form, make_assign, out);
}

static bool make_merge(struct change *p)
{
	char other[24];
	snprintf(other, sizeof other, "%" PRIu64, p->form->number[0]);
	uint64_t a = api_incident(p->board, change_word(p), p->answer);
	uint64_t b = a ? api_incident(p->board, other, p->answer) : 0;
	if (!b)
		return false;
	if (a == b || board_incident(p->board, a)->closed_into ||
		board_incident(p->board, b)->closed_into) {
		api_problem(p->answer, 409, "name two incidents that are not merged yet");
		return false;
	}
	struct event ev = { .kind = EVENT_MERGED, .incident = a };
	return change_put(p, ev, &(struct body){ .number = { [BODY_OTHER] = b } });
}

void api_on_merge(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "other", FIELD_NUMBER, true, 0 } };
	static const struct form form = { field, countof(field) };
	change_make(ctx, q, &form, make_merge, out);
}

static bool put_split(struct change *p, uint64_t id, const char *text)
{
	struct event ev = { .kind = EVENT_SPLIT, .incident = id };
	ev.host = api_host(p->board, text, p->answer);
	if (!ev.host)
		return false;
	if (!board_find(p->board, id, ev.host)) {
		api_problem(p->answer, 409, "%s is not in incident %" PRIu64, text, id);
		return false;
	}
	for (size_t i = 0; i < p->n; i++)
		if (p->event[i].host == ev.host) {
			api_problem(p->answer, 409, "%s is named twice", text);
			return false;
		}
	return change_put(p, ev, &(struct body){ .number = { [BODY_OTHER] = p->opened } });
}

static bool make_split(struct change *p)
{
	uint64_t id = api_incident(p->board, change_word(p), p->answer);
	const cJSON *host;
	p->opened = p->board->incident.n + UINT64_C(1);
	struct event opened = { .kind = EVENT_OPENED, .incident = p->opened };
	if (!id || !change_put(p, opened, &(struct body){}))
		return false;
	cJSON_ArrayForEach(host, p->form->texts[0])
	{
		if (!put_split(p, id, host->valuestring))
			return false;
	}
	return true;
}

void api_on_split(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "hosts", FIELD_TEXTS, true, HOSTS_OF_SPLIT_MAX } };
	static const struct form form = { field, countof(field) };
	change_make(ctx, q, &form, make_split, out);
}
