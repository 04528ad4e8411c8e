// SPDX-License-Identifier: Apache-2.0
// A cursor is the number of the last item: pages stay whole while others write.
#include "app/api_list.h"

#include "app/clock.h"
#include "base/quantity.h"
#include "base/typo.h"
#include "model/words.h"

static const char *const names[N_PARAMETERS] = {
#define AS_NAME(name, text) [LIST_##name] = text,
	PARAMETERS(AS_NAME)
#undef AS_NAME
};

/* The parameter of a name, N_PARAMETERS when this list has none. */
static enum parameter parameter_of(const char *name, unsigned takes)
{
	enum parameter p = 0;
	while (p < N_PARAMETERS && (!(takes >> p & 1) || strcmp(names[p], name)))
		p++;
	return p;
}

static bool unknown(const char *name, unsigned takes, struct http_answer *answer)
{
	const char *known[N_PARAMETERS] = {};
	for (enum parameter p = 0; p < N_PARAMETERS; p++)
		known[p] = takes >> p & 1 ? names[p] : NULL;
	const char *near = typo_nearest((struct str){ name, strlen(name) }, known, N_PARAMETERS);
	api_problem(answer, 400, "no parameter '%.60s' here%s%s%s", name,
		near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	return false;
}

static bool number(
	const struct list *l, enum parameter p, uint64_t *out, struct http_answer *answer)
{
	const char *text = l->text[p];
	if (!text || number_parse((struct str){ text, strlen(text) }, out))
		return true;
	api_problem(answer, 400, "'%s' is a whole number, not '%.60s'", names[p], text);
	return false;
}

bool list_parse(
	const struct http_request *q, unsigned takes, struct list *out, struct http_answer *answer)
{
	uint64_t limit = PAGE_USUAL;
	*out = (struct list){};
	for (size_t i = 0; i < q->target->n_parameters; i++) {
		enum parameter p = parameter_of(q->target->name[i], takes);
		if (p == N_PARAMETERS)
			return unknown(q->target->name[i], takes, answer);
		out->text[p] = q->target->value[i];
	}
	if (!number(out, LIST_CURSOR, &out->cursor, answer) ||
		!number(out, LIST_LIMIT, &limit, answer))
		return false;
	const char *order = out->text[LIST_ORDER];
	out->is_newest = order && !strcmp(order, "newest");
	if (order && !out->is_newest && strcmp(order, "oldest")) {
		api_problem(
			answer, 400, "'order' is 'oldest' or 'newest' first, not '%.60s'", order);
		return false;
	}
	if (limit < 1 || limit > PAGE_MOST) {
		api_problem(answer, 400, "'limit' is 1 to %d", PAGE_MOST);
		return false;
	}
	out->limit = limit;
	return true;
}

bool list_time(const struct list *l, enum parameter p, uint64_t *out, struct http_answer *answer)
{
	const char *text = l->text[p];
	if (!text || time_parse((struct str){ text, strlen(text) }, wall_ms(), out))
		return true;
	api_problem(answer, 400,
		"'%s' is a time such as 2026-03-02T08:00Z, or so long ago, such as 2h, not '%.60s'",
		names[p], text);
	return false;
}

bool list_number(const struct list *l, enum parameter p, uint64_t least, uint64_t most,
	uint64_t *out, struct http_answer *answer)
{
	if (!number(l, p, out, answer))
		return false;
	if (!l->text[p] || (*out >= least && *out <= most))
		return true;
	api_problem(answer, 400, "'%s' is %llu to %llu", names[p], (unsigned long long)least,
		(unsigned long long)most);
	return false;
}

bool list_prefix(
	const struct list *l, enum parameter p, struct prefix *out, struct http_answer *answer)
{
	const char *text = l->text[p];
	if (!text || prefix_parse((struct str){ text, strlen(text) }, out))
		return true;
	api_problem(answer, 400,
		"'%s' is a prefix without host bits, such as 10.1.0.0/16, not '%.60s'", names[p],
		text);
	return false;
}

bool list_lang(const struct list *l, enum lang *out, struct http_answer *answer)
{
	static const char *const langs[N_LANGS] = { [LANG_EN] = "en", [LANG_JA] = "ja" };
	const char *text = l->text[LIST_LANG];
	for (enum lang lang = 0; text && lang < N_LANGS; lang++)
		if (!strcmp(text, langs[lang])) {
			*out = lang;
			return true;
		}
	if (text)
		api_problem(answer, 400, "'lang' is en or ja, not '%.60s'", text);
	return !text;
}

bool list_begin(struct list *l, struct http_answer *answer)
{
	if (!api_begin(&l->page)) {
		api_problem(answer, 503, "no memory");
		return false;
	}
	json_open(&l->page.json, '{');
	json_key(&l->page.json, "items");
	json_open(&l->page.json, '[');
	return true;
}

bool list_takes(struct list *l, uint64_t cursor)
{
	l->has_more = l->n == l->limit;
	if (l->has_more)
		return false;
	l->n++;
	l->last = cursor;
	return true;
}

void list_end(struct list *l, struct http_answer *answer)
{
	struct json *j = &l->page.json;
	char cursor[24];
	snprintf(cursor, sizeof cursor, "%llu", (unsigned long long)l->last);
	json_close(j, ']');
	json_key(j, "next");
	json_text(j, l->has_more ? cursor : NULL);
	json_close(j, '}');
	api_end(&l->page, 200, answer);
}
