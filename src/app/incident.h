// SPDX-License-Identifier: Apache-2.0
// What the verbs of cordon incident share: their options and whom they ask.
#ifndef APP_INCIDENT_H
#define APP_INCIDENT_H
#include "app/desk.h"

struct incident_options {
	bool json;
	struct desk_options desk;
	const char *reason, *says, *since, *until, *at;
	const char *format, *tlp;
};

/** What a verb works with. */
struct case_work {
	const struct incident_options *options;
	struct desk desk;
};

enum { PATH_TEXT_BYTES = 512 };

/** "/api/v1/incidents/3/notes", with the word escaped; gives `room` back. */
const char *path_of(const char *before, const char *word, const char *behind,
	char room[static PATH_TEXT_BYTES]);

/** Write the paragraph that explains a host; `desk` is asked where its evidence stands. */
void incident_explain_host(struct desk *d, const cJSON *host, FILE *out);

/**
 * Whether the silence of exporters can be trusted, as the daemon tells it, or told it last: a line for each
 * with a reason; or one object. Nothing where no daemon ever ran.
 */
void telemetry_tell(struct desk *d);
void telemetry_json(struct desk *d);

/** A row of the timeline of an incident; an event that tells nothing new is passed over. */
bool incident_timeline_line(void *ctx, const cJSON *event);

/** A line for each address that a host had, where it says more than the one that it is called by. */
void incident_names(const cJSON *host);

/** A member for a terminal; a word of its own where there is none; gives `room` back. */
const char *plain_of(
	const cJSON *object, const char *key, const char *none, char *room, size_t size);

/** Whether the options ask for a format of others, and the export in it. */
bool incident_export_is_foreign(const struct incident_options *o);
int incident_export_foreign(struct case_work *w, const char *word);

/** The verbs: each takes the words behind it and returns an exit code. */
int incident_list(struct case_work *w, char **word, int n);
int incident_show(struct case_work *w, char **word, int n);
int incident_explain(struct case_work *w, char **word, int n);
int incident_note(struct case_work *w, char **word, int n);
int incident_assign(struct case_work *w, char **word, int n);
int incident_set(struct case_work *w, char **word, int n);
int incident_address(struct case_work *w, char **word, int n);
int incident_merge(struct case_work *w, char **word, int n);
int incident_split(struct case_work *w, char **word, int n);
int incident_export(struct case_work *w, char **word, int n);
int incident_import(struct case_work *w, char **word, int n);
#endif
