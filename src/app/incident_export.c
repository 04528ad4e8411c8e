// SPDX-License-Identifier: Apache-2.0
// Export in the formats of others: the incident and its hosts are asked for page by page, so there may be any number.
#include <stdlib.h>

#include "app/command.h"
#include "app/dossier.h"
#include "app/incident.h"

static const struct {
	const char *key;
	void (*write)(const struct dossier *d, FILE *out);
} formats[] = {
#define AS_ROW(key, write) { key, write },
	DOSSIER_FORMATS(AS_ROW)
#undef AS_ROW
};

static bool keep(void *ctx, const cJSON *item)
{
	cJSON *copy = cJSON_Duplicate(item, true);
	return copy && cJSON_AddItemToArray(ctx, copy);
}

static bool export_one(struct case_work *w, size_t format, const char *word, enum tlp tlp)
{
	char path[PATH_TEXT_BYTES];
	struct dossier d = { .tlp = tlp };
	cJSON *incident = desk_get(&w->desk, "%s", path_of("incidents/", word, "", path));
	cJSON *hosts = incident ? cJSON_CreateArray() : NULL;
	bool ok = hosts &&
		  desk_each(&w->desk, path_of("incidents/", word, "/hosts", path), keep, hosts);
	d.incident = incident;
	d.hosts = hosts;
	if (ok)
		formats[format].write(&d, stdout);
	cJSON_Delete(hosts);
	cJSON_Delete(incident);
	return ok;
}

static bool export_all(struct case_work *w, size_t format, enum tlp tlp)
{
	cJSON *all = cJSON_CreateArray(), *incident;
	bool ok = all && desk_each(&w->desk, "/api/v1/incidents", keep, all);
	cJSON_ArrayForEach(incident, all)
	{
		char word[24];
		snprintf(word, sizeof word, "%.0f", (double)number_of(incident, "id"));
		ok = ok && export_one(w, format, word, tlp);
	}
	cJSON_Delete(all);
	return ok;
}

bool incident_export_is_foreign(const struct incident_options *o)
{
	return o->format && strcmp(o->format, "json") != 0;
}

int incident_export_foreign(struct case_work *w, const char *word)
{
	const char *format = w->options->format, *level = w->options->tlp;
	enum tlp tlp;
	size_t f = 0;
	while (f < countof(formats) && strcmp(formats[f].key, format))
		f++;
	if (f == countof(formats)) {
		fprintf(stderr, "cordon incident: no format '%.60s': json, stix or misp\n", format);
		return EXIT_ERROR;
	}
	if (!tlp_parse(level, &tlp)) {
		fprintf(stderr, "cordon incident: no TLP '%.60s': clear, green, amber or red\n",
			level);
		return EXIT_ERROR;
	}
	bool ok = strcmp(word, "all") ? export_one(w, f, word, tlp) : export_all(w, f, tlp);
	return ok ? EXIT_NOTHING : EXIT_ERROR;
}
