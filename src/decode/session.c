// SPDX-License-Identifier: Apache-2.0
// An open-addressing table of connections, both directions in one entry.
#include "decode/session.h"

#include <stdlib.h>

#include "base/hash.h"

enum { SLOTS_MIN = 1024 };

/** What one end sent. */
struct side {
	uint64_t first_ms, last_ms, bytes;
	place at;
	uint32_t packets;
	uint16_t port;
	uint8_t flags;
};

struct session {
	struct addr end[2];
	struct side side[2];
	uint8_t proto;
	uint8_t opener; // index of the end that opened; UNSURE when no SYN was seen
	bool is_used;
};
enum { UNSURE = 2 };

struct sessions {
	size_t n, n_slots, max;
	uint64_t key, n_ever;
	uint32_t exporter;
	struct batch *out;
	struct session *slot;
};

struct sessions *sessions_new(size_t max, uint32_t exporter, struct batch *out)
{
	struct sessions *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	*s = (struct sessions){ .max = max,
		.n_slots = SLOTS_MIN,
		.key = hash_key(),
		.exporter = exporter,
		.out = out };
	s->slot = calloc(s->n_slots, sizeof *s->slot);
	if (s->slot)
		return s;
	free(s);
	return NULL;
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	free(s->slot);
	free(s);
}

/* The same for both directions. */
static uint64_t hash_ends(const struct sessions *s, const struct addr *a, uint16_t a_port,
	const struct addr *b, uint16_t b_port, uint8_t proto)
{
	uint64_t x = hash_bytes(a, sizeof *a, s->key + a_port);
	uint64_t y = hash_bytes(b, sizeof *b, s->key + b_port);
	return (x + y) ^ (uint64_t)proto << 7;
}

static bool is_from(const struct session *c, const struct packet *p, int end)
{
	return c->side[end].port == p->src_port && c->side[!end].port == p->dst_port &&
	       addr_eq(&c->end[end], &p->src) && addr_eq(&c->end[!end], &p->dst);
}

/* The slot of a packet's connection, or a free one; `end` becomes the index of its sender. */
static struct session *find(
	const struct sessions *s, const struct packet *p, uint64_t hash, int *end)
{
	for (size_t i = hash & (s->n_slots - 1);; i = (i + 1) & (s->n_slots - 1)) {
		struct session *c = &s->slot[i];
		*end = 0;
		if (!c->is_used)
			return c;
		if (c->proto != p->proto)
			continue;
		if (is_from(c, p, 0))
			return c;
		*end = 1;
		if (is_from(c, p, 1))
			return c;
	}
}

static void emit_side(struct sessions *s, const struct session *c, int end)
{
	const struct side *d = &c->side[end];
	struct flow f = {
		.src = c->end[end],
		.dst = c->end[!end],
		.first_ms = d->first_ms,
		.last_ms = d->last_ms,
		.packets = d->packets,
		.bytes = d->bytes,
		.at = d->at,
		.exporter = s->exporter,
		.src_port = d->port,
		.dst_port = c->side[!end].port,
		.proto = c->proto,
		.tcp_flags = d->flags,
		.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES |
		       FLOW_HAS_TIME,
	};
	if (c->proto == PROTO_TCP && d->flags)
		f.has |= FLOW_HAS_FLAGS;
	if (c->opener != UNSURE)
		f.has |= c->opener == end ? FLOW_OPENS : FLOW_ANSWERS;
	batch_put(s->out, &f);
}

static void emit(struct sessions *s, const struct session *c)
{
	int first = c->opener == 1;
	if (c->side[first].packets)
		emit_side(s, c, first);
	if (c->side[!first].packets)
		emit_side(s, c, !first);
}

void sessions_flush(struct sessions *s)
{
	for (size_t i = 0; i < s->n_slots; i++)
		if (s->slot[i].is_used)
			emit(s, &s->slot[i]);
	memset(s->slot, 0, s->n_slots * sizeof *s->slot);
	s->n = 0;
}

/* A table twice as large, or an empty one when it has reached its bound. */
static void make_room(struct sessions *s)
{
	size_t n_slots = s->n_slots * 2;
	struct session *slot = s->n < s->max ? calloc(n_slots, sizeof *slot) : NULL;
	if (!slot) {
		sessions_flush(s);
		return;
	}
	struct session *old = s->slot;
	size_t n_old = s->n_slots;
	s->slot = slot;
	s->n_slots = n_slots;
	for (size_t i = 0; i < n_old; i++) {
		const struct session *c = &old[i];
		if (!c->is_used)
			continue;
		size_t k = hash_ends(s, &c->end[0], c->side[0].port, &c->end[1], c->side[1].port,
				   c->proto) &
			   (n_slots - 1);
		while (slot[k].is_used)
			k = (k + 1) & (n_slots - 1);
		slot[k] = *c;
	}
	free(old);
}

/* Who opened: the sender of a SYN, or whoever a SYN-ACK goes to; of UDP the first to send. */
static uint8_t opener_by(const struct packet *p, int end)
{
	if (p->proto == PROTO_UDP)
		return p->src_port < 1024 && p->dst_port >= 1024 ? UNSURE : (uint8_t)end;
	if (!(p->tcp_flags & TCP_SYN))
		return UNSURE;
	return (uint8_t)(p->tcp_flags & TCP_ACK ? !end : end);
}

static void count(struct session *c, int end, const struct packet *p, uint64_t time_ms, place at)
{
	struct side *d = &c->side[end];
	if (d->packets == 0) {
		d->first_ms = d->last_ms = time_ms;
		d->at = at;
	}
	d->first_ms = time_ms < d->first_ms ? time_ms : d->first_ms; // captures may be out of order
	d->last_ms = time_ms > d->last_ms ? time_ms : d->last_ms;
	d->packets++;
	d->bytes += p->bytes;
	d->flags |= p->tcp_flags;
	if (c->opener == UNSURE && p->proto == PROTO_TCP)
		c->opener = opener_by(p, end);
}

/* What has no connection is a flow of one packet. */
static void emit_single(struct sessions *s, const struct packet *p, uint64_t time_ms, place at)
{
	struct flow f = {
		.src = p->src,
		.dst = p->dst,
		.first_ms = time_ms,
		.last_ms = time_ms,
		.packets = 1,
		.bytes = p->bytes,
		.at = at,
		.exporter = s->exporter,
		.dst_port = p->dst_port,
		.proto = p->proto,
		.has = FLOW_HAS_PROTO | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME,
	};
	if (p->has_ports)
		f.has |= FLOW_HAS_PORTS;
	batch_put(s->out, &f);
}

/* The connection of a packet; a new one when there was none. */
static struct session *session_of(struct sessions *s, const struct packet *p, int *end)
{
	uint64_t hash = hash_ends(s, &p->src, p->src_port, &p->dst, p->dst_port, p->proto);
	struct session *c = find(s, p, hash, end);
	if (c->is_used)
		return c;
	if (s->n >= s->n_slots / 8 * 5) {
		make_room(s);
		c = find(s, p, hash, end);
	}
	*c = (struct session){ .proto = p->proto, .opener = opener_by(p, 0), .is_used = true };
	c->end[0] = p->src;
	c->end[1] = p->dst;
	c->side[0].port = p->src_port;
	c->side[1].port = p->dst_port;
	s->n++;
	s->n_ever++;
	return c;
}

/* Errors quote the packet that caused them behind eight bytes (RFC 792, RFC 4443). */
static bool quotes_ports(const struct packet *p, struct packet *error)
{
	unsigned type = p->dst_port >> 8;
	bool is_error =
		p->has_ports &&
		((p->proto == PROTO_ICMP && (type == 3 || type == 4 || type == 11 || type == 12)) ||
			(p->proto == PROTO_ICMP6 && type >= 1 && type <= 4));
	struct packet inner;
	if (!is_error || p->ip_payload.len <= 8)
		return false;
	struct bytes quoted = { p->ip_payload.ptr + 8, p->ip_payload.len - 8 };
	if (packet_parse(LINK_RAW, quoted, &inner) != PACKET_IP || !inner.has_ports)
		return false;
	error->src_port = inner.src_port;
	error->dst_port = inner.dst_port;
	return true;
}

void sessions_put(struct sessions *s, const struct packet *p, uint64_t time_ms, place at)
{
	int end;
	if (p->fragment_at)
		return; // its first fragment was counted, with the ports
	if ((p->proto == PROTO_TCP || p->proto == PROTO_UDP) && p->has_ports) {
		struct session *c = session_of(s, p, &end);
		count(c, end, p, time_ms, at);
		return;
	}
	struct packet error = *p; // an ICMP error counts with the ports of the packet it quotes
	if (quotes_ports(p, &error))
		session_of(s, &error, &end);
	emit_single(s, p, time_ms, at);
}

uint64_t sessions_count(const struct sessions *s)
{
	return s->n_ever;
}
