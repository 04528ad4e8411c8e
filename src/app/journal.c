// SPDX-License-Identifier: Apache-2.0
// Each parcel is one write(2), so a process that dies leaves whole ones; a disk that is full leaves a
// part of one, which is cut off at once.
#include "app/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"

enum { FILE_MODE = 0600 };
enum { ROOM_BYTES = PARCEL_HEADER_BYTES + JOURNAL_CONTACTS * PARCEL_CONTACT_BYTES };

static bool refused(struct journal *j, struct err *e)
{
	err_sys(e, "write %s", j->path);
	j->n = 0;
	if (ftruncate(j->fd, (off_t)j->n_bytes) || lseek(j->fd, (off_t)j->n_bytes, SEEK_SET) < 0)
		journal_close(j); // who reads it cuts it
	return false;
}

/* A parcel whose body of `n` bytes stands in the room behind the header. */
static bool write_parcel(struct journal *j, enum parcel_sort sort, size_t n, struct err *e)
{
	struct parcel p = {
		.sort = sort,
		.collector = j->collector,
		.epoch = j->epoch,
		.number = j->number,
		.sent_ms = wall_ms(),
		.body = { j->room + PARCEL_HEADER_BYTES, n },
	};
	size_t end = parcel_encode(&p, j->room, ROOM_BYTES);
	for (size_t at = 0; at < end;) {
		ssize_t wrote = write(j->fd, j->room + at, end - at);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return refused(j, e);
		at += (size_t)wrote;
	}
	j->n_bytes += end;
	j->n = 0;
	return true;
}

static bool write_head(struct journal *j, uint64_t thinning, struct err *e)
{
	uint64_t head[] = { htole64(j->key), htole64(thinning) };
	static_assert(sizeof head == JOURNAL_HEAD_BYTES);
	memcpy(j->room + PARCEL_HEADER_BYTES, head, sizeof head);
	if (!write_parcel(j, PARCEL_HELLO, sizeof head, e))
		return false;
	j->thinning = thinning;
	return true;
}

bool journal_open(
	struct journal *j, const char *path, uint64_t key, uint64_t thinning, struct err *e)
{
	*j = (struct journal){ .key = key, .room = malloc(ROOM_BYTES), .fd = -1 };
	if (!j->room)
		return err_set(e, "%s: no memory", path);
	memcpy(j->path, path, strnlen(path, sizeof j->path - 1));
	j->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (j->fd < 0)
		err_sys(e, "open %s", path);
	else if (write_head(j, thinning, e))
		return true;
	else
		unlink(path);
	journal_close(j);
	return false;
}

void journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	free(j->room);
	j->fd = -1;
	j->room = NULL;
	j->n = 0;
}

static bool write_contacts(struct journal *j, struct err *e)
{
	return write_parcel(j, PARCEL_CONTACTS, j->n * PARCEL_CONTACT_BYTES, e);
}

bool journal_put(struct journal *j, const struct contact *contact, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t *at = j->room + PARCEL_HEADER_BYTES + j->n * PARCEL_CONTACT_BYTES;
		parcel_put_contact(at, &contact[i]);
		if (++j->n == JOURNAL_CONTACTS && !write_contacts(j, e))
			return false;
	}
	return true;
}

bool journal_flush(struct journal *j, uint64_t thinning, struct err *e)
{
	bool has_told = j->n > 0;
	if (has_told && !write_contacts(j, e))
		return false;
	if (!has_told && j->has_moved && !write_parcel(j, PARCEL_TICK, 0, e))
		return false;
	j->has_moved = false;
	return thinning == j->thinning || write_head(j, thinning, e);
}

void journal_hurry(struct journal *j)
{
	off_t from = (off_t)j->n_hurried, n = (off_t)(j->n_bytes - j->n_hurried);
	(void)sync_file_range(j->fd, from, n, SYNC_FILE_RANGE_WRITE);
	j->n_hurried = j->n_bytes;
}

bool journal_sync(struct journal *j, struct err *e)
{
	return !fdatasync(j->fd) || err_sys(e, "write %s", j->path);
}
