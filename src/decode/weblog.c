// SPDX-License-Identifier: Apache-2.0
// The driver: each line is read, counted under one of three heads, and handed on.
#include "decode/weblog.h"

#include <inttypes.h>
#include <stdlib.h>

#include "decode/weblog_line.h"
#include "decode/weblog_lines.h"
#include "decode/weblog_paste.h"

enum { LINES_NOTED = 3, NOTED_BYTES = 80 }; // malformed ones that are shown

struct weblog_decoder {
	struct splitter splitter;
	struct reading in;
	struct flow flow;
	uint16_t source;
	struct requests *out;
	struct batch *flows;
	struct trouble *trouble;
	struct paste *paste; // NULL for logs
	uint64_t n_read;
	unsigned n_noted;
};

/* Why a line is malformed; FAULT_NONE: it is not. */
static const enum fault faults[] = {
	[LINE_OTHER] = FAULT_LOG_LINE,
	[LINE_COLUMNS] = FAULT_LOG_COLUMNS,
	[LINE_FIELD] = FAULT_LOG_FIELD,
	[LINE_REQUEST] = FAULT_NONE,
	[LINE_FLOW] = FAULT_NONE,
	[LINE_READ] = FAULT_NONE,
	[LINE_SKIPPED] = FAULT_NONE,
};

static place at(const struct weblog_decoder *d, const struct log_line *line)
{
	return place_at(d->source, line->number);
}

static void count_malformed(struct weblog_decoder *d, const struct log_line *line, enum fault f)
{
	d->trouble->log.lines++;
	d->trouble->log.malformed++;
	fault_put(d->trouble, f, at(d, line), 0);
	if (d->n_noted++ < LINES_NOTED && line->text.len)
		note_put(d->trouble, at(d, line), "malformed: %.*s",
			(int)(line->text.len < NOTED_BYTES ? line->text.len : NOTED_BYTES),
			line->text.ptr);
}

static void count_skipped(struct weblog_decoder *d)
{
	d->trouble->log.lines++;
	d->trouble->log.skipped++;
}

static void count_parsed(struct weblog_decoder *d)
{
	d->n_read++;
	d->trouble->log.lines++;
	d->trouble->log.parsed++;
	d->trouble->records[d->in.kind]++;
}

static void finish_request(struct weblog_decoder *d, const struct log_line *line)
{
	struct request *r = d->in.request;
	r->at = at(d, line);
	r->offset = line->offset;
	r->line = line->text;
	r->has |= line->is_marked ? REQUEST_MARKED : 0;
	d->trouble->log.requests++;
	d->trouble->log.marked += line->is_marked;
}

static void finish_flow(struct weblog_decoder *d, const struct log_line *line)
{
	struct flow *f = d->in.flow;
	f->at = at(d, line);
	/* An exporter of its own: answers are never logged, so none is missed. */
	f->exporter = UINT16_MAX - 1U - d->source;
	d->trouble->packets += f->packets;
	batch_put(d->flows, f);
}

static bool is_blank(struct str s)
{
	return scan_trim(s).len == 0;
}

/* Read one line into the next request; gives it back when the line tells none. */
static enum line_is read_line(struct weblog_decoder *d, const struct log_line *line)
{
	struct request *r = requests_next(d->out);
	*r = (struct request){};
	d->flow = (struct flow){};
	d->in.request = r;
	d->in.wants_texts = line->is_marked;
	enum line_is is = line_read(&d->in, line->text);
	if (is == LINE_REQUEST)
		finish_request(d, line);
	else
		d->out->n--;
	if (is == LINE_FLOW)
		finish_flow(d, line);
	return is;
}

static void take_log_line(struct weblog_decoder *d, const struct log_line *line)
{
	if (line->is_long) {
		count_malformed(d, line, FAULT_LOG_LONG);
		return;
	}
	if (line->is_nul && line->is_unended)
		note_put(d->trouble, at(d, line),
			"ends in NULs: the file is being written, or the machine failed while it "
			"was");
	if (line->is_nul || is_blank(line->text)) {
		count_skipped(d);
		return;
	}
	enum line_is is = read_line(d, line);
	if (faults[is] != FAULT_NONE)
		count_malformed(d, line, faults[is]);
	else if (is == LINE_SKIPPED)
		count_skipped(d);
	else
		count_parsed(d);
}

/* In a text only what is of a log counts; the rest may be a sample that was wrapped. */
static void take_text_line(struct weblog_decoder *d, const struct log_line *line)
{
	enum line_is is = LINE_OTHER;
	if (!line->is_long && !line->is_nul && !is_blank(line->text))
		is = read_line(d, line);
	if (faults[is] != FAULT_NONE) {
		paste_line(d->paste, line->text, line->number, line->offset);
		return;
	}
	paste_break(d->paste);
	if (is == LINE_SKIPPED)
		count_skipped(d);
	else
		count_parsed(d);
}

static void on_line(void *ctx, const struct log_line *line)
{
	struct weblog_decoder *d = ctx;
	if (d->paste)
		take_text_line(d, line);
	else
		take_log_line(d, line);
}

static void on_release(void *ctx)
{
	struct weblog_decoder *d = ctx;
	requests_flush(d->out);
}

struct weblog_decoder *weblog_new(uint16_t source, enum weblog_input input,
	const struct literals *marks, struct requests *out, struct batch *flows,
	struct trouble *trouble)
{
	struct weblog_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->source = source;
	d->out = out;
	d->flows = flows;
	d->trouble = trouble;
	d->splitter.emit = on_line;
	d->splitter.release = on_release;
	d->splitter.ctx = d;
	d->splitter.marks = marks;
	d->in.flow = &d->flow;
	d->in.is_text = input == WEBLOG_TEXT;
	if (input == WEBLOG_TEXT) {
		d->paste = paste_new(source, out, trouble);
		if (!d->paste) {
			free(d);
			return NULL;
		}
	}
	return d;
}

void weblog_resume(struct weblog_decoder *d, struct bytes head, uint64_t offset, uint64_t n_lines,
	struct str heading)
{
	struct request unused = {};
	splitter_resume(&d->splitter, head, offset, n_lines);
	d->in.request = &unused;
	for (const char *p = heading.ptr, *end = p + heading.len; heading.len && p < end;) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *stop = lf ? lf : end;
		if (stop > p)
			(void)line_read(&d->in, (struct str){ p, (size_t)(stop - p) });
		p = stop + 1;
	}
	d->in.request = NULL;
}

uint64_t weblog_n_lines(const struct weblog_decoder *d)
{
	return d->splitter.n_lines;
}

void weblog_feed(struct weblog_decoder *d, struct bytes chunk)
{
	splitter_feed(&d->splitter, chunk);
}

void weblog_end(struct weblog_decoder *d)
{
	splitter_end(&d->splitter);
	if (d->paste)
		paste_break(d->paste);
	requests_flush(d->out);
	batch_flush(d->flows);
}

uint64_t weblog_n_read(const struct weblog_decoder *d)
{
	return d->n_read + (d->paste ? paste_n_found(d->paste) : 0);
}

void weblog_free(struct weblog_decoder *d)
{
	if (d)
		paste_free(d->paste);
	free(d);
}
