// SPDX-License-Identifier: Apache-2.0
// Any text is audited; what is told holds together, and lies within the text.
#include <assert.h>

#include "audit/conclude.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Made once: they do not change. */
static struct rulebook *rules(void)
{
	static struct rulebook *made;
	struct err e = {};
	if (!made)
		made = rulebook_new(&e);
	assert(made);
	return made;
}

/* Made once: it holds what others share, which takes longer to make than a text to read. */
static const struct audit *shared(void)
{
	static struct audit *made;
	struct err e = {};
	if (!made)
		made = audit_new(&e);
	assert(made);
	return made;
}

static void look_at_facts(const struct audit *a)
{
	for (size_t i = 0; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		const struct answer *w = audit_answer(a, x);
		const struct paper *p = &a->source[w->source].paper;
		assert(x->answer < a->n_answers && w->device < a->n_devices);
		assert(x->line >= 1 && x->line <= p->n_lines && x->line <= x->last_line);
		for (unsigned k = 0; k < kind_size(x->kind); k++)
			assert(!a->facts.value[x->first + k].text.len ||
				a->facts.value[x->first + k].text.ptr);
	}
}

static void look_at_report(const struct audit_report *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_symptoms; i++) {
		const struct symptom *s = &r->symptom[i];
		assert(s->n_quotes >= 1 && s->n_quotes <= QUOTES_MAX);
		assert(s->confidence >= 1 && s->confidence <= 99);
		for (size_t k = 0; k < s->n_quotes; k++)
			n += s->quote[k].text.len ? (unsigned char)s->quote[k].text.ptr[0] : 0;
	}
	for (size_t i = 0; i < r->n_passages; i++)
		assert(r->passage[i].line <= r->passage[i].last_line);
	assert(n < SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = {};
	size_t n, half = len > 1 && data[0] & 1 ? len / 2 : 0;
	const struct platform *platform = rulebook_platforms(rules(), &n);
	struct audit *a = audit_beside(shared(), &e);
	assert(a);
	if (half)
		assert(audit_read(
			a, (struct bytes){ data, half }, "a", "device", EPOCH_BEFORE, &e));
	assert(audit_read(
		a, (struct bytes){ data + half, len - half }, "b", "device", EPOCH_NOW, &e));
	look_at_facts(a);
	assert(audit_derive(a, platform, n, &e));
	struct conclusions *c = conclusions_new(a, rules(), LANG_EN, &e);
	assert(c);
	look_at_report(conclusions_report(c));
	conclusions_free(c);
	audit_free(a);
	return 0;
}
