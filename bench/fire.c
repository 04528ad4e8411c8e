// SPDX-License-Identifier: Apache-2.0
// fire FORMAT PORT FLOWS_PER_S SECONDS: send export datagrams to this very machine at a rate, over and over
// the same 8192 with their sequences going on; v5, v9 or ipfix. Never sends elsewhere.
// Prints: flows, datagrams, seconds it took.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "generate/dice.h"
#include "generate/wire.h"

enum { EXIT_USAGE = 2, RING = 8192, BURST = 32, TEMPLATE_EVERY = 1024, DATAGRAM_BYTES = 1500 };
enum { HOSTS = 20000, NS_IN_S = 1000000000 };

struct shape {
	const char *name;
	size_t rows, row_bytes, header_bytes, sequence_at, clock_at;
	uint32_t units; // by which the sequence goes on
	bool has_template;
	uint16_t version;
};

static const struct shape shapes[] = {
	{ "v5", 30, 48, 24, 16, 8, 30, false, 5 },
	{ "v9", 45, 30, 24, 12, 8, 1, true, 9 },
	{ "ipfix", 45, 30, 20, 8, 4, 45, true, 10 },
};

/* Of the fields that v9 and IPFIX share: element, bytes. */
static const uint16_t fields[][2] = { { 8, 4 }, { 12, 4 }, { 7, 2 }, { 11, 2 }, { 4, 1 }, { 6, 1 },
	{ 2, 4 }, { 1, 4 }, { 22, 4 }, { 21, 4 } };

struct gun {
	const struct shape *shape;
	uint8_t (*room)[DATAGRAM_BYTES];
	uint8_t template[128];
	size_t template_bytes, bytes;
	uint32_t sequence;
	uint64_t n_datagrams, n_flows;
};

struct pick {
	uint32_t src, dst;
	uint16_t src_port, dst_port;
	bool is_lone;
};

/* Most talk to few servers; one in eight is a lone SYN to somewhere. */
static struct pick pick(struct dice *d)
{
	struct pick p = { .is_lone = dice_below(d, 8) == 0 };
	p.src = 0x0a000000 + (uint32_t)dice_below(d, HOSTS);
	p.dst = p.is_lone ? (uint32_t)dice_below(d, UINT32_MAX)
			  : 0xc6120000 + (uint32_t)dice_below(d, 2000);
	p.src_port = (uint16_t)(1024 + dice_below(d, 60000));
	p.dst_port = p.is_lone ? 445 : dice_below(d, 2) ? 443 : 80;
	return p;
}

static void put_v5(struct writer *w, const struct pick *p)
{
	wr_u32(w, p->src);
	wr_u32(w, p->dst);
	wr_u32(w, 0);
	wr_u32(w, 1 << 16 | 2);
	wr_u32(w, p->is_lone ? 1 : 12);
	wr_u32(w, p->is_lone ? 40 : 4800);
	wr_u32(w, 1000);
	wr_u32(w, 2000);
	wr_u16(w, p->src_port);
	wr_u16(w, p->dst_port);
	wr_u8(w, 0);
	wr_u8(w, p->is_lone ? 2 : 27);
	wr_u8(w, 6);
	wr_u8(w, 0);
	wr_uint(w, 0, 8);
}

static void put_fields(struct writer *w, const struct pick *p)
{
	wr_u32(w, p->src);
	wr_u32(w, p->dst);
	wr_u16(w, p->src_port);
	wr_u16(w, p->dst_port);
	wr_u8(w, 6);
	wr_u8(w, p->is_lone ? 2 : 27);
	wr_u32(w, p->is_lone ? 1 : 12);
	wr_u32(w, p->is_lone ? 40 : 4800);
	wr_u32(w, 1000);
	wr_u32(w, 2000);
}

/* All but the set header. The clock and the sequence are written when it is sent. */
static void put_header(struct writer *w, const struct shape *s, size_t n, size_t bytes)
{
	wr_u16(w, s->version);
	wr_u16(w, (uint16_t)(s->version == 10 ? bytes : n));
	if (s->version != 10)
		wr_u32(w, 3000); // uptime
	wr_u32(w, 0);
	if (s->version == 5)
		wr_u32(w, 0); // nanoseconds
	wr_u32(w, 0);
	wr_u32(w, 0); // domain, or engine and sampling
}

static void load(struct gun *g)
{
	const struct shape *s = g->shape;
	struct dice dice = { 1 };
	g->bytes = s->header_bytes + s->rows * s->row_bytes;
	for (size_t i = 0; i < RING; i++) {
		struct writer w = writer_of(g->room[i], DATAGRAM_BYTES);
		put_header(&w, s, s->rows, g->bytes);
		if (s->has_template) {
			wr_u16(&w, 300);
			wr_u16(&w, (uint16_t)(4 + s->rows * s->row_bytes));
		}
		for (size_t k = 0; k < s->rows; k++) {
			struct pick p = pick(&dice);
			(s->has_template ? put_fields : put_v5)(&w, &p);
		}
		assert(wr_done(&w).len == g->bytes);
	}
	struct writer w = writer_of(g->template, sizeof g->template);
	size_t set_bytes = 8 + sizeof fields;
	put_header(&w, s, 1, s->header_bytes - 4 + set_bytes);
	wr_u16(&w, s->version == 9 ? 0 : 2);
	wr_u16(&w, (uint16_t)set_bytes);
	wr_u16(&w, 300);
	wr_u16(&w, countof(fields));
	for (size_t i = 0; i < countof(fields); i++) {
		wr_u16(&w, fields[i][0]);
		wr_u16(&w, fields[i][1]);
	}
	g->template_bytes = wr_done(&w).len;
}

static void stamp(struct gun *g, uint8_t *datagram, uint32_t units)
{
	struct writer w = writer_of(datagram + g->shape->clock_at, 4);
	wr_u32(&w, (uint32_t)time(NULL));
	w = writer_of(datagram + g->shape->sequence_at, 4);
	wr_u32(&w, g->sequence);
	g->sequence += units;
}

static bool send_all(int fd, struct mmsghdr *m, unsigned n)
{
	for (unsigned at = 0; at < n;) {
		int sent = sendmmsg(fd, m + at, n - at, 0);
		if (sent < 0 && errno != ENOBUFS && errno != EINTR && errno != ECONNREFUSED)
			return false;
		at += sent > 0 ? (unsigned)sent : 0;
	}
	return true;
}

static bool burst(struct gun *g, int fd)
{
	struct mmsghdr m[BURST] = {};
	struct iovec v[BURST];
	unsigned n = 0;
	if (g->shape->has_template && g->n_datagrams % TEMPLATE_EVERY == 0) {
		stamp(g, g->template, g->shape->version == 9);
		v[n++] = (struct iovec){ g->template, g->template_bytes };
	}
	for (; n < BURST; n++) {
		uint8_t *d = g->room[(g->n_datagrams + n) % RING];
		stamp(g, d, g->shape->units);
		v[n] = (struct iovec){ d, g->bytes };
		g->n_flows += g->shape->rows;
	}
	for (unsigned i = 0; i < BURST; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
	g->n_datagrams += BURST;
	return send_all(fd, m, BURST);
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) +
	       (double)(now.tv_nsec - start->tv_nsec) / NS_IN_S;
}

static bool fire(struct gun *g, int fd, double rate_per_s, double seconds)
{
	struct timespec start;
	clock_gettime(CLOCK_MONOTONIC, &start);
	double passed = 0;
	for (; passed < seconds; passed = seconds_since(&start)) {
		double early_s = (double)g->n_flows / rate_per_s - passed;
		struct timespec t = { 0, (long)(early_s * NS_IN_S) };
		if (early_s > 0 && early_s < 1)
			clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
		if (!burst(g, fd))
			return false;
	}
	printf("%llu %llu %.3f\n", (unsigned long long)g->n_flows,
		(unsigned long long)g->n_datagrams, passed);
	return true;
}

static int connect_to(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof to) ? fd : -1;
}

int main(int argc, char **argv)
{
	struct gun g = {};
	for (size_t i = 0; argc == 5 && i < countof(shapes); i++)
		if (!strcmp(shapes[i].name, argv[1]))
			g.shape = &shapes[i];
	double rate_per_s = g.shape ? strtod(argv[3], NULL) : 0;
	if (rate_per_s <= 0) {
		fputs("usage: fire v5|v9|ipfix PORT FLOWS_PER_S SECONDS\n", stderr);
		return EXIT_USAGE;
	}
	int fd = connect_to(argv[2]);
	g.room = calloc(RING, sizeof *g.room);
	if (fd < 0 || !g.room) {
		perror("fire");
		return EXIT_USAGE;
	}
	load(&g);
	bool is_sent = fire(&g, fd, rate_per_s, strtod(argv[4], NULL));
	if (!is_sent)
		perror("fire: send");
	free(g.room);
	close(fd);
	return is_sent ? 0 : EXIT_USAGE;
}
