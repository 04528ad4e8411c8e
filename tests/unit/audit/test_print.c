// SPDX-License-Identifier: Apache-2.0
// What our own printers print of a random state is read back as that state.
#include "unit/audit/printers.h"

enum { STATES = 10000, STATES_A_TEXT = 200 };

/* What the text says beside the facts that were wished for. */
static size_t skip_foreign(const struct audit *a, size_t i, const struct wish *w)
{
	while (i < a->facts.n && w->kind != FACT_MESSAGE && a->facts.fact[i].kind == FACT_MESSAGE)
		i++;
	return i;
}

static void expect(
	const struct audit *a, const struct fact *x, const struct wish *w, struct str text)
{
	size_t n_known = 0;
	if (x->kind != w->kind)
		fail_msg("line %u: %s, not %s\n%.*s", x->line, fact_kinds[x->kind].key,
			fact_kinds[w->kind].key, STR_ARG(text));
	for (unsigned i = 0; i < kind_size(x->kind); i++)
		n_known += value_known(&a->facts.value[x->first + i]);
	for (size_t i = 0; i < w->n; i++) {
		const struct value *v = fact_value(&a->facts, x, w->value[i].field);
		struct value read;
		const char *want = w->value[i].text;
		if (!value_known(v) || v->text.len != strlen(want) ||
			memcmp(v->text.ptr, want, v->text.len))
			fail_msg("line %u: %s is '%.*s', not '%s'\n%.*s", x->line,
				fact_fields[w->value[i].field].key,
				v->text.ptr ? (int)v->text.len : 0, v->text.ptr, want,
				STR_ARG(text));
		assert_true(value_read(fact_fields[w->value[i].field].type, v->text, &read));
		assert_true(read.number == v->number);
	}
	if (n_known != w->n)
		fail_msg("line %u: %zu fields, not %zu\n%.*s", x->line, n_known, w->n,
			STR_ARG(text));
}

static void read_back(const struct printer *one, uint64_t seed)
{
	static struct print p;
	char *text = NULL;
	size_t size = 0, at = 0;
	p.n = 0;
	p.dice.state = seed;
	p.out = open_memstream(&text, &size);
	assert_non_null(p.out);
	for (int i = 0; i < STATES_A_TEXT; i++)
		one->print(&p);
	fputs("R1#\n", p.out);
	fclose(p.out);
	struct tried t;
	try_begin(&t);
	try_read(&t, (struct str){ text, size }, EPOCH_NOW);
	for (size_t i = 0; i < p.n; i++, at++) {
		at = skip_foreign(t.audit, at, &p.wish[i]);
		if (at == t.audit->facts.n)
			fail_msg("%s, seed %llu: %zu facts of %zu", one->command,
				(unsigned long long)seed, at, p.n);
		const struct fact *x = &t.audit->facts.fact[at];
		expect(t.audit, x, &p.wish[i], paper_line(&t.audit->source[0].paper, x->line));
	}
	for (size_t i = 0; i < t.audit->n_answers; i++)
		assert_int_equal(t.audit->answer[i].n_unknown, 0);
	try_free(&t);
	free(text);
}

static void what_is_printed_is_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(printers); i++)
		for (int seed = 0; seed < STATES / STATES_A_TEXT; seed++)
			read_back(&printers[i], (uint64_t)seed * countof(printers) + i);
}

/* Twenty outputs in any order, one below the other: each is recognised. */
static void outputs_in_any_order_are_told_apart(void **state)
{
	(void)state;
	static struct print p;
	for (unsigned round = 0; round < 200; round++) {
		size_t order[countof(printers)], size = 0;
		char *text = NULL;
		p.n = 0;
		p.dice.state = round;
		p.out = open_memstream(&text, &size);
		assert_non_null(p.out);
		for (size_t i = 0; i < countof(printers); i++)
			order[i] = i;
		for (size_t i = countof(printers) - 1; i > 0; i--) {
			size_t k = dice_below(&p.dice, (uint32_t)i + 1), swap = order[i];
			order[i] = order[k];
			order[k] = swap;
		}
		for (size_t i = 0; i < countof(printers); i++)
			printers[order[i]].print(&p);
		fclose(p.out);
		struct tried t;
		try_begin(&t);
		try_read(&t, (struct str){ text, size }, EPOCH_NOW);
		assert_int_equal(t.audit->n_answers, countof(printers));
		for (size_t i = 0; i < countof(printers); i++)
			assert_non_null(t.audit->answer[i].output);
		try_free(&t);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_back),
		cmocka_unit_test(outputs_in_any_order_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
