// SPDX-License-Identifier: Apache-2.0
// Text: a log goes to its decoder in large pieces. Any other text is read twice, for rows of router
// output and for what it holds of logs.
#include "app/ingest.h"
#include "app/progress.h"
#include "decode/text.h"
#include "decode/weblog.h"

enum { LOG_CHUNK_BYTES = 1 << 20, TEXT_CHUNK_BYTES = WEBLOG_HEAD_BYTES };

/* The decoders of one text; `text` is NULL for a log. */
struct readers {
	struct weblog_decoder *weblog;
	struct text_decoder *text;
};

static bool readers_init(struct readers *r, struct ingest *in, uint16_t source, bool is_log)
{
	r->weblog = weblog_new(source, is_log ? WEBLOG_LOG : WEBLOG_TEXT, in->marks, &in->requests,
		&in->batch, &in->trouble);
	r->text = is_log ? NULL : text_new(source, &in->names, &in->batch, &in->trouble);
	return r->weblog && (is_log || r->text);
}

static void readers_feed(struct readers *r, struct bytes chunk)
{
	weblog_feed(r->weblog, chunk);
	if (r->text)
		text_feed(r->text, chunk);
}

static void readers_end(struct readers *r)
{
	weblog_end(r->weblog);
	if (!r->text)
		return;
	if (weblog_n_read(r->weblog))
		text_excuse(r->text);
	text_end(r->text);
}

static void readers_fini(struct readers *r)
{
	weblog_free(r->weblog);
	text_free(r->text);
}

/* After an interruption nothing is read: a terminal would be waited for once more. */
static size_t read_chunk(const struct ingest *in, struct input *input, uint8_t *chunk, size_t size)
{
	return *in->interrupted ? 0 : fread(chunk, 1, size, input->file);
}

/* What the look at the first bytes has read is there without waiting, also after an interruption: a
 * paste that was ended by Ctrl-C in place of Ctrl-D is not lost. */
static size_t read_first(const struct ingest *in, struct input *input, uint8_t *chunk)
{
	size_t size = *in->interrupted ? INPUT_HEAD_BYTES : TEXT_CHUNK_BYTES;
	return fread(chunk, 1, size, input->file);
}

void ingest_text(struct ingest *in, struct input *input, uint16_t source)
{
	static uint8_t chunk[LOG_CHUNK_BYTES];
	struct readers readers = {};
	struct progress p = progress_begin(input, in->shows_progress);
	p.calls_a_look = 1; // a call is a megabyte
	size_t n = read_first(in, input, chunk);
	bool is_log = weblog_recognise((struct bytes){ chunk, n });
	if (!readers_init(&readers, in, source, is_log)) {
		readers_fini(&readers);
		ingest_tell("no memory to read %s", input->name);
		ingest_fault(in, FAULT_UNREADABLE, source, 0);
		return;
	}
	while (n > 0) {
		readers_feed(&readers, (struct bytes){ chunk, n });
		progress_tell(&p, ingest_progress(in));
		n = read_chunk(in, input, chunk, is_log ? sizeof chunk : TEXT_CHUNK_BYTES);
	}
	if (ferror(input->file))
		ingest_fault(in, FAULT_UNREADABLE, source, 0);
	readers_end(&readers);
	readers_fini(&readers);
	progress_end(&p);
}
