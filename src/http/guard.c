// SPDX-License-Identifier: Apache-2.0
// Browsers send Host, Origin (RFC 6454) and Sec-Fetch-* (Fetch Metadata, W3C) themselves; a page cannot
// forge them. Other programs need not send the latter.
#include "http/guard.h"

#include <stdio.h>

static const struct {
	const char *key, *text;
	unsigned status;
} refusals[] = {
#define AS_ROW(name, key, status, text) [REFUSED_##name] = { key, text, status },
	REFUSALS(AS_ROW)
#undef AS_ROW
};

unsigned refusal_status(enum refusal r)
{
	return refusals[r].status;
}

const char *refusal_key(enum refusal r)
{
	return refusals[r].key;
}

const char *refusal_text(enum refusal r)
{
	return refusals[r].text;
}

/* Whether `host` is a name, alone or with our port behind it. */
static bool is_name(const char *host, const char *name, uint16_t port)
{
	char digits[8];
	size_t len = strlen(name);
	if (strncasecmp(host, name, len))
		return false;
	snprintf(digits, sizeof digits, ":%u", port);
	return !host[len] || !strcmp(host + len, digits);
}

static bool is_ours(const struct http_entrance *at, const char *host)
{
	if (is_name(host, at->address, at->port) ||
		(at->is_loopback && is_name(host, "localhost", at->port)))
		return true;
	for (size_t i = 0; i < at->n_hosts; i++)
		if (is_name(host, at->host[i], at->port))
			return true;
	return false;
}

/* The page that asks came from here: its scheme and host are those of this request. */
static bool is_own_origin(const struct http_entrance *at, const char *origin, const char *host)
{
	const char *scheme = at->has_tls ? "https://" : "http://";
	size_t len = strlen(scheme);
	return host && !strncasecmp(origin, scheme, len) && !strcasecmp(origin + len, host);
}

static bool is_own_site(const struct http_headers *h, bool changes)
{
	if (!h->fetch_site || !strcmp(h->fetch_site, "same-origin") ||
		!strcmp(h->fetch_site, "none"))
		return true;
	return !changes && h->fetch_mode && !strcmp(h->fetch_mode, "navigate");
}

enum refusal guard_headers(const struct http_entrance *at, const struct http_headers *h,
	const char *method, struct http_client *out)
{
	bool changes = strcmp(method, "GET") && strcmp(method, "HEAD");
	struct http_client client = { .role = at->is_unix ? HTTP_OPERATOR : at->anonymous,
		.actor = "" };
	if (!at->is_unix && (!h->host || !is_ours(at, h->host)))
		return REFUSED_HOST;
	if (h->origin && !is_own_origin(at, h->origin, h->host))
		return REFUSED_ORIGIN;
	if (!is_own_site(h, changes))
		return REFUSED_SITE;
	if (!at->is_unix && h->authorization) {
		const struct token *token = tokens_find(at->tokens, h->authorization);
		if (!token)
			return REFUSED_TOKEN;
		client = (struct http_client){ token->role, token->name };
	}
	*out = client;
	return REFUSED_NOT;
}

/* "application/json", with parameters or none. */
static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t len = type ? strcspn(type, "; \t") : 0;
	return len == sizeof json - 1 && !strncasecmp(type, json, len);
}

enum refusal guard_route(
	const struct route *route, const struct http_headers *h, const struct http_client *client)
{
	if (client->role < route->role)
		return client->actor[0] ? REFUSED_ROLE : REFUSED_TOKEN;
	return route->body && !is_json(h->content_type) ? REFUSED_TYPE : REFUSED_NOT;
}
