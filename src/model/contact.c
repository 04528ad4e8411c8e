// SPDX-License-Identifier: Apache-2.0
// The order of contacts.
#include "model/contact.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

int contact_cmp(const struct contact *a, const struct contact *b)
{
	int c = addr_cmp(&a->src, &b->src);
	c = c ? c : COMPARE(a->proto, b->proto);
	c = c ? c : COMPARE(a->port, b->port);
	c = c ? c : COMPARE(a->first_ms, b->first_ms);
	c = c ? c : COMPARE(a->at, b->at);
	return c ? c : addr_cmp(&a->dst, &b->dst);
}
