// SPDX-License-Identifier: Apache-2.0
// large FORMAT FLOWS OUT.pcap: a capture of flow exports of many sites at once, each of them a world
// of tests/generate with an exporter of its own and two infected hosts. Prints the number of flows,
// of addresses that sent any, and of infected hosts; then the addresses of the latter, one a line.
#include <stdio.h>
#include <stdlib.h>

#include "generate/export.h"
#include "generate/observe.h"
#include "generate/worm.h"

enum { SITES_MAX = 200, SITE_HOSTS = 500, SITE_MINUTES = 60, N_INFECTED = 2, EXIT_USAGE = 2 };
static const uint64_t start_ms = UINT64_C(1772438400000); // 2026-03-02 08:00 UTC
static const uint64_t up_ms = UINT64_C(3) * 24 * 3600000;

/** Addresses that sent a flow, as bits. */
struct senders {
	uint64_t bit[(UINT64_C(1) << 32) / 64];
	size_t n;
};

/** Infected hosts, as they are called after they were moved. */
struct infected {
	uint32_t ip[SITES_MAX * N_INFECTED];
	size_t n;
};

static void senders_put(struct senders *s, uint32_t ip)
{
	uint64_t mask = UINT64_C(1) << ip % 64;
	s->n += !(s->bit[ip / 64] & mask);
	s->bit[ip / 64] |= mask;
}

static const struct format *format_find(const char *name)
{
	static const struct format *const formats[] = { &netflow5_format, &netflow9_format,
		&ipfix_format };
	for (size_t i = 0; i < countof(formats); i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

/** Every site is 10.1.0.0/16 to its world; here each gets a second octet of its own. */
static void move(struct addr *a, uint32_t nth)
{
	if (is_inside(a))
		*a = addr_v4(addr_low32(a) + (nth << 16));
}

static void live(struct world *w, uint32_t nth, size_t max, struct infected *infected)
{
	*w = (struct world){ .seed = nth + 1, .start_ms = start_ms, .minutes = SITE_MINUTES };
	world_init(w, SITE_HOSTS);
	size_t n_worms = 0;
	while (worm_name(n_worms))
		n_worms++;
	world_infect(w, worm_find(worm_name(nth % n_worms)), N_INFECTED, false);
	for (size_t i = 0; i < w->n_hosts; i++)
		if (w->host[i].worm)
			infected->ip[infected->n++] = w->host[i].ip + (nth << 16);
	world_run(w);
	observe(&w->traffic, &(struct view){ .seed = w->seed, .has_flags = true });
	w->traffic.n = w->traffic.n < max ? w->traffic.n : max;
	for (size_t i = 0; i < w->traffic.n; i++) {
		move(&w->traffic.trace[i].flow.src, nth);
		move(&w->traffic.trace[i].flow.dst, nth);
	}
}

static void tell(const struct world *w, const struct format *f, uint32_t nth, struct capture *out)
{
	struct export x = {
		.trace = w->traffic.trace,
		.n = w->traffic.n,
		.boot_ms = start_ms - up_ms,
		.domain = nth + 1,
		.has_flags = true,
		.address = addr_v4(0x0a090000 + nth),
		.out = out,
	};
	f->write(&x, f->dialect);
}

static void print(size_t n_flows, size_t n_senders, const struct infected *infected)
{
	char room[ADDR_TEXT_BYTES];
	printf("%zu %zu %zu\n", n_flows, n_senders, infected->n);
	for (size_t i = 0; i < infected->n; i++) {
		struct addr a = addr_v4(infected->ip[i]);
		puts(addr_format(&a, room));
	}
}

int main(int argc, char **argv)
{
	const struct format *f = argc == 4 ? format_find(argv[1]) : NULL;
	size_t n_flows = f ? strtoull(argv[2], NULL, 10) : 0, n = 0;
	if (!n_flows) {
		fputs("usage: large v5|v9|ipfix FLOWS OUT.pcap\n", stderr);
		return EXIT_USAGE;
	}
	struct world *w = calloc(1, sizeof *w);
	struct senders *senders = calloc(1, sizeof *senders);
	struct infected *infected = calloc(1, sizeof *infected);
	struct capture out = { .to = addr_v4(0x0a090909), .port = 2055 };
	struct err e = {};
	uint32_t nth = 0;
	for (; w && senders && infected && n < n_flows && nth < SITES_MAX; nth++) {
		live(w, nth, n_flows - n, infected);
		tell(w, f, nth, &out);
		n += w->traffic.n;
		for (size_t i = 0; i < w->traffic.n; i++)
			senders_put(senders, addr_low32(&w->traffic.trace[i].flow.src));
		world_fini(w);
	}
	bool is_fine = w && senders && infected && capture_write(&out, argv[3], &e);
	if (is_fine)
		print(n, senders->n, infected);
	else
		fprintf(stderr, "large: %s\n", *e.text ? e.text : "no memory");
	capture_fini(&out);
	free(infected);
	free(senders);
	free(w);
	return is_fine ? 0 : EXIT_USAGE;
}
