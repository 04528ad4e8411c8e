// SPDX-License-Identifier: Apache-2.0
// Lines go to the decoder of their file; when there was news, the verdict is made anew, and what it
// says more than before is told at once. The state is written when all that was read is told, so a
// line whose finding was not told is read again.
#include "app/follow.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/command.h"
#include "app/log_feed.h"
#include "app/progress.h"
#include "app/told.h"
#include "detect/attack_save.h"
#include "model/words.h"
#include "output/report.h"
#include "source/follow.h"
#include "source/follow_state.h"

enum { TELL_MS = 250, TELL_SHARE = 4, SAVE_MS = 1000, SAVE_SHARE = 4, IDLE_MS = 500 };

struct following {
	struct run *run;
	const struct detect_options *o;
	struct follow *follow;
	struct told *told;
	struct progress progress;
	struct attack_loader loader;
	uint16_t *source_now; // by its number in the state, plus one; NULL: nothing is loaded
	uint64_t told_ms, cost_ms, saved_ms, save_cost_ms;
	uint64_t n_bytes;
	bool has_news, has_unsaved, has_told, is_full, cannot_save;
};

static uint64_t clock_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static const char *now_text(char room[static TIME_TEXT_BYTES])
{
	return time_format(clock_ms(CLOCK_REALTIME) / 1000 * 1000, room);
}

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
	ingest_tell("%s %s %s", now_text(room), file->path, follow_event_text(event));
	if (is_gap) {
		fault_put(t, event == FOLLOW_UNREADABLE ? FAULT_UNREADABLE : FAULT_GAP, at, 0);
		note_put(t, at, "%s %s", room, follow_event_text(event));
	}
	w->has_unsaved = true;
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

static void save(struct following *w)
{
	struct err e = {};
	char room[TIME_TEXT_BYTES];
	uint64_t from_ms = clock_ms(CLOCK_MONOTONIC);
	bool is_fine = write_state(w, &e);
	w->saved_ms = clock_ms(CLOCK_MONOTONIC);
	w->save_cost_ms = w->saved_ms - from_ms;
	if (!is_fine && !w->cannot_save) {
		progress_end(&w->progress);
		ingest_tell("%s %s: tried again; a restart now would tell things twice",
			now_text(room), e.text);
	} else if (is_fine && w->cannot_save) {
		ingest_tell("%s write %s: works again", now_text(room), w->o->state);
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

/* Tell what is new or worse. Returns false when that is not possible. */
static bool tell(struct following *w)
{
	struct findings findings;
	bool is_fine = true, is_terminal = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	uint64_t from_ms = clock_ms(CLOCK_MONOTONIC);
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
			report_line(&r.finding[i], clock_ms(CLOCK_REALTIME), stdout, is_terminal);
		is_fine = fflush(stdout) == 0 && told_put(w->told, &r.finding[i]);
		w->has_told = w->has_unsaved = true;
	}
	findings_free(&findings);
	w->has_news = false;
	w->told_ms = clock_ms(CLOCK_MONOTONIC);
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
		uint64_t now_ms = clock_ms(CLOCK_MONOTONIC), due = due_ms(w);
		int wait_ms = has_more                       ? 0
			      : !w->has_news || due < now_ms ? IDLE_MS
							     : (int)(due - now_ms);
		has_more = follow_poll(w->follow, wait_ms);
		now_ms = clock_ms(CLOCK_MONOTONIC);
		if (w->has_news && now_ms >= due && !tell(w))
			return false;
		if (w->o->state && w->has_unsaved && !w->has_news && now_ms >= save_due_ms(w))
			save(w);
		progress_tell(&w->progress, ingest_progress(in));
	}
	return true;
}

/* What the last run knew. Evidence from flows is not kept, but what was told of it is. */
static bool state_load(struct following *w, struct err *e)
{
	w->loader = (struct attack_loader){ w->run->attacks, source_now, w, NULL, false, 0 };
	w->source_now = calloc(UINT16_MAX + 1, sizeof *w->source_now);
	bool is_fine = w->source_now ? ledger_load(w->o->state, on_row, w, e)
				     : err_sys(e, "read %s", w->o->state);
	free(w->source_now);
	w->source_now = NULL;
	struct trouble *t = &w->run->in->trouble;
	if (is_fine && told_hosts(w->told))
		note_put(t, PLACE_NONE,
			"hosts that were told in earlier runs: %zu; told again only if they get "
			"worse",
			told_hosts(w->told));
	if (w->loader.n_unknown)
		note_put(t, PLACE_NONE,
			"attacks of earlier runs whose signature is no more: %llu, left out",
			(unsigned long long)w->loader.n_unknown);
	return is_fine;
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
	is_fine = is_fine && (!w->o->state || state_load(w, &e));
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
		save(&w); // a place that cannot be written is better told now
		is_fine = !w.cannot_save;
	}
	if (is_fine) {
		is_fine = loop(&w);
		if (is_fine && !o->state)
			follow_finish(w.follow);
		is_fine = is_fine && (!w.has_news || tell(&w));
		if (is_fine && o->state && w.has_unsaved)
			save(&w);
		is_fine = is_fine && !w.cannot_save;
	}
	progress_end(&w.progress);
	follow_free(w.follow);
	told_free(w.told);
	return is_fine;
}

/* Whether the state would lie in a folder that is followed, and be taken for a log. */
static bool holds_state(const char *word, const char *state)
{
	struct stat folder, of_state;
	char *copy = strdup(state);
	char *slash = copy ? strrchr(copy, '/') : NULL;
	if (slash)
		slash[slash == copy] = '\0';
	bool is_in = copy && stat(word, &folder) == 0 && S_ISDIR(folder.st_mode) &&
		     stat(slash ? copy : ".", &of_state) == 0 && folder.st_ino == of_state.st_ino &&
		     folder.st_dev == of_state.st_dev;
	free(copy);
	return is_in;
}

/* What is known not to be text is refused at once; anything may still become a log. */
static bool is_followable(const char *word)
{
	struct err e;
	struct input input;
	struct stat st;
	if (stat(word, &st) || S_ISDIR(st.st_mode))
		return true;
	if (!S_ISREG(st.st_mode)) {
		ingest_tell("%s is no file and no folder: it cannot be followed", word);
		return false;
	}
	if (!input_open(&input, word, &e)) {
		ingest_tell("%s", e.text);
		input_close(&input);
		return false;
	}
	bool is_fine = input.content == CONTENT_TEXT || input.content == CONTENT_EMPTY ||
		       input.content == CONTENT_BINARY;
	if (!is_fine)
		ingest_tell("%s holds %s: only logs are followed, read it without --follow", word,
			content_text(input.content));
	input_close(&input);
	return is_fine;
}

bool follow_check(const struct detect_options *o, char **word, int n_words)
{
	static const char *const without = "cordon detect: --state goes with --follow\n";
	if (!o->follow) {
		if (o->state)
			fputs(without, stderr);
		return !o->state;
	}
	const char *other = o->csv ? "--csv" : o->explain ? "--explain" : NULL;
	other = o->interface ? "--interface" : other;
	if (other) {
		fprintf(stderr, "cordon detect: %s does not go with --follow\n", other);
		return false;
	}
	for (int i = 0; i < n_words; i++) {
		if (!strcmp(word[i], "-")) {
			fputs("cordon detect: standard input cannot be followed: name the file, or "
			      "leave --follow away\n",
				stderr);
			return false;
		}
		if (!is_followable(word[i]))
			return false;
		if (o->state && holds_state(word[i], o->state)) {
			fprintf(stderr,
				"cordon detect: --state in a folder that is followed: put it "
				"elsewhere than %s\n",
				word[i]);
			return false;
		}
	}
	return true;
}
