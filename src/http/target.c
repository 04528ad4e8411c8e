// SPDX-License-Identifier: Apache-2.0
// Escapes are resolved once, after the text was cut at its slashes and ampersands (RFC 3986, 2.4).
#include "http/target.h"

#include "base/utf8.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool target_is_plain(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < ' ' || *p == 0x7f)
			return false;
	return utf8_is(text);
}

/* Resolve escapes in place; in parameters a plus is a blank, as forms write it. */
static bool unescape(char *text, bool is_parameter)
{
	char *to = text;
	for (const char *p = text; *p; p++) {
		int high = *p == '%' ? hex_digit(p[1]) : -1;
		int low = high >= 0 ? hex_digit(p[2]) : -1;
		if (*p != '%') {
			*to++ = is_parameter && *p == '+' ? ' ' : *p;
			continue;
		}
		if (low < 0 || (high | low) == 0)
			return false;
		*to++ = (char)(high << 4 | low);
		p += 2;
	}
	*to = '\0';
	return target_is_plain(text);
}

static bool put_segment(struct http_target *t, char *text, struct err *e)
{
	if (t->n_segments == TARGET_SEGMENTS_MAX)
		return err_set(e, "the path has more than %d parts", TARGET_SEGMENTS_MAX);
	if (!unescape(text, false))
		return err_set(e, "the path holds an escape or a character that cannot be");
	if (!*text || !strcmp(text, ".") || !strcmp(text, ".."))
		return err_set(e, "the path has a part that is empty, '.' or '..'");
	t->segment[t->n_segments++] = text;
	return true;
}

static bool put_parameter(struct http_target *t, char *text, struct err *e)
{
	char *value = strchr(text, '=');
	if (!value)
		return err_set(e, "a parameter without '='");
	*value++ = '\0';
	if (t->n_parameters == TARGET_PARAMETERS_MAX)
		return err_set(e, "more than %d parameters", TARGET_PARAMETERS_MAX);
	if (!unescape(text, true) || !unescape(value, true))
		return err_set(e, "a parameter holds an escape or a character that cannot be");
	if (target_get(t, text))
		return err_set(e, "a parameter stands twice");
	t->name[t->n_parameters] = text;
	t->value[t->n_parameters++] = value;
	return true;
}

/* Cut at a separator; NULL when there is none behind. */
static char *cut(char *text, char separator)
{
	char *at = strchr(text, separator);
	if (at)
		*at++ = '\0';
	return at;
}

bool target_parse(const char *raw, struct http_target *out, struct err *e)
{
	size_t len = strlen(raw);
	*out = (struct http_target){};
	if (len > TARGET_BYTES_MAX)
		return err_set(e, "the target is longer than %d bytes", TARGET_BYTES_MAX);
	if (raw[0] != '/' || strchr(raw, '#'))
		return err_set(e, "the target does not begin with '/', or holds a '#'");
	memcpy(out->room, raw, len + 1);
	char *path = out->room + 1, *parameters = cut(path, '?'), *next;
	for (; *path || out->n_segments; path = next) {
		next = cut(path, '/');
		if (!put_segment(out, path, e))
			return false;
		if (!next)
			break;
	}
	for (; parameters && *parameters; parameters = next) {
		next = cut(parameters, '&');
		if (!put_parameter(out, parameters, e))
			return false;
	}
	return true;
}

const char *target_get(const struct http_target *t, const char *name)
{
	for (size_t i = 0; i < t->n_parameters; i++)
		if (!strcmp(t->name[i], name))
			return t->value[i];
	return NULL;
}
