// SPDX-License-Identifier: Apache-2.0
// One input after the other; what it is was recognised by source/, here it is led to its decoder.
#include "app/ingest.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/vector.h"
#include "model/words.h"
#include "source/input.h"

enum { TOLD_BYTES = 640 };
enum { THREAD_FLOWS = BATCH_FLOWS }; // with less, there is nothing to share

static void count_flows(struct ingest *in, size_t n)
{
	if (in->n_cores > 1 && in->trouble.flows < THREAD_FLOWS &&
		in->trouble.flows + n >= THREAD_FLOWS)
		(void)evidence_begin_thread(in->evidence); // without it, all goes on here
	in->trouble.flows += n;
}

static void take_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct ingest *in = ctx;
	count_flows(in, n);
	for (size_t i = 0; i < n; i++)
		if (flow[i].last_ms > in->last_ms)
			in->last_ms = flow[i].last_ms;
	evidence_observe(in->evidence, flow, n);
}

/* The latest end of some flows, or a time before. */
VECTOR_CLONES
static uint64_t latest(const struct plains *p, uint64_t before_ms)
{
	int64_t last_ms = (int64_t)before_ms;
	for (size_t i = 0; i < p->n; i++)
		last_ms = (int64_t)p->last_ms[i] > last_ms ? (int64_t)p->last_ms[i] : last_ms;
	return (uint64_t)last_ms;
}

static void take_plain(void *ctx, const struct plains *plain)
{
	struct ingest *in = ctx;
	count_flows(in, plain->n);
	in->last_ms = latest(plain, in->last_ms);
	evidence_observe_plain(in->evidence, plain);
}

static void drop_requests(void *ctx, const struct request *request, size_t n)
{
	(void)ctx, (void)request, (void)n;
}

void ingest_init(struct ingest *in)
{
	in->requests.emit = drop_requests;
	in->batch.emit = take_flows;
	in->batch.emit_plain = take_plain;
	in->batch.ctx = in;
}

struct progress_seen ingest_progress(const struct ingest *in)
{
	return (struct progress_seen){
		.flows = in->trouble.flows,
		.lines = in->trouble.log.lines,
		.attackers = in->attacks ? attacks_count(in->attacks) : 0,
	};
}

void ingest_tell(const char *text, ...)
{
	char said[TOLD_BYTES], plain[TOLD_BYTES];
	va_list ap;
	va_start(ap, text);
	vsnprintf(said, sizeof said, text, ap);
	va_end(ap);
	fprintf(stderr, "cordon: %s\n", plain_format(said, plain, sizeof plain));
}

void ingest_fault(struct ingest *in, enum fault f, uint16_t source, uint64_t position)
{
	fault_put(&in->trouble, f, place_at(source, position), 0);
}

/* What was read of a packed input stands; that it was not all is told. */
static void tell_damage(struct ingest *in, const struct input *input, uint16_t source)
{
	struct err e;
	if (!input_is_damaged(input, &e))
		return;
	ingest_tell("%s", e.text);
	ingest_fault(in, FAULT_PACKED, source, 0);
}

/* What is neither text nor capture: say what it is and what to do with it. */
static void refuse(struct ingest *in, const struct input *input, uint16_t source)
{
	enum fault f = input->content == CONTENT_EMPTY    ? FAULT_EMPTY
		       : input->content == CONTENT_BINARY ? FAULT_NOT_TEXT
							  : FAULT_COMPRESSED;
	ingest_tell("%s holds %s; %s", input->name, content_text(input->content),
		content_action(input->content));
	ingest_fault(in, f, source, 0);
}

void ingest_read(struct ingest *in, uint16_t source)
{
	struct err e = {};
	struct input input;
	if (!strcmp(in->source[source], "-") && isatty(STDIN_FILENO))
		fputs("paste the output of the router, then press Ctrl-D\n", stderr);
	if (!input_open(&input, in->source[source], &e)) {
		ingest_tell("%s", e.text);
		ingest_fault(in, FAULT_UNREADABLE, source, 0);
		return;
	}
	if (input.content == CONTENT_TEXT)
		ingest_text(in, &input, source);
	else if (input.content == CONTENT_CAPTURE)
		ingest_capture(in, &input, source);
	else if (input.content == CONTENT_NFCAPD)
		ingest_nfcapd(in, &input, source);
	else if (input.content != CONTENT_EMPTY || !input_is_damaged(&input, &e))
		refuse(in, &input, source);
	tell_damage(in, &input, source);
	batch_flush(&in->batch);
	input_close(&input);
}
