// SPDX-License-Identifier: Apache-2.0
// Lines of the list say "filter" or "ignore"; whoever none of them names is filtered as well.
#include "contain/procurve.h"

#include <stdio.h>

#include "contain/rows.h"

struct reading {
	struct throttle *t;
	bool is_in; // the list
	uint32_t line;
};

void throttle_fini(struct throttle *t)
{
	policy_fini(&t->policy);
	*t = (struct throttle){};
}

bool throttle_blocks(const struct throttle *t, const char *port)
{
	size_t n = strlen(port);
	for (const char *at = t->ports; (at = strstr(at, port)); at += n)
		if ((at == t->ports || at[-1] == ' ') && at[n] == ' ')
			return true;
	return false;
}

/* "any", "host 10.1.1.1", "10.1.1.0/24". */
static bool sources_read(const char *text, struct range *out)
{
	struct prefix p;
	if (!strcmp(text, "any")) {
		*out = family_span(FAMILY_4);
		return true;
	}
	bool is_host = !strncmp(text, "host ", 5);
	text += is_host ? 5 : 0;
	if (!prefix_parse((struct str){ text, strlen(text) }, &p) || !addr_is_v4(&p.addr) ||
		(is_host && p.bits != 128))
		return false;
	*out = prefix_span(&p);
	return true;
}

/* A line of the list; one that asks for more than sources decides what nobody knows. */
static bool line_take(struct reading *r, const char *row, struct err *e)
{
	char verb[16], proto[16];
	int at = 0;
	struct rule rule = { .box = box_any(), .line = r->line };
	rule.box.of[DIM_SRC] = rule.box.of[DIM_DST] = family_span(FAMILY_4);
	bool is_read = sscanf(row, "%15s %15s %n", verb, proto, &at) == 2 && at &&
		       !strcmp(proto, "ip") && sources_read(row + at, &rule.box.of[DIM_SRC]);
	rule.action = !is_read                      ? ACTION_UNKNOWN
		      : strcmp(verb, "ignore") != 0 ? ACTION_DENY
						    : ACTION_PERMIT;
	if (!is_read)
		r->t->first_unread = r->t->n_unread++ ? r->t->first_unread : r->line;
	return policy_put(&r->t->policy, &rule, e);
}

/* What stands around the list: who has it, where it blocks. What else a configuration says is passed over. */
static void around_take(struct throttle *t, const char *row)
{
	char word[THROTTLE_NAME_BYTES], ports[THROTTLE_NAME_BYTES], mode[16];
	unsigned vlan;
	size_t n = strlen(t->ports);
	if (sscanf(row, "connection-rate-filter sensitivity %39s", word) == 1)
		t->is_on = true;
	else if (sscanf(row, "vlan %u ip access-group \"%39[^\"]\" connection-rate-filte%15s",
			 &vlan, word, mode) == 3) {
		t->is_bound = !strcmp(word, t->list);
		t->vlan = vlan;
	} else if (sscanf(row, "filter connection-rate %39s %15s", ports, mode) == 2 &&
		   !strcmp(mode, "block")) {
		snprintf(t->ports + n, sizeof t->ports - n, "%s ", ports);
	}
}

static bool row_take(struct reading *r, const char *row, struct err *e)
{
	static const char head[] = "ip access-list connection-rate-filter \"";
	bool is_rule = !strncmp(row, "filter ", 7) || !strncmp(row, "ignore ", 7);
	if (*row == ';' || !*row)
		return true;
	if (!strncmp(row, head, sizeof head - 1)) {
		sscanf(row + sizeof head - 1, "%39[^\"]", r->t->list);
		policy_fini(&r->t->policy);
		r->is_in = true;
	} else if (r->is_in && is_rule) {
		return line_take(r, row, e);
	} else {
		r->is_in = false;
		around_take(r->t, row);
	}
	return true;
}

bool throttle_read(struct str text, struct throttle *out, struct err *e)
{
	struct rows rows = { .left = text };
	struct reading r = { .t = out };
	bool ok = true;
	*out = (struct throttle){};
	while (ok && rows_next(&rows)) {
		r.line = rows.line;
		ok = row_take(&r, rows.row + strspn(rows.row, " \t"), e);
	}
	out->policy.rest = ACTION_DENY;
	return ok && policy_index(&out->policy, e);
}
