// SPDX-License-Identifier: Apache-2.0
// The state of --follow: how far each file was read, what was told, attacks, and the files that they stand in.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/following.h"
#include "app/log_feed.h"
#include "source/follow_state.h"

uint64_t following_clock_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

const char *following_now(char room[static TIME_TEXT_BYTES])
{
	return time_format(following_clock_ms(CLOCK_REALTIME) / 1000 * 1000, room);
}

/* Those in which evidence stands: their names are needed, the rest is over. */
static void sources_save(const struct following *w, struct ledger *l)
{
	bool *is_used = calloc(w->run->sources.n + 1, sizeof *is_used);
	struct attack_iter it = { .attacks = w->run->attacks };
	for (const struct attack *a; is_used && (a = attacks_next(&it));)
		for (uint32_t i = 0; i < a->n_rows; i++)
			is_used[place_source(a->row[i].at)] = true;
	for (size_t i = 0; is_used && i < w->run->sources.n; i++) {
		const char *name = w->run->sources.name[i];
		if (!is_used[i])
			continue;
		ledger_row(l, "source");
		ledger_uint(l, i);
		ledger_text(l, (struct str){ name, strlen(name) });
	}
	free(is_used);
}

static bool source_load(struct following *w, const struct ledger_row *row, struct err *e)
{
	uint64_t saved;
	if (row->n != 3 || !ledger_number(row->field[1], &saved) || saved > UINT16_MAX)
		return err_set(e,
			"the state holds a row 'source' that cannot be read: move it away "
			"to begin anew");
	char *name = strndup(row->field[2].ptr, row->field[2].len);
	bool is_fine = name && sources_put(&w->run->sources, name, e);
	free(name);
	if (is_fine)
		w->source_now[saved] = (uint16_t)w->run->sources.n;
	w->run->in->source = w->run->sources.name;
	w->run->in->n_sources = w->run->sources.n;
	return is_fine || err_sys(e, "read %s", w->o->state);
}

static bool source_now(void *ctx, uint64_t saved, uint16_t *now)
{
	const struct following *w = ctx;
	*now = (uint16_t)(w->source_now[saved] - 1);
	return w->source_now[saved] != 0;
}

static bool write_state(struct following *w, struct err *e)
{
	struct ledger l;
	struct follow_iter it = { .follow = w->follow };
	for (struct follow_file *file; (file = follow_next(&it));)
		if (file->reader)
			log_feed_memo(file->reader, file);
	if (!ledger_open(&l, w->o->state, e))
		return false;
	follow_save(w->follow, &l);
	told_save(w->told, &l);
	sources_save(w, &l);
	attacks_save(w->run->attacks, &l);
	return ledger_close(&l, e);
}

void following_save(struct following *w)
{
	struct err e = {};
	char room[TIME_TEXT_BYTES];
	uint64_t from_ms = following_clock_ms(CLOCK_MONOTONIC);
	bool is_fine = write_state(w, &e);
	w->saved_ms = following_clock_ms(CLOCK_MONOTONIC);
	w->save_cost_ms = w->saved_ms - from_ms;
	if (!is_fine && !w->cannot_save) {
		progress_end(&w->progress);
		ingest_tell("%s %s: tried again; a restart now would tell things twice",
			following_now(room), e.text);
	} else if (is_fine && w->cannot_save) {
		ingest_tell("%s write %s: works again", following_now(room), w->o->state);
	}
	w->cannot_save = !is_fine;
	w->has_unsaved = !is_fine;
	w->has_told &= !is_fine;
}

static bool on_row(void *ctx, const struct ledger_row *row, struct err *e)
{
	struct following *w = ctx;
	if (follow_row_is(row))
		return follow_load(w->follow, row, e);
	if (told_row_is(row))
		return told_load(w->told, row, e);
	if (attack_row_is(row))
		return attack_load(&w->loader, row, e);
	static const struct str source = STR("source");
	if (row->field[0].len == source.len && !memcmp(row->field[0].ptr, source.ptr, source.len))
		return source_load(w, row, e);
	return err_set(e, "%s holds what is not known: it is of a newer version", w->o->state);
}

/* What the last run knew. Evidence from flows is not kept, but what was told of it is. */
bool following_load(struct following *w, struct err *e)
{
	w->loader = (struct attack_loader){ w->run->attacks, source_now, w, NULL, false, 0 };
	w->source_now = calloc(UINT16_MAX + 1, sizeof *w->source_now);
	bool is_fine = w->source_now ? ledger_load(w->o->state, on_row, w, e)
				     : err_sys(e, "read %s", w->o->state);
	free(w->source_now);
	w->source_now = NULL;
	struct trouble *t = &w->run->in->trouble;
	if (is_fine && told_hosts(w->told)) {
		note_put(t, PLACE_NONE,
			"hosts that were told in earlier runs: %zu; told again only if they get "
			"worse",
			told_hosts(w->told));
		note_put(t, PLACE_NONE,
			"contacts of access lists begin anew with each run, so a slow scan "
			"has to be seen within one; cordon watch keeps them");
	}
	if (w->loader.n_unknown)
		note_put(t, PLACE_NONE,
			"attacks of earlier runs whose signature is no more: %llu, left out",
			(unsigned long long)w->loader.n_unknown);
	return is_fine;
}
