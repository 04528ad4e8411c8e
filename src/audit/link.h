// SPDX-License-Identifier: Apache-2.0
// An end of a link, and how it agrees with the other one.
#ifndef AUDIT_LINK_H
#define AUDIT_LINK_H
#include "audit/audit.h"

/** How an interface runs and how it is configured; NULL: not told. */
struct link_end {
	uint32_t device;
	struct str name;
	const struct fact *run, *set;
};

/** Whether a fact is of the present capture. */
bool link_is_now(const struct audit *a, const struct fact *x);

/** What is told of an interface of a device. */
struct link_end link_end_of(const struct audit *a, uint32_t device, struct str name);

/**
 * Add a fact `link`, as its first end sees it. Pointers to facts and values are stale afterwards.
 *
 * seen    where the link is told of
 * advert  what the other end says of its own duplex, NULL: nothing
 * by      neighbors, subnet
 */
void link_put(struct audit *a, const struct fact *seen, const struct link_end e[static 2],
	struct str neighbor, const struct value *advert, const char *by);

/** Whether what CDP calls a neighbor is a device: with its domain or without, core1(FOX1), TBA0340(core1). */
bool link_is_named(struct str neighbor, struct str device);

/** Add the links that two addresses of a /30 or /31 prove; `from`: the first fact that may be a link. */
void link_subnets(struct audit *a, size_t from);
#endif
