// SPDX-License-Identifier: Apache-2.0
// What the verbs of cordon incident share: their options and whom they ask.
#ifndef APP_INCIDENT_H
#define APP_INCIDENT_H
#include "app/desk.h"

struct incident_options {
	bool json;
	struct desk_options desk;
	const char *reason, *says;
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

/** Print the paragraph that explains a host. */
void incident_explain_host(const cJSON *host);

/** The verbs: each takes the words behind it and returns an exit code. */
int incident_list(struct case_work *w, char **word, int n);
int incident_show(struct case_work *w, char **word, int n);
int incident_explain(struct case_work *w, char **word, int n);
int incident_note(struct case_work *w, char **word, int n);
int incident_assign(struct case_work *w, char **word, int n);
int incident_set(struct case_work *w, char **word, int n);
int incident_merge(struct case_work *w, char **word, int n);
int incident_split(struct case_work *w, char **word, int n);
int incident_export(struct case_work *w, char **word, int n);
int incident_import(struct case_work *w, char **word, int n);
#endif
