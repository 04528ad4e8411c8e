// SPDX-License-Identifier: Apache-2.0
// A classic capture file (big-endian, microseconds) of UDP datagrams in Ethernet frames.
#include "generate/pcap.h"
#include <stdio.h>
#include <stdlib.h>

#include "generate/wire.h"
#include "model/flow.h"

enum { MAX_FRAME = 2048, ETHERNET = 1, MAGIC_US = 0xa1b2c3d4, UDP_BYTES = 8 };
enum { ETHERTYPE_V4 = 0x0800, ETHERTYPE_V6 = 0x86dd, EXPORTER_PORT = 50101, TTL = 254 };

void capture_put(struct capture *c, uint64_t time_ms, const struct addr *from, struct bytes payload)
{
	if (c->n == c->room) {
		c->room = c->room ? c->room * 2 : 256;
		c->datagram = reallocarray(c->datagram, c->room, sizeof *c->datagram);
	}
	uint8_t *copy = malloc(payload.len);
	if (!c->datagram || !copy) {
		perror("generate: datagrams");
		exit(2);
	}
	memcpy(copy, payload.ptr, payload.len);
	c->datagram[c->n] = (struct datagram){ time_ms, *from, copy, payload.len, c->n, 0 };
	c->n++;
}

void capture_put_frame(struct capture *c, uint64_t time_ms, struct bytes frame, size_t wire_bytes)
{
	capture_put(c, time_ms, &c->to, frame);
	c->datagram[c->n - 1].wire_bytes = wire_bytes;
}

void capture_put_text(struct capture *c, struct bytes text)
{
	capture_put(c, 0, &c->to, text);
	c->is_text = true;
}

/** The ones' complement sum of RFC 1071, begun with `sum`. */
static uint16_t checksum(struct bytes b, uint32_t sum)
{
	for (size_t i = 0; i < b.len; i++)
		sum += i % 2 ? b.ptr[i] : (uint32_t)b.ptr[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static struct bytes addr_wire(const struct addr *a)
{
	return addr_is_v4(a) ? (struct bytes){ a->octet + 12, 4 } : (struct bytes){ a->octet, 16 };
}

/** Addresses, protocol and length: the pseudo header, before it is folded. */
static uint32_t pseudo_sum(const struct addr *from, const struct addr *to, size_t udp_len)
{
	uint16_t a = checksum(addr_wire(from), 0), b = checksum(addr_wire(to), 0);
	return (uint32_t)(uint16_t)~a + (uint16_t)~b + PROTO_UDP + (uint32_t)udp_len;
}

static void put_ipv4(struct writer *w, const struct datagram *d, const struct addr *to)
{
	uint8_t *start = w->at;
	wr_u16(w, 0x4500);
	wr_u16(w, (uint16_t)(20 + UDP_BYTES + d->len));
	wr_u16(w, (uint16_t)d->nth);
	wr_u16(w, 0);
	wr_u8(w, TTL);
	wr_u8(w, PROTO_UDP);
	wr_u16(w, 0);
	wr_bytes(w, addr_wire(&d->from));
	wr_bytes(w, addr_wire(to));
	struct writer sum = writer_of(start + 10, 2);
	wr_u16(&sum, checksum((struct bytes){ start, 20 }, 0));
}

static void put_ipv6(struct writer *w, const struct datagram *d, const struct addr *to)
{
	wr_u32(w, UINT32_C(6) << 28);
	wr_u16(w, (uint16_t)(UDP_BYTES + d->len));
	wr_u8(w, PROTO_UDP);
	wr_u8(w, TTL);
	wr_bytes(w, addr_wire(&d->from));
	wr_bytes(w, addr_wire(to));
}

static void put_udp(struct writer *w, const struct datagram *d, const struct capture *c)
{
	uint8_t *start = w->at;
	wr_u16(w, EXPORTER_PORT);
	wr_u16(w, c->port);
	wr_u16(w, (uint16_t)(UDP_BYTES + d->len));
	wr_u16(w, 0);
	wr_bytes(w, (struct bytes){ d->payload, d->len });
	struct bytes all = { start, (size_t)(w->at - start) };
	uint16_t sum = checksum(all, pseudo_sum(&d->from, &c->to, all.len));
	struct writer at = writer_of(start + 6, 2);
	wr_u16(&at, sum ? sum : 0xffff); // 0 would mean "no checksum" (RFC 768)
}

static void put_frame(struct writer *w, const struct datagram *d, const struct capture *c)
{
	if (d->wire_bytes) {
		wr_bytes(w, (struct bytes){ d->payload, d->len });
		return;
	}
	static const uint8_t to_mac[6] = { 2, 0, 0, 0, 0, 1 }, from_mac[6] = { 2, 0, 0, 0, 0, 2 };
	bool is_v4 = addr_is_v4(&c->to);
	wr_bytes(w, (struct bytes){ to_mac, sizeof to_mac });
	wr_bytes(w, (struct bytes){ from_mac, sizeof from_mac });
	wr_u16(w, is_v4 ? ETHERTYPE_V4 : ETHERTYPE_V6);
	(is_v4 ? put_ipv4 : put_ipv6)(w, d, &c->to);
	put_udp(w, d, c);
}

static int by_time(const void *a, const void *b)
{
	const struct datagram *x = a, *y = b;
	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms ? -1 : 1;
	return x->nth < y->nth ? -1 : 1;
}

static void put_file_header(struct writer *w)
{
	wr_u32(w, MAGIC_US);
	wr_u16(w, 2);
	wr_u16(w, 4);
	wr_u32(w, 0);
	wr_u32(w, 0);
	wr_u32(w, MAX_FRAME);
	wr_u32(w, ETHERNET);
}

static void put_record_header(struct writer *w, uint64_t time_ms, size_t len, size_t wire_bytes)
{
	wr_u32(w, (uint32_t)(time_ms / 1000));
	wr_u32(w, (uint32_t)(time_ms % 1000 * 1000));
	wr_u32(w, (uint32_t)len);
	wr_u32(w, (uint32_t)(wire_bytes ? wire_bytes : len));
}

static void write_done(FILE *f, const struct writer *w)
{
	struct bytes b = wr_done(w);
	fwrite(b.ptr, 1, b.len, f); // a failure sticks to `f`, see ferror
}

static void write_frames(const struct capture *c, FILE *f)
{
	uint8_t room[64], frame[MAX_FRAME];
	struct writer head = writer_of(room, sizeof room);
	put_file_header(&head);
	write_done(f, &head);
	for (size_t i = 0; i < c->n; i++) {
		const struct datagram *d = &c->datagram[i];
		struct writer w = writer_of(frame, sizeof frame);
		put_frame(&w, d, c);
		head = writer_of(room, sizeof room);
		put_record_header(&head, d->time_ms, wr_done(&w).len, d->wire_bytes);
		write_done(f, &head);
		write_done(f, &w);
	}
}

bool capture_write(struct capture *c, const char *path, struct err *e)
{
	FILE *f = fopen(path, "wb");
	if (!f)
		return err_sys(e, "open %s", path);
	if (c->n)
		qsort(c->datagram, c->n, sizeof *c->datagram, by_time);
	if (c->is_text)
		for (size_t i = 0; i < c->n; i++)
			fwrite(c->datagram[i].payload, 1, c->datagram[i].len, f);
	else
		write_frames(c, f);
	bool is_bad = ferror(f);
	if (fclose(f) || is_bad)
		return err_sys(e, "write %s", path);
	return true;
}

void capture_fini(struct capture *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->datagram[i].payload);
	free(c->datagram);
	*c = (struct capture){};
}
