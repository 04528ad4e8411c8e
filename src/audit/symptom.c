// SPDX-License-Identifier: Apache-2.0
// From a rule that was found to what is told: its texts, the lines that prove it, how sure it is.
#include <stdlib.h>

#include "audit/conclusions.h"
#include "model/prefixes.h"

enum { QUOTES_A_CONDITION = 4 };

const char *conclusions_keep(struct conclusions *c, char *text)
{
	char **all = text ? array_grown(c->text, sizeof *all, c->n_texts, &c->cap_texts) : NULL;
	if (!all) {
		free(text);
		c->is_poor = true;
		return NULL;
	}
	c->text = all;
	return all[c->n_texts++] = text;
}

static const char *fill(struct conclusions *c, const struct findings_of_rule *f, const char *text)
{
	return text ? conclusions_keep(c, wording_fill(c->a, f, text)) : NULL;
}

/* Whether a condition of an advice holds: one about what the symptom is about, for the fact that is told. */
static bool fits(const struct conclusions *c, const struct findings_of_rule *f, uint32_t device,
	const struct condition *asked)
{
	const struct ruling *o = &f->ruling[0];
	if (asked->kind == f->rule->when[0].kind && o->n_facts)
		return evaluate_fact(c->a, device, o->fact[0], asked) == TRUTH_YES;
	return evaluate(c->a, device, asked).truth == TRUTH_YES;
}

/* The advice that fits the device: the first whose conditions hold; NULL: the action of the rule. */
static const struct variant *advice(
	const struct conclusions *c, const struct findings_of_rule *f, uint32_t device)
{
	const struct rule *r = f->rule;
	for (size_t i = 0; i < r->n_variants; i++) {
		const struct variant *v = &r->variant[i];
		bool holds = true;
		for (size_t k = 0; k < v->n_when; k++)
			holds = holds && fits(c, f, device, &v->when[k]);
		if (holds)
			return v;
	}
	return NULL;
}

void symptom_quote(struct symptom *s, struct quote q, bool is_witness)
{
	q.is_witness = is_witness;
	for (size_t i = 0; i < s->n_quotes; i++)
		if (s->quote[i].line == q.line && s->quote[i].source == q.source &&
			s->quote[i].text.ptr == q.text.ptr)
			return;
	if (s->n_quotes < QUOTES_MAX)
		s->quote[s->n_quotes++] = q;
}

/* The lines of a fact that another one was derived from: the first, and those of fields that both have. */
static void quote_origin(const struct conclusions *c, struct symptom *s, const struct fact *derived,
	const struct fact *x, bool is_witness)
{
	static const struct condition anything;
	const struct value *value = &c->a->facts.value[x->first];
	const struct field_info *own = &fact_fields[fact_kinds[x->kind].begin],
				*other = &fact_fields[fact_kinds[derived->kind].begin];
	symptom_quote(s, wording_quote(c->a, x, &anything, x->line), is_witness);
	for (unsigned i = 0; i < kind_size(x->kind); i++)
		for (unsigned k = 0; value[i].line && k < kind_size(derived->kind); k++)
			if (!strcmp(own[i].key, other[k].key))
				symptom_quote(s, wording_quote(c->a, x, &anything, value[i].line),
					is_witness);
}

/* The lines in which stands what was asked; of a section, its first line too. */
static void quote(struct conclusions *c, struct symptom *s, const struct fact *x,
	const struct condition *asked, bool is_witness)
{
	bool has_line = false;
	if (fact_kinds[x->kind].many == FACT_FORM) {
		symptom_quote(s, wording_quote(c->a, x, asked, x->line), is_witness);
		has_line = true;
	}
	for (size_t i = 0; i < asked->n_terms; i++) {
		uint32_t line = fact_value(&c->a->facts, x, asked->term[i].field)->line;
		if (!line)
			continue;
		symptom_quote(s, wording_quote(c->a, x, asked, line), is_witness);
		has_line = true;
	}
	if (!has_line)
		symptom_quote(s, wording_quote(c->a, x, asked, x->line), is_witness);
	for (size_t i = 0; i < countof(x->from); i++)
		if (x->from[i])
			quote_origin(c, s, x, &c->a->facts.fact[x->from[i] - 1], is_witness);
}

/* Whether two conditions were met by what is of one device beyond doubt. */
static bool are_kin(const struct conclusions *c, const struct ruling *x, const struct ruling *y)
{
	const struct fact *fact = c->a->facts.fact;
	return x->n_facts == 0 || y->n_facts == 0 ||
	       audit_answer(c->a, &fact[x->fact[0]])->kin ==
		       audit_answer(c->a, &fact[y->fact[0]])->kin;
}

static void quote_all(struct conclusions *c, struct symptom *s, const struct findings_of_rule *f)
{
	const struct facts *facts = &c->a->facts;
	for (size_t i = 0; i < f->rule->n_when + f->rule->n_witnesses; i++) {
		const struct ruling *o = &f->ruling[i];
		bool is_witness = i >= f->rule->n_when;
		const struct condition *asked =
			is_witness ? &f->rule->witness[i - f->rule->n_when] : &f->rule->when[i];
		if (o->truth != TRUTH_YES)
			continue;
		if (is_witness && are_kin(c, &f->ruling[0], o))
			s->confidence += WITNESS_PERCENT;
		if (o->earlier != UINT32_MAX)
			quote(c, s, &facts->fact[o->earlier], asked, is_witness);
		for (size_t k = 0; k < o->n_facts && k < QUOTES_A_CONDITION; k++)
			quote(c, s, &facts->fact[o->fact[k]], asked, is_witness);
	}
}

void symptom_put(struct conclusions *c, uint32_t device, const struct findings_of_rule *f)
{
	const struct rule *r = f->rule;
	const struct variant *v = advice(c, f, device);
	struct symptom *all = array_grown(c->symptom, sizeof *all, c->n_symptoms, &c->cap_symptoms);
	if (!all) {
		c->is_poor = true;
		return;
	}
	c->symptom = all;
	struct symptom *s = &all[c->n_symptoms++];
	*s = (struct symptom){ .rule = r->id,
		.severity = severity_name(r->severity),
		.rank = r->severity,
		.confidence = (unsigned)r->confidence,
		.device = device,
		.by_traffic = r->by_traffic == BY_TRAFFIC_YES,
		.n_facts = f->ruling[0].n_facts };
	s->told[TOLD_SYMPTOM] = fill(c, f, r->text[RULE_SYMPTOM][c->lang]);
	s->told[TOLD_CAUSE] = fill(c, f, r->text[RULE_CAUSE][c->lang]);
	s->told[TOLD_ACTION] = fill(c, f, v ? v->text[c->lang] : r->text[RULE_ACTION][c->lang]);
	s->told[TOLD_COMMAND] = fill(c, f, v && v->command ? v->command : r->command);
	s->told[TOLD_VERIFY] = fill(c, f, r->text[RULE_VERIFY][c->lang]);
	s->told[TOLD_CHECK] = fill(c, f, r->check);
	s->told[TOLD_RISK] = fill(c, f, r->text[RULE_RISK][c->lang]);
	s->told[TOLD_ROLLBACK] = fill(c, f, r->text[RULE_ROLLBACK][c->lang]);
	s->told[TOLD_SOURCE] = r->source;
	s->told[TOLD_OURS] = r->text[RULE_OURS][c->lang];
	quote_all(c, s, f);
	for (size_t i = 0; i < r->n_when; i++)
		s->is_unsure = s->is_unsure || f->ruling[i].is_unsure ||
			       !are_kin(c, &f->ruling[0], &f->ruling[i]);
	if (s->confidence > MOST_PERCENT)
		s->confidence = MOST_PERCENT;
	if (s->is_unsure && s->confidence > UNSURE_PERCENT)
		s->confidence = UNSURE_PERCENT;
}
