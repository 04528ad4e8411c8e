// SPDX-License-Identifier: Apache-2.0
// Order among facts: by device and kind, and of translations by host.
#include <stdio.h>
#include <stdlib.h>

#include "audit/derive.h"

bool audit_index(struct audit *a)
{
	size_t n_keys = a->n_devices * N_FACT_KINDS, sum = 0;
	free(a->order);
	free(a->start);
	a->order = calloc(a->facts.n + 1, sizeof *a->order);
	a->start = calloc(n_keys + 2, sizeof *a->start);
	if (!a->order || !a->start)
		return false;
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		a->start[audit_answer(a, x)->device * N_FACT_KINDS + x->kind + 2]++;
	}
	for (size_t i = 2; i < n_keys + 2; i++) {
		sum += a->start[i];
		a->start[i] = sum;
	}
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		size_t key = audit_answer(a, x)->device * N_FACT_KINDS + x->kind;
		a->order[a->start[key + 1]++] = (uint32_t)i;
	}
	return true;
}

struct host_row {
	uint32_t ip, line;
	struct str text; // its address, without the port
};

static int by_host(const void *a, const void *b)
{
	const struct host_row *x = a, *y = b;
	return x->ip != y->ip ? (x->ip < y->ip ? -1 : 1)
			      : (x->line > y->line) - (x->line < y->line);
}

static bool host_of(const struct audit *a, const struct fact *x, struct host_row *out)
{
	struct str text = fact_value(&a->facts, x, NAT_INSIDE_LOCAL)->text;
	const char *colon = text.ptr ? memchr(text.ptr, ':', text.len) : NULL;
	if (colon)
		text.len = (size_t)(colon - text.ptr);
	out->text = text;
	out->line = x->line;
	return text.ptr && ipv4_read(text, &out->ip);
}

/* Who has most of the rows `row`, sorted; of equals the first address. */
static void put_most(struct audit *a, uint32_t answer, const struct host_row *row, size_t n)
{
	enum { LEAST_ROWS = 20 };
	size_t best = 0, n_best = 0;
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && row[k].ip == row[i].ip;)
			k++;
		if (k - i > n_best) {
			best = i;
			n_best = k - i;
		}
	}
	if (n < LEAST_ROWS)
		return;
	struct fact *x = fact_new(&a->facts, FACT_NAT_HOST, answer, row[best].line);
	if (!x)
		return;
	fact_set(&a->facts, x, NAT_HOST_HOST, row[best].ip, row[best].text);
	fact_set(&a->facts, x, NAT_HOST_ENTRIES, n_best, STR("derived"));
	fact_set(&a->facts, x, NAT_HOST_SHARE, n_best * 100 / n, STR("derived"));
}

void audit_nat_hosts(struct audit *a)
{
	size_t n_all = a->facts.n, n = 0;
	struct host_row *row = NULL;
	for (size_t i = 0; i < n_all; i++)
		n += a->facts.fact[i].kind == FACT_NAT;
	if (n == 0 || !(row = calloc(n, sizeof *row)))
		return;
	for (size_t i = 0; i < n_all;) {
		uint32_t answer = a->facts.fact[i].answer;
		for (n = 0; i < n_all && a->facts.fact[i].answer == answer; i++)
			n += a->facts.fact[i].kind == FACT_NAT &&
			     host_of(a, &a->facts.fact[i], &row[n]);
		qsort(row, n, sizeof *row, by_host);
		put_most(a, answer, row, n);
	}
	free(row);
}

static bool makes(const struct output *output, enum fact_kind kind)
{
	for (size_t i = 0; i < output->n_phrases; i++)
		if (output->phrase[i].kind == kind)
			return true;
	return false;
}

/* Whether an output tells a field: a cell {key:.} of a phrase, or a word the phrase stands for. */
static bool tells(const struct output *output, enum fact_field field)
{
	char cell[64];
	snprintf(cell, sizeof cell, "{%s:", fact_fields[field].key);
	for (size_t i = 0; i < output->n_phrases; i++) {
		const struct phrase *p = &output->phrase[i];
		if (p->kind != fact_fields[field].kind)
			continue;
		if (strstr(p->words, cell))
			return true;
		for (size_t k = 0; k < countof(p->say) && p->say[k].word; k++)
			if (p->say[k].field == field)
				return true;
	}
	return false;
}

/* A field that no output tells is derived: then it is as good here as anywhere. */
static bool is_told_elsewhere(const struct output *output, enum fact_field field)
{
	if (tells(output, field))
		return false;
	for (size_t i = 0; i < n_outputs; i++)
		if (tells(outputs[i], field))
			return true;
	return false;
}

static size_t output_index(const struct output *output)
{
	size_t i = 0;
	while (outputs[i] != output)
		i++;
	return i;
}

bool audit_note_complete(struct audit *a)
{
	free(a->complete);
	a->complete = calloc(a->n_devices * n_outputs + 1, sizeof *a->complete);
	if (!a->complete)
		return false;
	for (size_t i = 0; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		if (w->output && a->source[w->source].epoch == EPOCH_NOW && answer_is_complete(w))
			a->complete[w->device * n_outputs + output_index(w->output)] = true;
	}
	return true;
}

/* That figures agree is known when some sum could be made, and none could not. */
static bool is_checked(const struct audit *a, uint32_t device)
{
	bool any = false;
	for (size_t i = 0; i < a->n_answers; i++) {
		const struct answer *w = &a->answer[i];
		if (w->device == device && w->is_unchecked)
			return false;
		any = any || (w->device == device && w->is_summed);
	}
	return any;
}

/* Messages are in no list: a log forgets. */
bool audit_is_listed(const struct audit *a, uint32_t device, enum fact_kind kind,
	const enum fact_field *field, size_t n_fields)
{
	if (fact_kinds[kind].many == FACT_ONE || kind == FACT_MESSAGE || kind == FACT_MALLOCFAIL)
		return false;
	if (kind == FACT_CHECK)
		return is_checked(a, device);
	for (size_t i = 0; i < n_outputs; i++) {
		bool is_it = a->complete[device * n_outputs + i] &&
			     makes(outputs[i], kind == FACT_NAT_HOST ? FACT_NAT : kind);
		for (size_t k = 0; is_it && k < n_fields; k++)
			is_it = !is_told_elsewhere(outputs[i], field[k]);
		if (is_it)
			return true;
	}
	return false;
}
