// SPDX-License-Identifier: Apache-2.0
// The short way for records of nfdump: nearly all in a file have the same extensions in the same order.
#ifndef DECODE_NFPLAIN_H
#define DECODE_NFPLAIN_H
#include "decode/nflayout.h"
#include "model/plain.h"

enum { SHAPE_EXTENSIONS = 12, SHAPES = 8, SHAPE_BYTES = 256 };

/** Where the extensions of a record are, if its bytes say so again. */
struct nfshape {
	uint16_t size, n_extensions; // as in the file; 0: nothing is known
	uint16_t at[SHAPE_EXTENSIONS];
	uint32_t head[SHAPE_EXTENSIONS]; // number and length that have to stand there
	uint16_t slot[N_SLOTS];          // where the contents begin; 0: it has none
	uint8_t mask[SHAPE_BYTES];       // bits in which records of a run are alike
};

struct nfshapes {
	struct nfshape shape[SHAPES];
};

/** Records in a row, and who exported them: see nfexporters_identity. */
struct nfrun {
	size_t n, bytes;
	uint64_t packets, octets; // of all together
	uint16_t exporter;
	uint8_t version; // of the first record, as `ip`
	uint32_t ip;
};

/**
 * Remember the shape of a flow record that lies inside its bytes, if records of it may be plain flows.
 *
 * at  where the contents of each slot are in the record; NULL: it has none
 */
void nfplain_learn(struct nfshapes *s, struct bytes record, const uint8_t *const at[N_SLOTS]);

/**
 * Read flow records of known shapes: as many in a row as are plain flows of one exporter, behind those in `out`, up to
 * `most`. There `at`, `exporter` and the number stay open.
 *
 * left  begins with a record
 *
 * The record behind them has to be walked, if there is one and fewer than `most` were read.
 */
struct nfrun nfplain_run(
	const struct nfshapes *s, struct bytes left, size_t most, struct plains *out);
#endif
