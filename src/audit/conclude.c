// SPDX-License-Identifier: Apache-2.0
// Each rule is asked of each device; what yields to a found one becomes its witness.
#include <stdlib.h>

#include "audit/conclusions.h"
#include "model/prefixes.h"

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

/* A configuration that was shown is not to be asked for without telling what it lacks. */
static const char *reason_of(
	const struct conclusions *c, uint32_t device, const struct ruling *o, const char *command)
{
	bool is_config = !strcmp(command, config_output.name);
	return is_config && !o->wants_another && audit_lacks_end(c->a, device)
		       ? "the configuration ends without a sign that it is whole: 'end', or for "
			 "NX-OS the prompt behind it"
		       : o->reason;
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
		.reason = reason_of(c, device, o, command),
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
	symptom_put(c, device, &f);
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
			symptom_quote(to, s->quote[k], true);
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
	return value_known(v) ? conclusions_keep(c, strndup(v->text.ptr, v->text.len)) : NULL;
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
	for (size_t i = 0; i < a->n_sources; i++)
		c->report.n_joined += a->source[i].n_joined;
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
