// SPDX-License-Identifier: Apache-2.0
// listen PORT BUFFER CPU: cordon's collector on 127.0.0.1, on one core, with a keeper that takes all
// parcels and only counts. Prints the collector's process id at once; after SIGTERM its books:
// datagrams, flows, kernel drops (datagrams), missing flows or datagrams, thinned, CPU s, peak KiB.
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/collector.h"
#include "model/parcel.h"
#include "net/udp.h"

enum {
	EXIT_USAGE = 2,
	COUNTER_BYTES = 8,
	ROOM_BYTES = 2 * (PARCEL_HEADER_BYTES + PARCEL_BODY_MAX)
};

struct books {
	uint64_t counter[N_COLLECTED], missing;
	uint8_t room[ROOM_BYTES];
	size_t n;
};

static void greet(int pipe)
{
	uint8_t room[PARCEL_HEADER_BYTES];
	struct parcel hello = { .sort = PARCEL_HELLO };
	size_t n = parcel_encode(&hello, room, sizeof room);
	if (write(pipe, room, n) < 0)
		perror("listen: greet");
}

static void take(struct books *b, const struct parcel *p, int pipe)
{
	struct exporter x;
	if (p->sort == PARCEL_HELLO)
		greet(pipe);
	if (p->sort == PARCEL_EXPORTERS && parcel_get_exporter(p->body.ptr, &x))
		b->missing = x.missing;
	if (p->sort == PARCEL_COUNTERS)
		for (size_t i = 0; i < N_COLLECTED * COUNTER_BYTES; i++)
			b->counter[i / COUNTER_BYTES] =
				(i % COUNTER_BYTES ? b->counter[i / COUNTER_BYTES] : 0) |
				(uint64_t)p->body.ptr[i] << i % COUNTER_BYTES * 8;
}

static void keep(struct books *b, int pipe)
{
	for (ssize_t got; (got = read(pipe, b->room + b->n, ROOM_BYTES - b->n)) != 0;) {
		b->n += got > 0 ? (size_t)got : 0;
		size_t at = 0, length;
		struct parcel p;
		struct err e;
		while (parcel_decode((struct bytes){ b->room + at, b->n - at }, &p, &length, &e) ==
			PARCEL_WHOLE) {
			take(b, &p, pipe);
			at += length;
		}
		b->n -= at;
		memmove(b->room, b->room + at, b->n);
	}
}

static int collect(const struct udp_listener *l, int pipe, unsigned cpu)
{
	struct settings s = { .memory = 512 << 20, .window_ms = 500 };
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof one, &one))
		perror("listen: stay on a core");
	return collector_run(&s, &l->fd, 1, pipe, 1, 1, NULL);
}

static pid_t collector; // for the handler

static void pass_on(int signal_number)
{
	kill(collector, signal_number);
}

static double cpu_s(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	struct udp_wish wish = { .address = { [10] = 0xff, 0xff, 127, 0, 0, 1 } };
	struct udp_listener l;
	struct err e = {};
	int end[2], status;
	if (argc != 4)
		return fputs("usage: listen PORT BUFFER CPU\n", stderr), EXIT_USAGE;
	wish.port = (uint16_t)strtoul(argv[1], NULL, 10);
	wish.receive_buffer = strtoull(argv[2], NULL, 10);
	struct books *b = calloc(1, sizeof *b);
	if (!b || !udp_open(&wish, &l, &e) || socketpair(AF_UNIX, SOCK_STREAM, 0, end))
		return fprintf(stderr, "listen: %s\n", e.text), EXIT_USAGE;
	if (l.warning.text[0])
		fprintf(stderr, "%s\n", l.warning.text);
	collector = fork();
	if (collector == 0) {
		close(end[0]);
		_exit(collect(&l, end[1], (unsigned)strtoul(argv[3], NULL, 10)));
	}
	close(end[1]);
	signal(SIGTERM, pass_on);
	printf("%d\n", (int)collector);
	fflush(stdout);
	keep(b, end[0]);
	struct rusage usage;
	wait4(collector, &status, 0, &usage);
	printf("%llu %llu %llu %llu %llu %.3f %ld\n",
		(unsigned long long)b->counter[COLLECTED_DATAGRAMS],
		(unsigned long long)b->counter[COLLECTED_FLOWS],
		(unsigned long long)b->counter[COLLECTED_KERNEL_DROPS],
		(unsigned long long)b->missing, (unsigned long long)b->counter[COLLECTED_THINNED],
		cpu_s(&usage), usage.ru_maxrss);
	free(b);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_USAGE;
}
