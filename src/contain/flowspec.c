// SPDX-License-Identifier: Apache-2.0
// Components in the order of their types; operators as both programs know them.
#include "contain/flowspec.h"

#include "model/flow.h"

bool flowspec_effect(const struct compiled *c, struct policy *out, struct err *e)
{
	return policy_narrow(c, out, e);
}

void flowspec_head(const struct writing *w)
{
	fprintf(w->out,
		"# Rules by source alone are not valid over eBGP (RFC 8955, 6: the destination "
		"must\n"
		"# be routed to who announces it): %s.\n"
		"# When the peering is lost, routers forget the rules: the network then fails "
		"open.\n",
		w->device->is_ebgp ? "turn validation off at the peer for this session"
				   : "announce them over iBGP");
}

static bool address_write(const char *key, const struct range *s, enum family f,
	const struct flowspec_dialect *d, FILE *out)
{
	struct range all = family_span(f);
	struct prefix p;
	char room[ADDR_TEXT_BYTES];
	if (span_has(s, &all))
		return true;
	if (!span_prefix(s, &p))
		return false;
	fprintf(out, "%s %s/%u%s", key, addr_format(&p.addr, room),
		f == FAMILY_4 ? p.bits - 96U : p.bits, d->end);
	return true;
}

static void numbers_write(
	const char *key, u128 lo, u128 hi, u128 most, const struct flowspec_dialect *d, FILE *out)
{
	if (lo == 0 && hi == most)
		return;
	fprintf(out, "%s %s", key, d->open);
	if (lo == hi)
		fprintf(out, "%s%u", d->equal, (unsigned)lo);
	else
		fprintf(out, ">=%u&<=%u", (unsigned)lo, (unsigned)hi);
	fprintf(out, "%s%s", d->close, d->end);
}

bool flowspec_write(const struct box *b, enum family f, const struct flowspec_dialect *d, FILE *out)
{
	const struct range *proto = &b->of[DIM_PROTO], *dport = &b->of[DIM_DPORT];
	const struct range *sport = &b->of[DIM_SPORT];
	bool is_one = proto->lo == proto->hi;
	bool is_icmp = is_one && (proto->lo == PROTO_ICMP || proto->lo == PROTO_ICMP6);
	if (!address_write(d->destination, &b->of[DIM_DST], f, d, out) ||
		!address_write(d->source, &b->of[DIM_SRC], f, d, out))
		return false;
	if (!is_one && (proto->lo != 0 || proto->hi != UINT8_MAX))
		return false;
	numbers_write(d->proto[f], proto->lo, proto->hi, UINT8_MAX, d, out);
	if (is_icmp) {
		numbers_write(d->icmp_type, dport->lo >> 8, dport->hi >> 8, UINT8_MAX, d, out);
		if (dport->lo == dport->hi)
			numbers_write(
				d->icmp_code, dport->lo & 255, dport->hi & 255, UINT8_MAX, d, out);
		return true;
	}
	numbers_write(d->to_port, dport->lo, dport->hi, UINT16_MAX, d, out);
	numbers_write(d->from_port, sport->lo, sport->hi, UINT16_MAX, d, out);
	if (b->of[DIM_STATE].lo == 1)
		fprintf(out, "%s%s", d->flags, d->end);
	return true;
}

bool flowspec_rules(const struct writing *w, const struct flowspec_dialect *d, const bool *only,
	bool is_undo, struct err *e)
{
	struct policy p = {};
	bool ok = policy_narrow(w->compiled, &p, e);
	for (size_t i = 0; ok && i < p.n; i++)
		for (enum family f = 0; f < N_FAMILIES && ok; f++) {
			if (!rule_is_of(&p.rule[i], f) || (only && !only[i]))
				continue;
			fprintf(w->out, "%s%s%s", d->before, d->verb[is_undo], d->behind[f]);
			ok = flowspec_write(&p.rule[i].box, f, d, w->out) ||
			     err_set(e, "a rule of the plan cannot be said in FlowSpec");
			fprintf(w->out, "%s%s%s\n", d->then,
				p.rule[i].action == ACTION_DENY ? "discard" : "accept", d->done);
		}
	policy_fini(&p);
	return ok;
}
