// SPDX-License-Identifier: Apache-2.0
// Access lists of NX-OS, in a configuration session: checked as a whole, committed as a whole.
#include "contain/target.h"

static bool list_write(
	const struct writing *w, const struct policy *p, enum family f, struct err *e)
{
	char reason[REASON_BYTES], before[REASON_BYTES] = "";
	unsigned number = 10;
	fprintf(w->out, "%s access-list %s%s\n  statistics per-entry\n",
		f == FAMILY_4 ? "ip" : "ipv6", w->name, f == FAMILY_4 ? "" : "-6");
	for (size_t i = 0; i < p->n; i++) {
		if (!rule_is_of(&p->rule[i], f))
			continue;
		rule_reason(w, &p->rule[i], reason);
		if (strcmp(reason, before)) {
			fprintf(w->out, "  %u remark %s\n", number, reason);
			number += 10;
		}
		memcpy(before, reason, sizeof before);
		fprintf(w->out, "  %u ", number);
		if (!rule_write(&p->rule[i], f, ACE_NXOS, w->out))
			return err_set(e, "a line of %s cannot be said to NX-OS", reason);
		fputc('\n', w->out);
		number += 10;
	}
	if (w->base[f])
		fprintf(w->out, "  %u " REST_REMARK "%s\n", number, w->base[f]->name);
	if (!base_write(w, f, "  "))
		fprintf(w->out, "  %u permit %s any any\n", number, f == FAMILY_4 ? "ip" : "ipv6");
	return true;
}

static void bind(const struct writing *w, enum family f, const char *no, const char *list)
{
	for (size_t i = 0; i < w->device->n_interfaces; i++)
		fprintf(w->out, "interface %s\n  %s%s %s%s %s\n", w->device->interface[i], no,
			f == FAMILY_4 ? "ip access-group" : "ipv6 traffic-filter", list,
			f == FAMILY_4 ? "" : "-6", w->device->is_out ? "out" : "in");
}

static void undo(const struct writing *w)
{
	const char *old = w->now[FAMILY_4] ? w->now[FAMILY_4]->name : w->device->old_list;
	fputs("configure terminal\n", w->out);
	for (enum family f = 0; f < N_FAMILIES; f++) {
		if (!writing_has(w, f))
			continue;
		if (old && f == FAMILY_4)
			bind(w, f, "", old);
		else
			bind(w, f, "no ", w->name);
		fprintf(w->out, "no %s access-list %s%s\n", f == FAMILY_4 ? "ip" : "ipv6", w->name,
			f == FAMILY_4 ? "" : "-6");
	}
	fprintf(w->out, "end\nno checkpoint %s\n", w->name);
}

static bool write(const struct writing *w, struct err *e)
{
	struct policy narrow;
	const struct policy *p;
	bool ok = list_rules(w, &narrow, &p, e);
	fprintf(w->out, "checkpoint %s\nconfigure session %s\n", w->name, w->name);
	for (enum family f = 0; ok && f < N_FAMILIES; f++) {
		if (!writing_has(w, f))
			continue;
		ok = list_write(w, p, f, e);
		bind(w, f, "", w->name);
	}
	policy_fini(&narrow);
	if (w->device->n_interfaces == 0)
		fputs("! Nothing is bound yet: name the interface that faces the hosts with "
		      "--interface.\n",
			w->out);
	fprintf(w->out,
		"verify\ncommit\n! Should it not fit: abort, or rollback running-config checkpoint "
		"%s atomic\n",
		w->name);
	return ok;
}

const struct target nxos_acl_target = {
	.name = "nxos-acl",
	.about = "access list of Cisco NX-OS, in a configuration session",
	.can = CAN(V4) | CAN(V6) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN) |
	       CAN(ATOMIC) | CAN(COUNTERS),
	.breaks = "a host that is stopped loses the port for good uses as well; the list takes the "
		  "place of the one that filters there now",
	.tested = "own reader of the lists, Ansible's reader; not on a device",
	.comment = "!",
	.max_rules = 2000,
	.is_list = true,
	.write = write,
	.undo = undo,
};
