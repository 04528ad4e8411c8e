// SPDX-License-Identifier: Apache-2.0
// Reading of inputs: any mixture of text and captures becomes evidence.
#ifndef APP_INGEST_H
#define APP_INGEST_H
#include <signal.h>

#include "app/progress.h"
#include "base/literals.h"
#include "decode/template.h"
#include "detect/attacks.h"
#include "detect/evidence.h"
#include "model/batch.h"
#include "model/inventory.h"
#include "model/names.h"
#include "model/request.h"
#include "model/trouble.h"
#include "source/input.h"

struct ingest {
	struct evidence *evidence;
	struct templates *templates;
	const struct inventory *inventory; // NULL when there is none
	struct names names;
	struct trouble trouble;
	struct batch batch;
	struct requests requests;      // of logs; who reads them sets its emit and ctx
	const struct attacks *attacks; // whose number is shown while reading; NULL: nobody's
	const struct literals *marks;  // which of them get their texts; NULL: all
	const char *const *source;     // names of the inputs
	bool *has_packets;             // by source: positions are packets, not lines
	size_t n_sources;
	uint64_t last_ms; // latest time any record told, 0 when none did
	bool shows_progress;
	unsigned n_cores; // that may be used
	const volatile sig_atomic_t *interrupted;
};

/**
 * Make ready. `evidence`, `templates`, `source` and what follows are the caller's to fill; who wants
 * requests sets `requests` and `marks`, otherwise they are counted and dropped.
 */
void ingest_init(struct ingest *in);

/** What a person who waits is told: records, lines and attackers so far. */
struct progress_seen ingest_progress(const struct ingest *in);

/** Tell a person, on stderr; names of files in `text` cannot steer the terminal. */
[[gnu::format(printf, 1, 2)]] void ingest_tell(const char *text, ...);

/** Count a fault at a line, packet or record of an input; 0: the input as a whole. */
void ingest_fault(struct ingest *in, enum fault f, uint16_t source, uint64_t position);

/** Read a capture, whose stream is taken over: export datagrams and ordinary packets. */
void ingest_capture(struct ingest *in, struct input *take, uint16_t source);

/** Read a file of nfcapd, whose stream is taken over. */
void ingest_nfcapd(struct ingest *in, struct input *take, uint16_t source);

/** Read a text: a log, or anything else that is pasted. */
void ingest_text(struct ingest *in, struct input *input, uint16_t source);

/** Listen on the interface that a source names, until interrupted. */
void ingest_interface(struct ingest *in, uint16_t source);

/** Read one input to its end, or to an interruption; what is wrong with it is told and counted. */
void ingest_read(struct ingest *in, uint16_t source);
#endif
