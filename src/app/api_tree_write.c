// SPDX-License-Identifier: Apache-2.0
// Nodes and edges of a tree as an answer; of a fold what those that it stands for have in common.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "app/api_tree.h"
#include "model/inventory.h"

enum { ID_TEXT_BYTES = 24 + PREFIX_TEXT_BYTES };

static const char *id_format(
	const struct tree_answer *a, const struct tree_node *n, char room[static ID_TEXT_BYTES])
{
	char subnet[PREFIX_TEXT_BYTES];
	uint64_t host = n->host != TREE_NOBODY     ? tree_member(&a->tree, n->host)->host
			: n->parent != TREE_NOBODY ? tree_member(&a->tree, n->parent)->host
						   : 0;
	if (n->host != TREE_NOBODY)
		snprintf(room, ID_TEXT_BYTES, "h%" PRIu64, host);
	else
		snprintf(room, ID_TEXT_BYTES, "h%" PRIu64 "/%s", host,
			prefix_format(&n->subnet, subnet));
	return room;
}

static void write_host_id(struct json *j, const char *key, uint64_t host)
{
	char room[ID_TEXT_BYTES];
	snprintf(room, sizeof room, "h%" PRIu64, host);
	api_write_words(j, key, host ? room : NULL);
}

/* Of a fold the earliest, and the mean of the odds; of a host its own. */
struct sum {
	uint64_t onset_ms, contact_ms;
	double probability;
	uint32_t n, n_edges;
};

static void sum_add(struct sum *s, const struct tree_answer *a, int host)
{
	const struct edge *e = a->tree.host[host].edge;
	uint64_t onset = tree_member(&a->tree, host)->onset_ms;
	s->n++;
	if (onset && (!s->onset_ms || onset < s->onset_ms))
		s->onset_ms = onset;
	if (!e)
		return;
	s->n_edges++;
	s->probability += board_edge_probability(a->board, e);
	if (!s->contact_ms || e->contact_ms < s->contact_ms)
		s->contact_ms = e->contact_ms;
}

static struct sum sum_of(const struct tree_answer *a, const struct tree_node *n)
{
	struct sum s = {};
	if (n->host != TREE_NOBODY)
		sum_add(&s, a, n->host);
	for (int i = 0; i < n->n_children; i++)
		if (!a->is_shown[n->child[i]])
			sum_add(&s, a, n->child[i]);
	return s;
}

static void write_probability(struct json *j, const struct sum *s)
{
	json_key(j, "probability");
	json_real(j, s->n_edges ? s->probability / s->n_edges : NAN, 3);
}

/* The likeliest others that may have infected a host, and how likely it was none of all that were seen. */
static void write_others(struct json *j, const struct tree_answer *a, const struct tree_host *h)
{
	struct other {
		const struct edge *edge;
		double p;
	} best[TREE_OTHERS_MAX + 1] = {};
	const struct member *m = board_member(a->board, h->member);
	const struct edge *e;
	double unseen = 1;
	char address[ADDR_TEXT_BYTES];
	for (uint32_t at = m->first_edge; (e = board_edge(a->board, at)); at = e->next) {
		struct other o = { e, board_edge_probability(a->board, e) };
		if (e->onset_ms != m->onset_ms)
			continue;
		unseen -= o.p;
		if (e == h->edge)
			continue;
		size_t i = a->n_others;
		for (; i && o.p > best[i - 1].p; i--)
			best[i] = best[i - 1];
		best[i] = o; // the last place is of those that are not told
	}
	json_key(j, "others");
	json_open(j, '[');
	for (size_t i = 0; i < a->n_others && best[i].edge; i++) {
		uint64_t from = board_member(a->board, best[i].edge->from)->host;
		json_open(j, '{');
		write_host_id(j, "id", from);
		api_write_words(j, "address", api_address(a->board, from, address));
		json_key(j, "probability");
		json_real(j, best[i].p, 3);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_key(j, "unseen_probability");
	json_real(j, MOST(unseen, 0.), 3);
}

static void write_node(
	struct json *j, const struct tree_answer *a, const struct tree_node *n, uint64_t first)
{
	const struct tree_host *h = n->host != TREE_NOBODY ? &a->tree.host[n->host] : NULL;
	const struct member *m = h ? board_member(a->board, h->member) : NULL;
	char room[ID_TEXT_BYTES], address[ADDR_TEXT_BYTES], subnet[PREFIX_TEXT_BYTES];
	struct sum s = sum_of(a, n);
	bool has_parent = n->parent != TREE_NOBODY && a->is_shown[n->parent];
	json_open(j, '{');
	api_write_words(j, "id", id_format(a, n, room));
	api_write_words(j, "kind", m ? "host" : "fold");
	json_key(j, "host");
	if (m)
		json_uint(j, m->host);
	else
		json_null(j);
	prefix_format(&n->subnet, subnet);
	api_write_words(j, "address", m ? api_address(a->board, m->host, address) : subnet);
	api_write_words(j, "name",
		m ? api_name(a->api, a->board, m->host)
		  : inventory_name(api_inventory(a->api), &n->subnet));
	api_write_words(j, "subnet", subnet);
	api_write_time(j, "onset", s.onset_ms);
	api_write_words(j, "state", m ? state_key(m->state) : NULL);
	write_host_id(j, "parent", has_parent ? tree_member(&a->tree, n->parent)->host : 0);
	write_probability(j, &s);
	api_write_number(j, "children", h ? (uint64_t)h->n_children : s.n);
	api_write_number(j, "hosts", n->n_hosts);
	api_write_number(j, "open_hosts", n->n_open);
	api_write_number(j, "alternatives", h ? h->n_alternatives : 0);
	json_key(j, "is_first");
	json_bool(j, m && first == m->host);
	json_key(j, "has_more");
	json_bool(j, n->has_more);
	if (a->n_others && h)
		write_others(j, a, h);
	json_close(j, '}');
}

static void write_edge(struct json *j, const struct tree_answer *a, const struct tree_node *n)
{
	char room[ID_TEXT_BYTES];
	struct sum s = sum_of(a, n);
	if (n->parent == TREE_NOBODY || !a->is_shown[n->parent])
		return;
	json_open(j, '{');
	write_host_id(j, "from", tree_member(&a->tree, n->parent)->host);
	api_write_words(j, "to", id_format(a, n, room));
	write_probability(j, &s);
	api_write_time(j, "first_contact", s.contact_ms);
	json_key(j, "answered");
	if (n->host == TREE_NOBODY || !a->tree.host[n->host].edge)
		json_null(j);
	else
		json_bool(j, a->tree.host[n->host].edge->is_answered);
	json_close(j, '}');
}

/* The edges that may have been the way to one host, likely or not. */
static double write_candidates(struct json *j, const struct tree_answer *a)
{
	const struct member *m = board_member(a->board, board_find(a->board, a->incident, a->host));
	const struct edge *e;
	double unseen = 1;
	for (uint32_t at = m->first_edge; (e = board_edge(a->board, at)); at = e->next) {
		double p = board_edge_probability(a->board, e);
		if (e->onset_ms != m->onset_ms)
			continue;
		unseen -= p;
		json_open(j, '{');
		write_host_id(j, "from", board_member(a->board, e->from)->host);
		write_host_id(j, "to", m->host);
		json_key(j, "probability");
		json_real(j, p, 3);
		api_write_time(j, "first_contact", e->contact_ms);
		json_key(j, "answered");
		json_bool(j, e->is_answered);
		json_close(j, '}');
	}
	return unseen;
}

void tree_write(struct json *j, const struct tree_answer *a)
{
	enum first_why why;
	const struct member *first = board_first(a->board, a->incident, &why);
	uint64_t first_host = first ? first->host : 0;
	double unseen = NAN;
	size_t n_shown = 0;
	json_open(j, '{');
	api_write_words(j, "type", "tree");
	api_write_number(j, "incident", a->incident);
	write_host_id(j, "first_host", first_host);
	api_write_words(j, "first_host_why", first_why_text(why));
	json_key(j, "nodes");
	json_open(j, '[');
	for (size_t i = 0; i < a->n; i++) {
		write_node(j, a, &a->node[i], first_host);
		n_shown += a->node[i].host != TREE_NOBODY;
	}
	json_close(j, ']');
	json_key(j, "edges");
	json_open(j, '[');
	if (a->host)
		unseen = write_candidates(j, a);
	else
		for (size_t i = 0; i < a->n; i++)
			write_edge(j, a, &a->node[i]);
	json_close(j, ']');
	api_write_number(j, "hosts", (uint64_t)a->tree.n);
	api_write_number(j, "shown", n_shown);
	json_key(j, "unseen_probability");
	json_real(j, unseen, 3);
	json_close(j, '}');
}
