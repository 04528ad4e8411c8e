// SPDX-License-Identifier: Apache-2.0
// A block of records out of a file, unpacked: what a source yields and a decoder reads.
#ifndef MODEL_BLOCK_H
#define MODEL_BLOCK_H
#include "base/bytes.h"
#include "model/trouble.h"

/** Records side by side, and where they stand; `bytes` hold until the next block is asked for. */
struct block {
	struct bytes bytes; // whoever decodes them takes them off the front
	uint64_t offset;    // in the file, of what they begin with; when packed, of the block
	uint32_t n_records; // as the block announces
	bool is_packed;     // it was compressed: places inside it are no places of the file
	bool is_of_another; // the first of a file that was appended: what was said of exporters is over
	bool goes_on;       // more of it comes, behind what is left of this
	enum fault fault; // FAULT_NONE, or why only a part, or nothing, of it is here
};
#endif
