// SPDX-License-Identifier: Apache-2.0
// One line on stderr, written over and over: bytes, share, flows, time left.
#include "app/progress.h"

#include <time.h>

enum { FIRST_MS = 1000, EVERY_MS = 250, CALLS_A_LOOK = 1024 };

static uint64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct progress progress_begin(const struct input *input, bool is_on)
{
	uint64_t now_ms = clock_ms();
	return (struct progress){
		.name = input->name,
		.n_read = input->n_read,
		.size = input->size,
		.begin_ms = now_ms,
		.next_ms = now_ms + FIRST_MS,
		.is_on = is_on,
	};
}

void progress_tell(struct progress *p, uint64_t n_flows)
{
	if (!p->is_on || p->n_calls++ % CALLS_A_LOOK)
		return;
	uint64_t now_ms = clock_ms();
	if (now_ms < p->next_ms)
		return;
	p->next_ms = now_ms + EVERY_MS;
	p->was_shown = true;
	double done = p->size ? (double)*p->n_read / (double)p->size : 0;
	fprintf(stderr, "\r%s: %.1f MB", p->name, (double)*p->n_read / 1e6);
	if (done > 0)
		fprintf(stderr, " of %.1f (%.0f %%)", (double)p->size / 1e6, 100 * done);
	fprintf(stderr, ", %llu flows", (unsigned long long)n_flows);
	if (done > 0)
		fprintf(stderr, ", %.0f s left",
			(double)(now_ms - p->begin_ms) / 1000 * (1 - done) / done);
	fputs("\033[K", stderr);
	fflush(stderr);
}

void progress_end(const struct progress *p)
{
	if (p->was_shown)
		fputs("\r\033[K", stderr);
}
