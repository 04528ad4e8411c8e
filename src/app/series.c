// SPDX-License-Identifier: Apache-2.0
// A reading every SERIES_STEP_MS, and a page of them.
#include "app/series.h"

#include <stdlib.h>

#include "app/api_list.h"
#include "base/quantity.h"

/* By its number, from 1. */
static struct counter_reading *reading_of(const struct series *s, uint64_t number)
{
	return &s->reading[(number - 1) % s->room];
}

bool series_resize(struct series *s, uint64_t keep_ms, size_t max_bytes)
{
	size_t room = LEAST(keep_ms / SERIES_STEP_MS, max_bytes / sizeof *s->reading);
	struct series fresh = { .room = MOST(room, 1), .n = s->n };
	if (fresh.room == s->room)
		return true;
	fresh.reading = calloc(fresh.room, sizeof *fresh.reading);
	if (!fresh.reading)
		return false;
	uint64_t n_stay = LEAST(s->n, LEAST(s->room, fresh.room));
	for (uint64_t number = s->n - n_stay + 1; number <= s->n; number++)
		*reading_of(&fresh, number) = *reading_of(s, number);
	fresh.first = MOST(s->first, s->n - n_stay + 1);
	series_fini(s);
	*s = fresh;
	return true;
}

void series_fini(struct series *s)
{
	free(s->reading);
	*s = (struct series){};
}

void series_put(struct series *s, const struct keeper *k, uint64_t at_ms)
{
	struct counter_reading *r = reading_of(s, ++s->n);
	r->at_ms = at_ms;
	counters_read(k, r->value);
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

static void write_reading(const struct counter_reading *r, const char *names, struct json *j)
{
	json_open(j, '{');
	json_key(j, "at_ms");
	json_uint(j, r->at_ms);
	json_key(j, "values");
	json_open(j, '{');
	for (size_t c = 0; c < n_counters; c++) {
		char name[64];
		if (!is_named(&counters[c], names))
			continue;
		snprintf(name, sizeof name, "%s.%s", counters[c].group, counters[c].key);
		json_key(j, name);
		json_uint(j, r->value[c]);
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
	uint64_t first = MOST(s->n > s->room ? s->n - s->room + 1 : 1, s->first);
	uint64_t at = l.cursor ? l.cursor : l.is_newest ? s->n + 1 : 0;
	for (;;) {
		at = l.is_newest ? LEAST(at, s->n + 1) - 1 : MOST(at + 1, first);
		if (at < first || at > s->n)
			break;
		const struct counter_reading *r = reading_of(s, at);
		if (r->at_ms < since_ms)
			continue;
		if (!list_takes(&l, at))
			break;
		write_reading(r, l.text[LIST_NAME], &l.page.json);
	}
	list_end(&l, out);
}
