// SPDX-License-Identifier: Apache-2.0
// Captures: what is an export datagram is decoded, every other packet is traffic itself.
#include "app/ingest.h"
#include "app/progress.h"
#include "decode/traffic.h"
#include "source/capture.h"

enum { CONNECTIONS_MAX = 1 << 20 };
enum { BYTES_A_CONTACT = 256 }; // of a large export capture, as a rule: four or five flows each

/** One capture on its way. */
struct reading {
	struct ingest *in;
	uint16_t source;
	int link_type;
	uint64_t n_frames;
	bool has_ip;
	struct traffic *traffic;
};

static bool reading_init(struct reading *r, struct ingest *in, uint16_t source)
{
	struct traffic_outlets to = {
		.id = source,
		.connections_max = CONNECTIONS_MAX,
		.templates = in->templates,
		.inventory = in->inventory,
		.out = &in->batch,
		.trouble = &in->trouble,
	};
	*r = (struct reading){ .in = in, .source = source, .traffic = traffic_new(&to) };
	return r->traffic;
}

static void read_frame(struct reading *r, const struct frame *frame)
{
	place at = place_at(r->source, frame->number);
	r->n_frames = frame->number;
	r->has_ip |= traffic_put(r->traffic, r->link_type, frame->bytes, frame->time_ms, at) ==
		     PACKET_IP;
}

/* Read all frames. Returns why the reading ended. */
static enum capture_next read_frames(
	struct reading *r, struct capture *c, struct progress *p, struct err *e)
{
	struct frame frame;
	enum capture_next next = CAPTURE_IDLE;
	while (!*r->in->interrupted && (next == CAPTURE_FRAME || next == CAPTURE_IDLE)) {
		next = capture_next(c, &frame, e);
		if (next != CAPTURE_FRAME)
			continue;
		read_frame(r, &frame);
		progress_tell(p, r->in->trouble.flows);
	}
	return next;
}

/* What a capture lacked, as a whole. */
static void read_faults(struct reading *r, enum capture_next next, const struct err *e)
{
	uint64_t n_lost = traffic_fragments_lost(r->traffic);
	if (next == CAPTURE_DAMAGED) {
		ingest_tell("%s", e->text);
		ingest_fault(r->in, FAULT_CUT_CAPTURE, r->source, r->n_frames + 1);
	} else if (!link_type_known(r->link_type)) {
		ingest_fault(r->in, FAULT_LINK_TYPE, r->source, 0);
	} else if (!r->has_ip && !*r->in->interrupted) {
		ingest_fault(r->in, FAULT_NO_IP, r->source, 0);
	}
	while (n_lost-- > 0)
		ingest_fault(r->in, FAULT_FRAGMENT, r->source, 0);
}

/* Read a capture that was opened, or tell why it was not; it is closed here. */
static void read_capture(
	struct ingest *in, struct capture *c, uint16_t source, struct progress *p, struct err *e)
{
	struct reading r = {};
	in->has_packets[source] = true;
	if (!c || !reading_init(&r, in, source)) {
		ingest_tell("%s", c ? "no memory to read a capture" : e->text);
		ingest_fault(in, c ? FAULT_UNREADABLE : FAULT_CUT_CAPTURE, source, 0);
	} else {
		enum capture_next next = CAPTURE_END;
		r.link_type = capture_link_type(c);
		if (link_type_known(r.link_type))
			next = read_frames(&r, c, p, e);
		traffic_flush(r.traffic);
		read_faults(&r, next, e);
	}
	progress_end(p);
	traffic_free(r.traffic);
	capture_close(c);
}

void ingest_capture(struct ingest *in, struct input *take, uint16_t source)
{
	struct err e = {};
	struct progress p = progress_begin(take, in->shows_progress);
	evidence_expect(in->evidence, take->size / BYTES_A_CONTACT);
	read_capture(in, capture_open(take, &e), source, &p, &e);
}

void ingest_interface(struct ingest *in, uint16_t source)
{
	struct err e = {};
	struct progress silent = {};
	struct capture *c = capture_live(in->source[source], &e);
	if (c)
		ingest_tell("listening on %s; Ctrl-C ends it and judges what was seen",
			in->source[source]);
	read_capture(in, c, source, &silent, &e);
	batch_flush(&in->batch);
}
