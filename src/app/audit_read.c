// SPDX-License-Identifier: Apache-2.0
// The inputs of an audit: some at a time are taken into memory, read on two threads, and put behind
// each other in the order they were named.
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/audit.h"
#include "app/command.h"
#include "app/sources.h"
#include "base/pair.h"
#include "source/input.h"

enum {
	KEPT_BYTES = 64 << 20,
	READ_CHUNK_BYTES = 1 << 16,
	BATCH_FILES = 64,
	BATCH_BYTES = 64 << 20
};

/* One input on its way. */
struct job {
	char *name, *label; // of malloc
	enum epoch epoch;
	struct bytes text;
	uint8_t *room;
	struct audit *read; // NULL without memory
	struct err e;
};

struct audit_batch {
	struct audit_run *run;
	struct job job[BATCH_FILES];
	size_t n, bytes;
	atomic_size_t next; // that nobody reads yet
};

/* What a device is called that does not say its name: its file, without the folders above `root`. */
static const char *label_of(const char *path, const char *root)
{
	size_t n = strlen(root);
	if (strcmp(path, root) && !strncmp(path, root, n))
		return path + n + strspn(path + n, "/");
	const char *slash = strrchr(path, '/');
	return strcmp(path, "-") == 0 ? "standard input" : slash && slash[1] ? slash + 1 : path;
}

/* Read all of a stream, at most PAPER_MAX. */
static bool slurp(FILE *file, struct bytes *out, uint8_t **room)
{
	size_t n = 0, cap = 0;
	uint8_t *all = NULL;
	for (size_t got = 1; got > 0 && n < PAPER_MAX && !was_interrupted(); n += got) {
		if (cap - n < READ_CHUNK_BYTES) {
			uint8_t *more = realloc(all, cap = cap ? 2 * cap : 2 * READ_CHUNK_BYTES);
			if (!more) {
				free(all);
				return false;
			}
			all = more;
		}
		got = fread(all + n, 1, READ_CHUNK_BYTES, file);
	}
	*room = all;
	*out = (struct bytes){ all, n };
	return true;
}

/* A thread: takes the next job until there is none. */
static void read_jobs(void *on)
{
	struct audit_batch *b = on;
	for (size_t i; (i = atomic_fetch_add(&b->next, 1)) < b->n;) {
		struct job *j = &b->job[i];
		j->read = audit_beside(b->run->audit, &j->e);
		if (j->read && !audit_read(j->read, j->text, j->name, j->label, j->epoch, &j->e)) {
			audit_free(j->read);
			j->read = NULL;
		}
		free(j->room);
		j->room = NULL;
	}
}

/* Read what waits. */
static void flush(struct audit_batch *b)
{
	struct audit_run *run = b->run;
	struct work all = { read_jobs, b };
	atomic_store(&b->next, 0);
	do_both(all, all, b->n > 1);
	for (size_t i = 0; i < b->n; i++) {
		struct job *j = &b->job[i];
		if (j->read && audit_append(run->audit, j->read, &j->e)) {
			hosts_read(&run->hosts, run->audit, run->audit->n_sources - 1);
		} else {
			audit_tell("%s", j->e.text);
			run->is_partly = true;
		}
		audit_free(j->read);
		free(j->name);
		free(j->label);
	}
	b->n = b->bytes = 0;
}

static bool put_job(struct audit_batch *b, struct job j, const char *name, const char *label)
{
	j.name = strdup(name);
	j.label = strdup(label);
	if (!j.name || !j.label) {
		free(j.name);
		free(j.label);
		free(j.room);
		return false;
	}
	b->job[b->n++] = j;
	b->bytes += j.text.len;
	if (b->n == BATCH_FILES || b->bytes >= BATCH_BYTES)
		flush(b);
	return true;
}

/* One input; what cannot be read is told, and the others are read. */
static void take_source(
	struct audit_batch *b, const char *path, const char *label, enum epoch epoch)
{
	struct input input;
	struct err e = {};
	struct job j = { .epoch = epoch };
	bool is_whole = false;
	if (!strcmp(path, "-") && isatty(STDIN_FILENO))
		fputs("paste the output of the device, then press Ctrl-D\n", stderr);
	if (!input_open(&input, path, &e)) {
		audit_tell("%s", e.text);
		b->run->is_partly = true;
		return;
	}
	if (input.content != CONTENT_TEXT && input.content != CONTENT_EMPTY) {
		audit_tell("%s holds %s; give the output of routers and switches as text",
			input.name, content_text(input.content));
	} else if (!slurp(input.file, &j.text, &j.room)) {
		audit_tell("no memory");
	} else {
		is_whole = j.text.len < PAPER_MAX;
		if (!is_whole)
			audit_tell("%s: more than %d MiB: the rest was not read", path,
				PAPER_MAX >> 20);
		if (!put_job(b, j, path, label)) {
			audit_tell("no memory");
			is_whole = false;
		}
	}
	if (input_is_damaged(&input, &e)) {
		audit_tell("%s", e.text);
		is_whole = false;
	}
	b->run->is_partly = b->run->is_partly || !is_whole;
	input_close(&input);
}

static bool take_word(struct audit_batch *b, char *word, enum epoch epoch)
{
	struct sources s = {};
	struct err e = {};
	if (!sources_expand(&s, &word, 1, &e)) {
		audit_tell("%s", e.text);
		sources_free(&s);
		return false;
	}
	for (size_t i = 0; i < s.n && !was_interrupted(); i++) {
		const char *label = label_of(s.name[i], word);
		bool is_pair =
			b->run->options->before && s.n == 1; // the names of two captures differ
		take_source(b, s.name[i], is_pair ? "device" : label, epoch);
	}
	if (s.n_skipped)
		audit_tell("not read: %s%s", s.skipped, s.n_named < s.n_skipped ? " and more" : "");
	sources_free(&s);
	return true;
}

bool audit_read_all(struct audit_run *run, char **word, int n_words)
{
	const struct audit_options *o = run->options;
	struct audit_batch *b = calloc(1, sizeof *b);
	if (!b) {
		audit_tell("no memory");
		return false;
	}
	b->run = run;
	/* What is freed after one text is taken again for the next: it need not go to the kernel and back. */
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES / 2);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	bool ok = true;
	if (o->before)
		ok = take_word(b, (char *)(uintptr_t)o->before, EPOCH_BEFORE) &&
		     take_word(b, (char *)(uintptr_t)o->after, EPOCH_NOW);
	for (int i = 0; ok && !o->before && i < n_words; i++)
		ok = take_word(b, word[i], EPOCH_NOW);
	flush(b);
	free(b);
	return ok;
}
