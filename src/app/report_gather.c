// SPDX-License-Identifier: Apache-2.0
// A report is made from answers of the API: so its numbers are those of the dashboard and of cordon incident.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/clock.h"
#include "app/incident.h"
#include "app/report.h"
#include "model/words.h"

/* Of the tree some is drawn, and more told, with two others that may have infected each host. */
enum { NODES = 300, NODES_TOLD = 1000, OTHERS = 2 };
enum { CELLS = 1024, POINTS = 240, DONE_SHOWN = 100, QUERY_BYTES = 256 };

static const char *const lang_key[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

/* Whether something lies in the range, which is open where no end was given. */
static bool is_in_range(const struct gathered *g, uint64_t since_ms, uint64_t until_ms)
{
	return (!g->to_ms || since_ms <= g->to_ms) && (!g->from_ms || until_ms >= g->from_ms);
}

static bool moment(const char *name, const char *text, uint64_t *out)
{
	if (!text || time_parse((struct str){ text, strlen(text) }, wall_ms(), out))
		return true;
	fprintf(stderr,
		"cordon report: --%s takes a time such as 2026-03-02T08:00Z, or so long ago, such "
		"as "
		"2h, not '%s'\n",
		name, text);
	return false;
}

static bool range(const struct report_options *o, struct gathered *g)
{
	if (!moment("from", o->from, &g->from_ms) || !moment("to", o->to, &g->to_ms))
		return false;
	if (g->from_ms && g->to_ms && g->from_ms > g->to_ms) {
		fprintf(stderr, "cordon report: --from is later than --to\n");
		return false;
	}
	return true;
}

struct taking {
	struct gathered *g;
	cJSON *into;
	uint64_t most, n_beyond;
};

static bool take_incident(void *ctx, const cJSON *i)
{
	struct gathered *g = ctx;
	bool is_merged = !strcmp(text_of(i, "status"), "merged");
	bool is_open = !strcmp(text_of(i, "status"), "open");
	uint64_t opened_ms = time_of(text_of(i, "opened"));
	if (!is_merged && is_in_range(g, opened_ms, UINT64_MAX)) {
		cJSON_AddItemToArray(g->incidents, cJSON_Duplicate(i, true));
		g->n_open += is_open;
	}
	return true;
}

/* One incident, or that into which it was merged. */
static bool take_one(struct desk *d, struct gathered *g, const char *word)
{
	char path[PATH_TEXT_BYTES], number[24];
	snprintf(number, sizeof number, "%s", word);
	for (;;) {
		cJSON *i = desk_get(d, "%s", path_of("incidents/", number, "", path));
		if (!i)
			return false;
		uint64_t into = number_of(i, "merged_into");
		if (!into) {
			g->incident = number_of(i, "id");
			g->n_open = !strcmp(text_of(i, "status"), "open");
			return cJSON_AddItemToArray(g->incidents, i);
		}
		fprintf(stderr,
			"cordon report: incident %s was merged into %" PRIu64 ", which is told\n",
			number, into);
		snprintf(number, sizeof number, "%" PRIu64, into);
		cJSON_Delete(i);
	}
}

/* Where nothing else is asked for, an incident that is the only one. */
static bool find_incidents(struct desk *d, struct gathered *g, const struct report_options *o)
{
	if (o->incident)
		return take_one(d, g, o->incident);
	if (!desk_each(d, "/api/v1/incidents", take_incident, g))
		return false;
	if (cJSON_GetArraySize(g->incidents) == 1)
		g->incident = number_of(cJSON_GetArrayItem(g->incidents, 0), "id");
	return true;
}

static bool is_host_in_range(const struct gathered *g, const cJSON *h)
{
	uint64_t onset = time_of(text_of(h, "onset")), since = time_of(text_of(h, "since"));
	uint64_t last = time_of(text_of(h, "last_attack"));
	static const char *const over[] = { "recovered", "closed", "false-positive" };
	bool is_over = false;
	for (size_t i = 0; i < countof(over); i++)
		is_over |= !strcmp(text_of(h, "state"), over[i]);
	return is_in_range(g, onset ? onset : since,
		!is_over       ? UINT64_MAX
		: last > since ? last
			       : since);
}

struct passing {
	const struct gathered *g;
	bool (*take)(void *ctx, const cJSON *host);
	void *ctx;
};

static bool pass_host(void *ctx, const cJSON *h)
{
	const struct passing *p = ctx;
	return !is_host_in_range(p->g, h) || p->take(p->ctx, h);
}

static const char *board_query(
	const struct gathered *g, enum lang lang, const char *more, char room[static QUERY_BYTES])
{
	char incident[40] = "";
	if (g->incident)
		snprintf(incident, sizeof incident, "&incident=%" PRIu64, g->incident);
	snprintf(room, QUERY_BYTES, "/api/v1/board?lang=%s%s%s", lang_key[lang], incident, more);
	return room;
}

bool gather_hosts(struct desk *d, const struct gathered *g, enum lang lang,
	bool (*take)(void *ctx, const cJSON *host), void *ctx)
{
	char query[QUERY_BYTES];
	struct passing p = { g, take, ctx };
	return desk_each(d, board_query(g, lang, "", query), pass_host, &p);
}

static bool keep_host(void *ctx, const cJSON *h)
{
	struct taking *t = ctx;
	if (!is_host_in_range(t->g, h))
		return true;
	if ((uint64_t)cJSON_GetArraySize(t->into) >= t->most) {
		t->n_beyond++;
		return true;
	}
	return cJSON_AddItemToArray(t->into, cJSON_Duplicate(h, true));
}

static int by_need(const void *a, const void *b)
{
	const cJSON *x = *(const cJSON *const *)a, *y = *(const cJSON *const *)b;
	int c = outbreak_rank(x) - outbreak_rank(y);
	c = c ? c : strcmp(text_of(x, "onset"), text_of(y, "onset"));
	return c ? c
		 : (number_of(x, "host") > number_of(y, "host")) -
			       (number_of(x, "host") < number_of(y, "host"));
}

/* Those that need somebody first; of the rest as many as are shown. */
static bool sort_hosts(struct gathered *g, size_t most)
{
	size_t n = (size_t)cJSON_GetArraySize(g->hosts), k = 0;
	cJSON **all = calloc(n + 1, sizeof *all);
	if (!all)
		return false;
	while (g->hosts->child)
		all[k++] = cJSON_DetachItemViaPointer(g->hosts, g->hosts->child);
	qsort(all, n, sizeof *all, by_need);
	for (size_t i = 0; i < n; i++)
		if (i < most) {
			cJSON_AddItemToArray(g->hosts, all[i]);
		} else {
			cJSON_Delete(all[i]);
			g->n_hosts_beyond++;
		}
	free(all);
	return true;
}

static bool find_hosts(struct desk *d, struct gathered *g, enum lang lang, bool all_hosts)
{
	static const char *const sorts[] = { "&state=infected", "&state=reinfected",
		"&state=suspected", "&state=contained", "&state=disconnected", "&state=remediating",
		"&state=rebuilding", "&state=remediated", "&state=verifying", "&state=recovered",
		"&state=closed", "&state=false-positive" };
	char query[QUERY_BYTES];
	uint64_t most = all_hosts ? UINT64_MAX : OUTBREAK_HOSTS_SHOWN;
	g->board = desk_get(d, "%s", board_query(g, lang, "&limit=1", query));
	if (!g->board)
		return false;
	cJSON_DeleteItemFromObjectCaseSensitive(g->board, "items");
	for (size_t i = 0; i < countof(sorts); i++) {
		struct taking t = { g, cJSON_CreateArray(), most, 0 };
		bool ok = t.into &&
			  desk_each(d, board_query(g, lang, sorts[i], query), keep_host, &t);
		while (ok && t.into->child)
			cJSON_AddItemToArray(
				g->hosts, cJSON_DetachItemViaPointer(t.into, t.into->child));
		g->n_hosts_beyond += t.n_beyond;
		cJSON_Delete(t.into);
		if (!ok)
			return false;
	}
	return sort_hosts(g, all_hosts ? SIZE_MAX : OUTBREAK_HOSTS_SHOWN);
}

static const char *incident_word(const struct gathered *g, char room[static 24])
{
	snprintf(room, 24, "all");
	if (g->incident)
		snprintf(room, 24, "%" PRIu64, g->incident);
	return room;
}

/* When an incident ended is not told: of one that is done a host has to lie in the range. */
static void drop_past(struct gathered *g)
{
	cJSON *i = g->from_ms && !g->incident && !g->n_hosts_beyond ? g->incidents->child : NULL;
	while (i) {
		cJSON *next = i->next;
		const cJSON *h = g->hosts->child;
		while (h && number_of(h, "incident") != number_of(i, "id"))
			h = h->next;
		if (!h && strcmp(text_of(i, "status"), "open") != 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(g->incidents, i));
		i = next;
	}
}

static cJSON *find_curve(struct desk *d, const struct gathered *g)
{
	char incident[24], from[60] = "", to[60] = "", time[TIME_TEXT_BYTES];
	incident_word(g, incident);
	if (g->from_ms)
		snprintf(from, sizeof from, "&from=%s", time_format(g->from_ms, time));
	if (g->to_ms)
		snprintf(to, sizeof to, "&to=%s", time_format(g->to_ms, time));
	return desk_get(d, "/api/v1/incidents/%s/curve?points=%d%s%s", incident, POINTS, from, to);
}

/* How it grew before anything was done to hold hosts; nothing was: none. */
static bool find_before(struct desk *d, struct gathered *g)
{
	char incident[24];
	const cJSON *first = cJSON_GetArrayItem(member_at(g->curve, "containments"), 0);
	if (!first || number_of(g->curve, "containments_beyond"))
		return true;
	cJSON *curve = desk_get(d, "/api/v1/incidents/%s/curve?points=2&to=%s&from=%s",
		incident_word(g, incident), text_of(first, "at"), text_of(first, "at"));
	g->before = cJSON_DetachItemFromObjectCaseSensitive(curve, "growth");
	cJSON_Delete(curve);
	return g->before;
}

/* What a person decided: the latest, without what cordon found by itself. */
static bool take_done(void *ctx, const cJSON *ev)
{
	struct taking *t = ctx;
	const char *kind = text_of(ev, "kind");
	bool is_told = !strcmp(kind, "note") || !strcmp(kind, "state") ||
		       !strcmp(kind, "assigned") || !strcmp(kind, "merged") ||
		       !strcmp(kind, "split");
	uint64_t at_ms = number_of(ev, "at_ms");
	if (!is_told || !strcmp(text_of(ev, "actor"), "cordon") || !is_in_range(t->g, at_ms, at_ms))
		return true;
	if ((uint64_t)cJSON_GetArraySize(t->into) >= t->most)
		return false;
	return cJSON_AddItemToArray(t->into, cJSON_Duplicate(ev, true));
}

static bool find_done(struct desk *d, struct gathered *g)
{
	static const char *const kinds[] = { "note", "state", "assigned", "merged", "split" };
	char query[QUERY_BYTES], incident[40] = "";
	if (g->incident)
		snprintf(incident, sizeof incident, "&incident=%" PRIu64, g->incident);
	for (size_t i = 0; i < countof(kinds); i++) {
		struct taking t = { g, g->done, (uint64_t)cJSON_GetArraySize(g->done) + DONE_SHOWN,
			0 };
		snprintf(query, sizeof query, "/api/v1/log?order=newest&kind=%s%s", kinds[i],
			incident);
		if (!desk_each(d, query, take_done, &t))
			return false;
	}
	return true;
}

static int later_first(const void *a, const void *b)
{
	uint64_t x = number_of(*(const cJSON *const *)a, "at_ms");
	uint64_t y = number_of(*(const cJSON *const *)b, "at_ms");
	return (x < y) - (x > y);
}

static bool sort_done(struct gathered *g)
{
	size_t n = (size_t)cJSON_GetArraySize(g->done), k = 0;
	cJSON **all = calloc(n + 1, sizeof *all);
	if (!all)
		return false;
	while (g->done->child)
		all[k++] = cJSON_DetachItemViaPointer(g->done, g->done->child);
	qsort(all, n, sizeof *all, later_first);
	for (size_t i = 0; i < n; i++)
		if (i < DONE_SHOWN)
			cJSON_AddItemToArray(g->done, all[i]);
		else
			cJSON_Delete(all[i]);
	free(all);
	return true;
}

/* Exporters as the daemon tells them, or told them last. */
static void find_exporters(struct desk *d, struct gathered *g)
{
	cJSON *status = desk_status(d);
	g->exporters = cJSON_DetachItemFromObjectCaseSensitive(status, "exporters");
	cJSON_Delete(status);
}

/* What is drawn of the tree, and more of it to be read. */
static bool find_tree(struct desk *d, struct gathered *g)
{
	if (!g->incident)
		return true;
	g->tree = desk_get(d, "/api/v1/incidents/%" PRIu64 "/tree?limit=%d", g->incident, NODES);
	g->branches = desk_get(d, "/api/v1/incidents/%" PRIu64 "/tree?limit=%d&others=%d",
		g->incident, NODES_TOLD, OTHERS);
	return g->tree && g->branches;
}

bool gather(struct desk *d, const struct report_options *o, enum lang lang, bool all_hosts,
	struct gathered *g)
{
	*g = (struct gathered){ .incidents = cJSON_CreateArray(),
		.hosts = cJSON_CreateArray(),
		.done = cJSON_CreateArray() };
	if (!g->incidents || !g->hosts || !g->done) {
		fprintf(stderr, "cordon report: no memory\n");
		return false;
	}
	if (!range(o, g) || !find_incidents(d, g, o))
		return false;
	char map[80];
	int n = snprintf(map, sizeof map, "/api/v1/map?cells=%d", CELLS);
	if (g->incident)
		snprintf(map + n, sizeof map - (size_t)n, "&incident=%" PRIu64, g->incident);
	if (!(g->curve = find_curve(d, g)) || !(g->map = desk_get(d, "%s", map)) ||
		!find_before(d, g) || !find_hosts(d, g, lang, all_hosts) || !find_done(d, g) ||
		!sort_done(g))
		return false;
	drop_past(g);
	find_exporters(d, g);
	bool has_tree = find_tree(d, g);
	gathered_tell(g, lang);
	return has_tree;
}

void gathered_fini(struct gathered *g)
{
	cJSON *const all[] = { g->incidents, g->board, g->hosts, g->curve, g->before, g->tree,
		g->branches, g->map, g->exporters, g->done };
	for (size_t i = 0; i < countof(all); i++)
		cJSON_Delete(all[i]);
}
