// SPDX-License-Identifier: Apache-2.0
// Reading of a spool while another process adds to it, and takes the oldest files away.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app/spool.h"
#include "app/spool_files.h"

void spool_reader_init(struct spool_reader *r, const char *state_directory)
{
	*r = (struct spool_reader){ .fd = -1, .position = -1 };
	snprintf(r->folder, sizeof r->folder, "%s/" SPOOL_FOLDER, state_directory);
}

static void file_close(struct spool_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->at = 0;
}

void spool_reader_fini(struct spool_reader *r)
{
	file_close(r);
	if (r->position >= 0)
		close(r->position);
	r->position = -1;
}

static bool position_read(struct spool_reader *r, const struct alert_target *t)
{
	char path[SPOOL_PATH_BYTES], text[SPOOL_NUMBER_CHARS];
	if (r->position >= 0)
		return true;
	int fd = open(spool_position_path(r->folder, t, path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	if (pread(fd, text, sizeof text, 0) != sizeof text || !spool_number_parse(text, &r->next)) {
		close(fd);
		return false;
	}
	r->position = fd;
	return true;
}

static bool file_open(struct spool_reader *r, uint64_t first)
{
	char path[SPOOL_PATH_BYTES];
	if (!first)
		return false;
	int fd = open(spool_path(r->folder, first, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false; // taken away in between
	file_close(r);
	r->fd = fd;
	r->first = first;
	return true;
}

/* The file that holds the number that is to come, or, when that is gone, the next one. */
static bool file_find(struct spool_reader *r)
{
	struct spool_files f = spool_files_of(r->folder, r->next);
	return r->fd >= 0 || file_open(r, f.holding ? f.holding : f.behind);
}

/* The next notice of this file that is not behind us already. */
static bool read_on(struct spool_reader *r, struct notice *out)
{
	char room[SPOOL_LINE_BYTES];
	for (ssize_t n; (n = pread(r->fd, room, sizeof room, (off_t)r->at)) > 0;) {
		struct str rest = { room, (size_t)n };
		enum spool_line is = spool_line_next(&rest, out);
		if (is == SPOOL_PART)
			return false;
		if (is == SPOOL_NOTICE && out->number >= r->next)
			return true;
		r->n_damaged += is == SPOOL_DAMAGED;
		r->at += (uint64_t)n - rest.len;
	}
	return false;
}

bool spool_next(struct spool_reader *r, const struct alert_target *t, struct notice *out)
{
	if (!position_read(r, t) || !file_find(r))
		return false;
	while (!read_on(r, out)) {
		// A file that another one follows is finished; what came while we looked is read first.
		uint64_t behind = spool_files_of(r->folder, r->first).behind;
		if (!behind)
			return false;
		if (read_on(r, out))
			break;
		if (!file_open(r, behind))
			return false;
	}
	r->n_lost += out->number - r->next;
	r->next = out->number;
	return true;
}

void spool_pass(struct spool_reader *r)
{
	r->next++;
}

bool spool_keep(struct spool_reader *r, struct err *e)
{
	char text[SPOOL_NUMBER_CHARS + 2];
	snprintf(text, sizeof text, "%020" PRIu64 "\n", r->next);
	return pwrite(r->position, text, SPOOL_NUMBER_CHARS + 1, 0) == SPOOL_NUMBER_CHARS + 1 ||
	       err_sys(e, "write how far alerts were sent in %s", r->folder);
}

bool spool_done(struct spool_reader *r, struct err *e)
{
	spool_pass(r);
	return spool_keep(r, e);
}
