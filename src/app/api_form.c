// SPDX-License-Identifier: Apache-2.0
// cJSON reads the syntax; what may stand there is decided here.
#include "app/api_form.h"

#include "base/typo.h"
#include "base/utf8.h"

enum { NUMBER_MOST = 1 << 30 };

static bool is_text(const cJSON *v, size_t max)
{
	const char *text = cJSON_GetStringValue(v);
	return text && strlen(text) <= max && utf8_is(text);
}

static bool is_texts(const cJSON *v, size_t max)
{
	const cJSON *item;
	if (!cJSON_IsArray(v) || !v->child)
		return false;
	size_t n = 0;
	cJSON_ArrayForEach(item, v) if (++n > max || !is_text(item, 64)) return false;
	return true;
}

static bool take(const struct field *f, const cJSON *v, size_t i, struct filled *out)
{
	double number = cJSON_IsNumber(v) ? v->valuedouble : -1;
	switch (f->type) {
	case FIELD_TEXT:
		out->text[i] = is_text(v, f->max) ? v->valuestring : NULL;
		return out->text[i];
	case FIELD_TEXTS:
		out->texts[i] = is_texts(v, f->max) ? v : NULL;
		return out->texts[i];
	default:
		out->number[i] = number >= 1 && number < NUMBER_MOST ? (uint64_t)number : 0;
		return out->number[i] && number == (double)out->number[i];
	}
}

static bool expected(const struct field *f, const cJSON *v, struct http_answer *answer)
{
	const char *text = cJSON_GetStringValue(v);
	switch (f->type) {
	case FIELD_TEXT:
		if (text && strlen(text) > f->max)
			api_problem(answer, 413,
				"'%s' has %zu bytes and may have %zu: shorten it, nothing was "
				"written down",
				f->key, strlen(text), f->max);
		else
			api_problem(answer, 422, "'%s' is a text of at most %zu bytes in UTF-8",
				f->key, f->max);
		break;
	case FIELD_TEXTS:
		api_problem(answer, 422, "'%s' is a list of 1 to %zu texts", f->key, f->max);
		break;
	default:
		api_problem(answer, 422, "'%s' is a whole number from 1 on", f->key);
	}
	return false;
}

static bool unknown(const struct form *form, const char *key, struct http_answer *answer)
{
	const char *known[FORM_FIELDS_MAX] = {};
	for (size_t i = 0; i < form->n; i++)
		known[i] = form->field[i].key;
	const char *near = typo_nearest((struct str){ key, strlen(key) }, known, form->n);
	api_problem(answer, 422, "no key '%.60s' here%s%s%s", utf8_is(key) ? key : "?",
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	return false;
}

static bool take_all(const struct form *form, struct filled *out, struct http_answer *answer)
{
	bool seen[FORM_FIELDS_MAX] = {};
	const cJSON *v;
	cJSON_ArrayForEach(v, out->root)
	{
		size_t i = 0;
		while (i < form->n && strcmp(form->field[i].key, v->string))
			i++;
		if (i == form->n)
			return unknown(form, v->string, answer);
		if (seen[i]) {
			api_problem(answer, 422, "'%s' stands twice", form->field[i].key);
			return false;
		}
		seen[i] = true;
		if (!take(&form->field[i], v, i, out))
			return expected(&form->field[i], v, answer);
	}
	for (size_t i = 0; i < form->n; i++)
		if (form->field[i].is_required && !seen[i]) {
			api_problem(answer, 422, "'%s' is missing", form->field[i].key);
			return false;
		}
	return true;
}

bool form_parse(
	const struct form *form, struct str body, struct filled *out, struct http_answer *answer)
{
	const char *end = NULL;
	*out = (struct filled){};
	// An escaped NUL would cut the text short, so that less is written down than was sent.
	bool has_nul = memchr(body.ptr, 0, body.len) || memmem(body.ptr, body.len, "\\u0000", 6);
	out->root = has_nul ? NULL : cJSON_ParseWithLengthOpts(body.ptr, body.len, &end, false);
	size_t read = end ? (size_t)(end - body.ptr) : 0;
	while (out->root && read < body.len && strchr(" \t\r\n", body.ptr[read]))
		read++;
	if (!cJSON_IsObject(out->root) || read != body.len)
		api_problem(answer, 400, "the body is not one JSON object");
	else if (take_all(form, out, answer))
		return true;
	form_free(out);
	return false;
}

void form_free(struct filled *f)
{
	cJSON_Delete(f->root);
	f->root = NULL;
}
