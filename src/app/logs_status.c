// SPDX-License-Identifier: Apache-2.0
// Logs in status.json: those that are written to, not those that were rotated away.
#include "app/logs_state.h"
#include "model/words.h"

enum { SHOWN_MAX = 1024 };

static void write_time(struct json *j, const char *key, uint64_t ms)
{
	char time[TIME_TEXT_BYTES];
	json_key(j, key);
	json_text(j, ms ? time_format(ms, time) : NULL);
}

static bool is_shown(const struct log_entry *x)
{
	return !x->is_over && !x->state.is_retired && x->state.path.len;
}

static void write_log(const struct log_state *s, struct json *j)
{
	const struct {
		const char *key;
		uint64_t n;
	} row[] = {
		{ "position", s->offset },
		{ "lines", s->lines },
		{ "malformed", s->malformed },
		{ "gaps", s->gaps },
	};
	json_open(j, '{');
	json_key(j, "log");
	json_text(j, s->path.ptr);
	for (size_t i = 0; i < countof(row); i++) {
		json_key(j, row[i].key);
		json_uint(j, row[i].n);
	}
	write_time(j, "last_gap", s->gap_ms);
	write_time(j, "last_request", s->last_ms);
	write_time(j, "last_read", s->read_ms);
	json_key(j, "state");
	json_open(j, '[');
	for (enum log_ailment a = 0; a < N_LOG_AILMENTS; a++)
		if (s->ailing >> a & 1)
			json_text(j, log_ailment_key(a));
	json_close(j, ']');
	json_close(j, '}');
}

struct logs_health logs_health(const struct logs *l)
{
	struct logs_health h = { .n_attacks = attacks_count(l->attacks),
		.n_beyond = attacks_lost(l->attacks),
		.n_unknown = l->n_unknown,
		.n_refused = l->n_refused };
	for (size_t i = 0; i < l->roll.n; i++) {
		const struct log_entry *x = l->roll.entry[i];
		h.n_followed += is_shown(x);
		h.n_ailing += is_shown(x) && x->state.ailing;
	}
	return h;
}

void logs_write(const struct logs *l, struct json *j)
{
	size_t n = 0, n_shown = 0;
	json_key(j, "logs");
	json_open(j, '[');
	for (size_t i = 0; i < l->roll.n; i++) {
		const struct log_entry *x = l->roll.entry[i];
		if (!is_shown(x))
			continue;
		if (n++ < SHOWN_MAX && ++n_shown)
			write_log(&x->state, j);
	}
	json_close(j, ']');
	struct logs_health h = logs_health(l);
	const struct {
		const char *key;
		uint64_t n;
	} row[] = {
		{ "logs_beyond", n - n_shown },
		{ "attacks", h.n_attacks },
		{ "attacks_beyond", h.n_beyond },
		{ "attacks_without_signature", h.n_unknown },
		{ "log_parcels_refused", h.n_refused },
	};
	for (size_t i = 0; i < countof(row); i++) {
		json_key(j, row[i].key);
		json_uint(j, row[i].n);
	}
}
