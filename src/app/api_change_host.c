// SPDX-License-Identifier: Apache-2.0
// What a person changes of a host: its state, which needs evidence, and its addresses over time.
#include "app/api_change.h"
#include "app/clock.h"
#include "incident/lifecycle.h"
#include "model/words.h"

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
	const struct change *p, const struct member *m, enum state to, char *room, size_t size)
{
	size_t n = (size_t)snprintf(room, size,
		"%.60s stays %s: from there no way leads to %s, only to:", change_word(p),
		state_key(m->state), state_key(to));
	for (enum state s = 0; s < N_STATES && n < size; s++)
		if (lifecycle_ways(m->state) >> s & 1)
			n += (size_t)snprintf(room + n, size - n, " %s", state_key(s));
}

static void refuse(
	const struct change *p, const struct member *m, enum state to, const struct ruling *r)
{
	struct api_page page;
	char detail[512];
	if (r->is_way)
		snprintf(detail, sizeof detail, "%.60s stays %s: for %s evidence is missing",
			change_word(p), state_key(m->state), state_key(to));
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

static bool state_of(const struct change *p, enum state *out)
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
static bool moment_of(const struct change *p, const char *key, const char *text, uint64_t otherwise,
	uint64_t *out)
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
	const struct change *p, const struct member *m, const char *text, uint64_t *at_ms)
{
	char time[TIME_TEXT_BYTES];
	if (!moment_of(p, "at", text, wall_ms(), at_ms))
		return false;
	if (text && *at_ms < m->state_ms)
		api_problem(p->answer, 409, "at: it is %s since %s; name a later time",
			state_key(m->state), time_format(m->state_ms, time));
	return !text || *at_ms >= m->state_ms;
}

static bool make_state(struct change *p)
{
	const struct member *m = api_member(p->board, change_word(p), p->answer);
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
	return change_put(p, ev, &body);
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
	change_make(ctx, q, &form, make_state, out);
}

/* What was seen of containment at a member; the state `contained` needs it. */
static bool make_containment(struct change *p)
{
	static const struct {
		const char *effective, *what;
	} row[] = { { "yes", "containment" }, { "no", "containment-failed" },
		{ "unknown", "containment-unknown" } };
	const char *const *field = p->form->text;
	char why[64];
	size_t i = 0;
	struct event ev = { .kind = EVENT_EVIDENCE, .at_ms = wall_ms() };
	ev.incident = api_incident(p->board, change_word(p), p->answer);
	ev.host = ev.incident ? api_host(p->board, field[0], p->answer) : 0;
	if (!ev.host)
		return false;
	while (i < countof(row) && strcmp(field[1], row[i].effective) != 0)
		i++;
	if (i == countof(row) || !board_find(p->board, ev.incident, ev.host)) {
		if (i == countof(row))
			api_problem(p->answer, 422, "effective: 'yes', 'no' or 'unknown'");
		else
			api_problem(p->answer, 409, "%.60s is not in that incident", field[0]);
		return false;
	}
	snprintf(why, sizeof why, "plan %.50s", field[3]);
	struct body body = { .text = { [BODY_WHAT] = row[i].what,
				     [BODY_WHY] = why,
				     [BODY_EFFECTIVE] = row[i].effective,
				     [BODY_TARGET] = field[2],
				     [BODY_PLAN] = field[3] },
		.number = { [BODY_LAST] = ev.at_ms } };
	return change_put(p, ev, &body);
}

void api_on_containment(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = {
		{ "host", FIELD_TEXT, true, 64 },
		{ "effective", FIELD_TEXT, true, 16 },
		{ "target", FIELD_TEXT, true, 160 },
		{ "plan", FIELD_TEXT, true, 64 },
	};
	static const struct form form = { field, countof(field) };
	change_make(ctx, q, &form, make_containment, out);
}

static bool make_address(struct change *p)
{
	struct addr a;
	const char *const *field = p->form->text;
	uint64_t since_ms, until_ms, host = api_host(p->board, change_word(p), p->answer);
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
	return change_put(p, (struct event){ .kind = EVENT_ADDRESS, .host = host }, &body);
}

void api_on_address(void *ctx, const struct http_request *q, struct http_answer *out)
{
	static const struct field field[] = {
		{ "address", FIELD_TEXT, true, 64 },
		{ "since", FIELD_TEXT, false, 64 },
		{ "until", FIELD_TEXT, false, 64 },
	};
	static const struct form form = { field, countof(field) };
	change_make(ctx, q, &form, make_address, out);
}
