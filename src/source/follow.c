// SPDX-License-Identifier: Apache-2.0
// What paths and folders lead to, look by look: files are known by device and inode, and by what they
// hold. inotify only says when to look; what is seen then decides.
#include "source/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "source/follow_names.h"
#include "source/follow_set.h"

enum { PAUSE_MS = 20, GONE_MS = 1000, WATCH_EVERY_MS = 1000 };

static const struct {
	const char *text;
	bool is_gap;
} events[N_FOLLOW_EVENTS] = {
#define AS_ROW(name, text, is_gap) [FOLLOW_##name] = { text, is_gap },
	FOLLOW_EVENTS(AS_ROW)
#undef AS_ROW
};

const char *follow_event_text(enum follow_event event)
{
	return events[event].text;
}

bool follow_event_is_gap(enum follow_event event)
{
	return events[event].is_gap;
}

static uint64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static uint64_t stamp_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

bool follow_memo(struct follow_file *file, const char *text)
{
	char *copy = text ? strndup(text, FOLLOW_MEMO_BYTES) : NULL;
	if (text && !copy)
		return false;
	free(file->memo);
	file->memo = copy;
	return true;
}

struct follow *follow_new(const struct follow_reader *reader)
{
	struct follow *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->bench.reader = *reader;
	f->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return f;
}

static void entry_free(struct follow *f, struct follow_entry *e)
{
	follow_rest(&f->bench, e);
	free((void *)(uintptr_t)e->file.path);
	free(e->file.memo);
	free(e);
}

static void target_free(struct follow_target *t)
{
	free(t->path);
	free(t->folder);
	free(t);
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_entries; i++)
		entry_free(f, f->entry[i]);
	for (size_t i = 0; i < f->n_targets; i++)
		target_free(f->target[i]);
	if (f->watch >= 0)
		close(f->watch);
	free(f->entry);
	free(f->target);
	free(f);
}

void follow_tell(struct follow *f, struct follow_entry *e, enum follow_event event)
{
	f->bench.reader.event(f->bench.reader.ctx, &e->file, event);
}

static void tell_path(struct follow *f, const struct follow_target *t, enum follow_event event)
{
	struct follow_file file = { .path = t->path };
	f->bench.reader.event(f->bench.reader.ctx, &file, event);
}

struct follow_entry *follow_entry_put(struct follow *f, const char *path)
{
	if (f->n_entries == FOLLOW_FILES_MAX)
		return NULL;
	if (f->n_entries == f->room) {
		size_t room = f->room ? 2 * f->room : 16;
		struct follow_entry **more = reallocarray(f->entry, room, sizeof(void *));
		if (!more)
			return NULL;
		f->entry = more;
		f->room = room;
	}
	struct follow_entry *e = calloc(1, sizeof *e);
	if (!e || !(e->file.path = strdup(path))) {
		free(e);
		return NULL;
	}
	e->fd = -1;
	e->changed_ms = f->bench.now_ms;
	f->entry[f->n_entries++] = e;
	return e;
}

struct follow_entry *follow_entry_of(struct follow *f, const struct stat *st)
{
	for (size_t i = 0; i < f->n_entries; i++)
		if (f->entry[i]->file.at.ino == st->st_ino &&
			f->entry[i]->file.at.dev == st->st_dev)
			return f->entry[i];
	return NULL;
}

void follow_entry_drop(struct follow *f, size_t i)
{
	entry_free(f, f->entry[i]);
	f->n_entries--;
	memmove(&f->entry[i], &f->entry[i + 1], (f->n_entries - i) * sizeof(void *));
}

bool follow_resume(
	struct follow *f, const char *path, const struct follow_position *at, const char *memo)
{
	struct follow_entry *e = follow_entry_put(f, path);
	if (!e)
		return false;
	e->file.at = *at;
	e->is_saved = true;
	return follow_memo(&e->file, memo);
}

static void folder_watch(struct follow *f, const struct follow_target *t)
{
	static const uint32_t news = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB;
	if (f->watch >= 0)
		(void)inotify_add_watch(f->watch, t->folder, news | IN_ONLYDIR);
}

static bool target_put(struct follow *f, const char *path, unsigned depth, struct err *e)
{
	struct stat st;
	struct follow_target *t = calloc(1, sizeof *t);
	struct follow_target **more =
		reallocarray(f->target, f->n_targets + 1, sizeof(struct follow_target *));
	if (more)
		f->target = more;
	if (!t || !more || !(t->path = strdup(path))) {
		free(t);
		return err_sys(e, "follow %s", path);
	}
	for (size_t n = strlen(t->path); n > 1 && t->path[n - 1] == '/'; n--)
		t->path[n - 1] = '\0';
	t->is_folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	const char *slash = strrchr(t->path, '/');
	t->base = slash ? slash + 1 : t->path;
	t->folder = t->is_folder      ? strdup(t->path)
		    : !slash          ? strdup(".")
		    : slash > t->path ? strndup(t->path, (size_t)(slash - t->path))
				      : strdup("/");
	if (!t->folder) {
		free(t->path);
		free(t);
		return err_sys(e, "follow %s", path);
	}
	t->depth = depth;
	f->target[f->n_targets++] = t;
	folder_watch(f, t);
	return true;
}

bool follow_put(struct follow *f, const char *path, struct err *e)
{
	return target_put(f, path, 0, e);
}

/* A folder in a folder, or one that came later. Without memory it is tried again. */
static void folder_found(struct follow *f, const struct follow_target *in, const char *path)
{
	struct err e;
	if (in->depth == FOLLOW_DEPTH_MAX)
		return;
	for (size_t i = 0; i < f->n_targets; i++)
		if (!strcmp(f->target[i]->path, path))
			return;
	(void)target_put(f, path, in->depth + 1, &e);
}

/* A folder that was found and is gone, with all that was read there. */
static bool is_over(const struct follow *f, const struct follow_target *t)
{
	struct stat st;
	if (!t->depth || lstat(t->folder, &st) == 0)
		return false;
	for (size_t i = 0; i < f->n_entries; i++)
		if (f->entry[i]->target == t)
			return false;
	return true;
}

static void folders_find(struct follow *f)
{
	for (size_t i = 0; i < f->n_targets; i++) { // grows on the way
		const struct follow_target *t = f->target[i];
		struct follow_names all =
			t->is_folder ? follow_names_in(t->folder, NULL) : (struct follow_names){};
		for (size_t k = 0; k < all.n; k++) {
			struct stat st;
			char *path = follow_join(t->folder, all.name[k]);
			if (path && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
				folder_found(f, t, path);
			free(path);
		}
		follow_names_free(&all);
	}
}

static void folders_forget(struct follow *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_targets; i++)
		if (is_over(f, f->target[i]))
			target_free(f->target[i]);
		else
			f->target[n++] = f->target[i];
	f->n_targets = n;
}

static void retire(struct follow *f, struct follow_entry *e)
{
	e->file.at.is_retired = true;
	e->changed_ms = f->bench.now_ms;
}

/* It leads nowhere: told when that lasts, for a rotation takes its moment too. */
static void path_is_gone(struct follow *f, struct follow_target *t)
{
	t->since_ms = t->since_ms ? t->since_ms : f->bench.now_ms;
	if (t->was_told || f->bench.now_ms - t->since_ms < GONE_MS)
		return;
	tell_path(f, t, FOLLOW_GONE);
	t->was_told = true;
}

static void retire_others(struct follow *f, const struct follow_target *t,
	const struct follow_entry *now, bool is_told)
{
	for (size_t i = 0; i < f->n_entries; i++) {
		struct follow_entry *e = f->entry[i];
		if (e == now || e->target != t || e->file.at.is_retired || e->file.at.is_copy)
			continue;
		retire(f, e);
		if (is_told)
			follow_tell(f, e, FOLLOW_ROTATED);
	}
}

/* The file that a path leads to; that of before is retired. */
static void look_at_path(struct follow *f, struct follow_target *t)
{
	struct stat st;
	uint64_t now_ns = stamp_ns();
	if (stat(t->path, &st) || !S_ISREG(st.st_mode)) {
		path_is_gone(f, t);
		return;
	}
	if (t->was_told)
		tell_path(f, t, FOLLOW_BACK);
	t->since_ms = 0;
	t->was_told = false;
	struct follow_entry *e = follow_entry_of(f, &st);
	bool is_new = !e;
	if (is_new && t->looked_ns)
		follow_read_between(f, t, NULL);
	if (!e && !(e = follow_entry_put(f, t->path)))
		return;
	t->looked_ns = now_ns;
	e->file.at.dev = st.st_dev;
	e->file.at.ino = st.st_ino;
	e->target = e->target ? e->target : t;
	retire_others(f, t, e, is_new);
	e->file.at.is_retired = e->file.at.is_copy = false;
}

static void entry_rename(struct follow_entry *e, char **path)
{
	if (!strcmp(e->file.path, *path))
		return;
	free((void *)(uintptr_t)e->file.path);
	e->file.path = *path;
	*path = NULL;
}

/* A file at rest may be deleted, and its inode be given to another one. */
static void other_of_inode(struct follow *f, struct follow_entry *e, const char *path)
{
	struct stat st;
	int fd = e->fd < 0 && strcmp(e->file.path, path) != 0 ? follow_open_plain(path, &st) : -1;
	if (fd < 0)
		return;
	if (!follow_matches(fd, &e->file.at))
		follow_over(&f->bench, e);
	close(fd);
}

static void look_at_file(struct follow *f, const struct follow_target *t, const char *name)
{
	struct stat st;
	char *path = follow_join(t->folder, name);
	bool is_there = path && lstat(path, &st) == 0;
	if (is_there && S_ISDIR(st.st_mode))
		folder_found(f, t, path);
	if (!is_there || !S_ISREG(st.st_mode) || st.st_size == 0) {
		free(path);
		return;
	}
	struct follow_entry *e = follow_entry_of(f, &st);
	if (!e) {
		bool is_other = !follow_is_copy(f, t, path);
		e = follow_entry_put(f, path);
		if (e) {
			e->file.at.dev = st.st_dev;
			e->file.at.ino = st.st_ino;
			e->file.at.is_copy = !is_other;
			e->target = t;
		}
	} else if (e->target == t) {
		other_of_inode(f, e, path);
		entry_rename(e, &path);
	}
	if (e)
		e->is_seen = true;
	if (e && e->target == t)
		e->file.at.is_retired = false;
	free(path);
}

static void look_into_folder(struct follow *f, const struct follow_target *t)
{
	struct follow_names all = follow_names_in(t->folder, NULL);
	for (size_t i = 0; i < f->n_entries; i++)
		f->entry[i]->is_seen = f->entry[i]->target != t;
	for (size_t i = 0; i < all.n; i++)
		look_at_file(f, t, all.name[i]);
	for (size_t i = 0; i < f->n_entries; i++)
		if (!f->entry[i]->is_seen && !f->entry[i]->file.at.is_retired)
			retire(f, f->entry[i]);
	follow_names_free(&all);
}

/* Returns whether there is more at once. */
static bool read_entry(struct follow *f, struct follow_entry *e)
{
	struct stat st;
	if (!e->target || e->file.at.is_copy)
		return false;
	if (e->fd < 0 && stat(e->file.path, &st) == 0 && e->is_settled &&
		(uint64_t)st.st_size == e->size && follow_mtime_ns(&st) == e->mtime_ns)
		return false;
	if (!follow_open(&f->bench, e))
		return false;
	if (follow_was_touched(e, &e->cut_ns))
		follow_was_cut(f, e);
	enum follow_is is = follow_read(&f->bench, e);
	if (is == FOLLOW_CUT)
		follow_was_cut(f, e);
	return is != FOLLOW_DONE;
}

/* A file that is quiet is closed; one that was rotated away as well is over. Returns false then. */
static bool settle(struct follow *f, struct follow_entry *e)
{
	if (!e->target || f->bench.now_ms - e->changed_ms < FOLLOW_QUIET_MS)
		return true;
	if (e->file.at.is_retired) {
		follow_read_half(&f->bench, e);
		follow_over(&f->bench, e);
		return false;
	}
	if (e->target->is_folder && e->is_settled)
		follow_rest(&f->bench, e);
	return true;
}

static bool look(struct follow *f)
{
	bool has_more = false;
	f->bench.now_ms = clock_ms();
	if (!f->has_looked) {
		folders_find(f); // files of the last run may lie there
		follow_resolve_saved(f);
	}
	f->has_looked = true;
	for (size_t i = 0; i < f->n_targets; i++) {
		if (f->bench.now_ms - f->watched_ms >= WATCH_EVERY_MS)
			folder_watch(f, f->target[i]); // the folder may be another one by now
		if (f->target[i]->is_folder)
			look_into_folder(f, f->target[i]);
		else
			look_at_path(f, f->target[i]);
	}
	if (f->bench.now_ms - f->watched_ms >= WATCH_EVERY_MS)
		f->watched_ms = f->bench.now_ms;
	for (size_t i = 0; i < f->n_entries && !*f->bench.reader.stop; i++)
		has_more |= read_entry(f, f->entry[i]);
	for (size_t i = 0; i < f->n_entries;)
		if (settle(f, f->entry[i]))
			i++;
		else
			follow_entry_drop(f, i);
	folders_forget(f);
	return has_more;
}

/* Until something happened in a folder; then a moment longer, for one write seldom comes alone. */
static void wait_for_news(struct follow *f, int timeout_ms)
{
	struct pollfd p = { .fd = f->watch, .events = POLLIN };
	char told[4096];
	int most = timeout_ms < FOLLOW_LOOK_MS ? timeout_ms : FOLLOW_LOOK_MS;
	if (most <= 0 || poll(&p, 1, most) <= 0) // an fd of -1 is never ready
		return;
	if (most > PAUSE_MS)
		poll(NULL, 0, PAUSE_MS);
	while (read(f->watch, told, sizeof told) > 0)
		;
}

bool follow_poll(struct follow *f, int timeout_ms)
{
	wait_for_news(f, timeout_ms);
	return !*f->bench.reader.stop && look(f);
}

void follow_finish(struct follow *f)
{
	for (size_t i = 0; i < f->n_entries; i++)
		if (f->entry[i]->target && !f->entry[i]->file.at.is_copy) {
			follow_read_half(&f->bench, f->entry[i]);
			follow_over(&f->bench, f->entry[i]);
		}
}

struct follow_file *follow_next(struct follow_iter *it)
{
	return it->at < it->follow->n_entries ? &it->follow->entry[it->at++]->file : NULL;
}
