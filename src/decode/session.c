// Connections side by side in the order of their beginning, and a small table of where each one is:
// what is probed is eight bytes a connection, and growing moves only that.
#include "decode/session.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/hash.h"

enum { CELLS_MIN = 1024, FULL_EIGHTHS = 5, HASH_BITS = 32 };
enum { UNSURE = 2, LINE_BYTES = 64, TFTP = 69, CLIENT_PORTS = 32768 }; // Linux gives clients these
enum { QUIET_MS = 1000, GOES_ON_MS = 10000, FORGET_MS = 120000, FORGET_PART = 4 };

/** Two cache lines, of which the first is enough to know it by; what one end sent is at its index. */
struct session {
	struct addr end[2];
	uint16_t port[2];
	uint8_t proto;
	uint8_t opener; // index of the end that opened; UNSURE when no SYN was seen
	uint8_t flags[2];
	uint32_t packets[2];
	uint64_t bytes[2];
	uint64_t last_ms[2], first_ms[2];
	place at[2];      // of the first packet
	uint64_t told_ms; // when it was handed on; 0: never
	uint32_t told_packets, unused;
};
static_assert(sizeof(struct session) == 2 * LINE_BYTES);
static_assert(offsetof(struct session, last_ms) == LINE_BYTES);

/** Half of the hash, and the number of the connection from 1; 0 is free. */
typedef uint64_t cell;

struct sessions {
	size_t n, n_cells, max;
	uint64_t key, n_ever;
	uint64_t first_ms, last_ms; // of all packets; 0: no time was told
	uint32_t exporter;
	bool has_tftp; // a file was asked for
	struct batch *out;
	cell *cell;
	struct session *session; // all of `max`: pages are touched as connections come
	size_t session_bytes;
};

struct sessions *sessions_new(size_t max, uint32_t exporter, struct batch *out)
{
	struct sessions *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	*s = (struct sessions){ .max = max,
		.n_cells = CELLS_MIN,
		.key = hash_key(),
		.exporter = exporter,
		.out = out,
		.session_bytes = max * sizeof *s->session };
	s->cell = calloc(s->n_cells, sizeof *s->cell);
	void *all = mmap(NULL, s->session_bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	s->session = all == MAP_FAILED ? NULL : all;
	if (s->session)
		madvise(all, s->session_bytes, MADV_HUGEPAGE); // spares most TLB misses
	if (s->cell && s->session)
		return s;
	sessions_free(s);
	return NULL;
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	if (s->session)
		munmap(s->session, s->session_bytes);
	free(s->cell);
	free(s);
}

/* The same for both directions. */
static uint64_t hash_of(const struct sessions *s, const struct packet *p)
{
	uint64_t x = hash_bytes(&p->src, sizeof p->src, s->key + p->src_port);
	uint64_t y = hash_bytes(&p->dst, sizeof p->dst, s->key + p->dst_port);
	return (x + y) ^ (uint64_t)p->proto << HASH_BITS;
}

uint64_t sessions_seek(const struct sessions *s, const struct packet *p)
{
	uint64_t hash = hash_of(s, p);
	__builtin_prefetch(&s->cell[(hash >> HASH_BITS) & (s->n_cells - 1)]);
	return hash;
}

/* Both directions are compared without a branch on which of them it is, for nobody can foretell that. */
static bool is_of(const struct session *c, const struct packet *p, int *end)
{
	uint64_t src[2], dst[2], a[2], b[2];
	memcpy(src, &p->src, sizeof src);
	memcpy(dst, &p->dst, sizeof dst);
	memcpy(a, &c->end[0], sizeof a);
	memcpy(b, &c->end[1], sizeof b);
	unsigned port[2] = { c->port[0], c->port[1] };
	uint64_t there = (src[0] ^ a[0]) | (src[1] ^ a[1]) | (dst[0] ^ b[0]) | (dst[1] ^ b[1]) |
			 (p->src_port ^ port[0]) | (p->dst_port ^ port[1]);
	uint64_t back = (src[0] ^ b[0]) | (src[1] ^ b[1]) | (dst[0] ^ a[0]) | (dst[1] ^ a[1]) |
			(p->src_port ^ port[1]) | (p->dst_port ^ port[0]);
	*end = there != 0;
	return ((there == 0) | (back == 0)) & (c->proto == p->proto);
}

/* The cell of a packet's connection, or a free one; `end` becomes the index of its sender. */
static cell *find(const struct sessions *s, const struct packet *p, uint64_t hash, int *end)
{
	size_t mask = s->n_cells - 1;
	uint64_t half = hash >> HASH_BITS;
	for (size_t i = half & mask;; i = (i + 1) & mask) {
		cell *c = &s->cell[i];
		if (!*c ||
			(*c >> HASH_BITS == half && is_of(&s->session[(uint32_t)*c - 1], p, end)))
			return c;
	}
}

void sessions_fetch(const struct sessions *s, uint64_t hash)
{
	cell c = s->cell[(hash >> HASH_BITS) & (s->n_cells - 1)];
	const char *session = (const char *)&s->session[c ? (uint32_t)c - 1 : s->n];
	__builtin_prefetch(session, 1);
	__builtin_prefetch(session + LINE_BYTES, 1);
}

static bool is_over(uint64_t from_ms, uint64_t now_ms, uint64_t ms)
{
	return now_ms >= from_ms && now_ms - from_ms >= ms;
}

/*
 * Who opened, as far as it can be told of a connection that is handed on: of datagrams that went one way alone, from
 * a lower port to one that is given to clients, the question may have gone by where nobody listened.
 */
static uint8_t opener_of(const struct session *c)
{
	bool is_heard = c->packets[0] && c->packets[1];
	bool may_answer = c->opener != UNSURE && c->packets[c->opener] &&
			  c->port[c->opener] < c->port[!c->opener] &&
			  c->port[!c->opener] >= CLIENT_PORTS;
	return c->proto == PROTO_UDP && !is_heard && may_answer ? UNSURE : c->opener;
}

/* Whether a question is so new that its answer may still be on the way (RFC 6298, 2.1). */
static bool is_pending(const struct session *c, int end, uint64_t now_ms)
{
	bool may_ask = c->proto == PROTO_UDP || !(c->flags[end] & (TCP_ACK | TCP_RST));
	return may_ask && !c->packets[!end] && !is_over(c->first_ms[end], now_ms, QUIET_MS);
}

/* `now_ms` is when no more packets come; 0: some do. */
static void emit_side(struct sessions *s, const struct session *c, int end, uint64_t now_ms)
{
	uint8_t opener = opener_of(c);
	struct flow f = {
		.src = c->end[end],
		.dst = c->end[!end],
		.first_ms = c->first_ms[end],
		.last_ms = c->last_ms[end],
		.packets = c->packets[end],
		.bytes = c->bytes[end],
		.at = c->at[end],
		.exporter = s->exporter,
		.src_port = c->port[end],
		.dst_port = c->port[!end],
		.proto = c->proto,
		.tcp_flags = c->flags[end],
		.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES,
	};
	if (c->first_ms[end])
		f.has |= FLOW_HAS_TIME;
	if (now_ms && c->first_ms[end] && is_pending(c, end, now_ms))
		f.has |= FLOW_PENDING;
	if (c->proto == PROTO_TCP && c->flags[end])
		f.has |= FLOW_HAS_FLAGS;
	if (opener != UNSURE)
		f.has |= opener == end ? FLOW_OPENS : FLOW_ANSWERS;
	batch_put(s->out, &f);
}

static void emit(struct sessions *s, const struct session *c, uint64_t now_ms)
{
	int first = c->opener == 1;
	if (c->packets[first])
		emit_side(s, c, first, now_ms);
	if (c->packets[!first])
		emit_side(s, c, !first, now_ms);
}

static void emit_all(struct sessions *s, uint64_t now_ms)
{
	for (size_t i = 0; i < s->n; i++)
		emit(s, &s->session[i], now_ms);
	memset(s->cell, 0, s->n_cells * sizeof *s->cell);
	s->n = 0;
}

/* What is shorter than an answer may take is judged as it stands: nothing else is to be had of it. */
void sessions_flush(struct sessions *s)
{
	emit_all(s, is_over(s->first_ms, s->last_ms, QUIET_MS) ? s->last_ms : 0);
}

static uint64_t last_of(const struct session *c)
{
	return c->last_ms[0] > c->last_ms[1] ? c->last_ms[0] : c->last_ms[1];
}

static uint64_t first_of(const struct session *c)
{
	bool is_second = !c->packets[0] || (c->packets[1] && c->first_ms[1] < c->first_ms[0]);
	return c->first_ms[is_second];
}

static void tell(struct sessions *s, struct session *c, uint64_t now_ms)
{
	uint32_t n = c->packets[0] + c->packets[1];
	uint64_t since_ms = c->told_ms ? c->told_ms : first_of(c);
	if (n == c->told_packets ||
		(!is_over(last_of(c), now_ms, QUIET_MS) && !is_over(since_ms, now_ms, GOES_ON_MS)))
		return;
	emit(s, c, 0);
	c->told_packets = n;
	c->told_ms = now_ms;
}

/* Those that stay move together; where they are is found out anew. */
static void forget(struct sessions *s, uint64_t now_ms)
{
	size_t n = 0, mask = s->n_cells - 1;
	for (size_t i = 0; i < s->n; i++)
		if (!is_over(last_of(&s->session[i]), now_ms, FORGET_MS))
			s->session[n++] = s->session[i];
	s->n = n;
	memset(s->cell, 0, s->n_cells * sizeof *s->cell);
	for (size_t i = 0; i < n; i++) {
		const struct session *c = &s->session[i];
		struct packet p = { .src = c->end[0],
			.dst = c->end[1],
			.src_port = c->port[0],
			.dst_port = c->port[1],
			.proto = c->proto };
		uint64_t hash = hash_of(s, &p);
		size_t k = hash >> HASH_BITS & mask;
		while (s->cell[k])
			k = (k + 1) & mask;
		s->cell[k] = hash >> HASH_BITS << HASH_BITS | (i + 1);
	}
}

void sessions_tell(struct sessions *s, uint64_t now_ms)
{
	size_t n_quiet = 0;
	for (size_t i = 0; i < s->n; i++) {
		tell(s, &s->session[i], now_ms);
		n_quiet += is_over(last_of(&s->session[i]), now_ms, FORGET_MS);
	}
	if (n_quiet > s->n / FORGET_PART)
		forget(s, now_ms);
}

/* Cells twice as many; their halves of the hash say where they go. */
static bool grow(struct sessions *s)
{
	size_t n_cells = s->n_cells * 2;
	cell *new = calloc(n_cells, sizeof *new);
	if (!new)
		return false;
	for (size_t i = 0; i < s->n_cells; i++) {
		if (!s->cell[i])
			continue;
		size_t k = s->cell[i] >> HASH_BITS & (n_cells - 1);
		while (new[k])
			k = (k + 1) & (n_cells - 1);
		new[k] = s->cell[i];
	}
	free(s->cell);
	s->cell = new;
	s->n_cells = n_cells;
	return true;
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
	if (c->packets[end] == 0) {
		c->first_ms[end] = c->last_ms[end] = time_ms;
		c->at[end] = at;
	}
	if (time_ms < c->first_ms[end]) // captures may be out of order
		c->first_ms[end] = time_ms;
	if (time_ms > c->last_ms[end])
		c->last_ms[end] = time_ms;
	c->packets[end]++;
	c->bytes[end] += p->bytes;
	c->flags[end] |= p->tcp_flags;
	if (c->opener == UNSURE && p->proto == PROTO_TCP)
		c->opener = opener_by(p, end);
}

/* Whether it answers a request of TFTP: from a new port, to where that was sent from (RFC 1350, section 4). */
static bool is_transfer(const struct sessions *s, const struct packet *p)
{
	struct packet request = { .src = p->dst,
		.dst = p->src,
		.src_port = p->dst_port,
		.dst_port = TFTP,
		.proto = PROTO_UDP };
	int end;
	return s->has_tftp && p->proto == PROTO_UDP &&
	       *find(s, &request, hash_of(s, &request), &end);
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
		.src_port = p->src_port,
		.dst_port = p->dst_port,
		.proto = p->proto,
		.has = FLOW_HAS_PROTO | FLOW_HAS_PACKETS | FLOW_HAS_BYTES,
	};
	if (time_ms)
		f.has |= FLOW_HAS_TIME;
	if (p->has_ports)
		f.has |= FLOW_HAS_PORTS;
	batch_put(s->out, &f);
}

/* The connection of a packet; a new one when there was none. */
static struct session *session_of(
	struct sessions *s, const struct packet *p, uint64_t hash, int *end)
{
	cell *c = find(s, p, hash, end);
	if (*c)
		return &s->session[(uint32_t)*c - 1];
	bool is_crowded = s->n >= s->n_cells / 8 * FULL_EIGHTHS;
	if (s->n == s->max || (is_crowded && !grow(s)))
		emit_all(s, 0); // an answer that comes later meets the question in the evidence
	if (is_crowded || !s->n)
		c = find(s, p, hash, end);
	struct session *new = &s->session[s->n++];
	*c = hash >> HASH_BITS << HASH_BITS | s->n;
	*new = (struct session){ .end = { p->src, p->dst },
		.port = { p->src_port, p->dst_port },
		.proto = p->proto,
		.opener = is_transfer(s, p) ? 1 : opener_by(p, 0) };
	s->has_tftp |= p->proto == PROTO_UDP && p->dst_port == TFTP;
	s->n_ever++;
	*end = 0;
	return new;
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

static void note_time(struct sessions *s, uint64_t time_ms)
{
	if (time_ms > s->last_ms)
		s->last_ms = time_ms;
	if (time_ms && (time_ms < s->first_ms || !s->first_ms))
		s->first_ms = time_ms;
}

void sessions_put(
	struct sessions *s, const struct packet *p, uint64_t hash, uint64_t time_ms, place at)
{
	int end;
	note_time(s, time_ms);
	if (p->fragment_at)
		return; // its first fragment was counted, with the ports
	if ((p->proto == PROTO_TCP || p->proto == PROTO_UDP) && p->has_ports) {
		struct session *c = session_of(s, p, hash, &end);
		count(c, end, p, time_ms, at);
		return;
	}
	struct packet error = *p; // an ICMP error counts with the ports of the packet it quotes
	if (quotes_ports(p, &error))
		session_of(s, &error, hash_of(s, &error), &end);
	emit_single(s, p, time_ms, at);
}

uint64_t sessions_count(const struct sessions *s)
{
	return s->n_ever;
}

uint64_t sessions_held(const struct sessions *s)
{
	return s->n;
}
