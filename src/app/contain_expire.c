// SPDX-License-Identifier: Apache-2.0
// cordon contain --expire: what a person applies when entries of a plan have ended, for devices where nothing ends
// by itself and that cordon does not drive.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/contain_drive.h"
#include "model/words.h"

/* The plan as it was applied: the name of its list, and what takes it back. */
static char *undo_of_all(const struct contain_options *o, const struct plan *all, uint64_t at_ms,
	char name[static 16])
{
	struct job whole = { .is_quiet = true };
	struct err e = {};
	size_t len;
	char *undo = NULL;
	bool ok = job_options(&whole, o);
	whole.plan.at_ms = at_ms;
	for (size_t i = 0; i < all->n && ok; i++)
		ok = plan_put(&whole.plan, &all->entry[i], &e);
	if (ok && job_existing(&whole) && job_compile(&whole)) {
		struct writing w = job_writing(&whole);
		undo = job_text(&whole, &w, true, &len);
		memcpy(name, w.name, sizeof w.name);
	}
	job_fini(&whole);
	return undo;
}

/* Some go on: commands are taken back one by one, all else is written anew in the place of the old. */
static int print_rest(struct job *j, const char *old, const char *name)
{
	size_t len;
	const struct driver *d = driver_of(j->target->name);
	bool is_by_line = d && d->is_incremental;
	if (j->target->is_list && !j->device.old_list)
		j->device.old_list = name;
	if (!job_existing(j) || !job_compile(j))
		return EXIT_ERROR;
	struct writing w = job_writing(j);
	char *text = job_text(j, &w, is_by_line, &len);
	if (text && is_by_line)
		lines_gone(old, text, stdout);
	else if (text)
		fputs(text, stdout);
	free(text);
	return text ? EXIT_FOUND : EXIT_ERROR;
}

int contain_expire(struct job *j)
{
	char name[16] = "", next[TIME_TEXT_BYTES];
	struct plan all = {};
	struct err e = {};
	bool ok = true;
	uint64_t first_ms = UINT64_MAX;
	if (!j->target) {
		contain_tell("--expire: for which target was it applied? --to TARGET");
		return EXIT_ERROR;
	}
	for (size_t i = 0; i < j->plan.n && ok; i++)
		ok = plan_put(&all, &j->plan.entry[i], &e);
	size_t n_ended = plan_expire(&j->plan);
	for (size_t i = 0; i < j->plan.n; i++)
		first_ms =
			j->plan.entry[i].until_ms < first_ms ? j->plan.entry[i].until_ms : first_ms;
	int code = EXIT_NOTHING;
	char *undo = ok && n_ended ? undo_of_all(j->o, &all, j->plan.at_ms, name) : NULL;
	if (n_ended == 0) {
		contain_tell("nothing has ended yet; the first entry does so at %s",
			time_format(first_ms, next));
	} else if (!undo) {
		code = EXIT_ERROR;
	} else {
		contain_tell("%zu entries have ended, %zu go on", n_ended, j->plan.n);
		if (j->plan.n == 0)
			fputs(undo, stdout);
		code = j->plan.n ? print_rest(j, undo, name) : EXIT_FOUND;
	}
	free(undo);
	plan_fini(&all);
	return code;
}
