// SPDX-License-Identifier: Apache-2.0
// The tree as lists in lists, which print, are read aloud and need no script.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/outbreak_html.h"

enum { DEEPEST = 40 }; // below that nodes stand beside each other

/* A node and where its children are: nodes come with their parents before them. */
struct branch {
	const cJSON *node;
	int first, last, next; // children in order; -1: none
};

static void put_node(const struct outbreak *o, const cJSON *node, FILE *out)
{
	outbreak_text_room address, name;
	char number[32];
	double p = real_of(node, "probability");
	words_plain(node, "address", address);
	if (!strcmp(text_of(node, "kind"), "fold")) {
		outbreak_text_room text = "";
		snprintf(number, sizeof number, "%" PRIu64, number_of(node, "hosts"));
		html_put(phrase_add(text, sizeof text, PHRASE_TREE_FOLD, o->lang, number, address,
				 NULL),
			out);
	} else {
		html_element("b", address, out);
		if (*text_of(node, "name")) {
			fputc(' ', out);
			html_element("bdi", words_plain(node, "name", name), out);
		}
		fprintf(out, " <span class=\"%s\">", text_of(node, "state"));
		html_put(words_state(o, node, "state"), out);
		fputs("</span>", out);
	}
	if (!isnan(p))
		fprintf(out, " <small>%.0f %%</small>", p * 100);
}

static void put_branch(
	const struct outbreak *o, const struct branch *all, int at, int depth, FILE *out)
{
	for (; at >= 0; at = all[at].next) {
		fputs("<li>", out);
		put_node(o, all[at].node, out);
		if (all[at].first >= 0) {
			if (depth < DEEPEST)
				fputs("\n<ul>", out);
			put_branch(o, all, all[at].first, depth + 1, out);
			if (depth < DEEPEST)
				fputs("</ul>", out);
		}
		fputs("</li>\n", out);
	}
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
	const cJSON *node, *nodes = member_at(o->tree, "nodes");
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
	fputs("<ul class=\"tree\">", out);
	put_branch(o, all, first, 0, out);
	fputs("</ul>\n", out);
	free(all);
}
