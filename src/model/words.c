// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them.
#include "model/words.h"

#include <stdio.h>
#include <time.h>

#include "base/day.h"
#include "base/quantity.h"
#include "model/contact.h"

static const struct {
	uint8_t proto;
	const char *name;
} protos[] = {
	{ PROTO_TCP, "tcp" },
	{ PROTO_UDP, "udp" },
	{ PROTO_SCTP, "sctp" },
};

static const char *name_of(uint8_t proto)
{
	const char *name = NULL;
	for (size_t i = 0; i < countof(protos); i++)
		if (protos[i].proto == proto)
			name = protos[i].name;
	return name;
}

bool port_is_told(uint8_t proto, uint16_t port)
{
	return port || !name_of(proto);
}

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
	const char *name = name_of(proto);
	if (proto == PROTO_ICMP || proto == PROTO_ICMP6)
		icmp_format(proto, port, room);
	else if (proto == PROTO_UNKNOWN)
		snprintf(room, PORT_TEXT_BYTES, "not told");
	else if (!name)
		snprintf(room, PORT_TEXT_BYTES, "protocol %u", proto);
	else if (!has_port)
		snprintf(room, PORT_TEXT_BYTES, "%s, several ports", name);
	else if (!port_is_told(proto, port))
		snprintf(room, PORT_TEXT_BYTES, "%s, port not told", name);
	else
		snprintf(room, PORT_TEXT_BYTES, "%s/%u", name, port);
	return room;
}

bool service_parse(const char *text, uint8_t *proto, uint16_t *port)
{
	const char *slash = strchr(text, '/');
	uint64_t n;
	if (!slash || !number_parse((struct str){ slash + 1, strlen(slash + 1) }, &n) ||
		n > UINT16_MAX)
		return false;
	for (size_t i = 0; i < countof(protos); i++)
		if (strlen(protos[i].name) == (size_t)(slash - text) &&
			!memcmp(protos[i].name, text, (size_t)(slash - text))) {
			*proto = protos[i].proto;
			*port = (uint16_t)n;
			return true;
		}
	return false;
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

/* Length of a sequence that must not reach a terminal, 0 for all else. */
static size_t unplain(const unsigned char *p)
{
	if (*p < 0x20 || *p == 0x7f)
		return 1;
	if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
		return 2; // C1: U+0080 to U+009F
	if (*p >= 0x80 && *p < 0xa0)
		return 1; // C1 as a byte of its own, which terminals of eight bits obey
	bool is_mark = p[0] == 0xe2 && ((p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) ||
					       (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
	return is_mark ? 3 : 0; // U+202A to U+202E, U+2066 to U+2069
}

/* Bytes of the character at `p`: what continues one in UTF-8 is no C1 code. */
static size_t character(const unsigned char *p)
{
	size_t n = *p < 0xc2 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 1;
	for (size_t i = 1; i < n; i++)
		if (p[i] >> 6 != 2)
			return 1;
	return n;
}

const char *plain_format(const char *name, char *room, size_t size)
{
	const unsigned char *p = (const unsigned char *)name;
	size_t n = 0;
	while (*p && n + 1 < size) {
		size_t bad = unplain(p);
		for (size_t i = bad ? 0 : character(p); i > 0 && n + 1 < size; i--)
			room[n++] = (char)*p++;
		if (bad)
			room[n++] = '?';
		p += bad;
	}
	if (size)
		room[n] = '\0';
	return room;
}

/* Two digits at a place, which have to be below a bound. */
static bool two_digits(struct str text, size_t at, unsigned below, uint64_t *out)
{
	const char *p = text.ptr + at;
	if (text.len < at + 2 || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (uint64_t)(p[0] - '0') * 10 + (uint64_t)(p[1] - '0');
	return *out < below;
}

/* "HH:MM", "HH:MM:SS", "HH:MM:SS.mmm", behind the day. */
static bool clock_parse(struct str text, uint64_t *ms)
{
	static const struct {
		size_t at;
		unsigned below;
		uint64_t ms;
	} part[] = { { 0, 24, 3600000 }, { 3, 60, 60000 }, { 6, 61, 1000 } };
	enum { FRACTION = 9, WHOLE = 12 };
	*ms = 0;
	for (size_t i = 0; i < countof(part); i++) {
		uint64_t n;
		if (i == 2 && text.len == part[1].at + 2)
			return true;
		if (!two_digits(text, part[i].at, part[i].below, &n) ||
			(i && text.ptr[part[i].at - 1] != ':'))
			return false;
		*ms += n * part[i].ms;
	}
	if (text.len == FRACTION - 1)
		return true;
	uint64_t thousandth;
	struct str digits = { text.ptr + FRACTION, 3 };
	if (text.len != WHOLE || text.ptr[FRACTION - 1] != '.')
		return false;
	while (digits.len > 1 && digits.ptr[0] == '0') // a number has no zeroes in front
		digits = (struct str){ digits.ptr + 1, digits.len - 1 };
	if (!number_parse(digits, &thousandth))
		return false;
	*ms += thousandth;
	return true;
}

bool time_parse(struct str text, uint64_t now_ms, uint64_t *out)
{
	enum { DAY_BYTES = 10 };
	uint64_t ms = 0, ago_ms;
	if (duration_parse(text, &ago_ms)) {
		*out = ago_ms < now_ms ? now_ms - ago_ms : 0;
		return true;
	}
	if (text.len && (text.ptr[text.len - 1] | 0x20) == 'z')
		text.len--;
	if (text.len < DAY_BYTES)
		return false;
	int64_t midnight_s = day_parse((struct str){ text.ptr, DAY_BYTES });
	struct str clock = { text.ptr + DAY_BYTES + 1, text.len - DAY_BYTES - 1 };
	bool has_clock = text.len > DAY_BYTES;
	if (midnight_s < 0 ||
		(has_clock && text.ptr[DAY_BYTES] != ' ' && (text.ptr[DAY_BYTES] | 0x20) != 't') ||
		(has_clock && !clock_parse(clock, &ms)))
		return false;
	*out = (uint64_t)midnight_s * 1000 + ms;
	return true;
}
