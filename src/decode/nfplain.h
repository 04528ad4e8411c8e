// SPDX-License-Identifier: Apache-2.0
// The short way for records of nfdump: nearly all in a file have the same extensions in the same order.
#ifndef DECODE_NFPLAIN_H
#define DECODE_NFPLAIN_H
#include "decode/nflayout.h"
#include "model/plain.h"

enum { SHAPE_EXTENSIONS = 12, SHAPES = 8 };

/** Where the extensions of a record are, if its bytes say so again. */
struct nfshape {
	uint16_t size, n_extensions; // as in the file; 0: nothing is known
	uint16_t at[SHAPE_EXTENSIONS];
	uint32_t head[SHAPE_EXTENSIONS]; // number and length that have to stand there
	uint16_t slot[N_SLOTS];          // where the contents begin; 0: it has none
};

struct nfshapes {
	struct nfshape shape[SHAPES];
};

/** Who exported a record: see nfexporters_identity. */
struct nforigin {
	uint16_t exporter;
	uint8_t version;
	uint32_t ip;
};

/**
 * Remember the shape of a flow record that lies inside its bytes, if records of it may be plain flows.
 *
 * at  where the contents of each slot are in the record; NULL: it has none
 */
void nfplain_learn(struct nfshapes *s, struct bytes record, const uint8_t *const at[N_SLOTS]);

/**
 * Read a flow record of a known shape; `at` and `exporter` of `out` stay open.
 *
 * Returns whether it is a plain flow; if not, or if the shape is not known, it has to be walked.
 */
bool nfplain_read(
	const struct nfshapes *s, struct bytes record, struct plain *out, struct nforigin *from);
#endif
