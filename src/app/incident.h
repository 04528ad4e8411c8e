// SPDX-License-Identifier: Apache-2.0
// What the verbs of cordon incident share: their options, the store and the board made from it.
#ifndef APP_INCIDENT_H
#define APP_INCIDENT_H
#include <cjson/cJSON.h>

#include "incident/board.h"
#include "output/json.h"
#include "store/store.h"

struct incident_options {
	bool json;
	const char *state, *reason, *says, *since, *until, *at;
};

/** A store with its board. */
struct desk {
	const struct incident_options *options;
	struct store *store;
	struct board *board;
	char actor[ACTOR_BYTES]; // who types
	const char *state;       // the directory
	cJSON *status;           // what the daemon wrote last; NULL: nothing
};

/** Bring the board up to the store. Returns false after a message. */
bool desk_replay(struct desk *d);

/** Read "3" as an existing incident, "10.1.1.7" or "h12" as a host; 0 after a message. */
uint64_t desk_incident(const struct desk *d, const char *word);
uint64_t desk_host(const struct desk *d, const char *word);

/** The member that a host is now: where it is open, else the latest; NULL after a message. */
const struct member *desk_member(const struct desk *d, const char *word);

/** The address that a host has, or had last; gives `room` back. */
const char *host_text(const struct desk *d, uint64_t host, char room[static ADDR_TEXT_BYTES]);

/** "tcp/445, web:code-red": causes of an incident, as many as fit; gives `room` back. */
enum { CAUSES_TEXT_BYTES = 120 };
const char *causes_text(
	const struct desk *d, uint64_t incident, char room[static CAUSES_TEXT_BYTES]);

uint64_t clock_ms(void);

/** Members of an object. */
void json_time(struct json *j, const char *key, uint64_t ms); // 0: null
void json_pair(struct json *j, const char *key, uint64_t v);
void json_words(struct json *j, const char *key, const char *text);

/**
 * What the silence of a member proves: "verified clean at 99.99 % (quiet 3.1 h, ...)", or what is
 * missing; gives `room` back.
 */
enum { SILENCE_TEXT_BYTES = 1024, LACK_TEXT_BYTES = 520 };
const char *silence_explain(
	const struct desk *d, const struct member *m, char room[static SILENCE_TEXT_BYTES]);

/** The same as members of an object. */
void silence_write(const struct desk *d, const struct member *m, struct json *j);

/** The addresses that a host had, with their times; as elements of an array, or a line each for NULL. */
void names_list(const struct desk *d, uint64_t host, struct json *j);

/** What the daemon says that the silence of a host lacks; "": nothing, or no daemon says so. */
const char *telemetry_lack(const struct desk *d, uint64_t host, char room[static LACK_TEXT_BYTES]);

/**
 * Whether the silence of exporters can be trusted, as the daemon told it last: a line for each with a
 * reason; or one object. Nothing where no daemon ever ran.
 */
void telemetry_tell(const struct desk *d);
void telemetry_json(const struct desk *d);

/** The verbs: each takes the words behind it and returns an exit code. */
int incident_list(struct desk *d, char **word, int n);
int incident_show(struct desk *d, char **word, int n);
int incident_explain(struct desk *d, char **word, int n);
int incident_note(struct desk *d, char **word, int n);
int incident_assign(struct desk *d, char **word, int n);
int incident_set(struct desk *d, char **word, int n);
int incident_address(struct desk *d, char **word, int n);
int incident_merge(struct desk *d, char **word, int n);
int incident_split(struct desk *d, char **word, int n);
int incident_export(struct desk *d, char **word, int n);
int incident_import(struct desk *d, char **word, int n);
#endif
