// SPDX-License-Identifier: Apache-2.0
// Lines of NDJSON: the approval, then the entries.
#include "app/contain_standing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "contain/findings.h"

static const char *path_of(
	const char *directory, const struct driver *d, char room[static CONTAIN_PATH_BYTES])
{
	return driver_path(directory, d, ".standing", room);
}

bool standing_put(const char *directory, const struct driver *d, const char *approval,
	const struct plan *plan)
{
	char path[CONTAIN_PATH_BYTES];
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	if (!out)
		return false;
	fprintf(out, "{\"schema\":1,\"type\":\"standing\",\"approval\":\"%s\"}\n", approval);
	for (size_t i = 0; i < plan->n; i++)
		entry_write(&plan->entry[i], out);
	bool ok = fclose(out) == 0 && file_put(path_of(directory, d, path), text);
	free(text);
	return ok;
}

int standing_lock(const char *directory, const struct driver *d, bool waits)
{
	char path[CONTAIN_PATH_BYTES];
	driver_path(directory, d, ".lock", path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	file_give(fd, path);
	if (fd < 0 || flock(fd, LOCK_EX | (waits ? 0 : LOCK_NB)) == 0) {
		if (fd < 0)
			contain_tell("open %s: %m", path);
		return fd;
	}
	if (errno != EWOULDBLOCK)
		contain_tell("lock %s: %m", path);
	close(fd);
	return -1;
}

bool standing_is(const char *directory, const struct driver *d)
{
	char path[CONTAIN_PATH_BYTES];
	return access(path_of(directory, d, path), F_OK) == 0;
}

void standing_drop(const char *directory, const struct driver *d)
{
	char path[CONTAIN_PATH_BYTES];
	unlink(path_of(directory, d, path));
}

bool standing_load(
	const char *directory, const struct driver *d, struct standing *out, struct err *e)
{
	char path[CONTAIN_PATH_BYTES];
	char *text = NULL;
	size_t len;
	struct taking how = {};
	struct taken taken = {};
	*out = (struct standing){};
	if (!file_read(path_of(directory, d, path), &text, &len))
		return err_set(e, "%s: it cannot be read", path);
	char *rest = text;
	bool ok = sscanf(strsep(&rest, "\n"),
			  "{\"schema\":1,\"type\":\"standing\",\"approval\":\"%95[^\"/]\"}",
			  out->approval) == 1;
	for (char *line; ok && (line = strsep(&rest, "\n"));)
		ok = findings_take(&out->plan, &how, line, &taken, e);
	free(text);
	plan_settle(&out->plan);
	if (ok && taken.n_malformed == 0)
		return true;
	plan_fini(&out->plan);
	return err_set(
		e, "%s: it is damaged; look what is in force, and apply the plan again", path);
}
