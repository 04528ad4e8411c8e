// SPDX-License-Identifier: Apache-2.0
// Changes by a person: judged on the board as it is, and written only when nobody wrote meanwhile.
#include <inttypes.h>
#include <stdlib.h>

#include "app/actor.h"
#include "app/api_form.h"
#include "app/clock.h"
#include "incident/body.h"
#include "incident/lifecycle.h"
#include "model/words.h"

enum { TRIES = 8, HOSTS_OF_SPLIT_MAX = 256, NOTE_TEXT_BYTES = 2048 };

/* What is to be written; `make` fills it anew for each try. */
struct plan {
	const struct api *api;
	const struct board *board;
	const struct http_request *request;
	const struct filled *form;
	struct http_answer *answer;
	char actor[ACTOR_BYTES];
	struct event *event;
	size_t n;
	uint64_t opened;            // an incident that this opens; 0: none
	uint64_t former, former_ms; // whose an address was until then; 0: nobody's
};

static bool put(struct plan *p, struct event ev, const struct body *body)
{
	if (p->n == HOSTS_OF_SPLIT_MAX + 1 || !body_format(body, ev.body)) {
		api_problem(p->answer, 422, "too long: a text holds %d bytes", NOTE_TEXT_BYTES);
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

static void answer_changed(const struct plan *p)
{
	struct api_page page;
	if (!api_begin(&page))
		return;
	struct json *j = &page.json;
	json_open(j, '{');
	json_key(j, "events");
	json_open(j, '[');
	for (size_t i = 0; i < p->n; i++)
		json_uint(j, p->event[i].id);
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
	api_end(&page, 200, p->answer);
}

static void write_plan(struct api *api, struct plan *p, bool (*make)(struct plan *p))
{
	struct err e = {};
	for (int i = 0; i < TRIES; i++) {
		bool is_stale = false;
		p->n = 0;
		p->board = api_board(api, p->answer);
		if (!p->board || !make(p))
			return;
		if (api->append(api->ctx, p->event, p->n, &is_stale, &e)) {
			answer_changed(p);
			return;
		}
		if (!is_stale) {
			api_problem(p->answer, 503, "%s", e.text);
			return;
		}
	}
	api_problem(p->answer, 409, "others write all the time: try again");
}

static void change(struct api *api, const struct http_request *q, const struct form *form,
	bool (*make)(struct plan *p), struct http_answer *out)
{
	struct filled filled;
	struct plan p = { .api = api, .request = q, .form = &filled, .answer = out };
	if (!form_parse(form, q->body, &filled, out))
		return;
	p.event = calloc(HOSTS_OF_SPLIT_MAX + 1, sizeof *p.event);
	name_actor(q, p.actor);
	if (p.event)
		write_plan(api, &p, make);
	else
		api_problem(out, 503, "no memory");
	free(p.event);
	form_free(&filled);
}

static const char *word(const struct plan *p)
{
	return p->request->capture[0];
}

static bool make_note(struct plan *p)
{
	struct event ev = { .kind = EVENT_NOTE,
		.incident = api_incident(p->board, word(p), p->answer) };
	struct body body = { .text = { [BODY_WORDS] = p->form->text[0] } };
	return ev.incident && put(p, ev, &body);
}

void api_on_note(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "text", FIELD_TEXT, true, NOTE_TEXT_BYTES - 1 } };
	static const struct form form = { field, countof(field) };
	change(ctx, q, &form, make_note, out);
}

static bool make_assign(struct plan *p)
{
	struct event ev = { .kind = EVENT_ASSIGNED,
		.incident = api_incident(p->board, word(p), p->answer) };
	struct body body = { .text = { [BODY_WHO] = p->form->text[0] } };
	return ev.incident && put(p, ev, &body);
}

void api_on_assign(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "who", FIELD_TEXT, true, ACTOR_BYTES - 1 } };
	static const struct form form = { field, countof(field) };
	change(ctx, q, &form, make_assign, out);
}

static void write_missing(struct json *j, const char *key, uint32_t set)
{
	json_key(j, key);
	json_open(j, '[');
	for (enum guard g = 0; g < N_GUARDS; g++) {
		if (!(set >> g & 1))
			continue;
		json_open(j, '{');
		json_key(j, "guard");
		json_text(j, guard_key(g));
		json_key(j, "text");
		json_text(j, guard_missing(g));
		json_key(j, "is_sayable");
		json_bool(j, guards_sayable() >> g & 1);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* "10.1.1.14 stays infected: from there no way leads to recovered, only to: suspected contained". */
static void say_no_way(
	const struct plan *p, const struct member *m, enum state to, char *room, size_t size)
{
	size_t n = (size_t)snprintf(room, size,
		"%.60s stays %s: from there no way leads to %s, only to:", word(p),
		state_key(m->state), state_key(to));
	for (enum state s = 0; s < N_STATES && n < size; s++)
		if (lifecycle_ways(m->state) >> s & 1)
			n += (size_t)snprintf(room + n, size - n, " %s", state_key(s));
}

static void refuse(
	const struct plan *p, const struct member *m, enum state to, const struct ruling *r)
{
	struct api_page page;
	char detail[512];
	if (r->is_way)
		snprintf(detail, sizeof detail, "%.60s stays %s: for %s evidence is missing",
			word(p), state_key(m->state), state_key(to));
	else
		say_no_way(p, m, to, detail, sizeof detail);
	if (!api_problem_begin(&page, 409,
		    r->is_way ? "urn:cordon:evidence-missing" : "urn:cordon:no-way", detail))
		return;
	struct json *j = &page.json;
	json_key(j, "state");
	json_text(j, state_key(m->state));
	json_key(j, "to");
	json_text(j, state_key(to));
	write_missing(j, "missing", r->is_way ? r->missing : 0);
	write_missing(j, "one_of", r->is_way ? r->any_of : 0);
	json_key(j, "ways");
	json_open(j, '[');
	for (enum state s = 0; s < N_STATES; s++)
		if (lifecycle_ways(m->state) >> s & 1)
			json_text(j, state_key(s));
	json_close(j, ']');
	if (r->is_way && r->missing >> GUARD_SILENCE & 1)
		api_write_silence(p->api, j, p->board, m);
	api_problem_end(&page, 409, p->answer);
}

static bool state_of(const struct plan *p, enum state *out)
{
	char detail[400];
	size_t n = (size_t)snprintf(
		detail, sizeof detail, "no state '%.60s'; there are:", p->form->text[0]);
	if (state_parse(p->form->text[0], out))
		return true;
	for (enum state s = 0; s < N_STATES && n < sizeof detail; s++)
		n += (size_t)snprintf(detail + n, sizeof detail - n, " %s", state_key(s));
	api_problem(p->answer, 422, "%s", detail);
	return false;
}

/*
 * A time that a field tells, not in the future; `otherwise` when it is not there. Returns false after a
 * problem.
 */
static bool moment_of(
	const struct plan *p, const char *key, const char *text, uint64_t otherwise, uint64_t *out)
{
	uint64_t now_ms = wall_ms();
	*out = otherwise;
	if (!text)
		return true;
	if (!time_parse((struct str){ text, strlen(text) }, now_ms, out)) {
		api_problem(p->answer, 422,
			"%s: '%.60s' is no time; write 2026-03-02T08:00Z, which is UTC, or 2h for "
			"two hours ago",
			key, text);
		return false;
	}
	if (*out > now_ms)
		api_problem(p->answer, 422, "%s: '%.60s' is in the future", key, text);
	return *out <= now_ms;
}

/* What happened is told afterwards, but not of a time before the state that it ends. */
static bool state_moment(
	const struct plan *p, const struct member *m, const char *text, uint64_t *at_ms)
{
	char time[TIME_TEXT_BYTES];
	if (!moment_of(p, "at", text, wall_ms(), at_ms))
		return false;
	if (text && *at_ms < m->state_ms)
		api_problem(p->answer, 409, "at: it is %s since %s; name a later time",
			state_key(m->state), time_format(m->state_ms, time));
	return !text || *at_ms >= m->state_ms;
}

static bool make_state(struct plan *p)
{
	const struct member *m = api_member(p->board, word(p), p->answer);
	const char *says = p->form->text[2], *reason = says ? says : p->form->text[1];
	char proved[GUARD_TEXT_BYTES], said[GUARD_TEXT_BYTES];
	struct wish wish = { .is_operator = true,
		.has_reason = reason && *reason,
		.said = says ? guards_sayable() : 0 };
	if (!m || !state_of(p, &wish.to) || !state_moment(p, m, p->form->text[3], &wish.at_ms))
		return false;
	struct ruling r = lifecycle_ask(p->board, m, &wish);
	if (!r.may) {
		refuse(p, m, wish.to, &r);
		return false;
	}
	struct body body = { .text = { [BODY_FROM] = state_key(m->state),
				     [BODY_TO] = state_key(wish.to),
				     [BODY_GUARDS] = guards_format(r.proved, proved),
				     [BODY_SAID] = r.said ? guards_format(r.said, said) : NULL,
				     [BODY_REASON] = reason } };
	struct event ev = {
		.kind = EVENT_MOVED, .incident = m->incident, .host = m->host, .at_ms = wish.at_ms
	};
	return put(p, ev, &body);
}

void api_on_state(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = {
		{ "to", FIELD_TEXT, true, 64 },
		{ "reason", FIELD_TEXT, false, NOTE_TEXT_BYTES - 1 },
		{ "operator_says", FIELD_TEXT, false, NOTE_TEXT_BYTES - 1 },
		{ "at", FIELD_TEXT, false, 64 },
	};
	static const struct form form = { field, countof(field) };
	change(ctx, q, &form, make_state, out);
}

static bool make_address(struct plan *p)
{
	struct addr a;
	const char *const *field = p->form->text;
	uint64_t since_ms, until_ms, host = api_host(p->board, word(p), p->answer);
	if (!host || !moment_of(p, "since", field[1], field[2] ? 0 : wall_ms(), &since_ms) ||
		!moment_of(p, "until", field[2], 0, &until_ms))
		return false;
	if (!addr_parse((struct str){ field[0], strlen(field[0]) }, &a)) {
		api_problem(p->answer, 422, "'%.60s' is no address", field[0]);
		return false;
	}
	if (until_ms && until_ms <= since_ms) {
		api_problem(p->answer, 422, "until: it is not later than 'since'");
		return false;
	}
	p->former = since_ms ? board_host_at(p->board, &a, since_ms) : 0;
	p->former = p->former == host ? 0 : p->former;
	p->former_ms = since_ms;
	struct body body = { .text = { [BODY_ADDRESS] = field[0] },
		.number = { [BODY_SINCE] = since_ms, [BODY_UNTIL] = until_ms } };
	return put(p, (struct event){ .kind = EVENT_ADDRESS, .host = host }, &body);
}

void api_on_address(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = {
		{ "address", FIELD_TEXT, true, 64 },
		{ "since", FIELD_TEXT, false, 64 },
		{ "until", FIELD_TEXT, false, 64 },
	};
	static const struct form form = { field, countof(field) };
	change(ctx, q, &form, make_address, out);
}

static bool make_merge(struct plan *p)
{
	char other[24];
	snprintf(other, sizeof other, "%" PRIu64, p->form->number[0]);
	uint64_t a = api_incident(p->board, word(p), p->answer);
	uint64_t b = a ? api_incident(p->board, other, p->answer) : 0;
	if (!b)
		return false;
	if (a == b || board_incident(p->board, a)->closed_into ||
		board_incident(p->board, b)->closed_into) {
		api_problem(p->answer, 409, "name two incidents that are not merged yet");
		return false;
	}
	struct event ev = { .kind = EVENT_MERGED, .incident = a };
	return put(p, ev, &(struct body){ .number = { [BODY_OTHER] = b } });
}

void api_on_merge(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = { { "other", FIELD_NUMBER, true, 0 } };
	static const struct form form = { field, countof(field) };
	change(ctx, q, &form, make_merge, out);
}

static bool put_split(struct plan *p, uint64_t id, const char *text)
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
	return put(p, ev, &(struct body){ .number = { [BODY_OTHER] = p->opened } });
}

static bool make_split(struct plan *p)
{
	uint64_t id = api_incident(p->board, word(p), p->answer);
	const cJSON *host;
	p->opened = p->board->incident.n + UINT64_C(1);
	struct event opened = { .kind = EVENT_OPENED, .incident = p->opened };
	if (!id || !put(p, opened, &(struct body){}))
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
	change(ctx, q, &form, make_split, out);
}
