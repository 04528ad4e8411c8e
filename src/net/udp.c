// SPDX-License-Identifier: Apache-2.0
// Opening of UDP sockets with care for their buffer, and reading by recvmmsg(2).
#include "net/udp.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/sock_diag.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/port_owner.h"

enum { MAPPED_AT = 12, NAME_BYTES = INET6_ADDRSTRLEN, OWNER_BYTES = 80, MS_IN_S = 1000 };
enum { NS_IN_MS = 1000000, PRIVILEGED_PORTS = 1024 };

static const uint8_t mapped[MAPPED_AT] = { [10] = 0xff, [11] = 0xff };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t address_put(union address *a, const struct udp_wish *wish)
{
	*a = (union address){};
	if (!memcmp(wish->address, mapped, MAPPED_AT)) {
		a->v4.sin_family = AF_INET;
		a->v4.sin_port = htons(wish->port);
		memcpy(&a->v4.sin_addr, wish->address + MAPPED_AT, sizeof a->v4.sin_addr);
		return sizeof a->v4;
	}
	a->v6.sin6_family = AF_INET6;
	a->v6.sin6_port = htons(wish->port);
	memcpy(&a->v6.sin6_addr, wish->address, sizeof a->v6.sin6_addr);
	return sizeof a->v6;
}

static void address_get(const union address *a, uint8_t out[UDP_ADDRESS_BYTES])
{
	if (a->any.sa_family == AF_INET6) {
		memcpy(out, &a->v6.sin6_addr, UDP_ADDRESS_BYTES);
		return;
	}
	memcpy(out, mapped, MAPPED_AT);
	memcpy(out + MAPPED_AT, &a->v4.sin_addr, UDP_ADDRESS_BYTES - MAPPED_AT);
}

static const char *name_of(const union address *a, char room[static NAME_BYTES])
{
	const void *ip = a->any.sa_family == AF_INET ? (const void *)&a->v4.sin_addr
						     : (const void *)&a->v6.sin6_addr;
	return inet_ntop(a->any.sa_family, ip, room, NAME_BYTES) ? room : "?";
}

/* What bind refused, and what to do about it. */
static bool bind_failed(const union address *a, uint16_t port, struct err *e)
{
	char name[NAME_BYTES], owner[OWNER_BYTES];
	int code = errno;
	name_of(a, name);
	if (code == EADDRINUSE && port_owner(port, false, owner, sizeof owner))
		err_set(e, "listen on %s port %u: %s has it; stop that, or choose another port",
			name, port, owner);
	else if (code == EADDRINUSE)
		err_set(e,
			"listen on %s port %u: another program has it; 'ss -ulpn' as root "
			"says which",
			name, port);
	else if (code == EACCES && port < PRIVILEGED_PORTS)
		err_set(e,
			"listen on %s port %u: ports below %d are for root; choose a higher one, "
			"or give the program CAP_NET_BIND_SERVICE",
			name, port, PRIVILEGED_PORTS);
	else if (code == EADDRNOTAVAIL)
		err_set(e,
			"listen on %s port %u: this machine has no such address; 'ip address' "
			"lists them",
			name, port);
	else
		return errno = code, err_sys(e, "listen on %s port %u", name, port);
	e->code = code;
	return false;
}

size_t udp_buffer(int fd)
{
	int bytes = 0;
	socklen_t len = sizeof bytes;
	return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &len) || bytes < 0 ? 0 : (size_t)bytes;
}

/* The kernel counts its own overhead too, and so doubles what it is told (socket(7)). */
static void buffer_ask(struct udp_listener *l, size_t wanted)
{
	int bytes = wanted < INT_MAX / 2 ? (int)wanted : INT_MAX / 2;
	if (setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes))
		(void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	l->receive_buffer = udp_buffer(l->fd) / 2;
	if (l->receive_buffer < (size_t)bytes)
		err_set(&l->warning,
			"port %u: asked for a receive buffer of %d bytes and got %zu: datagrams "
			"will be lost whenever the machine is busy; run "
			"'sysctl -w net.core.rmem_max=%d', or give the program CAP_NET_ADMIN",
			l->port, bytes, l->receive_buffer, bytes);
}

static bool set(int fd, int level, int name)
{
	int on = 1;
	return !setsockopt(fd, level, name, &on, sizeof on);
}

static bool options_set(int fd, const union address *a, bool is_shared, struct err *e)
{
	if (a->any.sa_family == AF_INET6 && !set(fd, IPPROTO_IPV6, IPV6_V6ONLY))
		return err_sys(e, "keep IPv4 off an IPv6 socket");
	if (is_shared && !set(fd, SOL_SOCKET, SO_REUSEPORT))
		return err_sys(e, "share a port among sockets");
	if (!set(fd, SOL_SOCKET, SO_TIMESTAMPNS))
		return err_sys(e, "ask for times of datagrams");
	return true;
}

/* As udp_open, on a socket that the caller closes when this fails. */
static bool open_on(struct udp_listener *l, const struct udp_wish *wish, union address *a,
	socklen_t len, struct err *e)
{
	if (!options_set(l->fd, a, wish->is_shared, e))
		return false;
	if (bind(l->fd, &a->any, len))
		return bind_failed(a, wish->port, e);
	if (getsockname(l->fd, &a->any, &len))
		return err_sys(e, "ask for the port of a socket");
	l->port = ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port);
	buffer_ask(l, wish->receive_buffer);
	return true;
}

bool udp_open(const struct udp_wish *wish, struct udp_listener *out, struct err *e)
{
	union address a;
	socklen_t len = address_put(&a, wish);
	struct udp_listener l = { .fd = socket(a.any.sa_family,
					  SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
	if (l.fd < 0)
		return err_sys(e, "open a UDP socket");
	if (!open_on(&l, wish, &a, len, e)) {
		close(l.fd);
		return false;
	}
	*out = l;
	return true;
}

/* Buffers begin at different lines of the cache, for most datagrams use but the first few. */
enum { STRIDE = UDP_PAYLOAD_MAX + 1 + 25 * 64, CONTROL_BYTES = 64 };

struct udp_room {
	struct mmsghdr header[UDP_BATCH];
	struct iovec iovec[UDP_BATCH];
	union address from[UDP_BATCH];
	struct udp_datagram datagram[UDP_BATCH];
	alignas(struct cmsghdr) uint8_t control[UDP_BATCH][CONTROL_BYTES];
	uint8_t *payloads; // touched as far as datagrams are long
};

static_assert(CMSG_SPACE(sizeof(struct timespec)) <= CONTROL_BYTES);

struct udp_room *udp_room_new(void)
{
	struct udp_room *r = calloc(1, sizeof *r);
	void *payloads = mmap(NULL, (size_t)UDP_BATCH * STRIDE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!r || payloads == MAP_FAILED) {
		if (payloads != MAP_FAILED)
			munmap(payloads, (size_t)UDP_BATCH * STRIDE);
		free(r);
		return NULL;
	}
	r->payloads = payloads;
	for (size_t i = 0; i < UDP_BATCH; i++) {
		r->iovec[i] = (struct iovec){ r->payloads + i * STRIDE, UDP_PAYLOAD_MAX };
		r->header[i].msg_hdr = (struct msghdr){
			.msg_name = &r->from[i],
			.msg_namelen = sizeof r->from[i],
			.msg_iov = &r->iovec[i],
			.msg_iovlen = 1,
			.msg_control = r->control[i],
			.msg_controllen = CONTROL_BYTES,
		};
	}
	return r;
}

void udp_room_free(struct udp_room *room)
{
	if (!room)
		return;
	munmap(room->payloads, (size_t)UDP_BATCH * STRIDE);
	free(room);
}

static uint64_t to_ms(struct timespec t)
{
	return (uint64_t)t.tv_sec * MS_IN_S + (uint64_t)t.tv_nsec / NS_IN_MS;
}

/* When the kernel put it into the buffer; a collector that was held up reads it much later. */
static uint64_t received_ms(struct msghdr *h)
{
	struct timespec t;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&t, CMSG_DATA(c), sizeof t);
			return to_ms(t);
		}
	clock_gettime(CLOCK_REALTIME, &t);
	return to_ms(t);
}

size_t udp_receive(int fd, struct udp_room *room, const struct udp_datagram **out)
{
	int n = recvmmsg(fd, room->header, UDP_BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		struct msghdr *h = &room->header[i].msg_hdr;
		struct udp_datagram *d = &room->datagram[i];
		d->payload = (struct bytes){ room->iovec[i].iov_base, room->header[i].msg_len };
		address_get(&room->from[i], d->from);
		d->received_ms = received_ms(h);
		h->msg_namelen = sizeof room->from[i]; // the kernel wrote what it used
		h->msg_controllen = CONTROL_BYTES;
	}
	*out = room->datagram;
	return n > 0 ? (size_t)n : 0;
}

/* Not by SO_RXQ_OVFL, which comes with a datagram: behind the last one, drops would never be told. */
bool udp_drops(int fd, uint32_t *out)
{
	uint32_t info[SK_MEMINFO_VARS] = {};
	socklen_t len = sizeof info;
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) ||
		len <= SK_MEMINFO_DROPS * sizeof *info)
		return false;
	*out = info[SK_MEMINFO_DROPS];
	return true;
}
