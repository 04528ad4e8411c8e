// SPDX-License-Identifier: Apache-2.0
// Whether a plain flow is TCP or UDP, and who opened, is up to chance: a branch would be taken wrong every third
// time, and cost more than all the rest. So from here on it is looked up.
#include "detect/glance.h"

#include <stdlib.h>

#include "base/vector.h"
#include "detect/discovery.h"
#include "detect/observe.h"

/*
 * All that flags, ports and number of packets of such a flow can say, made by the functions of the long way:
 * what a flow opens and answers, and which of it is so. Flags say nothing of UDP.
 */
enum {
	FLAGS = 256,
	PACKETS = 3, // one, up to SMALL_PACKETS, more
	PORTS = 4,   // to a service, from one; neither or both, the source's is higher, or lower
	GLANCES = (FLAGS + 1) * PACKETS * PORTS,
};

/** enum saw of what it does, or ANSWERS with it; above that, of what it answers when it may do either. */
typedef uint64_t glance;
enum { EITHER_SHIFT = 32 };
#define ANSWERS (UINT64_C(1) << 31)                // it opens nothing
#define AS_ANSWER (UINT64_MAX << (PLACE_BITS - 1)) // no exporter, and a place of the way back

struct glances {
	glance row[GLANCES];
};

static inline uint32_t glance_at(
	uint32_t src_port, uint32_t dst_port, uint32_t proto, uint32_t tcp_flags, uint32_t packets)
{
	uint32_t to_service = dst_port < SERVICE_PORTS, from_service = src_port < SERVICE_PORTS;
	uint32_t is_lower = src_port < dst_port;
	uint32_t ports = to_service == from_service ? 2 + is_lower : from_service;
	uint32_t n = (packets > 1) + (uint32_t)(packets > SMALL_PACKETS);
	uint32_t flags = proto == PROTO_TCP ? tcp_flags : FLAGS;
	return (flags * PACKETS + n) * PORTS + ports;
}

struct glances *glances_new(void)
{
	static const uint32_t ports[PORTS][2] = { { SERVICE_PORTS, 1 }, { 1, SERVICE_PORTS },
		{ SERVICE_PORTS + 1, SERVICE_PORTS }, { SERVICE_PORTS, SERVICE_PORTS + 1 } };
	static const uint32_t packets[PACKETS] = { 1, SMALL_PACKETS, SMALL_PACKETS + 1 };
	struct glances *g = calloc(1, sizeof *g);
	for (size_t i = 0; g && i < GLANCES; i++) {
		size_t flags = i / PORTS / PACKETS;
		struct plain p = { .proto = flags < FLAGS ? PROTO_TCP : PROTO_UDP,
			.src = UINT32_MAX,
			.tcp_flags = (uint8_t)flags,
			.packets = packets[i / PORTS % PACKETS],
			.src_port = ports[i % PORTS][0],
			.dst_port = ports[i % PORTS][1] };
		struct flow f = plain_flow(&p);
		struct contact open, answer;
		enum side side = observe_sides(&f);
		assert(glance_at(p.src_port, p.dst_port, p.proto, p.tcp_flags, p.packets) == i);
		observe_opened(&f, side, &open);
		observe_answered(&f, &answer);
		g->row[i] = side == SIDE_ANSWERS ? answer.saw | ANSWERS : (glance)open.saw;
		g->row[i] |= side == SIDE_EITHER ? (glance)answer.saw << EITHER_SHIFT : 0;
	}
	return g;
}

void glances_free(struct glances *g)
{
	free(g);
}

/* What is worked out of all flows at once, a member a column. */
struct columns {
	uint32_t at[PLAINS]; // in the table
	glance row[PLAINS];
	uint32_t told[PLAINS]; // packets and bytes a packet, as in a contact
	uint32_t tries[PLAINS];
	uint64_t where[PLAINS];
	uint64_t pair[PLAINS], word[TRACE_WORDS][PLAINS]; // of the contact
};

VECTOR_CLONES
static void find_rows(const struct plains *p, struct columns *c)
{
	for (size_t i = 0; i < p->n; i++)
		c->at[i] = glance_at(p->src_port[i], p->dst_port[i], p->proto[i], p->tcp_flags[i],
			p->packets[i]);
}

/* Processors divide several numbers at once only if they are no integers. Of up to 52 bits all are exact. */
static inline double real_of(uint64_t n)
{
	const uint64_t base_bits = UINT64_C(0x433)
				   << 52; // 2^52: its fraction counts ones (IEEE 754)
	uint64_t bits = base_bits | n;
	double base, real;
	memcpy(&base, &base_bits, sizeof base);
	memcpy(&real, &bits, sizeof real);
	return real - base;
}

/*
 * Sizes and tries. A quotient that is no integer is farther below the next one than it is rounded by: by 1
 * in 2^32 and 1 in 10^4, of a double with 53 bits. To multiply is faster, and rounds integers either way: so
 * they are lifted, by less than a tenth of what the others are apart from the next one.
 */
VECTOR_CLONES
static void divide(const struct plains *p, struct columns *c)
{
	const double most = UINT16_MAX;
	for (size_t i = 0; i < p->n; i++) {
		double packets = real_of(p->packets[i]), bytes = real_of(p->bytes[i]);
		double size = bytes / packets;
		uint32_t told = (uint32_t)(int32_t)(packets < most ? packets : most);
		c->told[i] = (uint32_t)(int32_t)(size < most ? size : most) << 16 | told;
	}
	for (size_t i = 0; i < p->n; i++) {
		uint32_t window = (uint32_t)(int32_t)(real_of(p->first_ms[i]) * (1. / WINDOW_MS) +
						      .1 / WINDOW_MS);
		c->tries[i] = tries_in(window);
	}
}

/* As observe_opened or observe_answered, whichever it is. */
VECTOR_CLONES
static void write_contacts(const struct plains *p, struct columns *c)
{
	for (size_t i = 0; i < p->n; i++)
		c->where[i] = (uint64_t)p->exporter[i] << PLACE_BITS | contact_at(p->at[i], false);
	for (size_t i = 0; i < p->n; i++) {
		uint64_t row = c->row[i], saw = row & (ANSWERS - 1);
		uint64_t opens = (row & ANSWERS) / ANSWERS - 1; // all ones, or zero
		uint64_t src_port = p->src_port[i], dst_port = p->dst_port[i];
		uint64_t src = p->src[i], dst = p->dst[i], told = c->told[i], tries = c->tries[i];
		uint64_t proto = p->proto[i];
		uint64_t differ = (src ^ dst) & ~opens;
		uint64_t port = dst_port ^ ((src_port ^ dst_port) & ~opens);
		uint64_t one_way =
			(proto == PROTO_UDP) & is_one_way((uint32_t)src_port, (uint32_t)dst_port);
		saw |= one_way * SAW_ONE_WAY & opens;
		c->pair[i] = (dst ^ differ) << 32 | (src ^ differ);
		c->word[0][i] = (told & opens) << 32 | proto << 16 | port;
		c->word[1][i] = saw << TIME_BITS | p->first_ms[i];
		c->word[2][i] = (tries & opens) << TIME_BITS | p->last_ms[i];
		c->word[3][i] = c->where[i] | (~opens & AS_ANSWER);
	}
}

/* Hardly a batch has any, so that is asked first, of many at once. */
VECTOR_CLONES
static uint32_t has_discovery(const struct plains *p)
{
	uint32_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		n |= (p->proto[i] == PROTO_UDP) & discovery_is_port(p->src_port[i]);
	return n;
}

/* Of answers to what was asked in a group nothing is known, as observe_opened says. */
static void mark_discovery(const struct plains *p, struct columns *c)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->proto[i] == PROTO_UDP && !(c->row[i] & ANSWERS) &&
			discovery_answers(p->src_port[i], p->dst_port[i]))
			c->word[1][i] |= (uint64_t)SAW_ONE_WAY << TIME_BITS;
}

enum { FOUR = 4 };
typedef uint64_t words
	__attribute__((vector_size(FOUR * sizeof(uint64_t)), aligned(sizeof(uint64_t)), may_alias));
static_assert(sizeof(words) == sizeof(struct trace) && FOUR - 1 == (int)LOAD_BEHIND);

static inline words *trace_words(struct narrow *s)
{
	return (words *)(void *)&s->trace;
}

/* Columns become rows, four at once; up to three behind the last one are of no meaning. */
VECTOR_CLONES
static void put_rows(const struct columns *restrict c, size_t n, struct narrow *restrict out)
{
	for (size_t i = 0; i < n; i += FOUR) {
		words a = *(const words *)&c->word[0][i], b = *(const words *)&c->word[1][i];
		words d = *(const words *)&c->word[2][i], e = *(const words *)&c->word[3][i];
		words even = __builtin_shufflevector(a, b, 0, 4, 2, 6);
		words odd = __builtin_shufflevector(a, b, 1, 5, 3, 7);
		words even_high = __builtin_shufflevector(d, e, 0, 4, 2, 6);
		words odd_high = __builtin_shufflevector(d, e, 1, 5, 3, 7);
		*trace_words(out + i) = __builtin_shufflevector(even, even_high, 0, 1, 4, 5);
		*trace_words(out + i + 1) = __builtin_shufflevector(odd, odd_high, 0, 1, 4, 5);
		*trace_words(out + i + 2) = __builtin_shufflevector(even, even_high, 2, 3, 6, 7);
		*trace_words(out + i + 3) = __builtin_shufflevector(odd, odd_high, 2, 3, 6, 7);
	}
	for (size_t i = 0; i < n; i++)
		memcpy(&out[i], &c->pair[i], sizeof c->pair[i]);
}

static inline uint64_t hash_of(uint64_t pair, uint64_t word, uint64_t key)
{
	return narrow_hash(pair, (uint8_t)(word >> 16), (uint16_t)word, key);
}

/* Of one that may be either: the second contact, behind all others. */
static void put_answer(
	const struct plains *p, size_t i, const struct columns *c, uint64_t key, struct load *out)
{
	uint64_t pair = (uint64_t)p->src[i] << 32 | p->dst[i];
	const uint64_t word[TRACE_WORDS] = {
		(uint64_t)p->proto[i] << 16 | p->src_port[i],
		c->row[i] >> EITHER_SHIFT << TIME_BITS | p->first_ms[i],
		p->last_ms[i],
		c->where[i] | AS_ANSWER,
	};
	size_t at = out->n[FAMILY_NARROW]++;
	memcpy(&out->narrow[at], &pair, sizeof pair);
	memcpy(&out->narrow[at].trace, word, sizeof word);
	out->hash[FAMILY_NARROW][at] = hash_of(pair, word[0], key);
}

void observe_plain(const struct glances *g, const struct plains *p, uint64_t key, struct load *out)
{
	struct columns c;
	size_t n = out->n[FAMILY_NARROW];
	find_rows(p, &c);
	for (size_t i = 0; i < p->n; i++)
		c.row[i] = g->row[c.at[i]];
	divide(p, &c);
	write_contacts(p, &c);
	if (has_discovery(p))
		mark_discovery(p, &c);
	put_rows(&c, p->n, out->narrow + n);
	for (size_t i = 0; i < p->n; i++)
		out->hash[FAMILY_NARROW][n + i] = hash_of(c.pair[i], c.word[0][i], key);
	out->n[FAMILY_NARROW] += p->n;
	for (size_t i = 0; i < p->n; i++)
		if (c.row[i] >> EITHER_SHIFT)
			put_answer(p, i, &c, key, out);
}
