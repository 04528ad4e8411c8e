// SPDX-License-Identifier: Apache-2.0
// cordon contain --apply: this machine's nft, gobgp or ExaBGP takes the plan, after a person has seen
// what changes and has typed the plan's hash. What was done, by whom and why is written down.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/actor.h"
#include "app/contain.h"
#include "contain/applied.h"
#include "contain/diff.h"
#include "model/settings.h"
#include "output/json.h"

enum { PATH_BYTES = 4096, SHOWN_OF_HASH = 8, OUTPUT_MAX = 64 << 20 };

/** How a target is driven. */
static const struct driver {
	const char *target;
	const char *check, *apply; // words of sh, with the file in $1
	const char *now;           // prints what is in force; empty when there is nothing
	const char *keep;          // prints what takes this plan's place back
	bool is_incremental;       // old rules stay unless they are taken away
} drivers[] = {
	{ "nftables", "nft -c -f \"$1\"", "nft -f \"$1\"",
		"nft -j list table inet cordon 2>/dev/null || true",
		"echo 'table inet cordon'; echo 'delete table inet cordon'; "
		"nft list table inet cordon 2>/dev/null || true",
		false },
	{ "flowspec-gobgp", NULL, "sh \"$1\"",
		"gobgp global rib -a ipv4-flowspec && gobgp global rib -a ipv6-flowspec", NULL,
		true },
	{ "rtbh-destination", NULL, "sh \"$1\"", "gobgp global rib -a ipv4", NULL, true },
	{ "rtbh-source", NULL, "sh \"$1\"", "gobgp global rib -a ipv4", NULL, true },
	{ "flowspec-exabgp", NULL, "grep -v '^#' \"$1\" >\"$2\"", NULL, NULL, true },
};

static const struct driver *driver_of(const struct target *t)
{
	for (size_t i = 0; i < countof(drivers); i++)
		if (!strcmp(drivers[i].target, t->name))
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

/* Run words of sh with $1 and $2; its output, when `out` is given, goes to a memory of its own. */
static bool run(const char *words, const char *one, const char *two, char **out)
{
	int pipes[2] = { -1, -1 }, status = 0;
	if (out && pipe2(pipes, O_CLOEXEC))
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		if (out)
			dup2(pipes[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", words, "sh", one, two, (char *)NULL);
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

static bool file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t len = strlen(text), done = 0;
	ssize_t n = 0;
	while (fd >= 0 && done < len && (n = write(fd, text + done, len - done)) > 0)
		done += (size_t)n;
	bool ok = fd >= 0 && done == len && fsync(fd) == 0;
	if (!ok)
		contain_tell("write %s: %m", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

static void show_change(void *ctx, enum change change, const struct box *box)
{
	static const char *const words[] = { [CHANGE_BLOCKED] = "+ newly blocked  ",
		[CHANGE_UNBLOCKED] = "- newly unblocked",
		[CHANGE_UNKNOWN] = "? unknown        " };
	char room[BOX_TEXT_BYTES];
	++*(uint64_t *)ctx;
	fprintf(stderr, "%s  %s\n", words[change], box_text(box, room));
}

/* What changes against what is in force; what cannot be read is said, and does not stop a person.
 * Gives whether anything changes, as far as it is known. */
static bool show_diff(const struct job *j, const struct driver *d)
{
	struct applied now = {};
	struct err e = {};
	char *text = NULL;
	uint64_t n_changes = 0;
	bool is_told = d->now && run(d->now, "", "", &text) && text;
	if (!is_told || !*text) {
		contain_tell(is_told ? "nothing is in force yet"
				     : "what is in force now cannot be asked: all of this is new");
		now.policy.rest = ACTION_PERMIT;
		policy_index(&now.policy, &e);
	} else if (!applied_read((struct str){ text, strlen(text) }, NULL, &now, &e)) {
		contain_tell("what is in force now: %s", e.text);
		free(text);
		applied_fini(&now);
		return true;
	}
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (policy_diff(&now.policy, &j->effect, f, show_change, &n_changes) != DIFF_DONE)
			contain_tell("too tangled to compare: what changes is unknown");
	if (n_changes == 0)
		contain_tell("no packet changes its fate");
	applied_fini(&now);
	free(text);
	return n_changes > 0 || !is_told;
}

static bool confirmed(const struct job *j, const char *hash)
{
	char typed[64] = "";
	if (j->o->hash) {
		if (!strcmp(j->o->hash, hash))
			return true;
		contain_tell("refused: --confirm is of another plan; this one is %s", hash);
		return false;
	}
	FILE *tty = fopen("/dev/tty", "r+e");
	if (!tty) {
		contain_tell("refused: nobody is there to confirm; --confirm %s says it", hash);
		return false;
	}
	fprintf(tty, "Type the first %d characters of plan %s to apply it: ", SHOWN_OF_HASH, hash);
	fflush(tty);
	bool ok = fgets(typed, sizeof typed, tty) && strlen(typed) == SHOWN_OF_HASH + 1 &&
		  !strncmp(typed, hash, SHOWN_OF_HASH);
	fclose(tty);
	if (!ok)
		contain_tell("not applied");
	return ok;
}

/* Who, when, why, until when, what: one line, on the disk before anything else happens, and after. */
static bool audit(const struct job *j, const char *directory, const char *hash, const char *result)
{
	char path[PATH_BYTES + 64], at[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES], who[ACTOR_BYTES];
	char *line = NULL;
	size_t len = 0;
	uint64_t last = 0;
	snprintf(path, sizeof path, "%s/contain.audit", directory);
	for (size_t i = 0; i < j->plan.n; i++)
		last = j->plan.entry[i].until_ms > last ? j->plan.entry[i].until_ms : last;
	actor_get(who);
	FILE *out = open_memstream(&line, &len);
	if (!out)
		return false;
	struct json json = { .out = out };
	const struct {
		const char *key, *value;
	} member[] = { { "at", time_format((uint64_t)time(NULL) * 1000, at) }, { "who", who },
		{ "why", j->o->reason }, { "target", j->target->name }, { "plan", hash },
		{ "until", time_format(last, until) }, { "result", result } };
	json_open(&json, '{');
	for (size_t i = 0; i < countof(member); i++) {
		json_key(&json, member[i].key);
		json_text(&json, member[i].value);
	}
	json_key(&json, "hosts");
	json_uint(&json, plan_hosts(&j->plan));
	json_close(&json, '}');
	json_end(&json);
	fclose(out);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = line && fd >= 0 && write(fd, line, len) == (ssize_t)len && fsync(fd) == 0;
	if (!ok)
		contain_tell("write %s: %m", path);
	if (fd >= 0)
		close(fd);
	free(line);
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

/* Of the plan before, what takes away the rules that this one has no more. */
static bool drop_old(
	const struct driver *d, const char *old_path, const char *undo, const char *pipe)
{
	char *old = NULL, *gone = NULL, path[PATH_BYTES + 80];
	size_t len, gone_len;
	if (!d->is_incremental || access(old_path, R_OK) || !file_read(old_path, &old, &len))
		return true;
	FILE *out = open_memstream(&gone, &gone_len);
	for (char *line = old, *end; out && *line; line = end) {
		end = line + strcspn(line, "\n");
		size_t n = (size_t)(end - line);
		end += *end == '\n';
		line[n] = '\0';
		if (n && !has_line(undo, line, n))
			fprintf(out, "%s\n", line);
	}
	if (out)
		fclose(out);
	snprintf(path, sizeof path, "%s.gone", old_path);
	bool ok = !gone || !*gone || (file_write(path, gone) && run(d->apply, path, pipe, NULL));
	free(gone);
	free(old);
	return ok;
}

static char *undo_text(const struct job *j, struct writing *w, const struct driver *d)
{
	char *text = NULL;
	size_t len;
	if (d->keep && run(d->keep, "", "", &text) && text)
		return text;
	free(text);
	text = NULL;
	w->out = open_memstream(&text, &len);
	if (w->out) {
		j->target->undo(w);
		fclose(w->out);
	}
	return text;
}

/* A pipe that nobody reads would be waited for without end. */
static bool pipe_is_read(const struct driver *d, const char *pipe)
{
	if (strcmp(d->target, "flowspec-exabgp") != 0)
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

static bool carry_out(struct job *j, const struct driver *d, const char *directory,
	const char *text, const char *undo, bool changes)
{
	char plan[PATH_BYTES + 64], back[PATH_BYTES + 64];
	const char *pipe = j->o->pipe ? j->o->pipe : "/run/exabgp/exabgp.in";
	snprintf(plan, sizeof plan, "%s/contain.%s", directory, d->target);
	snprintf(back, sizeof back, "%s/contain.%s.undo", directory, d->target);
	if (!pipe_is_read(d, pipe) || !file_write(plan, text))
		return false;
	if (d->check && !run(d->check, plan, pipe, NULL)) {
		contain_tell("refused by the check: %s", d->check);
		return false;
	}
	if (!run(d->apply, plan, pipe, NULL)) {
		contain_tell("%s: failed; what takes it back: %s", d->apply, back);
		return false;
	}
	if (!drop_old(d, back, undo, pipe))
		contain_tell("some rules of the plan before could not be taken away");
	// what was applied already has its way back from before the first time
	if ((changes || access(back, F_OK)) && !file_write(back, undo))
		return false;
	contain_tell("applied; what takes it back: %s", back);
	return true;
}

int contain_apply(struct job *j, struct writing *w, const char *text)
{
	const struct driver *d = driver_of(j->target);
	struct settings settings;
	settings_init(&settings);
	const char *directory = j->o->state ? j->o->state : settings.state_directory;
	if (!d) {
		contain_tell(
			"--apply drives nft, gobgp and ExaBGP on this machine; the text for %s is "
			"for you to apply",
			j->target->name);
		return EXIT_ERROR;
	}
	if (!j->o->reason || !*j->o->reason) {
		contain_tell("--apply needs --reason: why, for the audit trail");
		return EXIT_ERROR;
	}
	bool changes = show_diff(j, d);
	if (!confirmed(j, w->hash))
		return EXIT_ERROR;
	if (mkdir(directory, 0700) && errno != EEXIST) {
		contain_tell("make %s: %m", directory);
		return EXIT_ERROR;
	}
	char *undo = undo_text(j, w, d);
	bool ok = undo && audit(j, directory, w->hash, "begun");
	if (ok) {
		ok = carry_out(j, d, directory, text, undo, changes);
		ok = audit(j, directory, w->hash, ok ? "applied" : "failed") && ok;
	}
	free(undo);
	return ok ? EXIT_FOUND : EXIT_ERROR;
}
