// SPDX-License-Identifier: Apache-2.0
// replay PORT DATAGRAMS_PER_S IN.pcap: send the UDP payloads of a capture to this very machine, so that a
// collector without a reader of captures can make its files of them. Never sends elsewhere.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "decode/packet.h"
#include "source/capture.h"

enum { EXIT_USAGE = 2, BURST = 32 };

static int connect_to(const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof to) ? fd : -1;
}

static void pause_after(uint64_t n_sent, uint64_t rate_per_s, struct timespec start)
{
	uint64_t ns = n_sent * UINT64_C(1000000000) / rate_per_s + (uint64_t)start.tv_nsec;
	struct timespec until = { start.tv_sec + (time_t)(ns / 1000000000),
		(long)(ns % 1000000000) };
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

int main(int argc, char **argv)
{
	struct err e = {};
	struct input input;
	uint64_t rate_per_s = argc == 4 ? strtoull(argv[2], NULL, 10) : 0, n_sent = 0;
	if (!rate_per_s || !input_open(&input, argv[3], &e)) {
		fprintf(stderr, "usage: replay PORT DATAGRAMS_PER_S IN.pcap\n%s\n", e.text);
		return EXIT_USAGE;
	}
	int fd = connect_to(argv[1]);
	struct capture *c = capture_open(&input, &e);
	if (!c || fd < 0) {
		perror("replay");
		return EXIT_USAGE;
	}
	struct timespec start;
	clock_gettime(CLOCK_MONOTONIC, &start);
	struct frames frames;
	while (capture_next(c, &frames, &e) == CAPTURE_FRAMES) {
		for (size_t i = 0; i < frames.n; i++) {
			struct udp udp;
			const struct frame *f = &frames.frame[i];
			if (packet_udp(f->link_type, f->bytes, &udp) != FAULT_NONE)
				continue;
			if (send(fd, udp.payload.ptr, udp.payload.len, 0) < 0)
				perror("replay: send"); // nobody listens yet, or no more
			if (++n_sent % BURST == 0)
				pause_after(n_sent, rate_per_s, start);
		}
	}
	capture_close(c);
	input_close(&input);
	close(fd);
	printf("%llu\n", (unsigned long long)n_sent);
	return 0;
}
