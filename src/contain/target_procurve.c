// SPDX-License-Identifier: Apache-2.0
// Virus throttling of HP ProCurve: a host that opens too many connections is blocked by the switch.
#include <stdlib.h>
#include <string.h>

#include "contain/diff.h"
#include "contain/procurve.h"
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
		"; Was the filter on before: keep its sensitivity, put the hosts into the list of "
		"the VLAN,\n"
		"; which takes one, and leave out 'no connection-rate-filter' when you take it "
		"back.\n"
		"configure\n"
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
	fputs("exit\n", w->out);
	if (!w->device->vlan || w->device->n_interfaces == 0)
		fputs("; Nothing is bound yet: name the VLAN with --vlan and the ports with "
		      "--interface.\n",
			w->out);
	return true;
}

static void undo(const struct writing *w)
{
	fputs("configure\n", w->out);
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "no filter connection-rate %s\n", w->device->interface[i]);
	if (w->device->vlan)
		fprintf(w->out, "no vlan %u ip access-group \"%s\" connection-rate-filter\n",
			w->device->vlan, w->name);
	fprintf(w->out,
		"no ip access-list connection-rate-filter \"%s\"\nno "
		"connection-rate-filter\nexit\n",
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

static void count_change(void *ctx, enum change change, const struct box *box)
{
	(void)change, (void)box;
	++*(size_t *)ctx;
}

/* That the list names whom it should. */
static bool names_all(const struct writing *w, const struct throttle *t, struct err *e)
{
	struct policy want = {};
	size_t n = 0;
	bool ok = effect(w->compiled, &want, e);
	if (ok && (policy_diff(&t->policy, &want, FAMILY_4, count_change, &n) != DIFF_DONE || n))
		ok = err_set(e, "the list names others than the plan");
	policy_fini(&want);
	return ok;
}

/* That it is on, and bound where it was asked to be. */
static bool is_bound(const struct writing *w, const struct throttle *t, struct err *e)
{
	const struct device *d = w->device;
	if (t->n_unread)
		return err_set(e, "line %u cannot be read", t->first_unread);
	if (!t->is_on || strcmp(t->list, w->name) != 0)
		return err_set(e, "the filter is not on, or has another list");
	if (d->vlan && (!t->is_bound || t->vlan != d->vlan))
		return err_set(e, "VLAN %u does not take the list", d->vlan);
	for (size_t i = 0; i < d->n_interfaces; i++)
		if (!throttle_blocks(t, d->interface[i]))
			return err_set(e, "ports %s do not block", d->interface[i]);
	return true;
}

static bool read_back(const struct writing *w, struct str text, struct err *e)
{
	struct throttle t;
	bool ok = throttle_read(text, &t, e) && is_bound(w, &t, e) && names_all(w, &t, e);
	throttle_fini(&t);
	return ok;
}

const struct target procurve_target = {
	.name = "procurve-throttle",
	.about = "connection-rate filter (virus throttling) of HP ProCurve",
	.can = CAN(V4) | CAN(HOSTS),
	.breaks =
		"a host is blocked as a whole once it scans, its calls with it, until it is freed "
		"by hand",
	.tested = "own reader of the filter; not on a device",
	.comment = ";",
	.max_rules = 100,
	.write = write,
	.undo = undo,
	.effect = effect,
	.read_back = read_back,
};
