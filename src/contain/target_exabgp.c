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
	.verb = { "announce", "withdraw" },
	.before = "",
	.behind = { " flow route { match { ", " flow route { match { " },
	.then = "} then { ",
	.done = "; } }",
};

static bool write(const struct writing *w, struct err *e)
{
	flowspec_head(w);
	return flowspec_rules(w, &dialect, NULL, false, e);
}

static bool mend(const struct writing *w, const bool *lost)
{
	struct err e;
	return flowspec_rules(w, &dialect, lost, false, &e);
}

static void undo(const struct writing *w)
{
	struct err e;
	flowspec_rules(w, &dialect, NULL, true, &e);
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
	.mend = mend,
	.effect = flowspec_effect,
};
