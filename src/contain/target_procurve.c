// SPDX-License-Identifier: Apache-2.0
// Virus throttling of HP ProCurve: a host that opens too many connections is blocked by the switch.
#include <stdlib.h>

#include "contain/target.h"

static void line_write(const struct range *s, FILE *out)
{
	char room[ADDR_TEXT_BYTES];
	struct prefix p;
	if (!span_prefix(s, &p) || p.bits < 96)
		return;
	fputs("   filter ip ", out);
	if (p.bits == 128)
		fprintf(out, "host %s\n", addr_format(&p.addr, room));
	else
		fprintf(out, "%s/%u\n", addr_format(&p.addr, room), p.bits - 96U);
}

static bool write(const struct writing *w, struct err *e)
{
	size_t n;
	struct range *host = hosts_of(w, &n);
	if (!host)
		return err_sys(e, "procurve-throttle");
	fprintf(w->out,
		"; Routed traffic only. It acts on the rate of connections to different hosts, on "
		"no port.\n"
		"; A host that is blocked stays so until it is freed by hand or the switch starts "
		"anew:\n"
		";   connection-rate-filter unblock host ADDRESS (5300xl: vlan VLAN before it)\n"
		"connection-rate-filter sensitivity medium\n"
		"ip access-list connection-rate-filter \"%s\"\n",
		w->name);
	for (size_t i = 0; i < n; i++)
		line_write(&host[i], w->out);
	free(host);
	// the list ends in a filter for all that nobody named: others are none of this plan
	fputs("   ignore ip any\n   exit\n", w->out);
	if (w->device->vlan)
		fprintf(w->out, "vlan %u ip access-group \"%s\" connection-rate-filter\n",
			w->device->vlan, w->name);
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "filter connection-rate %s block\n", w->device->interface[i]);
	if (!w->device->vlan || w->device->n_interfaces == 0)
		fputs("; Nothing is bound yet: name the VLAN with --vlan and the ports with "
		      "--interface.\n",
			w->out);
	return true;
}

static void undo(const struct writing *w)
{
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "no filter connection-rate %s\n", w->device->interface[i]);
	if (w->device->vlan)
		fprintf(w->out, "no vlan %u ip access-group \"%s\" connection-rate-filter\n",
			w->device->vlan, w->name);
	fprintf(w->out,
		"no ip access-list connection-rate-filter \"%s\"\nno connection-rate-filter\n",
		w->name);
}

/* Once it scans, all that a host sends is blocked. */
static bool effect(const struct compiled *c, struct policy *out, struct err *e)
{
	*out = (struct policy){ .rest = ACTION_PERMIT };
	for (size_t i = c->n_permits; i < c->policy.n; i++) {
		struct rule r = c->policy.rule[i];
		r.box = box_any();
		r.box.of[DIM_SRC] = c->policy.rule[i].box.of[DIM_SRC];
		if (!policy_put(out, &r, e))
			return false;
	}
	return policy_index(out, e);
}

const struct target procurve_target = {
	.name = "procurve-throttle",
	.about = "connection-rate filter (virus throttling) of HP ProCurve",
	.can = CAN(V4) | CAN(HOSTS),
	.breaks =
		"a host is blocked as a whole once it scans, its calls with it, until it is freed "
		"by hand",
	.tested = "the written syntax; not on a device",
	.comment = ";",
	.max_rules = 100,
	.write = write,
	.undo = undo,
	.effect = effect,
};
