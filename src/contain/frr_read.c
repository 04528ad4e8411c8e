// SPDX-License-Identifier: Apache-2.0
// Rules of FlowSpec as FRR prints them: show bgp ipv4 flowspec detail. A line a component, then what becomes of a
// packet; a rule of which nothing is said there lets it through.
#include <stdio.h>
#include <stdlib.h>

#include "contain/applied.h"
#include "contain/component.h"
#include "contain/rows.h"

static const struct component_words words = {
	.row = { { "Destination Address ", COMPONENT_DST }, { "Source Address ", COMPONENT_SRC },
		{ "IP Protocol ", COMPONENT_PROTO }, { "Destination Port ", COMPONENT_DPORT },
		{ "Source Port ", COMPONENT_SPORT }, { "ICMP Type ", COMPONENT_ICMP_TYPE },
		{ "ICMP Code ", COMPONENT_ICMP_CODE }, { "TCP Flags ", COMPONENT_FLAGS } },
	.one = "= %u %n",
	.span = ">= %u , <= %u %n",
	.offset = "/off 0",
	.flags = "\u220b 16,|\u220b 4",
};

/* What stands below the components and changes nothing. */
static bool is_remark(const char *row)
{
	static const char *const begin[] = { "received for ", "not installed in PBR",
		"installed in PBR" };
	for (size_t i = 0; i < countof(begin); i++)
		if (!strncmp(row, begin[i], strlen(begin[i])))
			return true;
	return false;
}

/* One line of the rule that was begun last. */
static void row_take(struct applied *out, struct rule *r, const char *row)
{
	double rate;
	if (sscanf(row, "FS:rate %lf", &rate) == 1)
		r->action = rate == 0 && r->action != ACTION_UNKNOWN ? ACTION_DENY : r->action;
	else if (!is_remark(row) && !component_read(&words, row, &r->box)) {
		out->n_unknown += r->action != ACTION_UNKNOWN;
		r->action = ACTION_UNKNOWN;
	}
}

bool frr_read(struct str text, struct applied *out, struct err *e)
{
	struct rows rows = { .left = text };
	bool is_in = false, ok = true;
	out->kind = APPLIED_FLOWSPEC;
	snprintf(out->name, sizeof out->name, "routes");
	while (ok && rows_next(&rows)) {
		const char *word = rows.row + strspn(rows.row, " \t");
		if (!strncmp(word, "BGP flowspec entry:", 19)) {
			struct rule r = {
				.box = box_any(), .action = ACTION_PERMIT, .line = rows.line
			};
			ok = applied_put(out, &r, UINT64_MAX, e);
			is_in = true;
		} else if (!*word || word == rows.row) { // a head, a total, a prompt
			is_in = false;
		} else if (is_in) {
			row_take(out, &out->policy.rule[out->policy.n - 1], word);
		}
	}
	policy_settle(&out->policy);
	return ok;
}
