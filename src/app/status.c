// SPDX-License-Identifier: Apache-2.0
// cordon status: how the daemon stands, in a few lines that a person reads in the morning.
#include <inttypes.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/desk.h"
#include "incident/board.h"
#include "model/words.h"

enum { AILING_MAX = 8, WORD_BYTES = 96 };

struct status_options {
	struct desk_options desk;
	bool json;
};

static const cJSON *at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *plain(const cJSON *object, const char *key, char room[static WORD_BYTES])
{
	return plain_format(text_of(object, key), room, WORD_BYTES);
}

/* "3 worm-like, 1 suspect" of the members of an object that are not 0. */
static void print_counts(const char *head, const cJSON *object, const char *none)
{
	const cJSON *v;
	const char *join = "";
	char room[WORD_BYTES];
	printf("%-11s", head);
	cJSON_ArrayForEach(v, object)
	{
		if (!cJSON_IsNumber(v) || v->valuedouble < 1)
			continue;
		printf("%s%.0f %s", join, v->valuedouble,
			plain_format(v->string, room, sizeof room));
		join = ", ";
	}
	puts(*join ? "" : none);
}

static void print_exporters(const cJSON *s)
{
	const cJSON *x, *exporters = at(s, "exporters");
	uint64_t n_trusted = 0, n_told = 0;
	char address[WORD_BYTES], state[WORD_BYTES];
	cJSON_ArrayForEach(x, exporters)
	{
		n_trusted += is_set(x, "silence_is_trusted");
	}
	printf("exporters  %d, of %" PRIu64 " silence can be trusted\n",
		cJSON_GetArraySize(exporters), n_trusted);
	cJSON_ArrayForEach(x, exporters)
	{
		if (is_set(x, "silence_is_trusted") || n_told++ >= AILING_MAX)
			continue;
		const cJSON *ailment;
		printf("           %s:", plain(x, "exporter", address));
		cJSON_ArrayForEach(ailment, at(x, "state"))
		{
			const char *key = cJSON_GetStringValue(ailment);
			printf(" %s", plain_format(key ? key : "", state, sizeof state));
		}
		putchar('\n');
	}
	if (n_told > AILING_MAX)
		printf("           and %" PRIu64 " more: cordon status --json\n",
			n_told - AILING_MAX);
}

static void print_telemetry(const cJSON *s)
{
	const cJSON *c = at(s, "collected"), *e = at(s, "evidence"), *j = at(s, "judging");
	printf("received   %" PRIu64 " datagrams, %" PRIu64 " flows; %" PRIu64
	       " dropped by the kernel, %" PRIu64 " lost, %" PRIu64 " with faults\n",
		number_of(c, "datagrams"), number_of(c, "flows"), number_of(c, "kernel_drops"),
		number_of(c, "lost"), number_of(c, "faults"));
	printf("evidence   %" PRIu64 " contacts", number_of(e, "contacts"));
	if (number_of(e, "kept_one_in") > 1)
		printf(", ONE IN %" PRIu64 " IS KEPT: raise 'memory'", number_of(e, "kept_one_in"));
	printf("; a verdict takes %" PRIu64 " ms%s\n", number_of(j, "last_ms"),
		is_set(j, "is_slow") ? ": alerts come later" : "");
}

static uint64_t open_hosts(const cJSON *s)
{
	uint64_t n = 0;
	for (enum state state = 0; state < N_STATES; state++)
		if (state_is_open(state))
			n += number_of(at(s, "hosts"), state_key(state));
	return n;
}

static void print_all(const cJSON *s)
{
	char version[WORD_BYTES], started[WORD_BYTES], why[4 * WORD_BYTES];
	const cJSON *store = at(s, "store");
	printf("cordon %s runs since %s; restarts: collector %" PRIu64 ", reader %" PRIu64
	       ", keeper %" PRIu64 "\n",
		plain(s, "version", version), plain(s, "started", started),
		number_of(s, "collector_restarts"), number_of(s, "reader_restarts"),
		number_of(s, "keeper_restarts"));
	print_telemetry(s);
	print_exporters(s);
	print_counts("findings", at(at(s, "judging"), "findings"), "none");
	printf("incidents  %" PRIu64 ", %" PRIu64 " hosts are open\n",
		number_of(at(s, "incidents"), "known"), open_hosts(s));
	print_counts("hosts", at(s, "hosts"), "none");
	if (is_set(store, "is_open"))
		printf("store      takes events, %" PRIu64 " wait\n",
			number_of(store, "events_waiting"));
	else
		printf("store      REFUSES: %s; %" PRIu64 " events wait\n",
			plain_format(text_of(store, "why"), why, sizeof why),
			number_of(store, "events_waiting"));
}

static int status_run(const void *options, char **word, int n_words)
{
	const struct status_options *o = options;
	struct desk desk;
	struct desk_wish wish = { .name = "cordon status", .said = o->desk, .is_daemon = true };
	int code = EXIT_ERROR;
	if (n_words > 0) {
		fprintf(stderr, "cordon status: takes no words, not '%s'\n", word[0]);
		return EXIT_ERROR;
	}
	cJSON *s = desk_open(&desk, &wish) ? desk_get(&desk, "/api/v1/status") : NULL;
	char *text = s && o->json ? cJSON_PrintUnformatted(s) : NULL;
	if (text)
		puts(text);
	else if (s)
		print_all(s);
	// Without the log nobody knows that no host is open.
	if (s)
		code = open_hosts(s)                       ? EXIT_FOUND
		       : is_set(at(s, "store"), "is_open") ? EXIT_NOTHING
							   : EXIT_PARTLY;
	free(text);
	cJSON_Delete(s);
	desk_close(&desk);
	return code;
}

static const struct option_row status_options[] = {
	{ .name = "json",
		.letter = 'j',
		.type = OPTION_FLAG,
		.offset = offsetof(struct status_options, json),
		.about = "Print all of it as one JSON object" },
	DESK_OPTIONS(struct status_options, desk),
};

const struct command status_command = {
	.name = "status",
	.synopsis = "[OPTION ...]",
	.about = "Tell how the daemon stands: telemetry, findings, incidents, store",
	.option = status_options,
	.n_options = countof(status_options),
	.options_size = sizeof(struct status_options),
	.run = status_run,
};
