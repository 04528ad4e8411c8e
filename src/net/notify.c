// SPDX-License-Identifier: Apache-2.0
// One datagram a state. The socket is connected once, so nothing is looked up while we run.
#include "net/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { DECIMAL = 10, US_PER_MS = 1000 };

/* A whole number above 0, or 0. */
static uint64_t number_of(const char *text)
{
	char *end = NULL;
	uint64_t v = text && *text >= '0' && *text <= '9' ? strtoull(text, &end, DECIMAL) : 0;
	return end && !*end ? v : 0;
}

/* A name is a path, or abstract: then it has no end but its length (unix(7)). */
static socklen_t address_of(const char *name, struct sockaddr_un *out)
{
	size_t n = strlen(name);
	bool is_named = (*name == '/' || *name == '@') && n > 1 && n < sizeof out->sun_path;
	if (!is_named)
		return 0;
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(out->sun_path, name, n);
	if (*name == '@')
		out->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*name == '/'));
}

bool notify_open(const struct notify_wish *wish, struct notify *out, struct err *e)
{
	*out = (struct notify){ .fd = -1 };
	if (!wish->socket || !*wish->socket)
		return true;
	struct sockaddr_un to;
	socklen_t len = address_of(wish->socket, &to);
	if (!len)
		return err_set(e,
			"NOTIFY_SOCKET=%.100s: neither a path nor an abstract name; the service "
			"manager hears nothing of us",
			wish->socket);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, len) != 0) {
		err_sys(e, "NOTIFY_SOCKET=%.100s: the service manager hears nothing of us",
			wish->socket);
		if (fd >= 0)
			close(fd);
		return false;
	}
	out->fd = fd;
	if (!wish->watchdog_pid || number_of(wish->watchdog_pid) == (uint64_t)getpid())
		out->watchdog_ms = number_of(wish->watchdog_usec) / US_PER_MS;
	return true;
}

void notify_close(struct notify *n)
{
	if (n->fd >= 0)
		close(n->fd);
	*n = (struct notify){ .fd = -1 };
}

void notify_send(const struct notify *n, const char *state)
{
	if (n->fd >= 0)
		(void)!send(n->fd, state, strlen(state), MSG_NOSIGNAL);
}
