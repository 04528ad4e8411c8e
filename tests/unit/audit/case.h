// SPDX-License-Identifier: Apache-2.0
// What the tests of the audit share: texts in, verdicts out.
#ifndef TESTS_AUDIT_CASE_H
#define TESTS_AUDIT_CASE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs those above
#include <cmocka.h>

#include "audit/conclude.h"

/** The rules, read once. */
static inline const struct rulebook *rules_shared(void)
{
	static struct rulebook *rules;
	struct err e = {};
	if (!rules && !(rules = rulebook_new(&e)))
		fail_msg("%s", e.text);
	return rules;
}

/** An audit with nothing in it, whose phrases all others share: to compile them takes longer than to read a text. */
static inline const struct audit *audit_shared(void)
{
	static struct audit *audit;
	struct err e = {};
	if (!audit && !(audit = audit_new(&e)))
		fail_msg("%s", e.text);
	return audit;
}

/** An audit of some texts, judged. */
struct tried {
	const struct rulebook *rules;
	struct audit *audit;
	struct conclusions *conclusions;
};

static inline void try_begin(struct tried *t)
{
	struct err e = {};
	t->rules = rules_shared();
	t->audit = audit_beside(audit_shared(), &e);
	assert_non_null(t->audit);
	t->conclusions = NULL;
}

static inline void try_read(struct tried *t, struct str text, enum epoch epoch)
{
	struct err e = {};
	assert_true(audit_read(t->audit, (struct bytes){ (const uint8_t *)text.ptr, text.len },
		"in", "in", epoch, &e));
}

static inline const struct audit_report *try_end(struct tried *t)
{
	struct err e = {};
	size_t n;
	const struct platform *platform = rulebook_platforms(t->rules, &n);
	assert_true(audit_derive(t->audit, platform, n, &e));
	t->conclusions = conclusions_new(t->audit, t->rules, LANG_EN, &e);
	assert_non_null(t->conclusions);
	return conclusions_report(t->conclusions);
}

static inline void try_free(struct tried *t)
{
	conclusions_free(t->conclusions);
	audit_free(t->audit);
}

/** One text alone. */
static inline const struct audit_report *try_text(struct tried *t, struct str text)
{
	try_begin(t);
	try_read(t, text, EPOCH_NOW);
	return try_end(t);
}

/** The worst that a rule came to on any device: found above unknown above clear. */
static inline enum truth try_verdict(const struct tried *t, size_t rule)
{
	enum truth worst = TRUTH_NO;
	bool is_seen = false;
	for (uint32_t d = 0; d < t->audit->n_devices; d++) {
		const struct audited_device *seen = &conclusions_report(t->conclusions)->device[d];
		if (seen->n_symptoms + seen->n_clear + seen->n_unknown == 0)
			continue;
		enum truth one = conclusions_verdict(t->conclusions, d, rule);
		worst = one > worst ? one : worst;
		is_seen = true;
	}
	return is_seen ? worst : TRUTH_UNKNOWN;
}

static inline size_t rule_index(const struct tried *t, const char *id)
{
	for (size_t i = 0; i < rulebook_count(t->rules); i++)
		if (!strcmp(rulebook_get(t->rules, i)->id, id))
			return i;
	fail_msg("no rule '%s'", id);
	return 0;
}

/** A whole file; freed by the caller. */
static inline struct str file_read(const char *path)
{
	FILE *f = fopen(path, "re");
	if (!f)
		fail_msg("%s cannot be opened: run tests in the root of the checkout", path);
	size_t n = 0, cap = 1 << 16;
	char *text = malloc(cap);
	assert_non_null(text);
	for (size_t got; (got = fread(text + n, 1, cap - n, f)) > 0;) {
		n += got;
		if (n == cap) {
			text = realloc(text, cap *= 2);
			assert_non_null(text);
		}
	}
	fclose(f);
	return (struct str){ text, n };
}

/** A case of cases.txt. */
struct rule_case {
	char rule[64];
	enum truth verdict;
	unsigned line;
	struct str text;
};

enum { CASES_MAX = 512 };

/** Cut the file of cases; views into `all`. */
static inline size_t cases_cut(struct str all, struct rule_case *out)
{
	static const char *const words[] = { "clear", "unknown", "found" };
	size_t n = 0;
	unsigned line = 1;
	for (const char *at = all.ptr, *end = all.ptr + all.len; at < end; line++) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		next = next ? next + 1 : end;
		char word[16];
		if (!strncmp(at, "== ", 3)) {
			assert_true(n < CASES_MAX);
			assert_int_equal(sscanf(at, "== %63s %15s", out[n].rule, word), 2);
			for (out[n].verdict = TRUTH_NO; strcmp(words[out[n].verdict], word);)
				assert_true(++out[n].verdict <= TRUTH_YES);
			out[n].line = line;
			out[n++].text = (struct str){ next, 0 };
		} else if (n) {
			out[n - 1].text.len += (size_t)(next - at);
		}
		at = next;
	}
	return n;
}
#endif
