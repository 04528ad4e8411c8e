// SPDX-License-Identifier: Apache-2.0
// Whether a figure rises: the last time that it was told against the first.
#include <strings.h>

#include "audit/trend.h"

static bool same_text(const struct value *a, const struct value *b)
{
	return value_known(a) && value_known(b) && a->text.len == b->text.len &&
	       !strncasecmp(a->text.ptr, b->text.ptr, a->text.len);
}

bool trend_is_before(const struct audit *a, const struct fact *x)
{
	return a->source[audit_answer(a, x)->source].epoch == EPOCH_BEFORE;
}

/* Kinds of which a device has one each tell by their name which. */
static bool same_thing(const struct audit *a, const struct fact *x, const struct fact *y)
{
	enum fact_field first = fact_kinds[x->kind].begin;
	if (strcmp(fact_fields[first].key, "name"))
		return true;
	return same_text(fact_value(&a->facts, x, first), fact_value(&a->facts, y, first));
}

/* Files that have nothing but a name in common may be of two devices: no trend goes across. */
static bool are_kin(const struct audit *a, const struct fact *x, const struct fact *y)
{
	return audit_answer(a, x)->kin == audit_answer(a, y)->kin;
}

/* The first time that the same thing was told: before, then in the order of the inputs. */
static const struct fact *first_of(const struct audit *a, uint32_t device, const struct fact *x)
{
	size_t n;
	const uint32_t *fact = audit_facts(a, device, x->kind, &n);
	const struct fact *found = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct fact *y = &a->facts.fact[fact[i]];
		if (y == x || y->answer == x->answer || !same_thing(a, x, y) || !are_kin(a, x, y))
			continue;
		bool is_older = trend_is_before(a, y) && !trend_is_before(a, x);
		bool is_above = trend_is_before(a, y) == trend_is_before(a, x) && y < x;
		if ((is_older || is_above) &&
			(!found || (trend_is_before(a, y) && !trend_is_before(a, found))))
			found = y;
	}
	return found;
}

/* Whether the same thing was told again later: a trend ends with the last. */
bool trend_is_superseded(const struct audit *a, uint32_t device, const struct fact *x)
{
	size_t n;
	const uint32_t *fact = audit_facts(a, device, x->kind, &n);
	for (size_t i = 0; i < n; i++) {
		const struct fact *y = &a->facts.fact[fact[i]];
		if (y > x && y->answer != x->answer && !trend_is_before(a, y) &&
			same_thing(a, x, y) && are_kin(a, x, y))
			return true;
	}
	return false;
}

/* Whether the device started anew in between: its uptime went down. */
static bool was_reloaded(const struct audit *a, uint32_t device)
{
	size_t n;
	const uint32_t *fact = audit_facts(a, device, FACT_VERSION, &n);
	uint64_t before = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			const struct fact *x = &a->facts.fact[fact[i]];
			const struct value *up = fact_value(&a->facts, x, VERSION_SECONDS);
			if (trend_is_before(a, x) != (pass == 0) || !value_known(up))
				continue;
			if (up->number < before)
				return true;
			before = up->number;
		}
	return false;
}

enum truth trend_rises(const struct audit *a, uint32_t device, const struct fact *x,
	const struct term *t, struct ruling *o)
{
	const struct fact *y = first_of(a, device, x);
	const struct value *now = fact_value(&a->facts, x, t->field);
	const struct value *then = y ? fact_value(&a->facts, y, t->field) : NULL;
	if (!then || !value_known(then) || !value_known(now)) {
		o->wants_another = true;
		o->reason =
			"one capture cannot show a trend: give a second one, --before and --after";
		return TRUTH_UNKNOWN;
	}
	if (now->number < then->number || was_reloaded(a, device)) {
		o->reason =
			"the counter began anew between the captures (reload or clear): capture "
			"again";
		return TRUTH_UNKNOWN;
	}
	if (now->number == then->number)
		return TRUTH_NO;
	o->earlier = (uint32_t)(y - a->facts.fact);
	return TRUTH_YES;
}
