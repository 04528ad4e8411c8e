// SPDX-License-Identifier: Apache-2.0
// A slot a source. Two sources in one slot spoil it, whichever came first, so that the outcome is
// the same in any order; a flood of forged sources spoils slots, and has no voice of its own.
#include "detect/unsaid.h"

#include "base/pages.h"
#include "detect/near.h"

enum {
	SLOTS = 1 << 20,
	EXPORTERS = 65536,
	SYN_BYTES = 64,
	MANY = 10,
	LEAST = 3,
	RUN = 64,
	SPOILT = UINT16_MAX
};

struct slot {
	uint16_t tag, exporter; // tag 0: free
	uint16_t n, n_single;   // connections that carried data; of them, those of one packet
};

struct unsaid {
	bool has_any;
	size_t n_sampling;
	struct slot slot[SLOTS];
	struct {
		uint32_t n, n_single; // sources; of them, those with more than one such in MANY
	} exporter[EXPORTERS];
};

struct unsaid *unsaid_new(void)
{
	return pages_new(sizeof(struct unsaid));
}

void unsaid_free(struct unsaid *u)
{
	pages_free(u, sizeof *u);
}

/* Data went there: by the source's own flags, or by more than a SYN where none are told. */
static bool teaches(const struct contact *c)
{
	bool is_proven = c->saw & SAW_LARGE || (c->saw & SAW_ANSWER && !(c->saw & SAW_NO_ACK));
	return c->proto == PROTO_TCP && c->saw & SAW_OPEN && is_proven && c->size > SYN_BYTES &&
	       !(c->saw & (SAW_AS_REPLY | SAW_LISTED | SAW_SAMPLED));
}

/* A contact that teaches, whose slot is on its way to the cache. */
struct lesson {
	const struct contact *contact;
	uint64_t hash;
};

static void learn(struct unsaid *u, const struct contact *c, uint64_t hash)
{
	struct slot *s = &u->slot[hash % SLOTS];
	uint16_t tag = (uint16_t)(hash >> 48) % (SPOILT - 1) + 1;
	if (s->tag == 0)
		*s = (struct slot){ .tag = tag, .exporter = (uint16_t)c->exporter };
	if (s->tag != tag || s->exporter != c->exporter)
		s->tag = SPOILT;
	s->n = (uint16_t)(s->n + (s->n < UINT16_MAX));
	if (c->packets == 1)
		s->n_single = (uint16_t)(s->n_single + (s->n_single < UINT16_MAX));
	u->has_any = true;
}

void unsaid_learn(struct unsaid *u, const struct contact *c, size_t n)
{
	struct lesson lesson[RUN];
	for (size_t at = 0, n_run; at < n; at += n_run) {
		size_t n_lessons = 0;
		n_run = n - at < RUN ? n - at : RUN;
		for (size_t i = at; i < at + n_run; i++) {
			if (!teaches(&c[i]))
				continue;
			uint64_t hash = near_hash(&c[i].src, c[i].exporter);
			__builtin_prefetch(&u->slot[hash % SLOTS], 1);
			lesson[n_lessons++] = (struct lesson){ &c[i], hash };
		}
		for (size_t i = 0; i < n_lessons; i++)
			learn(u, lesson[i].contact, lesson[i].hash);
	}
}

static uint16_t sum_of(uint16_t a, uint16_t b)
{
	return a < UINT16_MAX - b ? (uint16_t)(a + b) : UINT16_MAX;
}

void unsaid_join(struct unsaid *u, const struct unsaid *from)
{
	for (size_t i = 0; from->has_any && i < SLOTS; i++) {
		struct slot *s = &u->slot[i];
		const struct slot *f = &from->slot[i];
		if (f->tag == 0)
			continue;
		if (s->tag == 0)
			*s = (struct slot){ .tag = f->tag, .exporter = f->exporter };
		if (s->tag != f->tag || s->exporter != f->exporter)
			s->tag = SPOILT;
		s->n = sum_of(s->n, f->n);
		s->n_single = sum_of(s->n_single, f->n_single);
	}
	u->has_any |= from->has_any;
}

void unsaid_settle(struct unsaid *u)
{
	for (size_t i = 0; u->has_any && i < SLOTS; i++) {
		const struct slot *s = &u->slot[i];
		if (s->tag == SPOILT || s->n < LEAST)
			continue;
		u->exporter[s->exporter].n++;
		u->exporter[s->exporter].n_single += s->n_single * MANY > s->n;
	}
	for (size_t i = 0; u->has_any && i < EXPORTERS; i++)
		u->n_sampling += unsaid_samples(u, (uint16_t)i);
}

bool unsaid_samples(const struct unsaid *u, uint16_t exporter)
{
	uint32_t n = u->exporter[exporter].n;
	return n >= UNSAID_SOURCES && u->exporter[exporter].n_single * 4 > n;
}

size_t unsaid_count(const struct unsaid *u)
{
	return u->n_sampling;
}
