// SPDX-License-Identifier: Apache-2.0
// One libmicrohttpd a door, each with its own epoll; one epoll above them, which is what the caller sees.
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/parts.h"

enum { SWEEP_MS = 1000 };

struct peer *peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return i ? i->socket_context : NULL;
}

void peer_limit(struct peer *p, uint64_t until_ms)
{
	if (p)
		p->until_ms = until_ms;
}

static void peer_add(struct door *d, struct MHD_Connection *c, void **context)
{
	struct http_server *s = d->server;
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct peer *p = i ? calloc(1, sizeof *p) : NULL;
	if (!p)
		return;
	*p = (struct peer){ .door = d,
		.fd = i->connect_fd,
		.until_ms = s->now_ms + HTTP_REQUEST_MS,
		.next = s->peers };
	if (p->next)
		p->next->before = p;
	s->peers = p;
	s->health.n_connections++;
	s->health.counter[HTTP_CONNECTIONS]++;
	*context = p;
}

static void peer_del(struct http_server *s, struct peer *p)
{
	if (p->before)
		p->before->next = p->next;
	else
		s->peers = p->next;
	if (p->next)
		p->next->before = p->before;
	s->health.n_connections--;
	free(p);
}

static void connection_changed(void *door, struct MHD_Connection *c, void **context,
	enum MHD_ConnectionNotificationCode code)
{
	struct door *d = door;
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		peer_add(d, c, context);
	else if (*context)
		peer_del(d->server, *context);
}

/*
 * libmicrohttpd closes who is silent; who sends a byte now and then is only found here. It sees the
 * end of the connection, and cleans up.
 */
static void sweep(struct http_server *s)
{
	s->swept_ms = s->now_ms;
	for (struct peer *p = s->peers; p; p = p->next) {
		if (p->is_streaming || p->was_cut || s->now_ms < p->until_ms)
			continue;
		p->was_cut = true;
		s->health.counter[HTTP_TIMEOUTS]++;
		shutdown(p->fd, SHUT_RDWR);
	}
	streams_resume(s, false);
}

/* Escapes are resolved by target.c, so that each is resolved once. */
static size_t leave_escapes(void *ctx, struct MHD_Connection *c, char *text)
{
	(void)ctx, (void)c;
	return strlen(text);
}

static bool door_open(struct http_server *s, struct door *d, struct err *e)
{
	bool has_tls = s->site.certificate && !d->given.is_unix;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->site.certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->site.key },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
	unsigned of_address = d->given.is_unix ? 0 : HTTP_ADDRESS_CONNECTIONS_MAX; // 0: no limit
	unsigned connections = d->given.is_unix ? HTTP_LOCAL_CONNECTIONS_MAX : HTTP_CONNECTIONS_MAX;
	d->mhd = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (has_tls ? MHD_USE_TLS : 0), 0, NULL,
		NULL, call_go_on, d, MHD_OPTION_LISTEN_SOCKET, d->given.listener,
		MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		of_address, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEAD_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SILENCE_MS / 1000,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, call_begin, d,
		MHD_OPTION_NOTIFY_COMPLETED, call_end, d, MHD_OPTION_NOTIFY_CONNECTION,
		connection_changed, d, MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL,
		MHD_OPTION_ARRAY, has_tls ? tls : none, MHD_OPTION_END);
	const union MHD_DaemonInfo *i =
		d->mhd ? MHD_get_daemon_info(d->mhd, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	struct epoll_event ev = { .events = EPOLLIN };
	if (!i)
		return err_set(e, "HTTP: libmicrohttpd does not start%s",
			has_tls ? ": do certificate and key belong together?" : "");
	return !epoll_ctl(s->loop, EPOLL_CTL_ADD, i->epoll_fd, &ev) ||
	       err_sys(e, "HTTP: wait for connections");
}

/* Its streams go on already: who waits cannot be closed. The listener stays the caller's. */
static void door_close(struct door *d)
{
	if (!d->mhd)
		return;
	(void)MHD_quiesce_daemon(d->mhd);
	(void)MHD_run(d->mhd);
	MHD_stop_daemon(d->mhd);
	d->mhd = NULL;
}

struct http_server *http_server_new(
	const struct http_site *site, const struct http_door *door, size_t n_doors, struct err *e)
{
	struct http_server *s = calloc(1, sizeof *s);
	if (!s) {
		err_set(e, "HTTP: no memory");
		return NULL;
	}
	s->site = *site;
	s->loop = epoll_create1(EPOLL_CLOEXEC);
	bool ok = s->loop >= 0 || err_sys(e, "HTTP: epoll");
	for (size_t i = 0; i < n_doors && i < HTTP_DOORS_MAX && ok; i++) {
		struct door *d = &s->door[s->n_doors++];
		*d = (struct door){ .server = s, .given = door[i] };
		ok = (site->is_local_only && !door[i].is_unix) || door_open(s, d, e);
	}
	if (ok)
		return s;
	http_server_free(s);
	return NULL;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	s->is_ending = true;
	streams_resume(s, true);
	for (size_t i = 0; i < s->n_doors; i++)
		door_close(&s->door[i]);
	if (s->loop >= 0)
		close(s->loop);
	free(s);
}

bool http_server_renew(
	struct http_server *s, const char *certificate, const char *key, struct err *e)
{
	bool ok = true;
	s->site.certificate = certificate;
	s->site.key = key;
	s->is_ending = true;
	streams_resume(s, true);
	for (size_t i = 0; i < s->n_doors; i++)
		if (!s->door[i].given.is_unix)
			door_close(&s->door[i]);
	s->is_ending = false;
	for (size_t i = 0; i < s->n_doors; i++)
		if (!s->door[i].given.is_unix)
			ok = door_open(s, &s->door[i], e) && ok;
	s->has_work = true;
	return ok;
}

int http_server_fd(const struct http_server *s)
{
	return s->loop;
}

int http_server_idle_ms(struct http_server *s)
{
	int idle = s->peers ? SWEEP_MS : -1;
	if (s->has_work)
		return 0;
	for (size_t i = 0; i < s->n_doors && s->peers; i++) {
		MHD_UNSIGNED_LONG_LONG ms;
		if (s->door[i].mhd && MHD_get_timeout(s->door[i].mhd, &ms) == MHD_YES &&
			(int)ms < idle && ms < SWEEP_MS)
			idle = (int)ms;
	}
	return idle;
}

void http_server_run(struct http_server *s, uint64_t steady_ms)
{
	s->now_ms = steady_ms;
	s->has_work = false;
	if (steady_ms >= s->swept_ms + SWEEP_MS)
		sweep(s);
	for (size_t i = 0; i < s->n_doors; i++)
		if (s->door[i].mhd)
			(void)MHD_run(s->door[i].mhd);
}

void http_server_announce(struct http_server *s)
{
	streams_resume(s, true);
}

const struct http_health *http_server_health(const struct http_server *s)
{
	return &s->health;
}
