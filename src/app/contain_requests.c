// SPDX-License-Identifier: Apache-2.0
// Requests of web logs, through what NBAR would do with them: flows tell no URL, logs do.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/contain_requests.h"
#include "contain/nbar.h"
#include "model/prefixes.h"

enum { SHOWN = 8, URL_ROOM = 1024 };

struct looked_into {
	const struct job *job;
	struct nbar *nbar;
	struct prefixes hosts; // of the plan
	uint64_t n[N_ACTIONS], n_foreign,
		n_left; // dropped of others; let through of hosts of the plan
};

/* A log has many lines, and a plan many hosts: they are found by a search. */
static bool hosts_put(struct prefixes *hosts, const struct plan *plan, struct err *e)
{
	for (size_t i = 0; i < plan->n; i++)
		if (!prefixes_put(hosts, &(struct slot){ .where = plan->entry[i].host }, e))
			return false;
	prefixes_sort(hosts);
	prefixes_fold(hosts);
	prefixes_link(hosts);
	return true;
}

struct looked_into *looked_into_new(struct job *j)
{
	struct writing w = job_writing(j);
	struct err e = {};
	size_t len;
	struct looked_into *l = calloc(1, sizeof *l);
	char *text = l ? job_text(j, &w, false, &len) : NULL;
	if (text)
		*l = (struct looked_into){ .job = j,
			.nbar = nbar_read((struct str){ text, len }, &e) };
	bool ok = l && l->nbar && hosts_put(&l->hosts, &j->plan, &e);
	if (e.text[0])
		contain_tell("%s", e.text);
	free(text);
	if (ok)
		return l;
	looked_into_free(l);
	return NULL;
}

void looked_into_free(struct looked_into *l)
{
	if (l) {
		free(l->nbar);
		free(l->hosts.slot);
	}
	free(l);
}

/* As it stood in the request line: path, "?", query. */
static struct str url_of(const struct request *r, char room[static URL_ROOM])
{
	int n = snprintf(room, URL_ROOM, "%.*s%s%.*s", STR_ARG(r->path), r->query.len ? "?" : "",
		STR_ARG(r->query));
	return (struct str){ room, n < URL_ROOM ? (size_t)n : URL_ROOM - 1 };
}

static void tell(const char *what, const struct request *r, const char *url)
{
	char client[ADDR_TEXT_BYTES];
	contain_tell("%s: %s %.100s", what, addr_format(&r->client, client), url);
}

static void take_one(struct looked_into *l, const struct request *r)
{
	char url[URL_ROOM];
	bool is_told = r->path.len && !(r->has & REQUEST_ERROR);
	struct nbar_packet p = { .packet = { .src = r->client,
					 .dst = r->server,
					 .proto = PROTO_TCP,
					 .dport = 80,
					 .is_established = true },
		.in = l->job->device.interface[0],
		.out = l->job->device.egress,
		.url = url_of(r, url),
		.url_at = r->method.len + 1,
		.view = is_told ? NBAR_PLAIN : NBAR_UNTOLD };
	enum action action = nbar_judge(l->nbar, &p);
	bool is_ours = r->has & REQUEST_HAS_CLIENT && prefixes_get(&l->hosts, &r->client);
	l->n[action]++;
	if (action == ACTION_DENY && !is_ours && l->n_foreign++ < SHOWN)
		tell("dropped, though not of the plan", r, url);
	if (action == ACTION_PERMIT && is_ours && l->n_left++ < SHOWN)
		tell("of the plan, and let through", r, url);
}

void looked_into_take(void *ctx, const struct request *request, size_t n)
{
	for (size_t i = 0; i < n; i++)
		take_one(ctx, &request[i]);
}

void looked_into_tell(const struct looked_into *l)
{
	if (l->n[ACTION_PERMIT] + l->n[ACTION_DENY] + l->n[ACTION_UNKNOWN])
		contain_tell("requests of the logs, as if on port 80: %" PRIu64 " dropped, %" PRIu64
			     " of them not of the plan; %" PRIu64 " let through, %" PRIu64
			     " of them of the plan; %" PRIu64 " unknown",
			l->n[ACTION_DENY], l->n_foreign, l->n[ACTION_PERMIT], l->n_left,
			l->n[ACTION_UNKNOWN]);
}
