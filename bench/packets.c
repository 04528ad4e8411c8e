// SPDX-License-Identifier: Apache-2.0
// packets PACKETS OUT.pcap: ordinary traffic of a site, packet by packet, cut at 96 bytes as a
// sniffer would; every flow of a world of tests/generate becomes its packets.
#include <stdio.h>
#include <stdlib.h>

#include "generate/wire.h"
#include "generate/worm.h"

enum {
	SNAPLEN = 96,
	HEADER_BYTES = 16,
	FLOW_PACKETS = 24,
	STRIDE = 1000003,
	SITE_HOSTS = 600,
	EXIT_USAGE = 2,
	MAGIC_US = 0xa1b2c3d4
};

/** One packet of a flow; sorted by time, then by flow and number. */
struct event {
	uint64_t time_ms;
	uint32_t flow, nth;
};

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms ? -1 : 1;
	if (x->flow != y->flow)
		return x->flow < y->flow ? -1 : 1;
	return (x->nth > y->nth) - (x->nth < y->nth);
}

/** Handshake first, FIN last, data between; a lone SYN or RST is what it is. */
static uint8_t flags_of(const struct flow *f, uint32_t nth)
{
	uint8_t all = f->tcp_flags;
	if (!(all & TCP_PSH))
		return all;
	if (nth == 0)
		return f->dst_port < f->src_port ? TCP_SYN : TCP_SYN | TCP_ACK;
	return nth + 1 == f->packets ? TCP_FIN | TCP_ACK : TCP_PSH | TCP_ACK;
}

static void put_transport(struct writer *w, const struct flow *f, uint32_t nth, uint32_t len)
{
	wr_u16(w, f->src_port);
	wr_u16(w, f->dst_port);
	if (f->proto == PROTO_TCP) {
		wr_u32(w, nth * 1000);
		wr_u32(w, nth ? nth * 1000 : 0);
		wr_u8(w, 0x50);
		wr_u8(w, flags_of(f, nth));
		wr_u16(w, 65535);
		wr_u32(w, 0);
	} else {
		wr_u16(w, (uint16_t)(len - 20));
		wr_u16(w, 0);
	}
}

static void put_ip(struct writer *w, const struct flow *f, uint32_t nth, uint32_t len)
{
	wr_u16(w, 0x4500);
	wr_u16(w, (uint16_t)len);
	wr_u16(w, (uint16_t)nth);
	wr_u16(w, 0);
	wr_u8(w, 64);
	wr_u8(w, f->proto);
	wr_u16(w, 0);
	wr_u32(w, addr_low32(&f->src));
	wr_u32(w, addr_low32(&f->dst));
	if (f->proto == PROTO_ICMP) {
		wr_u16(w, f->dst_port);
		wr_uint(w, nth, 6);
	} else {
		put_transport(w, f, nth, len);
	}
}

static void put_packet(FILE *out, const struct flow *f, const struct event *e)
{
	uint8_t room[HEADER_BYTES + SNAPLEN] = {};
	struct writer w = writer_of(room, sizeof room);
	uint32_t len = (uint32_t)(f->bytes / f->packets), caplen;
	len = len < 40 ? 40 : len;
	caplen = len + 14 < SNAPLEN ? len + 14 : SNAPLEN;
	wr_u32(&w, (uint32_t)(e->time_ms / 1000));
	wr_u32(&w, (uint32_t)(e->time_ms % 1000 * 1000));
	wr_u32(&w, caplen);
	wr_u32(&w, len + 14);
	wr_uint(&w, 0x020000000001, 6);
	wr_uint(&w, 0x020000000002, 6);
	wr_u16(&w, 0x0800);
	put_ip(&w, f, e->nth, len);
	fwrite(room, 1, HEADER_BYTES + caplen, out); // a failure sticks, see ferror
}

/** Spread the packets of flows over their time, at most FLOW_PACKETS of each; returns how many. */
static size_t spread(const struct traffic *t, struct event *event, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		size_t which = i * STRIDE % t->n; // when there are too many, some of every host go
		const struct flow *f = &t->trace[which].flow;
		uint64_t span_ms = f->last_ms - f->first_ms;
		for (uint32_t k = 0; k < f->packets && k < FLOW_PACKETS && n < max; k++)
			event[n++] = (struct event){ f->first_ms + span_ms * k / f->packets,
				(uint32_t)which, k };
	}
	qsort(event, n, sizeof *event, by_time);
	return n;
}

static bool write_all(
	const struct traffic *t, const struct event *event, size_t n, const char *path)
{
	FILE *out = fopen(path, "wb");
	if (!out)
		return false;
	uint8_t room[24];
	struct writer w = writer_of(room, sizeof room);
	wr_u32(&w, MAGIC_US);
	wr_u32(&w, 0x00020004);
	wr_uint(&w, 0, 8);
	wr_u32(&w, SNAPLEN);
	wr_u32(&w, 1);
	fwrite(room, 1, sizeof room, out);
	for (size_t i = 0; i < n; i++)
		put_packet(out, &t->trace[event[i].flow].flow, &event[i]);
	bool is_bad = ferror(out);
	return !fclose(out) && !is_bad;
}

int main(int argc, char **argv)
{
	size_t max = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
	if (!max) {
		fputs("usage: packets PACKETS OUT.pcap\n", stderr);
		return EXIT_USAGE;
	}
	struct world *w = calloc(1, sizeof *w);
	struct event *event = calloc(max, sizeof *event);
	bool is_fine = w && event;
	if (is_fine) {
		w->seed = 1;
		w->start_ms = UINT64_C(1772438400000);
		w->minutes = 60;
		world_init(w, SITE_HOSTS);
		world_infect(w, worm_find("codered2"), 2, false);
		world_run(w);
		size_t n = spread(&w->traffic, event, max);
		is_fine = write_all(&w->traffic, event, n, argv[2]);
		printf("%zu\n", n);
		world_fini(w);
	}
	if (!is_fine)
		perror("packets");
	free(event);
	free(w);
	return is_fine ? 0 : EXIT_USAGE;
}
