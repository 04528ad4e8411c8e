// SPDX-License-Identifier: Apache-2.0
// What is shown grows from the top: the host with the most below it is opened next, while there is room.
#include <stdlib.h>

#include "incident/tree.h"

enum { FEW = 8 }; // so many children are never folded

/* How long the prefix of a fold is, of 128. */
struct width {
	uint8_t v4, v6;
};
static const struct width usual[] = { { 120, 64 }, { 112, 48 }, { 104, 32 }, { 96, 0 } };

struct show {
	const struct tree *t;
	struct tree_node *out;
	size_t n, limit;
	bool is_whole; // all hosts have room: nothing is folded
	int *heap;     // nodes that may be opened, the one with the most hosts on top
	size_t n_heap;
};

static struct prefix subnet_of(const struct addr *a, struct width width)
{
	return prefix_around(a, addr_is_v4(a) ? width.v4 : width.v6);
}

static bool is_less(const struct show *s, int a, int b)
{
	return s->out[a].n_hosts < s->out[b].n_hosts ||
	       (s->out[a].n_hosts == s->out[b].n_hosts && a > b);
}

static void heap_put(struct show *s, int node)
{
	size_t i = s->n_heap++;
	for (; i && is_less(s, s->heap[(i - 1) / 2], node); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = node;
}

static int heap_take(struct show *s)
{
	int top = s->heap[0], last = s->heap[--s->n_heap];
	size_t i = 0;
	for (size_t k; (k = 2 * i + 1) < s->n_heap; i = k) {
		if (k + 1 < s->n_heap && is_less(s, s->heap[k], s->heap[k + 1]))
			k++;
		if (!is_less(s, last, s->heap[k]))
			break;
		s->heap[i] = s->heap[k];
	}
	s->heap[i] = last;
	return top;
}

static void put_host(struct show *s, int host)
{
	const struct tree_host *h = &s->t->host[host];
	struct addr a = tree_addr(s->t, host);
	s->out[s->n] = (struct tree_node){ .host = host,
		.parent = h->parent,
		.subnet = subnet_of(&a, usual[0]),
		.n_hosts = h->n_below,
		.n_open = h->n_open,
		.has_more = h->n_children };
	if (h->n_children)
		heap_put(s, (int)s->n);
	s->n++;
}

/* Children in order of address, of which some get a node each and the rest is folded. */
struct brood {
	int parent;
	const int *child;
	size_t n;
	const struct prefix *within; // the fold that is opened; NULL: none
	bool *is_shown;
};

static size_t count_folds(const struct show *s, const struct brood *b, struct width width)
{
	struct prefix last = {};
	size_t n = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->is_shown[i])
			continue;
		struct addr a = tree_addr(s->t, b->child[i]);
		if (!n || !prefix_has(&last, &a)) {
			last = subnet_of(&a, width);
			n++;
		}
	}
	return n;
}

static void put_folds(struct show *s, const struct brood *b, struct width width)
{
	struct tree_node *fold = NULL;
	for (size_t i = 0; i < b->n; i++) {
		const struct tree_host *h = &s->t->host[b->child[i]];
		if (b->is_shown[i])
			continue;
		struct addr a = tree_addr(s->t, b->child[i]);
		if (!fold || !prefix_has(&fold->subnet, &a)) {
			fold = &s->out[s->n++];
			*fold = (struct tree_node){ .host = TREE_NOBODY,
				.parent = b->parent,
				.subnet = subnet_of(&a, width),
				.has_more = true,
				.child = &b->child[i] };
		}
		fold->n_children = (int)(&b->child[i] - fold->child) + 1;
		fold->n_hosts += h->n_below;
		fold->n_open += h->n_open;
	}
}

/* Of many, those with the most below them, as long as they infected anybody. */
static void choose(const struct show *s, const struct brood *b, size_t n_most)
{
	for (size_t k = 0; k < n_most; k++) {
		size_t best = b->n;
		for (size_t i = 0; i < b->n; i++) {
			const struct tree_host *h = &s->t->host[b->child[i]];
			if (!b->is_shown[i] && h->n_children &&
				(best == b->n || h->n_below > s->t->host[b->child[best]].n_below))
				best = i;
		}
		if (best == b->n)
			return;
		b->is_shown[best] = true;
	}
}

/* The longest prefix that leaves few folds. What is opened falls into longer ones, or it would not open. */
static struct width choose_width(const struct show *s, const struct brood *b, size_t room)
{
	size_t i = 0;
	if (!b->within) {
		while (i + 1 < countof(usual) && count_folds(s, b, usual[i]) > room / 2)
			i++;
		return usual[i];
	}
	uint8_t bits = addr_is_v4(&b->within->addr) ? usual[0].v4 : usual[0].v6;
	if (bits <= b->within->bits)
		bits = 128;
	while (bits > b->within->bits + 1 &&
		count_folds(s, b, (struct width){ bits, bits }) > room / 2)
		bits--;
	return (struct width){ bits, bits };
}

/* A fold of one host says no more than the host, and takes as much room. */
static void spare_lone(const struct show *s, const struct brood *b, struct width width)
{
	for (size_t i = 0, k; i < b->n; i = k) {
		struct addr a = tree_addr(s->t, b->child[i]);
		struct prefix around = subnet_of(&a, width);
		size_t n_folded = 0, last = i;
		for (k = i; k < b->n; k++) {
			struct addr c = tree_addr(s->t, b->child[k]);
			if (!prefix_has(&around, &c))
				break;
			if (!b->is_shown[k])
				last = k;
			n_folded += !b->is_shown[k];
		}
		if (n_folded == 1)
			b->is_shown[last] = true;
	}
}

/* Put children, in `room` nodes at most. Returns false when there is no memory. */
static bool put_brood(struct show *s, struct brood b, size_t room)
{
	size_t n_shown = 0;
	bool is_whole = b.n <= room &&
			(s->is_whole || b.n <= FEW || b.n <= room / 2 || b.within || s->n == 0);
	b.is_shown = calloc(b.n + 1, sizeof *b.is_shown);
	if (!b.is_shown)
		return false;
	if (is_whole)
		memset(b.is_shown, 1, b.n);
	else
		choose(s, &b, room / 4);
	struct width width = choose_width(s, &b, room);
	if (count_folds(s, &b, width) > room) { // two families in one node
		free(b.is_shown);
		return true;
	}
	spare_lone(s, &b, width);
	for (size_t i = 0; i < b.n; i++)
		if (b.is_shown[i]) {
			put_host(s, b.child[i]);
			n_shown++;
		}
	if (n_shown < b.n)
		put_folds(s, &b, width);
	free(b.is_shown);
	return true;
}

/* Those children that lie in a subnet are a run of them. */
static struct brood brood_of(const struct tree *t, int host, const struct prefix *subnet)
{
	struct brood b = {
		.parent = host, .child = t->child, .n = (size_t)t->n_roots, .within = subnet
	};
	if (host != TREE_NOBODY) {
		b.child = t->child + t->host[host].first_child;
		b.n = (size_t)t->host[host].n_children;
	}
	while (subnet && b.n) {
		struct addr first = tree_addr(t, b.child[0]), last = tree_addr(t, b.child[b.n - 1]);
		if (prefix_has(subnet, &first) && prefix_has(subnet, &last))
			break;
		b.child += !prefix_has(subnet, &first);
		b.n--;
	}
	return b;
}

static bool open_next(struct show *s)
{
	struct tree_node *node = &s->out[heap_take(s)];
	struct brood b = brood_of(s->t, node->host, NULL);
	size_t before = s->n;
	if (!put_brood(s, b, s->limit - s->n))
		return false;
	node->has_more = s->n == before;
	return true;
}

size_t tree_show(const struct tree *t, const struct tree_view *view,
	struct tree_node out[static TREE_NODES_MAX])
{
	struct show s = { .t = t, .out = out, .limit = LEAST(view->limit, (size_t)TREE_NODES_MAX) };
	uint32_t n_hosts =
		view->under == TREE_NOBODY ? (uint32_t)t->n : t->host[view->under].n_below;
	s.is_whole = n_hosts <= s.limit;
	s.heap = calloc(TREE_NODES_MAX, sizeof *s.heap);
	bool ok = s.heap;
	if (ok && view->under != TREE_NOBODY && s.limit)
		put_host(&s, view->under);
	if (view->subnet)
		s.n_heap = 0; // of that host only this part is opened
	if (ok && (view->under == TREE_NOBODY || view->subnet))
		ok = put_brood(&s, brood_of(t, view->under, view->subnet), s.limit - s.n);
	while (ok && s.n_heap && s.n < s.limit)
		ok = open_next(&s);
	free(s.heap);
	return ok ? s.n : SIZE_MAX;
}
