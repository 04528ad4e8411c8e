// SPDX-License-Identifier: Apache-2.0
// Inputs: files and standard input, opened and recognised by their first bytes.
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H
#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"
#include "source/unpack.h"

/** What the first bytes say: CONTENT(name, in words, what to do). */
#define CONTENTS(CONTENT) \
	CONTENT(EMPTY, "nothing", "capture or paste again: the input has no byte") \
	CONTENT(TEXT, "text", "") \
	CONTENT(CAPTURE, "a packet capture", "") \
	CONTENT(GZIP, "gzip data in packed data", "unpack it once first: gzip -dc FILE > NEW") \
	CONTENT(BZIP2, "bzip2 data in packed data", "unpack it once first: bzip2 -dc FILE > NEW") \
	CONTENT(XZ, "xz data", "unpack it first: xz -dc FILE | cordon detect -") \
	CONTENT(ZSTD, "zstd data in packed data", "unpack it once first: zstd -dc FILE > NEW") \
	CONTENT(LZ4, "lz4 data in packed data", "unpack it once first: lz4 -dc FILE > NEW") \
	CONTENT(ZIP, "a zip archive", "unpack it first: unzip -p FILE | cordon detect -") \
	CONTENT(NFCAPD, "an nfcapd file", "") \
	CONTENT(BINARY, "binary data of a kind that is not understood", \
		"give router output as text, a packet capture, or an nfcapd file")

#define AS_CONTENT(name, text, action) CONTENT_##name,
enum content { CONTENTS(AS_CONTENT) N_CONTENTS };
#undef AS_CONTENT

enum { INPUT_HEAD_BYTES = 4096, INPUT_LAYERS_MAX = 2 };

struct input {
	const char *name;     // as given, or "standard input"
	FILE *file;           // reads from the first byte on, also what was looked at; unpacked
	enum content content; // of what `file` gives
	uint64_t size;        // bytes as they lie on the disk, 0 when that cannot be known
	FILE *whole; // `file`, if that is the file on the disk itself, without a stream between
	const uint64_t *n_read; // else: of those bytes, read so far
	struct unpack_damage *damage;
};

/**
 * Open an input, unpack it (gzip, bzip2, zstd, lz4; at most INPUT_LAYERS_MAX deep) and recognise its
 * content.
 *
 * path  "-" for standard input; kept
 *
 * Returns false, with the reason in `e`, for what cannot be opened or read, and for a directory.
 */
bool input_open(struct input *in, const char *path, struct err *e);
void input_close(struct input *in);

/** Close the stream alone: whether it was damaged can still be asked. */
void input_close_file(struct input *in);

/** Bytes read so far, of those on the disk; while the file is open, whoever reads it. */
uint64_t input_n_read(const struct input *in);

/** Whether packed data was damaged or cut, as far as it was read: `e` says where and what to do. */
bool input_is_damaged(const struct input *in, struct err *e);

/** What some first bytes are. */
enum content content_of(struct bytes head);
const char *content_text(enum content c);
const char *content_action(enum content c); // "" when nothing has to be done
#endif
