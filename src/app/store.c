// SPDX-License-Identifier: Apache-2.0
// cordon store: whether it is whole, a copy of it, and its room; beside a daemon that uses it.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "base/typo.h"
#include "incident/board.h"
#include "model/settings.h"
#include "output/json.h"
#include "store/store.h"

struct store_options {
	const char *state;
	bool json;
};

/* A store that was read to its end, or to where it is damaged. */
struct stock {
	struct store *store;
	struct board *board;
	uint64_t n_events, n_incidents, n_hosts, n_bytes, n_free;
};

static bool take(void *ctx, const struct event *ev)
{
	struct stock *k = ctx;
	k->n_events++;
	board_apply(k->board, ev);
	return true;
}

static void stock_close(struct stock *k)
{
	board_free(k->board);
	store_close(k->store);
	*k = (struct stock){};
}

/* Whole, and its events replayed; else `e`, with the code EUCLEAN when it is damaged. */
static bool stock_open(struct stock *k, const char *directory, enum store_mode mode, struct err *e)
{
	k->store = store_open(directory, mode, e);
	k->board = k->store ? board_new() : NULL;
	if (!k->store)
		return false;
	if (!k->board)
		return err_set(e, "no memory");
	if (!store_verify(k->store, e) || !store_replay(k->store, 1, take, k, e))
		return false;
	k->n_incidents = k->board->incident.n;
	k->n_hosts = k->board->host.n;
	return store_size(k->store, &k->n_bytes, &k->n_free, e);
}

static int fail(const struct err *e)
{
	fprintf(stderr, "cordon store: %s\n", e->text);
	return e->code == EUCLEAN ? EXIT_FOUND : EXIT_ERROR;
}

/* On what the board refuses it goes on, as every other command does; it is told. */
static void tell_refused(const struct board *b)
{
	if (b->n_refused)
		fprintf(stderr,
			"cordon store: %" PRIu64
			" events say what cannot be, and are passed over; the "
			"last: %s\n",
			b->n_refused, b->why.text);
}

static void tell(const struct stock *k, const char *path, const char *words, bool is_json)
{
	struct json j = { .out = stdout };
	if (!is_json) {
		printf("%s: %s: %" PRIu64 " events, %" PRIu64 " incidents, %" PRIu64
		       " hosts; %" PRIu64 " bytes, %" PRIu64 " of them free\n",
			path, words, k->n_events, k->n_incidents, k->n_hosts, k->n_bytes,
			k->n_free);
		return;
	}
	json_open(&j, '{');
	json_key(&j, "type");
	json_text(&j, "store");
	json_key(&j, "path");
	json_text(&j, path);
	const struct {
		const char *key;
		uint64_t v;
	} numbers[] = { { "events", k->n_events }, { "events_refused", k->board->n_refused },
		{ "incidents", k->n_incidents }, { "hosts", k->n_hosts }, { "bytes", k->n_bytes },
		{ "bytes_free", k->n_free } };
	for (size_t i = 0; i < countof(numbers); i++) {
		json_key(&j, numbers[i].key);
		json_uint(&j, numbers[i].v);
	}
	json_close(&j, '}');
	json_end(&j);
}

static int check(const struct store_options *o, struct stock *k, const char *)
{
	tell(k, store_path(k->store), "whole", o->json);
	tell_refused(k->board);
	return EXIT_NOTHING;
}

/* The copy is opened and replayed in its turn: one that nobody ever read is none. */
static int backup(const struct store_options *o, struct stock *k, const char *directory)
{
	struct err e = {};
	struct stock made = {};
	int code = EXIT_NOTHING;
	if (!store_backup(k->store, directory, &e) || !stock_open(&made, directory, STORE_READ, &e))
		code = fail(&e);
	else if (made.n_events < k->n_events)
		code = fail(&(struct err){ .text = "the copy has fewer events than the store" });
	else
		tell(&made, store_path(made.store), "a copy that is whole", o->json);
	stock_close(&made);
	return code;
}

static int vacuum(const struct store_options *o, struct stock *k, const char *)
{
	struct err e = {};
	if (!store_vacuum(k->store, &e) || !store_size(k->store, &k->n_bytes, &k->n_free, &e))
		return fail(&e);
	tell(k, store_path(k->store), "vacuumed", o->json);
	return EXIT_NOTHING;
}

static const struct {
	const char *name, *words;
	int n_words; // behind the verb
	enum store_mode mode;
	int (*run)(const struct store_options *o, struct stock *k, const char *word);
} verbs[] = {
	{ "check", "", 0, STORE_READ, check },
	{ "backup", "DIR", 1, STORE_READ, backup },
	{ "vacuum", "", 0, STORE_WRITE, vacuum },
};

static int verb_run(size_t v, const struct store_options *o, const char *word)
{
	struct settings settings;
	struct stock k = {};
	struct err e = {};
	settings_init(&settings);
	const char *directory = o->state ? o->state : settings.state_directory;
	// A store that is not there is not made only to be looked at.
	struct store *there = store_open(directory, STORE_READ, &e);
	store_close(there);
	int code = there && stock_open(&k, directory, verbs[v].mode, &e) ? verbs[v].run(o, &k, word)
									 : fail(&e);
	stock_close(&k);
	return code;
}

static int store_run_command(const void *options, char **word, int n_words)
{
	const char *name[countof(verbs)];
	for (size_t v = 0; v < countof(verbs); v++) {
		name[v] = verbs[v].name;
		if (n_words == 0 || strcmp(word[0], name[v]))
			continue;
		if (n_words - 1 == verbs[v].n_words)
			return verb_run(v, options, n_words > 1 ? word[1] : NULL);
		if (verbs[v].n_words == 0)
			fprintf(stderr,
				"cordon store %s: takes no '%s'; the directory is named by "
				"--state\n",
				name[v], word[1]);
		else
			fprintf(stderr, "usage: cordon store %s %s [--state DIR]\n", name[v],
				verbs[v].words);
		return EXIT_ERROR;
	}
	const char *near = n_words ? typo_nearest((struct str){ word[0], strlen(word[0]) }, name,
					     countof(name))
				   : NULL;
	fprintf(stderr, "cordon store: %s%s%s", n_words ? "no verb '" : "say what to do",
		n_words ? word[0] : "", n_words ? "'" : "");
	if (near)
		fprintf(stderr, ", did you mean '%s'?\n", near);
	else
		fputs(": check, backup, vacuum\n", stderr);
	return EXIT_ERROR;
}

#define MEMBER(m) offsetof(struct store_options, m)
static const struct option_row store_options[] = {
	{ .name = "state",
		.letter = 's',
		.value = "DIR",
		.type = OPTION_TEXT,
		.offset = MEMBER(state),
		.takes_file = true,
		.about = "State directory of cordon watch; of root /var/lib/cordon unless told" },
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = MEMBER(json),
		.about = "Say it as a JSON object" },
};

const struct command store_command = {
	.name = "store",
	.synopsis = "check | backup DIR | vacuum",
	.about = "Check the store of incidents, copy it while it is in use, make it smaller",
	.option = store_options,
	.n_options = countof(store_options),
	.options_size = sizeof(struct store_options),
	.run = store_run_command,
};
