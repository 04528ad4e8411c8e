// SPDX-License-Identifier: Apache-2.0
// Files of nfcapd and nfdump 1.7 (file layout 2), block by block: bytes in, unpacked records out.
#ifndef SOURCE_NFCAPD_H
#define SOURCE_NFCAPD_H
#include "model/block.h"
#include "source/input.h"

/** No block is longer than this, packed or unpacked: nfdump's own buffers end there. */
enum { NFCAPD_BLOCK_MAX = 5 << 20 };

struct nfcapd;

/**
 * Read a file of nfcapd from an opened input, whose stream it takes over: closed by nfcapd_close.
 *
 * Returns NULL, with the reason and what to do in `e` and its sort in `fault`: FAULT_LAYOUT for a file of another
 * layout, FAULT_PACKING for one packed in a way that is not read (LZO) or encrypted, FAULT_CUT_FILE for one that
 * ends in its header, FAULT_UNREADABLE without memory.
 */
struct nfcapd *nfcapd_open(struct input *take, enum fault *fault, struct err *e);
void nfcapd_close(struct nfcapd *n);

/**
 * The next block of records, or more of one that goes on: `out` is as the call before left it, but for what was taken
 * off its front.
 *
 * A damaged block is given with its fault and what can be used of it; the next call goes on behind
 * it, where there is a behind. A file that ends too early gives an empty block with the fault. Files that were
 * appended to each other are read one after the other.
 * Returns false at the end.
 */
bool nfcapd_next(struct nfcapd *n, struct block *out);
#endif
