// SPDX-License-Identifier: Apache-2.0
// FlowSpec by the command line of GoBGP: a script of sh that adds each rule to the global table.
#include "contain/flowspec.h"

static const struct flowspec_dialect dialect = {
	.source = "source",
	.destination = "destination",
	.proto = { "protocol", "protocol" },
	.from_port = "source-port",
	.to_port = "destination-port",
	.icmp_type = "icmp-type",
	.icmp_code = "icmp-code",
	.flags = "tcp-flags 'A' 'R'",
	.open = "'",
	.close = "'",
	.end = " ",
	.equal = "==",
};

static bool rules_write(const struct writing *w, const char *verb, struct err *e)
{
	struct policy p = {};
	bool ok = policy_narrow(w->compiled, &p, e);
	for (size_t i = 0; ok && i < p.n; i++)
		for (enum family f = 0; f < N_FAMILIES && ok; f++) {
			if (!rule_is_of(&p.rule[i], f))
				continue;
			fprintf(w->out, "gobgp global rib %s -a ipv%u-flowspec match ", verb,
				f == FAMILY_4 ? 4 : 6);
			ok = flowspec_write(&p.rule[i].box, f, &dialect, w->out) ||
			     err_set(e, "a rule of the plan cannot be said in FlowSpec");
			fprintf(w->out, "then %s\n",
				p.rule[i].action == ACTION_DENY ? "discard" : "accept");
		}
	policy_fini(&p);
	return ok;
}

static bool write(const struct writing *w, struct err *e)
{
	fputs("set -e\n", w->out);
	flowspec_head(w);
	return rules_write(w, "add", e);
}

static void undo(const struct writing *w)
{
	struct err e;
	rules_write(w, "del", &e);
}

const struct target flowspec_gobgp_target = {
	.name = "flowspec-gobgp",
	.about = "BGP FlowSpec, as commands for GoBGP",
	.can = CAN(V4) | CAN(V6) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN),
	.breaks = "a host that is stopped loses the port on every router that takes the rules",
	.tested = "GoBGP 3.10, to BIRD 2.0.12; rules told to a peer and withdrawn",
	.comment = "#",
	.max_rules = 4000,
	.write = write,
	.undo = undo,
	.effect = flowspec_effect,
};
