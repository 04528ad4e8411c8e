// SPDX-License-Identifier: Apache-2.0
// A whole capture file, down to the flows: read to its end or refused with words,
// and never more than it holds.
#include <assert.h>

#include "decode/export.h"
#include "decode/packet.h"
#include "source/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct outcome {
	struct templates *templates;
	struct trouble trouble;
	struct batch out;
	uint64_t n;
};

static void count(void *ctx, const struct flow *flow, size_t n)
{
	struct outcome *o = ctx;
	assert(flow->exporter);
	o->n += n;
}

static void read_frame(struct outcome *o, const struct frame *frame)
{
	struct udp udp;
	if (packet_udp(frame->link_type, frame->bytes, &udp) != FAULT_NONE)
		return;
	const struct export_format *format = export_recognise(udp.payload);
	struct datagram d = {
		.payload = udp.payload,
		.exporter = udp.src,
		.at = place_at(3, frame->number),
	};
	if (format)
		export_decode(format, &d, o->templates, &o->out, &o->trouble);
}

/* Frames are told in order, and their bytes together are no more than the file's. */
static void read_frames(struct outcome *o, struct capture *c, size_t len)
{
	struct err e = {};
	struct frames frames;
	uint64_t n = 0, n_bytes = 0;
	enum capture_next next;
	while ((next = capture_next(c, &frames, &e)) == CAPTURE_FRAMES) {
		assert(frames.n >= 1 && frames.n <= FRAMES_MAX);
		for (size_t i = 0; i < frames.n; i++) {
			assert(frames.frame[i].number == ++n);
			n_bytes += frames.frame[i].bytes.len;
			assert(n <= len && n_bytes <= len);
			read_frame(o, &frames.frame[i]);
		}
	}
	assert(next == CAPTURE_END || next == CAPTURE_DAMAGED);
	assert((next == CAPTURE_DAMAGED) == (e.text[0] != '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct outcome o;
	FILE *file = len ? fmemopen((void *)data, len, "rb") : NULL;
	if (!file)
		return 0;
	memset(&o, 0, sizeof o);
	o.out.emit = count;
	o.out.ctx = &o;
	struct err e = {};
	struct input in = { .name = "f", .file = file, .content = CONTENT_CAPTURE };
	struct capture *c = capture_open(&in, &e);
	assert((c == NULL) == (e.text[0] != '\0'));
	assert(in.file == NULL);
	if (!c)
		return 0;
	o.templates = templates_new();
	assert(o.templates);
	read_frames(&o, c, len);
	batch_flush(&o.out);
	uint64_t n_records = 0;
	for (size_t k = 0; k < N_KINDS; k++)
		n_records += o.trouble.records[k];
	assert(o.n <= n_records);
	capture_close(c);
	templates_free(o.templates);
	return 0;
}
