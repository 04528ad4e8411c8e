// SPDX-License-Identifier: Apache-2.0
// cordon audit --rules and --facts: what is known, and what was read.
#include <stdlib.h>
#include <string.h>

#include "app/audit.h"
#include "app/command.h"
#include "output/json.h"

enum { CONDITION_BYTES = 512 };

/* A cell of a table in Markdown: a bar would end it. */
static void cell(const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
}

static void conditions(const struct condition *c, size_t n)
{
	char room[CONDITION_BYTES];
	for (size_t i = 0; i < n; i++) {
		fputs(i ? "; " : "", stdout);
		cell(condition_format(&c[i], room, sizeof room));
	}
}

int audit_print_rules(const struct rulebook *rules, enum lang lang)
{
	puts("| rule | severity | when | witnesses | symptom | action | check |\n"
	     "|---|---|---|---|---|---|---|");
	for (size_t i = 0; i < rulebook_count(rules); i++) {
		const struct rule *r = rulebook_get(rules, i);
		printf("| `%s` | %s | ", r->id, severity_name(r->severity));
		conditions(r->when, r->n_when);
		fputs(" | ", stdout);
		conditions(r->witness, r->n_witnesses);
		fputs(" | ", stdout);
		cell(r->text[RULE_SYMPTOM][lang]);
		fputs(" | ", stdout);
		cell(r->text[RULE_ACTION][lang]);
		printf(" | `%s` |\n", r->check);
	}
	return EXIT_NOTHING;
}

int audit_print_kinds(void)
{
	static const char *const types[] = { "number", "number with hundredths", "text", "address",
		"prefix" };
	puts("| fact | shown by | field | type | about |\n|---|---|---|---|---|");
	for (enum fact_kind k = 0; k < N_FACT_KINDS; k++)
		for (unsigned i = 0; i < kind_size(k); i++) {
			const struct field_info *f = &fact_fields[fact_kinds[k].begin + i];
			printf("| %s | %s | %s | %s | %s |\n", i ? "" : fact_kinds[k].key,
				i ? "" : fact_kinds[k].command, f->key, types[f->type], f->about);
		}
	return EXIT_NOTHING;
}

static void field(struct json *j, const struct field_info *f, const struct value *v)
{
	bool is_derived = value_is(v, "derived");
	json_key(j, f->key);
	if (f->type == FACT_CENTI)
		json_real(j, (double)v->number / 100, 2);
	else if (f->type == FACT_NUMBER || is_derived)
		json_uint(j, v->number);
	else {
		char *text = strndup(v->text.ptr, v->text.len);
		json_text(j, text);
		free(text);
	}
}

void audit_print_facts(const struct audit *a, FILE *out)
{
	struct json j = { .out = out };
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		const struct answer *w = audit_answer(a, x);
		json_open(&j, '{');
		json_key(&j, "fact");
		json_text(&j, fact_kinds[x->kind].key);
		json_key(&j, "device");
		json_text(&j, a->device[w->device].name);
		json_key(&j, "file");
		json_text(&j, a->source[w->source].name);
		json_key(&j, "line");
		json_uint(&j, x->line);
		for (unsigned k = 0; k < kind_size(x->kind); k++)
			if (value_known(&a->facts.value[x->first + k]))
				field(&j, &fact_fields[fact_kinds[x->kind].begin + k],
					&a->facts.value[x->first + k]);
		json_close(&j, '}');
		json_end(&j);
	}
}
