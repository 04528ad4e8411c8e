// SPDX-License-Identifier: Apache-2.0
// Contacts in two packed tables, one of each family. When there are more than fit, the sampling level
// rises: a contact stays while its hash begins with `level` zero bits. Which level is reached, and
// so which contacts stay, depends on the set of contacts alone.
#include "detect/evidence.h"

#include <stdlib.h>

#include "detect/observe.h"
#include "detect/relay.h"
#include "detect/table.h"

struct evidence {
	struct table table[N_FAMILIES];
	size_t max_bytes;
	uint64_t key;
	unsigned level;
	uint64_t n_moves, n_lost;
	uint32_t sampling_least, sampling_most; // 0: no flow was sampled
	struct glances *glances;
	struct relay *relay; // NULL: joined where it is observed
	struct load load;
};

enum { LEVEL_MAX = 40, RUN = 256, AHEAD = 16 };

/*
 * A contact takes 48 bytes of a full table. The verdict takes at worst, when all are of one source, its number
 * (4; while others are sorted 8), what is noted of it and room to sort that (48), itself unpacked (64) and two exhibits (32).
 */
enum { BYTES_AT_WORST = 200 };
enum { CONTACTS_MAX = 1 << 30 }; // so that numbers in both tables fit 32 bits

size_t evidence_max_for(size_t memory)
{
	size_t max = memory / BYTES_AT_WORST;
	return max < CONTACTS_MAX ? max : CONTACTS_MAX;
}

struct evidence *evidence_new(size_t max, uint64_t key)
{
	assert(max > 0);
	struct evidence *e = calloc(1, sizeof *e);
	if (!e)
		return NULL;
	*e = (struct evidence){ .max_bytes = max * sizeof(struct narrow), .key = key };
	e->glances = glances_new();
	if (e->glances && table_init(&e->table[FAMILY_NARROW], FAMILY_NARROW, key) &&
		table_init(&e->table[FAMILY_WIDE], FAMILY_WIDE, key))
		return e;
	evidence_free(e);
	return NULL;
}

void evidence_free(struct evidence *e)
{
	if (!e)
		return;
	evidence_end_thread(e);
	for (size_t i = 0; i < N_FAMILIES; i++)
		table_fini(&e->table[i]);
	glances_free(e->glances);
	free(e);
}

static size_t bytes_of(const struct evidence *e)
{
	return e->table[FAMILY_NARROW].n * sizeof(struct narrow) +
	       e->table[FAMILY_WIDE].n * sizeof(struct contact);
}

static bool is_at_bound(const struct evidence *e, const struct table *t)
{
	return bytes_of(e) + table_width(t) > e->max_bytes;
}

static void thin(struct evidence *e, unsigned level)
{
	e->level = level;
	e->n_moves++;
	for (size_t i = 0; i < N_FAMILIES; i++)
		table_thin(&e->table[i], level);
}

/* Half as large again, if the bound lets so many in. */
static bool grow(struct evidence *e, struct table *t)
{
	size_t room = t->room / 2 * 3, most = e->max_bytes / table_width(t);
	return table_grow(t, room < most || most <= t->room ? room : most);
}

/* Without memory for a larger table, what is there is all there will be. */
static void make_room(struct evidence *e, struct table *t)
{
	if (!is_at_bound(e, t) && grow(e, t))
		return;
	if (!is_at_bound(e, t))
		e->max_bytes = bytes_of(e);
	while (is_at_bound(e, t) && e->level < LEVEL_MAX)
		thin(e, e->level + 1);
}

/* How many contacts a table may hold beside the other one. */
static size_t most_of(const struct evidence *e, const struct table *t)
{
	size_t others = bytes_of(e) - t->n * table_width(t);
	return others < e->max_bytes ? (e->max_bytes - others) / table_width(t) : 0;
}

static void take_family(struct evidence *e, const struct load *l, enum family family)
{
	struct table *t = &e->table[family];
	for (size_t i = 0; (i = table_take(t, l, i, e->level, most_of(e, t))) < l->n[family];) {
		make_room(e, t);
		i += t->n == t->room || is_at_bound(e, t); // nothing is left to thin
	}
}

static void take_load(struct evidence *e, const struct load *l)
{
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (l->n[f])
			take_family(e, l, f);
}

static void join_sampling(struct evidence *e, uint32_t least, uint32_t most)
{
	if (least > 1 && (e->sampling_least == 0 || least < e->sampling_least))
		e->sampling_least = least;
	if (most > 1 && most > e->sampling_most)
		e->sampling_most = most;
}

static struct load *load_begin(struct evidence *e)
{
	if (e->relay)
		return &relay_bundle(e->relay)->load;
	load_clear(&e->load);
	return &e->load;
}

static void load_end(struct evidence *e, const struct load *l)
{
	if (e->relay)
		relay_send(e->relay);
	else
		take_load(e, l);
}

enum { LOAD_FLOWS = LOAD_CONTACTS / 2 }; // each may be two contacts
static_assert((int)LOAD_FLOWS == (int)PLAINS);

void evidence_observe(struct evidence *e, const struct flow *flow, size_t n)
{
	for (size_t i = 0; i < n; i++)
		join_sampling(e, flow[i].sampling, flow[i].sampling);
	for (size_t i = 0; i < n; i += LOAD_FLOWS) {
		struct load *l = load_begin(e);
		observe(e->glances, flow + i, LEAST(n - i, (size_t)LOAD_FLOWS), e->key, l);
		load_end(e, l);
	}
}

/* Whoever of the two threads has less to do observes them. */
static void relay_plain(struct evidence *e, const struct plains *plain)
{
	struct bundle *b = relay_bundle(e->relay);
	if (relay_has_time(e->relay))
		plains_copy(&b->plain, plain);
	else
		observe_plain(e->glances, plain, e->key, &b->load);
	relay_send(e->relay);
}

static void take_bundle(void *of, struct bundle *b)
{
	struct evidence *e = of;
	if (b->plain.n)
		observe_plain(e->glances, &b->plain, e->key, &b->load);
	take_load(e, &b->load);
}

void evidence_observe_plain(struct evidence *e, const struct plains *plain)
{
	if (e->relay)
		return relay_plain(e, plain);
	load_clear(&e->load);
	observe_plain(e->glances, plain, e->key, &e->load);
	take_load(e, &e->load);
}

bool evidence_begin_thread(struct evidence *e)
{
	if (!e->relay)
		e->relay = relay_new(take_bundle, e);
	return e->relay;
}

void evidence_end_thread(struct evidence *e)
{
	relay_free(e->relay);
	e->relay = NULL;
}

void evidence_expect(struct evidence *e, size_t n)
{
	bool has_thread = e->relay;
	evidence_end_thread(e);
	size_t max = e->max_bytes / sizeof(struct narrow), n_narrow = e->table[FAMILY_NARROW].n;
	size_t room = n < max - n_narrow ? n_narrow + n : max;
	if (room > e->table[FAMILY_NARROW].room)
		(void)table_grow(
			&e->table[FAMILY_NARROW], room); // without memory: later, or thinner
	if (has_thread)
		(void)evidence_begin_thread(e);
}

void evidence_merge(struct evidence *into, const struct evidence *from)
{
	assert(into->key == from->key);
	join_sampling(into, from->sampling_least, from->sampling_most);
	into->n_lost += from->n_lost;
	if (into->level < from->level)
		thin(into, from->level);
	struct contact contact[RUN];
	for (size_t at = 0, n, all = evidence_count(from); at < all; at += n) {
		n = LEAST(all - at, (size_t)RUN);
		evidence_read(from, at, n, contact);
		evidence_add(into, contact, n);
	}
}

const struct contact *evidence_next(struct evidence_iter *it)
{
	for (; it->table < N_FAMILIES; it->table++, it->at = 0) {
		const struct table *t = &it->evidence->table[it->table];
		if (it->at < t->n) {
			table_get(t, it->at++, &it->contact);
			return &it->contact;
		}
	}
	return NULL;
}

/* Numbers of the second table follow those of the first. */
static const struct table *table_of(const struct evidence *e, size_t *number)
{
	const struct table *narrow = &e->table[FAMILY_NARROW];
	if (*number < narrow->n)
		return narrow;
	*number -= narrow->n;
	return &e->table[FAMILY_WIDE];
}

void evidence_get(const struct evidence *e, size_t number, struct contact *out)
{
	const struct table *t = table_of(e, &number);
	table_get(t, number, out);
}

void evidence_read(const struct evidence *e, size_t number, size_t n, struct contact *out)
{
	const struct table *narrow = &e->table[FAMILY_NARROW];
	size_t n_narrow = number < narrow->n ? LEAST(n, narrow->n - number) : 0;
	table_read(narrow, number, n_narrow, out);
	if (n_narrow < n)
		table_read(&e->table[FAMILY_WIDE], number + n_narrow - narrow->n, n - n_narrow,
			out + n_narrow);
}

void evidence_sources(const struct evidence *e, size_t number, size_t n, uint64_t *out)
{
	const struct table *narrow = &e->table[FAMILY_NARROW];
	size_t n_narrow = number < narrow->n ? LEAST(n, narrow->n - number) : 0;
	table_sources(narrow, number, n_narrow, out);
	if (n_narrow < n)
		table_sources(&e->table[FAMILY_WIDE], number + n_narrow - narrow->n, n - n_narrow,
			out + n_narrow);
}

void evidence_fetch(const struct evidence *e, size_t number)
{
	const struct table *t = table_of(e, &number);
	const uint8_t *slot = t->slot + number * table_width(t);
	__builtin_prefetch(slot); // to be read: two threads may share a line
	__builtin_prefetch(slot + table_width(t) - 1);
}

/* An IPv4 address; of any other, as much of a hash as there is room for: who does not know the key makes no two alike. */
static uint64_t source_of(const struct addr *a, uint64_t key)
{
	return addr_is_v4(a) ? addr_low32(a)
			     : hash_bytes(a, sizeof *a, key) >> 9 | UINT64_C(1) << 54;
}

static inline void trace_put(struct traces *out, size_t i, uint64_t source, const struct trace *t)
{
	uint64_t word[TRACE_WORDS];
	memcpy(word, t, sizeof word);
	out->source[i] = source;
	for (size_t k = 0; k < TRACE_WORDS; k++)
		out->word[k][i] = word[k];
}

void evidence_traces(const struct evidence *e, const uint32_t *number, size_t n, size_t n_all,
	uint64_t key, struct traces *out)
{
	const struct table *narrow = &e->table[FAMILY_NARROW], *wide = &e->table[FAMILY_WIDE];
	assert(n <= TRACES);
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n_all)
			evidence_fetch(e, number[i + AHEAD]);
		if (number[i] < narrow->n) {
			const struct narrow *s = table_narrow(narrow, number[i]);
			trace_put(out, i, be32toh(s->src), &s->trace);
		} else {
			const struct contact *c = table_wide(wide, number[i] - narrow->n);
			trace_put(out, i, source_of(&c->src, key), &c->trace);
		}
	}
	for (size_t i = n; i < TRACES; i++)
		trace_put(out, i, 0, &(struct trace){});
}

uint64_t evidence_moves(const struct evidence *e)
{
	return e->n_moves;
}

size_t evidence_count(const struct evidence *e)
{
	return e->table[FAMILY_NARROW].n + e->table[FAMILY_WIDE].n;
}

void evidence_sampling(const struct evidence *e, uint32_t *least, uint32_t *most)
{
	*least = e->sampling_least;
	*most = e->sampling_most;
}

void evidence_lose(struct evidence *e, uint64_t n_flows)
{
	e->n_lost += n_flows;
}

uint64_t evidence_lost(const struct evidence *e)
{
	return e->n_lost;
}

uint64_t evidence_thinning(const struct evidence *e)
{
	return UINT64_C(1) << e->level;
}

void evidence_thin(struct evidence *e, uint64_t thinning)
{
	unsigned level = thinning > 1 ? 63 - (unsigned)__builtin_clzll(thinning) : 0;
	if (level > e->level)
		thin(e, LEAST(level, (unsigned)LEVEL_MAX));
}

void evidence_add(struct evidence *e, const struct contact *contact, size_t n)
{
	assert(!e->relay);
	for (size_t i = 0; i < n; i += LOAD_CONTACTS) {
		struct load *l = &e->load;
		load_clear(l);
		for (size_t k = i; k < n && k < i + LOAD_CONTACTS; k++)
			load_put(l, &contact[k], e->key);
		take_load(e, l);
	}
}

static int by_source(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;
	int c = addr_cmp(&x->src, &y->src);
	return c ? c : (x->before_ms < y->before_ms) - (x->before_ms > y->before_ms);
}

/* Of several cuts of one address the latest stands first. */
bool cuts_take(const struct cut *cut, size_t n, const struct addr *src, uint64_t last_ms)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (addr_cmp(&cut[middle].src, src) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && addr_eq(&cut[low].src, src) && last_ms < cut[low].before_ms;
}

/* Gather what stays anew: what is not old, or is not cut. */
static bool regather(struct evidence *e, uint64_t before_ms, const struct cut *cut, size_t n)
{
	assert(!e->relay);
	struct evidence *young = evidence_new(e->max_bytes / sizeof(struct narrow), e->key);
	if (!young)
		return false;
	struct evidence_iter it = { .evidence = e };
	for (const struct contact *c; (c = evidence_next(&it));)
		if (c->last_ms == 0 ||
			(c->last_ms >= before_ms && !cuts_take(cut, n, &c->src, c->last_ms)))
			evidence_add(young, c, 1);
	for (size_t i = 0; i < N_FAMILIES; i++) {
		struct table old = e->table[i];
		e->table[i] = young->table[i];
		young->table[i] = old;
	}
	e->level = young->level;
	e->n_moves++;
	evidence_free(young);
	return true;
}

bool evidence_expire(struct evidence *e, uint64_t before_ms)
{
	return regather(e, before_ms, NULL, 0);
}

bool evidence_forget(struct evidence *e, struct cut *cut, size_t n)
{
	qsort(cut, n, sizeof *cut, by_source);
	return regather(e, 0, cut, n);
}
