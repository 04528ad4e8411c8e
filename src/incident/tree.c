// SPDX-License-Identifier: Apache-2.0
// Hosts are sorted by onset, so a parent stands before its children, and sums run backwards.
#include "incident/tree.h"

#include <stdlib.h>

static const struct member *member_of(const struct tree *t, int host)
{
	return board_member(t->board, t->host[host].member);
}

struct addr tree_addr(const struct tree *t, int host)
{
	const struct host_row *h = board_host(t->board, member_of(t, host)->host);
	const struct address_row *a, *best = NULL;
	for (uint32_t at = h->first_address; (a = board_address(t->board, at));
		at = a->next_of_host)
		if (!best || a->until_ms > best->until_ms)
			best = a;
	return best ? best->addr : (struct addr){};
}

/* Unknown onsets last: nobody may hang below them. */
static int by_onset(const void *a, const void *b, void *board)
{
	const struct tree_host *x = a, *y = b;
	uint64_t p = board_member(board, x->member)->onset_ms - 1;
	uint64_t q = board_member(board, y->member)->onset_ms - 1;
	if (p != q)
		return p < q ? -1 : 1;
	return (x->member > y->member) - (x->member < y->member);
}

/* The likeliest edge of the present episode. */
static void find_edge(const struct board *b, struct tree_host *h)
{
	const struct member *m = board_member(b, h->member);
	const struct edge *e;
	double most = 0;
	for (uint32_t at = m->first_edge; (e = board_edge(b, at)); at = e->next) {
		const struct member *from = board_member(b, e->from);
		double p = board_edge_probability(b, e);
		if (e->onset_ms != m->onset_ms)
			continue;
		h->n_alternatives++;
		if (from->incident != m->incident || from->is_moved_away || !from->onset_ms ||
			from->onset_ms >= m->onset_ms || p <= most)
			continue;
		h->edge = e;
		most = p;
	}
	h->n_alternatives -= h->edge != NULL;
}

static size_t count(const struct board *b, uint64_t incident)
{
	size_t n = 0;
	struct member_iter it = { .board = b, .incident = incident };
	while (member_next(&it))
		n++;
	return n;
}

/* Children of one parent by subnet, so that a fold is a run of them. */
struct sibling {
	int parent, host;
	struct addr addr;
};

static int by_parent(const void *a, const void *b)
{
	const struct sibling *x = a, *y = b;
	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	int c = addr_cmp(&x->addr, &y->addr);
	return c ? c : (x->host > y->host) - (x->host < y->host);
}

static bool hang(struct tree *t)
{
	struct sibling *s = calloc((size_t)t->n + 1, sizeof *s);
	if (!s)
		return false;
	for (int i = 0; i < t->n; i++)
		s[i] = (struct sibling){ t->host[i].parent, i, tree_addr(t, i) };
	qsort(s, (size_t)t->n, sizeof *s, by_parent);
	for (int i = 0; i < t->n; i++) {
		int parent = s[i].parent;
		t->child[i] = s[i].host;
		if (parent == TREE_NOBODY) {
			t->n_roots++;
			continue;
		}
		if (!t->host[parent].n_children++)
			t->host[parent].first_child = i;
	}
	free(s);
	for (int i = t->n - 1; i >= 0; i--) {
		struct tree_host *h = &t->host[i];
		h->n_below++;
		h->n_open += state_is_open(member_of(t, i)->state);
		if (h->parent == TREE_NOBODY)
			continue;
		t->host[h->parent].n_below += h->n_below;
		t->host[h->parent].n_open += h->n_open;
	}
	return true;
}

bool tree_init(struct tree *t, const struct board *b, uint64_t incident)
{
	size_t n = count(b, incident);
	int *of_member = calloc(b->member.n + UINT64_C(1), sizeof *of_member);
	*t = (struct tree){ .board = b };
	t->host = calloc(n + 1, sizeof *t->host);
	t->child = calloc(n + 1, sizeof *t->child);
	bool ok = of_member && t->host && t->child;
	struct member_iter it = { .board = b, .incident = incident };
	while (ok && member_next(&it)) {
		t->host[t->n].member = it.at;
		find_edge(b, &t->host[t->n++]);
	}
	if (ok) {
		qsort_r(t->host, (size_t)t->n, sizeof *t->host, by_onset, (void *)(uintptr_t)b);
		for (int i = 0; i < t->n; i++)
			of_member[t->host[i].member] = i;
		for (int i = 0; i < t->n; i++)
			t->host[i].parent =
				t->host[i].edge ? of_member[t->host[i].edge->from] : TREE_NOBODY;
		ok = hang(t);
	}
	free(of_member);
	if (!ok)
		tree_fini(t);
	return ok;
}

void tree_fini(struct tree *t)
{
	free(t->host);
	free(t->child);
	*t = (struct tree){};
}

int tree_find(const struct tree *t, uint64_t host)
{
	for (int i = 0; i < t->n; i++)
		if (member_of(t, i)->host == host)
			return i;
	return TREE_NOBODY;
}
