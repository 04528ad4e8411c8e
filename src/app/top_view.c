// SPDX-License-Identifier: Apache-2.0
// A frame of cordon top: figures, a curve of new infections, a table of hosts.
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "app/desk.h"
#include "app/top.h"
#include "incident/board.h"
#include "model/contact.h"
#include "model/words.h"

enum { HEAD_LINES = 6, FOOT_LINES = 1, MINUTE_MS = 60 * 1000, LINE_BYTES = 512 };

static const cJSON *at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void copy(const cJSON *object, const char *key, char room[static TOP_WORD_BYTES])
{
	plain_format(text_of(object, key), room, TOP_WORD_BYTES);
}

static void take_row(struct top_row *r, const cJSON *h)
{
	enum state state;
	*r = (struct top_row){ .incident = number_of(h, "incident"),
		.evidence = number_of(h, "evidence"),
		.onset_ms = time_of(text_of(h, "onset")) };
	copy(h, "address", r->address);
	copy(h, "state", r->state);
	copy(h, "since", r->since);
	copy(h, "last_attack", r->last);
	copy(cJSON_GetArrayItem(at(h, "charges"), 0), "cause", r->cause);
	r->is_open = state_parse(r->state, &state) && state_is_open(state);
}

static void count_onsets(struct top *t, uint64_t now_ms)
{
	memset(t->onset, 0, sizeof t->onset);
	for (size_t i = 0; i < t->n; i++) {
		uint64_t age = now_ms / MINUTE_MS - t->row[i].onset_ms / MINUTE_MS;
		if (t->row[i].onset_ms && age < TOP_MINUTES)
			t->onset[TOP_MINUTES - 1 - age]++;
	}
}

void top_take(struct top *t, cJSON *status, const cJSON *hosts, uint64_t now_ms)
{
	const cJSON *h;
	t->is_lost = !status || !hosts;
	if (t->is_lost) {
		cJSON_Delete(status);
		return;
	}
	cJSON_Delete(t->status);
	t->status = status;
	uint64_t flows = number_of(at(status, "collected"), "flows");
	t->has_rate = t->asked_ms && now_ms > t->asked_ms && flows >= t->flows_before;
	if (t->has_rate)
		t->flows_per_s = (flows - t->flows_before) * 1000 / (now_ms - t->asked_ms);
	t->flows_before = flows;
	t->asked_ms = now_ms;
	t->n = 0;
	cJSON_ArrayForEach(h, at(hosts, "items"))
	{
		if (t->n < TOP_ROWS_MAX)
			take_row(&t->row[t->n++], h);
	}
	t->has_more = *text_of(hosts, "next");
	count_onsets(t, now_ms);
	top_sort(t);
}

static int by_number(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int compare(const void *x, const void *y, void *ctx)
{
	const struct top *t = ctx;
	size_t i = *(const size_t *)x, k = *(const size_t *)y;
	const struct top_row *a = &t->row[i], *b = &t->row[k];
	int c = 0;
	switch (t->order) {
	case TOP_ADDRESS:
		c = strverscmp(a->address, b->address);
		break;
	case TOP_STATE:
		c = strcmp(a->state, b->state);
		break;
	case TOP_LAST:
		c = strcmp(b->last, a->last);
		break;
	case TOP_INCIDENT:
		c = by_number(a->incident, b->incident);
		break;
	case TOP_EVIDENCE:
		c = by_number(a->evidence, b->evidence);
		break;
	default:
		c = strcmp(b->since, a->since);
	}
	return c ? c : i < k ? -1 : i > k;
}

static bool is_wanted(const struct top *t, const struct top_row *r)
{
	const char *const parts[] = { r->address, r->state, r->cause };
	if (!t->all && !r->is_open)
		return false;
	for (size_t i = 0; i < countof(parts); i++)
		if (strstr(parts[i], t->filter))
			return true;
	return false;
}

void top_sort(struct top *t)
{
	char selected[TOP_WORD_BYTES] = "";
	if (t->at < t->n_shown)
		memcpy(selected, t->row[t->shown[t->at]].address, sizeof selected);
	t->n_shown = 0;
	for (size_t i = 0; i < t->n; i++)
		if (is_wanted(t, &t->row[i]))
			t->shown[t->n_shown++] = i;
	qsort_r(t->shown, t->n_shown, sizeof *t->shown, compare, t);
	for (size_t i = 0; i < t->n_shown; i++)
		if (!strcmp(t->row[t->shown[i]].address, selected))
			t->at = i;
	if (t->at >= t->n_shown)
		t->at = t->n_shown ? t->n_shown - 1 : 0;
}

/* Lines as they come out; `left` more may. */
struct screen {
	FILE *out;
	size_t left, columns; // columns 0: as long as it is
};

/* Bytes of the first `columns` characters. */
static int cut(const char *text, size_t columns)
{
	size_t n = 0, seen = 0;
	while (text[n] && (seen < columns || ((unsigned char)text[n] & 0xc0) == 0x80)) {
		seen += ((unsigned char)text[n] & 0xc0) != 0x80;
		if (seen > columns)
			break;
		n++;
	}
	return (int)n;
}

[[gnu::format(printf, 2, 3)]] static void put(struct screen *s, const char *text, ...)
{
	char line[LINE_BYTES];
	va_list ap;
	if (s->left == 0)
		return;
	s->left--;
	va_start(ap, text);
	vsnprintf(line, sizeof line, text, ap);
	va_end(ap);
	if (s->columns)
		fprintf(s->out, "%.*s\x1b[K\r\n", cut(line, s->columns), line);
	else
		fprintf(s->out, "%s\n", line);
}

static void curve(const struct top *t, bool is_utf8, char *room, size_t size)
{
	static const char *const bars[2][9] = { { " ", ".", ":", "-", "=", "+", "*", "#", "@" },
		{ " ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587",
			"\u2588" } };
	unsigned most = 1;
	size_t n = 0;
	for (size_t i = 0; i < TOP_MINUTES; i++)
		most = t->onset[i] > most ? t->onset[i] : most;
	for (size_t i = 0; i < TOP_MINUTES && n < size; i++)
		n += (size_t)snprintf(room + n, size - n, "%s",
			bars[is_utf8][t->onset[i] ? 1 + t->onset[i] * 7 / most : 0]);
}

static void draw_head(const struct top *t, bool is_utf8, struct screen *s)
{
	const cJSON *c = at(t->status, "collected"), *x = at(t->status, "exporters"), *e;
	char version[TOP_WORD_BYTES], started[TOP_WORD_BYTES], rate[32] = "-", line[LINE_BYTES];
	uint64_t n_trusted = 0, n_onsets = 0;
	size_t n = 0;
	copy(t->status, "version", version);
	copy(t->status, "started", started);
	cJSON_ArrayForEach(e, x)
	{
		n_trusted += is_set(e, "silence_is_trusted");
	}
	if (t->has_rate)
		snprintf(rate, sizeof rate, "%" PRIu64, t->flows_per_s);
	put(s, "cordon %s, runs since %s%s", version, started,
		t->is_lost ? "   NO ANSWER: what is shown is old" : "");
	put(s,
		"%s flows/s, %" PRIu64 " dropped by the kernel; %d exporters, %" PRIu64
		" to be trusted; verdict %" PRIu64 " ms",
		rate, number_of(c, "kernel_drops"), cJSON_GetArraySize(x), n_trusted,
		number_of(at(t->status, "judging"), "last_ms"));
	line[0] = '\0';
	for (enum state state = 0; state < N_STATES && n < sizeof line; state++) {
		uint64_t hosts = number_of(at(t->status, "hosts"), state_key(state));
		if (hosts)
			n += (size_t)snprintf(line + n, sizeof line - n, "%s%" PRIu64 " %s",
				n ? ", " : "", hosts, state_key(state));
	}
	put(s, "%" PRIu64 " incidents; hosts: %s", number_of(at(t->status, "incidents"), "known"),
		n ? line : "none");
	curve(t, is_utf8, line, sizeof line);
	for (size_t i = 0; i < TOP_MINUTES; i++)
		n_onsets += t->onset[i];
	put(s, "%" PRIu64 " new%s in 60 min |%s|", n_onsets, t->has_more ? " at least" : "", line);
	put(s, "%s", "");
}

void top_wrap(const char *text, size_t columns, FILE *out)
{
	while (*text) {
		size_t n = (size_t)cut(text, columns), line = strcspn(text, "\n");
		bool is_whole = line <= n;
		size_t blank = is_whole ? line : n;
		while (!is_whole && blank && text[blank] != ' ')
			blank--;
		size_t len = is_whole ? line : blank ? blank : n ? n : 1;
		fprintf(out, "%.*s\r\n", (int)len, text);
		text += len;
		text += *text == ' ' || *text == '\n';
	}
}

/* How wide the columns of words are, as their words want it, and which part of a time is told. */
struct widths {
	int address, state, cause, time, time_from;
};

static struct widths widths_of(const struct top *t, size_t columns)
{
	enum {
		TIME = 19,
		SHORT_TIME = 11,
		SHORT_FROM = 5,
		NUMBERS = 24
	}; // "2026-12-01T07:52:17", "12-01T07:52"
	struct widths w = { .address = 15, .state = 10, .cause = 8, .time = TIME };
	for (size_t i = 0; i < t->n_shown; i++) {
		const struct top_row *r = &t->row[t->shown[i]];
		w.address = MOST(w.address, (int)strlen(r->address));
		w.state = MOST(w.state, (int)strlen(r->state));
		w.cause = MOST(w.cause, (int)strlen(r->cause));
	}
	size_t words = (size_t)(w.address + w.state + w.cause) + NUMBERS;
	if (columns && words + 2 * TIME > columns) {
		w.time = SHORT_TIME;
		w.time_from = SHORT_FROM;
	}
	return w;
}

static const char *time_part(const struct widths *w, const char *time)
{
	size_t from = (size_t)w->time_from;
	return !*time ? "-" : strlen(time) > from ? time + from : time;
}

static void draw_row(const struct top *t, size_t i, const struct widths *w, struct screen *s)
{
	const struct top_row *r = &t->row[t->shown[i]];
	bool is_marked = s->columns && i == t->at;
	if (is_marked)
		fputs("\x1b[7m", s->out);
	put(s, "%-*s %-*s %-*s %8" PRIu64 " %8" PRIu64 "  %-*.*s %.*s", w->address, r->address,
		w->state, r->state, w->cause, r->cause, r->incident, r->evidence, w->time, w->time,
		time_part(w, r->since), w->time, time_part(w, r->last));
	if (is_marked)
		fputs("\x1b[0m", s->out);
}

void top_draw(const struct top *t, size_t lines, size_t columns, bool is_utf8, FILE *out)
{
	static const char *const title[] = {
#define AS_TITLE(name, text) [TOP_##name] = text,
		TOP_ORDERS(AS_TITLE)
#undef AS_TITLE
	};
	struct screen s = { out, lines ? lines : SIZE_MAX, columns };
	draw_head(t, is_utf8, &s);
	const struct widths w = widths_of(t, columns);
	put(&s, "%-*s %-*s %-*s %8s %8s  %-*s %s", w.address, "ADDRESS", w.state, "STATE", w.cause,
		"CAUSE", "INCIDENT", "EVIDENCE", w.time, "SINCE", "LAST ATTACK");
	size_t room = lines > HEAD_LINES + FOOT_LINES ? lines - HEAD_LINES - FOOT_LINES : 0;
	size_t first = lines && t->at >= room && room ? t->at - room + 1 : 0;
	size_t end = lines ? LEAST(first + room, t->n_shown) : t->n_shown;
	for (size_t i = first; i < end; i++)
		draw_row(t, i, &w, &s);
	if (t->n_shown == 0)
		put(&s, "%s", t->all ? "no hosts" : "no open hosts");
	if (!lines)
		return;
	fputs("\x1b[J", out);
	fprintf(out, "\x1b[%zu;1H", lines);
	char line[LINE_BYTES];
	if (t->is_typing)
		snprintf(line, sizeof line, "filter: %s", t->filter);
	else
		snprintf(line, sizeof line,
			"q quit  s sort: %s  a all  / filter%s%s  Enter explain", title[t->order],
			*t->filter ? ": " : "", t->filter);
	fprintf(out, "%.*s\x1b[K", cut(line, columns), line);
}
