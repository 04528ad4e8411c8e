// SPDX-License-Identifier: Apache-2.0
// stages read|decode|evidence|judge FILE.pcap: the path of the data up to one of its stages, so that
// their costs can be told apart by subtraction. Prints flows, contacts and findings.
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "decode/export.h"
#include "decode/packet.h"
#include "detect/judge.h"
#include "source/capture.h"

enum stage { READ, DECODE, EVIDENCE, JUDGE, N_STAGES };
enum { MEMORY = 512 << 20, BYTES_A_CONTACT = 256, EXIT_USAGE = 2 }; // as cordon detect

struct bench {
	enum stage until;
	struct templates *templates;
	struct evidence *evidence;
	struct trouble trouble;
	uint64_t n_flows, last_ms;
	struct batch batch;
};

static void take(void *ctx, const struct flow *flow, size_t n)
{
	struct bench *b = ctx;
	b->n_flows += n;
	for (size_t i = 0; i < n; i++)
		b->last_ms = flow[i].last_ms > b->last_ms ? flow[i].last_ms : b->last_ms;
	if (b->until >= EVIDENCE)
		evidence_observe(b->evidence, flow, n);
}

static void read_frame(struct bench *b, int link_type, const struct frame *frame)
{
	struct udp udp;
	if (b->until < DECODE || packet_udp(link_type, frame->bytes, &udp) != FAULT_NONE)
		return;
	const struct export_format *format = export_recognise(udp.payload);
	if (!format)
		return;
	struct datagram d = {
		.payload = udp.payload,
		.exporter = udp.src,
		.at = place_at(0, frame->number),
		.received_ms = frame->time_ms,
	};
	export_decode(format, &d, b->templates, &b->batch, &b->trouble);
}

static bool run(struct bench *b, const char *path, struct err *e)
{
	struct input input;
	struct frame frame;
	if (!input_open(&input, path, e))
		return false;
	if (b->until >= EVIDENCE)
		evidence_expect(b->evidence, input.size / BYTES_A_CONTACT);
	struct capture *c = capture_open(&input, e);
	if (!c)
		return false;
	while (capture_next(c, &frame, e) == CAPTURE_FRAME)
		read_frame(b, capture_link_type(c), &frame);
	batch_flush(&b->batch);
	capture_close(c);
	input_close(&input);
	return true;
}

static enum stage stage_of(const char *name)
{
	static const char *const names[N_STAGES] = { "read", "decode", "evidence", "judge" };
	enum stage s = 0;
	while (s < N_STAGES && strcmp(names[s], name))
		s++;
	return s;
}

int main(int argc, char **argv)
{
	struct err e = {};
	struct findings findings = {};
	struct bench *b = calloc(1, sizeof *b);
	if (!b || argc != 3 || stage_of(argv[1]) == N_STAGES) {
		fputs("usage: stages read|decode|evidence|judge FILE.pcap\n", stderr);
		free(b);
		return EXIT_USAGE;
	}
	b->until = stage_of(argv[1]);
	b->batch.emit = take;
	b->batch.ctx = b;
	b->templates = templates_new();
	b->evidence = evidence_new(evidence_max_for(MEMORY), hash_key());
	bool is_fine = b->templates && b->evidence && run(b, argv[2], &e);
	if (is_fine && b->until == JUDGE)
		is_fine = judge(b->evidence, NULL, b->last_ms, false, &findings);
	if (is_fine)
		printf("%llu %zu %zu\n", (unsigned long long)b->n_flows,
			evidence_count(b->evidence), findings.n);
	else
		fprintf(stderr, "stages: %s\n", *e.text ? e.text : "no memory");
	findings_free(&findings);
	evidence_free(b->evidence);
	templates_free(b->templates);
	free(b);
	return is_fine ? 0 : EXIT_USAGE;
}
