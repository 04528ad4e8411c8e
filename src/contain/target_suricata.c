// SPDX-License-Identifier: Apache-2.0
// Rules of Suricata: pass what is protected, drop the hosts, alert on the requests of the worms.
#include "contain/target.h"
#include "model/flow.h"

enum { FIRST_SID = 9200000, CONTENT_SID = 9199000 };

static void address_write(const struct range *s, FILE *out)
{
	struct range all = family_span(FAMILY_6), four = family_span(FAMILY_4);
	char room[ADDR_TEXT_BYTES];
	struct prefix p;
	if (span_has(s, &all) || span_has(s, &four) || !span_prefix(s, &p)) {
		fputs("any", out);
		return;
	}
	fputs(addr_format(&p.addr, room), out);
	if (p.bits < 128)
		fprintf(out, "/%u", addr_is_v4(&p.addr) ? p.bits - 96U : p.bits);
}

static void port_write(const struct range *s, FILE *out)
{
	if (s->lo == 0 && s->hi == UINT16_MAX)
		fputs("any", out);
	else if (s->lo == s->hi)
		fprintf(out, "%u", (unsigned)s->lo);
	else
		fprintf(out, "%u:%u", (unsigned)s->lo, (unsigned)s->hi);
}

/* What the head of a rule cannot say. */
static void options_write(const struct box *b, bool is_icmp, bool is_other, FILE *out)
{
	const struct range *dport = &b->of[DIM_DPORT];
	if (is_other)
		fprintf(out, "ip_proto:%u; ", (unsigned)b->of[DIM_PROTO].lo);
	if (is_icmp && dport->hi - dport->lo < 256)
		fprintf(out, "itype:%u; ", (unsigned)dport->lo >> 8);
	if (is_icmp && dport->hi == dport->lo)
		fprintf(out, "icode:%u; ", (unsigned)dport->lo & 255);
}

/* `flags` is one of what says that a packet opens nothing, or NULL. */
static void rule_text(
	const struct writing *w, const struct rule *r, const char *flags, unsigned sid)
{
	static const char *const names[] = { [PROTO_ICMP] = "icmp",
		[PROTO_TCP] = "tcp",
		[PROTO_UDP] = "udp",
		[PROTO_ICMP6] = "icmp" };
	const struct box *b = &r->box;
	unsigned proto = (unsigned)b->of[DIM_PROTO].lo;
	bool is_one = b->of[DIM_PROTO].lo == b->of[DIM_PROTO].hi;
	bool is_known = is_one && proto < countof(names) && names[proto];
	bool is_icmp = is_one && (proto == PROTO_ICMP || proto == PROTO_ICMP6);
	struct range any = { 0, UINT16_MAX };
	char reason[REASON_BYTES];
	fprintf(w->out, "%s %s ", r->action == ACTION_PERMIT ? "pass" : "drop",
		is_known ? names[proto] : "ip");
	address_write(&b->of[DIM_SRC], w->out);
	fputc(' ', w->out);
	port_write(is_icmp ? &any : &b->of[DIM_SPORT], w->out);
	fputs(" -> ", w->out);
	address_write(&b->of[DIM_DST], w->out);
	fputc(' ', w->out);
	port_write(is_icmp ? &any : &b->of[DIM_DPORT], w->out);
	fprintf(w->out, " (msg:\"cordon %s\"; ", rule_reason(w, r, reason));
	options_write(b, is_icmp, is_one && !is_known, w->out);
	if (flags)
		fprintf(w->out, "flags:%s; ", flags);
	fprintf(w->out, "sid:%u; rev:1;)\n", sid);
}

static bool write(const struct writing *w, struct err *e)
{
	static const struct {
		const char *content, *what;
	} requests[] = {
		{ "default.ida", "request for .ida, as Code Red sends it" },
		{ "root.exe", "request for root.exe, the back door of Code Red II" },
		{ "cmd.exe", "request for cmd.exe, as Nimda sends it" },
	};
	(void)e;
	for (unsigned i = 0; i < countof(requests); i++)
		fprintf(w->out,
			"alert http any any -> any any (msg:\"cordon %s\"; "
			"flow:established,to_server; "
			"http.uri; content:\"%s\"; nocase; classtype:web-application-attack; "
			"sid:%u; "
			"rev:1;)\n",
			requests[i].what, requests[i].content, CONTENT_SID + i);
	// By packet: flow:established is not yet true of a SYN/ACK, and flags:*AR passes over packets
	// with ACK alone in Suricata 7.0.10, so ACK and RST are a rule each.
	unsigned sid = FIRST_SID;
	for (size_t i = 0; i < w->compiled->policy.n; i++) {
		const struct rule *r = &w->compiled->policy.rule[i];
		bool is_answer = r->box.of[DIM_STATE].lo == 1;
		rule_text(w, r, is_answer ? "A+" : NULL, sid++);
		if (is_answer)
			rule_text(w, r, "R+", sid++);
	}
	return true;
}

static void undo(const struct writing *w)
{
	fputs("remove this file from rule-files, then: suricatasc -c ruleset-reload-nonblocking\n",
		w->out);
}

const struct target suricata_target = {
	.name = "suricata",
	.about = "rules of Suricata, inline: pass, drop, and alerts on the worms' requests",
	.can = CAN(V4) | CAN(V6) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN) |
	       CAN(CONTENT),
	.breaks = "it drops only where Suricata runs inline, and a pass ends the look at that "
		  "traffic",
	.tested = "Suricata 7.0.10, on captures as an inline sensor sees them; not inline",
	.comment = "#",
	.max_rules = 20000,
	.write = write,
	.undo = undo,
};
