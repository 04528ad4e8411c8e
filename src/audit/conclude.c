// SPDX-License-Identifier: Apache-2.0
// Each rule is asked of each device; what yields to a found one becomes its witness.
#include "audit/conclude.h"

#include <stdlib.h>

#include "audit/wording.h"
#include "model/prefixes.h"

enum { WITNESS_PERCENT = 15, UNSURE_PERCENT = 50, MOST_PERCENT = 99, QUOTES_A_CONDITION = 4 };

struct conclusions {
	const struct audit *a;
	const struct rulebook *rules;
	struct symptom *symptom;
	size_t n_symptoms, cap_symptoms;
	struct question *question;
	size_t n_questions, cap_questions;
	struct passage *passage;
	size_t n_passages;
	struct audited_device *device;
	char **text; // of malloc
	size_t n_texts, cap_texts;
	struct audit_report report;
	enum truth *verdict; // device * rules + rule
	enum lang lang;
	bool is_poor; // of memory
};

static const char *keep(struct conclusions *c, char *text)
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
	return text ? keep(c, wording_fill(c->a, f, text)) : NULL;
}

/* The advice that fits the device: the first whose conditions hold; NULL: the action of the rule. */
static const struct variant *advice(
	const struct conclusions *c, const struct rule *r, uint32_t device)
{
	for (size_t i = 0; i < r->n_variants; i++) {
		const struct variant *v = &r->variant[i];
		bool holds = true;
		for (size_t k = 0; k < v->n_when; k++)
			holds = holds && evaluate(c->a, device, &v->when[k]).truth == TRUTH_YES;
		if (holds)
			return v;
	}
	return NULL;
}

static void put_quote(struct symptom *s, struct quote q, bool is_witness)
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
	put_quote(s, wording_quote(c->a, x, &anything, x->line), is_witness);
	for (unsigned i = 0; i < kind_size(x->kind); i++)
		for (unsigned k = 0; value[i].line && k < kind_size(derived->kind); k++)
			if (!strcmp(own[i].key, other[k].key))
				put_quote(s, wording_quote(c->a, x, &anything, value[i].line),
					is_witness);
}

/* The lines in which stands what was asked; of a section, its first line too. */
static void quote(struct conclusions *c, struct symptom *s, const struct fact *x,
	const struct condition *asked, bool is_witness)
{
	bool has_line = false;
	if (fact_kinds[x->kind].many == FACT_FORM) {
		put_quote(s, wording_quote(c->a, x, asked, x->line), is_witness);
		has_line = true;
	}
	for (size_t i = 0; i < asked->n_terms; i++) {
		uint32_t line = fact_value(&c->a->facts, x, asked->term[i].field)->line;
		if (!line)
			continue;
		put_quote(s, wording_quote(c->a, x, asked, line), is_witness);
		has_line = true;
	}
	if (!has_line)
		put_quote(s, wording_quote(c->a, x, asked, x->line), is_witness);
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

static void put_symptom(struct conclusions *c, uint32_t device, const struct findings_of_rule *f)
{
	const struct rule *r = f->rule;
	const struct variant *v = advice(c, r, device);
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
		.n_facts = f->ruling[0].n_facts };
	s->told[TOLD_SYMPTOM] = fill(c, f, r->text[RULE_SYMPTOM][c->lang]);
	s->told[TOLD_CAUSE] = fill(c, f, r->text[RULE_CAUSE][c->lang]);
	s->told[TOLD_ACTION] = fill(c, f, v ? v->text[c->lang] : r->text[RULE_ACTION][c->lang]);
	s->told[TOLD_COMMAND] = fill(c, f, v && v->command ? v->command : r->command);
	s->told[TOLD_VERIFY] = fill(c, f, r->text[RULE_VERIFY][c->lang]);
	s->told[TOLD_CHECK] = fill(c, f, r->check);
	s->told[TOLD_RISK] = fill(c, f, r->text[RULE_RISK][c->lang]);
	s->told[TOLD_ROLLBACK] = fill(c, f, r->text[RULE_ROLLBACK][c->lang]);
	quote_all(c, s, f);
	for (size_t i = 0; i < r->n_when; i++)
		s->is_unsure = s->is_unsure || f->ruling[i].is_unsure ||
			       !are_kin(c, &f->ruling[0], &f->ruling[i]);
	if (s->confidence > MOST_PERCENT)
		s->confidence = MOST_PERCENT;
	if (s->is_unsure && s->confidence > UNSURE_PERCENT)
		s->confidence = UNSURE_PERCENT;
}

static bool is_of_log(unsigned kind)
{
	return kind == FACT_MESSAGE || kind == FACT_MALLOCFAIL;
}

static bool has_log(const struct audit *a, uint32_t device)
{
	size_t n;
	audit_facts(a, device, FACT_LOGGING, &n);
	return n > 0;
}

static void put_question(struct conclusions *c, uint32_t device, const struct rule *r, size_t i,
	const struct ruling *o)
{
	struct question *all =
		array_grown(c->question, sizeof *all, c->n_questions, &c->cap_questions);
	if (!all) {
		c->is_poor = true;
		return;
	}
	const char *command = fact_kinds[r->when[i].kind].command;
	if (is_of_log(r->when[i].kind) && has_log(c->a, device))
		command = ""; // a log forgets: more of it proves nothing
	c->question = all;
	all[c->n_questions++] = (struct question){ .rule = r->id,
		.device = device,
		.command = command[0] ? command : NULL,
		.reason = o->reason,
		.wants_another = o->wants_another };
}

static void ask(struct conclusions *c, uint32_t device, size_t rule)
{
	const struct rule *r = rulebook_get(c->rules, rule);
	struct findings_of_rule f = { .rule = r };
	enum truth all = TRUTH_YES;
	size_t unknown = 0;
	for (size_t i = 0; i < r->n_when && all != TRUTH_NO; i++) {
		f.ruling[i] = evaluate(c->a, device, &r->when[i]);
		if (f.ruling[i].truth < all) {
			all = f.ruling[i].truth;
			unknown = i;
		}
	}
	c->verdict[device * rulebook_count(c->rules) + rule] = all;
	if (all == TRUTH_NO) {
		c->device[device].n_clear++;
		return;
	}
	if (all == TRUTH_UNKNOWN) {
		c->device[device].n_unknown++;
		put_question(c, device, r, unknown, &f.ruling[unknown]);
		return;
	}
	for (size_t i = 0; i < r->n_witnesses; i++)
		f.ruling[r->n_when + i] = evaluate(c->a, device, &r->witness[i]);
	put_symptom(c, device, &f);
}

/* The symptom of a rule among those of the device, from `first` on. */
static struct symptom *symptom_of(struct conclusions *c, size_t first, const char *rule)
{
	for (size_t i = first; i < c->n_symptoms; i++)
		if (!strcmp(c->symptom[i].rule, rule))
			return &c->symptom[i];
	return NULL;
}

/* What is explained by another symptom strengthens that one, and is not told twice. */
static void join(struct conclusions *c, size_t first)
{
	for (size_t i = first; i < c->n_symptoms;) {
		struct symptom *s = &c->symptom[i], *to = NULL;
		const struct rule *r = rulebook_find(c->rules, s->rule);
		for (size_t k = 0; k < r->n_yields && !to; k++)
			to = symptom_of(c, first, r->yields[k]);
		if (!to || to == s) {
			i++;
			continue;
		}
		for (size_t k = 0; k < s->n_quotes; k++)
			put_quote(to, s->quote[k], true);
		unsigned most = to->is_unsure ? UNSURE_PERCENT : MOST_PERCENT;
		to->confidence += WITNESS_PERCENT;
		to->confidence = to->confidence < most ? to->confidence : most;
		memmove(s, s + 1, (size_t)(c->symptom + c->n_symptoms - s - 1) * sizeof *s);
		c->n_symptoms--;
	}
}

static const char *text_of(struct conclusions *c, const struct fact *x, enum fact_field i)
{
	const struct value *v = fact_value(&c->a->facts, x, i);
	return value_known(v) ? keep(c, strndup(v->text.ptr, v->text.len)) : NULL;
}

static void describe(struct conclusions *c, uint32_t device)
{
	size_t n;
	struct audited_device *d = &c->device[device];
	const uint32_t *fact = audit_facts(c->a, device, FACT_VERSION, &n);
	d->name = c->a->device[device].name;
	for (size_t i = 0; i < n; i++) {
		const struct fact *x = &c->a->facts.fact[fact[i]];
		d->os = d->os ? d->os : text_of(c, x, VERSION_OS);
		d->release = d->release ? d->release : text_of(c, x, VERSION_RELEASE);
		d->platform = d->platform ? d->platform : text_of(c, x, VERSION_PLATFORM);
	}
}

static bool is_seen(const struct audit *a, uint32_t device)
{
	for (enum fact_kind k = 0; k < N_FACT_KINDS; k++) {
		size_t n;
		audit_facts(a, device, k, &n);
		if (n)
			return true;
	}
	return false;
}

static void gather_passages(struct conclusions *c)
{
	const struct audit *a = c->a;
	for (size_t i = 0; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		c->passage[c->n_passages++] = (struct passage){
			.source = a->source[w->source].name,
			.output = w->output ? w->output->name : NULL,
			.command = w->command,
			.device = w->device,
			.line = w->line,
			.last_line = w->last_line,
			.n_facts = w->n_facts,
			.n_unknown = w->n_unknown,
			.first_unknown = w->first_unknown,
			.check_line = w->check_line,
			.is_complete = w->output && answer_is_complete(w),
			.check = w->check[0] ? w->check : NULL,
		};
	}
}

static int by_rank(const void *a, const void *b)
{
	const struct symptom *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? 1 : -1;
	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return strcmp(x->rule, y->rule);
}

struct conclusions *conclusions_new(
	const struct audit *a, const struct rulebook *rules, enum lang lang, struct err *e)
{
	struct conclusions *c = calloc(1, sizeof *c);
	if (c) {
		*c = (struct conclusions){ .a = a, .rules = rules, .lang = lang };
		c->device = calloc(a->n_devices + 1, sizeof *c->device);
		c->passage = calloc(a->n_answers + 1, sizeof *c->passage);
		c->verdict = calloc(a->n_devices * rulebook_count(rules) + 1, sizeof *c->verdict);
	}
	if (!c || !c->device || !c->passage || !c->verdict) {
		conclusions_free(c);
		err_sys(e, "audit");
		return NULL;
	}
	for (uint32_t device = 0; device < a->n_devices; device++) {
		size_t first = c->n_symptoms;
		describe(c, device);
		for (size_t i = 0; is_seen(a, device) && i < rulebook_count(rules); i++)
			ask(c, device, i);
		join(c, first);
		c->device[device].n_symptoms = c->n_symptoms - first;
	}
	gather_passages(c);
	if (c->n_symptoms)
		qsort(c->symptom, c->n_symptoms, sizeof *c->symptom, by_rank);
	c->report = (struct audit_report){ .symptom = c->symptom,
		.n_symptoms = c->n_symptoms,
		.question = c->question,
		.n_questions = c->n_questions,
		.passage = c->passage,
		.n_passages = c->n_passages,
		.device = c->device,
		.n_devices = a->n_devices,
		.n_sources = a->n_sources,
		.n_rules = rulebook_count(rules),
		.lang = lang };
	if (!c->is_poor)
		return c;
	conclusions_free(c);
	err_sys(e, "audit");
	return NULL;
}

void conclusions_free(struct conclusions *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_texts; i++)
		free(c->text[i]);
	free(c->text);
	free(c->symptom);
	free(c->question);
	free(c->passage);
	free(c->device);
	free(c->verdict);
	free(c);
}

const struct audit_report *conclusions_report(const struct conclusions *c)
{
	return &c->report;
}

enum truth conclusions_verdict(const struct conclusions *c, uint32_t device, size_t rule)
{
	return c->device[device].n_symptoms + c->device[device].n_clear +
			       c->device[device].n_unknown
		       ? c->verdict[device * rulebook_count(c->rules) + rule]
		       : TRUTH_UNKNOWN;
}
