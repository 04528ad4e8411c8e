// SPDX-License-Identifier: Apache-2.0
// A unix socket's name holds 107 bytes, a state directory's more: it is named by way of the open folder.
#include "app/doors.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/port_owner.h"

enum { BACKLOG = 512, BUFFER_BYTES = 64 << 10, OWNER_BYTES = 64 };

/* "/proc/self/fd/7/api.sock" for a folder that is open as 7. */
static struct sockaddr_un name_in(int folder)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	snprintf(name.sun_path, sizeof name.sun_path, "/proc/self/fd/%d/" API_SOCKET, folder);
	return name;
}

static int unix_open(const char *directory, struct err *e)
{
	int folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_un name = name_in(folder);
	mode_t before = umask(0177);
	bool ok = folder >= 0 && fd >= 0 && (!unlinkat(folder, API_SOCKET, 0) || errno == ENOENT) &&
		  !bind(fd, (const struct sockaddr *)&name, sizeof name) && !listen(fd, BACKLOG);
	if (!ok)
		err_sys(e, "listen on %.180s/" API_SOCKET, directory);
	umask(before);
	if (folder >= 0)
		close(folder);
	if (!ok && fd >= 0)
		close(fd);
	return ok ? fd : -1;
}

int door_connect(const char *directory)
{
	int folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = folder < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un name = name_in(folder);
	bool ok = fd >= 0 && !connect(fd, (const struct sockaddr *)&name, sizeof name);
	if (folder >= 0)
		close(folder);
	if (!ok && fd >= 0)
		close(fd);
	return ok ? fd : -1;
}

static int tcp_open(const struct listener *l, struct err *e)
{
	char text[LISTENER_TEXT_BYTES];
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(l->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(l->port) };
	bool is_v4 = addr_is_v4(&l->address);
	v4.sin_addr.s_addr = htonl(addr_low32(&l->address));
	memcpy(&v6.sin6_addr, l->address.octet, sizeof v6.sin6_addr);
	const void *name = is_v4 ? (const void *)&v4 : &v6;
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	// A connection of the daemon before may still linger at the port. Buffers that are set do not grow:
	// else the kernel would keep some MiB for each client that does not read.
	static const int options[][2] = { { SO_REUSEADDR, 1 }, { SO_SNDBUF, BUFFER_BYTES },
		{ SO_RCVBUF, BUFFER_BYTES } };
	for (size_t i = 0; i < countof(options) && fd >= 0; i++)
		setsockopt(fd, SOL_SOCKET, options[i][0], &options[i][1], sizeof(int));
	if (fd >= 0 && !is_v4)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 1 }, sizeof(int));
	if (fd >= 0 && !bind(fd, name, is_v4 ? sizeof v4 : sizeof v6) && !listen(fd, BACKLOG))
		return fd;
	char owner[OWNER_BYTES];
	if (errno == EADDRINUSE && port_owner(l->port, true, owner, sizeof owner))
		err_set(e, "listen for HTTP on %s: %s has this port", listener_format(l, text),
			owner);
	else
		err_sys(e, "listen for HTTP on %s", listener_format(l, text));
	if (fd >= 0)
		close(fd);
	return -1;
}

enum http_role door_anonymous(const struct settings *s, const struct listener *at)
{
	bool is_open = !s->http_viewers[0] &&
		       (listener_is_local(at) || (!s->http_operators[0] && s->http_certificate[0]));
	return is_open ? HTTP_VIEWER : HTTP_NOBODY;
}

bool doors_open(const struct settings *s, struct doors *out, struct err *e)
{
	*out = (struct doors){};
	int fd = unix_open(s->state_directory, e);
	if (fd < 0)
		return false;
	out->door[out->n++] =
		(struct http_door){ .listener = fd, .is_unix = true, .anonymous = HTTP_OPERATOR };
	for (size_t i = 0; i < s->n_http; i++) {
		struct err why = {};
		fd = tcp_open(&s->http[i], &why);
		if (fd < 0 && s->line[SETTING_HTTP]) {
			*e = why;
			return false;
		}
		if (fd < 0)
			err_set(&out->remark,
				"%.150s; it is served on the unix socket only ('http' names "
				"another)",
				why.text);
		else
			out->door[out->n++] = (struct http_door){ .listener = fd,
				.anonymous = door_anonymous(s, &s->http[i]) };
	}
	return true;
}

void doors_close(const struct doors *d)
{
	for (size_t i = 0; i < d->n; i++)
		close(d->door[i].listener);
}

void doors_remove(const struct settings *s)
{
	int folder = open(s->state_directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return;
	unlinkat(folder, API_SOCKET, 0);
	close(folder);
}
