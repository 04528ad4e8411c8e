// SPDX-License-Identifier: Apache-2.0
// Changes by a person: what is typed becomes a body of the API, which judges it.
#include <inttypes.h>
#include <stdlib.h>

#include "app/command.h"
#include "app/incident.h"
#include "base/quantity.h"
#include "model/words.h"

enum { NOTE_TEXT_BYTES = 2048 };

static int send(struct case_work *w, const char *path, cJSON *body)
{
	cJSON *answer = desk_post(&w->desk, path, body);
	int code = answer ? EXIT_NOTHING : EXIT_ERROR;
	cJSON_Delete(answer);
	return code;
}

int incident_note(struct case_work *w, char **word, int n)
{
	char text[NOTE_TEXT_BYTES], path[PATH_TEXT_BYTES];
	size_t len = 0;
	for (int i = 1; i < n && len < sizeof text; i++)
		len += (size_t)snprintf(
			text + len, sizeof text - len, "%s%s", i > 1 ? " " : "", word[i]);
	if (len >= sizeof text) {
		fprintf(stderr, "cordon incident: a note holds %d bytes; make two\n",
			NOTE_TEXT_BYTES - 1);
		return EXIT_ERROR;
	}
	cJSON *body = cJSON_CreateObject();
	cJSON_AddStringToObject(body, "text", text);
	return send(w, path_of("incidents/", word[0], "/notes", path), body);
}

int incident_assign(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES];
	cJSON *body = cJSON_CreateObject();
	(void)n;
	cJSON_AddStringToObject(body, "who", word[1]);
	return send(w, path_of("incidents/", word[0], "/assignee", path), body);
}

int incident_set(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES];
	const struct incident_options *o = w->options;
	cJSON *body = cJSON_CreateObject();
	(void)n;
	cJSON_AddStringToObject(body, "to", word[1]);
	if (o->reason)
		cJSON_AddStringToObject(body, "reason", o->reason);
	if (o->says)
		cJSON_AddStringToObject(body, "operator_says", o->says);
	if (o->at)
		cJSON_AddStringToObject(body, "at", o->at);
	return send(w, path_of("hosts/", word[0], "/state", path), body);
}

int incident_address(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES], until[TIME_TEXT_BYTES];
	const struct incident_options *o = w->options;
	cJSON *body = cJSON_CreateObject();
	(void)n;
	cJSON_AddStringToObject(body, "address", word[1]);
	if (o->since)
		cJSON_AddStringToObject(body, "since", o->since);
	if (o->until)
		cJSON_AddStringToObject(body, "until", o->until);
	cJSON *answer = desk_post(&w->desk, path_of("hosts/", word[0], "/addresses", path), body);
	const cJSON *former = cJSON_GetObjectItemCaseSensitive(answer, "former");
	if (former)
		printf("%s was the address of h%" PRIu64 " until %s\n", word[1],
			number_of(former, "host"),
			plain_format(text_of(former, "until"), until, sizeof until));
	int code = answer ? EXIT_NOTHING : EXIT_ERROR;
	cJSON_Delete(answer);
	return code;
}

int incident_merge(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES];
	uint64_t other;
	(void)n;
	if (!number_parse((struct str){ word[1], strlen(word[1]) }, &other) || other > UINT32_MAX) {
		fprintf(stderr, "cordon incident: no incident '%s'\n", word[1]);
		return EXIT_ERROR;
	}
	cJSON *body = cJSON_CreateObject();
	cJSON_AddNumberToObject(body, "other", (double)other);
	return send(w, path_of("incidents/", word[0], "/merge", path), body);
}

int incident_split(struct case_work *w, char **word, int n)
{
	char path[PATH_TEXT_BYTES];
	cJSON *body = cJSON_CreateObject();
	cJSON *hosts = cJSON_AddArrayToObject(body, "hosts");
	for (int i = 1; i < n; i++)
		cJSON_AddItemToArray(hosts, cJSON_CreateString(word[i]));
	cJSON *answer = desk_post(&w->desk, path_of("incidents/", word[0], "/split", path), body);
	if (answer)
		printf("incident %" PRIu64 "\n", number_of(answer, "incident"));
	int code = answer ? EXIT_NOTHING : EXIT_ERROR;
	cJSON_Delete(answer);
	return code;
}
