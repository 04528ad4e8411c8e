// SPDX-License-Identifier: Apache-2.0
// What lists of hosts have in common: their filters.
#ifndef APP_API_HOSTS_H
#define APP_API_HOSTS_H
#include "app/api_list.h"

/** What the filters of hosts ask for. */
struct host_filter {
	uint64_t incident;
	bool has_state, has_open, is_open, has_address, with_ways;
	enum state state;
	struct addr address;
};

/** Read the filters. Returns false after a problem. */
bool host_filter_parse(const struct list *l, const struct board *b, struct host_filter *f,
	struct http_answer *out);

bool host_is_wanted(const struct board *b, const struct member *m, const struct host_filter *f);

/** Numbers from 1 to n in the order that is wanted, behind the cursor; 0: none is left. Begin with 0. */
uint64_t list_step(const struct list *l, uint64_t at, uint64_t n);
#endif
