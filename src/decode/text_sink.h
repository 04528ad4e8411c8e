// SPDX-License-Identifier: Apache-2.0
// Where rows of a pasted text go: the books, and the batch when the row is a flow.
#ifndef DECODE_TEXT_SINK_H
#define DECODE_TEXT_SINK_H
#include <strings.h>

#include "model/batch.h"
#include "model/names.h"
#include "model/trouble.h"

struct sink {
	uint16_t source;
	struct names *names;
	struct batch *out;
	struct trouble *trouble;
	bool is_known; // a row or a heading was recognised
};

/** Count a row of `kind` with its packets and bytes. */
static inline void sink_count(struct sink *s, enum kind kind, const struct flow *f)
{
	s->is_known = true;
	s->trouble->records[kind]++;
	s->trouble->packets += f->packets;
	s->trouble->octets += f->bytes;
}

/** Hand on a flow that stands on `line` and came in on `input`: empty, "*", "Null" are no names. */
static inline void sink_emit(struct sink *s, struct flow *f, uint64_t line, struct str input)
{
	f->at = place_at(s->source, line);
	f->has |= FLOW_LISTED;
	bool has_name = input.len && input.ptr[0] != '*' && strncasecmp(input.ptr, "Null", 4) != 0;
	f->input = has_name ? names_put(s->names, input) : 0;
	batch_put(s->out, f);
}

/** Count a damaged row. */
static inline void sink_damaged(struct sink *s, uint64_t line)
{
	fault_put(s->trouble, FAULT_BAD_ROW, place_at(s->source, line), 0);
}
#endif
