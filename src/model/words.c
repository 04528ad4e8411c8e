// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them.
#include "model/words.h"

#include <stdio.h>
#include <time.h>

#include "model/contact.h"

static const struct {
	uint8_t proto;
	const char *name;
} protos[] = {
	{ PROTO_TCP, "tcp" },
	{ PROTO_UDP, "udp" },
	{ PROTO_SCTP, "sctp" },
};

static void icmp_format(uint8_t proto, uint16_t port, char *room)
{
	unsigned type = port >> 8, code = port & 0xff;
	const char *name = proto == PROTO_ICMP ? "icmp" : "icmp6";
	if (type == (proto == PROTO_ICMP ? 8 : 128))
		snprintf(room, PORT_TEXT_BYTES, "%s echo", name);
	else
		snprintf(room, PORT_TEXT_BYTES, "%s %u/%u", name, type, code);
}

const char *port_format(
	uint8_t proto, uint16_t port, bool has_port, char room[static PORT_TEXT_BYTES])
{
	const char *name = NULL;
	for (size_t i = 0; i < countof(protos); i++)
		if (protos[i].proto == proto)
			name = protos[i].name;
	if (proto == PROTO_ICMP || proto == PROTO_ICMP6)
		icmp_format(proto, port, room);
	else if (proto == PROTO_UNKNOWN)
		snprintf(room, PORT_TEXT_BYTES, "not told");
	else if (!name)
		snprintf(room, PORT_TEXT_BYTES, "protocol %u", proto);
	else if (!has_port)
		snprintf(room, PORT_TEXT_BYTES, "%s, several ports", name);
	else
		snprintf(room, PORT_TEXT_BYTES, "%s/%u", name, port);
	return room;
}

const char *time_format(uint64_t ms, char room[static TIME_TEXT_BYTES])
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;
	char text[24] = "";
	if (ms / 1000 > INT32_MAX * UINT64_C(100) || !gmtime_r(&s, &tm) ||
		!strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm))
		snprintf(room, TIME_TEXT_BYTES, "9999-12-31T23:59:59Z");
	else if (ms % 1000)
		snprintf(room, TIME_TEXT_BYTES, "%s.%03uZ", text, (unsigned)(ms % 1000));
	else
		snprintf(room, TIME_TEXT_BYTES, "%sZ", text);
	return room;
}
