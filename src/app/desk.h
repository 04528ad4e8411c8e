// SPDX-License-Identifier: Apache-2.0
// A client of the API: of the daemon where one runs, else of the store, by the same handlers.
#ifndef APP_DESK_H
#define APP_DESK_H
#include <cjson/cJSON.h>

#include "app/api.h"
#include "app/command.h"
#include "base/object.h"
#include "net/http_client.h"

/** What the user says about whom to ask; members that are NULL are not said. */
struct desk_options {
	const char *state;      // directory; NULL: the usual one
	const char *url;        // of a daemon elsewhere
	const char *token_file; // its first token is sent there
	const char *authority;  // PEM file of who signed its certificate
};

/** Rows of a table of options for a struct desk_options that is a `member` of `options`. */
#define DESK_OPTIONS(options, member) \
	{ .name = "state", \
		.letter = 's', \
		.value = "DIR", \
		.type = OPTION_TEXT, \
		.offset = offsetof(options, member.state), \
		.takes_file = true, \
		.about = "State directory of cordon watch; of root /var/lib/cordon unless told" }, \
		{ .name = "url", \
			.letter = 'u', \
			.value = "URL", \
			.type = OPTION_TEXT, \
			.offset = offsetof(options, member.url), \
			.about = "Ask a daemon elsewhere, http://ADDRESS:PORT or https" }, \
		{ .name = "token-file", \
			.value = "FILE", \
			.type = OPTION_TEXT, \
			.offset = offsetof(options, member.token_file), \
			.takes_file = true, \
			.about = "With --url: send the first token of this file, which only you " \
				 "may read" }, \
	{ \
		.name = "ca-file", .value = "FILE", .type = OPTION_TEXT, \
		.offset = offsetof(options, member.authority), .takes_file = true, \
		.about = "With --url: who may have signed its certificate, PEM; else the " \
			 "system's", \
	}

/** Whom to ask. */
struct desk_wish {
	const char *name; // of the command, for messages: "cordon incident"
	struct desk_options said;
	enum store_mode mode; // of the store, where no daemon runs
	bool is_direct;       // ask the store, also beside a daemon
	bool is_daemon;       // ask no store: only a daemon knows
};

struct desk {
	const char *name;
	char *directory; // of the state; NULL: its store is never asked
	enum store_mode mode;
	struct http_client *client; // NULL: the store is asked
	int folder;                 // of the socket; -1: none
	struct api api;
	struct store *store;
	struct board *board;
	cJSON *status; // beside a store: what the daemon wrote last; NULL: nothing
};

/** Find whom to ask. Returns false after a message; end with desk_close in any case. */
bool desk_open(struct desk *d, const struct desk_wish *wish);
void desk_close(struct desk *d);

/** Bring the board up to the store, where that is asked. Returns false after a message. */
bool desk_replay(struct desk *d);

/**
 * Ask for an object. A refusal is told on stderr.
 *
 * Returns NULL then; free with cJSON_Delete.
 */
[[gnu::format(printf, 2, 3)]] cJSON *desk_get(struct desk *d, const char *target, ...);

/**
 * Send an object, which is freed, and get what comes of it; NULL after a message.
 *
 * It goes with a key of its own, and again when a daemon dies with it in its hands, so it is done once.
 */
cJSON *desk_post(struct desk *d, const char *target, cJSON *body);

/**
 * Ask for a list, page by page, and give each item.
 *
 * target  without cursor and limit; with parameters or none
 *
 * Stops when `take` returns false. Returns false after a message.
 */
bool desk_each(
	struct desk *d, const char *target, bool (*take)(void *ctx, const cJSON *item), void *ctx);

/** How the daemon stands, or stood last, as status.json; NULL: none ever ran. For cJSON_Delete. */
cJSON *desk_status(struct desk *d);
#endif
