// SPDX-License-Identifier: Apache-2.0
// Who probably infected whom: as much as was asked for, the rest folded.
#include "app/api_tree.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/api_list.h"

/* The host itself, and before it all that may have infected it. */
static void choose_candidates(struct tree_answer *a)
{
	int host = tree_find(&a->tree, a->host);
	const struct member *m = tree_member(&a->tree, host);
	const struct edge *e;
	for (uint32_t at = m->first_edge;
		(e = board_edge(a->board, at)) && a->n + 1 < TREE_NODES_MAX; at = e->next) {
		int from = tree_find(&a->tree, board_member(a->board, e->from)->host);
		if (e->onset_ms == m->onset_ms && from != TREE_NOBODY && !a->is_shown[from]) {
			a->is_shown[from] = true;
			a->node[a->n++] = (struct tree_node){ .host = from };
		}
	}
	a->node[a->n++] = (struct tree_node){ .host = host };
	for (size_t i = 0; i < a->n; i++) {
		const struct tree_host *h = &a->tree.host[a->node[i].host];
		struct addr addr = tree_addr(&a->tree, a->node[i].host);
		a->node[i].parent = a->node[i].host == host ? h->parent : TREE_NOBODY;
		a->node[i].subnet = prefix_around(&addr, addr_is_v4(&addr) ? 120 : 64);
		a->node[i].n_hosts = h->n_below;
		a->node[i].n_open = h->n_open;
		a->node[i].has_more = h->n_children;
	}
}

/* A host of this incident, by its word; TREE_NOBODY after a problem. */
static int host_of(const struct tree_answer *a, const char *word, struct http_answer *out)
{
	uint64_t host = api_host(a->board, word, out);
	int found = host ? tree_find(&a->tree, host) : TREE_NOBODY;
	if (host && found == TREE_NOBODY)
		api_problem(out, 404, "%.60s is not in incident %" PRIu64, word, a->incident);
	return found;
}

static bool ask(struct tree_answer *a, const struct http_request *q, struct http_answer *out)
{
	struct list l;
	uint64_t limit = TREE_NODES_USUAL;
	unsigned takes = 1u << LIST_LIMIT | 1u << LIST_UNDER | 1u << LIST_SUBNET | 1u << LIST_HOST |
			 1u << LIST_OTHERS;
	if (!list_parse(q, takes, &l, out) ||
		!list_number(&l, LIST_LIMIT, 1, PAGE_MOST, &limit, out) ||
		!list_number(&l, LIST_OTHERS, 0, TREE_OTHERS_MAX, &a->n_others, out) ||
		!list_prefix(&l, LIST_SUBNET, &a->subnet, out))
		return false;
	a->view = (struct tree_view){ .under = TREE_NOBODY,
		.limit = limit,
		.subnet = l.text[LIST_SUBNET] ? &a->subnet : NULL };
	if (!tree_init(&a->tree, a->board, a->incident) ||
		!(a->is_shown = calloc((size_t)a->tree.n + 1, sizeof *a->is_shown))) {
		api_problem(out, 503, "no memory");
		return false;
	}
	const char *under = l.text[LIST_UNDER], *host = l.text[LIST_HOST];
	if (under && (a->view.under = host_of(a, under, out)) == TREE_NOBODY)
		return false;
	int wanted = host ? host_of(a, host, out) : TREE_NOBODY;
	a->host = wanted != TREE_NOBODY ? tree_member(&a->tree, wanted)->host : 0;
	return !host || a->host;
}

static bool choose(struct tree_answer *a, struct http_answer *out)
{
	if (a->host) {
		choose_candidates(a);
		a->is_shown[tree_find(&a->tree, a->host)] = true;
		return true;
	}
	a->n = tree_show(&a->tree, &a->view, a->node);
	if (a->n == SIZE_MAX) {
		api_problem(out, 503, "no memory");
		return false;
	}
	for (size_t i = 0; i < a->n; i++)
		if (a->node[i].host != TREE_NOBODY)
			a->is_shown[a->node[i].host] = true;
	return true;
}

void api_on_tree(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	struct api_page p;
	const struct board *b = api_board(api, out);
	uint64_t incident = b ? api_incident(b, q->capture[0], out) : 0;
	struct tree_answer *a = incident ? calloc(1, sizeof *a) : NULL;
	if (!a) {
		if (incident)
			api_problem(out, 503, "no memory");
		return;
	}
	a->api = api;
	a->board = b;
	a->incident = incident;
	if (ask(a, q, out) && choose(a, out) && api_begin(&p)) {
		tree_write(&p.json, a);
		api_end(&p, 200, out);
	}
	free(a->is_shown);
	tree_fini(&a->tree);
	free(a);
}
