// SPDX-License-Identifier: Apache-2.0
// A worm's request inside a text: papers and mails wrap and space it, and may lose its head.
#ifndef DECODE_WEBLOG_PASTE_H
#define DECODE_WEBLOG_PASTE_H
#include "model/request.h"
#include "model/trouble.h"

struct paste;

/**
 * Begin to look for samples: a long run of one letter, and escapes, "%u9090", behind it, whatever
 * blanks and line ends stand in between. The length of the run is not looked at, beyond that it is one.
 *
 * out      gets a request with REQUEST_PASTED for each; client and server only when what stands
 *          before it is a line of a log
 * trouble  counts them as KIND_PASTED_REQUEST
 */
struct paste *paste_new(uint16_t source, struct requests *out, struct trouble *trouble);

/** One more line of the text. */
void paste_line(struct paste *p, struct str text, uint64_t number, uint64_t offset);

/** What comes next does not belong to what came before. */
void paste_break(struct paste *p);

uint64_t paste_n_found(const struct paste *p);
void paste_free(struct paste *p);
#endif
