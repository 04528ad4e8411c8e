// SPDX-License-Identifier: Apache-2.0
// Reading of the board: the list, one incident with its timeline, and a paragraph that explains.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/incident.h"
#include "incident/body.h"
#include "incident/lifecycle.h"
#include "model/words.h"
#include "output/json.h"

enum { AGE_TEXT_BYTES = 24, LINE_BYTES = 512 };

static const char *age_format(uint64_t from_ms, char room[static AGE_TEXT_BYTES])
{
	uint64_t now = clock_ms(), min = now > from_ms ? (now - from_ms) / 60000 : 0;
	if (min < 120)
		snprintf(room, AGE_TEXT_BYTES, "%" PRIu64 " min", min);
	else if (min < UINT64_C(48) * 60)
		snprintf(room, AGE_TEXT_BYTES, "%" PRIu64 " h", min / 60);
	else
		snprintf(room, AGE_TEXT_BYTES, "%" PRIu64 " d", min / 60 / 24);
	return room;
}

static uint32_t count_hosts(const struct board *b, uint64_t id)
{
	uint32_t n = 0;
	struct member_iter it = { .board = b, .incident = id };
	while (member_next(&it))
		n++;
	return n;
}

static const char *status_of(const struct board *b, uint64_t id)
{
	if (board_incident(b, id)->closed_into)
		return "merged";
	return board_open_hosts(b, id) ? "open" : "done";
}

void json_time(struct json *j, const char *key, uint64_t ms)
{
	char room[TIME_TEXT_BYTES];
	json_key(j, key);
	json_text(j, ms ? time_format(ms, room) : NULL);
}

void json_pair(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

void json_words(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

static void incident_json(const struct desk *d, uint64_t id)
{
	const struct incident_row *i = board_incident(d->board, id);
	char room[ADDR_TEXT_BYTES], causes[CAUSES_TEXT_BYTES];
	enum first_why why;
	const struct member *first = board_first(d->board, id, &why);
	struct json j = { .out = stdout };
	json_open(&j, '{');
	json_words(&j, "type", "incident");
	json_pair(&j, "id", id);
	json_words(&j, "status", status_of(d->board, id));
	json_time(&j, "opened", i->opened_ms);
	json_pair(&j, "hosts", count_hosts(d->board, id));
	json_pair(&j, "open_hosts", board_open_hosts(d->board, id));
	json_words(&j, "causes", causes_text(d, id, causes));
	json_words(&j, "first_host", first ? host_text(d, first->host, room) : NULL);
	json_words(&j, "first_host_why", first_why_text(why));
	json_words(&j, "assignee", *i->assignee ? i->assignee : NULL);
	json_pair(&j, "notes", i->n_notes);
	json_key(&j, "merged_into");
	if (i->closed_into)
		json_uint(&j, i->closed_into);
	else
		json_null(&j);
	json_close(&j, '}');
	json_end(&j);
}

int incident_list(struct desk *d, char **word, int n)
{
	(void)word, (void)n;
	uint32_t n_open = 0;
	if (!d->options->json && d->board->incident.n)
		printf("%4s  %-6s  %-20s  %5s  %5s  %-24s  %s\n", "ID", "STATUS", "OPENED", "HOSTS",
			"OPEN", "CAUSES", "ASSIGNEE");
	for (uint64_t id = 1; id <= d->board->incident.n; id++) {
		char time[TIME_TEXT_BYTES], causes[CAUSES_TEXT_BYTES], plain[CAUSES_TEXT_BYTES];
		char who[ACTOR_BYTES];
		const struct incident_row *i = board_incident(d->board, id);
		uint32_t open = board_open_hosts(d->board, id);
		n_open += open;
		if (d->options->json) {
			incident_json(d, id);
			continue;
		}
		plain_format(causes_text(d, id, causes), plain, sizeof plain);
		printf("%4" PRIu64 "  %-6s  %-20.19s  %5u  %5u  %-24s  %s\n", id,
			status_of(d->board, id), time_format(i->opened_ms, time),
			count_hosts(d->board, id), open, plain,
			*i->assignee ? plain_format(i->assignee, who, sizeof who) : "-");
	}
	if (!d->options->json && !d->board->incident.n)
		puts("no incidents");
	return n_open ? EXIT_FOUND : EXIT_NOTHING;
}

static void edges_write(const struct desk *d, const struct member *m, struct json *j)
{
	const struct edge *e;
	for (uint32_t at = m->first_edge; (e = board_edge(d->board, at)); at = e->next) {
		char from[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES];
		double p = board_edge_probability(d->board, e);
		host_text(d, board_member(d->board, e->from)->host, from);
		time_format(e->contact_ms, time);
		if (j) {
			json_open(j, '{');
			json_words(j, "from", from);
			json_words(j, "contact", time);
			json_key(j, "probability");
			json_real(j, p, 3);
			json_close(j, '}');
		} else {
			printf("      may have it from %s: contact %s%s, %.0f %%\n", from, time,
				e->is_answered ? ", answered" : "", p * 100);
		}
	}
}

static void member_json(const struct desk *d, const struct member *m)
{
	char room[ADDR_TEXT_BYTES];
	struct json j = { .out = stdout };
	json_open(&j, '{');
	json_words(&j, "type", "host");
	json_pair(&j, "incident", m->incident);
	json_pair(&j, "host", m->host);
	json_words(&j, "address", host_text(d, m->host, room));
	json_words(&j, "state", state_key(m->state));
	json_time(&j, "since", m->state_ms);
	json_time(&j, "onset", m->onset_ms);
	json_time(&j, "last_attack", m->last_ms);
	json_pair(&j, "episode", m->episode);
	json_pair(&j, "evidence", m->n_evidence);
	json_pair(&j, "withdrawn", m->n_withdrawn);
	silence_write(d, m, &j);
	json_key(&j, "names");
	json_open(&j, '[');
	names_list(d, m->host, &j);
	json_close(&j, ']');
	json_key(&j, "edges");
	json_open(&j, '[');
	edges_write(d, m, &j);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

static void member_line(const struct desk *d, const struct member *m)
{
	char host[ADDR_TEXT_BYTES], onset[TIME_TEXT_BYTES], age[AGE_TEXT_BYTES];
	char text[SILENCE_TEXT_BYTES];
	printf("  %-15s  %-14s for %-8s  onset %s, episode %u, evidence %u%s\n",
		host_text(d, m->host, host), state_key(m->state), age_format(m->state_ms, age),
		m->onset_ms ? time_format(m->onset_ms, onset) : "not known", m->episode,
		m->n_evidence, m->n_withdrawn ? ", some withdrawn" : "");
	names_list(d, m->host, NULL);
	edges_write(d, m, NULL);
	if (m->state == STATE_VERIFYING)
		printf("      %s\n", silence_explain(d, m, text));
}

struct timeline {
	const struct desk *desk;
	uint64_t incident;
};

static void tenure_line(const struct body *body, char text[static LINE_BYTES], size_t n)
{
	static const struct {
		enum body_number number;
		const char *word;
	} ends[] = { { BODY_SINCE, "since" }, { BODY_UNTIL, "until" } };
	char time[TIME_TEXT_BYTES];
	for (size_t i = 0; i < countof(ends) && n < LINE_BYTES; i++)
		if (body->number[ends[i].number])
			n += (size_t)snprintf(text + n, LINE_BYTES - n, " %s %s", ends[i].word,
				time_format(body->number[ends[i].number], time));
}

/* The parts of a body that people want to read, in one line that no terminal obeys. */
static void body_line(const struct event *ev, char out[static LINE_BYTES])
{
	static const enum body_text shown[] = { BODY_FROM, BODY_TO, BODY_VERDICT, BODY_CAUSE,
		BODY_SOURCE, BODY_ADDRESS, BODY_MAC, BODY_NAME, BODY_GUARDS, BODY_SAID, BODY_WHO,
		BODY_WORDS, BODY_REASON, BODY_WHY, BODY_WHERE };
	static const char *const before[N_BODY_TEXTS] = { [BODY_TO] = "-> ",
		[BODY_GUARDS] = "proved: ",
		[BODY_SAID] = "vouched for: ",
		[BODY_WHO] = "to ",
		[BODY_REASON] = "because: ",
		[BODY_SOURCE] = "by ",
		[BODY_MAC] = "MAC ",
		[BODY_NAME] = "named ",
		[BODY_WHERE] = "at " };
	struct body body = {};
	struct err e;
	char text[LINE_BYTES] = "";
	size_t n = 0;
	if (!body_parse(ev->body, &body, &e))
		return;
	for (size_t i = 0; i < countof(shown) && n < sizeof text; i++) {
		const char *v = body.text[shown[i]], *word = before[shown[i]];
		if (v && *v)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s", n ? " " : "",
				word ? word : "", v);
	}
	if (body.number[BODY_OTHER] && n < sizeof text)
		n += (size_t)snprintf(text + n, sizeof text - n, "%sincident %" PRIu64,
			n ? " " : "", body.number[BODY_OTHER]);
	if (ev->kind == EVENT_ADDRESS)
		tenure_line(&body, text, n);
	body_free(&body);
	plain_format(text, out, LINE_BYTES);
}

/* Of this incident, or about one of its hosts; silence that goes on is no news in a story. */
static bool is_told(const struct timeline *t, const struct event *ev)
{
	bool is_here = ev->incident == t->incident ||
		       (!ev->incident && board_find(t->desk->board, t->incident, ev->host));
	return is_here && !(ev->kind == EVENT_EVIDENCE && !strstr(ev->body, "\"cause\""));
}

static void edge_line(const struct desk *d, const struct event *ev, char out[static LINE_BYTES])
{
	char from[ADDR_TEXT_BYTES];
	struct body body = {};
	struct err e;
	if (!body_parse(ev->body, &body, &e))
		return;
	snprintf(out, LINE_BYTES, "may have it from %s",
		host_text(d, body.number[BODY_SOURCE_HOST], from));
	body_free(&body);
}

static bool timeline_line(void *ctx, const struct event *ev)
{
	const struct timeline *t = ctx;
	char time[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES] = "", text[LINE_BYTES] = "";
	char actor[ACTOR_BYTES];
	if (!is_told(t, ev))
		return true;
	if (ev->host)
		host_text(t->desk, ev->host, host);
	body_line(ev, text);
	if (ev->kind == EVENT_EDGE)
		edge_line(t->desk, ev, text);
	printf("  %-24s  %-16s  %-15s  %-10s  %s\n", time_format(ev->at_ms, time),
		event_key(ev->kind), host, plain_format(ev->actor, actor, sizeof actor), text);
	return true;
}

int incident_show(struct desk *d, char **word, int n)
{
	(void)n;
	struct err e = {};
	uint64_t id = desk_incident(d, word[0]);
	if (!id)
		return EXIT_ERROR;
	struct member_iter it = { .board = d->board, .incident = id };
	if (d->options->json) {
		incident_json(d, id);
		for (const struct member *m; (m = member_next(&it));)
			member_json(d, m);
		telemetry_json(d);
		return EXIT_NOTHING;
	}
	const struct incident_row *i = board_incident(d->board, id);
	char causes[CAUSES_TEXT_BYTES], plain[CAUSES_TEXT_BYTES], who[ACTOR_BYTES];
	printf("incident %" PRIu64 ", %s, %s, %u of %u hosts open, assigned to %s\n", id,
		status_of(d->board, id),
		plain_format(causes_text(d, id, causes), plain, sizeof plain),
		board_open_hosts(d->board, id), count_hosts(d->board, id),
		*i->assignee ? plain_format(i->assignee, who, sizeof who) : "nobody");
	if (i->closed_into)
		printf("merged into incident %" PRIu64 "\n", i->closed_into);
	enum first_why why;
	const struct member *first = board_first(d->board, id, &why);
	char room[ADDR_TEXT_BYTES];
	printf("began with: %s (%s)\n", first ? host_text(d, first->host, room) : "not known",
		first_why_text(why));
	telemetry_tell(d);
	puts("\nhosts:");
	for (const struct member *m; (m = member_next(&it));)
		member_line(d, m);
	puts("\ntimeline, in the order it was told:");
	struct timeline t = { d, id };
	if (store_replay(d->store, 1, timeline_line, &t, &e))
		return EXIT_NOTHING;
	fprintf(stderr, "cordon incident: %s\n", e.text);
	return EXIT_ERROR;
}

/* Where its evidence stands, as the event told. */
static bool explain_where(void *ctx, const struct event *ev)
{
	struct body body = {};
	struct err e;
	char where[LINE_BYTES];
	(void)ctx;
	if (!body_parse(ev->body, &body, &e))
		return false;
	if (body.text[BODY_WHERE])
		printf(" It stands in %s.",
			plain_format(body.text[BODY_WHERE], where, sizeof where));
	body_free(&body);
	return false; // one is enough
}

static void explain_charges(const struct desk *d, const struct member *m)
{
	const struct charge *c;
	for (uint32_t at = m->first_charge; (c = board_charge(d->board, at)); at = c->next) {
		char cause[CAUSE_BYTES];
		printf(" %s says %s on %s with %u %% confidence, %u contacted%s.",
			evidence_source_key(c->source), verdict_name(c->verdict),
			plain_format(c->cause, cause, sizeof cause), c->confidence_pct,
			c->contacted, c->is_withdrawn ? ", withdrawn since" : "");
		struct err e;
		(void)store_replay(d->store, c->event, explain_where, NULL, &e);
	}
}

/* The likeliest of those that may have infected it. */
static void explain_edge(const struct desk *d, const struct member *m)
{
	char from[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES];
	const struct edge *e, *best = NULL;
	for (uint32_t at = m->first_edge; (e = board_edge(d->board, at)); at = e->next)
		if (e->onset_ms == m->onset_ms &&
			(!best || board_edge_probability(d->board, e) >
					  board_edge_probability(d->board, best)))
			best = e;
	if (best)
		printf(" It may have it from %s, by a contact of %s, with %.0f %%.",
			host_text(d, board_member(d->board, best->from)->host, from),
			time_format(best->contact_ms, time),
			board_edge_probability(d->board, best) * 100);
}

/* What it would take to go on from here. */
static void explain_ways(const struct desk *d, const struct member *m)
{
	uint32_t ways = lifecycle_ways(m->state);
	for (enum state to = 0; to < N_STATES; to++) {
		char room[GUARD_TEXT_BYTES];
		struct wish wish = { .to = to, .at_ms = clock_ms() };
		if (!(ways >> to & 1))
			continue;
		struct ruling r = lifecycle_ask(d->board, m, &wish);
		printf(" For %s %s%s.", state_key(to), r.may ? "nothing is missing" : "it needs ",
			r.may ? "" : guards_format(r.missing | r.any_of, room));
	}
}

static void explain_member(const struct desk *d, const struct member *m)
{
	char host[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES], age[AGE_TEXT_BYTES];
	char text[SILENCE_TEXT_BYTES];
	printf("%s is %s in incident %u since %s (%s), in its episode %u, on %u pieces of "
	       "evidence.",
		host_text(d, m->host, host), state_key(m->state), m->incident,
		time_format(m->state_ms, time), age_format(m->state_ms, age), m->episode,
		m->n_evidence);
	explain_charges(d, m);
	explain_edge(d, m);
	if (m->last_ms)
		printf(" Its last attack was seen %s.", time_format(m->last_ms, time));
	if (state_is_open(m->state))
		printf(" %s", silence_explain(d, m, text));
	explain_ways(d, m);
	putchar('\n');
}

int incident_explain(struct desk *d, char **word, int n)
{
	(void)n;
	uint64_t id = word[0][strspn(word[0], "0123456789")] ? 0 : desk_incident(d, word[0]);
	if (word[0][strspn(word[0], "0123456789")]) {
		const struct member *m = desk_member(d, word[0]);
		if (m)
			explain_member(d, m);
		return m ? EXIT_NOTHING : EXIT_ERROR;
	}
	if (!id)
		return EXIT_ERROR;
	struct member_iter it = { .board = d->board, .incident = id };
	for (const struct member *m; (m = member_next(&it));)
		explain_member(d, m);
	return EXIT_NOTHING;
}
