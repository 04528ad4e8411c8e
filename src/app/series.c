// SPDX-License-Identifier: Apache-2.0
// A reading every SERIES_STEP_MS, and a page of them.
#include "app/series.h"

#include "app/api_list.h"
#include "base/quantity.h"

void series_put(struct series *s, const struct keeper *k, uint64_t at_ms)
{
	size_t i = s->n % SERIES_MAX;
	s->at_ms[i] = at_ms;
	counters_read(k, s->value[i]);
	s->n++;
}

/* Whether a list of "group" and "group.key" with commas between names a counter; no list names all. */
static bool is_named(const struct counter *c, const char *list)
{
	char name[64];
	int n = snprintf(name, sizeof name, "%s.%s", c->group, c->key);
	size_t group = strlen(c->group);
	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',') {
		size_t len = strcspn(p, ",");
		if ((len == (size_t)n || len == group) && !memcmp(p, name, len))
			return true;
	}
	return !list;
}

static void write_reading(const struct series *s, size_t i, const char *names, struct json *j)
{
	json_open(j, '{');
	json_key(j, "at_ms");
	json_uint(j, s->at_ms[i]);
	json_key(j, "values");
	json_open(j, '{');
	for (size_t c = 0; c < n_counters; c++) {
		char name[64];
		if (!is_named(&counters[c], names))
			continue;
		snprintf(name, sizeof name, "%s.%s", counters[c].group, counters[c].key);
		json_key(j, name);
		json_uint(j, s->value[i][c]);
	}
	json_close(j, '}');
	json_close(j, '}');
}

void api_on_series(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct series *s = api->series;
	struct list l;
	uint64_t since_ms = 0;
	if (!list_parse(q, PAGING | 1u << LIST_NAME | 1u << LIST_SINCE, &l, out))
		return;
	const char *since = l.text[LIST_SINCE];
	if (since && !number_parse((struct str){ since, strlen(since) }, &since_ms)) {
		api_problem(out, 400, "'since_ms' is a whole number, not '%.60s'", since);
		return;
	}
	if (!s || !list_begin(&l, out)) {
		api_problem(out, 503, "no daemon runs here: there are no series");
		return;
	}
	// A reading has a number that stays its own, so that a cursor holds while the ring turns.
	uint64_t first = s->n > SERIES_MAX ? s->n - SERIES_MAX + 1 : 1;
	uint64_t at = l.cursor ? l.cursor : l.is_newest ? s->n + 1 : 0;
	for (;;) {
		at = l.is_newest ? LEAST(at, s->n + 1) - 1 : MOST(at + 1, first);
		if (at < first || at > s->n)
			break;
		if (s->at_ms[(at - 1) % SERIES_MAX] < since_ms)
			continue;
		if (!list_takes(&l, at))
			break;
		write_reading(s, (at - 1) % SERIES_MAX, l.text[LIST_NAME], &l.page.json);
	}
	list_end(&l, out);
}
