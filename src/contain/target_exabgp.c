// SPDX-License-Identifier: Apache-2.0
// FlowSpec by the text commands of ExaBGP's API: one line a rule, for a process or for exabgpcli.
#include "contain/flowspec.h"

static const struct flowspec_dialect dialect = {
	.source = "source",
	.destination = "destination",
	.proto = { "protocol", "next-header" },
	.from_port = "source-port",
	.to_port = "destination-port",
	.icmp_type = "icmp-type",
	.icmp_code = "icmp-code",
	.flags = "tcp-flags [ ack rst ]",
	.open = "[ ",
	.close = " ]",
	.end = "; ",
	.equal = "=",
};

static bool rules_write(const struct writing *w, const char *verb, struct err *e)
{
	struct policy p = {};
	bool ok = policy_narrow(w->compiled, &p, e);
	for (size_t i = 0; ok && i < p.n; i++)
		for (enum family f = 0; f < N_FAMILIES && ok; f++) {
			if (!rule_is_of(&p.rule[i], f))
				continue;
			fprintf(w->out, "%s flow route { match { ", verb);
			ok = flowspec_write(&p.rule[i].box, f, &dialect, w->out) ||
			     err_set(e, "a rule of the plan cannot be said in FlowSpec");
			fprintf(w->out, "} then { %s; } }\n",
				p.rule[i].action == ACTION_DENY ? "discard" : "accept");
		}
	policy_fini(&p);
	return ok;
}

static bool write(const struct writing *w, struct err *e)
{
	flowspec_head(w);
	return rules_write(w, "announce", e);
}

static void undo(const struct writing *w)
{
	struct err e;
	rules_write(w, "withdraw", &e);
}

const struct target flowspec_exabgp_target = {
	.name = "flowspec-exabgp",
	.about = "BGP FlowSpec, as commands for the API of ExaBGP",
	.can = CAN(V4) | CAN(V6) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN),
	.breaks = "a host that is stopped loses the port on every router that takes the rules",
	.tested = "ExaBGP 4.2.21 to GoBGP 3.10 and to BIRD 2.0.12",
	.comment = "#",
	.max_rules = 4000,
	.write = write,
	.undo = undo,
	.effect = flowspec_effect,
};
