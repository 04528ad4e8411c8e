// SPDX-License-Identifier: Apache-2.0
// What logs show of hosts beside attacks: who lives, which line told of a contact, and so by whose
// silence a host's silence is proved.
#include <stdlib.h>

#include "app/keeper_state.h"
#include "base/hash.h"
#include "model/attack.h"

enum { KEY_BYTES = sizeof(struct addr) + 3 };

static struct bytes key_of(const struct log_line *x, uint8_t room[static KEY_BYTES])
{
	memcpy(room, &x->host, sizeof x->host);
	room[sizeof x->host] = x->proto;
	room[sizeof x->host + 1] = (uint8_t)x->port;
	room[sizeof x->host + 2] = (uint8_t)(x->port >> 8);
	return (struct bytes){ room, KEY_BYTES };
}

static bool take_line(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct log_line line;
	return log_line_load(row, &line, e) && (log_lines_put(ctx, &line), true);
}

static void take_kept(void *ctx, struct bytes key, struct bytes value)
{
	struct log_line line = { .is_kept = true };
	if (key.len != KEY_BYTES || value.len < 3 || value.len - 2 >= sizeof line.where)
		return;
	memcpy(&line.host, key.ptr, sizeof line.host);
	line.proto = key.ptr[sizeof line.host];
	line.port = (uint16_t)(key.ptr[KEY_BYTES - 2] | key.ptr[KEY_BYTES - 1] << 8);
	line.sensor = (uint16_t)(value.ptr[0] | value.ptr[1] << 8);
	memcpy(line.where, value.ptr + 2, value.len - 2);
	log_lines_put(ctx, &line);
}

bool keeper_logged_begin(struct keeper *k)
{
	k->lines = calloc(1, sizeof *k->lines);
	if (!k->lines)
		return false;
	k->lines->key = hash_key();
	chronicle_recall(k->chronicle, LINES_SORT, take_kept, k->lines);
	coverage_listen(k->coverage, logs_sensors(k->logs));
	return true;
}

static void take_lives(struct keeper *k, struct bytes body)
{
	for (struct life x; log_life_next(&body, &x);)
		coverage_alive(k->coverage, &x.addr, x.seen);
}

static void take_lines(struct keeper *k, struct bytes body)
{
	struct err e;
	struct str text = { (const char *)body.ptr, body.len };
	k->n_refused += !ledger_parse(text, "lines", take_line, k->lines, &e);
}

void keeper_logged_take(void *keeper, const struct parcel *p)
{
	struct keeper *k = keeper;
	if (p->sort == PARCEL_LIVES)
		take_lives(k, p->body);
	else if (p->sort == PARCEL_LINES)
		take_lines(k, p->body);
	else
		keeper_take_contacts(k, p);
}

/* Which line a finding rests on has to be known after a restart too, when it is told again. */
static void keep(struct keeper *k, struct log_line *x)
{
	uint8_t key[KEY_BYTES], value[2 + LOG_WHERE_BYTES];
	size_t n = strlen(x->where);
	value[0] = (uint8_t)x->sensor;
	value[1] = (uint8_t)(x->sensor >> 8);
	memcpy(value + 2, x->where, n);
	x->is_kept = chronicle_keep(
		k->chronicle, LINES_SORT, key_of(x, key), (struct bytes){ value, 2 + n });
}

/* The first of its contacts that a log told. */
static struct log_line *line_of(struct keeper *k, const struct finding *f)
{
	struct log_line *x = NULL;
	for (size_t i = 0; !x && i < f->n_exhibits && k->lines->n; i++) {
		const struct contact *c = f->exhibit[i].contact;
		if (c->exporter == EXPORTER_LOGS)
			x = log_lines_get(k->lines, &f->host, (uint8_t)c->proto, c->port);
	}
	return x;
}

static void trace_attack(struct keeper *k, const struct finding *f, const struct attack *a)
{
	uint16_t identity[SEEN_BY_MAX];
	size_t n =
		a->side == SIDE_ATTACKER ? logs_sensors_of(k->logs, a, identity, SEEN_BY_MAX) : 0;
	for (size_t i = 0; i < n; i++)
		coverage_trace_log(k->coverage, &f->host, identity[i], true);
}

void keeper_logged_where(struct keeper *k, struct finding *f)
{
	struct log_line *x = line_of(k, f);
	f->where = x ? x->where : NULL;
	if (x && !x->is_kept)
		keep(k, x);
}

void keeper_logged_trace(struct keeper *k, const struct finding *f)
{
	const struct log_line *x = line_of(k, f);
	if (x)
		coverage_trace_log(k->coverage, &f->host, x->sensor, false);
	for (size_t i = 0; i < f->n_attacks; i++)
		trace_attack(k, f, f->attack[i]);
}
