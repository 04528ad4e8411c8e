// SPDX-License-Identifier: Apache-2.0
// The columns of a flow monitor are the user's choice, so here the heading has to be read: names
// above a rule of "====", or with commas. Records name each field and need no heading.
#include "decode/text_monitor.h"

#include <ctype.h>

#include "decode/text_phrase.h"

static void record_emit(struct monitor *m, const struct record *r, unsigned bits)
{
	struct flow f = {};
	bool has_flow = record_flow(r, &m->today, &f);
	f.has |= has_flow ? (uint16_t)bits : 0;
	if (!has_flow) {
		f.packets = r->number[FIELD_PACKETS];
		f.bytes = r->number[FIELD_BYTES];
	}
	sink_count(m->sink, KIND_FLOW_MONITOR, &f);
	if (has_flow)
		sink_emit(m->sink, &f, r->line, (struct str){ r->input, strlen(r->input) });
}

static void half_flush(struct monitor *m)
{
	if (m->has_half)
		record_emit(m, &m->half, 0);
	m->has_half = false;
}

static bool are_halves(const struct record *a, const struct record *b)
{
	return a->is_reverse != b->is_reverse && addr_eq(&a->src, &b->dst) &&
	       addr_eq(&a->dst, &b->src) &&
	       a->number[FIELD_INITIATOR_PORT] == b->number[FIELD_INITIATOR_PORT] &&
	       a->number[FIELD_RESPONDER_PORT] == b->number[FIELD_RESPONDER_PORT];
}

/*
 * Connection monitors print a connection twice, once a direction, one after the other. Together
 * they are one row that tells whether the responder answered.
 */
void monitor_record(struct monitor *m, const struct record *r)
{
	checks_entry(m->checks);
	if (!record_has(r, FIELD_ROLE)) {
		half_flush(m);
		record_emit(m, r, 0);
		return;
	}
	if (!m->has_half || !are_halves(&m->half, r)) {
		half_flush(m);
		m->half = *r;
		m->has_half = true;
		return;
	}
	const struct record *back = r->is_reverse ? r : &m->half;
	struct record forth = r->is_reverse ? m->half : *r;
	bool is_answered = back->number[FIELD_SERVER_PACKETS] || back->number[FIELD_PACKETS];
	forth.line = m->half.line;
	m->has_half = false;
	record_emit(m, &forth, is_answered ? FLOW_ANSWERED : FLOW_UNANSWERED);
}

/*
 * Whether an address is missing that other records of the output have: its line was lost. Of the
 * first records this is known only when one with two addresses comes.
 */
static bool lacks_address(struct monitor *m, const struct record *r)
{
	bool has_source = record_has(r, FIELD_SRC) || record_has(r, FIELD_INITIATOR);
	bool has_destination = record_has(r, FIELD_DST) || record_has(r, FIELD_RESPONDER);
	if (has_source != has_destination) {
		if (!m->has_addresses)
			m->line_of_one = r->line;
		return m->has_addresses;
	}
	if (has_source && m->line_of_one)
		sink_damaged(m->sink, m->line_of_one);
	m->line_of_one = has_source ? 0 : m->line_of_one;
	m->has_addresses = m->has_addresses || has_source;
	return false;
}

static void open_flush(struct monitor *m)
{
	bool is_record = m->open.is_damaged || record_counts(&m->open);
	if (m->open.is_damaged || (is_record && lacks_address(m, &m->open)))
		sink_damaged(m->sink, m->open.line);
	else if (is_record)
		monitor_record(m, &m->open);
	m->open = (struct record){};
	m->has_collected = false;
}

void monitor_flush(struct monitor *m)
{
	open_flush(m);
	half_flush(m);
}

void monitor_reset(struct monitor *m)
{
	monitor_flush(m);
	m->n_columns = 0;
	m->has_addresses = false;
	m->line_of_one = 0;
}

/* Keys are printed in capitals and stand first: one after a collected field begins a record. */
static void record_field(struct monitor *m, const struct field_name *name, const struct token *key,
	const struct token *value)
{
	bool is_key = isupper((unsigned char)key->text[0]);
	bool is_repeated = name->field > FIELD_LAYER2 && record_has(&m->open, name->field);
	if (is_repeated || (is_key && m->has_collected))
		open_flush(m);
	m->has_collected = m->has_collected || !is_key;
	record_put(&m->open, name, value);
	if (m->open.n_fields == 1)
		m->open.line = key->line;
}

/* Where a name may begin: on a new line, or, in a text without lines, behind a value. */
static bool is_name_start(const struct token *key, size_t n_behind)
{
	if (key->is & TOKEN_FIRST || n_behind == 0)
		return true;
	const struct token *before = key - 1;
	return strpbrk(before->text, "0123456789") ||
	       (n_behind > 1 && before[-1].text[before[-1].len - 1] == ':');
}

/* "NAME OF FIELD: value", the value as the first word ahead. */
static void find_field(struct monitor *m, const struct view *v)
{
	const struct token *value = v->at;
	const struct token *last = value - 1;
	if (v->n_behind == 0 || last->text[last->len - 1] != ':')
		return;
	for (size_t n = v->n_behind < NAME_WORDS ? v->n_behind : NAME_WORDS; n; n--) {
		const struct token *key = value - n;
		const struct field_name *name = NULL;
		if (is_name_start(key, v->n_behind - n))
			name = field_find(key, n);
		if (!name)
			continue;
		record_field(m, name, key, value);
		return;
	}
}

/* Days since 1970-01-01 of a date of the Gregorian calendar, years from 1970 on. */
static uint64_t days_of(uint64_t year, unsigned month, unsigned day)
{
	uint64_t y = month <= 2 ? year - 1 : year;
	unsigned m = (month + 9) % 12; // March is 0
	uint64_t days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day;
	return days - 719469;
}

/* "16:04:38.706 UTC Wed Nov 6 2019", the year as the first word ahead. */
static void find_date(struct monitor *m, const struct view *v)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	struct phrase_hit hit;
	uint32_t now_ms = 0;
	static const struct phrase date = { "~ UTC ~ ~ #", "#" };
	if (!phrase_ends_at(&date, v, &hit))
		return;
	const struct token *time = v->at - 5;
	const struct token *month = v->at - 2;
	if (!clock_parse((struct str){ time->text, time->len }, &now_ms))
		return;
	uint64_t day = hit.number[0], year = hit.number[1];
	if (day < 1 || day > 31 || year < 1970 || year > 9999)
		return;
	for (unsigned i = 0; i < countof(months); i++)
		if (token_is_word(month, months[i]))
			m->today = (struct today){ true,
				days_of(year, i + 1, (unsigned)day) * 86400000, now_ms };
}

void monitor_word(struct monitor *m, const struct view *v)
{
	m->has_rule = v->at->is & TOKEN_RULE;
	find_field(m, v);
	find_date(m, v);
}
