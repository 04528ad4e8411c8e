// SPDX-License-Identifier: Apache-2.0
// The reader: logs in, parcels out. It can open what lies in the folders of the logs, and nothing else.
#ifndef APP_READER_H
#define APP_READER_H
#include "model/settings.h"

/**
 * Follow the logs of the settings until SIGTERM or SIGINT; then all that was read is told, and BYE.
 *
 * pipe   one end of a stream socket, not blocking; the other end is the keeper's, who may come and go
 * epoch  tells this run from others
 *
 * Says HELLO at first. The keeper answers with how each log stood when it had all that was read of it,
 * then with a HELLO of its own. So what a keeper that died did not keep is read again, and nothing
 * counts twice: what was told becomes part of what is known with the TICK behind it, as a whole.
 * A HELLO of the keeper that nobody asked for has the epoch 0: begin anew.
 *
 * The process is in the sandbox of net/sandbox.h when this returns. Returns an exit code: EXIT_NOTHING,
 * or EXIT_PARTLY when the keeper did not take the last of it, EXIT_ERROR when it could not begin.
 */
int reader_run(const struct settings *s, int pipe, uint64_t collector_id, uint64_t epoch);
#endif
