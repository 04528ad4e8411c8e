// SPDX-License-Identifier: Apache-2.0
// Escapes by RFC 8259, section 7; input that is no UTF-8 is replaced, never passed on.
#include "output/json.h"

#include <math.h>

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

/* Length of the UTF-8 sequence at `p`, 0 when it is none (RFC 3629, section 4). */
static int utf8_length(const unsigned char *p)
{
	int n = p[0] < 0x80       ? 1
		: p[0] >> 5 == 6  ? 2
		: p[0] >> 4 == 14 ? 3
		: p[0] >> 3 == 30 ? 4
				  : 0;
	for (int i = 1; i < n; i++)
		if (p[i] >> 6 != 2)
			return 0;
	if ((n == 2 && p[0] < 0xc2) || (n == 3 && p[0] == 0xe0 && p[1] < 0xa0) ||
		(n == 3 && p[0] == 0xed && p[1] > 0x9f) ||
		(n == 4 && p[0] == 0xf0 && p[1] < 0x90) ||
		(n == 4 && (p[0] > 0xf4 || (p[0] == 0xf4 && p[1] > 0x8f))))
		return 0;
	return n;
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

void json_end(struct json *j)
{
	fputc('\n', j->out);
	j->needs_comma = false;
}
