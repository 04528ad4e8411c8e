// SPDX-License-Identifier: Apache-2.0
// Who asked web servers for anything, so that a host whose attacks ended is not taken for one that is off.
#ifndef APP_LOG_LIVES_H
#define APP_LOG_LIVES_H
#include "model/incident.h"
#include "model/request.h"

/** All zero is empty. Of two clients in one place the later one stays: who lives on will be seen again. */
enum { LIVES_MAX = 1 << 12, LIFE_BYTES = sizeof(struct addr) + 2 * sizeof(uint64_t) };
enum { LIFE_PAUSE_MS = 30 * 60 * 1000 }; // without a request a host may have been switched off
struct log_lives {
	struct life {
		struct addr addr;
		struct span seen; // its requests without such a pause, the latest; until 0: free
	} life[LIVES_MAX];
	size_t n;
};

/** Take note of requests that tell their client and their time. `key` is of the hash. */
void log_lives_see(struct log_lives *l, const struct request *request, size_t n, uint64_t key);

/** Write them all, LIFE_BYTES each, and forget them; returns how many bytes. */
size_t log_lives_take(struct log_lives *l, uint8_t room[static LIVES_MAX * LIFE_BYTES]);

/** Read what log_lives_take wrote: the next client, and past it; false at the end. */
bool log_life_next(struct bytes *from, struct life *out);
#endif
