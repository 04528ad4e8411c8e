// SPDX-License-Identifier: Apache-2.0
// Entries in one total order, so that a plan is a set and its bytes depend on nothing else.
#include "contain/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/quantity.h"
#include "model/prefixes.h"

static const char *const directions[] = {
#define AS_KEY(name, key) [DIRECTION_##name] = key,
	DIRECTIONS(AS_KEY)
#undef AS_KEY
};

const char *direction_key(enum direction d)
{
	return directions[d];
}

bool direction_parse(const char *key, enum direction *out)
{
	for (enum direction d = 0; d < N_DIRECTIONS; d++)
		if (!strcmp(directions[d], key)) {
			*out = d;
			return true;
		}
	return false;
}

static const struct {
	const char *name;
	uint8_t proto;
	bool has_ports;
} protos[] = {
	{ "tcp", PROTO_TCP, true },
	{ "udp", PROTO_UDP, true },
	{ "sctp", PROTO_SCTP, true },
	{ "any", PROTO_UNKNOWN, false },
};

/* "icmp echo", "icmp6 135/0", "icmp" */
static bool icmp_parse(const char *text, struct entry_port *out)
{
	bool is_6 = !strncmp(text, "icmp6", 5);
	const char *rest = text + (is_6 ? 5 : 4);
	struct entry_port p = { .proto = is_6 ? PROTO_ICMP6 : PROTO_ICMP,
		.has_port = *rest != '\0' };
	unsigned type, code;
	int end = 0;
	if (!strcmp(rest, " echo"))
		p.number = (uint16_t)((is_6 ? 128 : 8) << 8);
	else if (*rest && sscanf(rest, " %3u/%3u%n", &type, &code, &end) == 2 && !rest[end] &&
		 type <= UINT8_MAX && code <= UINT8_MAX)
		p.number = (uint16_t)(type << 8 | code);
	else if (*rest)
		return false;
	*out = p;
	return true;
}

bool entry_port_parse(const char *text, struct entry_port *out)
{
	if (!strncmp(text, "icmp", 4))
		return icmp_parse(text, out);
	size_t len = strcspn(text, "/");
	uint64_t n = 0;
	for (size_t i = 0; i < countof(protos); i++) {
		if (strlen(protos[i].name) != len || strncmp(text, protos[i].name, len))
			continue;
		if (text[len] && (!protos[i].has_ports ||
					 !number_parse((struct str){ text + len + 1,
							       strlen(text + len + 1) },
						 &n) ||
					 n > UINT16_MAX))
			return false;
		*out = (struct entry_port){ protos[i].proto, text[len] != '\0', (uint16_t)n };
		return true;
	}
	if (strncmp(text, "protocol ", 9) ||
		!number_parse((struct str){ text + 9, strlen(text + 9) }, &n) || n >= UINT8_MAX)
		return false;
	*out = (struct entry_port){ .proto = (uint8_t)n };
	return true;
}

bool entry_port_of_cause(const char *cause, struct entry_port *out)
{
	if (strncmp(cause, "web:", 4) != 0)
		return entry_port_parse(cause, out);
	*out = (struct entry_port){ PROTO_TCP, true, 80 };
	return true;
}

const char *entry_port_text(const struct entry_port *p, char room[static PORT_TEXT_BYTES])
{
	const char *name = NULL;
	for (size_t i = 0; i < countof(protos); i++)
		if (protos[i].proto == p->proto)
			name = protos[i].name;
	if (name && !p->has_port)
		snprintf(room, PORT_TEXT_BYTES, "%s", name);
	else if (!p->has_port && (p->proto == PROTO_ICMP || p->proto == PROTO_ICMP6))
		snprintf(room, PORT_TEXT_BYTES, "icmp%s", p->proto == PROTO_ICMP ? "" : "6");
	else
		port_format(p->proto, p->number, p->has_port, room);
	return room;
}

bool moment_parse(const char *text, uint64_t *out)
{
	struct tm tm = {};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (end && *end == '.') // parts of a second change no plan
		end += 1 + strspn(end + 1, "0123456789");
	time_t s = end && !strcmp(end, "Z") ? timegm(&tm) : -1;
	if (s <= 0)
		return false;
	if (s > INT32_MAX * INT64_C(100)) // beyond it time_format writes the last second of 9999
		s = INT64_C(253402300799);
	*out = (uint64_t)s * 1000;
	return true;
}

void plan_fini(struct plan *p)
{
	free(p->entry);
	*p = (struct plan){};
}

bool plan_put(struct plan *p, const struct entry *entry, struct err *e)
{
	if (p->n == ENTRIES_MAX)
		return err_set(e, "more than %d entries in a plan", ENTRIES_MAX);
	struct entry *room = array_grown(p->entry, sizeof *room, p->n, &p->cap);
	if (!room)
		return err_sys(e, "plan");
	p->entry = room;
	p->entry[p->n++] = *entry;
	return true;
}

bool segment_is_one(const struct prefix *p)
{
	enum { SHORTEST_4 = 8, SHORTEST_6 = 32 };
	bool is_v4 = p->bits >= 96 && addr_is_v4(&p->addr);
	return is_v4 ? p->bits >= 96 + SHORTEST_4 : p->bits >= SHORTEST_6;
}

static int by_key(const struct entry *a, const struct entry *b)
{
	int order = addr_cmp(&a->host.addr, &b->host.addr);
	if (!order)
		order = a->host.bits - b->host.bits;
	if (!order)
		order = a->port.proto - b->port.proto;
	if (!order)
		order = a->port.has_port - b->port.has_port;
	if (!order)
		order = a->port.number - b->port.number;
	return order ? order : (int)a->direction - (int)b->direction;
}

static int entry_order(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;
	int order = by_key(a, b);
	if (!order)
		order = b->confidence_pct - a->confidence_pct;
	if (!order)
		order = (int)a->verdict - (int)b->verdict;
	return order ? order : strcmp(a->why, b->why);
}

void plan_settle(struct plan *p)
{
	size_t n = 0;
	if (p->n)
		qsort(p->entry, p->n, sizeof *p->entry, entry_order);
	for (size_t i = 0; i < p->n; i++) {
		struct entry *last = n ? &p->entry[n - 1] : NULL, *e = &p->entry[i];
		if (!last || by_key(last, e)) {
			p->entry[n++] = *e;
			continue;
		}
		last->until_ms = e->until_ms > last->until_ms ? e->until_ms : last->until_ms;
		last->last_ms = e->last_ms > last->last_ms ? e->last_ms : last->last_ms;
		last->is_segment |= e->is_segment;
		if (e->incident && (!last->incident || e->incident < last->incident))
			last->incident = e->incident;
	}
	p->n = n;
}

size_t plan_hosts(const struct plan *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n; i++)
		n += i == 0 || !prefix_eq(&p->entry[i].host, &p->entry[i - 1].host);
	return n;
}

size_t plan_expire(struct plan *p)
{
	size_t n = 0, before = p->n;
	for (size_t i = 0; i < p->n; i++)
		if (p->entry[i].until_ms > p->at_ms)
			p->entry[n++] = p->entry[i];
	p->n = n;
	return before - n;
}

/* What is hashed of an entry: without padding, in one byte order. */
struct entry_key {
	uint8_t host[16], bits, proto, has_port, direction;
	uint8_t port[2], until[8], unused[2];
};
static_assert(sizeof(struct entry_key) == 32);

const char *plan_hash(const struct plan *p, char room[static HASH_TEXT_BYTES])
{
	struct {
		XXH128_hash_t before;
		struct entry_key key;
	} link = {};
	for (size_t i = 0; i < p->n; i++) {
		const struct entry *e = &p->entry[i];
		uint16_t port = htobe16(e->port.number);
		uint64_t until = htobe64(e->until_ms);
		link.key = (struct entry_key){ .bits = e->host.bits,
			.proto = e->port.proto,
			.has_port = e->port.has_port,
			.direction = (uint8_t)e->direction };
		memcpy(link.key.host, e->host.addr.octet, sizeof link.key.host);
		memcpy(link.key.port, &port, sizeof port);
		memcpy(link.key.until, &until, sizeof until);
		link.before = XXH3_128bits(&link, sizeof link);
	}
	snprintf(room, HASH_TEXT_BYTES, "%016llx%016llx", (unsigned long long)link.before.high64,
		(unsigned long long)link.before.low64);
	return room;
}
