// SPDX-License-Identifier: Apache-2.0
// Nothing here waits longer than SYSLOG_TRY_MS: who is down is told, and tried again by the caller.
#include "net/syslog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	SETTLE_MS = 1000,
	MAPPED_AT = 12,
	ACK_LOOK_MS = 5,
	NAME_BYTES = 160,
	NS_IN_MS = 1000000,
	COUNT_BYTES = 24
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

static bool address_put(const struct syslog_peer *p, union address *a, socklen_t *len)
{
	static const uint8_t mapped[MAPPED_AT] = { [10] = 0xff, [11] = 0xff };
	*a = (union address){};
	if (p->way == SYSLOG_UNIX) {
		a->un.sun_family = AF_UNIX;
		*len = sizeof a->un;
		if (strlen(p->path) >= sizeof a->un.sun_path)
			return errno = ENAMETOOLONG, false;
		memcpy(a->un.sun_path, p->path, strlen(p->path));
	} else if (!memcmp(p->address, mapped, MAPPED_AT)) {
		a->v4.sin_family = AF_INET;
		a->v4.sin_port = htons(p->port);
		memcpy(&a->v4.sin_addr, p->address + MAPPED_AT, sizeof a->v4.sin_addr);
		*len = sizeof a->v4;
	} else {
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_port = htons(p->port);
		memcpy(&a->v6.sin6_addr, p->address, sizeof a->v6.sin6_addr);
		*len = sizeof a->v6;
	}
	return true;
}

static const char *name_of(const struct syslog_peer *p, char room[static NAME_BYTES])
{
	union address a;
	socklen_t len;
	char host[INET6_ADDRSTRLEN] = "?";
	if (p->way == SYSLOG_UNIX) {
		snprintf(room, NAME_BYTES, "unix:%s", p->path);
		return room;
	}
	(void)address_put(p, &a, &len);
	inet_ntop(a.any.sa_family,
		a.any.sa_family == AF_INET ? (void *)&a.v4.sin_addr : (void *)&a.v6.sin6_addr, host,
		sizeof host);
	static const char *const ways[] = {
		[SYSLOG_UDP] = "udp", [SYSLOG_TCP] = "tcp", [SYSLOG_TLS] = "tls"
	};
	snprintf(room, NAME_BYTES, "%s:%s port %u", ways[p->way], host, p->port);
	return room;
}

static bool is_stream(const struct syslog_peer *p)
{
	return p->way == SYSLOG_TCP || p->way == SYSLOG_TLS;
}

void syslog_close(struct syslog_peer *p)
{
	tls_close(p->tls);
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	p->tls = NULL;
}

static bool failed(struct syslog_peer *p, const char *what, struct err *e)
{
	char name[NAME_BYTES];
	int code = errno;
	name_of(p, name);
	syslog_close(p);
	errno = code;
	return err_sys(e, "%s %s", what, name);
}

/* The same, where what went wrong is no errno. */
static bool failed_saying(
	struct syslog_peer *p, const char *what, const struct err *why, struct err *e)
{
	char name[NAME_BYTES];
	name_of(p, name);
	syslog_close(p);
	err_set(e, "%s %s: %s", what, name, why->text);
	e->code = why->code;
	return false;
}

/* Whether it can be written to, in time. */
static bool is_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n = poll(&p, 1, SYSLOG_TRY_MS);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0;
}

/* A syslog server says nothing: what can be read is the end. */
static bool is_gone(struct syslog_peer *p, struct err *why)
{
	uint8_t room[64];
	ssize_t n;
	if (p->tls)
		return tls_is_gone(p->tls, why);
	while ((n = recv(p->fd, room, sizeof room, MSG_DONTWAIT)) > 0)
		;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	return n < 0 ? !err_sys(why, "receive") : !err_set(why, "the server ended the connection");
}

/*
 * In TLS 1.3 a server looks at our certificate when its side of the handshake is over already, so that it
 * refuses us a moment later: what was sent meanwhile would be lost.
 */
static bool secure(struct syslog_peer *p, struct err *e)
{
	struct err why = {}, all = {};
	p->tls = tls_open(p->fd, &p->wish, SYSLOG_TRY_MS, &why);
	if (!p->tls)
		return failed_saying(p, "connect to", &why, e);
	struct pollfd answer = { .fd = p->fd, .events = POLLIN };
	(void)poll(&answer, 1, SETTLE_MS);
	if (!tls_is_gone(p->tls, &why))
		return true;
	err_set(&all, "%s right after the handshake; does it take %s?", why.text,
		p->wish.certificate[0] ? "our 'certificate'" : "nobody without a 'certificate'");
	return failed_saying(p, "connect to", &all, e);
}

static bool peer_connect(struct syslog_peer *p, struct err *e)
{
	union address a;
	socklen_t len = 0;
	if (!address_put(p, &a, &len))
		return failed(p, "send to", e);
	int type = is_stream(p) ? SOCK_STREAM : SOCK_DGRAM;
	p->fd = socket(a.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0)
		return failed(p, "open a socket for", e);
	if (connect(p->fd, &a.any, len) == 0)
		return p->way != SYSLOG_TLS || secure(p, e);
	int code = 0;
	socklen_t code_len = sizeof code;
	if (errno != EINPROGRESS || !is_ready(p->fd, POLLOUT))
		return failed(p, "connect to", e);
	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &code, &code_len) == 0 && code == 0)
		return p->way != SYSLOG_TLS || secure(p, e);
	errno = code;
	return failed(p, "connect to", e);
}

static bool write_all(struct syslog_peer *p, struct str text, struct err *why)
{
	if (p->tls)
		return tls_write(p->tls, text, SYSLOG_TRY_MS, why);
	while (text.len > 0) {
		ssize_t n = send(p->fd, text.ptr, text.len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno != EAGAIN || !is_ready(p->fd, POLLOUT)))
			return err_sys(why, "write");
		if (n > 0)
			text = (struct str){ text.ptr + n, text.len - (size_t)n };
	}
	return true;
}

/* Until the peer's kernel has all of it, a peer that dies would lose it. */
static bool wait_for_acknowledgement(struct syslog_peer *p, struct err *why)
{
	static const struct timespec pause = { 0, ACK_LOOK_MS * NS_IN_MS };
	for (int ms = 0; ms < SYSLOG_TRY_MS; ms += ACK_LOOK_MS) {
		int waiting = 0;
		if (ioctl(p->fd, SIOCOUTQ, &waiting) != 0)
			return err_sys(why, "ask what was acknowledged");
		if (waiting == 0)
			return !is_gone(p, why);
		nanosleep(&pause, NULL);
	}
	return err_set(why, "nothing was acknowledged for %d ms", SYSLOG_TRY_MS);
}

/* MSG-LEN SP SYSLOG-MSG (RFC 6587, 3.4.1; RFC 5425, 4.3). */
static bool send_stream(struct syslog_peer *p, struct str message, struct err *e)
{
	char count[COUNT_BYTES];
	struct err why = {};
	int n = snprintf(count, sizeof count, "%zu ", message.len);
	bool is_sent = write_all(p, (struct str){ count, (size_t)n }, &why) &&
		       write_all(p, message, &why) && wait_for_acknowledgement(p, &why);
	return is_sent || failed_saying(p, "send to", &why, e);
}

static bool send_datagram(struct syslog_peer *p, struct str message)
{
	for (;;) {
		if (send(p->fd, message.ptr, message.len, MSG_NOSIGNAL) >= 0)
			return true;
		if (errno == EAGAIN && !is_ready(p->fd, POLLOUT))
			return false;
		if (errno != EAGAIN && errno != EINTR)
			return false;
	}
}

bool syslog_send(struct syslog_peer *p, struct str message, struct err *e)
{
	struct err why;
	if (p->fd >= 0 && is_stream(p) && is_gone(p, &why))
		syslog_close(p); // what was sent before was acknowledged
	if (p->fd < 0 && !peer_connect(p, e))
		return false;
	if (is_stream(p))
		return send_stream(p, message, e);
	return send_datagram(p, message) || failed(p, "send to", e);
}
