// SPDX-License-Identifier: Apache-2.0
// Each line is one write(2): a process that dies leaves whole ones, a disk that is full a part of one,
// which is cut off.
#include "app/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/spool_files.h"
#include "output/notice.h"

enum { FILE_MODE = 0600 };

static bool file_open(struct spool *s, uint64_t first, struct err *e)
{
	char path[SPOOL_PATH_BYTES];
	spool_path(s->folder, first, path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return err_sys(e, "open %s", path);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->first = first;
	s->last = first - 1;
	s->n_bytes = 0;
	return true;
}

/* All of a file that is there; NULL with `e`. */
static char *contents(int fd, size_t *len, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_sys(e, "read the spool of alerts"), NULL;
	char *all = malloc((size_t)st.st_size + 1);
	ssize_t n = all ? pread(fd, all, (size_t)st.st_size, 0) : -1;
	if (n < 0) {
		err_sys(e, "read the spool of alerts");
		free(all);
		return NULL;
	}
	*len = (size_t)n;
	return all;
}

/* Tell what a file holds. Where it is the last one, what is behind its whole lines is cut off. */
static bool file_recall(struct spool *s, uint64_t first,
	void (*take)(void *ctx, const struct notice *n), void *ctx, struct err *e)
{
	size_t len;
	char *all = file_open(s, first, e) ? contents(s->fd, &len, e) : NULL;
	struct notice n;
	if (!all)
		return false;
	struct str rest = { all, len };
	for (enum spool_line is; (is = spool_line_next(&rest, &n)) != SPOOL_PART;) {
		if (is == SPOOL_DAMAGED)
			continue;
		s->last = n.number > s->last ? n.number : s->last;
		if (take)
			take(ctx, &n);
	}
	s->n_bytes = len - rest.len;
	free(all);
	return true;
}

bool spool_open(struct spool *s, const char *state_directory,
	void (*take)(void *ctx, const struct notice *n), void *ctx, struct err *e)
{
	*s = (struct spool){ .fd = -1 };
	snprintf(s->folder, sizeof s->folder, "%s/" SPOOL_FOLDER, state_directory);
	if (mkdir(s->folder, SPOOL_FOLDER_MODE) != 0 && errno != EEXIST)
		return err_sys(e, "make %s", s->folder);
	struct spool_files f = spool_files_of(s->folder, 0);
	if (f.n == 0)
		return file_open(s, 1, e);
	for (uint64_t first = f.oldest; first;) {
		if (!file_recall(s, first, take, ctx, e))
			return false;
		first = spool_files_of(s->folder, first).behind;
	}
	return ftruncate(s->fd, (off_t)s->n_bytes) == 0 || err_sys(e, "cut the spool of alerts");
}

void spool_close(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* The oldest goes, as long as there are too many. */
static void make_room(const struct spool *s)
{
	char path[SPOOL_PATH_BYTES];
	for (struct spool_files f; (f = spool_files_of(s->folder, 0)).n > SPOOL_FILES_MAX;)
		if (unlink(spool_path(s->folder, f.oldest, path)) != 0)
			return;
}

static bool refused(struct spool *s, struct err *e)
{
	err_sys(e, "write the spool of alerts in %s", s->folder);
	s->n_refused++;
	if (s->fd >= 0 && ftruncate(s->fd, (off_t)s->n_bytes) != 0)
		spool_close(s); // the next one is a line of its own, and this one is damaged
	return false;
}

/* Returns the length of the line, 0 when there is no memory. */
static size_t line_of(const struct notice *n, const char *version, char **line)
{
	char sum[SPOOL_SUM_CHARS + 2];
	size_t len = 0;
	FILE *out = open_memstream(line, &len);
	if (!out)
		return 0;
	fprintf(out, "%*s", SPOOL_SUM_CHARS + 1, "");
	notice_write(n, ALERT_FORMAT_JSON, version, out);
	fputc('\n', out);
	if (fclose(out) != 0)
		return 0;
	struct str json = { *line + SPOOL_SUM_CHARS + 1, len - SPOOL_SUM_CHARS - 2 };
	spool_line_seal(json, sum);
	memcpy(*line, sum, SPOOL_SUM_CHARS + 1);
	return len;
}

bool spool_put(struct spool *s, struct notice *n, const char *version, struct err *e)
{
	static_assert((int)NOTICE_LINE_BYTES <= (int)SPOOL_LINE_BYTES);
	uint64_t last = s->last;
	if (s->fd < 0 || s->n_bytes >= SPOOL_FILE_BYTES) {
		if (!file_open(s, last + 1, e)) {
			s->n_refused++;
			return false;
		}
		make_room(s);
	}
	struct notice numbered = *n;
	numbered.number = last + 1;
	char *line = NULL;
	size_t len = line_of(&numbered, version, &line);
	ssize_t wrote = len ? pwrite(s->fd, line, len, (off_t)s->n_bytes) : -1;
	free(line);
	if (wrote < 0 || (size_t)wrote != len) {
		errno = wrote < 0 ? errno : ENOSPC;
		return refused(s, e);
	}
	s->n_bytes += len;
	s->last = last + 1;
	s->is_dirty = true;
	*n = numbered;
	return true;
}

bool spool_settle(struct spool *s, struct err *e)
{
	if (!s->is_dirty)
		return true;
	s->is_dirty = false;
	return fdatasync(s->fd) == 0 || err_sys(e, "write the spool of alerts in %s", s->folder);
}

bool spool_admit(const struct spool *s, const struct alert_target *t, struct err *e)
{
	char path[SPOOL_PATH_BYTES];
	int fd = open(spool_position_path(s->folder, t, path),
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (fd < 0)
		return errno == EEXIST || err_sys(e, "open %s", path);
	bool is_written = dprintf(fd, "%020" PRIu64 "\n", s->last + 1) > 0;
	close(fd);
	return is_written || (unlink(path), err_sys(e, "write %s", path));
}
