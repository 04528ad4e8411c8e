// SPDX-License-Identifier: Apache-2.0
// Any request in one line, "METHOD TARGET BODY": it is answered by JSON, with a problem where it is refused,
// and what it writes the board takes.
#include <assert.h>
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "app/api.h"

enum { EVENTS_MAX = 64 };

struct desk_of_fuzz {
	struct board *board;
	uint64_t last;
};

static const struct board *board_of(void *ctx, struct err *e)
{
	(void)e;
	return ((struct desk_of_fuzz *)ctx)->board;
}

static struct store *log_of(void *ctx, struct err *e)
{
	(void)ctx;
	err_set(e, "no log here");
	return NULL;
}

static bool append(void *ctx, struct event *event, size_t n, const struct store_once *once,
	bool *is_stale, struct err *e)
{
	struct desk_of_fuzz *d = ctx;
	(void)once, (void)is_stale, (void)e;
	for (size_t i = 0; i < n; i++) {
		event[i].id = ++d->last;
		if (!board_apply(d->board, &event[i]))
			abort(); // it was judged before
	}
	return true;
}

static void begin(struct desk_of_fuzz *d)
{
	static const struct {
		enum event_kind kind;
		uint64_t host;
		const char *body;
	} rows[] = {
		{ EVENT_OPENED, 0, "{}" },
		{ EVENT_JOINED, 1, "{\"address\":\"10.1.1.14\",\"onset_ms\":1000}" },
		{ EVENT_EVIDENCE, 1,
			"{\"what\":\"finding\",\"cause\":\"tcp/445\",\"verdict\":\"worm-like\","
			"\"source\":\"flows\",\"last_ms\":2000}" },
		{ EVENT_JOINED, 2, "{\"address\":\"2001:db8::1\"}" },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct event ev = { .kind = rows[i].kind,
			.id = ++d->last,
			.incident = 1,
			.host = rows[i].host,
			.at_ms = 1000,
			.actor = "cordon" };
		memcpy(ev.body, rows[i].body, strlen(rows[i].body) + 1);
		(void)board_apply(d->board, &ev);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct desk_of_fuzz d = { .board = board_new() };
	struct api api = { .board = board_of, .log = log_of, .append = append, .ctx = &d };
	char *text = strndup((const char *)data, len), *rest = text;
	const char *method = strsep(&rest, " "), *target = rest ? strsep(&rest, " ") : "/";
	struct http_answer a = {};
	begin(&d);
	// behind the first NUL of the input nothing is a line, but a body may hold one
	size_t head = rest ? (size_t)(rest - text) : strlen(text);
	struct str body = { (const char *)data + (rest ? head : len), rest ? len - head : 0 };
	api_call(&api, method, target, "", body, &a);
	assert(a.status >= 200 && a.status < 600);
	if (a.type && strstr(a.type, "json")) {
		cJSON *root = cJSON_ParseWithLength(a.body, a.len);
		assert(root);
		assert(a.status == 200 || cJSON_HasObjectItem(root, "detail"));
		cJSON_Delete(root);
	}
	free(a.body);
	free(text);
	board_free(d.board);
	return 0;
}
