// SPDX-License-Identifier: Apache-2.0
// The set of rules: how files come together.
#include "audit/rule.h"

#include <stdlib.h>

#include "audit/rule_set.h"
#include "model/prefixes.h"

size_t rulebook_count(const struct rulebook *r)
{
	return r->n;
}

const struct rule *rulebook_get(const struct rulebook *r, size_t i)
{
	return r->rule[i];
}

const struct rule *rulebook_find(const struct rulebook *r, const char *id)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->rule[i]->id, id))
			return r->rule[i];
	return NULL;
}

const struct platform *rulebook_platforms(const struct rulebook *r, size_t *n)
{
	*n = r->n_platforms;
	return r->platform;
}

static const struct platform *platform_named(const struct rulebook *r, const char *name)
{
	for (size_t i = 0; i < r->n_platforms; i++)
		if (!strcmp(r->platform[i].name, name))
			return &r->platform[i];
	return NULL;
}

/* Gives how many there are; the last stays the last. */
static size_t join_platforms(
	const struct rulebook *r, const struct rulebook *more, struct platform *out)
{
	size_t n = 0;
	for (size_t i = 0; i < more->n_platforms; i++)
		if (!platform_named(r, more->platform[i].name))
			out[n++] = more->platform[i];
	for (size_t i = 0; i < r->n_platforms; i++) {
		const struct platform *other = platform_named(more, r->platform[i].name);
		out[n++] = other ? *other : r->platform[i];
	}
	return n;
}

/* Known ids in their places, new rules behind the others; of platforms too, new ones before ours. */
static bool join(struct rulebook *r, struct rulebook *more, struct err *e)
{
	struct rule **rule = calloc(r->n + more->n + 1, sizeof *rule);
	struct platform *platform =
		calloc(r->n_platforms + more->n_platforms + 1, sizeof *platform);
	if (!rule || !platform) {
		free(rule);
		free(platform);
		return err_sys(e, "rules");
	}
	size_t n = r->n;
	if (n)
		memcpy(rule, r->rule, n * sizeof *rule);
	for (size_t i = 0; i < more->n; i++) {
		size_t k = 0;
		while (k < r->n && strcmp(r->rule[k]->id, more->rule[i]->id))
			k++;
		if (k < r->n)
			free(rule[k]);
		rule[k < r->n ? k : n++] = more->rule[i];
	}
	more->n = 0; // they belong to the set now
	size_t n_platforms = join_platforms(r, more, platform);
	free(r->rule);
	free(r->platform);
	r->rule = rule;
	r->platform = platform;
	r->n = r->cap = n;
	r->n_platforms = r->cap_platforms = n_platforms;
	return true;
}

static void lists_free(struct rulebook *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->rule[i]);
	free(r->rule);
	free(r->platform);
}

/* Reads the document, and keeps it: the rules are views into it. */
static bool take(struct rulebook *r, struct yml *doc, struct err *e)
{
	struct rulebook more = {};
	struct yml **all =
		doc ? array_grown(r->document, sizeof *all, r->n_documents, &r->cap_documents)
		    : NULL;
	if (!doc)
		return false;
	if (!all) {
		yml_free(doc);
		return err_sys(e, "rules");
	}
	r->document = all;
	all[r->n_documents++] = doc;
	bool ok = rulebook_read(doc, &more, e) && join(r, &more, e);
	lists_free(&more);
	return ok;
}

bool rulebook_parse(struct rulebook *r, struct str text, const char *name, struct err *e)
{
	return take(r, yml_parse(text, name, e), e);
}

bool rulebook_load(struct rulebook *r, const char *path, struct err *e)
{
	return take(r, yml_load(path, e), e);
}

struct rulebook *rulebook_new(struct err *e)
{
	struct rulebook *r = calloc(1, sizeof *r);
	if (!r)
		err_sys(e, "rules");
	if (r && !rulebook_parse(r, rulebook_builtin(), "rules/audit.yaml", e)) {
		rulebook_free(r);
		r = NULL;
	}
	return r;
}

void rulebook_free(struct rulebook *r)
{
	if (!r)
		return;
	lists_free(r);
	for (size_t i = 0; i < r->n_documents; i++)
		yml_free(r->document[i]);
	free(r->document);
	free(r);
}
