// SPDX-License-Identifier: Apache-2.0
// The truth beside a capture: who is infected, and how much of it can be seen.
#include "generate/truth.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "generate/worm.h"

struct seen {
	struct addr to[MAX_PROBES + MAX_HOSTS]; // chains add one for each host
	size_t n;                               // distinct ones
	uint64_t first_ms;
};

static bool seen_has(const struct seen *s, const struct addr *a)
{
	for (size_t i = 0; i < s->n; i++)
		if (addr_eq(&s->to[i], a))
			return true;
	return false;
}

static struct seen see(const struct traffic *t, const struct addr *host, uint16_t port)
{
	struct seen s = { .first_ms = UINT64_MAX };
	for (size_t i = 0; i < t->n; i++) {
		const struct flow *f = &t->trace[i].flow;
		if (!t->trace[i].is_probe || f->dst_port != port || !addr_eq(&f->src, host))
			continue;
		if (f->first_ms < s.first_ms)
			s.first_ms = f->first_ms;
		if (!seen_has(&s, &f->dst))
			s.to[s.n++] = f->dst;
	}
	return s;
}

static void put_time(FILE *out, uint64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char text[32];
	gmtime_r(&seconds, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(out, "%s.%03uZ", text, (unsigned)(ms % 1000));
}

static void put_row(FILE *out, const struct world *w, const struct host *h, uint16_t port)
{
	char text[ADDR_TEXT_BYTES];
	struct addr a = world_addr(w, h->ip, h->worm->proto);
	struct seen s = see(&w->traffic, &a, port);
	fprintf(out, "%s\t%s\t%u\t%u\t", addr_format(&a, text), h->worm->name, h->worm->proto,
		port);
	if (s.n)
		put_time(out, s.first_ms);
	else
		fputs("-", out);
	struct addr by = world_addr(w, h->infector, h->worm->proto);
	fprintf(out, "\t%zu\t%s\n", s.n, h->infector ? addr_format(&by, text) : "-");
}

bool truth_write(const struct world *w, const char *path, struct err *e)
{
	FILE *out = fopen(path, "w");
	if (!out)
		return err_sys(e, "open %s", path);
	fputs("host\tworm\tproto\tport\tfirst_probe\tdestinations\tinfected_by\n", out);
	for (size_t i = 0; i < w->n_hosts; i++) {
		const struct host *h = &w->host[i];
		for (size_t k = 0; h->worm && k < WORM_PORTS && h->worm->port[k].port; k++)
			put_row(out, w, h, h->worm->port[k].port);
	}
	bool is_bad = ferror(out);
	if (fclose(out) || is_bad)
		return err_sys(e, "write %s", path);
	return true;
}
