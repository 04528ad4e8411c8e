// SPDX-License-Identifier: Apache-2.0
// log DEV INO GENERATION OFFSET LINES MALFORMED GAPS GAP-MS LAST-MS READ-MS AILING RETIRED PATH [WHOLE-MS]
#include "model/log_state.h"

enum {
	AT_DEV = 1,
	AT_INO,
	AT_NUMBERS,
	N_NUMBERS = 10,
	AT_PATH = AT_NUMBERS + N_NUMBERS,
	N_FIELDS,
	AT_WHOLE = N_FIELDS
};

static const struct str key_log = STR("log"), key_over = STR("over");

static const char *const ailments[] = {
#define AS_ROW(name, key) [LOG_##name] = key,
	LOG_AILMENTS(AS_ROW)
#undef AS_ROW
};

const char *log_ailment_key(enum log_ailment a)
{
	return ailments[a];
}

void log_state_put(struct ledger *l, const struct log_state *s)
{
	const uint64_t number[N_NUMBERS] = { s->generation, s->offset, s->lines, s->malformed,
		s->gaps, s->gap_ms, s->last_ms, s->read_ms, s->ailing, s->is_retired };
	ledger_row(l, key_log.ptr);
	ledger_uint(l, s->dev);
	ledger_uint(l, s->ino);
	for (size_t i = 0; i < countof(number); i++)
		ledger_uint(l, number[i]);
	ledger_text(l, s->path);
	ledger_uint(l, s->whole_ms);
}

void log_over_put(struct ledger *l, uint64_t dev, uint64_t ino)
{
	ledger_row(l, key_over.ptr);
	ledger_uint(l, dev);
	ledger_uint(l, ino);
}

static bool is_key(const struct ledger_row *row, struct str key)
{
	return row->field[0].len == key.len && !memcmp(row->field[0].ptr, key.ptr, key.len);
}

bool log_state_row_is(const struct ledger_row *row)
{
	return is_key(row, key_log);
}

bool log_over_row_is(const struct ledger_row *row)
{
	return is_key(row, key_over);
}

bool log_state_get(const struct ledger_row *row, struct log_state *out, struct err *e)
{
	struct log_state s = {};
	uint64_t v[N_NUMBERS] = {};
	bool is_over = log_over_row_is(row);
	bool is_known = row->n == N_FIELDS + 1; // which earlier versions did not write
	bool is_fine = (row->n == (is_over ? (size_t)AT_NUMBERS : (size_t)N_FIELDS) ||
			       (!is_over && is_known &&
				       ledger_number(row->field[AT_WHOLE], &s.whole_ms))) &&
		       ledger_number(row->field[AT_DEV], &s.dev) &&
		       ledger_number(row->field[AT_INO], &s.ino);
	for (size_t i = 0; i < countof(v) && is_fine && !is_over; i++)
		is_fine = ledger_number(row->field[AT_NUMBERS + i], &v[i]);
	is_fine = is_fine && (is_over || row->field[AT_PATH].len > 0) &&
		  v[8] < UINT64_C(1) << N_LOG_AILMENTS && v[9] <= 1;
	if (!is_fine)
		return err_set(e, "the row of a log cannot be read");
	s.generation = v[0];
	s.offset = v[1];
	s.lines = v[2];
	s.malformed = v[3];
	s.gaps = v[4];
	s.gap_ms = v[5];
	s.last_ms = v[6];
	s.read_ms = v[7];
	s.ailing = (uint32_t)v[8];
	s.is_retired = v[9];
	s.path = row->field[AT_PATH];
	*out = s;
	return true;
}
