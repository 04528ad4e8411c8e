// SPDX-License-Identifier: Apache-2.0
// The collector: datagrams in, parcels out. It has no files and makes no connection.
#ifndef APP_COLLECTOR_H
#define APP_COLLECTOR_H
#include "app/tally.h"
#include "model/settings.h"

/**
 * Receive until SIGTERM or SIGINT; then what the sockets hold is read once, all is told, and BYE.
 *
 * socket        UDP, bound, made by udp_open; stay open when this returns
 * pipe          one end of a stream socket; the other end is the keeper's, who may come and go
 * collector_id  kept in the state directory; `epoch` tells this run from others
 * tally         counts what was received; NULL: nobody asks
 *
 * Says HELLO at first. A keeper answers with the templates it kept, then with a HELLO of its own; for
 * that is waited at most a second, while datagrams gather in the kernel. Templates that come later
 * are learned too.
 *
 * The process is in the sandbox of net/sandbox.h when this returns. Returns an exit code: EXIT_NOTHING,
 * or EXIT_PARTLY when the keeper did not take the last of it, EXIT_ERROR when it could not begin or
 * nobody has the other end of the pipe.
 */
int collector_run(const struct settings *s, const int *socket, size_t n_sockets, int pipe,
	uint64_t collector_id, uint64_t epoch, struct tally *tally);
#endif
