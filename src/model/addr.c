// SPDX-License-Identifier: Apache-2.0
// Addresses and prefixes: text forms, and what they have in common.
#include "model/addr.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>

unsigned addr_common_bits(const struct addr *a, const struct addr *b)
{
	for (unsigned i = 0; i < sizeof a->octet; i++) {
		unsigned differs = a->octet[i] ^ b->octet[i];
		if (differs)
			return i * 8 + (unsigned)__builtin_clz(differs) - 24;
	}
	return 128;
}

bool prefix_has(const struct prefix *p, const struct addr *a)
{
	return addr_common_bits(&p->addr, a) >= p->bits;
}

bool addr_parse(struct str text, struct addr *out)
{
	char room[ADDR_TEXT_BYTES];
	if (text.len == 0 || text.len >= sizeof room)
		return false;
	memcpy(room, text.ptr, text.len);
	room[text.len] = '\0';

	struct in_addr v4;
	if (inet_pton(AF_INET, room, &v4) == 1) {
		*out = addr_v4(ntohl(v4.s_addr));
		return true;
	}
	struct in6_addr v6;
	if (!memchr(room, ':', text.len) || inet_pton(AF_INET6, room, &v6) != 1)
		return false;
	memcpy(out->octet, v6.s6_addr, sizeof out->octet);
	return true;
}

/* A prefix length in decimal, at most `max`; -1 for anything else. */
static int length_parse(struct str text, int max)
{
	int n = 0;
	if (text.len == 0 || text.len > 3)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
		n = n * 10 + (text.ptr[i] - '0');
	}
	return n <= max ? n : -1;
}

bool prefix_parse(struct str text, struct prefix *out)
{
	const char *slash = text.len ? memchr(text.ptr, '/', text.len) : NULL;
	struct str head = { text.ptr, slash ? (size_t)(slash - text.ptr) : text.len };
	struct prefix p = { .bits = 128 };
	if (!addr_parse(head, &p.addr))
		return false;
	if (slash) {
		int base = addr_is_v4(&p.addr) ? 96 : 0;
		int n = length_parse(
			(struct str){ slash + 1, text.len - head.len - 1 }, 128 - base);
		if (n < 0)
			return false;
		p.bits = (uint8_t)(base + n);
	}
	for (unsigned i = p.bits; i < 128; i++)
		if (p.addr.octet[i / 8] & 0x80 >> i % 8)
			return false;
	*out = p;
	return true;
}

const char *addr_format(const struct addr *a, char room[static ADDR_TEXT_BYTES])
{
	bool v4 = addr_is_v4(a);
	const char *text =
		inet_ntop(v4 ? AF_INET : AF_INET6, a->octet + (v4 ? 12 : 0), room, ADDR_TEXT_BYTES);
	assert(text);
	return text;
}

struct prefix prefix_around(const struct addr *a, unsigned bits)
{
	struct prefix p = { *a, (uint8_t)bits };
	for (unsigned i = 0; i < sizeof p.addr.octet; i++) {
		unsigned kept = bits > 8 * i ? bits - 8 * i : 0;
		if (kept < 8)
			p.addr.octet[i] &= (uint8_t)(0xff00 >> kept);
	}
	return p;
}

const char *prefix_format(const struct prefix *p, char room[static PREFIX_TEXT_BYTES])
{
	char address[ADDR_TEXT_BYTES];
	addr_format(&p->addr, address);
	if (p->bits == 128)
		snprintf(room, PREFIX_TEXT_BYTES, "%s", address);
	else
		snprintf(room, PREFIX_TEXT_BYTES, "%s/%d", address,
			addr_is_v4(&p->addr) && p->bits >= 96 ? p->bits - 96 : p->bits);
	return room;
}
