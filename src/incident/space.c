// SPDX-License-Identifier: Apache-2.0
// Cells stand in an array in the order they were met, and are found by a hash of their prefix.
#include "incident/space.h"

#include <stdlib.h>

#include "base/hash.h"
#include "incident/members.h"

enum { LEARNED_4 = 112, LEARNED_6 = 48, V4 = 96 }; // /16 and /48
enum { STEP_6 = 4 };                               // a letter of an address

static struct addr latest_addr(const struct board *b, const struct member *m)
{
	const struct host_row *h = board_host(b, m->host);
	const struct address_row *a, *best = NULL;
	for (uint32_t at = h->first_address; (a = board_address(b, at)); at = a->next_of_host)
		if (!best || a->until_ms > best->until_ms)
			best = a;
	return best ? best->addr : (struct addr){};
}

static int by_place(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	int c = addr_cmp(&x->addr, &y->addr);
	return c ? c : x->bits - y->bits;
}

/* All that may be a network, to be sorted. */
struct nets {
	struct prefix *net;
	size_t n;
};

/* Of a network what lies in a part: it, the part, or nothing. */
static void net_put(struct nets *all, const struct prefix *net, const struct prefix *part)
{
	if (!part || (net->bits >= part->bits && prefix_has(part, &net->addr)))
		all->net[all->n++] = *net;
	else if (prefix_has(net, &part->addr))
		all->net[all->n++] = *part;
}

static size_t count_networks(const struct inventory *inventory)
{
	size_t n = 0;
	struct network_iter it = { .inventory = inventory };
	while (network_next(&it))
		n++;
	return n;
}

static bool nets_find(struct space *s, const struct inventory *inventory, const struct board *b,
	uint64_t incident, const struct prefix *part)
{
	struct nets all = {};
	const struct prefix *net;
	s->is_learned = !inventory_has_networks(inventory);
	all.net = calloc(count_networks(inventory) + b->member.n + 1, sizeof *all.net);
	if (!all.net)
		return false;
	struct network_iter it = { .inventory = inventory };
	while ((net = network_next(&it)))
		net_put(&all, net, part);
	struct members of = { .board = b, .incident = incident };
	for (const struct member *m; s->is_learned && (m = members_next(&of));) {
		struct addr a = latest_addr(b, m);
		struct prefix around = prefix_around(&a, addr_is_v4(&a) ? LEARNED_4 : LEARNED_6);
		net_put(&all, &around, part);
	}
	qsort(all.net, all.n, sizeof *all.net, by_place);
	for (size_t i = 0; i < all.n && s->n_nets < SPACE_NETS_MAX; i++) {
		net = &all.net[i];
		if (i && !by_place(net, net - 1))
			continue;
		s->net[s->n_nets++] = *net;
		if (!s->n_outer || !prefix_has(&s->outer[s->n_outer - 1], &net->addr))
			s->outer[s->n_outer++] = *net;
	}
	free(all.net);
	return true;
}

static bool is_v4(const struct prefix *p)
{
	return p->bits >= V4 && addr_is_v4(&p->addr);
}

/* How many cells of a length there are in all networks of IPv4. */
static double count_cells(const struct space *s, unsigned bits)
{
	double n = 0;
	for (size_t i = 0; i < s->n_outer; i++) {
		const struct prefix *p = &s->outer[i];
		if (is_v4(p))
			n += bits > p->bits ? (double)(UINT64_C(1) << (bits - p->bits)) : 1;
	}
	return n;
}

static void size_cells(struct space *s)
{
	bool has_6 = false, is_subnets = true;
	for (size_t i = 0; i < s->n_outer; i++)
		if (!is_v4(&s->outer[i])) {
			has_6 = true;
			is_subnets &= s->outer[i].bits >= SPACE_BITS_6;
		}
	double most = (double)(has_6 ? s->most / 2 : s->most);
	s->bits_4 = 128;
	while (s->bits_4 > V4 && count_cells(s, s->bits_4) > most)
		s->bits_4--;
	s->bits_6 = s->bits_6_hosts = has_6 && is_subnets ? 128 : SPACE_BITS_6;
}

struct space *space_new(const struct inventory *inventory, const struct board *b, uint64_t incident,
	const struct prefix *part, size_t most)
{
	struct space *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->most = LEAST(most, (size_t)SPACE_CELLS_MAX);
	if (nets_find(s, inventory, b, incident, part)) {
		size_cells(s);
		return s;
	}
	free(s);
	return NULL;
}

static bool is_inside(const struct space *s, const struct addr *a)
{
	size_t low = 0, high = s->n_outer;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (addr_cmp(&s->outer[mid].addr, a) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && prefix_has(&s->outer[low - 1], a);
}

static bool is_same(const struct prefix *a, const struct prefix *b)
{
	return a->bits == b->bits && addr_eq(&a->addr, &b->addr);
}

/* Where a cell stands, or would. */
static uint32_t *slot_of(struct space *s, const struct prefix *where)
{
	size_t at = hash_bytes(&where->addr, sizeof where->addr, where->bits) % SPACE_SLOTS;
	while (s->slot[at] && !is_same(&s->cell[s->slot[at] - 1].where, where))
		at = (at + 1) % SPACE_SLOTS;
	return &s->slot[at];
}

static bool has_hosts(const struct space_cell *c)
{
	uint32_t n = 0;
	for (size_t k = 0; k < N_COURSES; k++)
		n += c->n[k];
	return n > 0;
}

/* Put targets of IPv6 together by a shorter prefix; hosts keep their cells. Returns false where that is a subnet's already. */
static bool shorten(struct space *s)
{
	size_t n = s->n;
	if (s->bits_6 <= SPACE_BITS_6)
		return false;
	s->bits_6 -= STEP_6;
	memset(s->slot, 0, sizeof s->slot);
	s->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct space_cell c = s->cell[i];
		if (!is_v4(&c.where) && !has_hosts(&c))
			c.where = prefix_around(&c.where.addr, s->bits_6);
		uint32_t *slot = slot_of(s, &c.where);
		if (*slot) {
			s->cell[*slot - 1].n_targets += c.n_targets;
		} else {
			s->cell[s->n] = c;
			*slot = (uint32_t)++s->n;
		}
	}
	return true;
}

static struct space_cell *cell_put(struct space *s, const struct prefix *where)
{
	uint32_t *slot = slot_of(s, where);
	if (*slot)
		return &s->cell[*slot - 1];
	if (s->n == s->most)
		return NULL;
	s->cell[s->n] = (struct space_cell){ .where = *where };
	*slot = (uint32_t)++s->n;
	return &s->cell[s->n - 1];
}

/* The cell of a host; NULL when there is no room for it. */
static struct space_cell *cell_of_host(struct space *s, const struct addr *a)
{
	struct prefix where = prefix_around(a, addr_is_v4(a) ? s->bits_4 : s->bits_6_hosts);
	struct space_cell *c = cell_put(s, &where);
	while (!c && shorten(s))
		c = cell_put(s, &where);
	return c;
}

/* That of a host, if it is one; else of its neighbours. */
static struct space_cell *cell_of_target(struct space *s, const struct addr *a)
{
	struct prefix host = prefix_around(a, addr_is_v4(a) ? s->bits_4 : s->bits_6_hosts);
	uint32_t *slot = slot_of(s, &host);
	if (*slot)
		return &s->cell[*slot - 1];
	struct space_cell *c;
	do {
		struct prefix where = prefix_around(a, addr_is_v4(a) ? s->bits_4 : s->bits_6);
		c = cell_put(s, &where);
	} while (!c && shorten(s));
	return c;
}

void space_put_hosts(struct space *s, const struct board *b, uint64_t incident)
{
	for (size_t i = 0; i < s->n; i++)
		memset(s->cell[i].n, 0, sizeof s->cell[i].n);
	s->n_outside = 0;
	s->n_hosts_beyond = 0;
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; (m = members_next(&it));) {
		struct addr a = latest_addr(b, m);
		enum course is = course_of(m);
		if (is == N_COURSES)
			continue;
		bool is_in = is_inside(s, &a);
		struct space_cell *c = is_in ? cell_of_host(s, &a) : NULL;
		s->n_outside += !is_in;
		s->n_hosts_beyond += is_in && !c;
		if (c)
			c->n[is]++;
	}
}

bool space_put_target(struct space *s, const struct addr *a)
{
	if (!is_inside(s, a))
		return false;
	struct space_cell *c = cell_of_target(s, a);
	if (c)
		c->n_targets++;
	else
		s->n_targets_beyond++;
	return true;
}
