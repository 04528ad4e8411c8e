// SPDX-License-Identifier: Apache-2.0
// Escapes by RFC 8259, section 7; input that is no UTF-8 is replaced, never passed on.
#include "output/json.h"

#include <math.h>

#include "base/utf8.h"

static void comma(struct json *j)
{
	if (j->needs_comma)
		fputc(',', j->out);
	j->needs_comma = true;
}

void json_open(struct json *j, char bracket)
{
	comma(j);
	fputc(bracket, j->out);
	j->needs_comma = false;
}

void json_close(struct json *j, char bracket)
{
	fputc(bracket, j->out);
	j->needs_comma = true;
}

static void quoted(struct json *j, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	fputc('"', j->out);
	while (*p) {
		int n = utf8_length(p);
		if (n == 0)
			fputs("\\ufffd", j->out);
		else if (*p == '"' || *p == '\\')
			fprintf(j->out, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			fprintf(j->out, "\\u%04x", *p);
		else
			fwrite(p, 1, (size_t)n, j->out);
		p += n ? n : 1;
	}
	fputc('"', j->out);
}

void json_key(struct json *j, const char *key)
{
	comma(j);
	quoted(j, key);
	fputc(':', j->out);
	j->needs_comma = false;
}

void json_uint(struct json *j, uint64_t v)
{
	comma(j);
	fprintf(j->out, "%llu", (unsigned long long)v);
}

void json_bool(struct json *j, bool v)
{
	comma(j);
	fputs(v ? "true" : "false", j->out);
}

void json_null(struct json *j)
{
	comma(j);
	fputs("null", j->out);
}

void json_real(struct json *j, double v, int decimals)
{
	if (!isfinite(v)) {
		json_null(j);
		return;
	}
	char room[64];
	int n = snprintf(room, sizeof room, "%.*f", decimals, v);
	while (decimals > 0 && n > 2 && room[n - 1] == '0' && room[n - 2] != '.')
		room[--n] = '\0';
	comma(j);
	fputs(room, j->out);
}

void json_text(struct json *j, const char *text)
{
	if (!text) {
		json_null(j);
		return;
	}
	comma(j);
	quoted(j, text);
}

void json_put_text(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	json_text(j, text);
}

void json_put_uint(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

void json_put_open(struct json *j, const char *key, char bracket)
{
	json_key(j, key);
	json_open(j, bracket);
}

void json_end(struct json *j)
{
	fputc('\n', j->out);
	j->needs_comma = false;
}
