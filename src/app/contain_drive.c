// SPDX-License-Identifier: Apache-2.0
// Programs are run by sh, for their words are data; all of them are checked before they are given a text.
#include "app/contain_drive.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/contain.h"
#include "app/exabgp.h"

enum { OUTPUT_MAX = 64 << 20, ARGUMENTS_MAX = 8, LACK_BYTES = 96 };

#define RIB_UNICAST "gobgp global rib -a ipv4"
#define RIB_FLOWSPEC "gobgp global rib -a ipv4-flowspec && gobgp global rib -a ipv6-flowspec"

/* Commands of gobgp, each a line of the text. */
#define GOBGP(name, rib) \
	{ \
		.target = name, .program = "gobgp", .apply = "sh \"$1\"", .now = rib, \
		.is_incremental = true, \
	}

const struct driver drivers[] = {
	{ .target = "nftables",
		.program = "nft",
		.check = "nft -c -f \"$1\"",
		.apply = "nft -f \"$1\"",
		.capability = CAP_NET_ADMIN,
		.capability_name = "CAP_NET_ADMIN",
		.now = "nft list tables >/dev/null 2>&1 && "
		       "{ nft -j list table inet cordon 2>/dev/null || true; }",
		.keep = "echo 'table inet cordon'; echo 'delete table inet cordon'; "
			"nft list table inet cordon 2>/dev/null || true",
		.end = "nft list tables >/dev/null && "
		       "{ nft delete table inet cordon 2>/dev/null || true; }" },
	GOBGP("flowspec-gobgp", RIB_FLOWSPEC),
	GOBGP("rtbh-destination", RIB_UNICAST),
	GOBGP("rtbh-source", RIB_UNICAST),
	{ .target = "flowspec-exabgp",
		.program = "ExaBGP",
		.apply = "grep -v '^#' \"$1\" >\"$2\"",
		.is_incremental = true,
		.is_exabgp = true },
};
const size_t n_drivers = countof(drivers);

const struct driver *driver_of(const char *target)
{
	for (size_t i = 0; i < n_drivers; i++)
		if (!strcmp(drivers[i].target, target))
			return &drivers[i];
	return NULL;
}

/* All that comes out of a pipe, with a NUL behind; NULL when there is no memory, or too much. */
static char *read_all(int fd)
{
	size_t len = 0, room = 1 << 16;
	char *text = malloc(room + 1);
	ssize_t n = 0;
	while (text && (n = read(fd, text + len, room - len)) > 0) {
		len += (size_t)n;
		if (len < room)
			continue;
		room *= 2;
		char *more = room <= OUTPUT_MAX ? realloc(text, room + 1) : NULL;
		if (!more)
			free(text);
		text = more;
	}
	if (text)
		text[len] = '\0';
	return text;
}

bool shell_run(const char *words, const char *const *arg, char **out)
{
	const char *argv[ARGUMENTS_MAX + 5] = { "sh", "-c", words, "sh" };
	int pipes[2] = { -1, -1 }, status = 0;
	for (size_t i = 0; arg && arg[i] && i < ARGUMENTS_MAX; i++)
		argv[4 + i] = arg[i];
	if (out && pipe2(pipes, O_CLOEXEC))
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		sigset_t none;
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (out)
			dup2(pipes[1], STDOUT_FILENO);
		execv("/bin/sh", (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (out) {
		close(pipes[1]);
		*out = read_all(pipes[0]);
		close(pipes[0]);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A file of two names may be another's. */
void file_give(int fd, const char *path)
{
	char folder[CONTAIN_PATH_BYTES];
	struct stat own, st;
	const char *slash = strrchr(path, '/');
	snprintf(
		folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	if (geteuid() != 0 || fd < 0 || fstat(fd, &own) ||
		(!S_ISDIR(own.st_mode) && own.st_nlink != 1))
		return;
	if (stat(folder, &st) == 0 && fchown(fd, st.st_uid, st.st_gid))
		contain_tell("%s: it stays root's: %m", path);
}

bool file_put(const char *path, const char *text)
{
	char fresh[CONTAIN_PATH_BYTES + 8];
	snprintf(fresh, sizeof fresh, "%s.new", path);
	unlink(fresh);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t len = strlen(text), done = 0;
	ssize_t n = 0;
	while (fd >= 0 && done < len && (n = write(fd, text + done, len - done)) > 0)
		done += (size_t)n;
	file_give(fd, path);
	bool ok = fd >= 0 && done == len && fsync(fd) == 0 && rename(fresh, path) == 0;
	if (!ok)
		contain_tell("write %s: %m", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

bool folder_make(const char *path)
{
	bool is_new = mkdir(path, 0700) == 0;
	if (!is_new && errno != EEXIST) {
		contain_tell("make %s: %m", path);
		return false;
	}
	int fd = is_new ? open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
	file_give(fd, path);
	if (fd >= 0)
		close(fd);
	return true;
}

const char *driver_path(const char *directory, const struct driver *d, const char *ending,
	char room[static CONTAIN_PATH_BYTES])
{
	snprintf(room, CONTAIN_PATH_BYTES, "%s/contain.%s%s", directory, d->target, ending);
	return room;
}

/* Why a program may have failed: a child gets a capability as root, or when it is an ambient one of ours. */
static const char *lack(const struct driver *d, char room[static LACK_BYTES])
{
	room[0] = '\0';
	if (d->capability &&
		!(geteuid() ? prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, d->capability, 0, 0) == 1
			    : prctl(PR_CAPBSET_READ, d->capability, 0, 0, 0) == 1))
		snprintf(room, LACK_BYTES,
			"; %s is missing: be root, or give it as an ambient capability",
			d->capability_name);
	return room;
}

/* What is in force, for free(); NULL with `e` filled: it cannot be asked. */
static char *ask(const struct driver *d, const char *pipe, struct err *e)
{
	char *text = NULL, room[LACK_BYTES];
	if (d->is_exabgp)
		return exabgp_ask(pipe, &text, e) ? text : NULL;
	if (shell_run(d->now, NULL, &text) && text)
		return text;
	free(text);
	err_set(e, "%s failed%s", d->program, lack(d, room));
	return NULL;
}

enum now driver_now(const struct driver *d, const char *pipe, struct applied *out, struct err *e)
{
	char *text = ask(d, pipe, e);
	enum now now = NOW_READ;
	*out = (struct applied){ .policy.rest = ACTION_PERMIT };
	if (!text)
		now = NOW_MUTE;
	else if (!*text)
		now = NOW_NOTHING;
	else if (!applied_read((struct str){ text, strlen(text) }, NULL, out, e))
		now = NOW_UNREADABLE;
	if (now != NOW_READ && now != NOW_UNREADABLE)
		policy_index(&out->policy, e);
	free(text);
	return now;
}

/* A pipe that nobody reads would be waited for without end. */
static bool pipe_is_read(const struct driver *d, const char *pipe)
{
	if (!d->is_exabgp)
		return true;
	int fd = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return true;
	}
	contain_tell("open %s: %s", pipe,
		errno == ENXIO ? "ExaBGP does not read it; is it running?" : strerror(errno));
	return false;
}

bool driver_hand(const struct driver *d, const char *path, const char *pipe)
{
	const char *arg[] = { path, pipe, NULL };
	struct err e = {};
	char *text = NULL, room[LACK_BYTES];
	size_t len;
	if (!pipe_is_read(d, pipe))
		return false;
	if (!d->is_exabgp || !exabgp_answers(pipe)) {
		if (shell_run(d->apply, arg, NULL))
			return true;
		contain_tell("%s: failed%s", d->apply, lack(d, room));
		return false;
	}
	bool ok = file_read(path, &text, &len);
	if (ok && !exabgp_tell(pipe, text, &e)) {
		contain_tell("%s", e.text);
		ok = false;
	}
	free(text);
	return ok;
}

/* Whether a text has this line. */
static bool has_line(const char *text, const char *line, size_t len)
{
	for (const char *at = text; (at = strstr(at, line)); at++)
		if ((at == text || at[-1] == '\n') && (at[len] == '\n' || !at[len]))
			return true;
	return false;
}

void lines_gone(const char *old, const char *now, FILE *out)
{
	for (size_t n; *old; old += n + (old[n] == '\n')) {
		n = strcspn(old, "\n");
		char *line = strndup(old, n);
		if (n && line && !has_line(now, line, n))
			fprintf(out, "%s\n", line);
		free(line);
	}
}

/* Of the plan before, what takes away the rules that this one has no more. */
static bool drop_old(const struct driver *d, const struct push *p)
{
	char *old = NULL, *gone = NULL, path[CONTAIN_PATH_BYTES];
	size_t len, gone_len;
	driver_path(p->directory, d, ".undo", path);
	if (!d->is_incremental || access(path, R_OK) || !file_read(path, &old, &len))
		return true;
	FILE *out = open_memstream(&gone, &gone_len);
	if (out) {
		lines_gone(old, p->undo, out);
		fclose(out);
	}
	driver_path(p->directory, d, ".undo.gone", path);
	bool ok = !gone || !*gone || (file_put(path, gone) && driver_hand(d, path, p->pipe));
	free(gone);
	free(old);
	return ok;
}

bool driver_push(const struct driver *d, const struct push *p)
{
	char path[CONTAIN_PATH_BYTES], room[LACK_BYTES];
	const char *arg[] = { driver_path(p->directory, d, "", path), p->pipe, NULL };
	if (!pipe_is_read(d, p->pipe) || !file_put(path, p->text))
		return false;
	if (d->check && !shell_run(d->check, arg, NULL)) {
		contain_tell("refused by the check: %s%s", d->check, lack(d, room));
		return false;
	}
	if (!driver_hand(d, arg[0], p->pipe))
		return false;
	if (!drop_old(d, p))
		contain_tell("some rules of the plan before could not be taken away");
	return true;
}
