// SPDX-License-Identifier: Apache-2.0
// A condition in the file of rules: a kind of facts, and terms.
#include <assert.h>

#include "audit/rule_set.h"
#include "audit/term.h"

#define KIND(kind, key, many, command, about) key,
#define FIELD(kind, name, key, type, about)
static const char *const kind_names[] = {
#include "audit/fact.def"
};
#undef KIND
#undef FIELD
static_assert(countof(kind_names) == N_FACT_KINDS);

/* Terms of a condition, gathered before its kind may be known: keys come in any order. */
struct draft {
	struct condition c;
	struct yml_value term[TERMS_MAX];
	size_t n_terms;
	uint64_t count;
};

static bool read_term(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	(void)key;
	struct draft *d = into;
	if (d->n_terms == TERMS_MAX)
		return yml_fail(e, value, "more than %d terms", TERMS_MAX);
	d->term[d->n_terms++] = value;
	return true;
}

static const struct yml_key condition_key[] = {
	{ .name = "fact",
		.expects = "a kind of facts",
		.is_required = true,
		.read = yml_choice,
		.offset = offsetof(struct draft, c.kind),
		.choice = kind_names,
		.n_choices = countof(kind_names) },
	{ .name = "where", .expects = "a list of terms", .is_list = true, .read = read_term },
	{ .name = "count",
		.read = yml_number,
		.offset = offsetof(struct draft, count),
		.min = 1,
		.max = 1000000 },
};
static const struct yml_keys condition_keys = { "a condition with 'fact'", condition_key,
	countof(condition_key) };

bool condition_read(struct yml_value value, struct condition *out, struct err *e)
{
	static const struct yml_key text = { .name = "where", .expects = "a term" };
	struct draft d = { .count = 1 };
	if (!yml_map(value, &condition_keys, &d, e))
		return false;
	d.c.count = d.count;
	for (size_t i = 0; i < d.n_terms; i++) {
		struct str words;
		if (!yml_text(&text, d.term[i], &words, e) ||
			!term_read(words, (enum fact_kind)d.c.kind, &d.c.term[i], d.term[i], e))
			return false;
		d.c.n_terms++;
	}
	*out = d.c;
	return true;
}
