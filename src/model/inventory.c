// SPDX-License-Identifier: Apache-2.0
// The inventory: what its file may say, as tables of keys, and the questions it answers.
#include "model/inventory.h"

#include <assert.h>
#include <stdlib.h>

#include "base/day.h"
#include "base/yaml.h"
#include "model/prefixes.h"

enum { MAX_RATE = 1 << 24, NAME_BYTES_MAX = 120 };

struct inventory {
	struct prefixes networks, assigned, dark, roles, declared, sampling, proxies, names;
	struct declared_scanner *scanner;
	size_t n_scanners, cap_scanners;
	struct kept *kept;
	size_t n_kept, cap_kept;
	char **name;
	size_t n_names, cap_names;
};

#define ROLE_AS_TEXT(name, text) [ROLE_##name] = (text),
static const char *const role_names[] = { ROLES(ROLE_AS_TEXT) };
static_assert(countof(role_names) == N_ROLES);

#define PART_AS_TEXT(name, text) [PART_##name] = (text),
const char *const part_names[] = { PARTS(PART_AS_TEXT) };
static_assert(countof(part_names) == N_PARTS);

const char *role_name(enum role role)
{
	return role_names[role];
}

static bool read_prefix(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const char what[] = "an address or a prefix without host bits (10.0.0.0/8)";
	const struct yml_key row = { .name = key->name, .expects = what };
	struct str text;
	if (!yml_text(&row, value, &text, e))
		return false;
	return prefix_parse(text, into) || yml_expected(e, value, what);
}

static bool read_address(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct str text;
	struct prefix *p = into;
	if (!yml_text(key, value, &text, e))
		return false;
	p->bits = 128;
	return addr_parse(text, &p->addr) || yml_expected(e, value, key->expects);
}

static bool read_listed(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct slot slot = { .node = value.node };
	return read_prefix(key, value, &slot.where, e) && prefixes_put(into, &slot, e);
}

struct role_row {
	struct prefix where;
	unsigned role;
};

static const struct yml_key role_key[] = {
	{
		.name = "address",
		.is_required = true,
		.read = read_prefix,
		.offset = offsetof(struct role_row, where),
	},
	{
		.name = "role",
		.expects = "the name of a role",
		.is_required = true,
		.read = yml_choice,
		.offset = offsetof(struct role_row, role),
		.choice = role_names,
		.n_choices = countof(role_names),
	},
};
static const struct yml_keys role_keys = { "a host with 'address' and 'role'", role_key,
	countof(role_key) };

static bool read_role(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct role_row row = {};
	if (!yml_map(value, &role_keys, &row, e))
		return false;
	struct slot slot = { .where = row.where, .value = row.role, .node = value.node };
	return prefixes_put(into, &slot, e);
}

struct sampling_row {
	struct prefix exporter;
	uint64_t rate;
};

static const struct yml_key sampling_key[] = {
	{
		.name = "exporter",
		.expects = "an address",
		.is_required = true,
		.read = read_address,
		.offset = offsetof(struct sampling_row, exporter),
	},
	{
		.name = "rate",
		.is_required = true,
		.read = yml_number,
		.offset = offsetof(struct sampling_row, rate),
		.min = 1,
		.max = MAX_RATE,
	},
};
static const struct yml_keys sampling_keys = { "an exporter with 'exporter' and 'rate'",
	sampling_key, countof(sampling_key) };

static bool read_sampling(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct sampling_row row = {};
	if (!yml_map(value, &sampling_keys, &row, e))
		return false;
	struct slot slot = {
		.where = row.exporter, .value = (uint32_t)row.rate, .node = value.node
	};
	return prefixes_put(into, &slot, e);
}

struct scanner_row {
	struct prefix where;
	struct str address, reason, expires;
	uint64_t expires_ms;
};

static bool read_scanner_address(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct scanner_row *row = into;
	return read_prefix(key, value, &row->where, e) && yml_text(key, value, &row->address, e);
}

/* One line: a reason ends up in logs and tables. */
static bool read_reason(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return yml_expected(e, value, key->expects);
	*(struct str *)into = text;
	return true;
}

static bool read_expires(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct scanner_row *row = into;
	if (!yml_text(key, value, &row->expires, e))
		return false;
	int64_t start = day_parse(row->expires);
	if (start < 0)
		return yml_expected(e, value, key->expects);
	row->expires_ms = ((uint64_t)start + 24 * 60 * 60) * 1000;
	return true;
}

static const struct yml_key scanner_key[] = {
	{ .name = "address", .is_required = true, .read = read_scanner_address },
	{
		.name = "reason",
		.expects = "one line of text",
		.is_required = true,
		.read = read_reason,
		.offset = offsetof(struct scanner_row, reason),
	},
	{
		.name = "expires",
		.expects = "a day, YYYY-MM-DD",
		.is_required = true,
		.read = read_expires,
	},
};
static const struct yml_keys scanner_keys = { "a scanner with 'address', 'reason' and 'expires'",
	scanner_key, countof(scanner_key) };

static void text_keep(char *room, size_t size, struct str text)
{
	size_t n = text.len < size ? text.len : size - 1;
	memcpy(room, text.ptr, n);
	room[n] = '\0';
}

static bool read_scanner(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct inventory *inv = into;
	struct scanner_row row = {};
	if (!yml_map(value, &scanner_keys, &row, e))
		return false;

	struct declared_scanner *all =
		array_grown(inv->scanner, sizeof *all, inv->n_scanners, &inv->cap_scanners);
	if (!all)
		return err_sys(e, "inventory");
	inv->scanner = all;
	struct declared_scanner *s = &all[inv->n_scanners];
	*s = (struct declared_scanner){ .where = row.where, .expires_ms = row.expires_ms };
	text_keep(s->address, sizeof s->address, row.address);
	text_keep(s->expires, sizeof s->expires, row.expires);
	s->reason = strndup(row.reason.ptr, row.reason.len);
	if (!s->reason)
		return err_sys(e, "inventory");
	struct slot slot = {
		.where = s->where,
		.value = (uint32_t)inv->n_scanners,
		.until_ms = s->expires_ms,
		.node = value.node,
	};
	inv->n_scanners++;
	return prefixes_put(&inv->declared, &slot, e);
}

struct kept_row {
	struct prefix where;
	unsigned part;
};

static const struct yml_key kept_key[] = {
	{
		.name = "address",
		.is_required = true,
		.read = read_prefix,
		.offset = offsetof(struct kept_row, where),
	},
	{
		.name = "as",
		.expects = "what the host does",
		.is_required = true,
		.read = yml_choice,
		.offset = offsetof(struct kept_row, part),
		.choice = part_names,
		.n_choices = countof(part_names),
	},
};
static const struct yml_keys kept_keys = { "a host with 'address' and 'as'", kept_key,
	countof(kept_key) };

static bool read_kept(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct inventory *inv = into;
	struct kept_row row = {};
	if (!yml_map(value, &kept_keys, &row, e))
		return false;
	struct kept *all = array_grown(inv->kept, sizeof *all, inv->n_kept, &inv->cap_kept);
	if (!all)
		return err_sys(e, "inventory");
	inv->kept = all;
	inv->kept[inv->n_kept++] = (struct kept){ row.where, (enum part)row.part };
	return true;
}

/* It stands in tables and on pages beside many others. */
static bool read_short(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct str text;
	if (!read_reason(key, value, &text, e))
		return false;
	if (text.len > NAME_BYTES_MAX)
		return yml_expected(e, value, key->expects);
	*(struct str *)into = text;
	return true;
}

struct name_row {
	struct prefix where;
	struct str name;
};

static const struct yml_key name_key[] = {
	{
		.name = "address",
		.is_required = true,
		.read = read_prefix,
		.offset = offsetof(struct name_row, where),
	},
	{
		.name = "name",
		.expects = "one line of text of at most 120 bytes",
		.is_required = true,
		.read = read_short,
		.offset = offsetof(struct name_row, name),
	},
};
static const struct yml_keys name_keys = { "a host or network with 'address' and 'name'", name_key,
	countof(name_key) };

static bool read_name(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct inventory *inv = into;
	struct name_row row = {};
	if (!yml_map(value, &name_keys, &row, e))
		return false;
	char **all = array_grown(inv->name, sizeof *all, inv->n_names, &inv->cap_names);
	if (!all)
		return err_sys(e, "inventory");
	inv->name = all;
	all[inv->n_names] = strndup(row.name.ptr, row.name.len);
	if (!all[inv->n_names])
		return err_sys(e, "inventory");
	struct slot slot = {
		.where = row.where, .value = (uint32_t)inv->n_names++, .node = value.node
	};
	return prefixes_put(&inv->names, &slot, e);
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
		.read = read_role,
		.offset = offsetof(struct inventory, roles),
	},
	{
		.name = "declared-scanners",
		.expects = "a list of scanners with 'address', 'reason' and 'expires'",
		.is_list = true,
		.read = read_scanner,
	},
	PREFIX_LIST("trusted-proxies", proxies),
	{
		.name = "protect",
		.expects = "a list of hosts with 'address' and 'as'",
		.is_list = true,
		.read = read_kept,
	},
	{
		.name = "names",
		.expects = "a list of hosts and networks with 'address' and 'name'",
		.is_list = true,
		.read = read_name,
	},
	{
		.name = "sampling",
		.expects = "a list of exporters with 'exporter' and 'rate'",
		.is_list = true,
		.read = read_sampling,
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
