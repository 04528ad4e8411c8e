// SPDX-License-Identifier: Apache-2.0
// The keeper reads lease files when they change, and tells the board whose addresses moved.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/keeper_state.h"
#include "app/leases.h"
#include "app/say.h"
#include "base/hash.h"

enum { LOOK_MS = 2000, EVENTS_PER_TURN = 32, ROUNDS = 64 };
enum { BAD_TOLD_MAX = 2 * LEASE_BAD_MAX }; // lines a file, the last ones

/* How a file stood when it was read last. */
struct lease_watch {
	char path[LEASE_PATH_BYTES];
	struct timespec changed;
	off_t size;
	ino_t inode;
	bool has_failed;                 // which was told
	uint64_t bad_told[BAD_TOLD_MAX]; // hashes of lines that are no leases
	size_t n_bad_told;               // of all, also of those that gave their place to others
};

struct lease_reader {
	struct leases *leases;
	struct lease_watch file[LEASE_FILES_MAX];
	size_t n_files;
	uint64_t look_ms;          // when next, by the steady clock
	bool has_news;             // that the board may not know
	const struct board *board; // that was looked at last,
	uint64_t n_taken;          // when it had taken so many events
};

static void take_told(void *ctx, struct bytes key, struct bytes value)
{
	(void)key;
	leases_recall(ctx, value);
}

bool keeper_leases_begin(struct keeper *k)
{
	k->reader = calloc(1, sizeof *k->reader);
	if (!k->reader || !(k->reader->leases = leases_new()))
		return false;
	chronicle_recall(k->chronicle, LEASES_SORT, take_told, k->reader->leases);
	return true;
}

void keeper_leases_end(struct keeper *k)
{
	if (k->reader)
		leases_free(k->reader->leases);
	free(k->reader);
}

static bool is_as_before(const struct lease_watch *w, const struct stat *st)
{
	return w->size == st->st_size && w->inode == st->st_ino &&
	       w->changed.tv_sec == st->st_mtim.tv_sec && w->changed.tv_nsec == st->st_mtim.tv_nsec;
}

/* Said once, until it goes well again. */
static void complain(struct lease_watch *w, const char *why)
{
	if (!w->has_failed)
		say(LOG_WARNING, "lease file %s: %s; hosts keep the addresses that they had",
			w->path, why);
	w->has_failed = true;
}

static struct str line_of(struct str text, size_t number)
{
	const char *at = text.ptr, *end = text.ptr + text.len, *stop;
	while (number-- > 1 && (stop = memchr(at, '\n', (size_t)(end - at))))
		at = stop + 1;
	stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	return (struct str){ at, (size_t)((stop ? stop : end) - at) };
}

/* Returns whether a line has not been told yet, and notes that it is. */
static bool is_news(struct lease_watch *w, struct str line)
{
	uint64_t hash = hash_bytes(line.ptr, line.len, 0) | 1;
	for (size_t i = 0; i < BAD_TOLD_MAX; i++)
		if (w->bad_told[i] == hash)
			return false;
	w->bad_told[w->n_bad_told++ % BAD_TOLD_MAX] = hash;
	return true;
}

/* A server writes its file anew with each lease: what is damaged in it is told once, wherever it stands then. */
static void tell_report(struct lease_watch *w, const struct lease_report *r, struct str text)
{
	size_t first = 0;
	for (size_t i = 0; i < r->n_bad && i < LEASE_BAD_MAX; i++)
		if (is_news(w, line_of(text, r->bad[i])) && !first)
			first = r->bad[i];
	if (first)
		say(LOG_WARNING,
			"%s:%zu: not a lease; %zu like it were left out, %zu leases "
			"were read",
			w->path, first, r->n_bad, r->n_leases);
}

static bool read_all(int fd, char *room, size_t size, size_t *len)
{
	*len = 0;
	while (*len < size) {
		ssize_t n = read(fd, room + *len, size - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		*len += (size_t)n;
	}
	return true;
}

static void read_file(struct lease_reader *r, unsigned i)
{
	struct lease_watch *w = &r->file[i];
	struct stat st;
	int fd = open(w->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		complain(w, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		complain(w, "not a file");
	} else if (st.st_size > LEASE_FILE_BYTES_MAX) {
		complain(w, "larger than 64 MiB");
	} else if (!is_as_before(w, &st)) {
		size_t len, size = (size_t)st.st_size + 1;
		char *text = malloc(size);
		if (text && read_all(fd, text, size, &len)) {
			uint64_t changed_ms = (uint64_t)st.st_mtim.tv_sec * 1000 +
					      (uint64_t)st.st_mtim.tv_nsec / 1000000;
			struct str all = { text, len };
			struct lease_report report = leases_take(r->leases, i, all, changed_ms);
			tell_report(w, &report, all);
			w->changed = st.st_mtim;
			w->size = st.st_size;
			w->inode = st.st_ino;
			w->has_failed = false;
			r->has_news = true;
		} else {
			complain(w, text ? strerror(errno) : "no memory");
		}
		free(text);
	}
	if (fd >= 0)
		close(fd);
}

/* Files that the settings name now; one that has another name is another file. */
static void follow_settings(struct lease_reader *r, const struct settings *s)
{
	for (unsigned i = 0; i < LEASE_FILES_MAX; i++) {
		const char *path = i < s->n_lease_files ? s->lease_file[i] : "";
		if (!strcmp(r->file[i].path, path))
			continue;
		leases_drop(r->leases, i);
		r->file[i] = (struct lease_watch){};
		memcpy(r->file[i].path, path, strlen(path) + 1);
	}
	r->n_files = s->n_lease_files;
}

/* Each round stands on the board before the next. */
static void tell_all(struct keeper *k)
{
	struct lease_reader *r = k->reader;
	struct event out[EVENTS_PER_TURN];
	size_t n = 1;
	for (size_t round = 0; n > 0 && round < ROUNDS; round++) {
		n = leases_tell(
			r->leases, chronicle_board(k->chronicle), wall_ms(), out, EVENTS_PER_TURN);
		size_t n_added = 0;
		for (size_t i = 0; i < n; i++)
			n_added += chronicle_add(k->chronicle, &out[i]);
		if (n_added < n)
			return; // no room: it is told again
	}
	r->has_news = n > 0; // more than the rounds that there are
	r->board = chronicle_board(k->chronicle);
	r->n_taken = r->board->n_taken;
	(void)chronicle_keep(k->chronicle, LEASES_SORT, (struct bytes){ (const uint8_t *)"all", 3 },
		leases_told(r->leases));
}

void keeper_leases(struct keeper *k)
{
	struct lease_reader *r = k->reader;
	uint64_t now = steady_ms();
	const struct board *b = chronicle_board(k->chronicle);
	r->has_news |= r->board != b || r->n_taken != b->n_taken; // a host joined, perhaps
	if (now >= r->look_ms) {
		r->look_ms = now + LOOK_MS;
		follow_settings(r, &k->settings);
		for (unsigned i = 0; i < r->n_files; i++)
			read_file(r, i);
	}
	if (r->has_news && leases_count(r->leases) > 0)
		tell_all(k);
}

struct leases_health keeper_leases_health(const struct keeper *k)
{
	const struct lease_reader *r = k->reader;
	struct leases_health h = { .n_files = r->n_files,
		.n_known = leases_count(r->leases),
		.n_beyond = leases_beyond(r->leases) };
	for (size_t i = 0; i < r->n_files; i++)
		h.n_unreadable += r->file[i].has_failed;
	return h;
}
