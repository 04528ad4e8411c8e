// SPDX-License-Identifier: Apache-2.0
// Folders by device and inode, an interface by its number and whether it is up.
#include "app/surroundings.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The folder of a path, to be freed. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return !slash ? strdup(".") : strndup(path, slash > path ? (size_t)(slash - path) : 1);
}

/* The folder of a file; but not the root of all, which would open everything: then the file alone. */
static void put_folder_of(struct log_folders *f, const char *path)
{
	char *folder = folder_of(path);
	bool is_root = folder && !strcmp(folder, "/");
	char *opened = is_root ? strdup(path) : folder;
	struct stat st;
	if (is_root)
		free(folder);
	if (opened && stat(opened, &st) == 0)
		f->path[f->n++] = opened;
	else
		free(opened);
}

void log_folders_get(const struct settings *s, struct log_folders *out)
{
	out->n = 0;
	for (size_t i = 0; i < s->n_logs; i++) {
		const char *path = settings_log(s, i);
		char *behind = realpath(path, NULL), *copy = NULL;
		if (is_folder(path) && (copy = strdup(path)))
			out->path[out->n++] = copy;
		else
			put_folder_of(out, path);
		if (behind && !copy)
			put_folder_of(out, behind);
		free(behind);
	}
}

void log_folders_free(struct log_folders *f)
{
	while (f->n)
		free(f->path[--f->n]);
}

bool log_is_above(const char *log, const char *path)
{
	char *a = realpath(log, NULL), *b = realpath(path, NULL);
	size_t n = a ? strlen(a) : 0;
	bool is_above = a && b && !strncmp(a, b, n) && (b[n] == '/' || b[n] == '\0');
	free(a);
	free(b);
	return is_above;
}

static bool is_same(const char *path, const char *other)
{
	struct stat a, b;
	return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Of a file, and where a link leads; a file that is made changes nothing. */
static void put_folders_of(struct log_folders *f, const char *path)
{
	char *behind = realpath(path, NULL);
	size_t before = f->n;
	put_folder_of(f, path);
	if (behind)
		put_folder_of(f, behind);
	if (f->n == before + 2 && is_same(f->path[before], f->path[before + 1]))
		free(f->path[--f->n]);
	free(behind);
}

void alert_folders_get(
	const struct settings *s, struct log_folders *writes, struct log_folders *reads)
{
	enum { READ_MAX = 4 }; // of a target
	static_assert(2 * READ_MAX * ALERT_TARGETS_MAX <= countof(reads->path));
	writes->n = reads->n = 0;
	for (size_t i = 0; i < s->n_alerts; i++) {
		const struct alert_target *t = &s->alert[i];
		const char *const read[READ_MAX] = { t->ca, t->certificate, t->key, t->outline };
		if (t->type == ALERT_TYPE_FILE)
			put_folders_of(writes, t->to);
		for (size_t k = 0; k < READ_MAX; k++)
			if (read[k][0])
				put_folders_of(reads, read[k]);
	}
}

/* Takes the folders. */
static uint64_t hash_of(struct log_folders *f)
{
	uint64_t hash = 0;
	for (size_t i = 0; i < f->n; i++) {
		struct stat st = {};
		(void)stat(f->path[i], &st);
		const uint64_t is[] = { st.st_dev, st.st_ino };
		hash = hash_bytes(is, sizeof is, hash);
	}
	log_folders_free(f);
	return hash;
}

uint64_t surroundings_of_logs(const struct settings *s)
{
	struct log_folders f;
	log_folders_get(s, &f);
	return hash_of(&f);
}

uint64_t surroundings_of_alerts(const struct settings *s)
{
	struct log_folders writes, reads;
	alert_folders_get(s, &writes, &reads);
	const uint64_t both[] = { hash_of(&writes), hash_of(&reads) };
	return hash_bytes(both, sizeof both, 0);
}

bool interface_is_up(const char *name)
{
	struct ifreq r = {};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
	bool is_up = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &r) == 0 && r.ifr_flags & IFF_UP;
	if (fd >= 0)
		close(fd);
	return is_up || !strcmp(name, "any"); // libpcap's word for all of them
}

uint64_t surroundings_of_interface(const struct settings *s)
{
	if (!s->interface[0])
		return 0;
	return (uint64_t)if_nametoindex(s->interface) << 1 | interface_is_up(s->interface);
}
