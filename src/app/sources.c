// SPDX-License-Identifier: Apache-2.0
// Folders are walked by fts(3), which sorts, and holds memory for one path only.
#include "app/sources.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source/rotation.h"

bool sources_put(struct sources *s, const char *name, struct err *e)
{
	if (s->n == SOURCES_MAX)
		return err_set(e, "at most %d files in one call", SOURCES_MAX);
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		const char **more = realloc(s->name, room * sizeof *more);
		if (!more)
			return err_sys(e, "%s", name);
		s->name = more;
		s->room = room;
	}
	s->name[s->n] = strdup(name);
	if (!s->name[s->n])
		return err_sys(e, "%s", name);
	s->n++;
	return true;
}

/* Names are kept while there is room for them; the rest is in their number. */
static void skip(struct sources *s, const char *path, const char *why)
{
	size_t used = strlen(s->skipped);
	s->n_skipped++;
	if (s->n_named + 1 < s->n_skipped)
		return;
	int n = snprintf(s->skipped + used, sizeof s->skipped - used, "%s%s (%s)", used ? ", " : "",
		path, why);
	if (used + (size_t)n < sizeof s->skipped)
		s->n_named++;
	else
		s->skipped[used] = '\0';
}

/* Why something in a folder is left out; NULL when it is not. */
static const char *reason(const FTSENT *entry)
{
	if (entry->fts_level > 0 && entry->fts_name[0] == '.')
		return "hidden";
	if (entry->fts_info == FTS_D && entry->fts_level > FOLDER_DEPTH_MAX)
		return "too deep";
	if (entry->fts_info == FTS_F && entry->fts_statp->st_size == 0)
		return "empty";
	if (entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE)
		return "a link";
	if (entry->fts_info == FTS_DEFAULT || entry->fts_info == FTS_DC)
		return "no file";
	return NULL;
}

static int by_time(const FTSENT **a, const FTSENT **b)
{
	return rotation_compare((*a)->fts_name, (*b)->fts_name);
}

/* What cannot be looked into is put too: reading it tells why. */
static bool walk(struct sources *s, char *folder, struct err *e)
{
	char *const roots[] = { folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_time);
	if (!tree)
		return err_sys(e, "read %s", folder);
	bool is_fine = true;
	for (FTSENT *entry; is_fine && (entry = fts_read(tree));) {
		const char *why = entry->fts_info == FTS_DP ? NULL : reason(entry);
		if (why) {
			skip(s, entry->fts_path, why);
			fts_set(tree, entry, FTS_SKIP);
		} else if (entry->fts_info != FTS_D && entry->fts_info != FTS_DP) {
			is_fine = sources_put(s, entry->fts_path, e);
		}
	}
	fts_close(tree);
	return is_fine;
}

static bool is_folder(const char *word)
{
	struct stat st;
	return strcmp(word, "-") != 0 && stat(word, &st) == 0 && S_ISDIR(st.st_mode);
}

bool sources_expand(struct sources *s, char **word, size_t n_words, struct err *e)
{
	for (size_t i = 0; i < n_words; i++) {
		size_t n_before = s->n;
		if (is_folder(word[i]) && !walk(s, word[i], e))
			return false;
		if (s->n == n_before && !sources_put(s, word[i], e))
			return false;
	}
	return true;
}

void sources_free(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		free((void *)(uintptr_t)s->name[i]);
	free(s->name);
	*s = (struct sources){};
}

void sources_note(const struct sources *s, struct trouble *t)
{
	uint32_t n_more = s->n_skipped - s->n_named;
	if (s->n_skipped == 0)
		return;
	if (n_more == 0)
		note_put(t, PLACE_NONE, "not read: %s", s->skipped);
	else
		note_put(t, PLACE_NONE, "not read: %s%s%u more in the folders", s->skipped,
			s->n_named ? ", and " : "", n_more);
}
