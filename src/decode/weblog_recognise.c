// SPDX-License-Identifier: Apache-2.0
// Whether an input is a log: its first lines are read, and those that are of a log counted.
#include <stdlib.h>

#include "decode/weblog_line.h"
#include "decode/weblog_lines.h"

/* A recogniser reads the same way as the decoder, but keeps counts only. */
struct recogniser {
	struct splitter splitter;
	struct reading in;
	struct request request;
	struct flow flow;
	uint64_t n_lines, n_known, n_device;
	bool is_cut; // the last line goes on beyond the head
};

static void on_line(void *ctx, const struct log_line *line)
{
	struct recogniser *g = ctx;
	struct str text = scan_trim(line->text);
	if (line->is_nul || (text.len == 0 && !line->is_long) ||
		(line->is_unended && g->is_cut && g->n_lines))
		return;
	g->request = (struct request){};
	g->flow = (struct flow){};
	enum line_is is = line->is_long ? LINE_OTHER : line_read(&g->in, line->text);
	if (is == LINE_OTHER && text.len && text.ptr[0] == '#')
		return; // a remark, of a log or of anything else
	g->n_lines++;
	g->n_known += is != LINE_OTHER;
	g->n_device += is != LINE_OTHER && (g->in.kind == KIND_ACL || g->in.kind == KIND_IDS);
}

static void on_release(void *ctx)
{
	(void)ctx;
}

bool weblog_recognise(struct bytes head)
{
	struct literals *const no_marks = NULL;
	struct recogniser *g = calloc(1, sizeof *g);
	if (!g)
		return false;
	g->splitter.emit = on_line;
	g->splitter.release = on_release;
	g->splitter.ctx = g;
	g->splitter.marks = no_marks;
	g->in.request = &g->request;
	g->in.flow = &g->flow;
	g->in.is_text = true;
	if (head.len >= WEBLOG_HEAD_BYTES) {
		head.len = WEBLOG_HEAD_BYTES;
		g->is_cut = true;
	}
	splitter_feed(&g->splitter, head);
	splitter_end(&g->splitter);
	bool is_device = g->n_device * 2 > g->n_known;
	bool is_log = g->n_known && (is_device ? g->n_known * 10 >= g->n_lines * 9
					       : g->n_known * 2 >= g->n_lines);
	free(g);
	return is_log;
}
