// SPDX-License-Identifier: Apache-2.0
// What the answer about a tree is made from, between choosing its nodes and writing them.
#ifndef APP_API_TREE_H
#define APP_API_TREE_H
#include "app/api.h"
#include "incident/tree.h"

enum { TREE_OTHERS_MAX = 8 };

/** What an answer is made from. */
struct tree_answer {
	const struct api *api;
	const struct board *board;
	uint64_t incident;
	struct tree tree;
	struct tree_view view;
	struct prefix subnet;
	uint64_t n_others; // that may have infected a host, told of each; 0: of none
	uint64_t host;     // whose infectors are asked for; 0: the tree is
	struct tree_node node[TREE_NODES_MAX];
	size_t n;
	bool *is_shown; // of each host of the tree
};

/** The member that a host of a tree is. */
static inline const struct member *tree_member(const struct tree *t, int host)
{
	return board_member(t->board, t->host[host].member);
}

/** Write the nodes and edges that were chosen, as one object. */
void tree_write(struct json *j, const struct tree_answer *a);
#endif
