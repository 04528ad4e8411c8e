// SPDX-License-Identifier: Apache-2.0
// Names are sorted as rotation wrote them; what is no regular file is never opened for longer.
#include "source/follow_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/follow.h"
#include "source/rotation.h"

static int by_age(const void *a, const void *b)
{
	return rotation_compare(*(char *const *)a, *(char *const *)b);
}

void follow_names_free(struct follow_names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->name[i]);
	free(n->name);
}

struct follow_names follow_names_in(const char *folder, const char *log)
{
	struct follow_names out = {};
	DIR *dir = opendir(folder);
	for (struct dirent *d; dir && (d = readdir(dir)) && out.n < FOLLOW_FILES_MAX;) {
		if (d->d_name[0] == '.' || (log && !rotation_is_of(d->d_name, log)))
			continue;
		if (out.n == out.room) {
			size_t room = out.room ? 2 * out.room : 16;
			char **more = reallocarray(out.name, room, sizeof *more);
			if (!more)
				break;
			out.name = more;
			out.room = room;
		}
		if (!(out.name[out.n] = strdup(d->d_name)))
			break;
		out.n++;
	}
	if (dir)
		closedir(dir);
	if (out.n)
		qsort(out.name, out.n, sizeof *out.name, by_age);
	return out;
}

char *follow_join(const char *folder, const char *name)
{
	char *path = NULL;
	const char *slash = !strcmp(folder, "/") ? "" : "/";
	return asprintf(&path, "%s%s%s", folder, slash, name) < 0 ? NULL : path;
}

char *follow_split(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	*name = slash ? slash + 1 : path;
	return !slash ? strdup(".") : strndup(path, slash > path ? (size_t)(slash - path) : 1);
}

int follow_open_plain(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}
