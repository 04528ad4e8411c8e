// SPDX-License-Identifier: Apache-2.0
// cordon incident: the board of incidents, to read and to work with.
#include "app/incident.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/command.h"
#include "app/status_words.h"
#include "base/typo.h"
#include "model/settings.h"
#include "model/words.h"

enum { WORDS_MANY = 1 << 16 };

static const struct {
	const char *name, *words;
	int least, most; // words behind the verb
	enum store_mode mode;
	int (*run)(struct desk *d, char **word, int n);
} verbs[] = {
	{ "list", "", 0, 0, STORE_READ, incident_list },
	{ "show", "ID", 1, 1, STORE_READ, incident_show },
	{ "explain", "ID|HOST", 1, 1, STORE_READ, incident_explain },
	{ "note", "ID TEXT ...", 2, WORDS_MANY, STORE_WRITE, incident_note },
	{ "assign", "ID WHO", 2, 2, STORE_WRITE, incident_assign },
	{ "set", "HOST STATE", 2, 2, STORE_WRITE, incident_set },
	{ "address", "HOST ADDRESS", 2, 2, STORE_WRITE, incident_address },
	{ "merge", "ID OTHER", 2, 2, STORE_WRITE, incident_merge },
	{ "split", "ID HOST ...", 2, WORDS_MANY, STORE_WRITE, incident_split },
	{ "export", "ID|all", 1, 1, STORE_READ, incident_export },
	{ "import", "FILE|-", 1, 1, STORE_WRITE, incident_import },
};

uint64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool take(void *ctx, const struct event *ev)
{
	board_apply(ctx, ev);
	return true;
}

bool desk_replay(struct desk *d)
{
	struct err e = {};
	if (store_replay(d->store, d->board->last_id + 1, take, d->board, &e))
		return true;
	fprintf(stderr, "cordon incident: %s\n", e.text);
	return false;
}

static uint64_t number_of(const char *text)
{
	uint64_t v = 0;
	for (; *text >= '0' && *text <= '9' && v < UINT32_MAX; text++)
		v = v * 10 + (uint64_t)(*text - '0');
	return *text ? 0 : v;
}

uint64_t desk_incident(const struct desk *d, const char *word)
{
	uint64_t id = number_of(word);
	if (board_incident(d->board, id))
		return id;
	fprintf(stderr, "cordon incident: no incident '%s'; 'cordon incident list' has them\n",
		word);
	return 0;
}

/* Who had an address last, for whoever asks for the one that has it. */
static void tell_former(const struct desk *d, const struct addr *a, const char *word)
{
	const struct address_row *row, *last = NULL;
	char time[TIME_TEXT_BYTES];
	for (uint32_t at = 1; (row = board_address(d->board, at)); at++)
		if (addr_eq(&row->addr, a) && (!last || row->until_ms > last->until_ms))
			last = row;
	if (last)
		fprintf(stderr,
			"cordon incident: %s is nobody's now; until %s it was that of host h%u\n",
			word, time_format(last->until_ms, time), last->host);
	else
		fprintf(stderr, "cordon incident: no host '%s' in any incident\n", word);
}

uint64_t desk_host(const struct desk *d, const char *word)
{
	struct addr a;
	bool is_address = addr_parse((struct str){ word, strlen(word) }, &a);
	uint64_t host = *word == 'h' ? number_of(word + 1) : 0;
	if (is_address)
		host = board_host_at(d->board, &a, clock_ms());
	if (board_host(d->board, host))
		return host;
	if (is_address)
		tell_former(d, &a, word);
	else
		fprintf(stderr, "cordon incident: no host '%s' in any incident\n", word);
	return 0;
}

const struct member *desk_member(const struct desk *d, const char *word)
{
	const struct host_row *h = board_host(d->board, desk_host(d, word));
	const struct member *m, *found = NULL;
	for (uint32_t at = h ? h->first_member : 0; (m = board_member(d->board, at));
		at = m->next_of_host)
		if (!m->is_moved_away &&
			(!found || (state_is_open(m->state) && !state_is_open(found->state))))
			found = m;
	return found;
}

const char *host_text(const struct desk *d, uint64_t host, char room[static ADDR_TEXT_BYTES])
{
	const struct host_row *h = board_host(d->board, host);
	const struct address_row *a, *best = NULL;
	for (uint32_t at = h ? h->first_address : 0; (a = board_address(d->board, at));
		at = a->next_of_host)
		if (!best || a->until_ms > best->until_ms)
			best = a;
	if (best)
		return addr_format(&best->addr, room);
	snprintf(room, ADDR_TEXT_BYTES, "h%llu", (unsigned long long)host);
	return room;
}

const char *causes_text(
	const struct desk *d, uint64_t incident, char room[static CAUSES_TEXT_BYTES])
{
	size_t n = 0;
	struct member_iter it = { .board = d->board, .incident = incident };
	room[0] = '\0';
	for (const struct member *m; (m = member_next(&it));) {
		const struct charge *c;
		for (uint32_t at = m->first_charge; (c = board_charge(d->board, at)); at = c->next)
			if (!strstr(room, c->cause) &&
				n + strlen(c->cause) + sizeof ", " < CAUSES_TEXT_BYTES)
				n += (size_t)snprintf(room + n, CAUSES_TEXT_BYTES - n, "%s%s",
					n ? ", " : "", c->cause);
	}
	return room;
}

/* The name of the account; the word "cordon" is kept for what no person did. */
static void actor_get(char room[static ACTOR_BYTES])
{
	const struct passwd *p = getpwuid(getuid());
	const char *name = p ? p->pw_name : "";
	if (!*name)
		snprintf(room, ACTOR_BYTES, "uid %u", (unsigned)getuid());
	else
		snprintf(room, ACTOR_BYTES, "%s%s", strcmp(name, "cordon") ? "" : "user ", name);
}

static int verb_run(size_t v, const struct incident_options *o, char **word, int n)
{
	struct settings settings;
	struct err e = {};
	struct desk d = { .options = o };
	int code = EXIT_ERROR;
	actor_get(d.actor);
	settings_init(&settings);
	d.state = o->state ? o->state : settings.state_directory;
	d.store = store_open(d.state, verbs[v].mode, &e);
	d.board = d.store ? board_new() : NULL;
	d.status = d.store && verbs[v].mode == STORE_READ ? status_load(d.state) : NULL;
	if (!d.store)
		fprintf(stderr, "cordon incident: %s\n", e.text);
	else if (!d.board)
		fputs("cordon incident: no memory\n", stderr);
	else if (desk_replay(&d))
		code = verbs[v].run(&d, word, n);
	if (d.board && d.board->is_full)
		fputs("cordon incident: more than the board holds: what is shown is not all\n",
			stderr);
	cJSON_Delete(d.status);
	board_free(d.board);
	store_close(d.store);
	return code;
}

static int incident_run(const void *options, char **word, int n_words)
{
	const char *name[countof(verbs)];
	for (size_t v = 0; v < countof(verbs); v++) {
		name[v] = verbs[v].name;
		if (n_words == 0 || strcmp(word[0], name[v]))
			continue;
		if (n_words - 1 >= verbs[v].least && n_words - 1 <= verbs[v].most)
			return verb_run(v, options, word + 1, n_words - 1);
		fprintf(stderr, "usage: cordon incident %s %s\n", name[v], verbs[v].words);
		return EXIT_ERROR;
	}
	const char *near = n_words ? typo_nearest((struct str){ word[0], strlen(word[0]) }, name,
					     countof(name))
				   : NULL;
	fprintf(stderr, "cordon incident: %s%s%s", n_words ? "no verb '" : "say what to do",
		n_words ? word[0] : "", n_words ? "'" : "");
	if (near)
		fprintf(stderr, ", did you mean '%s'?\n", near);
	else
		fputs(": list, show, explain, note, assign, set, address, merge, split, export, "
		      "import\n",
			stderr);
	return EXIT_ERROR;
}

#define MEMBER(m) offsetof(struct incident_options, m)
static const struct option_row incident_options[] = {
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
		.about = "With list and show: a JSON object a line" },
	{ .name = "reason",
		.letter = 'r',
		.value = "TEXT",
		.type = OPTION_TEXT,
		.offset = MEMBER(reason),
		.about = "With set: why, where a person decides" },
	{ .name = "operator-says",
		.value = "TEXT",
		.type = OPTION_TEXT,
		.offset = MEMBER(says),
		.about =
			"With set: vouch for what no instrument has proved, and say how you know" },
	{ .name = "at",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(at),
		.about = "With set: when it was so; 2026-03-02T08:00Z, or 2h for two hours ago" },
	{ .name = "since",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(since),
		.about = "With address: since when the host has it; now, unless told" },
	{ .name = "until",
		.value = "TIME",
		.type = OPTION_TEXT,
		.offset = MEMBER(until),
		.about = "With address: until when the host had it" },
};

const struct command incident_command = {
	.name = "incident",
	.synopsis = "VERB [OPTION ...] [WORD ...]",
	.about = "Show incidents and their hosts, and work on them",
	.option = incident_options,
	.n_options = countof(incident_options),
	.options_size = sizeof(struct incident_options),
	.run = incident_run,
};
