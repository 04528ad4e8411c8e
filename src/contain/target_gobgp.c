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
	.verb = { "add", "del" },
	.before = "gobgp global rib ",
	.behind = { " -a ipv4-flowspec match ", " -a ipv6-flowspec match " },
	.then = "then ",
	.done = "",
};

static bool write(const struct writing *w, struct err *e)
{
	fputs("set -e\n", w->out);
	flowspec_head(w);
	return flowspec_rules(w, &dialect, NULL, false, e);
}

static bool mend(const struct writing *w, const bool *lost)
{
	struct err e;
	fputs("set -e\n", w->out);
	return flowspec_rules(w, &dialect, lost, false, &e);
}

static void undo(const struct writing *w)
{
	struct err e;
	flowspec_rules(w, &dialect, NULL, true, &e);
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
	.mend = mend,
	.effect = flowspec_effect,
};
