// SPDX-License-Identifier: Apache-2.0
// Shapes of rows: which words in a row are an entry of a flow table, whatever stands above them.
#ifndef DECODE_TEXT_ROW_H
#define DECODE_TEXT_ROW_H
#include "decode/text_token.h"
#include "model/flow.h"
#include "model/trouble.h"

enum { ROW_TOKENS = 64 }; // no row takes more words

/** Words not yet read, and those before them that are still remembered. */
struct view {
	const struct token *at;
	size_t n_ahead, n_behind;
	bool is_end; // no more will come
};

/** Whether words fit: FIT_MORE asks for further words before it is known. */
enum fit { FIT_NO, FIT_MORE, FIT_YES };

/** What the words between the rows told about the rows to come. All zero is the beginning. */
struct mode {
	const struct shape *shape; // of the last row or heading; NULL after a command
	uint64_t n_headings;       // so far
	bool is_mls_ip; // the last row or heading was one of `show mls ip`, which has no shape
	bool is_top_talkers;
	bool is_bytes;         // the last column of top talkers holds bytes
	bool is_violations;    // accounting rows end with the access list
	bool is_decimal_proto; // FreeBSD's flowctl: Pr is decimal
};

/** What an MLS row hides because of the flow mask. */
enum hidden { HIDDEN_NOTHING, HIDDEN_PORTS, HIDDEN_SOURCE };

/** One row that was read. */
struct row {
	enum kind kind;
	struct flow flow; // exporter, place and input interface are left to the caller
	struct str input; // interface, a view of the token; may be empty
	enum hidden hidden;
	size_t n_tokens;
};

/** Try all shapes at the first word ahead; fills `out` and `mode->shape` with FIT_YES. */
enum fit row_match(struct mode *mode, const struct view *v, struct row *out);

/** Rows of `kind` with `n_cells` words (MLS_IP: any) are to come, damaged ones too. */
void row_expect(struct mode *mode, enum kind kind, size_t n_cells);

/**
 * Whether the words ahead look like a damaged row of the shape seen last: FIT_YES when most of its
 * telling cells fit in their places.
 */
enum fit row_is_damaged(const struct mode *mode, const struct view *v);

/** `show mls ip`: a row of two lines whose cells run into each other (text_mls.c). */
enum fit mls_ip_match(const struct view *v, struct row *out);

/** As row_is_damaged, for `show mls ip`. */
enum fit mls_ip_is_damaged(const struct view *v);

/** Write an MLS row's protocol and ports as far as the flow mask shows them. */
void mls_key(struct row *out, int proto, int src_port, int dst_port);
#endif
