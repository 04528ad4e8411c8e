// SPDX-License-Identifier: Apache-2.0
// A queue before the store, of a fixed size: a full disk or a damaged file costs no detection.
#include "app/chronicle.h"

#include <assert.h>
#include <stdlib.h>

#include "app/clock.h"
#include "output/json.h"

enum { QUEUE_MAX = 2048, WRITE_MAX = 256, RETRY_MS = 1000 };

struct chronicle {
	char *directory;
	struct store *store; // NULL: it could not be opened
	struct event *queue;
	size_t n;
	uint64_t retry_ms; // when a store that refused is asked again, by the steady clock
	bool has_refused;
	struct chronicle_health health;
};

/* Said once, until it goes well again. */
static void refused(struct chronicle *c, const struct err *e)
{
	if (!c->has_refused)
		fprintf(stderr,
			"cordon watch: %s; detection goes on, up to %d events wait until it can be "
			"written again\n",
			e->text, QUEUE_MAX);
	c->has_refused = true;
	c->health.n_refusals++;
	c->health.why = *e;
	c->retry_ms = steady_ms() + RETRY_MS;
}

static bool open_store(struct chronicle *c)
{
	struct err e = {};
	if (!c->store)
		c->store = store_open(c->directory, STORE_WRITE, &e);
	if (!c->store)
		refused(c, &e);
	return c->store;
}

struct chronicle *chronicle_new(const char *directory)
{
	struct chronicle *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->directory = strdup(directory);
	c->queue = calloc(QUEUE_MAX, sizeof *c->queue);
	if (!c->directory || !c->queue) {
		chronicle_free(c);
		return NULL;
	}
	(void)open_store(c);
	return c;
}

void chronicle_free(struct chronicle *c)
{
	if (!c)
		return;
	if (c->store)
		store_close(c->store);
	free(c->queue);
	free(c->directory);
	free(c);
}

static void write_body(const struct finding *f, struct json *j)
{
	char host[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES];
	const struct {
		const char *key, *text;
	} row[] = {
		{ "host", addr_format(&f->host, host) },
		{ "class", verdict_name(f->verdict) },
		{ "port", finding_port(f, port) },
		{ "why", f->why },
	};
	json_open(j, '{');
	for (size_t i = 0; i < countof(row); i++) {
		json_key(j, row[i].key);
		json_text(j, row[i].text);
	}
	json_key(j, "confidence");
	json_real(j, f->confidence, 4);
	json_close(j, '}');
}

/* False when the body does not fit: `why` and all names are bounded, so that is our own mistake. */
static bool event_of(const struct finding *f, uint64_t now_ms, struct event *out)
{
	*out = (struct event){
		.at_ms = f->last_ms ? f->last_ms : now_ms,
		.arrived_ms = now_ms,
		.kind = EVENT_EVIDENCE,
		.actor = "cordon",
	};
	FILE *body = fmemopen(out->body, sizeof out->body, "w");
	if (!body)
		return false;
	struct json j = { .out = body };
	write_body(f, &j);
	bool is_whole = !ferror(body);
	return fclose(body) == 0 && is_whole;
}

void chronicle_take(struct chronicle *c, const struct finding *finding, size_t n, uint64_t now_ms)
{
	for (size_t i = 0; i < n; i++)
		if (c->n < QUEUE_MAX && event_of(&finding[i], now_ms, &c->queue[c->n]))
			c->n++;
		else
			c->health.n_lost++;
}

bool chronicle_write(struct chronicle *c)
{
	while (c->n > 0 && (!c->has_refused || steady_ms() >= c->retry_ms)) {
		size_t n = c->n < WRITE_MAX ? c->n : WRITE_MAX;
		struct err e = {};
		if (!open_store(c))
			return false;
		if (!store_append(c->store, c->queue, n, &e)) {
			refused(c, &e);
			return false;
		}
		if (c->has_refused)
			fputs("cordon watch: the store takes events again\n", stderr);
		c->has_refused = false;
		c->health.n_events += n;
		c->n -= n;
		memmove(c->queue, c->queue + n, c->n * sizeof *c->queue);
	}
	return c->n == 0;
}

bool chronicle_keep(struct chronicle *c, const char *sort, struct bytes key, struct bytes value)
{
	struct err e = {};
	if (c->has_refused && steady_ms() < c->retry_ms)
		return false;
	if (!open_store(c))
		return false;
	if (store_keep(c->store, sort, key, value, &e))
		return true;
	refused(c, &e);
	return false;
}

void chronicle_recall(struct chronicle *c, const char *sort,
	void (*take)(void *ctx, struct bytes key, struct bytes value), void *ctx)
{
	struct err e = {};
	if (open_store(c) && !store_recall(c->store, sort, take, ctx, &e))
		refused(c, &e);
}

struct chronicle_health chronicle_health(const struct chronicle *c)
{
	struct chronicle_health h = c->health;
	h.is_open = c->store && !c->has_refused;
	h.n_queued = c->n;
	return h;
}
