// SPDX-License-Identifier: Apache-2.0
// One line on stderr, written over and over: bytes, share, rate, attackers, time left.
#include "app/progress.h"

#include <time.h>

#include "model/words.h"

enum { FIRST_MS = 1000, EVERY_MS = 250, CALLS_A_LOOK = 1024, NAME_SHOWN_BYTES = 64 };

static uint64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct progress begin(bool is_on)
{
	uint64_t now_ms = clock_ms();
	return (struct progress){
		.begin_ms = now_ms,
		.shown_ms = now_ms,
		.next_ms = now_ms + FIRST_MS,
		.calls_a_look = CALLS_A_LOOK,
		.is_on = is_on,
	};
}

struct progress progress_begin(const struct input *input, bool is_on)
{
	struct progress p = begin(is_on);
	p.input = input;
	return p;
}

struct progress progress_begin_many(int n_files, const uint64_t *n_read, bool is_on)
{
	struct progress p = begin(is_on);
	p.n_files = n_files;
	p.n_read = n_read;
	p.calls_a_look = 1;
	return p;
}

/* Since the last look: what is read now, not what was read at first. */
static void rate(const char *what, uint64_t n, uint64_t n_before, uint64_t ms)
{
	if (n == 0 || ms == 0)
		return;
	double a_second = (double)(n > n_before ? n - n_before : 0) * 1000 / (double)ms;
	fprintf(stderr, ", %.0f %s/s", a_second, what);
}

static void show(struct progress *p, uint64_t now_ms, struct progress_seen seen)
{
	char name[NAME_SHOWN_BYTES];
	double size = p->input ? (double)p->input->size : 0;
	double n_read = (double)(p->input ? input_n_read(p->input) : *p->n_read);
	double done = size > 0 ? n_read / size : 0;
	if (p->input)
		fprintf(stderr, "\r%s: ", plain_format(p->input->name, name, sizeof name));
	else
		fprintf(stderr, "\rfollowing %d: ", p->n_files);
	fprintf(stderr, "%.1f MB", n_read / 1e6);
	if (done > 0)
		fprintf(stderr, " of %.1f (%.0f %%)", size / 1e6, 100 * done);
	rate("lines", seen.lines, p->shown_lines, now_ms - p->shown_ms);
	rate("flows", seen.flows, p->shown_flows, now_ms - p->shown_ms);
	if (seen.attackers)
		fprintf(stderr, ", %llu found", (unsigned long long)seen.attackers);
	if (done > 0)
		fprintf(stderr, ", %.0f s left",
			(double)(now_ms - p->begin_ms) / 1000 * (1 - done) / done);
	fputs("\033[K", stderr);
	fflush(stderr);
}

void progress_tell(struct progress *p, struct progress_seen seen)
{
	if (!p->is_on || p->n_calls++ % p->calls_a_look)
		return;
	uint64_t now_ms = clock_ms();
	if (now_ms < p->next_ms)
		return;
	show(p, now_ms, seen);
	p->is_shown = true;
	p->next_ms = now_ms + EVERY_MS;
	p->shown_ms = now_ms;
	p->shown_lines = seen.lines;
	p->shown_flows = seen.flows;
}

void progress_end(struct progress *p)
{
	if (p->is_shown)
		fputs("\r\033[K", stderr);
	p->is_shown = false;
}
