// SPDX-License-Identifier: Apache-2.0
// The audit as NDJSON.
#include <stdlib.h>
#include <string.h>

#include "output/audit.h"
#include "output/json.h"

static void text_of(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

static void number_of(struct json *j, const char *key, uint64_t n)
{
	json_key(j, key);
	json_uint(j, n);
}

static void view_of(struct json *j, const char *key, struct str text)
{
	char *copy = strndup(text.ptr ? text.ptr : "", text.len);
	text_of(j, key, copy);
	free(copy);
}

static void begin(struct json *j, const char *type)
{
	json_open(j, '{');
	text_of(j, "type", type);
}

static void end(struct json *j)
{
	json_close(j, '}');
	json_end(j);
}

static void symptom(struct json *j, const struct audit_report *r, const struct symptom *s)
{
	begin(j, "symptom");
	text_of(j, "rule", s->rule);
	text_of(j, "severity", s->severity);
	json_key(j, "confidence");
	json_real(j, s->confidence / 100.0, 2);
	text_of(j, "device", r->device[s->device].name);
	json_key(j, "device_is_sure");
	json_bool(j, !s->is_unsure);
	for (enum told t = 0; t < N_TOLD; t++)
		text_of(j, told_key(t), s->told[t]);
	number_of(j, "lines", s->n_facts);
	json_key(j, "evidence");
	json_open(j, '[');
	for (size_t i = 0; i < s->n_quotes; i++) {
		const struct quote *q = &s->quote[i];
		json_open(j, '{');
		text_of(j, "file", q->source);
		number_of(j, "line", q->line);
		view_of(j, "text", q->text);
		text_of(j, "output", q->command);
		json_key(j, "witness");
		json_bool(j, q->is_witness);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_key(j, "hosts");
	json_open(j, '[');
	for (size_t i = 0; i < r->n_hosts; i++)
		if (symptom_names(s, &r->host[i]))
			json_text(j, r->host[i].address);
	json_close(j, ']');
	end(j);
}

static void host(struct json *j, const struct audit_report *r, const struct audited_host *h)
{
	begin(j, "host");
	text_of(j, "host", h->address);
	text_of(j, "class", h->verdict);
	json_key(j, "confidence");
	json_real(j, h->confidence / 100.0, 2);
	text_of(j, "port", h->port);
	text_of(j, "device", r->device[h->device].name);
	text_of(j, "why", h->why);
	end(j);
}

static void remark(struct json *j, const struct remark *n)
{
	begin(j, "note");
	text_of(j, "file", n->source);
	json_key(j, "line");
	if (n->source)
		json_uint(j, n->line);
	else
		json_null(j);
	text_of(j, "text", n->text);
	end(j);
}

static void question(struct json *j, const struct audit_report *r, const struct question *q)
{
	begin(j, "unknown");
	text_of(j, "rule", q->rule);
	text_of(j, "device", r->device[q->device].name);
	text_of(j, "ask", q->command);
	text_of(j, "reason", q->reason);
	end(j);
}

static void passage(struct json *j, const struct audit_report *r, const struct passage *p)
{
	begin(j, "output");
	text_of(j, "device", r->device[p->device].name);
	text_of(j, "file", p->source);
	number_of(j, "line", p->line);
	number_of(j, "last_line", p->last_line);
	text_of(j, "output", p->output);
	view_of(j, "command", p->command);
	number_of(j, "facts", p->n_facts);
	number_of(j, "lines_not_understood", p->n_unknown);
	json_key(j, "first_not_understood");
	if (p->n_unknown)
		json_uint(j, p->first_unknown);
	else
		json_null(j);
	json_key(j, "is_complete");
	json_bool(j, p->is_complete);
	text_of(j, "contradiction", p->check);
	end(j);
}

static void device(struct json *j, const struct audited_device *d)
{
	if (d->n_symptoms + d->n_clear + d->n_unknown == 0)
		return;
	begin(j, "device");
	text_of(j, "device", d->name);
	text_of(j, "os", d->os);
	text_of(j, "release", d->release);
	text_of(j, "platform", d->platform);
	number_of(j, "found", d->n_symptoms);
	number_of(j, "not_so", d->n_clear);
	number_of(j, "unknown", d->n_unknown);
	end(j);
}

void audit_json(const struct audit_report *r, FILE *out)
{
	struct json j = { .out = out };
	for (size_t i = 0; i < r->n_symptoms; i++)
		symptom(&j, r, &r->symptom[i]);
	for (size_t i = 0; i < r->n_hosts; i++)
		host(&j, r, &r->host[i]);
	for (size_t i = 0; i < r->n_remarks; i++)
		remark(&j, &r->remark[i]);
	for (size_t i = 0; i < r->n_questions; i++)
		question(&j, r, &r->question[i]);
	for (size_t i = 0; i < r->n_passages; i++)
		passage(&j, r, &r->passage[i]);
	for (size_t i = 0; i < r->n_devices; i++)
		device(&j, &r->device[i]);
	begin(&j, "summary");
	number_of(&j, "files", r->n_sources);
	number_of(&j, "outputs", r->n_passages);
	number_of(&j, "rules", r->n_rules);
	number_of(&j, "symptoms", r->n_symptoms);
	number_of(&j, "hosts", r->n_hosts);
	number_of(&j, "unknown", r->n_questions);
	number_of(&j, "lines_joined", r->n_joined);
	end(&j);
}
