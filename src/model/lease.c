// SPDX-License-Identifier: Apache-2.0
// MAC addresses as people and servers write them.
#include "model/lease.h"

#include <stdio.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool mac_parse(struct str text, struct mac *out)
{
	static const struct {
		char mark;
		size_t digits; // between two marks
	} forms[] = { { ':', 2 }, { '-', 2 }, { '.', 4 } };
	struct mac m = {};
	for (size_t f = 0; f < countof(forms); f++) {
		size_t step = forms[f].digits + 1, n = 0;
		bool ok = text.len == 12 + 12 / forms[f].digits - 1;
		for (size_t i = 0; ok && i < text.len; i++) {
			if (i % step == forms[f].digits) {
				ok = text.ptr[i] == forms[f].mark;
				continue;
			}
			int d = digit(text.ptr[i]);
			ok = d >= 0;
			m.octet[n / 2] = (uint8_t)(m.octet[n / 2] << 4 | (d & 0xf));
			n++;
		}
		if (!ok)
			continue;
		*out = m;
		return true;
	}
	return false;
}

const char *mac_format(const struct mac *m, char room[static MAC_TEXT_BYTES])
{
	snprintf(room, MAC_TEXT_BYTES, "%02x:%02x:%02x:%02x:%02x:%02x", m->octet[0], m->octet[1],
		m->octet[2], m->octet[3], m->octet[4], m->octet[5]);
	return room;
}
