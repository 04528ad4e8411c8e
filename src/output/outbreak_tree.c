// SPDX-License-Identifier: Apache-2.0
// The tree as lists in lists that open and close by themselves: they need no script, are read aloud, and print open.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/outbreak_html.h"

enum {
	DEEPEST = 40, // below that nodes stand beside each other
	OPEN = 2,     // so many generations are open at first
	FEW = 8       // so many hosts that infected nobody are not folded
};

/* A node and where its children are: nodes come with their parents before them. */
struct branch {
	const cJSON *node;
	int first, last, next; // children in order; -1: none
};

static bool is_fold(const cJSON *node)
{
	return !strcmp(text_of(node, "kind"), "fold");
}

static void put_folded(const struct outbreak *o, uint64_t n, const char *subnet, FILE *out)
{
	outbreak_text_room text = "";
	char number[32];
	snprintf(number, sizeof number, "%" PRIu64, n);
	html_put(phrase_add(text, sizeof text, PHRASE_TREE_FOLD, o->lang, number, subnet, NULL),
		out);
}

static void put_node(const struct outbreak *o, const cJSON *node, FILE *out)
{
	outbreak_text_room room;
	double p = real_of(node, "probability");
	words_plain(node, "address", room);
	if (is_fold(node)) {
		put_folded(o, number_of(node, "hosts"), room, out);
		return;
	}
	html_element("b", room, out);
	if (*text_of(node, "name")) {
		fputc(' ', out);
		html_element("bdi", words_plain(node, "name", room), out);
	}
	fprintf(out, " <span class=\"%s\">", text_of(node, "state"));
	html_put(words_state(o, node, "state"), out);
	fputs("</span>", out);
	if (!isnan(p))
		fprintf(out, " <small>%.0f %%</small>", p * 100);
	fputs(" <i>", out);
	html_put(words_others(o, node, room), out);
	fputs("</i>", out);
}

static void put_below(const struct outbreak *o, const cJSON *node, FILE *out)
{
	outbreak_text_room text = "";
	char number[32];
	snprintf(number, sizeof number, "%" PRIu64, number_of(node, "hosts") - 1);
	fputs(" <small>", out);
	html_put(phrase_add(text, sizeof text, PHRASE_TREE_BELOW, o->lang, number, NULL), out);
	fputs("</small>", out);
}

static bool is_leaf(const struct branch *b)
{
	return b->first < 0 && !is_fold(b->node);
}

/* How many hosts that infected nobody stand from here on in one subnet. */
static uint64_t run_of(const struct branch *all, int at)
{
	const char *subnet = text_of(all[at].node, "subnet");
	uint64_t n = 0;
	for (; at >= 0; at = all[at].next)
		n += is_leaf(&all[at]) && !strcmp(text_of(all[at].node, "subnet"), subnet);
	return n;
}

static void put_branch(
	const struct outbreak *o, const struct branch *all, int at, int depth, FILE *out);

static void put_parent(
	const struct outbreak *o, const struct branch *all, int at, int depth, FILE *out)
{
	bool is_nested = depth < DEEPEST;
	fputs("<li>", out);
	if (is_nested)
		fprintf(out, "<details%s><summary>", depth < OPEN ? " open" : "");
	put_node(o, all[at].node, out);
	put_below(o, all[at].node, out);
	fputs(is_nested ? "</summary><ul>\n" : "</li>\n", out);
	put_branch(o, all, all[at].first, depth + 1, out);
	fputs(is_nested ? "</ul></details></li>\n" : "", out);
}

static void put_alone(const struct outbreak *o, const cJSON *node, FILE *out)
{
	fputs("<li>", out);
	put_node(o, node, out);
	fputs("</li>\n", out);
}

/* Hosts that infected nobody; where they are many, by subnet: they come in order of address. */
static void put_leaves(const struct outbreak *o, const struct branch *all, int at, FILE *out)
{
	int n = 0;
	const char *subnet = NULL;
	for (int i = at; i >= 0; i = all[i].next)
		n += is_leaf(&all[i]);
	for (; at >= 0; at = all[at].next) {
		const char *own = text_of(all[at].node, "subnet");
		if (!is_leaf(&all[at]))
			continue;
		if (n > FEW && (!subnet || strcmp(subnet, own) != 0)) {
			fputs(subnet ? "</ul></details></li>\n" : "", out);
			fputs("<li><details><summary>", out);
			put_folded(o, run_of(all, at), own, out);
			fputs("</summary><ul>\n", out);
			subnet = own;
		}
		put_alone(o, all[at].node, out);
	}
	fputs(subnet ? "</ul></details></li>\n" : "", out);
}

/* Children of one: those that infected others first. */
static void put_branch(
	const struct outbreak *o, const struct branch *all, int at, int depth, FILE *out)
{
	for (int i = at; i >= 0; i = all[i].next)
		if (all[i].first >= 0)
			put_parent(o, all, i, depth, out);
		else if (!is_leaf(&all[i]))
			put_alone(o, all[i].node, out);
	put_leaves(o, all, at, out);
}

static int find(const struct branch *all, int n, const char *id)
{
	for (int i = n - 1; i >= 0 && *id; i--)
		if (!strcmp(text_of(all[i].node, "id"), id))
			return i;
	return -1;
}

void html_tree(const struct outbreak *o, FILE *out)
{
	const cJSON *node, *nodes = member_at(o->branches, "nodes");
	struct branch *all = calloc((size_t)cJSON_GetArraySize(nodes) + 1, sizeof *all);
	int n = 0, first = -1, last = -1;
	if (!all)
		return;
	cJSON_ArrayForEach(node, nodes)
	{
		int up = find(all, n, text_of(node, "parent"));
		int *head = up >= 0 ? &all[up].first : &first,
		    *end = up >= 0 ? &all[up].last : &last;
		all[n] = (struct branch){ node, -1, -1, -1 };
		if (*end >= 0)
			all[*end].next = n;
		else
			*head = n;
		*end = n++;
	}
	fputs("<ul class=\"branches\">\n", out);
	put_branch(o, all, first, 0, out);
	fputs("</ul>\n", out);
	free(all);
}
