// SPDX-License-Identifier: Apache-2.0
// Reading: incidents and hosts from the board, events from the log.
#include <stdlib.h>

#include "app/api_hosts.h"
#include "base/typo.h"

uint64_t list_step(const struct list *l, uint64_t at, uint64_t n)
{
	if (at == 0) // the first one
		at = l->cursor ? l->cursor : l->is_newest ? n + 1 : 0;
	if (l->is_newest)
		return at > n + 1 ? n : at - (at > 0);
	return at < n ? at + 1 : 0;
}

static bool is_wanted_incident(const struct board *b, uint64_t id, const struct list *l)
{
	const char *status = l->text[LIST_STATUS], *who = l->text[LIST_ASSIGNEE];
	const char *cause = l->text[LIST_CAUSE];
	char causes[CAUSES_TEXT_BYTES];
	return (!status || !strcmp(status, api_status(b, id))) &&
	       (!who || !strcmp(who, board_incident(b, id)->assignee)) &&
	       (!cause || strstr(api_causes(b, id, causes), cause));
}

void api_on_incidents(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	unsigned takes = PAGING | 1u << LIST_STATUS | 1u << LIST_ASSIGNEE | 1u << LIST_CAUSE;
	struct list l;
	if (!b || !list_parse(q, takes, &l, out))
		return;
	const char *status = l.text[LIST_STATUS];
	if (status && strcmp(status, "open") && strcmp(status, "done") &&
		strcmp(status, "merged")) {
		api_problem(out, 400, "'status' is open, done or merged, not '%.60s'", status);
		return;
	}
	if (!list_begin(&l, out))
		return;
	for (uint64_t id = 0; (id = list_step(&l, id, b->incident.n));)
		if (is_wanted_incident(b, id, &l)) {
			if (!list_takes(&l, id))
				break;
			api_write_incident(&l.page.json, b, id);
		}
	list_end(&l, out);
}

void api_on_incident(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	struct api_page p;
	uint64_t id = b ? api_incident(b, q->capture[0], out) : 0;
	if (!id || !api_begin(&p))
		return;
	api_write_incident(&p.json, b, id);
	api_end(&p, 200, out);
}

static bool take_state(const char *text, struct host_filter *f, struct http_answer *out)
{
	f->has_state = text && state_parse(text, &f->state);
	if (!text || f->has_state)
		return true;
	const char *known[N_STATES];
	for (enum state s = 0; s < N_STATES; s++)
		known[s] = state_key(s);
	const char *near = typo_nearest((struct str){ text, strlen(text) }, known, N_STATES);
	api_problem(out, 400, "no state '%.60s'%s%s%s", text, near ? ", did you mean '" : "",
		near ? near : "", near ? "'?" : "");
	return false;
}

bool host_filter_parse(
	const struct list *l, const struct board *b, struct host_filter *f, struct http_answer *out)
{
	const char *open = l->text[LIST_OPEN], *address = l->text[LIST_ADDRESS];
	const char *incident = l->text[LIST_INCIDENT], *with = l->text[LIST_WITH];
	if (incident && !(f->incident = api_incident(b, incident, out)))
		return false;
	f->has_open = open;
	f->is_open = open && !strcmp(open, "true");
	f->has_address = address;
	f->with_ways = with && !strcmp(with, "ways");
	if (open && !f->is_open && strcmp(open, "false"))
		api_problem(out, 400, "'open' is true or false, not '%.60s'", open);
	else if (with && !f->with_ways)
		api_problem(out, 400, "'with' is ways, not '%.60s'", with);
	else if (address && !addr_parse((struct str){ address, strlen(address) }, &f->address))
		api_problem(out, 400, "'address' is an IP address, not '%.60s'", address);
	else
		return take_state(l->text[LIST_STATE], f, out);
	return false;
}

/* Now, or at any time. */
static bool has_address(const struct board *b, uint64_t host, const struct addr *wanted)
{
	const struct host_row *h = board_host(b, host);
	const struct address_row *a;
	for (uint32_t at = h ? h->first_address : 0; (a = board_address(b, at));
		at = a->next_of_host)
		if (addr_eq(&a->addr, wanted))
			return true;
	return false;
}

bool host_is_wanted(const struct board *b, const struct member *m, const struct host_filter *f)
{
	return !m->is_moved_away && (!f->incident || m->incident == f->incident) &&
	       (!f->has_state || m->state == f->state) &&
	       (!f->has_open || state_is_open(m->state) == f->is_open) &&
	       (!f->has_address || has_address(b, m->host, &f->address));
}

static void list_hosts(const struct api *api, struct list *l, const struct board *b,
	const struct host_filter *f, struct http_answer *out)
{
	if (!list_begin(l, out))
		return;
	for (uint64_t at = 0; (at = list_step(l, at, b->member.n));) {
		const struct member *m = board_member(b, (uint32_t)at);
		if (!host_is_wanted(b, m, f))
			continue;
		if (!list_takes(l, at))
			break;
		api_write_member(api, &l->page.json, b, m, f->with_ways);
	}
	list_end(l, out);
}

static const unsigned host_filters =
	PAGING | 1u << LIST_STATE | 1u << LIST_OPEN | 1u << LIST_ADDRESS | 1u << LIST_WITH;

void api_on_hosts(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	struct list l;
	struct host_filter f = {};
	if (b && list_parse(q, host_filters | 1u << LIST_INCIDENT, &l, out) &&
		host_filter_parse(&l, b, &f, out))
		list_hosts(api, &l, b, &f, out);
}

void api_on_incident_hosts(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	struct list l;
	struct host_filter f = {};
	uint64_t id = b ? api_incident(b, q->capture[0], out) : 0;
	if (!id || !list_parse(q, host_filters, &l, out) || !host_filter_parse(&l, b, &f, out))
		return;
	f.incident = id;
	list_hosts(api, &l, b, &f, out);
}

void api_on_host(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	struct api_page p;
	const struct member *m = b ? api_member(b, q->capture[0], out) : NULL;
	if (!m || !api_begin(&p))
		return;
	api_write_member(api, &p.json, b, m, true);
	api_end(&p, 200, out);
}

/* A page of the log on its way to an answer. */
struct log_page {
	struct list list;
	const struct board *board;
	uint64_t incident; // whose hosts' events are wanted too; 0: none
};

static bool take_event(void *ctx, const struct event *ev)
{
	struct log_page *p = ctx;
	if (p->incident && !ev->incident && !board_find(p->board, p->incident, ev->host))
		return true; // of a host of others
	if (!list_takes(&p->list, ev->id))
		return false;
	api_write_event(&p->list.page.json, p->board, ev);
	return true;
}

static bool event_filter_parse(const struct list *l, const struct board *b, struct store_filter *f,
	struct http_answer *out)
{
	const char *incident = l->text[LIST_INCIDENT], *host = l->text[LIST_HOST];
	const char *kind = l->text[LIST_KIND], *with = l->text[LIST_WITH];
	if (with && (strcmp(with, "hosts") || !incident)) {
		api_problem(out, 400, "'with' is hosts, beside 'incident', not '%.60s'", with);
		return false;
	}
	f->with_hosts = with;
	if ((incident && !(f->incident = api_incident(b, incident, out))) ||
		(host && !(f->host = api_host(b, host, out))))
		return false;
	if (kind && !event_parse(kind, &f->kind)) {
		api_problem(out, 400, "no kind of event '%.60s'", kind);
		return false;
	}
	f->has_kind = f->has_kind || kind;
	f->is_newest = l->is_newest;
	f->cursor = l->cursor;
	return true;
}

static void list_events(struct api *api, const struct http_request *q, struct store_filter f,
	unsigned takes, struct http_answer *out)
{
	struct log_page p = { .board = api_board(api, out) };
	struct err e = {};
	if (!p.board || !list_parse(q, PAGING | takes, &p.list, out) ||
		!event_filter_parse(&p.list, p.board, &f, out))
		return;
	struct store *log = api->log(api->ctx, &e);
	// One more tells whether there is a next page; events of others' hosts do not count.
	f.limit = f.with_hosts ? SIZE_MAX : p.list.limit + 1;
	p.incident = f.with_hosts ? f.incident : 0;
	if (!log) {
		api_problem(out, 503, "%s", e.text);
		return;
	}
	if (!list_begin(&p.list, out))
		return;
	bool ok = store_page(log, &f, take_event, &p, &e);
	list_end(&p.list, out);
	if (ok)
		return;
	free(out->body);
	api_problem(out, 503, "%s", e.text);
}

void api_on_evidence(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct store_filter f = { .has_kind = true, .kind = EVENT_EVIDENCE };
	list_events(ctx, q, f, 1u << LIST_INCIDENT | 1u << LIST_HOST, out);
}

void api_on_transitions(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct store_filter f = { .has_kind = true, .kind = EVENT_MOVED };
	list_events(ctx, q, f, 1u << LIST_INCIDENT | 1u << LIST_HOST, out);
}

void api_on_log(void *ctx, const struct http_request *q, struct http_answer *out)
{
	list_events(ctx, q, (struct store_filter){},
		1u << LIST_INCIDENT | 1u << LIST_HOST | 1u << LIST_KIND | 1u << LIST_WITH, out);
}
