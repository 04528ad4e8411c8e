// SPDX-License-Identifier: Apache-2.0
// stages read|decode|evidence|judge FILE.pcap: the path of the data up to one of its stages, so that
// their costs can be told apart by subtraction. Prints flows, contacts and findings.
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "decode/traffic.h"
#include "detect/judge.h"
#include "source/capture.h"

enum stage { READ, DECODE, EVIDENCE, JUDGE, N_STAGES };
enum { MEMORY = 512 << 20, BYTES_A_CONTACT = 160, CONNECTIONS_MAX = 1 << 20 }; // as cordon detect
enum { EXIT_USAGE = 2 };

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

static void take_plain(void *ctx, const struct plains *plain)
{
	struct bench *b = ctx;
	b->n_flows += plain->n;
	for (size_t i = 0; i < plain->n; i++)
		b->last_ms = plain->last_ms[i] > b->last_ms ? plain->last_ms[i] : b->last_ms;
	if (b->until >= EVIDENCE)
		evidence_observe_plain(b->evidence, plain);
}

static void expect(struct bench *b, size_t n)
{
	if (b->until >= EVIDENCE)
		evidence_expect(b->evidence, n);
}

/* Room for contacts is made as cordon detect makes it. */
static void read_frames(struct bench *b, struct capture *c, struct traffic *t, uint64_t size)
{
	struct err e = {};
	struct frames frames;
	for (uint64_t n = 0; capture_next(c, &frames, &e) == CAPTURE_FRAMES; n++) {
		if (b->until >= DECODE)
			traffic_put(t, &frames, 0);
		if (n == 0 && traffic_tally(t).n_exports)
			expect(b, size / BYTES_A_CONTACT);
	}
	expect(b, traffic_tally(t).n_waiting);
	traffic_flush(t);
	batch_flush(&b->batch);
}

static bool run(struct bench *b, const char *path, struct err *e)
{
	struct input input;
	struct traffic_outlets to = {
		.connections_max = CONNECTIONS_MAX,
		.templates = b->templates,
		.out = &b->batch,
		.trouble = &b->trouble,
	};
	if (!input_open(&input, path, e))
		return false;
	uint64_t size = input.size;
	struct capture *c = capture_open(&input, e);
	struct traffic *t = traffic_new(&to);
	if (c && t)
		read_frames(b, c, t, size);
	bool is_fine = c && t;
	traffic_free(t);
	capture_close(c);
	input_close(&input);
	return is_fine;
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
	b->batch.emit_plain = take_plain;
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
