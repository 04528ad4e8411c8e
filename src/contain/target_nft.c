// SPDX-License-Identifier: Apache-2.0
// nftables: one table in one transaction; hosts in sets whose elements end by themselves. Never
// auto-merge: it would join elements of different ends.
#include <stdlib.h>
#include <string.h>

#include "contain/target.h"
#include "model/flow.h"

static const char *const names[N_FAMILIES] = { "ip", "ip6" };
static const char *const types[N_FAMILIES] = { "ipv4_addr", "ipv6_addr" };

static void number_write(const struct range *s, FILE *out)
{
	if (s->lo == s->hi)
		fprintf(out, "%u", (unsigned)s->lo);
	else
		fprintf(out, "%u-%u", (unsigned)s->lo, (unsigned)s->hi);
}

static void span_write(const struct range *s, FILE *out)
{
	char room[ADDR_TEXT_BYTES];
	struct prefix p;
	struct addr lo = addr_of_number(s->lo), hi = addr_of_number(s->hi);
	if (span_prefix(s, &p)) {
		unsigned bits = addr_is_v4(&p.addr) ? p.bits - 96U : p.bits;
		fputs(addr_format(&p.addr, room), out);
		if (p.bits < 128)
			fprintf(out, "/%u", bits);
	} else {
		fprintf(out, "%s-", addr_format(&lo, room));
		fputs(addr_format(&hi, room), out);
	}
}

static void address_write(const struct range *s, enum family f, const char *which, FILE *out)
{
	struct range all = family_span(f);
	if (span_has(s, &all))
		return;
	fprintf(out, "%s %s ", names[f], which);
	span_write(s, out);
	fputc(' ', out);
}

static bool is_all(const struct range *port)
{
	return port->lo == 0 && port->hi == UINT16_MAX;
}

static void icmp_write(const char *name, const struct range *dport, FILE *out)
{
	struct range type = { dport->lo >> 8, dport->hi >> 8 };
	fprintf(out, "%s type ", name);
	number_write(&type, out);
	if (dport->lo == dport->hi)
		fprintf(out, " %s code %u", name, (unsigned)dport->lo & 255);
	fputc(' ', out);
}

static void port_write(const char *name, const char *which, const struct range *port, FILE *out)
{
	if (is_all(port))
		return;
	fprintf(out, "%s %s ", name, which);
	number_write(port, out);
	fputc(' ', out);
}

/* What follows the addresses: protocol, ports, state. */
static void rest_write(const struct box *b, FILE *out)
{
	static const char *const by_name[] = { [PROTO_ICMP] = "icmp",
		[PROTO_TCP] = "tcp",
		[PROTO_UDP] = "udp",
		[PROTO_ICMP6] = "icmpv6",
		[PROTO_SCTP] = "sctp" };
	const struct range *proto = &b->of[DIM_PROTO], *dport = &b->of[DIM_DPORT];
	unsigned n = (unsigned)proto->lo;
	if (proto->lo != proto->hi)
		return;
	const char *name = n < countof(by_name) ? by_name[n] : NULL;
	if (!name || (is_all(dport) && is_all(&b->of[DIM_SPORT]))) {
		fprintf(out, "meta l4proto %u ", n);
	} else if (n == PROTO_ICMP || n == PROTO_ICMP6) {
		icmp_write(name, dport, out);
	} else {
		port_write(name, "sport", &b->of[DIM_SPORT], out);
		port_write(name, "dport", dport, out);
	}
	if (b->of[DIM_STATE].lo == 1)
		fputs("tcp flags & (ack | rst) != 0x0 ", out);
}

static bool is_alike(const struct entry *a, const struct entry *b)
{
	return a->direction == b->direction && a->port.proto == b->port.proto &&
	       a->port.has_port == b->port.has_port && a->port.number == b->port.number &&
	       addr_is_v4(&a->host.addr) == addr_is_v4(&b->host.addr);
}

/* The rules of one set: those that follow each other and differ in host and end only. */
struct set {
	size_t first, end;
	enum family family;
	enum direction direction;
	char name[64];
	bool has_prefixes;
};

static const struct range *host_span(const struct rule *r, enum direction d)
{
	return &r->box.of[d == DIRECTION_OUT ? DIM_SRC : DIM_DST];
}

/* Elements of different ends may overlap where some are prefixes, which no set takes: then each end has
 * a set of its own. `part` says which one of them begins at `first`. */
static struct set set_at(const struct writing *w, size_t first)
{
	const struct policy *p = &w->compiled->policy;
	const struct entry *e = &w->plan->entry[p->rule[first].origin];
	size_t begin = first, end = first, part = 0;
	char port[PORT_TEXT_BYTES];
	struct set s = { .first = first,
		.family = addr_is_v4(&e->host.addr) ? FAMILY_4 : FAMILY_6,
		.direction = e->direction };
	while (begin > w->compiled->n_permits &&
		is_alike(e, &w->plan->entry[p->rule[begin - 1].origin]))
		begin--;
	while (end < p->n && is_alike(e, &w->plan->entry[p->rule[end].origin]))
		end++;
	for (size_t i = begin; i < end; i++) {
		const struct range *host = host_span(&p->rule[i], s.direction);
		s.has_prefixes |= host->lo != host->hi;
	}
	for (s.end = first; s.end < end; s.end++)
		if (s.has_prefixes && p->rule[s.end].until_ms != p->rule[first].until_ms)
			break;
	for (size_t i = begin + 1; i <= first; i++)
		part += p->rule[i].until_ms != p->rule[i - 1].until_ms;
	snprintf(s.name, sizeof s.name, "%s_%s_%s", direction_key(e->direction),
		entry_port_text(&e->port, port), s.family == FAMILY_4 ? "v4" : "v6");
	if (part)
		snprintf(s.name + strlen(s.name), sizeof s.name - strlen(s.name), "_%zu", part + 1);
	for (char *c; (c = strpbrk(s.name, "/ "));)
		*c = '_';
	return s;
}

static void element_write(const struct writing *w, const struct set *s, const struct rule *r)
{
	uint64_t left = (r->until_ms - w->plan->at_ms + 999) / 1000;
	span_write(host_span(r, s->direction), w->out);
	fprintf(w->out, " timeout %llus", (unsigned long long)left);
}

static void set_write(const struct writing *w, const struct set *s)
{
	size_t n = s->end - s->first;
	fprintf(w->out,
		"\tset %s {\n\t\ttype %s\n\t\tflags %stimeout\n\t\tsize %zu\n\t\tcounter\n"
		"\t\telements = {",
		s->name, types[s->family], s->has_prefixes ? "interval," : "",
		n < 32768 ? (size_t)65536 : n * 2);
	for (size_t i = s->first; i < s->end; i++) {
		fputs(i == s->first ? " " : ",\n\t\t\t", w->out);
		element_write(w, s, &w->compiled->policy.rule[i]);
	}
	fputs(" }\n\t}\n", w->out);
}

static void permits_write(const struct writing *w)
{
	for (size_t i = 0; i < w->compiled->n_permits; i++) {
		const struct rule *r = &w->compiled->policy.rule[i];
		char reason[REASON_BYTES];
		for (enum family f = 0; f < N_FAMILIES; f++) {
			if (!rule_is_of(r, f) || !writing_has(w, f))
				continue;
			fprintf(w->out, "\t\tmeta nfproto %s ", f == FAMILY_4 ? "ipv4" : "ipv6");
			address_write(&r->box.of[DIM_SRC], f, "saddr", w->out);
			address_write(&r->box.of[DIM_DST], f, "daddr", w->out);
			rest_write(&r->box, w->out);
			fprintf(w->out, "counter accept comment \"%s\"\n",
				rule_reason(w, r, reason));
		}
	}
}

static bool write(const struct writing *w, struct err *e)
{
	const struct policy *p = &w->compiled->policy;
	(void)e;
	fputs("table inet cordon\ndelete table inet cordon\ntable inet cordon {\n", w->out);
	fprintf(w->out, "\tcomment \"plan %s\"\n", w->hash);
	for (size_t i = w->compiled->n_permits; i < p->n;) {
		struct set s = set_at(w, i);
		set_write(w, &s);
		i = s.end;
	}
	fputs("\tchain cordon_forward {\n\t\ttype filter hook forward priority -10; policy "
	      "accept;\n",
		w->out);
	permits_write(w);
	for (size_t i = w->compiled->n_permits; i < p->n;) {
		struct set s = set_at(w, i);
		fputs("\t\t", w->out);
		rest_write(
			&p->rule[i].box, w->out); // first: the set counts what is looked up in it
		fprintf(w->out, "%s %s @%s counter drop\n", names[s.family],
			s.direction == DIRECTION_OUT ? "saddr" : "daddr", s.name);
		i = s.end;
	}
	fputs("\t}\n}\n", w->out);
	return true;
}

/* Elements alone. A rule has its place among others, so it comes back with the table. */
static bool mend(const struct writing *w, const bool *lost)
{
	const struct policy *p = &w->compiled->policy;
	for (size_t i = 0; i < w->compiled->n_permits; i++)
		if (lost[i])
			return false;
	for (size_t i = w->compiled->n_permits; i < p->n;) {
		struct set s = set_at(w, i);
		for (size_t k = s.first; k < s.end; k++) {
			if (!lost[k])
				continue;
			fprintf(w->out, "add element inet cordon %s { ", s.name);
			element_write(w, &s, &p->rule[k]);
			fputs(" }\n", w->out);
		}
		i = s.end;
	}
	return true;
}

static void undo(const struct writing *w)
{
	fputs("delete table inet cordon\n", w->out);
}

const struct target nftables_target = {
	.name = "nftables",
	.about = "a table of nftables for a Linux router: nft -f",
	.can = CAN(V4) | CAN(V6) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN) |
	       CAN(EXPIRY) | CAN(ATOMIC) | CAN(COUNTERS),
	.breaks =
		"it filters what is forwarded, not what the router itself sends or takes, and its "
		"accepts do not overrule the drops of other tables",
	.tested = "the Linux kernel, with real traffic between namespaces",
	.comment = "#",
	.max_rules = 1 << 20,
	.write = write,
	.undo = undo,
	.mend = mend,
};
