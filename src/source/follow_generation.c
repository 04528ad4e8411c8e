// SPDX-License-Identifier: Apache-2.0
// Generations of a log: what became of a file that was cut, renamed or copied while nobody looked. A
// name may lie, so files are told by what they hold.
#include <stdlib.h>
#include <unistd.h>

#include "source/follow_names.h"
#include "source/follow_set.h"
#include "source/rotation.h"

/*
 * By what it holds. When nothing was read there is nothing to compare: then it is the same inode,
 * renamed while nobody read, or a copy that was made since the last look, and
 * before the cut: what is copied later is still to be read.
 */
static bool holds_rest(
	struct follow *f, const struct follow_entry *e, int fd, const struct stat *st)
{
	if (e->file.at.offset)
		return follow_matches(fd, &e->file.at);
	if (!e->looked_ns)
		return st->st_ino == e->file.at.ino && st->st_dev == e->file.at.dev;
	const struct follow_entry *known = follow_entry_of(f, st);
	uint64_t made_ns = follow_mtime_ns(st);
	return made_ns > e->looked_ns && made_ns <= e->cut_ns && (!known || known->file.at.is_copy);
}

/* A file that holds what was read of `e`, and what came behind it: a generation of its log. -1: none. */
static int find_rest(struct follow *f, const struct follow_entry *e, char **path, struct stat *st)
{
	const char *name;
	char *folder = follow_split(e->file.path, &name);
	struct follow_names all = folder ? follow_names_in(folder, name) : (struct follow_names){};
	int found = -1;
	for (size_t i = all.n; i-- > 0 && found < 0;) { // the youngest first
		*path = follow_join(folder, all.name[i]);
		found = *path ? follow_open_plain(*path, st) : -1;
		if (found >= 0 && holds_rest(f, e, found, st))
			break;
		if (found >= 0)
			close(found);
		found = -1;
		free(*path);
	}
	follow_names_free(&all);
	free(folder);
	return found;
}

void follow_was_cut(struct follow *f, struct follow_entry *e)
{
	struct stat st;
	char *path;
	int fd = find_rest(f, e, &path, &st);
	if (fd < 0) {
		follow_tell(f, e, FOLLOW_TRUNCATED);
		follow_over(&f->bench, e);
		return;
	}
	struct follow_entry *copy = follow_entry_of(f, &st);
	if (!copy && (copy = follow_entry_put(f, path))) {
		copy->file.at.dev = st.st_dev;
		copy->file.at.ino = st.st_ino;
		copy->target = e->target;
	}
	if (copy && copy != e)
		copy->file.at.is_copy = true;
	follow_read_copy(&f->bench, e, fd);
	if (!*f->bench.reader.stop) { // else the copy is looked for again by the next run
		follow_tell(f, e, FOLLOW_COPIED);
		follow_over(&f->bench, e);
	}
	close(fd);
	free(path);
}

static bool belongs(const struct follow_target *t, const char *path)
{
	const char *name;
	if (!t->is_folder)
		return !strcmp(path, t->path);
	char *folder = follow_split(path, &name);
	bool is_in = folder && !strcmp(folder, t->folder);
	free(folder);
	return is_in;
}

/* Whether it holds what another file of the target holds. */
static bool is_copied(struct follow *f, const struct follow_target *t, int fd)
{
	for (size_t i = 0; i < f->n_entries; i++) {
		const struct follow_position *at = &f->entry[i]->file.at;
		if (f->entry[i]->target == t && at->head.n_bytes && follow_begins_as(fd, at))
			return true;
	}
	return false;
}

void follow_read_between(struct follow *f, const struct follow_target *t, const char *found)
{
	const char *slash = found ? strrchr(found, '/') : NULL;
	const char *older = slash ? slash + 1 : found;
	struct follow_names all =
		t->is_folder ? (struct follow_names){} : follow_names_in(t->folder, t->base);
	for (size_t i = 0; i < all.n; i++) {
		struct stat st;
		bool is_one = !older || rotation_compare(older, all.name[i]) < 0;
		char *path = is_one ? follow_join(t->folder, all.name[i]) : NULL;
		int fd = path ? follow_open_plain(path, &st) : -1;
		is_one = fd >= 0 && !follow_entry_of(f, &st) &&
			 (older || (follow_mtime_ns(&st) >= t->looked_ns && !is_copied(f, t, fd)));
		struct follow_entry *e = is_one ? follow_entry_put(f, path) : NULL;
		if (e) {
			e->file.at.dev = st.st_dev;
			e->file.at.ino = st.st_ino;
			e->file.at.is_retired = true;
			e->target = t;
			e->fd = fd;
			follow_tell(f, e, FOLLOW_MISSED);
		} else if (fd >= 0) {
			close(fd);
		}
		free(path);
	}
	follow_names_free(&all);
}

/* A file of the last run that its path no longer leads to. Returns false when it is over. */
static bool find_saved(struct follow *f, struct follow_entry *e)
{
	struct stat st;
	char *path;
	int fd = find_rest(f, e, &path, &st);
	if (fd < 0) {
		if (e->file.at.offset && !e->file.at.is_copy)
			follow_tell(f, e, FOLLOW_LOST);
		return false;
	}
	bool was_retired = e->file.at.is_retired;
	e->file.at.dev = st.st_dev;
	e->file.at.ino = st.st_ino;
	e->file.at.is_retired = true;
	e->fd = fd;
	if (!was_retired)
		follow_tell(f, e, FOLLOW_MISSED);
	if (!was_retired)
		follow_read_between(f, e->target, path);
	free((void *)(uintptr_t)e->file.path);
	e->file.path = path;
	return true;
}

void follow_resolve_saved(struct follow *f)
{
	for (size_t i = 0; i < f->n_entries;) {
		struct follow_entry *e = f->entry[i];
		for (size_t k = 0; k < f->n_targets && !e->target; k++)
			if (belongs(f->target[k], e->file.path))
				e->target = f->target[k];
		struct stat st;
		bool is_there = stat(e->file.path, &st) == 0 && st.st_ino == e->file.at.ino &&
				st.st_dev == e->file.at.dev;
		if (e->is_saved && e->target && !is_there && !find_saved(f, e))
			follow_entry_drop(f, i);
		else
			i++;
	}
}

bool follow_is_copy(struct follow *f, const struct follow_target *t, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	struct stat st;
	int fd = follow_open_plain(path, &st);
	bool is_one = false;
	for (size_t i = 0; i < f->n_entries && fd >= 0 && !is_one; i++) {
		const struct follow_entry *e = f->entry[i];
		const char *slash = strrchr(e->file.path, '/');
		is_one = e->target == t && e->file.at.head.n_bytes && !e->file.at.is_copy &&
			 slash && rotation_is_of(name, slash + 1) &&
			 follow_begins_as(fd, &e->file.at);
	}
	if (fd >= 0)
		close(fd);
	return is_one;
}
