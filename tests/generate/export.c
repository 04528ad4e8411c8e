// SPDX-License-Identifier: Apache-2.0
// What the writers of all formats share.
#include "generate/export.h"

#include "generate/world.h"

enum { HOLD_MS = 1000, IF_SITE = 1, IF_INTERNET = 2 };

size_t export_batch(const struct export *x, size_t i, size_t max)
{
	size_t n = 0;
	uint64_t until_ms = x->trace[i].export_ms + HOLD_MS;
	while (n < max && i + n < x->n && x->trace[i + n].export_ms < until_ms)
		n++;
	return n;
}

uint16_t export_interface(const struct addr *a)
{
	return is_inside(a) ? IF_SITE : IF_INTERNET;
}
