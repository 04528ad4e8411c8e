// SPDX-License-Identifier: Apache-2.0
// The file of an inventory: its lists, and what they may not say together.
#include <stdlib.h>

#include "model/inventory_rows.h"

static bool read_listed(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct slot slot = { .node = value.node };
	return inventory_read_prefix(key, value, &slot.where, e) && prefixes_put(into, &slot, e);
}

#define PREFIX_LIST(key, member) \
	{ \
		.name = (key), .expects = "a list of addresses or prefixes", .is_list = true, \
		.read = read_listed, .offset = offsetof(struct inventory, member), \
	}

static const struct yml_key inventory_key[] = {
	PREFIX_LIST("networks", networks),
	PREFIX_LIST("assigned", assigned),
	PREFIX_LIST("dark", dark),
	{
		.name = "roles",
		.expects = "a list of hosts with 'address' and 'role'",
		.is_list = true,
		.read = inventory_read_role,
		.offset = offsetof(struct inventory, roles),
	},
	{
		.name = "declared-scanners",
		.expects = "a list of scanners with 'address', 'reason' and 'expires'",
		.is_list = true,
		.read = inventory_read_scanner,
	},
	PREFIX_LIST("trusted-proxies", proxies),
	{
		.name = "protect",
		.expects = "a list of hosts with 'address' and 'as'",
		.is_list = true,
		.read = inventory_read_kept,
	},
	{
		.name = "names",
		.expects = "a list of hosts and networks with 'address' and 'name'",
		.is_list = true,
		.read = inventory_read_name,
	},
	{
		.name = "sampling",
		.expects = "a list of exporters with 'exporter' and 'rate'",
		.is_list = true,
		.read = inventory_read_sampling,
		.offset = offsetof(struct inventory, sampling),
	},
};
static const struct yml_keys inventory_keys = { "an inventory", inventory_key,
	countof(inventory_key) };

/* Whether one thing is said of each prefix: a host has one role, an exporter one rate. */
static bool check_single(
	const struct yml *doc, const struct prefixes *p, const char *what, struct err *e)
{
	for (size_t i = 1; i < p->n; i++) {
		const struct slot *first = &p->slot[i - 1], *again = &p->slot[i];
		if (prefix_eq(&first->where, &again->where) && first->value != again->value)
			return yml_fail(e, (struct yml_value){ doc, again->node },
				"another %s for what line %zu lists already", what,
				yml_line((struct yml_value){ doc, first->node }));
	}
	return true;
}

static bool check_dark(const struct yml *doc, const struct inventory *inv, struct err *e)
{
	for (size_t i = 0; i < inv->dark.n; i++) {
		const struct slot *dark = &inv->dark.slot[i];
		const struct slot *used = prefixes_get(&inv->assigned, &dark->where.addr);
		while (used && !prefix_eq(&used->where, &dark->where))
			used = slot_around(&inv->assigned, used);
		if (used)
			return yml_fail(e, (struct yml_value){ doc, dark->node },
				"dark, but line %zu says assigned",
				yml_line((struct yml_value){ doc, used->node }));
	}
	return true;
}

static bool finish(const struct yml *doc, struct inventory *inv, struct err *e)
{
	struct prefixes *const all[] = { &inv->networks, &inv->assigned, &inv->dark, &inv->roles,
		&inv->declared, &inv->sampling, &inv->proxies, &inv->names };
	for (size_t i = 0; i < countof(all); i++)
		prefixes_sort(all[i]);
	if (!check_single(doc, &inv->roles, "role", e) ||
		!check_single(doc, &inv->sampling, "rate", e) ||
		!check_single(doc, &inv->names, "name", e))
		return false;
	for (size_t i = 0; i < countof(all); i++) {
		prefixes_fold(all[i]);
		prefixes_link(all[i]);
	}
	return check_dark(doc, inv, e);
}

/* Reads and frees the document. */
static struct inventory *inventory_take(struct yml *doc, struct err *e)
{
	struct inventory *inv = doc ? calloc(1, sizeof *inv) : NULL;
	if (doc && !inv)
		err_sys(e, "inventory");
	if (inv && !(yml_read(doc, &inventory_keys, inv, e) && finish(doc, inv, e))) {
		inventory_free(inv);
		inv = NULL;
	}
	yml_free(doc);
	return inv;
}

struct inventory *inventory_parse(struct str text, const char *name, struct err *e)
{
	return inventory_take(yml_parse(text, name, e), e);
}

struct inventory *inventory_load(const char *path, struct err *e)
{
	return inventory_take(yml_load(path, e), e);
}
