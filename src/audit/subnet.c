// SPDX-License-Identifier: Apache-2.0
// The proof that a route names an interface alone: ARP entries outside every subnet of their interface.
#include <stdlib.h>

#include "audit/derive.h"
#include "audit/medium.h"

static bool is_inside(uint32_t ip, uint64_t prefix)
{
	unsigned length = prefix & 0xff;
	uint32_t mask = length == 0 || length > 32 ? 0 : UINT32_MAX << (32 - length);
	return length <= 32 && ((ip ^ (uint32_t)(prefix >> 8)) & mask) == 0;
}

/* The subnet that a fact says of an interface; false when it says none. `is_all`: such facts tell
 * secondary addresses too. */
static bool subnet_of(const struct audit *a, const struct fact *x, struct str *name,
	uint64_t *prefix, bool *is_all)
{
	static const struct {
		enum fact_kind kind;
		enum fact_field name, prefix;
		bool is_all;
	} sources[] = {
		{ FACT_INTERFACE, INTERFACE_NAME, INTERFACE_ADDRESS, false },
		{ FACT_IPIF, IPIF_NAME, IPIF_ADDRESS, false },
		{ FACT_PORT, PORT_NAME, PORT_ADDRESS, true },
		{ FACT_ROUTE, ROUTE_INTERFACE, ROUTE_PREFIX, true },
	};
	for (size_t i = 0; i < countof(sources); i++) {
		if (x->kind != sources[i].kind || !value_known(get(a, x, sources[i].name)) ||
			!value_known(get(a, x, sources[i].prefix)))
			continue;
		if (x->kind == FACT_ROUTE && (!value_is(get(a, x, ROUTE_CONNECTED), "yes") ||
						     get(a, x, ROUTE_PREFIX)->number == UINT64_MAX))
			continue;
		*name = get(a, x, sources[i].name)->text;
		*prefix = get(a, x, sources[i].prefix)->number;
		*is_all = sources[i].is_all;
		return (*prefix & 0xff) < 32;
	}
	return false;
}

struct subnet {
	struct str name;
	uint32_t kin;
	uint64_t prefix;
	bool is_all;
};

static void derive_arp(
	const struct audit *a, const struct fact *x, const struct subnet *subnet, size_t n)
{
	const struct value *name = get(a, x, ARP_INTERFACE), *address = get(a, x, ARP_ADDRESS);
	bool is_all = false;
	if (!value_known(name) || !value_known(address))
		return;
	for (size_t i = 0; i < n; i++) {
		if (subnet[i].kin != audit_answer(a, x)->kin ||
			!interface_eq(subnet[i].name, name->text))
			continue;
		if (is_inside((uint32_t)address->number, subnet[i].prefix)) {
			fact_say(&a->facts, x, ARP_OUTSIDE, "no");
			return;
		}
		is_all = is_all || subnet[i].is_all;
	}
	if (is_all)
		fact_say(&a->facts, x, ARP_OUTSIDE, "yes");
}

/* Subnets of a device; needs what derive_route said. */
static size_t gather_subnets(
	const struct audit *a, uint32_t device, struct subnet *subnet, size_t room)
{
	static const enum fact_kind kinds[] = { FACT_INTERFACE, FACT_IPIF, FACT_PORT, FACT_ROUTE };
	size_t n = 0;
	for (size_t k = 0; k < countof(kinds); k++) {
		size_t n_facts;
		const uint32_t *fact = audit_facts(a, device, kinds[k], &n_facts);
		for (size_t i = 0; i < n_facts && n < room; i++) {
			subnet[n].kin = audit_answer(a, &a->facts.fact[fact[i]])->kin;
			n += subnet_of(a, &a->facts.fact[fact[i]], &subnet[n].name,
				&subnet[n].prefix, &subnet[n].is_all);
		}
	}
	return n;
}

void audit_arps_outside(struct audit *a)
{
	enum { SUBNETS_MAX = 4096 };
	struct subnet *subnet = calloc(SUBNETS_MAX, sizeof *subnet);
	for (uint32_t device = 0; subnet && device < a->n_devices; device++) {
		size_t n_arps, n = 0;
		const uint32_t *arp = audit_facts(a, device, FACT_ARP, &n_arps);
		if (n_arps)
			n = gather_subnets(a, device, subnet, SUBNETS_MAX);
		for (size_t i = 0; n && i < n_arps; i++)
			derive_arp(a, &a->facts.fact[arp[i]], subnet, n);
	}
	free(subnet); // without memory they stay unknown
}

/* Rows of a kind of a device now, of which `field` is `word`; false when another row does not tell. */
static bool count_rows(const struct audit *a, uint32_t device, enum fact_field field,
	const char *word, uint64_t *n)
{
	size_t n_facts;
	const uint32_t *fact = audit_facts(a, device, fact_fields[field].kind, &n_facts);
	*n = 0;
	for (size_t i = 0; i < n_facts; i++) {
		const struct fact *x = &a->facts.fact[fact[i]];
		if (a->source[audit_answer(a, x)->source].epoch != EPOCH_NOW)
			continue;
		bool is_own = x->kind == FACT_ARP && value_is(get(a, x, ARP_AGE), "-");
		bool is_open = x->kind == FACT_ARP && value_is(get(a, x, ARP_INCOMPLETE), "yes");
		if (is_own || is_open)
			continue;
		if (!value_known(get(a, x, field)))
			return false;
		*n += value_is(get(a, x, field), word);
	}
	return true;
}

void audit_connected_hosts(const struct audit *a)
{
	enum { LEAST = 20 }; // adjacencies; below, a share means nothing
	for (uint32_t device = 0; device < a->n_devices; device++) {
		size_t n_cefs;
		uint64_t hosts;
		const uint32_t *cef = audit_facts(a, device, FACT_CEF, &n_cefs);
		if (n_cefs == 0 || !audit_is_listed(a, device, FACT_ARP, NULL, 0) ||
			!count_rows(a, device, ARP_OUTSIDE, "no", &hosts))
			continue;
		for (size_t i = 0; i < n_cefs; i++) {
			const struct fact *x = &a->facts.fact[cef[i]];
			const struct value *all = get(a, x, CEF_ADJACENCIES);
			fact_set(&a->facts, x, CEF_HOSTS, hosts, STR("derived"));
			if (value_known(all) && all->number <= UINT64_MAX / 100)
				fact_set(&a->facts, x, CEF_ADJACENCY_SHARE,
					all->number < LEAST
						? 0
						: all->number * 100 / (hosts ? hosts : 1),
					STR("derived"));
		}
	}
}
