// SPDX-License-Identifier: Apache-2.0
// Packed data (gzip, bzip2, zstd, LZ4) as a stream of what was packed, in bounded memory.
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H
#include <stdio.h>

#include "base/bytes.h"

enum unpack_step { UNPACK_MORE, UNPACK_END, UNPACK_DAMAGED };

/** What one step of unpacking has before it. It is moved on by what was used. */
struct unpack {
	struct bytes in;
	uint8_t *out;
	size_t room;
	const char *why; // of UNPACK_DAMAGED, in words
};

/** A way to pack. Files of it may be put one behind the other, as rotation of logs does. */
struct packing {
	const char *name; // "gzip": also the program that tests a file with -t

	/** Whether these four bytes, or fewer at the end, begin data. */
	bool (*begins)(struct bytes head);

	/** A state at the beginning of data; NULL: no memory. */
	void *(*state_new)(void);
	void (*state_free)(void *state);

	/** Back to the beginning, behind an end; false: no memory. */
	bool (*again)(void *state);

	/**
	 * Unpack what is before it, as far as there is input and room.
	 *
	 * UNPACK_END: the data ended, more may follow. UNPACK_DAMAGED: `why` says what is wrong.
	 * UNPACK_MORE without progress: it waits for input.
	 */
	enum unpack_step (*step)(void *state, struct unpack *u);
};

extern const struct packing packing_gzip, packing_bzip2, packing_zstd, packing_lz4;

/** Why unpacking ended before its input did. All zero: it did not. */
struct unpack_damage {
	const struct packing *packing;
	const char *why;
	uint64_t at;    // byte of the packed data, about
	uint64_t n_out; // bytes unpacked before it
};

/**
 * The unpacked bytes of a packed stream, as a stream.
 *
 * take    closed with the stream; also when this fails
 * damage  filled when the data is damaged, ends too early, or is followed by something else, where
 *         nothing is filled in yet; lives as long as the stream. The stream then ends.
 *
 * Returns NULL, with errno, for want of memory.
 */
FILE *unpack_open(const struct packing *packing, FILE *take, struct unpack_damage *damage);
#endif
