// SPDX-License-Identifier: Apache-2.0
// The text of an event is made once, however many streams there are (WHATWG HTML, 9.2.5).
#include "app/api_feed.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/quantity.h"

enum { REPLAY_MAX = 32 };

/* "id: 7\nevent: note\ndata: {...}\n\n", from malloc; NULL when there is no memory. */
static char *text_of(const struct board *b, const struct event *ev, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	if (!out)
		return NULL;
	struct json j = { .out = out };
	fprintf(out, "id: %" PRIu64 "\nevent: %s\ndata: ", ev->id, event_key(ev->kind));
	api_write_event(&j, b, ev);
	fputs("\n\n", out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

void feed_put(struct feed *f, const struct board *b, const struct event *ev)
{
	size_t i = ev->id % FEED_MAX;
	free(f->text[i]);
	f->text[i] = text_of(b, ev, &f->len[i]);
	f->id[i] = f->text[i] ? ev->id : 0;
	f->newest = ev->id;
}

void feed_fini(struct feed *f)
{
	for (size_t i = 0; i < FEED_MAX; i++)
		free(f->text[i]);
}

uint64_t feed_begin(const struct feed *f, const char *last_id)
{
	uint64_t id = f->newest;
	if (last_id && number_parse((struct str){ last_id, strlen(last_id) }, &id))
		id = id < f->newest ? id : f->newest;
	return id;
}

/* Events that the ring has no more, on their way to a stream. */
struct replay {
	const struct board *board;
	uint64_t *cursor;
	char *room;
	size_t size, n;
};

static bool replay_one(void *ctx, const struct event *ev)
{
	struct replay *r = ctx;
	size_t len = 0;
	char *text = text_of(r->board, ev, &len);
	bool fits = text && len <= r->size - r->n;
	if (fits) {
		memcpy(r->room + r->n, text, len);
		r->n += len;
		*r->cursor = ev->id;
	}
	free(text);
	return fits;
}

static size_t replay(struct feed *f, uint64_t *cursor, char *room, size_t size)
{
	struct err e = {};
	struct store *log = f->api->log(f->api->ctx, &e);
	struct replay r = { f->api->board(f->api->ctx, &e), cursor, room, size, 0 };
	struct store_filter next = { .cursor = *cursor, .limit = REPLAY_MAX };
	if (log && r.board)
		(void)store_page(log, &next, replay_one, &r, &e); // if not, it is asked again
	return r.n;
}

size_t feed_next(struct feed *f, uint64_t *cursor, char *room, size_t size)
{
	size_t n = 0;
	while (*cursor < f->newest) {
		size_t i = (*cursor + 1) % FEED_MAX;
		if (f->id[i] != *cursor + 1)
			return n ? n : replay(f, cursor, room, size);
		if (f->len[i] > size - n)
			break;
		memcpy(room + n, f->text[i], f->len[i]);
		n += f->len[i];
		++*cursor;
	}
	return n;
}
