// SPDX-License-Identifier: Apache-2.0
// What one row of each list in an inventory may say, as tables of keys.
#include "model/inventory_rows.h"

#include <assert.h>
#include <stdlib.h>

#include "base/day.h"

enum { MAX_RATE = 1 << 24, NAME_BYTES_MAX = 120 };

#define ROLE_AS_TEXT(name, text) [ROLE_##name] = (text),
static const char *const role_names[] = { ROLES(ROLE_AS_TEXT) };
static_assert(countof(role_names) == N_ROLES);

#define PART_AS_TEXT(name, text) [PART_##name] = (text),
const char *const part_names[] = { PARTS(PART_AS_TEXT) };
static_assert(countof(part_names) == N_PARTS);

bool inventory_read_prefix(
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

struct role_row {
	struct prefix where;
	unsigned role;
};

static const struct yml_key role_key[] = {
	{
		.name = "address",
		.is_required = true,
		.read = inventory_read_prefix,
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

bool inventory_read_role(const struct yml_key *, struct yml_value value, void *into, struct err *e)
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

bool inventory_read_sampling(
	const struct yml_key *, struct yml_value value, void *into, struct err *e)
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
	return inventory_read_prefix(key, value, &row->where, e) &&
	       yml_text(key, value, &row->address, e);
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

bool inventory_read_scanner(
	const struct yml_key *, struct yml_value value, void *into, struct err *e)
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
		.read = inventory_read_prefix,
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

bool inventory_read_kept(const struct yml_key *, struct yml_value value, void *into, struct err *e)
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
		.read = inventory_read_prefix,
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

bool inventory_read_name(const struct yml_key *, struct yml_value value, void *into, struct err *e)
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

const char *role_name(enum role role)
{
	return role_names[role];
}
