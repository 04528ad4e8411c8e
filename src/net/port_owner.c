// SPDX-License-Identifier: Apache-2.0
// /proc/net/udp and tcp tell the inode of a port's socket, the links in /proc/PID/fd who has it open.
#include "net/port_owner.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { INODES_MAX = 16, PATH_BYTES = 320, LINE_BYTES = 512, NAME_BYTES = 32 };
enum { STATE_CLOSE = 7, STATE_LISTEN = 10 }; // of Linux: UDP without a peer, TCP

struct inodes {
	size_t n;
	uint64_t inode[INODES_MAX];
};

/* Columns: slot, local address:port, remote, state, queues, timer, retransmits, user, timeout, inode. */
static void inodes_read(struct inodes *s, const char *table, unsigned state, uint16_t port)
{
	FILE *f = fopen(table, "re");
	char line[LINE_BYTES];
	while (f && fgets(line, sizeof line, f)) {
		unsigned at, in;
		uint64_t inode;
		if (sscanf(line, " %*d: %*[0-9A-F]:%x %*s %x %*s %*s %*s %*s %*s %" SCNu64, &at,
			    &in, &inode) == 3 &&
			at == port && (in == state || state == STATE_CLOSE) && s->n < INODES_MAX)
			s->inode[s->n++] = inode;
	}
	if (f)
		fclose(f);
}

static bool is_one(const struct inodes *s, const char *link)
{
	uint64_t inode;
	if (sscanf(link, "socket:[%" SCNu64 "]", &inode) != 1)
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->inode[i] == inode)
			return true;
	return false;
}

static bool process_has(const char *pid, const struct inodes *s)
{
	char path[PATH_BYTES], link[LINE_BYTES];
	snprintf(path, sizeof path, "/proc/%s/fd", pid);
	DIR *d = opendir(path);
	bool has = false;
	for (struct dirent *f; d && !has && (f = readdir(d));) {
		ssize_t n = readlinkat(dirfd(d), f->d_name, link, sizeof link - 1);
		if (n <= 0)
			continue;
		link[n] = '\0';
		has = is_one(s, link);
	}
	if (d)
		closedir(d);
	return has;
}

static void name_of(const char *pid, char *room, size_t size)
{
	char path[PATH_BYTES], name[NAME_BYTES] = "?";
	snprintf(path, sizeof path, "/proc/%s/comm", pid);
	FILE *f = fopen(path, "re");
	if (f && fgets(name, sizeof name, f))
		name[strcspn(name, "\n")] = '\0';
	if (f)
		fclose(f);
	for (char *c = name; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '?'; // a process may call itself as it likes
	snprintf(room, size, "%s (process %s)", name, pid);
}

bool port_owner(uint16_t port, bool is_tcp, char *room, size_t size)
{
	struct inodes s = {};
	unsigned state = is_tcp ? STATE_LISTEN : STATE_CLOSE;
	inodes_read(&s, is_tcp ? "/proc/net/tcp" : "/proc/net/udp", state, port);
	inodes_read(&s, is_tcp ? "/proc/net/tcp6" : "/proc/net/udp6", state, port);
	DIR *d = s.n ? opendir("/proc") : NULL;
	bool is_found = false;
	for (struct dirent *p; d && !is_found && (p = readdir(d));) {
		is_found = isdigit((unsigned char)p->d_name[0]) && process_has(p->d_name, &s);
		if (is_found)
			name_of(p->d_name, room, size);
	}
	if (d)
		closedir(d);
	return is_found;
}
