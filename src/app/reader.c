// SPDX-License-Identifier: Apache-2.0
// One thread around follow_poll: lines become requests and flows, these attacks and contacts, and what
// a turn brought goes out as a whole.
#include "app/reader.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/ingest.h"
#include "app/reader_state.h"
#include "app/surroundings.h"
#include "base/hash.h"
#include "net/sandbox.h"

enum { IDLE_MS = 500, EVIDENCE_SHARE = 8, CLIENTS_MAX = 1 << 12 };

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* A line of the log that is read told a time. */
static void note_time(struct log_reader *r, uint64_t time_ms)
{
	struct log_state *s = r->now ? &r->now->state : NULL;
	if (!s)
		return;
	if (!s->whole_ms || time_ms > s->last_ms + LOG_PAUSE_MS)
		s->whole_ms = time_ms;
	s->last_ms = MOST(s->last_ms, time_ms);
}

static void take_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct log_reader *r = ctx;
	uint64_t latest = wall_ms() + r->settings->clock_skew_ms;
	r->counter[COLLECTED_LOG_FLOWS] += n;
	for (size_t i = 0; i < n; i++)
		if (flow[i].has & FLOW_HAS_TIME)
			note_time(r, LEAST(flow[i].last_ms, latest));
	evidence_observe(r->contacts, flow, n);
}

/* A clock that is ahead must not make an attack last for ever. */
static void take_requests(void *ctx, const struct request *request, size_t n)
{
	struct log_reader *r = ctx;
	struct request load[REQUESTS_AHEAD];
	uint64_t latest = wall_ms() + r->settings->clock_skew_ms;
	memcpy(load, request, n * sizeof *load);
	for (size_t i = 0; i < n; i++) {
		if (!(load[i].has & REQUEST_HAS_TIME))
			continue;
		load[i].time_ms = LEAST(load[i].time_ms, latest);
		note_time(r, load[i].time_ms);
	}
	log_lives_see(&r->lives, load, n, r->key);
	attacks_observe(r->attacks, load, n);
}

static struct log_entry *entry_of(struct log_reader *r, const struct follow_file *file)
{
	uint64_t ino = file->at.ino;
	if (!file->at.dev) // a path that leads nowhere
		ino = hash_bytes(file->path, strlen(file->path), 0);
	struct log_entry *x = log_roll_at(&r->roll, file->at.dev, ino);
	if (!x)
		return NULL;
	struct log_state s = x->state;
	s.path = (struct str){ file->path, strlen(file->path) };
	x->is_changed = true;
	return x->state.path.ptr || log_entry_set(x, &s) ? x : NULL;
}

/* Numbers of files that are not open are given up; what was told has its names with it. */
static bool number_of(struct log_reader *r, const struct attack_source *s, uint16_t *number)
{
	if (log_names_put(&r->names, s, number))
		return true;
	bool *is_used = calloc(LOG_NAMES_MAX, sizeof *is_used);
	struct follow_iter it = { .follow = r->follow };
	if (!is_used)
		return false;
	for (const struct follow_file *file; (file = follow_next(&it));)
		if (file->reader)
			is_used[file->label - 1] = true;
	struct attack_iter attacks = { .attacks = r->attacks };
	for (const struct attack *a; (a = attacks_next(&attacks));)
		for (uint32_t i = 0; i < a->n_rows; i++)
			is_used[place_source(a->row[i].at)] = true;
	log_names_sweep(&r->names, is_used);
	free(is_used);
	return log_names_put(&r->names, s, number);
}

static bool on_begin(void *ctx, struct follow_file *file, struct bytes head)
{
	struct log_reader *r = ctx;
	struct log_entry *x = entry_of(r, file);
	const struct log_outlets to = { r->marks, &r->requests, &r->batch, &r->trouble };
	uint16_t number;
	if (!x)
		return false;
	struct log_state *s = &x->state;
	if (file->at.offset == 0 || !s->generation) {
		s->generation = hash_key() | 1;
		s->lines = s->malformed = s->last_ms = s->whole_ms = 0;
	}
	const struct attack_source source = { s->generation, { file->path, strlen(file->path) } };
	if (number_of(r, &source, &number)) {
		file->reader = log_feed_new(file, number, head, &to);
		file->label = (uint32_t)number + 1;
	}
	uint32_t full = UINT32_C(1) << LOG_FULL;
	s->ailing = file->reader ? 0 : full;
	return file->reader;
}

/* What a file's lines added to the books is its own. */
static void on_take(void *ctx, struct follow_file *file, struct bytes bytes)
{
	struct log_reader *r = ctx;
	uint64_t malformed = r->trouble.log.malformed;
	struct log_entry *x = r->now = entry_of(r, file);
	log_feed_take(file->reader, bytes);
	batch_flush(&r->batch);
	r->now = NULL;
	r->has_news = true;
	if (!x)
		return;
	x->state.malformed += r->trouble.log.malformed - malformed;
	x->state.lines = log_feed_lines(file->reader);
	x->state.read_ms = wall_ms();
}

static void on_end(void *ctx, struct follow_file *file, bool is_over)
{
	struct log_reader *r = ctx;
	struct log_entry *x = r->now = entry_of(r, file);
	if (is_over)
		log_feed_end(file->reader);
	else
		log_feed_memo(file->reader, file);
	batch_flush(&r->batch);
	r->now = NULL;
	r->has_news = true;
	if (x)
		x->state.lines = log_feed_lines(file->reader);
	log_feed_free(file->reader);
	file->reader = NULL;
}

/* What is the rule of rotation is not told; what may have cost lines is, and what an operator waits for. */
static void on_event(void *ctx, struct follow_file *file, enum follow_event event)
{
	static const struct {
		uint32_t ailing;
		bool is_told, is_well;
	} rows[N_FOLLOW_EVENTS] = {
		[FOLLOW_TRUNCATED] = { 0, true, false },
		[FOLLOW_COPIED] = { 0, true, false },
		[FOLLOW_LOST] = { 0, true, false },
		[FOLLOW_GONE] = { 1 << LOG_GONE, true, false },
		[FOLLOW_BACK] = { 0, true, true },
		[FOLLOW_UNREADABLE] = { 1 << LOG_UNREADABLE, true, false },
		[FOLLOW_REFUSED] = { 1 << LOG_REFUSED, true, false },
	};
	struct log_reader *r = ctx;
	struct log_entry *x = entry_of(r, file);
	bool is_gap = follow_event_is_gap(event);
	r->has_news = true;
	r->counter[COLLECTED_LOG_GAPS] += is_gap;
	if (rows[event].is_told)
		ingest_tell("reader: %s %s", file->path, follow_event_text(event));
	if (!x)
		return;
	x->state.gaps += is_gap;
	x->state.whole_ms = is_gap ? 0 : x->state.whole_ms;
	x->state.gap_ms = is_gap ? wall_ms() : x->state.gap_ms;
	x->state.ailing |= rows[event].ailing;
	x->is_over = rows[event].is_well;
}

/* What was told is the keeper's; here it begins anew. */
static bool window_new(struct log_reader *r)
{
	attacks_free(r->attacks);
	evidence_free(r->contacts);
	r->lives = (struct log_lives){};
	r->attacks = attacks_new(r->signatures, r->inventory, CLIENTS_MAX, r->key);
	r->contacts = evidence_new(
		r->settings->memory / EVIDENCE_SHARE / sizeof(struct contact) + 1, r->key);
	r->has_news = false;
	return r->attacks && r->contacts;
}

static void forget(struct log_reader *r)
{
	follow_free(r->follow);
	r->follow = NULL;
	log_roll_free(&r->roll);
	log_names_free(&r->names);
}

/* From where the keeper has all. Returns false when it is to end. */
static bool greet(struct log_reader *r, struct err *e)
{
	const struct follow_reader reader = { r, on_begin, on_take, on_end, on_event, r->stop };
	forget(r);
	r->is_anew = r->is_greeted = false;
	r->number = 0;
	r->epoch++;
	memset(r->counter, 0, sizeof r->counter); // they are of an epoch
	r->trouble = (struct trouble){};
	r->follow = follow_new(&reader);
	if (!r->follow || !window_new(r))
		return err_set(e, "no memory");
	if (!reader_send(r, PARCEL_HELLO, (struct bytes){}))
		return false;
	while (!r->is_greeted && !r->is_anew && !r->is_closed && !*r->stop) {
		static const struct timespec pause = { 0, 10000000 };
		reader_hear(r);
		if (!r->is_greeted)
			nanosleep(&pause, NULL);
	}
	r->has_news = true; // how all logs stand
	r->told_ms = steady_ms();
	bool is_fine = r->is_greeted;
	for (size_t i = 0; i < r->settings->n_logs && is_fine; i++)
		is_fine = follow_put(r->follow, settings_log(r->settings, i), e);
	return is_fine || r->is_anew;
}

static bool tell(struct log_reader *r)
{
	bool is_fine = reader_tell(r) && window_new(r);
	r->told_ms = steady_ms();
	return is_fine;
}

static void follow(struct log_reader *r)
{
	bool has_more = true;
	while (!*r->stop && !r->is_anew && !r->is_closed) {
		uint64_t now = steady_ms(), due = r->told_ms + r->settings->window_ms;
		int wait_ms = has_more                     ? 0
			      : !r->has_news || due <= now ? IDLE_MS
							   : (int)(due - now);
		if (r->has_news && due <= now && !tell(r))
			return;
		has_more = follow_poll(r->follow, has_more ? 0 : wait_ms);
		reader_hear(r);
	}
}

static int run(struct log_reader *r)
{
	struct err e = {};
	while (!*r->stop && !r->is_closed)
		if (greet(r, &e))
			follow(r);
		else if (e.text[0])
			break;
	if (e.text[0] || (r->is_closed && !*r->stop)) {
		ingest_tell("reader: %s",
			e.text[0] ? e.text : "nobody has the other end of the pipe any more");
		return EXIT_ERROR;
	}
	bool is_told = r->is_greeted && !r->is_anew && reader_tell(r) &&
		       reader_send(r, PARCEL_BYE, (struct bytes){});
	return is_told || !r->is_greeted ? EXIT_NOTHING : EXIT_PARTLY;
}

/* Files that the user wrote, and all memory that does not come and go. */
static bool begin(struct log_reader *r, struct err *e)
{
	const struct settings *s = r->settings;
	struct str literal[LITERALS_MAX];
	if (s->inventory[0] && !(r->inventory = inventory_load(s->inventory, e)))
		return false;
	r->signatures = signatures_new(e);
	if (!r->signatures ||
		(s->signatures[0] && !signatures_load(r->signatures, s->signatures, e)))
		return false;
	r->marks = literals_new(literal, signatures_literals(r->signatures, literal));
	r->room = malloc(PARCEL_HEADER_BYTES + PARCEL_BODY_MAX);
	r->requests.emit = take_requests;
	r->batch.emit = take_flows;
	r->requests.ctx = r->batch.ctx = r;
	r->key = r->lines.key = hash_key();
	return (r->marks && r->room && intake_init(&r->intake)) || err_set(e, "no memory");
}

/* Each followed file is open until it is at rest. */
static void raise_limit_of_files(void)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static bool enter_sandbox(const struct log_reader *r, struct err *e)
{
	struct log_folders folders;
	struct sandbox box;
	raise_limit_of_files();
	log_folders_get(r->settings, &folders);
	bool is_in = sandbox_enter_reading((const char *const *)folders.path, folders.n, &box, e);
	log_folders_free(&folders);
	if (is_in && box.remark.text[0])
		ingest_tell("reader: %s", box.remark.text);
	return is_in;
}

static void signals_heed(void)
{
	struct sigaction ends = { .sa_handler = on_signal }; // no call is begun again
	sigemptyset(&ends.sa_mask);
	sigaction(SIGTERM, &ends, NULL);
	sigprocmask(SIG_SETMASK, &ends.sa_mask, NULL); // it was held until here
}

int reader_run(const struct settings *s, int pipe, uint64_t collector_id, uint64_t epoch)
{
	struct err e = {};
	struct log_reader *r = calloc(1, sizeof *r);
	int code = EXIT_ERROR;
	signals_heed();
	if (!r) {
		ingest_tell("reader: no memory");
		return EXIT_ERROR;
	}
	*r = (struct log_reader){ .settings = s,
		.pipe = pipe,
		.collector = collector_id,
		.epoch = epoch,
		.stop = &stop };
	if (begin(r, &e) && enter_sandbox(r, &e))
		code = run(r);
	else
		ingest_tell("reader: %s", e.text);
	forget(r);
	attacks_free(r->attacks);
	evidence_free(r->contacts);
	literals_free(r->marks);
	signatures_free(r->signatures);
	inventory_free(r->inventory);
	intake_fini(&r->intake);
	free(r->room);
	free(r);
	return code;
}
