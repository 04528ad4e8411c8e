// SPDX-License-Identifier: Apache-2.0
// The names of a host over time: addresses, MAC addresses, and what it calls itself.
#include <stdio.h>

#include "app/incident.h"
#include "model/words.h"

static void name_json(const struct address_row *a, struct json *j)
{
	char address[ADDR_TEXT_BYTES], mac[MAC_TEXT_BYTES];
	json_open(j, '{');
	json_words(j, "address", addr_format(&a->addr, address));
	json_time(j, "since", a->from_ms);
	json_time(j, "until", a->until_ms == UINT64_MAX ? 0 : a->until_ms);
	json_words(j, "mac", mac_is_told(&a->mac) ? mac_format(&a->mac, mac) : NULL);
	json_words(j, "name", *a->name ? a->name : NULL);
	json_close(j, '}');
}

/* Only what says more than the address that the host is called by. */
static void name_line(const struct address_row *a)
{
	char address[ADDR_TEXT_BYTES], mac[MAC_TEXT_BYTES], name[HOST_NAME_BYTES];
	char since[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES];
	if (!a->from_ms && a->until_ms == UINT64_MAX && !mac_is_told(&a->mac) && !*a->name)
		return;
	printf("      %s", addr_format(&a->addr, address));
	if (mac_is_told(&a->mac))
		printf(", MAC %s", mac_format(&a->mac, mac));
	if (*a->name)
		printf(", named %s", plain_format(a->name, name, sizeof name));
	if (a->from_ms)
		printf(", since %s", time_format(a->from_ms, since));
	if (a->until_ms != UINT64_MAX)
		printf(", until %s", time_format(a->until_ms, until));
	putchar('\n');
}

void names_list(const struct desk *d, uint64_t host, struct json *j)
{
	const struct host_row *h = board_host(d->board, host);
	const struct address_row *a;
	for (uint32_t at = h ? h->first_address : 0; (a = board_address(d->board, at));
		at = a->next_of_host)
		if (j)
			name_json(a, j);
		else
			name_line(a);
}
