// SPDX-License-Identifier: Apache-2.0
// Captures: what is an export datagram is decoded, every other packet is traffic itself.
#include "app/ingest.h"
#include "app/progress.h"
#include "decode/traffic.h"
#include "source/capture.h"

enum { CONNECTIONS_MAX = 1 << 20 };
enum {
	BYTES_A_CONTACT = 160
}; // of a large export capture, with three or four flows each; as a rule more
enum { LOOK_FRAMES = 1024 }; // the first of a capture, by which the rest is guessed

/** One capture on its way. */
struct reading {
	struct ingest *in;
	uint16_t source;
	uint64_t n_frames;
	uint64_t n_parted; // of the exports, those before the last capture that was appended
	struct traffic *traffic;
	struct sequences *sequences; // of the exporters in this capture; NULL: nobody counts
};

static bool reading_init(struct reading *r, struct ingest *in, uint16_t source)
{
	struct sequences *sequences = sequences_new();
	struct traffic_outlets to = {
		.id = source,
		.connections_max = CONNECTIONS_MAX,
		.templates = in->templates,
		.sequences = sequences,
		.inventory = in->inventory,
		.out = &in->batch,
		.trouble = &in->trouble,
	};
	*r = (struct reading){
		.in = in, .source = source, .traffic = traffic_new(&to), .sequences = sequences
	};
	return r->traffic;
}

/* Room for the contacts of a capture of exports; in one of packets, connections come first. */
static void expect(const struct reading *r, uint64_t size)
{
	uint64_t n_exports = traffic_tally(r->traffic).n_exports;
	evidence_expect(r->in->evidence, size / r->n_frames * n_exports / BYTES_A_CONTACT);
}

/* Between captures that were appended to each other, datagrams are not missing. */
static void part(struct reading *r)
{
	uint64_t n_exports = traffic_tally(r->traffic).n_exports;
	if (r->sequences && n_exports > r->n_parted)
		sequences_part(r->sequences);
	r->n_parted = n_exports;
}

/* Read all frames. Returns why the reading ended. */
static enum capture_next read_frames(
	struct reading *r, struct capture *c, struct progress *p, struct err *e)
{
	struct frames frames;
	bool was_expected = false;
	enum capture_next next = CAPTURE_IDLE;
	while (next == CAPTURE_FRAMES || next == CAPTURE_IDLE) {
		if (*r->in->interrupted) // what stands in memory is used still
			capture_stop(c);
		next = capture_next(c, &frames, e);
		if (next != CAPTURE_FRAMES)
			continue;
		if (frames.is_of_another)
			part(r);
		traffic_put(r->traffic, &frames, r->source);
		r->n_frames += frames.n;
		if (!was_expected && r->n_frames >= LOOK_FRAMES) {
			expect(r, p->input ? p->input->size : 0);
			was_expected = true;
		}
		progress_tell(p, ingest_progress(r->in));
	}
	return *r->in->interrupted ? CAPTURE_END : next;
}

/* Frames that were left out: of what kind the first is, and what would have been read. */
static void tell_unlinked(const struct reading *r, const struct traffic_tally *tally)
{
	const char *name = capture_link_name(tally->unlinked_type);
	ingest_tell("%s#%llu: link type %d (%s) is not read, in %llu of %llu packets; read "
		    "are " LINK_TYPES_KNOWN,
		r->in->source[r->source], (unsigned long long)place_position(tally->unlinked),
		tally->unlinked_type,
		name                                  ? name
		: tally->unlinked_type == LINK_UNTOLD ? "the capture does not tell it"
						      : "unknown to libpcap",
		(unsigned long long)tally->n[PACKET_UNLINKED], (unsigned long long)r->n_frames);
}

/* What a capture lacked, as a whole. */
static void read_faults(
	struct reading *r, const struct capture *c, enum capture_next next, const struct err *e)
{
	struct traffic_tally tally = traffic_tally(r->traffic);
	uint64_t n_unlinked = tally.n[PACKET_UNLINKED];
	if (next == CAPTURE_DAMAGED) {
		ingest_tell("%s", e->text);
		ingest_fault(r->in, FAULT_CUT_CAPTURE, r->source, r->n_frames + 1);
	}
	if (capture_mistimed(c))
		ingest_fault(r->in, FAULT_TIME, r->source, capture_mistimed(c));
	if (n_unlinked) {
		tell_unlinked(r, &tally);
		ingest_fault(r->in, FAULT_LINK_TYPE, r->source,
			n_unlinked < r->n_frames ? place_position(tally.unlinked) : 0);
	} else if (next != CAPTURE_DAMAGED && !tally.n[PACKET_IP] && !*r->in->interrupted) {
		ingest_fault(r->in, FAULT_NO_IP, r->source, 0);
	}
	while (tally.n_fragmented_lost-- > 0)
		ingest_fault(r->in, FAULT_FRAGMENT, r->source, 0);
}

/* How many flows of an exporter are missing: of those that count datagrams, by what was in the others. */
static uint64_t lost_flows(const struct exporter *x)
{
	bool counts_flows = x->version == 5 || x->version == 10;
	return counts_flows ? x->missing : x->missing * (x->records / x->datagrams + 1);
}

/* What exporters sent and the capture does not hold: a flow back that is missing there makes a peer look silent. */
static void note_loss(const struct reading *r)
{
	struct sequence_iter it = { .sequences = r->sequences };
	struct exporter worst = {};
	char room[ADDR_TEXT_BYTES], others[40] = "";
	size_t n = 0;
	for (const struct exporter *x; r->sequences && (x = sequence_next(&it, UINT64_MAX));) {
		if (x->missing == 0)
			continue;
		n++;
		evidence_lose(r->in->evidence, lost_flows(x));
		if (n == 1 || lost_flows(x) > lost_flows(&worst))
			worst = *x;
	}
	if (n == 0)
		return;
	if (n > 1)
		snprintf(others, sizeof others, " (and of %zu more)", n - 1);
	note_put(&r->in->trouble, place_at(r->source, 0),
		"about %llu flows of exporter %s%s are missing, as its numbers tell: peers whose "
		"answers were told there look silent",
		(unsigned long long)lost_flows(&worst), addr_format(&worst.address, room), others);
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
		enum capture_next next = read_frames(&r, c, p, e);
		evidence_expect(in->evidence, traffic_tally(r.traffic).n_waiting);
		traffic_flush(r.traffic);
		read_faults(&r, c, next, e);
		note_loss(&r);
	}
	progress_end(p);
	traffic_free(r.traffic);
	sequences_free(r.sequences);
	capture_close(c);
}

void ingest_capture(struct ingest *in, struct input *take, uint16_t source)
{
	struct err e = {};
	struct progress p = progress_begin(take, in->shows_progress);
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
