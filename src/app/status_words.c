// SPDX-License-Identifier: Apache-2.0
// status.json in words. It is a file, so nothing in it is believed to be there, or to steer no terminal.
#include "app/status_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/keeper.h"
#include "base/bytes.h"
#include "model/exporter.h"
#include "model/words.h"

enum { STATUS_BYTES_MAX = 64 << 20, WORDS_BYTES = 480 };

cJSON *status_load(const char *directory)
{
	char *path = NULL, *text = NULL;
	size_t len = 0;
	cJSON *status = NULL;
	FILE *in = asprintf(&path, "%s/" STATUS_FILE, directory) < 0 ? NULL : fopen(path, "re");
	FILE *copy = in ? open_memstream(&text, &len) : NULL;
	size_t n = 0;
	for (int c; copy && n < STATUS_BYTES_MAX && (c = getc(in)) != EOF; n++)
		putc(c, copy);
	if (copy && fclose(copy) == 0)
		status = cJSON_Parse(text);
	if (in)
		fclose(in);
	free(text);
	free(path);
	return status;
}

static const cJSON *in(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_in(const cJSON *object, const char *key, char room[static WORDS_BYTES])
{
	const char *text = cJSON_GetStringValue(in(object, key));
	return plain_format(text ? text : "not known", room, WORDS_BYTES);
}

static double number_in(const cJSON *object, const char *key)
{
	const cJSON *v = in(object, key);
	return cJSON_IsNumber(v) ? v->valuedouble : 0;
}

/* What of an exporter's counters is worth a word. */
static void print_counts(const cJSON *x)
{
	static const struct {
		const char *key, *word;
	} counts[] = {
		{ "missing", "missing" },
		{ "late", "late" },
		{ "without_template", "sets without template" },
		{ "faults", "malformed" },
		{ "restarts", "restarts" },
		{ "duplicates", "flows told by another exporter too (estimate)" },
	};
	printf("      %.0f datagrams, %.0f records", number_in(x, "datagrams"),
		number_in(x, "records"));
	for (size_t i = 0; i < countof(counts); i++)
		if (number_in(x, counts[i].key) > 0)
			printf(", %.0f %s", number_in(x, counts[i].key), counts[i].word);
	if (number_in(x, "clock_skew_s") != 0)
		printf(", clock %+.1f s", number_in(x, "clock_skew_s"));
	putchar('\n');
}

void status_print_telemetry(const cJSON *status)
{
	char words[WORDS_BYTES];
	const cJSON *exporters = in(status, "exporters"), *x;
	if (!cJSON_IsArray(exporters) || cJSON_GetArraySize(exporters) == 0)
		puts("  no exporter was heard: nobody's silence can be trusted");
	cJSON_ArrayForEach(x, exporters)
	{
		printf("  %s", text_in(x, "exporter", words));
		if (number_in(x, "version") != EXPORTER_INTERFACE)
			printf(", domain %.0f", number_in(x, "observationDomainId"));
		fputs(": silence ", stdout);
		puts(text_in(x, "silence", words));
		print_counts(x);
		if (cJSON_IsString(in(x, "hides")))
			printf("      %s\n", text_in(x, "hides", words));
	}
}

static void print_findings(const cJSON *status)
{
	const cJSON *of = in(in(status, "judging"), "findings"), *each;
	const char *parted = "";
	fputs("findings now: ", stdout);
	cJSON_ArrayForEach(each, of)
	{
		char name[WORDS_BYTES];
		if (!cJSON_IsNumber(each) || each->valuedouble == 0 || !each->string)
			continue;
		printf("%s%.0f %s", parted, each->valuedouble,
			plain_format(each->string, name, sizeof name));
		parted = ", ";
	}
	puts(*parted ? "" : "none");
}

/* How far each target of alerts is. */
static void print_alerts(const cJSON *alerts)
{
	char words[WORDS_BYTES];
	const cJSON *t;
	cJSON_ArrayForEach(t, in(alerts, "targets"))
	{
		printf("alerts: %s: ", text_in(t, "name", words));
		printf("%.0f sent, %.0f wait%s", number_in(t, "sent"),
			number_in(alerts, "number") - number_in(t, "number"),
			cJSON_IsTrue(in(t, "is_down")) ? ", it is down" : "");
		static const struct {
			const char *key, *words;
		} more[] = { { "held_back", "held back" }, { "lost", "lost" },
			{ "damaged", "damaged" }, { "refused", "refused" } };
		for (size_t i = 0; i < countof(more); i++)
			if (number_in(t, more[i].key) > 0)
				printf(", %.0f %s", number_in(t, more[i].key), more[i].words);
		putchar('\n');
	}
}

void status_print_all(const cJSON *status)
{
	char words[WORDS_BYTES];
	const cJSON *collected = in(status, "collected"), *store = in(status, "store");
	printf("cordon watch since %s", text_in(status, "started", words));
	printf(", as of %s\n", text_in(status, "written", words));
	printf("received: %.0f datagrams, %.0f flows; dropped by the kernel: %.0f; no export: "
	       "%.0f\n",
		number_in(collected, "datagrams"), number_in(collected, "flows"),
		number_in(collected, "kernel_drops"), number_in(collected, "unknown"));
	print_findings(status);
	if (cJSON_IsTrue(in(store, "is_open")))
		printf("store: %.0f events written, %.0f wait\n",
			number_in(store, "events_written"), number_in(store, "events_waiting"));
	else
		printf("store: refuses: %s\n", text_in(store, "why", words));
	print_alerts(in(status, "alerts"));
	printf("silence %s be trusted to prove that a host is clean\n",
		cJSON_IsTrue(in(status, "silence_is_trusted")) ? "of all exporters can"
							       : "of the whole cannot");
	puts("exporters:");
	status_print_telemetry(status);
}
