// SPDX-License-Identifier: Apache-2.0
// Export and import: the events as NDJSON, between a line that says what it is and one that counts.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/incident.h"
#include "incident/body.h"
#include "output/json.h"

enum { EXPORT_VERSION = 1, LINE_MAX_BYTES = 1 << 16, BATCH = 256 };

struct export
{
	struct desk *desk;
	bool *wanted; // by incident; NULL: all
	uint64_t n_incidents, n;
	bool *host; // by number: it is in one that is wanted
	uint64_t n_hosts;
	bool has_grown;
};

/* What is of no incident belongs to those of its host, or to all: coverage, addresses. */
static bool is_wanted(const struct export *x, uint64_t incident, uint64_t host)
{
	if (!x->wanted || (!incident && !host))
		return true;
	if (!incident)
		return host <= x->n_hosts && x->host[host];
	return incident <= x->n_incidents && x->wanted[incident];
}

static bool export_event(void *ctx, const cJSON *ev)
{
	static const char *const numbers[] = { "id", "at_ms", "arrived_ms", "incident", "host" };
	struct export *x = ctx;
	struct json j = { .out = stdout };
	if (!is_wanted(x, number_of(ev, "incident"), number_of(ev, "host")))
		return true;
	char *body = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(ev, "body"));
	json_open(&j, '{');
	json_key(&j, "type");
	json_text(&j, "event");
	for (size_t i = 0; i < countof(numbers); i++) {
		json_key(&j, numbers[i]);
		json_uint(&j, number_of(ev, numbers[i]));
	}
	json_key(&j, "kind");
	json_text(&j, text_of(ev, "kind"));
	json_key(&j, "actor");
	json_text(&j, text_of(ev, "actor"));
	json_key(&j, "body");
	fputs(body ? body : "{}", stdout);
	j.needs_comma = true;
	json_close(&j, '}');
	json_end(&j);
	free(body);
	x->n++;
	return true;
}

/* What was merged or split belongs together: one does not replay without the other. */
static bool family_event(void *ctx, const cJSON *ev)
{
	struct export *x = ctx;
	uint64_t incident = number_of(ev, "incident");
	uint64_t other = number_of(cJSON_GetObjectItemCaseSensitive(ev, "body"), "other");
	if (other > x->n_incidents || incident > x->n_incidents ||
		x->wanted[other] == x->wanted[incident])
		return true;
	x->wanted[other] = x->wanted[incident] = x->has_grown = true;
	return true;
}

static bool count_incident(void *ctx, const cJSON *incident)
{
	struct export *x = ctx;
	x->n_incidents = MOST(x->n_incidents, number_of(incident, "id"));
	return true;
}

static bool count_host(void *ctx, const cJSON *host)
{
	struct export *x = ctx;
	x->n_hosts = MOST(x->n_hosts, number_of(host, "host"));
	return true;
}

static bool family_host(void *ctx, const cJSON *host)
{
	struct export *x = ctx;
	uint64_t incident = number_of(host, "incident"), number = number_of(host, "host");
	if (number <= x->n_hosts && incident <= x->n_incidents)
		x->host[number] |= x->wanted[incident];
	return true;
}

static bool find_hosts(struct export *x)
{
	if (!desk_each(x->desk, "/api/v1/hosts", count_host, x))
		return false;
	x->host = calloc(x->n_hosts + 1, sizeof *x->host);
	return x->host && desk_each(x->desk, "/api/v1/hosts", family_host, x);
}

/* The incident of a word with those it cannot do without, and their hosts. */
static bool find_family(struct export *x, const char *word)
{
	char path[PATH_TEXT_BYTES];
	cJSON *incident = desk_get(x->desk, "%s", path_of("incidents/", word, "", path));
	uint64_t id = number_of(incident, "id");
	cJSON_Delete(incident);
	if (!id || !desk_each(x->desk, "/api/v1/incidents", count_incident, x))
		return false;
	x->wanted = calloc(x->n_incidents + 1, sizeof *x->wanted);
	if (!x->wanted)
		return false;
	x->wanted[id] = x->has_grown = true;
	while (x->has_grown) {
		x->has_grown = false;
		if (!desk_each(x->desk, "/api/v1/log?kind=merged", family_event, x) ||
			!desk_each(x->desk, "/api/v1/log?kind=split", family_event, x))
			return false;
	}
	return find_hosts(x);
}

int incident_export(struct case_work *w, char **word, int n)
{
	(void)n;
	if (incident_export_is_foreign(w->options))
		return incident_export_foreign(w, word[0]);
	struct export x = { .desk = &w->desk };
	bool ok = !strcmp(word[0], "all") || find_family(&x, word[0]);
	if (ok) {
		printf("{\"type\":\"export\",\"version\":%d}\n", EXPORT_VERSION);
		ok = desk_each(&w->desk, "/api/v1/log", export_event, &x);
	}
	if (ok)
		printf("{\"type\":\"end\",\"events\":%" PRIu64 "}\n", x.n);
	free(x.host);
	free(x.wanted);
	return ok ? EXIT_NOTHING : EXIT_ERROR;
}

/* Numbers of an export in this store: those that exist already here come first. */
struct numbers {
	uint64_t *to;
	size_t n;
};

static uint64_t number_here(const struct numbers *map, uint64_t from)
{
	return from && from < map->n ? map->to[from] : 0;
}

static bool number_put(struct numbers *map, uint64_t from, uint64_t to)
{
	if (from >= MEMBERS_MAX)
		return false;
	if (from >= map->n) {
		size_t n = from * 2 + 64;
		uint64_t *more = realloc(map->to, n * sizeof *more);
		if (!more)
			return false;
		memset(more + map->n, 0, (n - map->n) * sizeof *more);
		map->to = more;
		map->n = n;
	}
	map->to[from] = to;
	return true;
}

struct import {
	struct desk *desk;
	FILE *in;
	const char *name;
	uint64_t line, n_events, n_taken, n_left_out;
	uint64_t last; // id in the store: the numbers given hold while nobody else writes
	bool has_begun, has_ended;
	struct numbers incident, host;
	struct event batch[BATCH];
	size_t n_batch;
};

static bool fail(const struct import *im, const char *what)
{
	fprintf(stderr, "cordon incident: %s:%" PRIu64 ": %s\n", im->name, im->line, what);
	return false;
}

static bool event_of(const struct import *im, const cJSON *line, struct event *ev)
{
	const char *actor = text_of(line, "actor");
	cJSON *body = cJSON_GetObjectItemCaseSensitive(line, "body");
	struct err e = {};
	struct body parsed;
	*ev = (struct event){ .at_ms = number_of(line, "at_ms"),
		.arrived_ms = number_of(line, "arrived_ms"),
		.incident = number_of(line, "incident"),
		.host = number_of(line, "host") };
	if (!event_parse(text_of(line, "kind"), &ev->kind))
		return fail(im, "a kind of event that this cordon does not know");
	if (!*actor || strlen(actor) >= sizeof ev->actor)
		return fail(im, "the actor is missing or too long");
	snprintf(ev->actor, sizeof ev->actor, "%s", actor);
	if (!body || !cJSON_PrintPreallocated(body, ev->body, sizeof ev->body, false))
		return fail(im, "the body is missing or too long");
	if (!body_parse(ev->body, &parsed, &e))
		return fail(im, e.text);
	bool ok = body_check(ev->kind, &parsed, &e) || fail(im, e.text);
	body_free(&parsed);
	return ok;
}

/* The line that begins an export, or ends it, or one that is passed over. */
static bool frame_of(struct import *im, const cJSON *line, const char *type)
{
	if (!strcmp(type, "export") && im->line == 1)
		im->has_begun = number_of(line, "version") == EXPORT_VERSION;
	if (!im->has_begun)
		return fail(im, "not an export of cordon incident, or one of a newer cordon");
	if (strcmp(type, "end"))
		return *type || fail(im, "not a line of an export");
	im->has_ended = true;
	return number_of(line, "events") == im->n_events ||
	       fail(im, "it counts other events than there are: cut or edited?");
}

enum { NEXT_EVENT, NEXT_OTHER, NEXT_END, NEXT_BAD };

/* One line; a message was written when it is bad. */
static int next(struct import *im, struct event *ev)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t n = getline(&text, &room, im->in);
	im->line++;
	cJSON *line = n > 0 && n <= LINE_MAX_BYTES ? cJSON_ParseWithLength(text, (size_t)n) : NULL;
	const char *type = text_of(line, "type");
	bool is_event = !strcmp(type, "event") && im->has_begun && !im->has_ended, ok;
	if (n <= 0)
		ok = im->has_ended || fail(im, "it ends before its last line: cut off?");
	else if (is_event)
		ok = event_of(im, line, ev);
	else
		ok = frame_of(im, line, type);
	im->n_events += is_event;
	cJSON_Delete(line);
	free(text);
	return !ok ? NEXT_BAD : n <= 0 ? NEXT_END : is_event ? NEXT_EVENT : NEXT_OTHER;
}

/* Give new numbers; a host keeps the one that its address has here. */
static bool renumber(struct import *im, struct event *ev)
{
	struct board *b = im->desk->board;
	struct body body;
	struct err e;
	if (!body_parse(ev->body, &body, &e))
		return false;
	struct addr a;
	const char *text = body.text[BODY_ADDRESS];
	if (ev->kind == EVENT_OPENED)
		number_put(&im->incident, ev->incident, b->incident.n + UINT64_C(1));
	if (ev->kind == EVENT_JOINED && !number_here(&im->host, ev->host) && text &&
		addr_parse((struct str){ text, strlen(text) }, &a)) {
		uint64_t known = board_host_at(b, &a, ev->at_ms);
		number_put(&im->host, ev->host, known ? known : b->host.n + UINT64_C(1));
	}
	bool is_known = (!ev->incident || number_here(&im->incident, ev->incident)) &&
			(!ev->host || number_here(&im->host, ev->host));
	ev->incident = number_here(&im->incident, ev->incident);
	ev->host = number_here(&im->host, ev->host);
	body.number[BODY_OTHER] = number_here(&im->incident, body.number[BODY_OTHER]);
	body.number[BODY_SOURCE_HOST] = number_here(&im->host, body.number[BODY_SOURCE_HOST]);
	is_known = is_known && body_format(&body, ev->body);
	body_free(&body);
	return is_known;
}

static bool flush(struct import *im)
{
	struct err e = {};
	bool is_stale, ok = store_append_after(
			       im->desk->store, im->last, im->batch, im->n_batch, &is_stale, &e);
	if (!ok)
		fprintf(stderr, "cordon incident: %s; %" PRIu64 " events were taken before\n",
			e.text, im->n_taken);
	im->n_taken += ok ? im->n_batch : 0;
	im->last += im->n_batch;
	im->n_batch = 0;
	return ok;
}

/* What the board refuses is left out: it would be refused at each replay. */
static bool take_all(struct import *im)
{
	struct event ev;
	int what;
	while ((what = next(im, &ev)) < NEXT_END) {
		if (what == NEXT_OTHER)
			continue;
		if (!renumber(im, &ev) || !board_apply(im->desk->board, &ev))
			im->n_left_out++;
		else
			im->batch[im->n_batch++] = ev;
		if (im->n_batch == BATCH && !flush(im))
			return false;
	}
	return what == NEXT_END && (im->n_batch == 0 || flush(im));
}

/* Twice through the file: nothing is written when a line is wrong. */
static bool import_checked(struct import *im)
{
	struct event ev;
	int what;
	while ((what = next(im, &ev)) < NEXT_END)
		;
	rewind(im->in);
	im->line = im->n_events = 0;
	im->has_begun = im->has_ended = false;
	return what == NEXT_END && take_all(im);
}

static FILE *copy_of(FILE *from)
{
	FILE *to = tmpfile();
	char block[4096];
	for (size_t n; to && (n = fread(block, 1, sizeof block, from)) > 0;)
		if (fwrite(block, 1, n, to) != n) {
			fclose(to);
			return NULL;
		}
	if (to)
		rewind(to);
	return to;
}

int incident_import(struct case_work *w, char **word, int n)
{
	struct desk *d = &w->desk;
	(void)n;
	bool is_stdin = !strcmp(word[0], "-");
	struct import *im = calloc(1, sizeof *im);
	FILE *in = is_stdin ? copy_of(stdin) : fopen(word[0], "re");
	if (!im || !in) {
		fprintf(stderr, "cordon incident: open %s: %m\n", word[0]);
		free(im);
		return EXIT_ERROR;
	}
	im->desk = d;
	im->in = in;
	im->last = d->board->last_id;
	im->name = is_stdin ? "standard input" : word[0];
	bool ok = import_checked(im);
	uint64_t n_left_out = im->n_left_out;
	if (ok)
		printf("%" PRIu64 " events taken\n", im->n_taken);
	if (ok && n_left_out)
		fprintf(stderr,
			"cordon incident: %" PRIu64 " events left out: the evidence does not "
			"carry them\n",
			n_left_out);
	free(im->incident.to);
	free(im->host.to);
	free(im);
	fclose(in);
	return !ok ? EXIT_ERROR : n_left_out ? EXIT_PARTLY : EXIT_NOTHING;
}
