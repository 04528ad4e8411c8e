// SPDX-License-Identifier: Apache-2.0
// Addresses with ports, as people write them.
#include "model/listener.h"

#include <stdio.h>

#include "base/quantity.h"

/* Brackets around an address with colons, and only there (RFC 3986, 3.2.2). */
bool listener_parse(struct str text, struct listener *out)
{
	uint64_t port;
	const char *colon = memrchr(text.ptr, ':', text.len);
	if (!colon)
		return false;
	struct str host = { text.ptr, (size_t)(colon - text.ptr) };
	struct str digits = { colon + 1, text.len - host.len - 1 };
	bool has_colons = memchr(host.ptr, ':', host.len);
	if (has_colons && (host.ptr[0] != '[' || host.ptr[host.len - 1] != ']'))
		return false;
	if (has_colons)
		host = (struct str){ host.ptr + 1, host.len - 2 };
	struct listener l;
	if (!number_parse(digits, &port) || port < 1 || port > UINT16_MAX ||
		!addr_parse(host, &l.address) || addr_is_multicast(&l.address))
		return false;
	l.port = (uint16_t)port;
	*out = l;
	return true;
}

const char *listener_format(const struct listener *l, char room[static LISTENER_TEXT_BYTES])
{
	char address[ADDR_TEXT_BYTES];
	bool is_v4 = addr_is_v4(&l->address);
	snprintf(room, LISTENER_TEXT_BYTES, "%s%s%s:%u", is_v4 ? "" : "[",
		addr_format(&l->address, address), is_v4 ? "" : "]", l->port);
	return room;
}

bool listener_is_local(const struct listener *l)
{
	static const struct addr loopback = { { [15] = 1 } }; // ::1
	return addr_is_v4(&l->address) ? addr_low32(&l->address) >> 24 == 127
				       : addr_eq(&l->address, &loopback);
}
