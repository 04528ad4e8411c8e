// SPDX-License-Identifier: Apache-2.0
// Any line, any headers: a target is taken apart or refused with words, a route is found or not, nobody
// without a token becomes an operator; each line is tried as an Idempotency-Key too. Lines: method, target, Host, Origin, Sec-Fetch-Site,
// Sec-Fetch-Mode, Authorization, Content-Type; the rest is a file of tokens.
#include <assert.h>
#include <stdlib.h>

#include "http/guard.h"

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/hosts/{host}", .role = HTTP_VIEWER },
	{ .method = "POST",
		.path = "/api/v1/hosts/{host}/state",
		.role = HTTP_OPERATOR,
		.body = "B" },
	{ .method = "GET", .path = "/{a}/{b}" },
	{ .method = "GET", .path = "/" },
};

/* The next line, as a text of its own; NULL when it is empty or there is none. */
static char *line(const uint8_t **at, size_t *left)
{
	const uint8_t *end = memchr(*at, '\n', *left);
	size_t len = end ? (size_t)(end - *at) : *left;
	char *text = len ? strndup((const char *)*at, len) : NULL;
	*at += len + (end != NULL);
	*left -= len + (end != NULL);
	return text;
}

/* Any line as a key: what is taken is short, printable, and taken again as it is, in quotes. */
static void try_key(const char *text)
{
	char key[HTTP_KEY_BYTES], again[HTTP_KEY_BYTES], quoted[2 * HTTP_KEY_BYTES + 3];
	size_t n = 0;
	if (!text || !key_parse(text, key))
		return;
	assert(strlen(key) >= 1 && strlen(key) <= HTTP_KEY_MAX);
	quoted[n++] = '"';
	for (const char *p = key; *p; p++) {
		assert(*p >= ' ' && *p <= '~');
		if (*p == '"' || *p == '\\')
			quoted[n++] = '\\';
		quoted[n++] = *p;
	}
	quoted[n++] = '"';
	quoted[n] = '\0';
	assert(key_parse(quoted, again) && !strcmp(key, again));
}

static void try_route(const char *method, const struct http_target *t, const struct http_headers *h,
	const struct http_client *client)
{
	const struct route *found = NULL;
	const char *capture[HTTP_CAPTURES_MAX] = {};
	char allow[ALLOW_TEXT_BYTES];
	enum route_found r = route_find(routes, countof(routes), method, t, &found, capture, allow);
	assert((r == ROUTE_FOUND) == (found != NULL));
	assert((r == ROUTE_NO_METHOD) == (allow[0] != '\0'));
	for (size_t i = 0; i < HTTP_CAPTURES_MAX && found; i++)
		assert(!capture[i] || target_is_plain(capture[i]));
	if (found && guard_route(found, h, client) == REFUSED_NOT)
		assert(client->role >= found->role);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum { N_LINES = 8 };
	static struct tokens tokens;
	static struct http_target t;
	char *text[N_LINES];
	struct err e = {};
	for (size_t i = 0; i < N_LINES; i++)
		text[i] = line(&data, &len);
	tokens.n = 0;
	(void)tokens_parse(
		&tokens, (struct str){ (const char *)data, len }, "f", HTTP_OPERATOR, &e);
	const char *const host[] = { "cordon.example.net" };
	struct http_entrance at = { .anonymous = HTTP_VIEWER,
		.address = "[::1]",
		.port = 8055,
		.is_loopback = true,
		.host = host,
		.n_hosts = 1,
		.tokens = &tokens };
	struct http_headers h = { text[2], text[3], text[4], text[5], text[6], text[7], NULL };
	const char *method = text[0] ? text[0] : "GET";
	struct http_client client = {};
	bool is_target = text[1] && target_parse(text[1], &t, &e);
	assert(is_target || !text[1] || e.text[0]);
	if (guard_headers(&at, &h, method, &client) == REFUSED_NOT) {
		assert(client.role != HTTP_OPERATOR || tokens.n > 0);
		if (is_target)
			try_route(method, &t, &h, &client);
	}
	for (size_t i = 0; i < N_LINES; i++) {
		try_key(text[i]);
		free(text[i]);
	}
	return 0;
}
