// SPDX-License-Identifier: Apache-2.0
// What no single key of a rule can tell: ids that stand twice, fields in texts that no condition has.
#include "audit/rule_set.h"

/* {interface}, {route.interface}: of a fact that the rule looks at. */
static bool placeholder_check(const struct rule *r, struct str name)
{
	const char *dot = memchr(name.ptr, '.', name.len);
	struct str kind = { name.ptr, dot ? (size_t)(dot - name.ptr) : 0 };
	struct str field = dot ? (struct str){ dot + 1, name.len - kind.len - 1 } : name;
	for (size_t i = 0; i < r->n_when + r->n_witnesses; i++) {
		const struct condition *c =
			i < r->n_when ? &r->when[i] : &r->witness[i - r->n_when];
		const struct kind_info *k = &fact_kinds[c->kind];
		if (kind.len && (strlen(k->key) != kind.len || memcmp(k->key, kind.ptr, kind.len)))
			continue;
		for (unsigned f = 0; f < kind_size((enum fact_kind)c->kind); f++) {
			const char *key = fact_fields[k->begin + f].key;
			if (strlen(key) == field.len && !memcmp(key, field.ptr, field.len))
				return true;
		}
	}
	return false;
}

static bool text_check(const struct rule *r, const char *text, struct yml_value at, struct err *e)
{
	for (const char *open = text ? strchr(text, '{') : NULL; open;
		open = strchr(open + 1, '{')) {
		const char *end = strchr(open, '}');
		struct str name = { open + 1, end ? (size_t)(end - open) - 1 : 0 };
		if (!end || !placeholder_check(r, name))
			return yml_fail(e, at,
				"'{%.*s}' in a text of '%s' is no field of its conditions",
				STR_ARG(name), r->id);
	}
	return true;
}

/* What no single key can tell. */
bool rule_check(
	const struct rulebook *set, const struct rule *r, struct yml_value at, struct err *e)
{
	struct yml_value id = { at.doc, r->node };
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->rule[i]->id, r->id))
			return yml_fail(e, id, "id '%s' stands in line %zu already", r->id,
				yml_line((struct yml_value){ at.doc, set->rule[i]->node }));
	if (r->n_when == 0)
		return yml_fail(e, id, "'when' has one condition at least");
	for (size_t t = 0; t < N_RULE_TEXTS; t++)
		for (size_t l = 0; l < N_LANGS; l++)
			if (!text_check(r, r->text[t][l], id, e))
				return false;
	for (size_t i = 0; i < r->n_variants; i++)
		for (size_t l = 0; l <= N_LANGS; l++)
			if (!text_check(r,
				    l < N_LANGS ? r->variant[i].text[l] : r->variant[i].command, id,
				    e))
				return false;
	return text_check(r, r->command, id, e) && text_check(r, r->check, id, e);
}
