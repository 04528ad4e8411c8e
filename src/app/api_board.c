// SPDX-License-Identifier: Apache-2.0
// The board at a glance: counts by state, and each host with its reason and its next step.
#include "app/api_hosts.h"
#include "app/api_reason.h"
#include "app/clock.h"
#include "incident/members.h"
#include "incident/silence.h"
#include "model/words.h"

static void write_incidents(struct json *j, const struct board *b)
{
	static const char *const names[] = { "open", "done", "merged" };
	uint64_t n[countof(names)] = {};
	for (uint64_t id = 1; id <= b->incident.n; id++)
		for (size_t i = 0; i < countof(names); i++)
			n[i] += !strcmp(api_status(b, id), names[i]);
	json_key(j, "incidents");
	json_open(j, '{');
	for (size_t i = 0; i < countof(names); i++)
		api_write_number(j, names[i], n[i]);
	json_close(j, '}');
}

static void write_states(struct json *j, const struct board *b, uint64_t incident)
{
	uint64_t n[N_STATES] = {}, n_all = 0;
	struct members it = { .board = b, .incident = incident };
	for (const struct member *m; (m = members_next(&it)); n_all++)
		n[m->state]++;
	api_write_number(j, "hosts", n_all);
	json_key(j, "states");
	json_open(j, '[');
	for (enum state s = 0; s < N_STATES; s++) {
		json_open(j, '{');
		api_write_words(j, "state", state_key(s));
		api_write_number(j, "hosts", n[s]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void write_charge(struct json *j, const struct charge *c)
{
	api_write_words(j, "verdict", c ? verdict_name(c->verdict) : NULL);
	api_write_words(j, "cause", c ? c->cause : NULL);
	api_write_words(j, "source", c ? evidence_source_key(c->source) : NULL);
	json_key(j, "confidence_pct");
	if (c)
		json_uint(j, c->confidence_pct);
	else
		json_null(j);
	json_key(j, "contacted");
	if (c)
		json_uint(j, c->contacted);
	else
		json_null(j);
}

static void write_silence(struct json *j, const struct silence *s)
{
	json_key(j, "silence");
	json_open(j, '{');
	api_write_number(j, "watched_ms", s->watched_ms);
	json_key(j, "needed_ms");
	if (s->is_hopeless)
		json_null(j);
	else
		json_uint(j, s->needed_ms);
	json_key(j, "is_enough");
	json_bool(j, !s->is_hopeless && s->watched_ms >= s->needed_ms);
	json_close(j, '}');
}

static void write_host(const struct api *api, struct json *j, const struct board *b,
	const struct member *m, enum lang lang)
{
	char address[ADDR_TEXT_BYTES], text[SENTENCE_BYTES];
	uint64_t now_ms = wall_ms();
	struct reason r = reason_of(b, m);
	struct silence s = silence_of(b, m, now_ms);
	struct next_step next = next_step_of(b, m, now_ms);
	json_open(j, '{');
	api_write_number(j, "host", m->host);
	api_write_number(j, "incident", m->incident);
	api_write_words(j, "address", api_address(b, m->host, address));
	api_write_words(j, "name", api_name(api, b, m->host));
	api_write_words(j, "state", state_key(m->state));
	api_write_time(j, "since", m->state_ms);
	api_write_time(j, "onset", m->onset_ms);
	api_write_time(j, "last_attack", m->last_ms);
	api_write_number(j, "episode", m->episode);
	api_write_number(j, "evidence", m->n_evidence);
	write_charge(j, r.charge);
	api_write_words(j, "from", r.from ? api_address(b, r.from, address) : NULL);
	json_key(j, "from_probability");
	if (r.from)
		json_real(j, r.from_probability, 3);
	else
		json_null(j);
	api_write_words(j, "sentence", reason_format(b, m, lang, text));
	api_write_next(j, &next, lang);
	write_silence(j, &s);
	json_close(j, '}');
}

/* Whether a word stands in an address, a name or a cause. */
static bool has_words(
	const struct api *api, const struct board *b, const struct member *m, const char *words)
{
	char address[ADDR_TEXT_BYTES];
	const struct host_row *h = board_host(b, m->host);
	const struct address_row *a;
	const struct charge *c;
	const char *name = api_name(api, b, m->host);
	if (name && strcasestr(name, words))
		return true;
	for (uint32_t at = h->first_address; (a = board_address(b, at)); at = a->next_of_host)
		if (strstr(addr_format(&a->addr, address), words))
			return true;
	for (uint32_t at = m->first_charge; (c = board_charge(b, at)); at = c->next)
		if (strcasestr(c->cause, words))
			return true;
	return false;
}

static bool is_wanted(const struct api *api, const struct board *b, const struct member *m,
	const struct host_filter *f, const char *words)
{
	return host_is_wanted(b, m, f) && (!words || has_words(api, b, m, words));
}

static uint64_t count_wanted(const struct api *api, const struct board *b,
	const struct host_filter *f, const char *words)
{
	uint64_t n = 0;
	struct members it = { .board = b, .incident = f->incident };
	for (const struct member *m; (m = members_next(&it));)
		n += is_wanted(api, b, m, f, words);
	return n;
}

static void write_board(const struct api *api, struct list *l, const struct board *b,
	const struct host_filter *f, enum lang lang)
{
	const char *words = l->text[LIST_WORDS];
	struct json *j = &l->page.json;
	json_open(j, '{');
	api_write_words(j, "type", "board");
	write_incidents(j, b);
	write_states(j, b, f->incident);
	api_write_number(j, "matching", count_wanted(api, b, f, words));
	json_key(j, "items");
	json_open(j, '[');
	for (uint64_t at = 0; (at = list_step(l, at, b->member.n));) {
		const struct member *m = board_member(b, (uint32_t)at);
		if (!is_wanted(api, b, m, f, words))
			continue;
		if (!list_takes(l, at))
			break;
		write_host(api, j, b, m, lang);
	}
}

void api_on_board(void *ctx, const struct http_request *q, struct http_answer *out)
{
	struct api *api = ctx;
	const struct board *b = api_board(api, out);
	unsigned takes = PAGING | 1u << LIST_STATE | 1u << LIST_OPEN | 1u << LIST_ADDRESS |
			 1u << LIST_INCIDENT | 1u << LIST_LANG | 1u << LIST_WORDS;
	struct list l;
	struct host_filter f = {};
	enum lang lang = LANG_EN;
	if (!b || !list_parse(q, takes, &l, out) || !host_filter_parse(&l, b, &f, out) ||
		!list_lang(&l, &lang, out))
		return;
	if (!api_begin(&l.page)) {
		api_problem(out, 503, "no memory");
		return;
	}
	write_board(api, &l, b, &f, lang);
	list_end(&l, out);
}
