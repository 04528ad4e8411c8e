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

enum { MAPPED_AT = 12, ACK_LOOK_MS = 5, NAME_BYTES = 160, NS_IN_MS = 1000000, COUNT_BYTES = 24 };

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
	snprintf(room, NAME_BYTES, "%s:%s port %u", p->way == SYSLOG_UDP ? "udp" : "tcp", host,
		p->port);
	return room;
}

void syslog_close(struct syslog_peer *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
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

/* Whether it can be written to, in time. */
static bool is_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n = poll(&p, 1, SYSLOG_TRY_MS);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0;
}

static bool peer_connect(struct syslog_peer *p, struct err *e)
{
	union address a;
	socklen_t len = 0;
	if (!address_put(p, &a, &len))
		return failed(p, "send to", e);
	int type = p->way == SYSLOG_TCP ? SOCK_STREAM : SOCK_DGRAM;
	p->fd = socket(a.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0)
		return failed(p, "open a socket for", e);
	if (connect(p->fd, &a.any, len) == 0)
		return true;
	int code = 0;
	socklen_t code_len = sizeof code;
	if (errno != EINPROGRESS || !is_ready(p->fd, POLLOUT))
		return failed(p, "connect to", e);
	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &code, &code_len) == 0 && code == 0)
		return true;
	errno = code;
	return failed(p, "connect to", e);
}

/* A syslog server says nothing: what can be read is the end. */
static bool is_gone(int fd)
{
	uint8_t room[64];
	ssize_t n;
	while ((n = recv(fd, room, sizeof room, MSG_DONTWAIT)) > 0)
		;
	return n == 0 || (errno != EAGAIN && errno != EINTR);
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno != EAGAIN || !is_ready(fd, POLLOUT)))
			return false;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Until the peer's kernel has all of it, a peer that dies would lose it. */
static bool wait_for_acknowledgement(int fd)
{
	static const struct timespec pause = { 0, ACK_LOOK_MS * NS_IN_MS };
	for (int ms = 0; ms < SYSLOG_TRY_MS; ms += ACK_LOOK_MS) {
		int waiting = 0;
		if (ioctl(fd, SIOCOUTQ, &waiting) != 0)
			return false;
		if (waiting == 0 && !is_gone(fd))
			return true;
		if (waiting == 0)
			return errno = ECONNRESET, false;
		nanosleep(&pause, NULL);
	}
	errno = ETIMEDOUT;
	return false;
}

static bool send_stream(struct syslog_peer *p, struct str message)
{
	char count[COUNT_BYTES]; // MSG-LEN SP, RFC 6587, 3.4.1
	int n = snprintf(count, sizeof count, "%zu ", message.len);
	return write_all(p->fd, count, (size_t)n) && write_all(p->fd, message.ptr, message.len) &&
	       wait_for_acknowledgement(p->fd);
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
	if (p->fd >= 0 && p->way == SYSLOG_TCP && is_gone(p->fd))
		syslog_close(p); // what was sent before was acknowledged
	if (p->fd < 0 && !peer_connect(p, e))
		return false;
	bool is_sent = p->way == SYSLOG_TCP ? send_stream(p, message) : send_datagram(p, message);
	return is_sent || failed(p, "send to", e);
}
