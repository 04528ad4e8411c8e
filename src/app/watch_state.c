// SPDX-License-Identifier: Apache-2.0
// The state directory: one daemon has it at a time, and it knows who that is.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/say.h"
#include "app/watch.h"
#include "base/hash.h"
#include "store/store.h"

enum {
	LOCK_TEXT_BYTES = 32,
	ORPHAN_WAIT_NS = 50 * 1000 * 1000,
	ORPHAN_WAITS = 200, /* 10 s */
};
#define LOCK_FILE "watch.lock"

/* As mkdir -p, for us alone. */
static bool directory_make(const char *path, struct err *e)
{
	char part[SETTINGS_PATH_BYTES];
	for (size_t i = 1; path[i - 1]; i++) {
		if (path[i] != '/' && path[i])
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_sys(e, "make the state directory %s", part);
	}
	return true;
}

static bool lock_path(
	const struct settings *s, char room[static SETTINGS_PATH_BYTES], struct err *e)
{
	int n = snprintf(room, SETTINGS_PATH_BYTES, "%s/" LOCK_FILE, s->state_directory);
	return n < SETTINGS_PATH_BYTES || err_set(e, "the state directory's name is too long");
}

/* Who has the lock, 0 when it does not say. */
static long lock_owner(int lock)
{
	char text[LOCK_TEXT_BYTES] = "";
	ssize_t n = pread(lock, text, sizeof text - 1, 0);
	return n > 0 ? strtol(text, NULL, 10) : 0;
}

/* The lock itself. A daemon that was killed leaves children, which end by themselves: they are waited for. */
static bool lock_take(struct watch *w, const char *path, struct err *e)
{
	long owner = 0;
	for (int waited = 0; flock(w->lock, LOCK_EX | LOCK_NB) != 0; waited++) {
		owner = lock_owner(w->lock);
		bool is_gone = owner > 0 && kill((pid_t)owner, 0) != 0 && errno == ESRCH;
		if (!is_gone)
			return err_set(e,
				"%s is in use by process %ld: end that one, or give this one a "
				"directory of its own with --state",
				w->settings.state_directory, owner);
		if (waited == ORPHAN_WAITS)
			return err_set(e,
				"%s is in use by what process %ld left behind, and that does not "
				"end: `fuser -v %s` names it",
				w->settings.state_directory, owner, path);
		if (waited == 0)
			say(LOG_NOTICE, "process %ld was killed; waiting for its children to end",
				owner);
		nanosleep(&(struct timespec){ .tv_nsec = ORPHAN_WAIT_NS }, NULL);
	}
	return true;
}

/* Held as long as one of our processes lives. */
bool watch_lock(struct watch *w, struct err *e)
{
	char path[SETTINGS_PATH_BYTES];
	if (!directory_make(w->settings.state_directory, e) || !lock_path(&w->settings, path, e))
		return false;
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0)
		return err_sys(e, "open %s", path);
	if (!lock_take(w, path, e))
		return false;
	if (ftruncate(w->lock, 0) != 0 || dprintf(w->lock, "%d\n", (int)getpid()) < 0)
		say(LOG_WARNING, "write %s: %s", path, strerror(errno));
	return true;
}

bool watch_is_running(const struct settings *s)
{
	char path[SETTINGS_PATH_BYTES];
	struct err e;
	int lock = lock_path(s, path, &e) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	bool is_free = lock < 0 || flock(lock, LOCK_SH | LOCK_NB) == 0;
	if (lock >= 0)
		close(lock);
	return !is_free;
}

static void take_id(void *ctx, struct bytes key, struct bytes value)
{
	uint64_t *id = ctx;
	(void)key;
	if (value.len == sizeof *id)
		memcpy(id, value.ptr, sizeof *id);
}

static bool pass_over(void *ctx, const struct event *ev)
{
	(void)ctx, (void)ev;
	return true;
}

/*
 * Drawn once; without a store it is another one in each run. A store that is damaged or not ours ends
 * the start: 0. A disk that is full does not, for it may have room later.
 */
uint64_t watch_collector_id(const char *directory)
{
	uint64_t id = 0;
	struct err e = {};
	struct bytes key = { (const uint8_t *)"id", 2 };
	struct store *store = store_open(directory, STORE_WRITE, &e);
	if (!store || !store_replay(store, 1, pass_over, NULL, &e)) {
		watch_complain(&e);
		store_close(store);
		return e.code == EUCLEAN ? 0 : hash_key();
	}
	bool ok = store_recall(store, "collector", take_id, &id, &e);
	if (ok && id == 0) {
		id = hash_key();
		struct bytes value = { (const uint8_t *)&id, sizeof id };
		ok = store_keep(store, "collector", key, value, &e);
	}
	if (!ok)
		watch_complain(&e);
	store_close(store);
	return id ? id : hash_key();
}
