// SPDX-License-Identifier: Apache-2.0
// The API, apart from how requests arrive: the daemon serves it by HTTP, and cordon incident calls it in
// its own process when no daemon runs, so both say the same.
#ifndef APP_API_H
#define APP_API_H
#include "app/series.h"
#include "http/router.h"
#include "incident/board.h"
#include "output/json.h"
#include "store/store.h"

struct keeper;

enum { LACK_TEXT_BYTES = 520 };

/** Where answers come from and changes go. */
struct api {
	/** The board, brought up to the store; NULL when it is not all there, with the reason in `e`. */
	const struct board *(*board)(void *ctx, struct err *e);
	/** The log; NULL when it cannot be opened, with the reason in `e`. */
	struct store *(*log)(void *ctx, struct err *e);
	/**
	 * Write events down that were planned on the board: all or none. False with `is_stale` when
	 * somebody else wrote first: plan again. `once` is of a change that may come again.
	 */
	bool (*append)(void *ctx, struct event *event, size_t n, const struct store_once *once,
		bool *is_stale, struct err *e);
	/** What the silence of a host lacks, "": nothing; gives `room` back, or not. NULL: nobody says so. */
	const char *(*lack)(void *ctx, uint64_t host, char room[static LACK_TEXT_BYTES]);
	/**
	 * The telemetry without a gap that shows a host; until 0: there is none, or its exporters ail now. NULL:
	 * nobody says so.
	 */
	struct span (*heard)(void *ctx, uint64_t host);
	void *ctx;
	const struct keeper *keeper;       // of the daemon; NULL: there is none
	struct api_cache *cache;           // of the daemon
	const struct series *series;       // of the daemon
	const struct inventory *inventory; // where there is no daemon; NULL: nothing is known
};

extern const struct route api_routes[];
extern const size_t n_api_routes;

/**
 * Call as a client of the process itself, whose user is an operator.
 *
 * key  of a change, so that it is made once; "": none
 */
void api_call(struct api *api, const char *method, const char *target, const char *key,
	struct str body, struct http_answer *out);

/** Writes an answer: begin, write one value to `json`, end. */
struct api_page {
	struct json json;
	char *text;
	size_t len;
};
bool api_begin(struct api_page *p);
void api_end(struct api_page *p, unsigned status, struct http_answer *out);

/** The board; NULL after a problem, for half of it would look like all. */
const struct board *api_board(struct api *api, struct http_answer *out);

/** Answer with an error in words (RFC 9457). */
[[gnu::format(printf, 3, 4)]] void api_problem(
	struct http_answer *out, unsigned status, const char *detail, ...);

/** As api_problem, left open for more members; to be ended with api_problem_end. */
bool api_problem_begin(struct api_page *p, unsigned status, const char *type, const char *detail);
void api_problem_end(struct api_page *p, unsigned status, struct http_answer *out);

/** What a path names; 0, or NULL, after a problem was filled in. */
uint64_t api_incident(const struct board *b, const char *word, struct http_answer *out);
uint64_t api_host(const struct board *b, const char *word, struct http_answer *out);

/** The member that a host is now: where it is open, else the latest; NULL after a problem. */
const struct member *api_member(const struct board *b, const char *word, struct http_answer *out);

/** Objects of the API. */
enum { CAUSES_TEXT_BYTES = 120 };
void api_write_incident(struct json *j, const struct board *b, uint64_t id);
void api_write_member(const struct api *api, struct json *j, const struct board *b,
	const struct member *m, bool with_ways);
void api_write_event(struct json *j, const struct board *b, const struct event *ev);

/**
 * A member "silence": what the silence of a host proves, with its numbers and in words. "Its silence is
 * verified: clean at 99.99 % (quiet 3.1 h, ...)", or what is missing.
 */
void api_write_silence(
	const struct api *api, struct json *j, const struct board *b, const struct member *m);

/** Members of an object. */
void api_write_time(struct json *j, const char *key, uint64_t ms); // 0: null
void api_write_number(struct json *j, const char *key, uint64_t v);
void api_write_words(struct json *j, const char *key, const char *text);

/** "open", "done" or "merged". */
const char *api_status(const struct board *b, uint64_t incident);

/** The address that a host has, or had last; gives `room` back. */
const char *api_address(const struct board *b, uint64_t host, char room[static ADDR_TEXT_BYTES]);

/** What is known of the network; NULL: nothing. */
const struct inventory *api_inventory(const struct api *api);

/** What a host is called, by its lease or the inventory; NULL: nobody told. */
const char *api_name(const struct api *api, const struct board *b, uint64_t host);

/** "tcp/445, web:code-red": causes of an incident, as many as fit; gives `room` back. */
const char *api_causes(
	const struct board *b, uint64_t incident, char room[static CAUSES_TEXT_BYTES]);

/** Handlers, one a route. */
#define API_HANDLERS(HANDLER) \
	HANDLER(incidents) \
	HANDLER(incident) \
	HANDLER(incident_hosts) \
	HANDLER(curve) \
	HANDLER(tree) \
	HANDLER(map) \
	HANDLER(profile) \
	HANDLER(board) \
	HANDLER(stix) \
	HANDLER(misp) \
	HANDLER(hosts) \
	HANDLER(host) \
	HANDLER(evidence) \
	HANDLER(transitions) \
	HANDLER(log) \
	HANDLER(exporters) \
	HANDLER(series) \
	HANDLER(status) \
	HANDLER(note) \
	HANDLER(assign) \
	HANDLER(merge) \
	HANDLER(split) \
	HANDLER(state) \
	HANDLER(address) \
	HANDLER(containment) \
	HANDLER(description) \
	HANDLER(alive) \
	HANDLER(ready) \
	HANDLER(metrics)

#define AS_HANDLER(name) http_handler api_on_##name;
API_HANDLERS(AS_HANDLER)
#undef AS_HANDLER
#endif
