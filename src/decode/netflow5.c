// SPDX-License-Identifier: Apache-2.0
// NetFlow v5 (Cisco, "NetFlow Export Datagram Format", version 5 tables).
#include "base/vector.h"
#include "decode/export.h"

enum { NS_IN_S = 1000000000 };
enum { HEADER_BYTES = 24, RECORD_BYTES = 48, RECORDS_MAX = 30, EARLIEST_S = 757382400 }; // 1994

static bool recognise(struct bytes payload)
{
	struct reader r = reader_of(payload);
	rd_u16(&r);
	uint16_t n = rd_u16(&r);
	rd_u32(&r); // uptime
	uint32_t unix_s = rd_u32(&r);
	uint32_t unix_ns = rd_u32(&r);
	bool fits = payload.len == HEADER_BYTES + n * (size_t)RECORD_BYTES;
	return !r.is_short && n >= 1 && n <= RECORDS_MAX &&
	       (fits || (unix_s >= EARLIEST_S && unix_ns < NS_IN_S));
}

/* Where the fields of a record begin; the rest is next hop, output, ToS, AS numbers, masks. */
enum {
	AT_SRC = 0,
	AT_DST = 4,
	AT_INPUT = 12,
	AT_PACKETS = 16,
	AT_OCTETS = 20,
	AT_FIRST = 24,
	AT_LAST = 28,
	AT_SRC_PORT = 32,
	AT_DST_PORT = 34,
	AT_FLAGS = 37,
	AT_PROTO = 38,
};

static void record(
	struct message *m, const uint8_t *at, uint32_t exporter, uint32_t sampling, struct flow *f)
{
	uint64_t first_ms = uptime_to_ms(m, load_u32(at + AT_FIRST));
	uint64_t last_ms = uptime_to_ms(m, load_u32(at + AT_LAST));
	unsigned has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	flow_init(f);
	f->src = addr_v4(load_u32(at + AT_SRC));
	f->dst = addr_v4(load_u32(at + AT_DST));
	f->first_ms = first_ms;
	f->last_ms = last_ms < first_ms ? first_ms : last_ms;
	f->packets = load_u32(at + AT_PACKETS);
	f->bytes = load_u32(at + AT_OCTETS);
	f->at = m->at;
	f->exporter = exporter;
	f->sampling = sampling;
	f->input = load_u16(at + AT_INPUT);
	f->src_port = load_u16(at + AT_SRC_PORT);
	f->dst_port = load_u16(at + AT_DST_PORT);
	f->proto = at[AT_PROTO];
	f->tcp_flags = at[AT_FLAGS];
	has |= first_ms ? FLOW_HAS_TIME : 0;
	has |= f->tcp_flags ? FLOW_HAS_FLAGS
			    : 0; // no segment is without, but many switches tell none
	f->has = (uint16_t)has;
}

enum {
	ROOM = 32, // records of a datagram, and some for whole vectors: all loops over columns are so long
	EIGHT = 8
};

/* Records as they stand there, member by member. */
struct raw {
	uint32_t packets[ROOM + EIGHT], octets[ROOM + EIGHT], first[ROOM + EIGHT];
	uint32_t last[ROOM + EIGHT], ports[ROOM + EIGHT], kind[ROOM + EIGHT], input[ROOM + EIGHT];
};

enum { FOUR = 4 };
typedef uint32_t words __attribute__((vector_size(FOUR * sizeof(uint32_t))));
typedef uint32_t eight __attribute__((vector_size(EIGHT * sizeof(uint32_t))));

/* Four words in a row, of each of eight records: each word of all eight. */
static inline void turn(const uint8_t *at, eight out[FOUR])
{
	eight in[FOUR];
	for (size_t i = 0; i < FOUR; i++) {
		words low, high;
		memcpy(&low, at + i * RECORD_BYTES, sizeof low);
		memcpy(&high, at + (i + FOUR) * RECORD_BYTES, sizeof high);
		in[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
	}
	eight a = __builtin_shufflevector(in[0], in[1], 0, 8, 1, 9, 4, 12, 5, 13);
	eight b = __builtin_shufflevector(in[2], in[3], 0, 8, 1, 9, 4, 12, 5, 13);
	eight c = __builtin_shufflevector(in[0], in[1], 2, 10, 3, 11, 6, 14, 7, 15);
	eight d = __builtin_shufflevector(in[2], in[3], 2, 10, 3, 11, 6, 14, 7, 15);
	out[0] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
	out[1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
	out[2] = __builtin_shufflevector(c, d, 0, 1, 8, 9, 4, 5, 12, 13);
	out[3] = __builtin_shufflevector(c, d, 2, 3, 10, 11, 6, 7, 14, 15);
}

static inline void put_words(uint32_t *column, const eight *w)
{
	memcpy(column, w, sizeof *w);
}

/*
 * Eight records at once; the last eight may have been among those before. Behind the last record stand zeroes, in
 * what tells whether one fits and in what is added up.
 */
static inline void gather(
	const uint8_t *at, size_t n, struct raw *raw, uint32_t *src, uint32_t *dst)
{
	static const eight none;
	uint8_t few[EIGHT * RECORD_BYTES];
	eight w[FOUR];
	if (n < EIGHT) {
		memset(few, 0, sizeof few);
		memcpy(few, at, n * RECORD_BYTES);
		at = few;
		n = EIGHT;
	}
	for (size_t i = 0; i < n; i += EIGHT) {
		size_t k = i + EIGHT <= n ? i : n - EIGHT;
		const uint8_t *from = at + k * RECORD_BYTES;
		turn(from + AT_SRC, w);
		put_words(src + k, &w[0]);
		put_words(dst + k, &w[1]);
		put_words(raw->input + k, &w[3]);
		turn(from + AT_PACKETS, w);
		put_words(raw->packets + k, &w[0]);
		put_words(raw->octets + k, &w[1]);
		put_words(raw->first + k, &w[2]);
		put_words(raw->last + k, &w[3]);
		turn(from + AT_SRC_PORT, w);
		put_words(raw->ports + k, &w[0]);
		put_words(raw->kind + k, &w[1]);
	}
	for (size_t i = n; i < ROOM; i += EIGHT) {
		put_words(raw->packets + i, &none);
		put_words(raw->octets + i, &none);
		put_words(raw->kind + i, &none);
	}
}

struct sum {
	uint32_t n_fits;
	uint64_t packets, octets; // of all, whether they fit or not
};

/* What stands there as columns of plain flows behind those that are there, and which of them fit. */
static inline struct sum to_columns(const struct message *m, const struct raw *restrict raw,
	uint32_t exporter, struct plains *restrict p, uint32_t *restrict fits)
{
	const size_t k = p->n;
	const uint32_t uptime_ms = m->uptime_ms;
	const uint64_t now_ms = m->now_ms;
	const place at = m->at;
	struct sum sum = {};
	for (size_t i = 0; i < ROOM; i++) {
		uint32_t ports = be32toh(raw->ports[i]), kind = be32toh(raw->kind[i]);
		p->src_port[k + i] = ports >> 16;
		p->dst_port[k + i] = ports & 0xffff;
		p->tcp_flags[k + i] = kind >> 16 & 0xff;
		p->proto[k + i] = kind >> 8 & 0xff;
		p->packets[k + i] = be32toh(raw->packets[i]);
		p->bytes[k + i] = be32toh(raw->octets[i]);
		p->input[k + i] = be32toh(raw->input[i]) >> 16;
		p->exporter[k + i] = exporter;
	}
	for (size_t i = 0; i < ROOM; i++) {
		uint64_t first_ms = uptime_by(uptime_ms, now_ms, be32toh(raw->first[i]));
		uint64_t last_ms = uptime_by(uptime_ms, now_ms, be32toh(raw->last[i]));
		p->first_ms[k + i] = first_ms;
		p->last_ms[k + i] = last_ms < first_ms ? first_ms : last_ms;
		p->at[k + i] = at;
	}
	for (size_t i = 0; i < ROOM; i++)
		fits[i] = plain_fits_key(p->src[k + i], p->dst[k + i], p->proto[k + i],
				  p->tcp_flags[k + i]) &
			  (p->packets[k + i] != 0);
	for (size_t i = 0; i < ROOM;
		i++) // both are below TIME_UNKNOWN, being of 32 bits of seconds
		fits[i] &= (p->first_ms[k + i] != 0) & (p->last_ms[k + i] != 0);
	for (size_t i = 0; i < ROOM; i++)
		sum.n_fits += fits[i];
	for (size_t i = 0; i < ROOM; i++) {
		sum.packets += p->packets[k + i];
		sum.octets += p->bytes[k + i];
	}
	return sum;
}

/* All that fit move together; the others go as flows. */
static void sort_out(struct message *m, const uint8_t *at, size_t n, uint32_t exporter,
	uint32_t sampling, struct plains *p, const uint32_t fits[ROOM])
{
	size_t from = p->n, i = 0;
	while (fits[i]) // one at least does not
		i++;
	p->n += i;
	for (; i < n; i++) {
		struct plain row = plains_get(p, from + i);
		plains_set(p, p->n, &row);
		p->n += fits[i];
		if (!fits[i])
			record(m, at + i * RECORD_BYTES, exporter, sampling, batch_next(m->out));
	}
}

VECTOR_CLONES
static void plain_records(
	struct message *m, const uint8_t *at, size_t n, uint32_t exporter, uint32_t sampling)
{
	struct raw raw;
	struct plains *p = batch_plain(m->out, ROOM);
	uint32_t fits[ROOM];
	gather(at, n, &raw, p->src + p->n, p->dst + p->n);
	struct sum sum = to_columns(m, &raw, exporter, p, fits);
	m->trouble->packets += sum.packets;
	m->trouble->octets += sum.octets;
	if (sum.n_fits == n)
		p->n += n;
	else
		sort_out(m, at, n, exporter, sampling, p, fits);
}

static void records(
	struct message *m, const uint8_t *at, size_t n, uint32_t exporter, uint32_t sampling)
{
	for (size_t i = 0; i < n; i++, at += RECORD_BYTES) {
		m->trouble->packets += load_u32(at + AT_PACKETS);
		m->trouble->octets += load_u32(at + AT_OCTETS);
		record(m, at, exporter, sampling, batch_next(m->out));
	}
}

static void decode(struct message *m)
{
	struct reader *r = &m->r;
	uint16_t announced = rd_u16(r);
	m->uptime_ms = rd_u32(r);
	m->now_ms = rd_u32(r) * UINT64_C(1000);
	m->now_ms += rd_u32(r) / (NS_IN_S / 1000);
	m->sequence = rd_u32(r);
	m->domain.id = rd_u16(r);
	uint32_t sampling = rd_u16(r) & 0x3fff; // the two bits above are the mode
	if (m->sampling)
		sampling = m->sampling;
	if (r->is_short)
		return message_fault(m, FAULT_SHORT);
	m->has_header = m->has_uptime = true;
	m->units = announced;
	m->sampling_told = sampling;

	size_t held = rd_left(r) / RECORD_BYTES;
	uint32_t exporter = domain_identity(&m->domain);
	size_t n = announced < held ? announced : held;
	const uint8_t *at = rd_bytes(r, n * RECORD_BYTES).ptr;
	if (m->out->emit_plain && sampling <= 1 && n <= RECORDS_MAX)
		plain_records(m, at, n, exporter, sampling);
	else
		records(m, at, n, exporter, sampling);
	m->trouble->records[KIND_NETFLOW5] += n;
	if (announced > held)
		message_fault(m, FAULT_COUNT);
	else if (rd_left(r))
		message_fault(m, FAULT_TRAILING);
}

const struct export_format netflow5_format = {
	.name = "netflow5",
	.version = 5,
	.kind = KIND_NETFLOW5,
	.recognise = recognise,
	.decode = decode,
};
