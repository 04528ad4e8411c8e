// SPDX-License-Identifier: Apache-2.0
// What the verbs of cordon incident share: their options, the store and the board made from it.
#ifndef APP_INCIDENT_H
#define APP_INCIDENT_H
#include "incident/board.h"
#include "store/store.h"

struct incident_options {
	bool json;
	const char *state, *reason, *says;
};

/** A store with its board. */
struct desk {
	const struct incident_options *options;
	struct store *store;
	struct board *board;
	char actor[ACTOR_BYTES]; // who types
};

/** Bring the board up to the store. Returns false after a message. */
bool desk_replay(struct desk *d);

/** Read "3" as an existing incident, "10.1.1.7" or "h12" as a host; 0 after a message. */
uint64_t desk_incident(const struct desk *d, const char *word);
uint64_t desk_host(const struct desk *d, const char *word);

/** The member that a host is now: where it is open, else the latest; NULL after a message. */
const struct member *desk_member(const struct desk *d, const char *word);

/** The latest address of a host; gives `room` back. */
const char *host_text(const struct desk *d, uint64_t host, char room[static ADDR_TEXT_BYTES]);

/** "tcp/445, web:code-red": causes of an incident, as many as fit; gives `room` back. */
enum { CAUSES_TEXT_BYTES = 120 };
const char *causes_text(
	const struct desk *d, uint64_t incident, char room[static CAUSES_TEXT_BYTES]);

uint64_t clock_ms(void);

/** The verbs: each takes the words behind it and returns an exit code. */
int incident_list(struct desk *d, char **word, int n);
int incident_show(struct desk *d, char **word, int n);
int incident_explain(struct desk *d, char **word, int n);
int incident_note(struct desk *d, char **word, int n);
int incident_assign(struct desk *d, char **word, int n);
int incident_set(struct desk *d, char **word, int n);
int incident_merge(struct desk *d, char **word, int n);
int incident_split(struct desk *d, char **word, int n);
int incident_export(struct desk *d, char **word, int n);
int incident_import(struct desk *d, char **word, int n);
#endif
