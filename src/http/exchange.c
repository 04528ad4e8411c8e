// SPDX-License-Identifier: Apache-2.0
// One request: judged by its headers before a byte of its body is kept, answered when it is whole.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "http/parts.h"

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static enum MHD_Result count(void *n, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind, (void)value;
	*(size_t *)n += !strcasecmp(name, MHD_HTTP_HEADER_HOST);
	return MHD_YES;
}

/* Who sends two does not say which one he means (RFC 9112, 3.2); NULL then. */
static const char *host_of(struct MHD_Connection *c)
{
	size_t n = 0;
	MHD_get_connection_values(c, MHD_HEADER_KIND, count, &n);
	return n == 1 ? header(c, MHD_HTTP_HEADER_HOST) : NULL;
}

static struct http_headers headers_of(struct MHD_Connection *c)
{
	return (struct http_headers){
		.host = host_of(c),
		.origin = header(c, MHD_HTTP_HEADER_ORIGIN),
		.fetch_site = header(c, "Sec-Fetch-Site"),
		.fetch_mode = header(c, "Sec-Fetch-Mode"),
		.authorization = header(c, MHD_HTTP_HEADER_AUTHORIZATION),
		.content_type = header(c, MHD_HTTP_HEADER_CONTENT_TYPE),
		.key = header(c, "Idempotency-Key"),
	};
}

/* Our end of a TCP connection, as a Host header would name it. */
static void address_of(int fd, struct http_entrance *at)
{
	struct sockaddr_storage name = {};
	socklen_t len = sizeof name;
	char text[INET6_ADDRSTRLEN] = "";
	if (getsockname(fd, (struct sockaddr *)&name, &len))
		return;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&name;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&name;
	bool is_v6 = name.ss_family == AF_INET6;
	if (is_v6)
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
	else
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
	at->port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);
	at->is_loopback = is_v6 ? IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr)
				: ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	snprintf(at->address, sizeof at->address, is_v6 ? "[%s]" : "%s", text);
}

static void entrance_of(const struct door *d, int fd, struct call *call)
{
	const struct http_site *site = &d->server->site;
	struct ucred who;
	socklen_t len = sizeof who;
	call->at = (struct http_entrance){ .is_unix = d->given.is_unix,
		.has_tls = site->certificate && !d->given.is_unix,
		.anonymous = d->given.anonymous,
		.host = site->host,
		.n_hosts = site->n_hosts,
		.tokens = site->tokens };
	call->uid = (uid_t)-1;
	if (!d->given.is_unix)
		address_of(fd, &call->at);
	else if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len))
		call->uid = who.uid;
}

void *call_begin(void *door, const char *uri, struct MHD_Connection *c)
{
	struct door *d = door;
	struct call *call = calloc(1, sizeof *call);
	struct peer *p = peer_of(c);
	if (!call)
		return NULL;
	call->server = d->server;
	call->has_target = target_parse(uri, &call->target, &call->why);
	entrance_of(d, p ? p->fd : -1, call);
	return call;
}

void headers_add(struct MHD_Response *r, const char *policy)
{
	const char *const rows[][2] = {
		{ MHD_HTTP_HEADER_X_CONTENT_TYPE_OPTIONS, "nosniff" },
		{ MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY,
			policy ? policy : "default-src 'none'; frame-ancestors 'none'" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
	};
	for (size_t i = 0; i < countof(rows); i++)
		MHD_add_response_header(r, rows[i][0], rows[i][1]);
}

/* Bytes of an answer that wait to be sent; counted until they are gone. */
struct held {
	struct http_server *server;
	char *body;
	size_t len;
};

static void held_free(void *ctx)
{
	struct held *h = ctx;
	h->server->health.n_held -= h->len;
	free(h->body);
	free(h);
}

/* As it goes out, or nothing of it. */
static struct MHD_Response *response_new(struct http_server *s, struct http_answer *a)
{
	struct held *h = calloc(1, sizeof *h);
	if (!h) {
		free(a->body);
		return NULL;
	}
	*h = (struct held){ s, a->body, a->len };
	s->health.n_held += h->len;
	struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
		h->len, h->body, held_free, h);
	if (!r)
		held_free(h);
	return r;
}

enum MHD_Result answer_queue(
	struct http_server *s, struct MHD_Connection *c, struct http_answer *a, const char *allow)
{
	struct MHD_Response *r = response_new(s, a);
	if (!r)
		return MHD_NO;
	headers_add(r, a->policy);
	if (a->type)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->type);
	if (a->encoding) {
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, a->encoding);
		MHD_add_response_header(r, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	}
	if (allow && *allow)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, allow);
	if (a->status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
	if (a->status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, "5");
	const char *tag = a->etag;
	if (*tag)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, tag);
	MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, *tag ? "no-cache" : "no-store");
	enum MHD_Result ok = MHD_queue_response(c, a->status, r);
	MHD_destroy_response(r);
	peer_limit(peer_of(c), s->now_ms + HTTP_ANSWER_MS);
	return ok;
}

static enum MHD_Result refuse(struct http_server *s, struct MHD_Connection *c, enum refusal why,
	const char *text, const char *allow)
{
	struct http_answer a = { .status = refusal_status(why) };
	s->health.refused[why]++;
	s->site.problem(s->site.ctx, a.status, text, &a);
	return answer_queue(s, c, &a, allow);
}

/* What the body says of its length, 0 when it does not. */
static uint64_t length_of(struct MHD_Connection *c)
{
	const char *text = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
	return text ? strtoull(text, NULL, 10) : 0;
}

static enum route_found find(struct call *call, const char *method, char *allow)
{
	const struct http_site *site = &call->server->site;
	enum route_found found = route_find(site->route, site->n_routes, method, &call->target,
		&call->route, call->capture, allow);
	return found != ROUTE_NO_PATH ? found
				      : route_find(site->page, site->n_pages, method, &call->target,
						&call->route, call->capture, allow);
}

/* Of a route that the client may use: whether what comes with the request can be taken. */
static enum refusal judge_load(
	struct call *call, struct MHD_Connection *c, const struct http_headers *h)
{
	const struct http_server *s = call->server;
	// The person at the machine has room of his own.
	size_t held_max = call->at.is_unix ? (size_t)2 * HTTP_HELD_MAX : HTTP_HELD_MAX;
	// What changes nothing needs no key; one that is sent all the same is passed over.
	if (h->key && call->route->body && !key_parse(h->key, call->key))
		return REFUSED_KEY;
	if (length_of(c) > HTTP_BODY_MAX)
		return REFUSED_LENGTH;
	if (s->health.n_held >= held_max)
		return REFUSED_BUSY;
	if (!call->route->run && !call->at.is_unix && s->health.n_streams >= HTTP_STREAMS_MAX)
		return REFUSED_STREAMS;
	return REFUSED_NOT;
}

/* Headers are here: whether it goes on. */
static enum refusal judge(
	struct call *call, struct MHD_Connection *c, const char *method, char *allow)
{
	struct http_headers h = headers_of(c);
	if (!call->has_target)
		return REFUSED_TARGET;
	enum refusal why = guard_headers(&call->at, &h, method, &call->client);
	if (why != REFUSED_NOT)
		return why;
	switch (find(call, method, allow)) {
	case ROUTE_NO_PATH:
		return REFUSED_PATH;
	case ROUTE_NO_METHOD:
		return REFUSED_METHOD;
	default:
		break;
	}
	why = guard_route(call->route, &h, &call->client);
	return why == REFUSED_NOT ? judge_load(call, c, &h) : why;
}

/* A block of the body; a chunked one tells its length only by its end. */
static bool body_add(struct call *call, const char *upload, size_t len)
{
	struct http_server *s = call->server;
	if (!call->route->body)
		return true; // what nobody asked for is passed over
	if (call->len + len > HTTP_BODY_MAX)
		return false;
	char *more = realloc(call->body, call->len + len);
	if (!more)
		return false;
	memcpy(more + call->len, upload, len);
	call->body = more;
	call->len += len;
	s->health.n_held += len;
	return true;
}

/* Whether the client has this version already (RFC 9110, 13.1.2; compared weakly). */
static bool is_known(const char *list, const char *tag)
{
	size_t len = strlen(tag);
	for (const char *p = list; p && *p;) {
		p += strspn(p, ", \t");
		if (*p == '*')
			return true;
		if (!strncmp(p, "W/", 2))
			p += 2;
		if (!strncmp(p, tag, len) && strchr(", \t", p[len]))
			return true;
		p += strcspn(p, ",");
	}
	return false;
}

static void tag(struct http_server *s, struct MHD_Connection *c, struct http_answer *a)
{
	snprintf(a->etag, sizeof a->etag, "\"%016llx\"",
		(unsigned long long)hash_bytes(a->body, a->len, 0));
	if (!is_known(header(c, MHD_HTTP_HEADER_IF_NONE_MATCH), a->etag))
		return;
	s->health.counter[HTTP_UNCHANGED]++;
	free(a->body);
	a->body = NULL;
	a->len = 0;
	a->status = MHD_HTTP_NOT_MODIFIED;
}

/* Who says nothing takes anything (RFC 9110, 12.5.3). */
static bool takes_gzip(struct MHD_Connection *c)
{
	const char *accepted = header(c, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	return !accepted || strstr(accepted, "gzip") || strchr(accepted, '*');
}

static enum MHD_Result answer(struct call *call, struct MHD_Connection *c)
{
	struct http_server *s = call->server;
	const char *last_id = header(c, "Last-Event-ID");
	bool is_get = !strcmp(call->route->method, "GET");
	s->health.counter[HTTP_REQUESTS]++;
	if (!call->route->run) {
		call->is_stream = true;
		return stream_begin(s, c, last_id ? last_id : target_get(&call->target, "after"));
	}
	struct http_request q = { .method = call->route->method,
		.target = &call->target,
		.body = { call->body ? call->body : "", call->len },
		.role = call->client.role,
		.actor = call->client.actor,
		.key = call->key,
		.uid = call->uid,
		.takes_gzip = takes_gzip(c) };
	struct http_answer a = {};
	memcpy(q.capture, call->capture, sizeof q.capture);
	call->route->run(s->site.ctx, &q, &a);
	if (!a.status) // nothing could be written
		s->site.problem(s->site.ctx, MHD_HTTP_SERVICE_UNAVAILABLE, "no memory", &a);
	if (is_get && a.status == MHD_HTTP_OK)
		tag(s, c, &a);
	return answer_queue(s, c, &a, NULL);
}

enum MHD_Result call_go_on(void *door, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *upload, size_t *len, void **context)
{
	struct call *call = *context;
	struct door *d = door;
	char allow[ALLOW_TEXT_BYTES] = "";
	(void)url, (void)version;
	if (!call)
		return MHD_NO;
	if (!call->is_open) {
		enum refusal why = judge(call, c, method, allow);
		if (why != REFUSED_NOT)
			return refuse(d->server, c, why,
				why == REFUSED_TARGET ? call->why.text : refusal_text(why), allow);
		call->is_open = true;
		return MHD_YES;
	}
	if (*len == 0)
		return answer(call, c);
	bool ok = body_add(call, upload, *len);
	*len = 0;
	if (!ok)
		d->server->health.refused[REFUSED_LENGTH]++; // there is no answering in between
	return ok ? MHD_YES : MHD_NO;
}

void call_end(
	void *door, struct MHD_Connection *c, void **context, enum MHD_RequestTerminationCode code)
{
	struct call *call = *context;
	struct door *d = door;
	struct http_health *health = &d->server->health;
	struct peer *p = peer_of(c);
	if (code == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED)
		health->counter[call && call->is_stream ? HTTP_STREAMS_DROPPED : HTTP_TIMEOUTS]++;
	if (p)
		p->is_streaming = false;
	peer_limit(p, d->server->now_ms + HTTP_REQUEST_MS);
	if (!call)
		return;
	health->n_held -= call->len;
	free(call->body);
	free(call);
	*context = NULL;
}
