// SPDX-License-Identifier: Apache-2.0
// Who probably infected whom: each host below its likeliest infector; what is too much is folded by subnet.
#ifndef INCIDENT_TREE_H
#define INCIDENT_TREE_H
#include "incident/board.h"

enum { TREE_NODES_MAX = 2000, TREE_NODES_USUAL = 300, TREE_NOBODY = -1 };

/** A host, and those below it. Indices are of hosts of the tree; TREE_NOBODY: none. */
struct tree_host {
	uint32_t member;
	const struct edge
		*edge; // by which it probably came; NULL: nobody is known to have infected it
	int parent;
	int first_child, n_children; // in `child` of the tree
	uint32_t n_below, n_open;    // hosts from here down, itself among them; of these, open ones
	uint32_t n_alternatives;     // others that may have infected it
};

struct tree {
	const struct board *board;
	struct tree_host *host; // by onset
	int *child;             // those of nobody first, then of each host; by subnet
	int n, n_roots;
};

/**
 * Derive the tree of an incident.
 *
 * An edge counts where its source began before its target, so there is no circle also after reinfections. A
 * host whose infectors are in other incidents by now stands alone. Returns false when there is no memory;
 * free with tree_fini.
 */
bool tree_init(struct tree *t, const struct board *b, uint64_t incident);
void tree_fini(struct tree *t);

/** The index of a host by its number; TREE_NOBODY when it is not in the tree. */
int tree_find(const struct tree *t, uint64_t host);

/** The address of a host of the tree: the one that it has, or had last. */
struct addr tree_addr(const struct tree *t, int host);

/** What is shown of a tree: a host, or a fold that stands for children of one that lie in one subnet. */
struct tree_node {
	int host;             // TREE_NOBODY: a fold
	int parent;           // host above; TREE_NOBODY: nobody
	struct prefix subnet; // of a host its /24, of IPv6 its /64; of a fold what it holds
	uint32_t n_hosts, n_open;
	bool has_more; // below it, or in it
	const int *
		child; // of a fold: a run of the tree's; those with a node of their own are not meant
	int n_children;
};

/** What to show. */
struct tree_view {
	int under;                   // this host and what is below; TREE_NOBODY: all
	const struct prefix *subnet; // of the children of `under` those of this subnet; NULL: all
	size_t limit;                // nodes, at most TREE_NODES_MAX
};

/**
 * Choose the nodes that show most of a tree: from the top, larger branches first; of a host with many
 * children those that infected others, and the rest folded by the longest subnet that makes it few. Where all
 * hosts have room, none is folded.
 *
 * Returns how many nodes were written, each behind its parent; SIZE_MAX when there is no memory.
 */
size_t tree_show(const struct tree *t, const struct tree_view *view,
	struct tree_node out[static TREE_NODES_MAX]);
#endif
