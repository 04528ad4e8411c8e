// SPDX-License-Identifier: Apache-2.0
// Pasted output of routers and switches: any text in, flows out, by the shape of its rows.
#ifndef DECODE_TEXT_H
#define DECODE_TEXT_H
#include "model/batch.h"
#include "model/names.h"
#include "model/trouble.h"

struct text_decoder;

/**
 * Begin to read one text.
 *
 * source   index of the input, for the places of its rows
 * names    learns the names of interfaces
 * out      gets a flow for each row (FLOW_LISTED set); flushed by text_end
 * trouble  counts rows by kind, faults and notes
 *
 * All four are kept until text_free. Returns NULL when there is no memory; free with text_free.
 */
struct text_decoder *text_new(
	uint16_t source, struct names *names, struct batch *out, struct trouble *trouble);

/** Read on: `chunk` may begin and end anywhere, and is not kept. Memory stays bounded. */
void text_feed(struct text_decoder *t, struct bytes chunk);

/** A request in this text was understood: that it holds no row, and long words, is no fault. */
void text_excuse(struct text_decoder *t);

/** End of the text: what is still open is finished, self-checks of the outputs are made. */
void text_end(struct text_decoder *t);

void text_free(struct text_decoder *t);
#endif
