// SPDX-License-Identifier: Apache-2.0
// No proxy of the environment stands between: what is asked is about the own network. Redirects are not
// followed, for the token is for one server.
#include "net/http_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { URL_BYTES = 4096, HEADER_BYTES = 256 };

struct http_client {
	CURL *curl;
	struct curl_slist *header;
	char url[URL_BYTES];
	char why[CURL_ERROR_SIZE];
	struct http_client_answer answer; // that comes in
	bool is_too_long;
};

static size_t take(char *block, size_t size, size_t n, void *client)
{
	struct http_client *c = client;
	struct http_client_answer *a = &c->answer;
	size_t len = size * n;
	c->is_too_long = a->len + len > HTTP_CLIENT_MAX_BYTES;
	char *more = c->is_too_long ? NULL : realloc(a->body, a->len + len + 1);
	if (!more)
		return 0;
	memcpy(more + a->len, block, len);
	a->body = more;
	a->len += len;
	a->body[a->len] = '\0';
	return len;
}

static bool add_header(struct http_client *c, const char *text)
{
	struct curl_slist *more = curl_slist_append(c->header, text);
	if (more)
		c->header = more;
	return more;
}

static bool prepare(struct http_client *c, const struct http_client_wish *wish)
{
	char token[HEADER_BYTES];
	bool ok = add_header(c, "Content-Type: application/json") && add_header(c, "Expect:");
	if (wish->token) {
		snprintf(token, sizeof token, "Authorization: Bearer %s", wish->token);
		ok = ok && add_header(c, token);
	}
	const struct {
		CURLoption option;
		long value;
	} numbers[] = { { CURLOPT_NOSIGNAL, 1 }, { CURLOPT_TIMEOUT, HTTP_CLIENT_TIMEOUT_S },
		{ CURLOPT_CONNECTTIMEOUT, 10 }, { CURLOPT_FOLLOWLOCATION, 0 },
		{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 } };
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = { { CURLOPT_PROXY, "" }, { CURLOPT_PROTOCOLS_STR, "http,https" },
		{ CURLOPT_USERAGENT, "cordon" }, { CURLOPT_UNIX_SOCKET_PATH, wish->unix_socket },
		{ CURLOPT_CAINFO, wish->authority } };
	for (size_t i = 0; i < countof(numbers); i++)
		ok = ok && !curl_easy_setopt(c->curl, numbers[i].option, numbers[i].value);
	for (size_t i = 0; i < countof(texts); i++)
		if (texts[i].value)
			ok = ok && !curl_easy_setopt(c->curl, texts[i].option, texts[i].value);
	return ok && !curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->header) &&
	       !curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->why) &&
	       !curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take) &&
	       !curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
}

struct http_client *http_client_new(const struct http_client_wish *wish, struct err *e)
{
	struct http_client *c = calloc(1, sizeof *c);
	if (c)
		c->curl = curl_easy_init();
	int n = c ? snprintf(c->url, sizeof c->url, "%s", wish->url) : 0;
	while (n > 0 && (size_t)n < sizeof c->url && c->url[n - 1] == '/')
		c->url[--n] = '\0';
	if (c && c->curl && (size_t)n < sizeof c->url / 2 && prepare(c, wish))
		return c;
	err_set(e, "%.180s: no memory, or not an address of HTTP", wish->url);
	http_client_free(c);
	return NULL;
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->header);
	free(c->answer.body);
	free(c);
}

bool http_client_call(struct http_client *c, const char *method, const char *target,
	struct str body, const char *key, struct http_client_answer *out, struct err *e)
{
	char url[URL_BYTES], line[HEADER_BYTES];
	struct curl_slist first = { line, c->header };
	int n = snprintf(url, sizeof url, "%s%s", c->url, target);
	if (n < 0 || (size_t)n >= sizeof url)
		return err_set(e, "%.180s: longer than %zu bytes", url, sizeof url - 1);
	snprintf(line, sizeof line, "Idempotency-Key: \"%s\"", key ? key : "");
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, key ? &first : c->header);
	c->answer = (struct http_client_answer){};
	c->why[0] = '\0';
	c->is_too_long = false;
	curl_easy_setopt(c->curl, CURLOPT_URL, url);
	curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	if (body.ptr) {
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)body.len);
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body.ptr);
	}
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
	CURLcode code = curl_easy_perform(c->curl);
	*out = c->answer;
	c->answer = (struct http_client_answer){};
	if (code == CURLE_OK) {
		curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &out->status);
		return true;
	}
	free(out->body);
	*out = (struct http_client_answer){};
	if (c->is_too_long)
		return err_set(e, "%.150s: answers with more than %d bytes", c->url,
			HTTP_CLIENT_MAX_BYTES);
	err_set(e, "%.120s: %.100s", c->url, c->why[0] ? c->why : curl_easy_strerror(code));
	if (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
		code == CURLE_PARTIAL_FILE || code == CURLE_OPERATION_TIMEDOUT)
		e->code = ECONNRESET;
	else if (code == CURLE_COULDNT_CONNECT)
		e->code = ECONNREFUSED;
	return false;
}

bool http_escape(const char *text, char *room, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";
	size_t n = 0;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (n + 4 > size)
			return false;
		n += (size_t)(strchr(plain, *p) ? snprintf(room + n, size - n, "%c", *p)
						: snprintf(room + n, size - n, "%%%02X", *p));
	}
	room[n] = '\0';
	return n > 0;
}
