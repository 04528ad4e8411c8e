// SPDX-License-Identifier: Apache-2.0
// source NUMBER GENERATION PATH, for each source of the lines of the attack behind them.
#include "detect/attack_parcel.h"

static const struct str key_source = STR("source"), key_attack = STR("attack");

/* Sources of one attack, by the number they had where it was written. */
struct sources {
	struct attack_taker to;
	size_t n;
	bool is_closed; // the attack they belong to has begun
	struct {
		uint64_t then;
		uint16_t now;
	} row[ATTACK_ROWS_MAX];
	struct attack_loader loader;
};

static void source_put(uint16_t number, const struct attack_source *s, struct ledger *l)
{
	ledger_row(l, key_source.ptr);
	ledger_uint(l, number);
	ledger_uint(l, s->generation);
	ledger_text(l, s->path);
}

void attack_parcel_put(const struct attack *a,
	bool (*source)(void *ctx, uint16_t number, struct attack_source *out), void *ctx,
	struct ledger *l)
{
	uint32_t before = UINT32_MAX; // rows stand in order of their places
	for (uint32_t i = 0; i < a->n_rows; i++) {
		struct attack_source s;
		uint16_t number = place_source(a->row[i].at);
		if (number != before && source(ctx, number, &s))
			source_put(number, &s, l);
		before = number;
	}
	attack_save(a, l);
}

static bool source_now(void *ctx, uint64_t saved, uint16_t *now)
{
	const struct sources *s = ctx;
	for (size_t i = 0; i < s->n; i++)
		if (s->row[i].then == saved) {
			*now = s->row[i].now;
			return true;
		}
	return false;
}

static bool source_take(struct sources *s, const struct ledger_row *row, struct err *e)
{
	uint64_t then;
	struct attack_source source = { .path = row->field[3] };
	s->n = s->is_closed ? 0 : s->n;
	s->is_closed = false;
	if (row->n != 4 || !ledger_number(row->field[1], &then) ||
		!ledger_number(row->field[2], &source.generation) || !source.generation ||
		!source.path.len || s->n == ATTACK_ROWS_MAX)
		return err_set(e, "the row of a source cannot be read");
	if (s->to.source(s->to.ctx, &source, &s->row[s->n].now))
		s->row[s->n++].then = then;
	return true;
}

static bool take(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct sources *s = ctx;
	if (row->field[0].len == key_source.len &&
		!memcmp(row->field[0].ptr, key_source.ptr, key_source.len))
		return source_take(s, row, e);
	if (!attack_row_is(row))
		return err_set(e, "attacks with a row of another kind");
	if (row->field[0].len == key_attack.len &&
		!memcmp(row->field[0].ptr, key_attack.ptr, key_attack.len)) {
		s->n = s->is_closed ? 0 : s->n; // none stands before it
		s->is_closed = true;
	}
	return attack_load(&s->loader, row, e);
}

bool attack_parcel_take(
	struct str text, const struct attack_taker *to, uint64_t *n_unknown, struct err *e)
{
	struct sources s = { .to = *to };
	s.loader =
		(struct attack_loader){ .attacks = to->attacks, .source = source_now, .ctx = &s };
	bool is_fine = ledger_parse(text, "attacks", take, &s, e);
	*n_unknown += s.loader.n_unknown;
	return is_fine;
}
