// SPDX-License-Identifier: Apache-2.0
// remember CONTACTS DIR: what it costs the keeper to keep contacts on the disk below DIR. They come in
// windows of a twentieth; then a snapshot is taken, and all is read again. Prints of each step its CPU and
// wall seconds and megabytes, and the longest that one call held the keeper up.
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/memoir.h"
#include "generate/dice.h"

enum { EXIT_USAGE = 2, LOAD = 1000, WINDOWS = 20 };

struct bench {
	struct memoir *memoir;
	struct evidence *evidence;
	size_t n;
	double longest_ms, cpu_s, wall_s;
};

static double seconds(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void begin(struct bench *b)
{
	b->cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID);
	b->wall_s = seconds(CLOCK_MONOTONIC);
}

static void end(struct bench *b, const char *what, uint64_t n_bytes)
{
	printf("%-28s %8.3f CPU s %8.3f s %8.1f MB   longest call %6.1f ms\n", what,
		seconds(CLOCK_PROCESS_CPUTIME_ID) - b->cpu_s, seconds(CLOCK_MONOTONIC) - b->wall_s,
		(double)n_bytes / 1e6, b->longest_ms);
	b->longest_ms = 0;
}

static void write_on(struct bench *b)
{
	double before = seconds(CLOCK_MONOTONIC);
	memoir_write(b->memoir, b->evidence);
	double ms = (seconds(CLOCK_MONOTONIC) - before) * 1e3;
	b->longest_ms = ms > b->longest_ms ? ms : b->longest_ms;
}

static void make(struct dice *d, size_t n, struct contact *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct contact){ .src = addr_v4(0x0a000000 + dice_below(d, 20000)),
			.dst = addr_v4(0x20000000 + dice_below(d, UINT32_MAX / 2)),
			.port = 80,
			.proto = PROTO_TCP,
			.first_ms = 1000,
			.last_ms = 2000,
			.saw = SAW_OPEN | SAW_NO_ACK,
			.tries = 1 };
	}
}

static void join_all(struct bench *b, bool keeps)
{
	static struct contact load[LOAD];
	struct dice d = { 1 };
	for (size_t i = 0; i < b->n; i += LOAD) {
		make(&d, LOAD, load);
		evidence_add(b->evidence, load, LOAD);
		if (keeps)
			memoir_put(b->memoir, load, LOAD);
		if (keeps && i % (b->n / WINDOWS) == 0)
			write_on(b);
	}
}

static void take_again(void *ctx, const struct parcel *p)
{
	struct bench *b = ctx;
	struct contact c;
	for (size_t at = 0; p->sort == PARCEL_CONTACTS && at < p->body.len;
		at += PARCEL_CONTACT_BYTES)
		if (parcel_get_contact(p->body.ptr + at, &c))
			evidence_add(b->evidence, &c, 1);
}

static void open_all(struct bench *b, const char *directory)
{
	b->memoir = memoir_new(directory, (size_t)4 << 30);
	b->evidence = evidence_new(b->n * 2, memoir_key(b->memoir));
}

static void close_all(struct bench *b)
{
	memoir_free(b->memoir);
	evidence_free(b->evidence);
}

int main(int argc, char **argv)
{
	struct bench b = { .n = argc == 3 ? strtoull(argv[1], NULL, 10) / LOAD * LOAD : 0 };
	if (b.n < LOAD * WINDOWS)
		return fputs("usage: remember CONTACTS DIR\n", stderr), EXIT_USAGE;
	open_all(&b, argv[2]);
	begin(&b);
	join_all(&b, false);
	end(&b, "join, nothing kept", 0);
	close_all(&b);
	open_all(&b, argv[2]);
	while (memoir_recall(b.memoir, take_again, &b))
		;
	begin(&b);
	join_all(&b, true);
	end(&b, "join, kept in the journal", b.n * PARCEL_CONTACT_BYTES);
	begin(&b);
	do
		write_on(&b);
	while (memoir_is_writing(b.memoir));
	end(&b, "snapshot", memoir_health(b.memoir).snapshot_bytes);
	close_all(&b);
	open_all(&b, argv[2]);
	begin(&b);
	while (memoir_recall(b.memoir, take_again, &b))
		;
	end(&b, "read again", memoir_health(b.memoir).n_recalled * PARCEL_CONTACT_BYTES);
	close_all(&b);
	return 0;
}
