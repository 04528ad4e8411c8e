// SPDX-License-Identifier: Apache-2.0
// The connection-rate filter of HP ProCurve, by its configuration: whom it blocks once he opens too many connections.
#ifndef CONTAIN_PROCURVE_H
#define CONTAIN_PROCURVE_H
#include "base/bytes.h"
#include "contain/policy.h"

enum { THROTTLE_NAME_BYTES = 40 };

struct throttle {
	char list[THROTTLE_NAME_BYTES]; // that was bound last, or is there
	struct policy policy;           // of it: ACTION_DENY is whom the filter looks at
	bool is_on, is_bound;           // a sensitivity is set; a VLAN has the list
	unsigned vlan;
	char ports[THROTTLE_NAME_BYTES * 8]; // where it blocks, each with a blank behind
	size_t n_unread;                     // lines that decide what nobody knows
	uint32_t first_unread;
};

/** Read it. Returns false, with `e` filled, for want of memory; free with throttle_fini in any case. */
bool throttle_read(struct str text, struct throttle *out, struct err *e);
void throttle_fini(struct throttle *t);

/** Whether a port, as it was named, is one where it blocks. */
bool throttle_blocks(const struct throttle *t, const char *port);
#endif
