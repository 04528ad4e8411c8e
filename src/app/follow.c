// SPDX-License-Identifier: Apache-2.0
// Lines go to the decoder of their file; when there was news, the verdict is made anew, and what it
// says more than before is told at once. The state is written when all that was read is told, so a
// line whose finding was not told is read again.
#include "app/follow.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/command.h"
#include "app/following.h"
#include "app/log_feed.h"
#include "output/report.h"

enum { TELL_MS = 250, TELL_SHARE = 4, SAVE_MS = 1000, SAVE_SHARE = 4, IDLE_MS = 500 };

/* A source of its own for each file: places in two generations of a log are two places. */
static bool source_of(struct following *w, struct follow_file *file)
{
	struct err e = {};
	struct ingest *in = w->run->in;
	if (file->label)
		return true;
	if (!sources_put(&w->run->sources, file->path, &e)) {
		if (!w->is_full)
			ingest_tell("%s: %s was not begun: stop and begin again to go on", e.text,
				file->path);
		w->is_full = true;
		return false;
	}
	file->label = (uint32_t)w->run->sources.n;
	in->source = w->run->sources.name;
	in->n_sources = w->run->sources.n;
	return true;
}

static bool on_begin(void *ctx, struct follow_file *file, struct bytes head)
{
	struct following *w = ctx;
	struct ingest *in = w->run->in;
	const struct log_outlets to = { in->marks, &in->requests, &in->batch, &in->trouble };
	if (!source_of(w, file))
		return false;
	file->reader = log_feed_new(file, (uint16_t)(file->label - 1), head, &to);
	return file->reader;
}

static void on_take(void *ctx, struct follow_file *file, struct bytes bytes)
{
	struct following *w = ctx;
	log_feed_take(file->reader, bytes);
	w->n_bytes += bytes.len;
	w->has_news = w->has_unsaved = true;
}

static void on_end(void *ctx, struct follow_file *file, bool is_over)
{
	(void)ctx;
	if (is_over)
		log_feed_end(file->reader);
	else
		log_feed_memo(file->reader, file);
	log_feed_free(file->reader);
	file->reader = NULL;
}

/* On stderr, with its time; a gap is also counted, so that the exit code tells of it. */
static void on_event(void *ctx, struct follow_file *file, enum follow_event event)
{
	struct following *w = ctx;
	char room[TIME_TEXT_BYTES];
	struct trouble *t = &w->run->in->trouble;
	bool is_gap = follow_event_is_gap(event), has_source = is_gap && source_of(w, file);
	place at = has_source ? place_at((uint16_t)(file->label - 1), 0) : PLACE_NONE;
	progress_end(&w->progress);
	ingest_tell("%s %s %s", following_now(room), file->path, follow_event_text(event));
	if (is_gap) {
		fault_put(t, event == FOLLOW_UNREADABLE ? FAULT_UNREADABLE : FAULT_GAP, at, 0);
		note_put(t, at, "%s %s", room, follow_event_text(event));
	}
	w->has_unsaved = true;
}

/* Tell what is new or worse. Returns false when that is not possible. */
static bool tell(struct following *w)
{
	struct findings findings;
	bool is_fine = true, is_terminal = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	uint64_t from_ms = following_clock_ms(CLOCK_MONOTONIC);
	batch_flush(&w->run->in->batch);
	if (!run_judge(w->run, &findings))
		return false;
	struct report r = run_report(w->run, w->o, &findings);
	for (size_t i = 0; i < r.n && is_fine; i++) {
		if (!told_is_news(w->told, &r.finding[i]))
			continue;
		progress_end(&w->progress);
		if (w->o->json)
			report_json_finding(&r, i, stdout);
		else
			report_line(&r.finding[i], following_clock_ms(CLOCK_REALTIME), stdout,
				is_terminal);
		is_fine = fflush(stdout) == 0 && told_put(w->told, &r.finding[i]);
		w->has_told = w->has_unsaved = true;
	}
	findings_free(&findings);
	w->has_news = false;
	w->told_ms = following_clock_ms(CLOCK_MONOTONIC);
	w->cost_ms = w->told_ms - from_ms;
	return is_fine;
}

/* When the next verdict is due: soon, but judging may not become all that is done. */
static uint64_t due_ms(const struct following *w)
{
	uint64_t pause_ms = w->cost_ms * TELL_SHARE;
	return w->told_ms + (pause_ms > TELL_MS ? pause_ms : TELL_MS);
}

/* At once after something was told, so that a crash does not tell it twice. */
static uint64_t save_due_ms(const struct following *w)
{
	uint64_t pause_ms = w->save_cost_ms * SAVE_SHARE;
	bool may_wait = !w->has_told || w->cannot_save;
	return w->saved_ms + (may_wait && pause_ms < SAVE_MS ? SAVE_MS : pause_ms);
}

static bool loop(struct following *w)
{
	const struct ingest *in = w->run->in;
	bool has_more = true;
	while (!*in->interrupted) {
		uint64_t now_ms = following_clock_ms(CLOCK_MONOTONIC), due = due_ms(w);
		int wait_ms = has_more                       ? 0
			      : !w->has_news || due < now_ms ? IDLE_MS
							     : (int)(due - now_ms);
		has_more = follow_poll(w->follow, wait_ms);
		now_ms = following_clock_ms(CLOCK_MONOTONIC);
		if (w->has_news && now_ms >= due && !tell(w))
			return false;
		if (w->o->state && w->has_unsaved && !w->has_news && now_ms >= save_due_ms(w))
			following_save(w);
		progress_tell(&w->progress, ingest_progress(in));
	}
	return true;
}

static bool begin(struct following *w, char **word, int n_words)
{
	struct err e = {};
	struct follow_reader reader = { w, on_begin, on_take, on_end, on_event,
		w->run->in->interrupted };
	w->told = told_new();
	w->follow = follow_new(&reader);
	bool is_fine = w->told && w->follow;
	if (!is_fine)
		err_set(&e, "no memory");
	is_fine = is_fine && (!w->o->state || following_load(w, &e));
	for (int i = 0; i < n_words && is_fine; i++)
		is_fine = follow_put(w->follow, word[i], &e);
	if (!is_fine)
		ingest_tell("%s", e.text);
	return is_fine;
}

bool follow_files(struct run *run, const struct detect_options *o, char **word, int n_words)
{
	struct following w = { .run = run, .o = o };
	w.progress = progress_begin_many(n_words, &w.n_bytes, run->in->shows_progress);
	bool is_fine = begin(&w, word, n_words);
	if (is_fine && o->state) {
		following_save(&w); // a place that cannot be written is better told now
		is_fine = !w.cannot_save;
	}
	if (is_fine) {
		is_fine = loop(&w);
		if (is_fine && !o->state)
			follow_finish(w.follow);
		is_fine = is_fine && (!w.has_news || tell(&w));
		if (is_fine && o->state && w.has_unsaved)
			following_save(&w);
		is_fine = is_fine && !w.cannot_save;
	}
	progress_end(&w.progress);
	follow_free(w.follow);
	told_free(w.told);
	return is_fine;
}
