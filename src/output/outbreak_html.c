// SPDX-License-Identifier: Apache-2.0
// The report as one page: complete as it stands, printable, without a network; a script only adds to it.
#include "output/outbreak_html.h"

#include <string.h>

void html_put(const char *text, FILE *out)
{
	static const struct {
		char c;
		const char *entity;
	} rows[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" },
		{ '\'', "&#39;" } };
	for (; *text; text++) {
		size_t i = 0;
		while (i < countof(rows) && rows[i].c != *text)
			i++;
		if (i < countof(rows))
			fputs(rows[i].entity, out);
		else
			fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

void html_element(const char *tag, const char *text, FILE *out)
{
	fprintf(out, "<%s>", tag);
	html_put(text, out);
	fprintf(out, "</%s>", tag);
}

/* Within a script element nothing may look like markup: in JSON each such letter has an escape. */
static void put_json(const char *key, const cJSON *value, FILE *out)
{
	char *text = value ? cJSON_PrintUnformatted(value) : NULL;
	fprintf(out, "\"%s\":", key);
	for (const char *p = text ? text : "null"; *p; p++)
		if (strchr("<>&", *p))
			fprintf(out, "\\u%04x", (unsigned)*p);
		else
			fputc(*p, out);
	cJSON_free(text);
}

/* What the pictures are drawn from; the answers of the API as they are. */
static void put_data(const struct outbreak *o, FILE *out)
{
	struct incident_iter it = { .outbreak = o };
	cJSON *incidents = cJSON_CreateArray();
	const cJSON *i;
	for (int n = 0; n < INCIDENTS_SHOWN && (i = incident_iter_next(&it)); n++)
		cJSON_AddItemToArray(incidents, cJSON_Duplicate(i, true));
	fprintf(out,
		"<script type=\"application/json\" id=\"cordon-report\">{\"lang\":\"%s\","
		"\"made\":\"%s\",",
		o->lang == LANG_JA ? "ja" : "en", o->made);
	put_json("incidents", incidents, out);
	cJSON_Delete(incidents);
	fputc(',', out);
	put_json("states", member_at(o->board, "states"), out);
	fputc(',', out);
	put_json("curve", o->curve, out);
	fputc(',', out);
	put_json("before", o->before, out);
	fputc(',', out);
	put_json("tree", o->tree, out);
	fputc(',', out);
	put_json("map", o->map, out);
	fputs("}</script>\n", out);
}

static void put_embedded(const char *tag, const struct embedded *e, FILE *out)
{
	if (!e->text.len)
		return;
	fprintf(out, "<%s>", tag);
	fwrite(e->text.ptr, 1, e->text.len, out);
	fprintf(out, "</%s>\n", tag);
}

static void put_source(const struct embedded *e, FILE *out)
{
	if (e->text.len)
		fprintf(out, " '%s'", e->hash);
}

/* Nothing is loaded, sent or framed; what may run and style is named by its hash. */
static void put_policy(const struct outbreak *o, FILE *out)
{
	fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
	      "trusted-types 'none'; style-src",
		out);
	put_source(&o->sheet, out);
	put_source(&o->style, out);
	fputs("; script-src", out);
	if (o->script.text.len)
		put_source(&o->script, out);
	else
		fputs(" 'none'", out);
	fputs("\">\n", out);
}

static void put_head(const struct outbreak *o, FILE *out)
{
	outbreak_text_room room;
	fprintf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		o->lang == LANG_JA ? "ja" : "en");
	put_policy(o, out);
	fputs("<meta name=\"viewport\" content=\"width=device-width\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
		out);
	html_put(phrase(PHRASE_TITLE, o->lang), out);
	fputs(": ", out);
	html_put(words_scope(o, room), out);
	fputs("</title>\n", out);
	put_embedded("style", &o->sheet, out);
	put_embedded("style", &o->style, out);
	fputs("</head>\n<body>\n<header>\n", out);
	html_element("h1", phrase(PHRASE_TITLE, o->lang), out);
	html_element("p", words_scope(o, room), out);
	html_element("p", words_made(o, room), out);
	fputs("</header>\n<main>\n", out);
}

void outbreak_html(const struct outbreak *o, FILE *out)
{
	put_head(o, out);
	html_sections(o, out);
	fputs("</main>\n", out);
	put_data(o, out);
	put_embedded("script", &o->script, out);
	fputs("</body>\n</html>\n", out);
}
