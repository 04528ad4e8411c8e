// SPDX-License-Identifier: Apache-2.0
// The questions that an inventory answers.
#include "model/inventory.h"

#include <stdlib.h>

#include "model/inventory_rows.h"

void inventory_free(struct inventory *inventory)
{
	if (!inventory)
		return;
	for (size_t i = 0; i < inventory->n_scanners; i++)
		free(inventory->scanner[i].reason);
	free(inventory->scanner);
	for (size_t i = 0; i < inventory->n_names; i++)
		free(inventory->name[i]);
	free(inventory->name);
	free(inventory->names.slot);
	free(inventory->kept);
	free(inventory->networks.slot);
	free(inventory->assigned.slot);
	free(inventory->dark.slot);
	free(inventory->roles.slot);
	free(inventory->declared.slot);
	free(inventory->sampling.slot);
	free(inventory->proxies.slot);
	free(inventory);
}

bool inventory_has_networks(const struct inventory *inventory)
{
	return inventory && inventory->networks.n > 0;
}

enum own inventory_own(const struct inventory *inventory, const struct addr *a)
{
	if (!inventory_has_networks(inventory))
		return OWN_UNKNOWN;
	return prefixes_get(&inventory->networks, a) ? OWN_YES : OWN_NO;
}

bool inventory_is_dark(const struct inventory *inventory, const struct addr *a)
{
	if (!inventory)
		return false;
	const struct slot *dark = prefixes_get(&inventory->dark, a);
	const struct slot *used = prefixes_get(&inventory->assigned, a);
	if (dark)
		return !used || used->where.bits < dark->where.bits;
	return inventory->assigned.n > 0 && !used && prefixes_get(&inventory->networks, a);
}

enum role inventory_role(const struct inventory *inventory, const struct addr *a)
{
	const struct slot *slot = inventory ? prefixes_get(&inventory->roles, a) : NULL;
	return slot ? (enum role)slot->value : ROLE_NONE;
}

const struct declared_scanner *inventory_scanner(
	const struct inventory *inventory, const struct addr *a, uint64_t now_ms)
{
	if (!inventory)
		return NULL;
	const struct slot *slot = prefixes_get(&inventory->declared, a);
	for (; slot; slot = slot_around(&inventory->declared, slot))
		if (!scanner_is_expired(&inventory->scanner[slot->value], now_ms))
			return &inventory->scanner[slot->value];
	return NULL;
}

uint32_t inventory_sampling(const struct inventory *inventory, const struct addr *exporter)
{
	const struct slot *slot = inventory ? prefixes_get(&inventory->sampling, exporter) : NULL;
	return slot ? slot->value : 0;
}

bool inventory_trusts(const struct inventory *inventory, const struct addr *a)
{
	return inventory && prefixes_get(&inventory->proxies, a);
}

const struct prefix *network_next(struct network_iter *it)
{
	if (!it->inventory || it->n_seen == it->inventory->networks.n)
		return NULL;
	return &it->inventory->networks.slot[it->n_seen++].where;
}

const char *inventory_name(const struct inventory *inventory, const struct prefix *p)
{
	const struct slot *slot = inventory ? prefixes_get(&inventory->names, &p->addr) : NULL;
	while (slot && slot->where.bits > p->bits)
		slot = slot_around(&inventory->names, slot);
	return slot && prefix_eq(&slot->where, p) ? inventory->name[slot->value] : NULL;
}

const struct declared_scanner *scanner_next(struct scanner_iter *it)
{
	if (!it->inventory || it->n_seen == it->inventory->n_scanners)
		return NULL;
	return &it->inventory->scanner[it->n_seen++];
}

bool kept_next(struct kept_iter *it, struct kept *out)
{
	static const struct {
		enum role role;
		enum part part;
	} implied[] = {
		{ ROLE_VOIP_SERVER, PART_CALL_MANAGER },
		{ ROLE_VOIP_SERVER, PART_TFTP_SERVER },
		{ ROLE_DNS_RESOLVER, PART_DNS_SERVER },
		{ ROLE_MONITOR, PART_MANAGEMENT },
	};
	const struct inventory *inv = it->inventory;
	if (inv && it->n_seen < inv->n_kept) {
		*out = inv->kept[it->n_seen++];
		return true;
	}
	while (inv && it->n_implied < inv->roles.n * countof(implied)) {
		const struct slot *s = &inv->roles.slot[it->n_implied / countof(implied)];
		size_t i = it->n_implied++ % countof(implied);
		if (s->value != implied[i].role)
			continue;
		*out = (struct kept){ s->where, implied[i].part };
		return true;
	}
	return false;
}
