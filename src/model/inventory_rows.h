// SPDX-License-Identifier: Apache-2.0
// Between the files of the inventory: what it holds, and the readers of its rows.
#ifndef MODEL_INVENTORY_ROWS_H
#define MODEL_INVENTORY_ROWS_H
#include "base/yaml.h"
#include "model/inventory.h"
#include "model/prefixes.h"

struct inventory {
	struct prefixes networks, assigned, dark, roles, declared, sampling, proxies, names;
	struct declared_scanner *scanner;
	size_t n_scanners, cap_scanners;
	struct kept *kept;
	size_t n_kept, cap_kept;
	char **name;
	size_t n_names, cap_names;
};

/** Read an address, or a prefix without host bits, into a struct prefix. */
bool inventory_read_prefix(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e);

/** Read a host and its role into a struct prefixes. */
bool inventory_read_role(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e);

/** Read an exporter and its rate into a struct prefixes. */
bool inventory_read_sampling(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e);

/** Read a declared scanner into a struct inventory. */
bool inventory_read_scanner(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e);

/** Read a host that must be kept working into a struct inventory. */
bool inventory_read_kept(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e);

/** Read a host or network and what it is called into a struct inventory. */
bool inventory_read_name(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e);
#endif
