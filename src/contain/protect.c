// SPDX-License-Identifier: Apache-2.0
// Each service times the networks that open it times those that serve it, both ways.
#include "contain/protect.h"

#include <stdlib.h>

#include "model/flow.h"
#include "model/prefixes.h"

void protection_fini(struct protection *p)
{
	free(p->shield);
	free(p->precious);
	*p = (struct protection){};
}

const char *shield_key(const struct protection *p, const struct shield *s)
{
	return s->service == SERVICE_OPERATOR ? "operator" : p->services->service[s->service].key;
}

static bool shield_put(struct protection *p, const struct shield *s, struct err *e)
{
	struct shield *room = array_grown(p->shield, sizeof *room, p->n, &p->cap);
	if (!room)
		return err_sys(e, "protection");
	p->shield = room;
	p->shield[p->n++] = *s;
	return true;
}

static struct range numbers_span(const struct numbers *all, size_t n, size_t i)
{
	return n ? (struct range){ all[i].lo, all[i].hi } : (struct range){ 0, UINT16_MAX };
}

enum { EPHEMERAL = 1024 }; // from here on clients take their ports (RFC 6056, section 3.2)

/* Answers go to where clients open from; of UDP also from port to port, as NTP and HSRP have it. */
static bool answers_put(struct protection *p, const struct shield *there, struct err *e)
{
	struct shield back = *there;
	struct range from = there->box.of[DIM_SPORT], to = there->box.of[DIM_DPORT];
	bool is_tcp = there->box.of[DIM_PROTO].lo == PROTO_TCP;
	back.is_answer = true;
	back.box.of[DIM_SRC] = there->box.of[DIM_DST];
	back.box.of[DIM_DST] = there->box.of[DIM_SRC];
	back.box.of[DIM_SPORT] = to;
	back.box.of[DIM_DPORT] = from;
	if (is_tcp)
		back.box.of[DIM_STATE].lo = 1; // an answer never opens a connection
	if (from.lo > 0 || from.hi < UINT16_MAX)
		return shield_put(p, &back, e);
	back.box.of[DIM_DPORT] = (struct range){ EPHEMERAL, UINT16_MAX };
	if (!shield_put(p, &back, e))
		return false;
	back.box.of[DIM_DPORT] = to;
	return is_tcp || to.lo >= EPHEMERAL || shield_put(p, &back, e);
}

/* The way there, and of what has ports the answers. A host needs no network to reach itself. */
static bool shields_of_pair(struct protection *p, uint32_t service, uint8_t proto,
	const struct range *from, const struct range *to, struct err *e)
{
	const struct service *s = &p->services->service[service];
	struct shield there = { .box = box_any(), .service = service };
	bool has_ports = s->n_ports && proto != PROTO_ICMP && proto != PROTO_ICMP6;
	if (from->lo == from->hi && from->lo == to->lo && from->hi == to->hi)
		return true;
	there.box.of[DIM_SRC] = *from;
	there.box.of[DIM_DST] = *to;
	there.box.of[DIM_PROTO] = (struct range){ proto, proto };
	for (size_t i = 0; i < (s->n_ports ? s->n_ports : 1); i++)
		for (size_t k = 0; k < (s->n_from_ports ? s->n_from_ports : 1); k++) {
			there.box.of[DIM_DPORT] = numbers_span(s->port, s->n_ports, i);
			there.box.of[DIM_SPORT] = numbers_span(s->from_port, s->n_from_ports, k);
			if (!shield_put(p, &there, e) || (has_ports && !answers_put(p, &there, e)))
				return false;
		}
	return true;
}

/* Networks that take part as one of a set; `n_seen` walks them. Anybody is one network of all. */
struct side {
	struct kept_iter it;
	uint32_t set;
	bool has_given_any;
};

static bool side_next(struct side *s, struct range *out)
{
	struct kept k;
	if (s->set & PART_ANY) {
		*out = box_any().of[DIM_SRC];
		bool is_first = !s->has_given_any;
		s->has_given_any = true;
		return is_first;
	}
	while (kept_next(&s->it, &k))
		if (s->set >> k.part & 1) {
			*out = prefix_span(&k.where);
			return true;
		}
	return false;
}

static bool shields_of_service(
	struct protection *p, uint32_t service, const struct inventory *inventory, struct err *e)
{
	const struct service *s = &p->services->service[service];
	struct range from, to;
	struct side opens = { .it = { .inventory = inventory }, .set = s->from };
	while (side_next(&opens, &from)) {
		struct side serves = { .it = { .inventory = inventory }, .set = s->to };
		while (side_next(&serves, &to))
			for (unsigned proto = s->proto_lo; proto <= s->proto_hi; proto++)
				if (!shields_of_pair(p, service, (uint8_t)proto, &from, &to, e))
					return false;
	}
	return true;
}

static bool precious_put(struct protection *p, const struct range *s, struct err *e)
{
	struct range *room =
		array_grown(p->precious, sizeof *room, p->n_precious, &p->cap_precious);
	if (!room)
		return err_sys(e, "protection");
	p->precious = room;
	p->precious[p->n_precious++] = *s;
	return true;
}

static int by_lo(const void *one, const void *other)
{
	const struct range *a = one, *b = other;
	return (a->lo > b->lo) - (a->lo < b->lo);
}

static void precious_merge(struct protection *p)
{
	size_t n = 0;
	if (p->n_precious)
		qsort(p->precious, p->n_precious, sizeof *p->precious, by_lo);
	for (size_t i = 0; i < p->n_precious; i++)
		if (n == 0 || p->precious[n - 1].hi < p->precious[i].lo)
			p->precious[n++] = p->precious[i];
		else if (p->precious[n - 1].hi < p->precious[i].hi)
			p->precious[n - 1].hi = p->precious[i].hi;
	p->n_precious = n;
}

bool protection_is_precious(const struct protection *p, const struct range *addresses)
{
	size_t low = 0, high = p->n_precious;
	while (low < high) { // the first that ends at or behind the begin
		size_t middle = low + (high - low) / 2;
		if (p->precious[middle].hi < addresses->lo)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->n_precious && p->precious[low].lo <= addresses->hi;
}

/* Who types must be able to take it back: logins to and from anywhere. */
static bool operator_put(struct protection *p, const struct addr *operator, struct err * e)
{
	struct shield there = { .box = box_any(), .service = SERVICE_OPERATOR };
	u128 at = addr_number(operator);
	there.box.of[DIM_SRC] = (struct range){ at, at };
	there.box.of[DIM_PROTO] = (struct range){ PROTO_TCP, PROTO_TCP };
	there.box.of[DIM_DPORT] = (struct range){ 22, 23 };
	return shield_put(p, &there, e) && answers_put(p, &there, e) &&
	       precious_put(p, &there.box.of[DIM_SRC], e);
}

bool protection_init(struct protection *p, const struct services *services,
	const struct inventory *inventory, const struct addr *operator, struct err * e)
{
	struct kept_iter it = { .inventory = inventory };
	struct kept k;
	*p = (struct protection){ .services = services };
	bool ok = !operator|| operator_put(p, operator, e);
	while (ok && kept_next(&it, &k)) {
		struct range s = prefix_span(&k.where);
		p->parts |= UINT32_C(1) << k.part;
		ok = precious_put(p, &s, e);
	}
	precious_merge(p);
	for (uint32_t i = 0; ok && i < services->n; i++)
		ok = shields_of_service(p, i, inventory, e);
	if (!ok)
		protection_fini(p);
	return ok;
}
