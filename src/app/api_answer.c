// SPDX-License-Identifier: Apache-2.0
// Answers: memory that a stream of JSON fills, errors in words, and what the parts of a path name.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/api.h"
#include "app/clock.h"
#include "base/quantity.h"
#include "model/words.h"

bool api_begin(struct api_page *p)
{
	*p = (struct api_page){};
	p->json.out = open_memstream(&p->text, &p->len);
	return p->json.out;
}

void api_end(struct api_page *p, unsigned status, struct http_answer *out)
{
	json_end(&p->json);
	bool ok = fclose(p->json.out) == 0;
	*out = (struct http_answer){ .status = ok ? status : 500,
		.type = "application/json",
		.body = p->text,
		.len = ok ? p->len : 0 };
}

static const char *title_of(unsigned status)
{
	static const struct {
		unsigned status;
		const char *title;
	} rows[] = { { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
		{ 404, "Not Found" }, { 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
		{ 409, "Conflict" }, { 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" }, { 421, "Misdirected Request" },
		{ 422, "Unprocessable Content" }, { 503, "Service Unavailable" } };
	for (size_t i = 0; i < countof(rows); i++)
		if (rows[i].status == status)
			return rows[i].title;
	return "Internal Server Error";
}

bool api_problem_begin(struct api_page *p, unsigned status, const char *type, const char *detail)
{
	if (!api_begin(p))
		return false;
	struct json *j = &p->json;
	json_open(j, '{');
	json_key(j, "type");
	json_text(j, type);
	json_key(j, "title");
	json_text(j, title_of(status));
	json_key(j, "status");
	json_uint(j, status);
	json_key(j, "detail");
	json_text(j, detail);
	return true;
}

void api_problem_end(struct api_page *p, unsigned status, struct http_answer *out)
{
	json_close(&p->json, '}');
	api_end(p, status, out);
	out->type = "application/problem+json";
}

void api_problem(struct http_answer *out, unsigned status, const char *detail, ...)
{
	char text[512];
	struct api_page p;
	va_list ap;
	va_start(ap, detail);
	vsnprintf(text, sizeof text, detail, ap);
	va_end(ap);
	if (api_problem_begin(&p, status, "about:blank", text))
		api_problem_end(&p, status, out);
	else
		*out = (struct http_answer){ .status = 503 };
}

const struct board *api_board(struct api *api, struct http_answer *out)
{
	struct err e = {};
	const struct board *b = api->board(api->ctx, &e);
	if (!b)
		api_problem(out, 503, "%s", e.text);
	return b;
}

static uint64_t number_of(const char *text)
{
	uint64_t v;
	return number_parse((struct str){ text, strlen(text) }, &v) ? v : 0;
}

uint64_t api_incident(const struct board *b, const char *word, struct http_answer *out)
{
	uint64_t id = number_of(word);
	if (board_incident(b, id))
		return id;
	api_problem(out, 404, "no incident '%s'", word);
	return 0;
}

/* Who had an address last, for whoever asks for the one that has it. */
static void answer_former(
	const struct board *b, const struct addr *a, const char *word, struct http_answer *out)
{
	const struct address_row *row, *last = NULL;
	char time[TIME_TEXT_BYTES];
	for (uint32_t at = 1; (row = board_address(b, at)); at++)
		if (addr_eq(&row->addr, a) && (!last || row->until_ms > last->until_ms))
			last = row;
	if (last)
		api_problem(out, 404, "%s is nobody's now; until %s it was that of host h%u", word,
			time_format(last->until_ms, time), last->host);
	else
		api_problem(out, 404, "no host '%s' in any incident", word);
}

uint64_t api_host(const struct board *b, const char *word, struct http_answer *out)
{
	struct addr a;
	uint64_t host = *word == 'h' ? number_of(word + 1) : 0;
	bool is_address = addr_parse((struct str){ word, strlen(word) }, &a);
	if (is_address)
		host = board_host_at(b, &a, wall_ms());
	if (board_host(b, host))
		return host;
	if (is_address)
		answer_former(b, &a, word, out);
	else
		api_problem(out, 404, "no host '%s' in any incident", word);
	return 0;
}

const struct member *api_member(const struct board *b, const char *word, struct http_answer *out)
{
	const struct host_row *h = board_host(b, api_host(b, word, out));
	const struct member *m, *found = NULL;
	for (uint32_t at = h ? h->first_member : 0; (m = board_member(b, at)); at = m->next_of_host)
		if (!m->is_moved_away &&
			(!found || (state_is_open(m->state) && !state_is_open(found->state))))
			found = m;
	if (h && !found)
		api_problem(out, 404, "no host '%s' in any incident", word);
	return found;
}
