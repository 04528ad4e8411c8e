// SPDX-License-Identifier: Apache-2.0
// The set of signatures: how files come together.
#include "detect/signature.h"

#include <stdlib.h>

#include "detect/signature_set.h"
#include "model/prefixes.h"

size_t signatures_count(const struct signatures *s)
{
	return s->n;
}

const struct signature *signatures_get(const struct signatures *s, size_t i)
{
	return &s->rule[i]->is;
}

size_t signatures_literals(const struct signatures *s, struct str *literal)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->rule[i]->n_literals; k++) {
			struct str text = s->rule[i]->literal[k];
			size_t j = 0;
			while (j < n && (literal[j].len != text.len ||
						memcmp(literal[j].ptr, text.ptr, text.len)))
				j++;
			if (j == n && n < LITERALS_MAX)
				literal[n++] = text;
		}
	return n;
}

/* Put the rules of a file in: known ids in their places, new ones before all others. */
static bool rules_join(struct signatures *s, struct signatures *more, struct err *e)
{
	struct rule **all = calloc(s->n + more->n + 1, sizeof *all);
	size_t n = 0;
	if (!all)
		return err_sys(e, "signatures");
	for (size_t i = 0; i < more->n; i++) {
		size_t k = 0;
		while (k < s->n && strcmp(s->rule[k]->is.id, more->rule[i]->is.id))
			k++;
		if (k == s->n) {
			all[n++] = more->rule[i];
			continue;
		}
		rule_free(s->rule[k]);
		s->rule[k] = more->rule[i];
	}
	more->n = 0; // they belong to the set now
	for (size_t i = 0; i < s->n; i++)
		all[n++] = s->rule[i];
	free(s->rule);
	s->rule = all;
	s->n = s->cap = n;
	return true;
}

/* The search for literals takes LITERALS_MAX; what does not fit would never be found. */
static bool literals_check(const struct signatures *s, const char *name, struct err *e)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->rule[i]->n_literals;
	return n <= LITERALS_MAX ||
	       err_set(e, "%s: more than %d literals with those of all files", name, LITERALS_MAX);
}

static void rules_free(struct signatures *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		rule_free(rules->rule[i]);
	free(rules->rule);
}

/* Reads the document, and keeps it: the rules are views into it. */
static bool signatures_take(struct signatures *s, struct yml *doc, const char *name, struct err *e)
{
	struct signatures more = {};
	struct yml **all =
		doc ? array_grown(s->document, sizeof *all, s->n_documents, &s->cap_documents)
		    : NULL;
	if (!doc)
		return false;
	if (!all) {
		yml_free(doc);
		return err_sys(e, "signatures");
	}
	s->document = all;
	all[s->n_documents++] = doc;
	bool ok =
		rules_read(doc, &more, e) && rules_join(s, &more, e) && literals_check(s, name, e);
	rules_free(&more);
	return ok;
}

bool signatures_parse(struct signatures *s, struct str text, const char *name, struct err *e)
{
	return signatures_take(s, yml_parse(text, name, e), name, e);
}

bool signatures_load(struct signatures *s, const char *path, struct err *e)
{
	return signatures_take(s, yml_load(path, e), path, e);
}

struct signatures *signatures_new(struct err *e)
{
	struct signatures *s = calloc(1, sizeof *s);
	if (!s)
		err_sys(e, "signatures");
	if (s && !signatures_parse(s, signatures_builtin(), "rules/signatures.yaml", e)) {
		signatures_free(s);
		s = NULL;
	}
	return s;
}

void signatures_free(struct signatures *s)
{
	if (!s)
		return;
	rules_free(s);
	for (size_t i = 0; i < s->n_documents; i++)
		yml_free(s->document[i]);
	free(s->document);
	free(s);
}
