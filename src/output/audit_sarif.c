// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0: one run, a rule once, a result a symptom with the places of its proof.
#include <stdlib.h>
#include <string.h>

#include "output/audit.h"
#include "output/json.h"

static void text_of(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

static void message(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_open(j, '{');
	text_of(j, "text", text ? text : "");
	json_close(j, '}');
}

/* Levels of SARIF (3.27.10): error, warning, note. */
static const char *level(unsigned rank)
{
	static const char *const levels[] = { "note", "warning", "error" };
	return levels[rank < 3 ? rank : 2];
}

static bool is_first(const struct audit_report *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(r->symptom[k].rule, r->symptom[i].rule))
			return false;
	return true;
}

static void rules(struct json *j, const struct audit_report *r)
{
	json_key(j, "rules");
	json_open(j, '[');
	for (size_t i = 0; i < r->n_symptoms; i++) {
		const struct symptom *s = &r->symptom[i];
		if (!is_first(r, i))
			continue;
		json_open(j, '{');
		text_of(j, "id", s->rule);
		message(j, "shortDescription", s->told[TOLD_CAUSE]);
		message(j, "help", s->told[TOLD_ACTION]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* A path as a relative reference (RFC 3986): what may not stand in one is escaped. */
static void uri(struct json *j, const char *path)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
	char *escaped = malloc(3 * strlen(path) + 1), *to = escaped;
	for (const char *p = path; escaped && *p; p++) {
		if (strchr(plain, *p)) {
			*to++ = *p;
			continue;
		}
		*to++ = '%';
		*to++ = hex[(unsigned char)*p >> 4];
		*to++ = hex[(unsigned char)*p & 15];
	}
	if (to)
		*to = '\0';
	text_of(j, "uri", strcmp(path, "-") && escaped ? escaped : "stdin");
	free(escaped);
}

static void location(struct json *j, const struct quote *q)
{
	char *line = strndup(q->text.ptr, q->text.len);
	json_open(j, '{');
	json_key(j, "physicalLocation");
	json_open(j, '{');
	json_key(j, "artifactLocation");
	json_open(j, '{');
	uri(j, q->source);
	json_close(j, '}');
	json_key(j, "region");
	json_open(j, '{');
	json_key(j, "startLine");
	json_uint(j, q->line);
	message(j, "snippet", line);
	json_close(j, '}');
	json_close(j, '}');
	json_close(j, '}');
	free(line);
}

static void result(struct json *j, const struct audit_report *r, const struct symptom *s)
{
	json_open(j, '{');
	text_of(j, "ruleId", s->rule);
	text_of(j, "level", level(s->rank));
	message(j, "message", s->told[TOLD_SYMPTOM]);
	json_key(j, "locations");
	json_open(j, '[');
	if (s->n_quotes)
		location(j, &s->quote[0]);
	json_close(j, ']');
	json_key(j, "relatedLocations");
	json_open(j, '[');
	for (size_t i = 1; i < s->n_quotes; i++)
		location(j, &s->quote[i]);
	json_close(j, ']');
	json_key(j, "properties");
	json_open(j, '{');
	text_of(j, "device", r->device[s->device].name);
	json_key(j, "confidence");
	json_real(j, s->confidence / 100.0, 2);
	for (enum told t = 0; t < N_TOLD; t++)
		if (t != TOLD_SYMPTOM && s->told[t])
			text_of(j, told_key(t), s->told[t]);
	json_close(j, '}');
	json_close(j, '}');
}

void audit_sarif(const struct audit_report *r, const char *version, FILE *out)
{
	struct json j = { .out = out };
	json_open(&j, '{');
	text_of(&j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	text_of(&j, "version", "2.1.0");
	json_key(&j, "runs");
	json_open(&j, '[');
	json_open(&j, '{');
	json_key(&j, "tool");
	json_open(&j, '{');
	json_key(&j, "driver");
	json_open(&j, '{');
	text_of(&j, "name", "cordon audit");
	text_of(&j, "version", version);
	rules(&j, r);
	json_close(&j, '}');
	json_close(&j, '}');
	json_key(&j, "results");
	json_open(&j, '[');
	for (size_t i = 0; i < r->n_symptoms; i++)
		result(&j, r, &r->symptom[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
