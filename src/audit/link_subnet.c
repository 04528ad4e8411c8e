// SPDX-License-Identifier: Apache-2.0
// Links by two addresses in a subnet that holds no more. Networks of two are used again at other places:
// where anything says that an address is not the only one of its kind, whose link it is stays unknown.
#include <stdlib.h>

#include "audit/derive.h"
#include "audit/link.h"
#include "audit/medium.h"
#include "model/prefixes.h"

/* An address in a subnet of two. */
struct stake {
	uint32_t network, ip;
	uint32_t device, fact;
	struct str name;
};

static int by_network(const void *x, const void *y)
{
	const struct stake *a = x, *b = y;
	int order = (a->network > b->network) - (a->network < b->network);
	order = order ? order : (a->ip > b->ip) - (a->ip < b->ip);
	order = order ? order : (a->device > b->device) - (a->device < b->device);
	return order ? order : (a->fact > b->fact) - (a->fact < b->fact);
}

static bool stake_of(const struct audit *a, const struct fact *x, struct stake *out)
{
	bool is_run = x->kind == FACT_INTERFACE;
	if ((!is_run && x->kind != FACT_PORT) || !link_is_now(a, x))
		return false;
	const struct value *name = get(a, x, is_run ? INTERFACE_NAME : PORT_NAME),
			   *address = get(a, x, is_run ? INTERFACE_ADDRESS : PORT_ADDRESS);
	if (!value_known(name) || !value_known(address) || address->number == UINT64_MAX)
		return false;
	unsigned length = address->number & 0xff;
	if (length != 30 && length != 31)
		return false;
	*out = (struct stake){ .ip = (uint32_t)(address->number >> 8),
		.network = (uint32_t)(address->number >> 8) & (UINT32_MAX << (32 - length)),
		.device = audit_answer(a, x)->device,
		.fact = (uint32_t)(x - a->facts.fact),
		.name = name->text };
	return true;
}

/* Whether CDP or LLDP told of that link already. */
static bool is_linked(const struct audit *a, size_t from, uint32_t device, struct str name)
{
	for (size_t i = from; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		if (x->kind == FACT_LINK && audit_answer(a, x)->device == device &&
			interface_eq(get(a, x, LINK_INTERFACE)->text, name))
			return true;
	}
	return false;
}

/* Whether the device says that somebody else is at the other end. */
static bool has_other_neighbor(const struct audit *a, const struct stake *here, const char *there)
{
	size_t n;
	const uint32_t *fact = audit_facts(a, here->device, FACT_NEIGHBOR, &n);
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		const struct fact *x = &a->facts.fact[fact[i]];
		const struct value *own = get(a, x, NEIGHBOR_INTERFACE),
				   *name = get(a, x, NEIGHBOR_DEVICE);
		if (!value_known(own) || !value_known(name) || !interface_eq(own->text, here->name))
			continue;
		if (link_is_named(name->text, (struct str){ there, strlen(there) }))
			return false;
		any = true;
	}
	return any;
}

/* In a VRF the same addresses may stand again; an interface that is turned off has no other end. */
static bool may_link(const struct audit *a, const struct stake *s)
{
	size_t n;
	const uint32_t *port = audit_facts(a, s->device, FACT_PORT, &n);
	for (size_t i = 0; i < n; i++) {
		const struct fact *x = &a->facts.fact[port[i]];
		if (known(a, x, PORT_NAME) && interface_eq(get(a, x, PORT_NAME)->text, s->name) &&
			(known(a, x, PORT_VRF) || known(a, x, PORT_SHUTDOWN)))
			return false;
	}
	return medium_has_duplex(s->name);
}

/* Whether two stakes in one address are the same interface, told twice. */
static bool is_same_end(const struct stake *a, const struct stake *b)
{
	return a->device == b->device && interface_eq(a->name, b->name);
}

/* The other of the two ends, where the stakes of a subnet have exactly two; NULL otherwise. */
static const struct stake *other_end(const struct stake *s, size_t n)
{
	const struct stake *other = NULL;
	for (size_t i = 1; i < n; i++) {
		const struct stake *end = s[i].ip == s[0].ip ? s : other ? other : &s[i];
		if (s[i].ip != end->ip || !is_same_end(&s[i], end))
			return NULL; // a third address, or one that two interfaces have
		other = end == s ? other : end;
	}
	return other && other->device != s[0].device ? other : NULL;
}

static void link_pair(struct audit *a, const struct stake *s, size_t n, size_t from)
{
	const struct stake *other = other_end(s, n);
	if (!other || !may_link(a, s) || !may_link(a, other) ||
		has_other_neighbor(a, s, a->device[other->device].name) ||
		has_other_neighbor(a, other, a->device[s->device].name))
		return;
	const struct stake *pair[] = { s, other };
	for (int k = 0; k < 2; k++) {
		const struct stake *here = pair[k], *there = pair[!k];
		const struct link_end e[] = { link_end_of(a, here->device, here->name),
			link_end_of(a, there->device, there->name) };
		const char *name = a->device[there->device].name;
		const struct fact seen = a->facts.fact[here->fact];
		if (!is_linked(a, from, here->device, here->name))
			link_put(a, &seen, e, (struct str){ name, strlen(name) }, NULL, "subnet");
	}
}

void link_subnets(struct audit *a, size_t from)
{
	size_t n = 0, n_facts = a->facts.n, cap = 0;
	struct stake one, *stake = NULL;
	for (size_t i = 0; i < n_facts; i++) {
		if (!stake_of(a, &a->facts.fact[i], &one))
			continue;
		struct stake *all = array_grown(stake, sizeof *all, n, &cap);
		if (!all) {
			n = 0; // what was not seen may be a third address
			break;
		}
		stake = all;
		all[n++] = one;
	}
	if (n)
		qsort(stake, n, sizeof *stake, by_network);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && stake[k].network == stake[i].network;)
			k++;
		link_pair(a, stake + i, k - i, from);
	}
	free(stake);
}
