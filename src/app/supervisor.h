// SPDX-License-Identifier: Apache-2.0
// The supervisor: it holds the sockets and the pipe, and keeps a collector and a keeper running.
#ifndef APP_SUPERVISOR_H
#define APP_SUPERVISOR_H
#include "app/doors.h"

struct supervisor_job {
	struct settings *settings; // replaced when they are read again
	const char *config;        // the file, for SIGHUP; NULL: none
	/** Read the settings again, over the command line's; false when the old ones hold. */
	bool (*reload)(void *ctx, struct settings *out);
	void *ctx;
	const int *socket;
	size_t n_sockets;
	const struct doors *doors; // of the keeper
	uint64_t collector_id;
};

/**
 * Run until SIGTERM or SIGINT; then the collector drains, after it the keeper.
 *
 * Whichever dies is begun again after 100 ms, at most 5 s when it keeps dying. The sockets and both
 * ends of the pipe stay open here, so what the kernel holds of either is taken by the next one.
 *
 * Returns an exit code: EXIT_NOTHING when both ended by themselves.
 */
int supervisor_run(const struct supervisor_job *job);
#endif
