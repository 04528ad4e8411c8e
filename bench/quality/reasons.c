// SPDX-License-Identifier: Apache-2.0
// What is printed is read again: each row with its place and sign, what each kind weighs, the class,
// and what would clear the host.
#include "quality/reasons.h"
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/judge.h"
#include "output/report.h"

enum { LINE_BYTES = 512 };

typedef void print_fn(const struct report *r, FILE *out);

static void print_people(const struct report *r, FILE *out)
{
	report_explain(r, &r->finding[0].host, out);
}

static void print_programs(const struct report *r, FILE *out)
{
	report_json_finding(r, 0, out);
}

/* Into `text`, to be freed. */
static void print_into(char **text, const struct finding *f, print_fn *print)
{
	static const char *const sources[] = { "world" };
	static const bool has_packets[] = { false };
	struct report r = {
		.finding = f, .n = 1, .source = sources, .has_packets = has_packets, .n_sources = 1
	};
	size_t len = 0;
	FILE *out = open_memstream(text, &len);
	if (out)
		print(&r, out);
	if (!out || fclose(out)) {
		perror("quality: reasons");
		exit(2);
	}
}

/* What a finding weighs by kind, as a line of the table has it. */
static const char *lacks_weights(const struct finding *f, const char *text)
{
	size_t n = 0;
	for (enum sign s = 0; s < N_SIGNS; s++) {
		char line[LINE_BYTES];
		n += f->n_sign[s];
		snprintf(line, sizeof line, "\n  %7u  %+8.2f  %+8.2f  %s\n", f->n_sign[s],
			sign_nats(s), f->n_sign[s] * sign_nats(s), sign_text(s));
		if (f->n_sign[s] && !strstr(text, line))
			return "log-likelihood ratio of a kind of evidence";
	}
	return n == f->n_exhibits ? NULL : "some rows in the table of kinds";
}

/* One line an exhibit, in order, with its peer, place and sign. */
static const char *lacks_rows(const struct finding *f, const char *text)
{
	const char *line = strstr(text, "\n  FIRST SEEN");
	for (size_t i = 0; line && i < f->n_exhibits; i++) {
		const struct contact *c = f->exhibit[i].contact;
		char peer[ADDR_TEXT_BYTES], where[64], row[LINE_BYTES];
		line = strchr(line + 1, '\n');
		const char *end = line ? strchr(line + 1, '\n') : NULL;
		if (!end)
			return "a row of evidence";
		snprintf(row, sizeof row, "%.*s", (int)(end - line - 1), line + 1);
		snprintf(where, sizeof where, "world:%llu ",
			(unsigned long long)place_position(contact_place(c)));
		if (!strstr(row, addr_format(&c->dst, peer)) || !strstr(row, where) ||
			!strstr(row, sign_text(f->exhibit[i].sign)))
			return "peer, place or sign of a row";
	}
	return line ? NULL : "its rows";
}

static const char *lacks_people(const struct finding *f, const char *text)
{
	static const char clears[] = "\n  what would clear it: ";
	char room[PORT_TEXT_BYTES];
	const char *end = strchr(text, '\n'), *name = strstr(text, verdict_name(f->verdict));
	const char *port = strstr(text, finding_port(f, room)), *clear = strstr(text, clears);
	if (!name || name > end || !port || port > end)
		return "class or port";
	if (!clear || clear[sizeof clears - 1] == '\n')
		return "what would clear it";
	const char *lack = lacks_weights(f, text);
	return lack ? lack : lacks_rows(f, text);
}

static double number_of(const cJSON *o, const char *key)
{
	const cJSON *x = cJSON_GetObjectItemCaseSensitive(o, key);
	return cJSON_IsNumber(x) ? x->valuedouble : NAN;
}

static bool is_text(const cJSON *o, const char *key)
{
	const cJSON *x = cJSON_GetObjectItemCaseSensitive(o, key);
	return cJSON_IsString(x) && *x->valuestring;
}

static const char *lacks_programs(const struct finding *f, const cJSON *o)
{
	const cJSON *signs = cJSON_GetObjectItemCaseSensitive(o, "signs");
	const cJSON *nats = cJSON_GetObjectItemCaseSensitive(o, "sign_nats");
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(o, "evidence");
	if (!is_text(o, "class") || !is_text(o, "why") || !is_text(o, "clears"))
		return "class, reason or what would clear it, as JSON";
	if (cJSON_GetArraySize(rows) == 0 || number_of(o, "evidence_total") < (double)f->n_exhibits)
		return "rows, as JSON";
	for (enum sign s = 0; s < N_SIGNS; s++) {
		double n = number_of(signs, sign_key(s)), sum = number_of(nats, sign_key(s));
		if (f->n_sign[s] && !(n >= f->n_sign[s] && n <= f->n_sign[s] &&
					    fabs(sum - n * sign_nats(s)) < .01))
			return "log-likelihood ratio of a kind, as JSON";
	}
	if (f->verdict == VERDICT_WORM && !(number_of(o, "answers_to_clear") >= 1))
		return "how many answers would clear it, as JSON";
	return NULL;
}

static const char *lacks(const struct finding *f)
{
	char *text = NULL, *json = NULL;
	print_into(&text, f, print_people);
	print_into(&json, f, print_programs);
	cJSON *o = cJSON_Parse(json);
	const char *lack = o ? lacks_people(f, text) : "JSON that can be read";
	if (!lack)
		lack = lacks_programs(f, o);
	cJSON_Delete(o);
	free(json);
	free(text);
	return lack;
}

void reasons_check(struct reasons *r, const struct findings *found)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct finding *f = &found->finding[i];
		if (!verdict_is_alarm(f->verdict))
			continue;
		const char *lack = lacks(f);
		char host[ADDR_TEXT_BYTES];
		if (lack && r->n_lacking++ == 0)
			snprintf(r->lacks, sizeof r->lacks, "%s, %s: %s",
				addr_format(&f->host, host), verdict_name(f->verdict), lack);
		r->n_alarms++;
		r->n_rows += f->n_exhibits;
	}
}
