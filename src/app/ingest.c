// SPDX-License-Identifier: Apache-2.0
// One input after the other; what it is was recognised by source/, here it is led to its decoder.
#include "app/ingest.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "decode/export.h"
#include "decode/packet.h"
#include "decode/text.h"
#include "source/capture.h"

enum { CHUNK_BYTES = 65536, PROGRESS_MS = 250, PROGRESS_EVERY = 4096 };

struct progress {
	const struct input *input;
	const uint64_t *n_read;
	uint64_t size, next_ms, n_calls;
	bool is_on, was_shown;
};

static uint64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct progress progress_begin(const struct ingest *in, const struct input *input)
{
	return (struct progress){
		.input = input,
		.n_read = input->n_read,
		.size = input->size,
		.next_ms = clock_ms() + PROGRESS_MS * 4,
		.is_on = in->shows_progress,
	};
}

static void progress_tell(struct progress *p, const struct ingest *in)
{
	uint64_t now_ms = clock_ms();
	if (now_ms < p->next_ms)
		return;
	p->next_ms = now_ms + PROGRESS_MS;
	p->was_shown = true;
	fprintf(stderr, "\r%s: %.1f MB", p->input->name, (double)*p->n_read / 1e6);
	if (p->size)
		fprintf(stderr, " of %.1f (%.0f %%)", (double)p->size / 1e6,
			100.0 * (double)*p->n_read / (double)p->size);
	fprintf(stderr, ", %llu flows\033[K", (unsigned long long)in->trouble.flows);
	fflush(stderr);
}

static void progress_end(const struct progress *p)
{
	if (p->was_shown)
		fputs("\r\033[K", stderr);
}

static void take_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct ingest *in = ctx;
	in->trouble.flows += n;
	for (size_t i = 0; i < n; i++)
		if (flow[i].last_ms > in->last_ms)
			in->last_ms = flow[i].last_ms;
	evidence_observe(in->evidence, flow, n);
}

void ingest_init(struct ingest *in)
{
	in->batch.emit = take_flows;
	in->batch.ctx = in;
}

static void fault_at(struct ingest *in, enum fault f, uint16_t source, uint64_t position)
{
	fault_put(&in->trouble, f, place_at(source, position), 0);
}

static void read_text(struct ingest *in, struct input *input, uint16_t source)
{
	static char chunk[CHUNK_BYTES];
	struct progress p = progress_begin(in, input);
	struct text_decoder *t = text_new(source, &in->names, &in->batch, &in->trouble);
	if (!t) {
		fprintf(stderr, "cordon: no memory to read %s\n", input->name);
		fault_at(in, FAULT_UNREADABLE, source, 0);
		return;
	}
	if (isatty(fileno(stdin)) && input->file == stdin)
		fputs("paste the output of the router, then press Ctrl-D\n", stderr);
	for (size_t n; !*in->interrupted && (n = fread(chunk, 1, sizeof chunk, input->file)) > 0;) {
		text_feed(t, (struct bytes){ (const uint8_t *)chunk, n });
		if (p.is_on)
			progress_tell(&p, in);
	}
	if (ferror(input->file))
		fault_at(in, FAULT_UNREADABLE, source, 0);
	text_end(t);
	text_free(t);
	progress_end(&p);
}

/* One frame: an export datagram is decoded, everything else is left alone. */
static void read_frame(struct ingest *in, int link_type, const struct frame *frame, place at)
{
	struct udp udp;
	enum fault f = packet_udp(link_type, frame->bytes, &udp);
	if (f == FAULT_NO_EXPORT)
		return;
	if (f != FAULT_NONE) {
		fault_put(&in->trouble, f, at, 0);
		return;
	}
	const struct export_format *format = export_recognise(udp.payload);
	if (!format)
		return;
	if (udp.is_cut)
		fault_put(&in->trouble, FAULT_CUT_PACKET, at, 0);
	struct datagram d = {
		.payload = udp.payload,
		.exporter = udp.src,
		.sampling = inventory_sampling(in->inventory, &udp.src),
		.at = at,
		.received_ms = frame->time_ms,
	};
	export_decode(format, &d, in->templates, &in->batch, &in->trouble);
}

static void read_capture(struct ingest *in, struct input *input, uint16_t source)
{
	struct err e = {};
	struct frame frame;
	enum capture_next next = CAPTURE_END;
	struct progress p = progress_begin(in, input);
	uint64_t n_datagrams = in->trouble.datagrams;
	in->has_packets[source] = true;
	struct capture *c = capture_open(input, &e);
	if (!c) {
		fprintf(stderr, "cordon: %s\n", e.text);
		fault_at(in, FAULT_CUT_CAPTURE, source, 0);
		return;
	}
	int link_type = capture_link_type(c);
	uint64_t n_frames = 0;
	if (link_type_known(link_type))
		while (!*in->interrupted && (next = capture_next(c, &frame, &e)) == CAPTURE_FRAME) {
			n_frames = frame.number;
			read_frame(in, link_type, &frame, place_at(source, frame.number));
			if (p.is_on && frame.number % PROGRESS_EVERY == 0)
				progress_tell(&p, in);
		}
	else
		fault_at(in, FAULT_LINK_TYPE, source, 0);
	if (next == CAPTURE_DAMAGED) {
		fprintf(stderr, "cordon: %s\n", e.text);
		fault_at(in, FAULT_CUT_CAPTURE, source, n_frames + 1);
	} else if (in->trouble.datagrams == n_datagrams && !*in->interrupted) {
		fault_at(in, FAULT_NO_EXPORT, source, 0);
	}
	progress_end(&p);
	capture_close(c);
}

/* What is neither text nor capture: say what it is and what to do with it. */
static void refuse(struct ingest *in, const struct input *input, uint16_t source)
{
	enum fault f = input->content == CONTENT_EMPTY    ? FAULT_EMPTY
		       : input->content == CONTENT_BINARY ? FAULT_NOT_TEXT
		       : input->content == CONTENT_NFCAPD ? FAULT_NOT_TEXT
							  : FAULT_COMPRESSED;
	fprintf(stderr, "cordon: %s holds %s; %s\n", input->name, content_text(input->content),
		content_action(input->content));
	fault_at(in, f, source, 0);
}

void ingest_read(struct ingest *in, uint16_t source)
{
	struct err e = {};
	struct input input;
	if (!input_open(&input, in->source[source], &e)) {
		fprintf(stderr, "cordon: %s\n", e.text);
		fault_at(in, FAULT_UNREADABLE, source, 0);
		return;
	}
	if (input.content == CONTENT_TEXT)
		read_text(in, &input, source);
	else if (input.content == CONTENT_CAPTURE)
		read_capture(in, &input, source);
	else
		refuse(in, &input, source);
	batch_flush(&in->batch);
	input_close(&input);
}
