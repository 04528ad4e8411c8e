// SPDX-License-Identifier: Apache-2.0
// What the report counts of its own: next steps by state, hosts by network.
#include <stdlib.h>
#include <string.h>

#include "model/addr.h"
#include "output/outbreak_words.h"

/* The states of the board, in the order in which they need somebody. */
static const char *const urgent[] = { "infected", "reinfected", "suspected", "contained",
	"disconnected", "remediating", "rebuilding", "remediated", "verifying", "recovered",
	"closed", "false-positive" };
enum { N_TO_DO = 9 }; // of these are not done

int outbreak_rank(const cJSON *host)
{
	int i = 0;
	while (i < (int)countof(urgent) && strcmp(urgent[i], text_of(host, "state")) != 0)
		i++;
	return i;
}

const cJSON *incident_iter_next(struct incident_iter *it)
{
	for (;;) {
		it->at = it->at ? it->at->next : cJSON_GetArrayItem(it->outbreak->incidents, 0);
		if (!it->at && it->is_done)
			return NULL;
		it->is_done |= !it->at;
		if (it->at && it->is_done != !strcmp(text_of(it->at, "status"), "open"))
			return it->at;
	}
}

static const cJSON *host_in(const struct outbreak *o, const char *state)
{
	const cJSON *h;
	cJSON_ArrayForEach(h, o->hosts)
	{
		if (!strcmp(text_of(h, "state"), state))
			return h;
	}
	return NULL;
}

bool next_iter_next(struct next_iter *it)
{
	size_t i = 0;
	while (it->state && i < N_TO_DO && urgent[i] != it->state)
		i++;
	for (i += it->state != NULL; i < N_TO_DO; i++) {
		it->state = urgent[i];
		it->n = count_state(it->outbreak, urgent[i]);
		it->host = host_in(it->outbreak, urgent[i]);
		if (it->n && it->host)
			return true;
	}
	return false;
}

static int most_first(const void *a, const void *b)
{
	const struct network_count *x = a, *y = b;
	uint64_t p = 0, q = 0;
	for (size_t i = 0; i < countof(x->n); i++) {
		p += x->n[i];
		q += y->n[i];
	}
	if (p != q)
		return p > q ? -1 : 1;
	return strcmp(x->prefix, y->prefix);
}

/* The networks of the map, read once. */
struct network {
	struct prefix where;
	const cJSON *told;
};

static struct network *networks_of(const struct outbreak *o, size_t *n)
{
	const cJSON *net, *space = member_at(o->map, "space");
	struct network *all = calloc((size_t)cJSON_GetArraySize(space) + 1, sizeof *all);
	*n = 0;
	cJSON_ArrayForEach(net, space)
	{
		const char *text = text_of(net, "prefix");
		if (all && prefix_parse((struct str){ text, strlen(text) }, &all[*n].where))
			all[(*n)++].told = net;
	}
	return all;
}

/* The narrowest network that holds an address. */
static const cJSON *network_at(const struct network *all, size_t n, const struct addr *a)
{
	const struct network *best = NULL;
	for (size_t i = 0; i < n; i++)
		if (prefix_has(&all[i].where, a) && (!best || all[i].where.bits > best->where.bits))
			best = &all[i];
	return best ? best->told : NULL;
}

static struct network_count *row_of(struct network_count *out, size_t *n, const cJSON *net)
{
	const char *prefix = text_of(net, "prefix"), *name = text_of(net, "name");
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(out[i].prefix, prefix))
			return &out[i];
	if (*n == NETWORKS_SHOWN)
		return NULL;
	struct network_count *row = &out[(*n)++];
	*row = (struct network_count){ .name = *name ? name : NULL };
	snprintf(row->prefix, sizeof row->prefix, "%s", prefix);
	return row;
}

size_t networks_count(const struct outbreak *o, struct network_count out[static NETWORKS_SHOWN])
{
	static const char *const keys[] = { "infected", "contained", "recovered", "suspected" };
	const cJSON *cell;
	size_t n = 0, n_networks;
	struct network *network = networks_of(o, &n_networks);
	cJSON_ArrayForEach(cell, member_at(o->map, "cells"))
	{
		struct prefix p;
		const char *text = text_of(cell, "prefix");
		uint64_t all = 0;
		for (size_t i = 0; i < countof(keys); i++)
			all += number_of(cell, keys[i]);
		if (!all || !prefix_parse((struct str){ text, strlen(text) }, &p))
			continue;
		const cJSON *net = network_at(network, n_networks, &p.addr);
		struct network_count *row = net ? row_of(out, &n, net) : NULL;
		for (size_t i = 0; row && i < countof(keys); i++)
			row->n[i] += number_of(cell, keys[i]);
	}
	free(network);
	qsort(out, n, sizeof *out, most_first);
	return n;
}
