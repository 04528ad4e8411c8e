// SPDX-License-Identifier: Apache-2.0
// A client of the API: of the daemon where one runs, else of the store, by the same handlers.
#ifndef APP_DESK_H
#define APP_DESK_H
#include <cjson/cJSON.h>

#include "app/api.h"
#include "net/http_client.h"

/** Whom to ask; members that are NULL do not apply. */
struct desk_wish {
	const char *name;       // of the command, for messages: "cordon incident"
	const char *state;      // directory; NULL: the usual one
	const char *url;        // of a daemon elsewhere
	const char *token_file; // its first token is sent there
	const char *authority;  // PEM file of who signed its certificate
	enum store_mode mode;   // of the store, where no daemon runs
	bool is_direct;         // ask the store, also beside a daemon
	bool is_daemon;         // ask no store: only a daemon knows
};

struct desk {
	const char *name;
	struct http_client *client; // NULL: the store is asked
	int folder;                 // of the socket; -1: none
	struct api api;
	struct store *store;
	struct board *board;
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

/** Send an object, which is freed, and get what comes of it; NULL after a message. */
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

/** Members of an object; "" and 0 where there is none. */
const char *text_of(const cJSON *object, const char *key);
uint64_t number_of(const cJSON *object, const char *key);
bool is_set(const cJSON *object, const char *key);
#endif
