// SPDX-License-Identifier: Apache-2.0
// Access lists of IOS and IOS XE: a new list beside the old, then one command that swaps them.
#include "contain/target.h"

static const char *head_of(enum family f)
{
	return f == FAMILY_4 ? "ip access-list extended" : "ipv6 access-list";
}

static const char *bind_of(enum family f)
{
	return f == FAMILY_4 ? "ip access-group" : "ipv6 traffic-filter";
}

static const char *suffix_of(enum family f)
{
	return f == FAMILY_4 ? "" : "-6";
}

static bool list_write(
	const struct writing *w, const struct policy *p, enum family f, struct err *e)
{
	char reason[REASON_BYTES], before[REASON_BYTES] = "";
	fprintf(w->out, "%s %s%s\n", head_of(f), w->name, suffix_of(f));
	for (size_t i = 0; i < p->n; i++) {
		if (!rule_is_of(&p->rule[i], f))
			continue;
		rule_reason(w, &p->rule[i], reason);
		if (strcmp(reason, before))
			fprintf(w->out, " remark %s\n", reason);
		memcpy(before, reason, sizeof before);
		fputc(' ', w->out);
		if (!rule_write(&p->rule[i], f, ACE_IOS, w->out))
			return err_set(e, "a line of %s cannot be said to IOS", reason);
		fputc('\n', w->out);
	}
	if (w->base[f])
		fprintf(w->out, " " REST_REMARK "%s\n", w->base[f]->name);
	if (!base_write(w, f, " "))
		fprintf(w->out, " permit %s any any\n", f == FAMILY_4 ? "ip" : "ipv6");
	return true;
}

static void bind(const struct writing *w, enum family f, const char *list, bool is_no)
{
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "interface %s\n %s%s %s%s %s\n", w->device->interface[i],
			is_no ? "no " : "", bind_of(f), list, is_no ? "" : suffix_of(f),
			w->device->is_out ? "out" : "in");
}

/* The list that filters there now, by its configuration or by what the operator says. */
static const char *old_of(const struct writing *w, enum family f)
{
	return w->now[f] ? w->now[f]->name : f == FAMILY_4 ? w->device->old_list : NULL;
}

static void undo(const struct writing *w)
{
	fputs("configure terminal\n", w->out);
	for (enum family f = 0; f < N_FAMILIES; f++) {
		if (!writing_has(w, f))
			continue;
		const char *old = old_of(w, f);
		char ours[32];
		snprintf(ours, sizeof ours, "%s%s", w->name, suffix_of(f));
		for (size_t i = 0; i < w->device->n_interfaces; i++)
			fprintf(w->out, "interface %s\n %s%s %s %s\n", w->device->interface[i],
				old ? "" : "no ", bind_of(f), old ? old : ours,
				w->device->is_out ? "out" : "in");
		fprintf(w->out, "no %s %s\n", head_of(f), ours);
	}
	fputs("end\n", w->out);
}

static bool write(const struct writing *w, struct err *e)
{
	struct policy narrow;
	const struct policy *p;
	bool ok = list_rules(w, &narrow, &p, e);
	if (w->device->revert_min)
		fprintf(w->out, "configure terminal revert timer %u\n", w->device->revert_min);
	else
		fputs("! Before it: 'configure terminal revert timer 10' where the archive is "
		      "configured, else 'reload in 10'.\nconfigure terminal\n",
			w->out);
	for (enum family f = 0; ok && f < N_FAMILIES; f++) {
		if (!writing_has(w, f))
			continue;
		ok = list_write(w, p, f, e);
		bind(w, f, w->name, false);
	}
	if (w->device->n_interfaces == 0)
		fputs("! Nothing is bound yet: name the interface that faces the hosts with "
		      "--interface.\n",
			w->out);
	fputs("end\n", w->out);
	if (w->device->revert_min)
		fputs("! When you still reach the device: configure confirm\n", w->out);
	if (w->device->old_list && w->device->n_interfaces && !w->base[FAMILY_4] &&
		!w->base[FAMILY_6])
		fprintf(w->out,
			"! %s filters nothing there any more; it is left for the way back.\n",
			w->device->old_list);
	policy_fini(&narrow);
	return ok;
}

const struct target ios_acl_target = {
	.name = "ios-acl",
	.about = "extended access list of Cisco IOS and IOS XE",
	.can = CAN(V4) | CAN(V6) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN) |
	       CAN(ATOMIC) | CAN(COUNTERS),
	.breaks = "a host that is stopped loses the port for good uses as well; an interface takes "
		  "one list a direction, so what filters there now must be given with --existing",
	.tested = "own reader of the lists, Capirca's checker, Ansible's reader; not on a device",
	.comment = "!",
	.max_rules = 4000,
	.is_list = true,
	.write = write,
	.undo = undo,
};
