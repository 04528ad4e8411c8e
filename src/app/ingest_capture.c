// SPDX-License-Identifier: Apache-2.0
// Captures: what is an export datagram is decoded, every other packet is traffic itself.
#include "app/ingest.h"
#include "app/progress.h"
#include "decode/export.h"
#include "decode/fragment.h"
#include "decode/session.h"
#include "source/capture.h"

enum { SESSIONS_MAX = 1 << 20 };
enum { BYTES_A_CONTACT = 256 }; // of a large export capture, as a rule: four or five flows each

/** One capture on its way. */
struct reading {
	struct ingest *in;
	uint16_t source;
	int link_type;
	uint64_t n_frames, n_ip;
	struct sessions *sessions;
	struct fragments *fragments;
};

static bool reading_init(struct reading *r, struct ingest *in, uint16_t source)
{
	struct domain domain = { .id = source, .version = UINT32_MAX }; // whoever captured it
	*r = (struct reading){ .in = in, .source = source };
	r->sessions = sessions_new(SESSIONS_MAX, domain_identity(&domain), &in->batch);
	r->fragments = fragments_new();
	return r->sessions && r->fragments;
}

static void reading_fini(struct reading *r)
{
	sessions_free(r->sessions);
	fragments_free(r->fragments);
}

/* Returns whether the packet carried an export datagram. */
static bool read_export(struct reading *r, const struct packet *p, uint64_t time_ms, place at)
{
	struct udp udp;
	if (packet_to_udp(p, &udp) != FAULT_NONE)
		return false;
	const struct export_format *format = export_recognise(udp.payload);
	if (!format)
		return false;
	if (udp.is_cut)
		fault_put(&r->in->trouble, FAULT_CUT_PACKET, at, 0);
	struct datagram d = {
		.payload = udp.payload,
		.exporter = udp.src,
		.sampling = inventory_sampling(r->in->inventory, &udp.src),
		.at = at,
		.received_ms = time_ms,
	};
	export_decode(format, &d, r->in->templates, &r->in->batch, &r->in->trouble);
	return true;
}

static void read_frame(struct reading *r, const struct frame *frame)
{
	struct packet p, whole;
	struct trouble *t = &r->in->trouble;
	place at = place_at(r->source, frame->number);
	enum packet_sort sort = packet_parse(r->link_type, frame->bytes, &p);
	r->n_frames = frame->number;
	if (sort != PACKET_IP) {
		t->records[KIND_PACKET]++;
		if (sort == PACKET_DAMAGED)
			fault_put(t, FAULT_SHORT, at, 0);
		return;
	}
	r->n_ip++;
	bool is_part = p.proto == PROTO_UDP && (p.fragment_at || p.has_more);
	if (is_part && fragments_put(r->fragments, &p, &whole) &&
		read_export(r, &whole, frame->time_ms, at))
		return;
	if (!is_part && read_export(r, &p, frame->time_ms, at))
		return;
	t->records[KIND_PACKET]++;
	sessions_put(r->sessions, &p, frame->time_ms, at);
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
	uint64_t n_lost = fragments_lost(r->fragments);
	if (next == CAPTURE_DAMAGED) {
		fprintf(stderr, "cordon: %s\n", e->text);
		ingest_fault(r->in, FAULT_CUT_CAPTURE, r->source, r->n_frames + 1);
	} else if (!link_type_known(r->link_type)) {
		ingest_fault(r->in, FAULT_LINK_TYPE, r->source, 0);
	} else if (r->n_ip == 0 && !*r->in->interrupted) {
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
		fprintf(stderr, "cordon: %s\n", c ? "no memory to read a capture" : e->text);
		ingest_fault(in, c ? FAULT_UNREADABLE : FAULT_CUT_CAPTURE, source, 0);
	} else {
		enum capture_next next = CAPTURE_END;
		r.link_type = capture_link_type(c);
		if (link_type_known(r.link_type))
			next = read_frames(&r, c, p, e);
		sessions_flush(r.sessions);
		in->trouble.records[KIND_CONNECTION] += sessions_count(r.sessions);
		read_faults(&r, next, e);
	}
	progress_end(p);
	reading_fini(&r);
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
		fprintf(stderr,
			"cordon: listening on %s; Ctrl-C ends it and judges what was seen\n",
			in->source[source]);
	read_capture(in, c, source, &silent, &e);
	batch_flush(&in->batch);
}
