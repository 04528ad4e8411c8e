// SPDX-License-Identifier: Apache-2.0
// Remotely triggered black holes (RFC 5635, RFC 7999), as commands for GoBGP: the whole host is lost.
#include <stdlib.h>

#include "contain/target.h"

static const char *next_hop(const struct writing *w)
{
	return w->device->next_hop ? w->device->next_hop : "192.0.2.1";
}

static void route_write(const struct writing *w, const char *verb, const struct range *host)
{
	struct prefix p;
	char room[ADDR_TEXT_BYTES];
	if (span_prefix(host, &p))
		fprintf(w->out,
			"gobgp global rib %s -a ipv4 %s/%u nexthop %s community 65535:666\n", verb,
			addr_format(&p.addr, room), p.bits - 96U, next_hop(w));
}

static void routes_write(const struct writing *w, const char *verb)
{
	size_t n;
	struct range *host = hosts_of(w, &n);
	for (size_t i = 0; i < n; i++)
		route_write(w, verb, &host[i]);
	free(host);
}

static bool write_destination(const struct writing *w, struct err *e)
{
	(void)e;
	fprintf(w->out,
		"set -e\n"
		"# At each edge router: ip route %s 255.255.255.255 Null0\n"
		"# A worm that needs one packet of UDP is still delivered: this drops what goes to "
		"the\n"
		"# host, not what comes from it. When the peering is lost, the network fails "
		"open.\n",
		next_hop(w));
	routes_write(w, "add");
	return true;
}

static bool write_source(const struct writing *w, struct err *e)
{
	(void)e;
	fprintf(w->out,
		"set -e\n"
		"# At each edge router: ip route %s 255.255.255.255 Null0, and at the interface "
		"that\n"
		"# faces the hosts loose uRPF: ip verify unicast source reachable-via any.\n"
		"# Without loose uRPF nothing that the hosts send is dropped. When the peering is "
		"lost,\n"
		"# the network fails open.\n",
		next_hop(w));
	routes_write(w, "add");
	return true;
}

/* All that goes to the host, and of the source variant all that comes from it. */
static bool lose_host(const struct compiled *c, struct policy *out, bool both, struct err *e)
{
	*out = (struct policy){ .rest = ACTION_PERMIT };
	for (size_t i = c->n_permits; i < c->policy.n; i++) {
		struct rule r = c->policy.rule[i];
		enum direction d = c->plan->entry[r.origin].direction;
		struct range host = r.box.of[d == DIRECTION_OUT ? DIM_SRC : DIM_DST];
		r.box = box_any();
		r.box.of[DIM_DST] = host;
		if (!policy_put(out, &r, e))
			return false;
		r.box = box_any();
		r.box.of[DIM_SRC] = host;
		if (both && !policy_put(out, &r, e))
			return false;
	}
	return policy_index(out, e);
}

static bool effect_destination(const struct compiled *c, struct policy *out, struct err *e)
{
	return lose_host(c, out, false, e);
}

/* Routes tell where to a packet is lost, a rule a deny: effect_destination. */
static bool mend(const struct writing *w, const bool *lost)
{
	struct policy told = {};
	struct err e;
	bool ok = effect_destination(w->compiled, &told, &e);
	fputs("set -e\n", w->out);
	for (size_t i = 0; ok && i < told.n; i++)
		if (lost[i])
			route_write(w, "add", &told.rule[i].box.of[DIM_DST]);
	policy_fini(&told);
	return ok;
}

static void undo(const struct writing *w)
{
	routes_write(w, "del");
}

static bool effect_source(const struct compiled *c, struct policy *out, struct err *e)
{
	return lose_host(c, out, true, e);
}

const struct target rtbh_destination_target = {
	.name = "rtbh-destination",
	.about = "black hole for all that goes to the hosts, as commands for GoBGP",
	.can = CAN(V4) | CAN(HOSTS),
	.breaks = "the host is lost as a whole, its calls with it, and one packet of UDP from it "
		  "still "
		  "reaches its victim; only with --accept-loss",
	.tested = "GoBGP 3.10 to FRR 8.4.4, with real traffic between namespaces; to BIRD 2.0.12",
	.comment = "#",
	.is_drastic = true,
	.max_rules = 4000,
	.write = write_destination,
	.undo = undo,
	.effect = effect_destination,
	.mend = mend,
};

const struct target rtbh_source_target = {
	.name = "rtbh-source",
	.about = "black hole for all that comes from or goes to the hosts, by loose uRPF",
	.can = CAN(V4) | CAN(HOSTS),
	.breaks =
		"the host is lost as a whole, its calls with it; it needs loose uRPF at the edge; "
		"only with --accept-loss",
	.tested = "GoBGP 3.10 to FRR 8.4.4, with real traffic between namespaces; to BIRD 2.0.12",
	.comment = "#",
	.is_drastic = true,
	.max_rules = 4000,
	.write = write_source,
	.undo = undo,
	.effect = effect_source,
	.told = effect_destination,
	.mend = mend,
};
