// SPDX-License-Identifier: Apache-2.0
// The sockets that HTTP comes in by: a unix socket in the state directory, and TCP where the settings say.
#ifndef APP_DOORS_H
#define APP_DOORS_H
#include <assert.h>

#include "http/server.h"
#include "model/settings.h"

/** In the state directory, for its owner alone; who can connect is an operator. */
#define API_SOCKET "api.sock"

static_assert(HTTP_LISTENERS_MAX + 1 <= HTTP_DOORS_MAX);

struct doors {
	struct http_door door[HTTP_DOORS_MAX];
	size_t n;
	struct err
		remark; // its text says which door stays shut, though nobody asked for it; else empty
};

/**
 * Open them before any child is begun, so that clients wait while a keeper is started anew.
 *
 * The state directory is locked by the caller: a socket that is there is of a daemon that died. A default
 * address that is taken is a remark; one that the settings name is an error.
 */
bool doors_open(const struct settings *s, struct doors *out, struct err *e);

/** Close them, in every process that has them. */
void doors_close(const struct doors *d);

/** Take the unix socket away; for the last process. */
void doors_remove(const struct settings *s);

/**
 * Connect to the unix socket of a state directory.
 *
 * Returns -1 when nobody listens there.
 */
int door_connect(const char *directory);

/** What clients may without a token, at an address. */
enum http_role door_anonymous(const struct settings *s, const struct listener *at);
#endif
