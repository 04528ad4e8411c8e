// SPDX-License-Identifier: Apache-2.0
// VLAN access lists of CatOS: committed under a new name, then mapped in the place of the old.
#include <string.h>

#include "contain/rows.h"
#include "contain/target.h"

static void undo(const struct writing *w)
{
	const char *old = w->now[FAMILY_4] ? w->now[FAMILY_4]->name : w->device->old_list;
	if (w->device->vlan && old)
		fprintf(w->out, "set security acl map %s %u\n", old, w->device->vlan);
	else if (w->device->vlan)
		fprintf(w->out, "clear security acl map %s %u\n", w->name, w->device->vlan);
	fprintf(w->out, "clear security acl %s\ncommit security acl %s\n", w->name, w->name);
}

static bool lines_write(const struct writing *w, const struct policy *p, struct err *e)
{
	char begin[64], reason[REASON_BYTES];
	snprintf(begin, sizeof begin, "set security acl ip %s ", w->name);
	for (size_t i = 0; i < p->n; i++) {
		if (!rule_is_of(&p->rule[i], FAMILY_4))
			continue;
		fputs(begin, w->out);
		if (!rule_write(&p->rule[i], FAMILY_4, ACE_IOS, w->out))
			return err_set(e, "a line of %s cannot be said to CatOS",
				rule_reason(w, &p->rule[i], reason));
		fputc('\n', w->out);
	}
	if (!base_write(w, FAMILY_4, begin))
		fprintf(w->out, "%spermit ip any any\n", begin);
	return true;
}

static bool write(const struct writing *w, struct err *e)
{
	struct policy narrow;
	const struct policy *p;
	bool ok = list_rules(w, &narrow, &p, e) && lines_write(w, p, e);
	policy_fini(&narrow);
	fprintf(w->out, "commit security acl %s\n", w->name);
	if (w->device->vlan)
		fprintf(w->out, "set security acl map %s %u\n", w->name, w->device->vlan);
	else
		fputs("# Nothing is mapped yet: name the VLAN of the hosts with --vlan.\n", w->out);
	return ok;
}

/* A list is in force once it was committed, and where it is mapped; its lines are for config_read. */
static bool read_back(const struct writing *w, struct str text, struct err *e)
{
	struct rows rows = { .left = text };
	char name[LIST_NAME_BYTES];
	unsigned vlan, mapped = 0;
	bool is_committed = false;
	while (rows_next(&rows)) {
		if (sscanf(rows.row, "set security acl ip %79s", name) == 1)
			is_committed &= strcmp(name, w->name) != 0;
		else if (sscanf(rows.row, "commit security acl %79s", name) == 1)
			is_committed |= !strcmp(name, w->name) || !strcmp(name, "all");
		else if (sscanf(rows.row, "set security acl map %79s %u", name, &vlan) == 2 &&
			 !strcmp(name, w->name))
			mapped = is_committed ? vlan : 0;
	}
	if (!is_committed)
		return err_set(e, "%s is not committed", w->name);
	return mapped == w->device->vlan || err_set(e, "VLAN %u does not take it", w->device->vlan);
}

const struct target catos_vacl_target = {
	.name = "catos-vacl",
	.about = "VLAN access list of Catalyst switches with CatOS",
	.can = CAN(V4) | CAN(HOSTS) | CAN(PORTS) | CAN(PROTECT) | CAN(DIRECTION_IN) | CAN(ATOMIC),
	.breaks = "it filters what is bridged inside the VLAN as well as what is routed; a VLAN "
		  "takes one list, in the place of the one that filters there now",
	.tested = "own reader of the lists; not on a device",
	.comment = "#",
	.max_rules = 500,
	.is_list = true,
	.write = write,
	.undo = undo,
	.read_back = read_back,
};
