// SPDX-License-Identifier: Apache-2.0
// The keeper: parcels in, events and alerts out. It holds the long evidence and judges it.
#ifndef APP_KEEPER_H
#define APP_KEEPER_H
#include "app/doors.h"
#include "app/sender.h"
#include "app/tally.h"

/** What the supervisor and its children see together, in shared memory. */
struct watch_shared {
	uint64_t started_ms;
	_Atomic int supervisor, collector, reader, keeper, sender,
		warden; // process ids, 0: not running
	_Atomic uint64_t collector_restarts, reader_restarts, keeper_restarts, sender_restarts,
		warden_restarts;
	struct tally *tally;       // of datagrams; NULL: nobody counts them
	struct sender_tally *sent; // one for each target of alerts; NULL: nobody sends

	uint64_t watchdog_ms; // so often at least the keeper shows that it goes on; 0: all the same
	_Atomic uint64_t keeper_alive_ms; // when it did last, by the steady clock
	_Atomic bool keeper_is_ready;     // all that was remembered is read again
};

/** The file in the state directory that tells how it stands. */
#define STATUS_FILE "status.json"

/**
 * Run until SIGTERM; then all that stands in the pipe is taken, judged and written down.
 *
 * config       the file to read again on SIGHUP; NULL: none
 * pipe         one end of a stream socket, not blocking; the collector has the other
 * reader_pipe  the same, of the reader
 * doors        where HTTP comes in
 *
 * Returns an exit code.
 */
int keeper_run(const struct settings *s, const char *config, int pipe, int reader_pipe,
	const struct doors *doors, struct watch_shared *shared);
#endif
