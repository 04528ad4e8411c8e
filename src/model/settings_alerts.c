// SPDX-License-Identifier: Apache-2.0
// The key that lists the targets of alerts; what one of them may say is model/alert_target.c.
#include "model/settings_read.h"

static bool read_alert(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	struct settings *s = &r->s;
	struct alert_target t;
	if (s->n_alerts == ALERT_TARGETS_MAX)
		return yml_fail(e, value, "more than %d targets of alerts", ALERT_TARGETS_MAX);
	if (!alert_target_read(value, &t, e))
		return false;
	for (size_t i = 0; i < s->n_alerts; i++)
		if (s->alert[i].type == t.type && !strcmp(s->alert[i].to, t.to))
			return yml_fail(e, value, "this target stands in line %zu already",
				yml_line(r->alert_at[i]));
	r->alert_at[s->n_alerts] = value;
	s->alert[s->n_alerts++] = t;
	return true;
}

bool read_alerts(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "alerts",
		.expects = "a list of targets, each with 'type' and 'to'",
		.read = read_alert,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_alerts = 0;
	return yml_list(&list, value, r, e);
}

bool alerts_place(struct reading *r, const char *name, struct err *e)
{
	for (size_t i = 0; i < r->s.n_alerts; i++)
		if (!alert_target_place(&r->s.alert[i], r->alert_at[i], name, e))
			return false;
	return true;
}
