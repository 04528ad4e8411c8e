// SPDX-License-Identifier: Apache-2.0
// Reading: the list, one incident with its timeline, and a paragraph that explains; made of what the API
// answers.
#include <inttypes.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/incident.h"
#include "incident/body.h"
#include "incident/lifecycle.h"
#include "model/words.h"

enum { AGE_TEXT_BYTES = 24, WORD_BYTES = 160, SILENCE_TEXT_BYTES = 1024 };

static const char *age_format(const char *from, char room[static AGE_TEXT_BYTES])
{
	uint64_t now = wall_ms(), from_ms = time_of(from);
	uint64_t min = now > from_ms ? (now - from_ms) / 60000 : 0;
	if (min < 120)
		snprintf(room, AGE_TEXT_BYTES, "%" PRIu64 " min", min);
	else if (min < UINT64_C(48) * 60)
		snprintf(room, AGE_TEXT_BYTES, "%" PRIu64 " h", min / 60);
	else
		snprintf(room, AGE_TEXT_BYTES, "%" PRIu64 " d", min / 60 / 24);
	return room;
}

const char *plain_of(
	const cJSON *object, const char *key, const char *none, char *room, size_t size)
{
	const char *text = text_of(object, key);
	return plain_format(*text ? text : none, room, size);
}

static const char *plain(
	const cJSON *object, const char *key, const char *none, char room[static WORD_BYTES])
{
	return plain_of(object, key, none, room, WORD_BYTES);
}

/* As it came: an object a line. */
static void print_json(const cJSON *object)
{
	char *text = cJSON_PrintUnformatted(object);
	puts(text ? text : "{}");
	free(text);
}

static bool json_line(void *ctx, const cJSON *item)
{
	(void)ctx;
	print_json(item);
	return true;
}

struct listing {
	bool is_json;
	uint64_t n, n_open;
};

static bool list_line(void *ctx, const cJSON *i)
{
	struct listing *l = ctx;
	char status[WORD_BYTES], causes[WORD_BYTES], who[WORD_BYTES], opened[WORD_BYTES];
	l->n_open += number_of(i, "open_hosts");
	if (l->is_json) {
		print_json(i);
		return true;
	}
	if (l->n++ == 0)
		printf("%4s  %-6s  %-20s  %5s  %5s  %-24s  %s\n", "ID", "STATUS", "OPENED", "HOSTS",
			"OPEN", "CAUSES", "ASSIGNEE");
	printf("%4" PRIu64 "  %-6s  %-20.19s  %5" PRIu64 "  %5" PRIu64 "  %-24s  %s\n",
		number_of(i, "id"), plain(i, "status", "", status), plain(i, "opened", "", opened),
		number_of(i, "hosts"), number_of(i, "open_hosts"), plain(i, "causes", "", causes),
		plain(i, "assignee", "-", who));
	return true;
}

int incident_list(struct case_work *w, char **word, int n)
{
	(void)word, (void)n;
	struct listing l = { .is_json = w->options->json };
	if (!desk_each(&w->desk, "/api/v1/incidents", list_line, &l))
		return EXIT_ERROR;
	if (!l.is_json && l.n == 0)
		puts("no incidents");
	return l.n_open ? EXIT_FOUND : EXIT_NOTHING;
}

static void print_edge(const cJSON *e)
{
	char from[WORD_BYTES], contact[WORD_BYTES];
	const cJSON *p = cJSON_GetObjectItemCaseSensitive(e, "probability");
	printf("      may have it from %s: contact %s%s, %.0f %%\n", plain(e, "from", "", from),
		plain(e, "contact", "", contact), is_set(e, "answered") ? ", answered" : "",
		cJSON_IsNumber(p) ? p->valuedouble * 100 : 0);
}

static const char *silence_of_host(const cJSON *h, char room[static SILENCE_TEXT_BYTES])
{
	return plain_of(cJSON_GetObjectItemCaseSensitive(h, "silence"), "text", "", room,
		SILENCE_TEXT_BYTES);
}

static bool host_line(void *ctx, const cJSON *h)
{
	char text[SILENCE_TEXT_BYTES];
	char address[WORD_BYTES], state[WORD_BYTES], onset[WORD_BYTES], age[AGE_TEXT_BYTES];
	const cJSON *e;
	(void)ctx;
	printf("  %-15s  %-14s for %-8s  onset %s, episode %" PRIu64 ", evidence %" PRIu64 "%s\n",
		plain(h, "address", "", address), plain(h, "state", "", state),
		age_format(text_of(h, "since"), age), plain(h, "onset", "not known", onset),
		number_of(h, "episode"), number_of(h, "evidence"),
		number_of(h, "withdrawn") ? ", some withdrawn" : "");
	incident_names(h);
	cJSON_ArrayForEach(e, cJSON_GetObjectItemCaseSensitive(h, "edges"))
	{
		print_edge(e);
	}
	if (!strcmp(text_of(h, "state"), state_key(STATE_VERIFYING)))
		printf("      %s\n", silence_of_host(h, text));
	return true;
}

static void print_head(const cJSON *i)
{
	char status[WORD_BYTES], causes[WORD_BYTES], who[WORD_BYTES], first[WORD_BYTES];
	char why[WORD_BYTES];
	printf("incident %" PRIu64 ", %s, %s, %" PRIu64 " of %" PRIu64
	       " hosts open, assigned to %s\n",
		number_of(i, "id"), plain(i, "status", "", status), plain(i, "causes", "", causes),
		number_of(i, "open_hosts"), number_of(i, "hosts"),
		plain(i, "assignee", "nobody", who));
	if (number_of(i, "merged_into"))
		printf("merged into incident %" PRIu64 "\n", number_of(i, "merged_into"));
	printf("began with: %s (%s)\n", plain(i, "first_host", "not known", first),
		plain(i, "first_host_why", "", why));
}

int incident_show(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES], hosts[PATH_TEXT_BYTES], log[PATH_TEXT_BYTES];
	(void)n;
	cJSON *i = desk_get(&w->desk, "%s", path_of("incidents/", word[0], "", path));
	bool ok = i;
	path_of("incidents/", word[0], "/hosts", hosts);
	path_of("log?with=hosts&incident=", word[0], "", log);
	if (ok && w->options->json) {
		print_json(i);
		ok = desk_each(&w->desk, hosts, json_line, NULL);
		if (ok)
			telemetry_json(&w->desk);
	} else if (ok) {
		print_head(i);
		telemetry_tell(&w->desk);
		puts("\nhosts:");
		ok = desk_each(&w->desk, hosts, host_line, NULL);
		puts("\ntimeline, in the order it was told:");
		ok = ok && desk_each(&w->desk, log, incident_timeline_line, NULL);
	}
	cJSON_Delete(i);
	return ok ? EXIT_NOTHING : EXIT_ERROR;
}

/* Where the evidence stands that an event told, which is asked for. */
static void explain_where(struct desk *d, uint64_t event, FILE *out)
{
	char where[2 * WORD_BYTES];
	cJSON *page = event ? desk_get(d, "/api/v1/log?limit=1&cursor=%" PRIu64, event - 1) : NULL;
	const cJSON *items = cJSON_GetObjectItemCaseSensitive(page, "items");
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(items, 0), "body");
	if (*text_of(body, "where"))
		fprintf(out, " It stands in %s.", plain_of(body, "where", "", where, sizeof where));
	cJSON_Delete(page);
}

static void explain_charges(struct desk *d, const cJSON *h, FILE *out)
{
	const cJSON *c;
	char source[WORD_BYTES], verdict[WORD_BYTES], cause[WORD_BYTES];
	cJSON_ArrayForEach(c, cJSON_GetObjectItemCaseSensitive(h, "charges"))
	{
		fprintf(out,
			" %s says %s on %s with %" PRIu64 " %% confidence, %" PRIu64
			" contacted%s.",
			plain(c, "source", "", source), plain(c, "verdict", "", verdict),
			plain(c, "cause", "", cause), number_of(c, "confidence_pct"),
			number_of(c, "contacted"),
			is_set(c, "is_withdrawn") ? ", withdrawn since" : "");
		explain_where(d, number_of(c, "event"), out);
	}
}

/* The likeliest of those that may have infected it. */
static void explain_edge(const cJSON *h, FILE *out)
{
	char from[WORD_BYTES], contact[WORD_BYTES];
	const cJSON *e, *best = NULL;
	double most = -1;
	cJSON_ArrayForEach(e, cJSON_GetObjectItemCaseSensitive(h, "edges"))
	{
		const cJSON *p = cJSON_GetObjectItemCaseSensitive(e, "probability");
		if (strcmp(text_of(e, "onset"), text_of(h, "onset")) || !cJSON_IsNumber(p) ||
			p->valuedouble <= most)
			continue;
		best = e;
		most = p->valuedouble;
	}
	if (best)
		fprintf(out, " It may have it from %s, by a contact of %s, with %.0f %%.",
			plain(best, "from", "", from), plain(best, "contact", "", contact),
			most * 100);
}

/* Keys of guards in the order of their table, with commas between. */
static const char *needs_format(const cJSON *way, char room[static GUARD_TEXT_BYTES])
{
	uint32_t set = 0;
	static const char *const lists[] = { "missing", "one_of" };
	for (size_t i = 0; i < countof(lists); i++) {
		const cJSON *guard;
		cJSON_ArrayForEach(guard, cJSON_GetObjectItemCaseSensitive(way, lists[i]))
		{
			const char *key = cJSON_GetStringValue(guard);
			set |= key ? guards_parse(key) : 0;
		}
	}
	return guards_format(set, room);
}

/* What it would take to go on from here. */
static void explain_ways(const cJSON *h, FILE *out)
{
	const cJSON *way;
	char room[GUARD_TEXT_BYTES], to[WORD_BYTES];
	cJSON_ArrayForEach(way, cJSON_GetObjectItemCaseSensitive(h, "ways"))
	{
		bool may = is_set(way, "may");
		fprintf(out, " For %s %s%s.", plain(way, "to", "", to),
			may ? "nothing is missing" : "it needs ",
			may ? "" : needs_format(way, room));
	}
}

void incident_explain_host(struct desk *d, const cJSON *h, FILE *out)
{
	char address[WORD_BYTES], state[WORD_BYTES], since[WORD_BYTES], last[WORD_BYTES];
	char age[AGE_TEXT_BYTES], text[SILENCE_TEXT_BYTES];
	enum state is;
	fprintf(out,
		"%s is %s in incident %" PRIu64 " since %s (%s), in its episode %" PRIu64
		", on %" PRIu64 " piece%s of evidence.",
		plain(h, "address", "", address), plain(h, "state", "", state),
		number_of(h, "incident"), plain(h, "since", "", since),
		age_format(text_of(h, "since"), age), number_of(h, "episode"),
		number_of(h, "evidence"), number_of(h, "evidence") == 1 ? "" : "s");
	explain_charges(d, h, out);
	explain_edge(h, out);
	if (*text_of(h, "last_attack"))
		fprintf(out, " Its last attack was seen %s.", plain(h, "last_attack", "", last));
	if (state_parse(text_of(h, "state"), &is) && state_is_open(is))
		fprintf(out, " %s", silence_of_host(h, text));
	explain_ways(h, out);
	fputc('\n', out);
}

static bool explain_host(void *ctx, const cJSON *h)
{
	incident_explain_host(ctx, h, stdout);
	return true;
}

int incident_explain(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES];
	bool is_incident = !word[0][strspn(word[0], "0123456789")];
	(void)n;
	if (is_incident) {
		path_of("incidents/", word[0], "/hosts?with=ways", path);
		return desk_each(&w->desk, path, explain_host, &w->desk) ? EXIT_NOTHING
									 : EXIT_ERROR;
	}
	cJSON *h = desk_get(&w->desk, "%s", path_of("hosts/", word[0], "", path));
	if (h)
		explain_host(&w->desk, h);
	int code = h ? EXIT_NOTHING : EXIT_ERROR;
	cJSON_Delete(h);
	return code;
}
