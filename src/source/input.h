// SPDX-License-Identifier: Apache-2.0
// Inputs: files and standard input, opened and recognised by their first bytes.
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H
#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"

/** What the first bytes say: CONTENT(name, in words, what to do). */
#define CONTENTS(CONTENT) \
	CONTENT(EMPTY, "nothing", "capture or paste again: the input has no byte") \
	CONTENT(TEXT, "text", "") \
	CONTENT(CAPTURE, "a packet capture", "") \
	CONTENT(GZIP, "gzip data", "unpack it first: gzip -dc FILE | cordon detect -") \
	CONTENT(BZIP2, "bzip2 data", "unpack it first: bzip2 -dc FILE | cordon detect -") \
	CONTENT(XZ, "xz data", "unpack it first: xz -dc FILE | cordon detect -") \
	CONTENT(ZSTD, "zstd data", "unpack it first: zstd -dc FILE | cordon detect -") \
	CONTENT(LZ4, "lz4 data", "unpack it first: lz4 -dc FILE | cordon detect -") \
	CONTENT(ZIP, "a zip archive", "unpack it first: unzip -p FILE | cordon detect -") \
	CONTENT(NFCAPD, "an nfcapd file", "") \
	CONTENT(BINARY, "binary data of a kind that is not understood", \
		"give router output as text, a packet capture, or an nfcapd file")

#define AS_CONTENT(name, text, action) CONTENT_##name,
enum content { CONTENTS(AS_CONTENT) N_CONTENTS };
#undef AS_CONTENT

enum { INPUT_HEAD_BYTES = 4096 };

struct input {
	const char *name; // as given, or "standard input"
	FILE *file;       // reads from the first byte on, also what was looked at
	enum content content;
	uint64_t size;          // bytes, 0 when that cannot be known
	const uint64_t *n_read; // bytes read so far; holds until the file is closed
};

/**
 * Open an input and recognise its content.
 *
 * path  "-" for standard input; kept
 *
 * Returns false, with the reason in `e`, for what cannot be opened or read, and for a directory.
 */
bool input_open(struct input *in, const char *path, struct err *e);
void input_close(struct input *in);

/** What some first bytes are. */
enum content content_of(struct bytes head);
const char *content_text(enum content c);
const char *content_action(enum content c); // "" when nothing has to be done
#endif
