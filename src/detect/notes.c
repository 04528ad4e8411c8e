// SPDX-License-Identifier: Apache-2.0
// The members of a contact stand in four words. What is made of them without a branch is made of several contacts
// at once. Then each is looked up: what it is a sign of depends on 21 bits, but for lists and unused addresses.
#include "detect/notes.h"

#include "base/vector.h"
#include "detect/burst.h"
#include "detect/case.h"
#include "detect/order.h"

/* Bits of the first word of a count, above its source. */
enum { SIGN_AT = 55, BURST_AT = COUNT_FLAGS_AT, POLLING_AT, UNASKED_AT, LOOK_AT };

/* Bits of a likeness, above what was seen: all that a sign and a sort of telemetry depend on. */
enum { TCP_AT = 17, STREAM_AT, STRONG_AT, SAMPLING_AT };

struct columns {
	uint64_t head[TRACES], rest[TRACES], message[TRACES]; // of a count
	uint64_t polling[TRACES];                             // of its head, if it failed
	uint64_t like[TRACES];
};

/* How many of 20 bits are set, of several words at once. */
static inline uint64_t ones(uint64_t x)
{
	x -= x >> 1 & 0x55555;
	x = (x & 0x33333) + (x >> 2 & 0x33333);
	x = (x + (x >> 4)) & 0xf0f0f;
	return (x + (x >> 8) + (x >> 16)) & 0x1f;
}

/* One where it is so, else zero, in numbers of one width: a processor compares several at once so. */
static inline int64_t is_equal(uint64_t a, uint64_t b)
{
	return a == b ? 1 : 0;
}

static inline int64_t is_above(uint64_t a, int64_t b)
{
	return (int64_t)a > b ? 1 : 0;
}

/* Whether any of several bits is set. */
static inline int64_t saw_any(uint64_t saw, uint64_t bits)
{
	return is_above(saw & bits, 0);
}

VECTOR_CLONES
static void work_out(const struct traces *restrict t, struct columns *restrict c)
{
	for (size_t i = 0; i < TRACES; i++) {
		uint64_t word = t->word[0][i], saw = t->word[1][i] >> TIME_BITS;
		uint64_t proto = word >> 16 & 0xff, packets = word >> 32 & 0xffff,
			 size = word >> 48;
		uint64_t first_ms = t->word[1][i] & TIME_UNKNOWN, port = word & 0xffff;
		uint64_t is_open = saw_any(saw, SAW_ASKED), is_tcp = is_equal(proto, PROTO_TCP);
		uint64_t is_row = saw_any(saw, SAW_LISTED) |
				  (saw_any(saw, SAW_DROPPED) & is_equal(first_ms, TIME_UNKNOWN));
		uint64_t is_burst = is_tcp & is_open & saw_any(saw, SAW_ANSWER | SAW_LARGE) &
				    is_equal(saw & (SAW_LISTED | SAW_SAMPLED | SAW_AS_REPLY), 0) &
				    is_above(size, 0) & is_above(packets, BURST_PACKETS);
		uint64_t is_stream = is_equal(proto, PROTO_UDP) & is_above(packets, PROBE_PACKETS);
		uint64_t is_unasked = saw_any(saw, SAW_BARE_REPLY) & (is_open ^ 1);
		c->head[i] = t->source[i] | is_burst << BURST_AT | is_unasked << UNASKED_AT |
			     (is_row & is_open) << LOOK_AT;
		c->message[i] = packets << 16 | size;
		c->like[i] = saw | (is_tcp | is_equal(proto, PROTO_UNKNOWN)) << TCP_AT |
			     is_stream << STREAM_AT;
		c->rest[i] = order_rest(proto, port, first_ms);
	}
	for (size_t i = 0; i < TRACES; i++) {
		uint64_t n = ones(t->word[2][i] >> TIME_BITS);
		c->polling[i] = (uint64_t)is_above(n, POLLER_WINDOWS - 1) << POLLING_AT;
	}
}

/* When those that were opened were seen. */
VECTOR_CLONES
static void see(const struct traces *restrict t, struct seen *restrict s)
{
	uint64_t n = 0;
	int64_t first_ms = (int64_t)TIME_UNKNOWN, last_ms = 0;
	for (size_t i = 0; i < TRACES; i++) {
		uint64_t first = t->word[1][i] & TIME_UNKNOWN,
			 is_open = saw_any(t->word[1][i] >> TIME_BITS, SAW_ASKED);
		uint64_t counts = is_open & (is_equal(first, TIME_UNKNOWN) ^ 1);
		int64_t from = (int64_t)(first | ((counts - 1) & TIME_UNKNOWN));
		int64_t to = (int64_t)(t->word[2][i] & TIME_UNKNOWN & -counts);
		n += counts;
		first_ms = from < first_ms ? from : first_ms;
		last_ms = to > last_ms ? to : last_ms;
	}
	if (n == 0)
		return;
	s->first_ms = s->n_timed ? LEAST(s->first_ms, (uint64_t)first_ms) : (uint64_t)first_ms;
	s->last_ms = MOST(s->last_ms, (uint64_t)last_ms);
	s->n_timed += n;
}

/* Above a sign and a sort of telemetry, the likeness plus one. */
enum { SIGN_BITS = 5, TOLD_BITS = 8, ALIKE_BITS = 10 };
static_assert(N_SIGNS <= 1 << SIGN_BITS && N_TELEMETRIES <= 1 << (TOLD_BITS - SIGN_BITS));

/* Weighed in full, as nothing like it was before. */
static __attribute__((noinline)) uint32_t tell(const struct notes *k, uint32_t number)
{
	struct contact c;
	evidence_get(k->evidence, number, &c);
	return (uint32_t)telemetry_of(&c, k->visibility) << SIGN_BITS |
	       weigh(&c, k->visibility, NULL);
}

/* All ones of what failed. */
static const uint64_t failed[N_SIGNS + 1] = {
#define AS_MASK(name, key, nats, outcome, text) \
	[SIGN_##name] = OUTCOME_##outcome == OUTCOME_FAILED ? UINT64_MAX : 0,
	SIGNS(AS_MASK)
#undef AS_MASK
};

static inline uint32_t told_of(struct notes *k, uint32_t like, uint32_t number)
{
	uint32_t *row = &k->alike.row[like * UINT32_C(0x9e3779b1) >> (32 - ALIKE_BITS)];
	if (*row >> TOLD_BITS != like + 1 || like & SAW_LISTED)
		*row = (like + 1) << TOLD_BITS | tell(k, number);
	return *row;
}

static __attribute__((noinline)) bool is_dark(const struct notes *k, uint32_t number)
{
	struct contact c;
	evidence_get(k->evidence, number, &c);
	return inventory_is_dark(k->inventory, &c.dst);
}

/* What a few of them count as. */
static void note(struct notes *k, const struct traces *t, const uint32_t *number, size_t n,
	struct count *out)
{
	struct columns c;
	work_out(t, &c);
	see(t, &k->seen);
	for (size_t i = 0; i < n; i++) {
		bool is_open = c.like[i] & SAW_ASKED;
		uint16_t exporter = (uint16_t)(t->word[3][i] >> PLACE_BITS);
		uint32_t like = (uint32_t)c.like[i] | visibility_bits(k->visibility, exporter)
							      << STRONG_AT;
		uint32_t told = told_of(k, like, number[i]);
		enum sign sign = told & ((1 << SIGN_BITS) - 1);
		if (k->inventory && is_open && sign != SIGN_ANSWERED && is_dark(k, number[i]))
			sign = SIGN_DARK;
		k->seen.n[told >> SIGN_BITS & ((1 << (TOLD_BITS - SIGN_BITS)) - 1)] += is_open;
		sign = is_open ? sign : N_SIGNS;
		const uint64_t word[3] = {
			c.head[i] | (uint64_t)sign << SIGN_AT | (c.polling[i] & failed[sign]),
			c.rest[i],
			c.message[i] << 32 | number[i],
		};
		memcpy(&out[i], word, sizeof word);
	}
}

void notes_take(struct notes *k, const uint32_t *number, size_t n, struct count *out)
{
	struct traces t;
	for (size_t at = 0, n_now; at < n; at += n_now) {
		n_now = LEAST(n - at, (size_t)TRACES);
		evidence_traces(k->evidence, number + at, n_now, n - at, k->key, &t);
		note(k, &t, number + at, n_now, out + at);
	}
}
