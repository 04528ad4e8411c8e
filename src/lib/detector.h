// SPDX-License-Identifier: Apache-2.0
// What is behind the handle of a detector.
#ifndef LIB_DETECTOR_H
#define LIB_DETECTOR_H
#include <stdatomic.h>

#include "cordon.h"
#include "decode/template.h"
#include "decode/text.h"
#include "decode/traffic.h"
#include "detect/evidence.h"
#include "model/batch.h"
#include "model/inventory.h"
#include "model/names.h"
#include "model/trouble.h"

/** Sources of places; texts come behind them, by the number of their name. */
enum { SOURCE_DATAGRAMS, SOURCE_FRAMES, SOURCE_FLOWS, SOURCE_TEXTS };
static_assert((int)CORDON_SOURCES_MAX == NAMES_MAX);

/** An inventory that several detectors share; the last one frees it. */
struct site {
	struct inventory *inventory; // NULL when there is none
	atomic_uint n_users;
};

struct open_text {
	struct text_decoder *decoder; // NULL: free
	uint16_t source;
};

struct cordon {
	size_t memory;
	uint64_t key;
	struct site *site;
	struct evidence *evidence;
	struct templates *templates;
	struct traffic *traffic; // from the first frame on
	struct names interfaces; // that text decoders learn; of no use here
	struct names sources;    // of texts
	struct open_text text[CORDON_TEXTS_MAX];
	uint64_t n_datagrams, n_frames;
	uint64_t n_fragments_lost; // of detectors that were merged
	uint64_t last_ms;          // latest time any record told, 0 when none did
	struct trouble trouble;
	struct batch batch;
};

/** Hand all that is on its way to the evidence; connections begin anew. */
void detector_settle(struct cordon *c);

/** Fill an error, if there is one to fill; `text` NULL: the sentence of the status. */
void error_put(struct cordon_error *error, enum cordon_status status, const char *text);
#endif
