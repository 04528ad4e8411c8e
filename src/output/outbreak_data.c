// SPDX-License-Identifier: Apache-2.0
// The report for programs: one object of JSON, and a table of hosts as CSV.
#include <string.h>

#include "output/json.h"
#include "output/outbreak.h"

/* An answer as it is; in one line. */
static void put(struct json *j, const char *key, const cJSON *value)
{
	char *text = value ? cJSON_PrintUnformatted(value) : NULL;
	json_key(j, key);
	fputs(text ? text : "null", j->out);
	j->needs_comma = true;
	cJSON_free(text);
}

static void put_text(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

void outbreak_json(const struct outbreak *o, FILE *out)
{
	struct json j = { .out = out };
	json_open(&j, '{');
	put_text(&j, "type", "report");
	put_text(&j, "made", o->made);
	put_text(&j, "version", o->version);
	json_key(&j, "incident");
	if (o->incident)
		json_uint(&j, o->incident);
	else
		json_null(&j);
	put_text(&j, "from", o->from);
	put_text(&j, "to", o->to);
	put(&j, "incidents", o->incidents);
	put(&j, "states", member_at(o->board, "states"));
	put(&j, "curve", o->curve);
	put(&j, "before", o->before);
	put(&j, "tree", o->branches);
	put(&j, "map", o->map);
	put(&j, "hosts", o->hosts);
	json_key(&j, "hosts_beyond");
	json_uint(&j, o->n_hosts_beyond);
	put(&j, "exporters", o->exporters);
	put(&j, "done", o->done);
	json_close(&j, '}');
	json_end(&j);
}

/* Quoted by RFC 4180; a cell that a spreadsheet would run is made a text by what it takes for a mark. */
static void cell(FILE *out, const char *text)
{
	fputc('"', out);
	if (*text && strchr("=+-@\t\r", *text))
		fputc('\'', out);
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			fputc('"', out);
		fputc(*p, out);
	}
	fputc('"', out);
}

static const struct column {
	const char *name, *group, *key; // of a member of a member, or of a member
} columns[] = {
	{ "incident", NULL, "incident" },
	{ "host", NULL, "host" },
	{ "address", NULL, "address" },
	{ "name", NULL, "name" },
	{ "state", NULL, "state" },
	{ "since", NULL, "since" },
	{ "onset", NULL, "onset" },
	{ "last_attack", NULL, "last_attack" },
	{ "episode", NULL, "episode" },
	{ "evidence", NULL, "evidence" },
	{ "verdict", NULL, "verdict" },
	{ "cause", NULL, "cause" },
	{ "source", NULL, "source" },
	{ "confidence_pct", NULL, "confidence_pct" },
	{ "contacted", NULL, "contacted" },
	{ "infected_by", NULL, "from" },
	{ "infected_by_probability", NULL, "from_probability" },
	{ "why", NULL, "sentence" },
	{ "next_state", "next", "to" },
	{ "next_step", "next", "text" },
};

void outbreak_csv_head(FILE *out)
{
	for (size_t i = 0; i < countof(columns); i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i].name);
	fputs("\r\n", out);
}

void outbreak_csv_host(const cJSON *host, FILE *out)
{
	for (size_t i = 0; i < countof(columns); i++) {
		const struct column *c = &columns[i];
		const cJSON *of = c->group ? member_at(host, c->group) : host;
		const cJSON *v = member_at(of, c->key);
		if (i)
			fputc(',', out);
		if (cJSON_IsNumber(v))
			fprintf(out, "%.15g", v->valuedouble);
		else if (cJSON_IsString(v))
			cell(out, v->valuestring);
	}
	fputs("\r\n", out);
}
