// SPDX-License-Identifier: Apache-2.0
// generate: write a capture of flow exports of a synthetic site, with the truth beside it.
// It writes files and sends nothing.
#include <stdio.h>
#include <stdlib.h>

#include "generate/export.h"
#include "generate/observe.h"
#include "generate/truth.h"
#include "generate/worm.h"

enum { MAX_INFECTIONS = 16, MAX_EXPORTERS = 2, EXIT_USAGE = 2 };
static const uint64_t default_start_ms = UINT64_C(1772438400000); // 2026-03-02 08:00 UTC
static const uint64_t up_ms = UINT64_C(3) * 24 * 3600000; // how long the first exporter is up then

struct request {
	const struct format *format;
	const char *truth_path, *path;
	bool is_chain, no_flags, is_one_way, is_ipv6, is_unsaid;
	uint32_t sampling, hosts, minutes, exporters, port, clock_error_s, disorder_s;
	uint64_t seed, start_ms;
	struct {
		const struct worm *worm;
		uint32_t n_hosts;
	} infection[MAX_INFECTIONS];
	size_t n_infections;
};

typedef bool set_fn(struct request *r, const char *value, struct err *e);

struct option {
	const char *name, *value, *about; // value NULL: none follows
	set_fn *set;
};

static bool number(const char *text, uint64_t low, uint64_t high, uint64_t *out, struct err *e)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || n < low || n > high)
		return err_set(e, "'%s' is not a number from %llu to %llu", text,
			(unsigned long long)low, (unsigned long long)high);
	*out = n;
	return true;
}

static bool number32(const char *text, uint32_t low, uint32_t high, uint32_t *out, struct err *e)
{
	uint64_t n = 0;
	if (!number(text, low, high, &n, e))
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool set_format(struct request *r, const char *value, struct err *e)
{
	static const struct format *const formats[] = { &netflow5_format, &netflow9_format,
		&ipfix_format, &sflow_format, &packets_format, &cache_format };
	for (size_t i = 0; i < countof(formats); i++)
		if (!strcmp(formats[i]->name, value)) {
			r->format = formats[i];
			return true;
		}
	return err_set(e, "no format '%s': v5, v9, ipfix, sflow, packets or cache", value);
}

static bool set_no_flags(struct request *r, const char *, struct err *)
{
	return r->no_flags = true;
}

static bool set_one_way(struct request *r, const char *, struct err *)
{
	return r->is_one_way = true;
}

static bool set_ipv6(struct request *r, const char *, struct err *)
{
	return r->is_ipv6 = true;
}

static bool set_sampling(struct request *r, const char *value, struct err *e)
{
	return number32(value, 1, 65535, &r->sampling, e);
}

static bool set_unsaid(struct request *r, const char *, struct err *)
{
	return r->is_unsaid = true;
}

static bool set_seed(struct request *r, const char *value, struct err *e)
{
	return number(value, 0, UINT64_MAX, &r->seed, e);
}

static bool set_start(struct request *r, const char *value, struct err *e)
{
	return number(value, up_ms, UINT64_C(1) << 42, &r->start_ms, e);
}

static bool set_chain(struct request *r, const char *, struct err *)
{
	return r->is_chain = true;
}

static bool set_hosts(struct request *r, const char *value, struct err *e)
{
	return number32(value, MIN_HOSTS, MAX_HOSTS, &r->hosts, e);
}

static bool set_minutes(struct request *r, const char *value, struct err *e)
{
	return number32(value, 1, MAX_MINUTES, &r->minutes, e);
}

static bool set_exporters(struct request *r, const char *value, struct err *e)
{
	return number32(value, 1, MAX_EXPORTERS, &r->exporters, e);
}

static bool set_clock_error(struct request *r, const char *value, struct err *e)
{
	return number32(value, 0, 3600, &r->clock_error_s, e);
}

static bool set_disorder(struct request *r, const char *value, struct err *e)
{
	return number32(value, 0, 3600, &r->disorder_s, e);
}

static bool set_port(struct request *r, const char *value, struct err *e)
{
	return number32(value, 1, 65535, &r->port, e);
}

static bool set_truth(struct request *r, const char *value, struct err *)
{
	r->truth_path = value;
	return true;
}

static bool no_such_worm(const char *name, struct err *e)
{
	err_set(e, "no worm '%s'; there are:", name);
	for (size_t i = 0; worm_name(i); i++) {
		size_t len = strlen(e->text);
		snprintf(e->text + len, sizeof e->text - len, " %s", worm_name(i));
	}
	return false;
}

static bool set_worm(struct request *r, const char *value, struct err *e)
{
	if (r->n_infections == MAX_INFECTIONS)
		return err_set(e, "more than %d of them", MAX_INFECTIONS);
	char name[32];
	int len = (int)strcspn(value, ":");
	snprintf(name, sizeof name, "%.*s", len, value);
	uint32_t n_hosts = 1;
	if (value[len] && !number32(value + len + 1, 1, MAX_HOSTS, &n_hosts, e))
		return false;
	const struct worm *worm = worm_find(name);
	if (!worm)
		return no_such_worm(name, e);
	r->infection[r->n_infections].worm = worm;
	r->infection[r->n_infections++].n_hosts = n_hosts;
	return true;
}

static const struct option options[] = {
	{ "--format", "FORMAT", "v5, v9, ipfix, sflow; packets; cache, a text; needed",
		set_format },
	{ "--no-flags", NULL, "the exporter does not tell TCP flags", set_no_flags },
	{ "--one-way", NULL, "only flows that come from inside", set_one_way },
	{ "--ipv6", NULL, "TCP flows and the exporters speak IPv6", set_ipv6 },
	{ "--sampling", "N", "the exporter looks at one of N packets", set_sampling },
	{ "--unsaid", NULL, "... and does not say so", set_unsaid },
	{ "--seed", "N", "another seed, another world (default 1)", set_seed },
	{ "--hosts", "N", "hosts of the site (default 60)", set_hosts },
	{ "--minutes", "N", "how long it is watched (default 20)", set_minutes },
	{ "--worm", "NAME[:HOSTS]", "infect a host, or so many; may be repeated", set_worm },
	{ "--chain", NULL, "hosts catch the worm from each other, but for the first", set_chain },
	{ "--start", "MS", "when it begins, since the Unix epoch (default 2026-03-02 08:00)",
		set_start },
	{ "--exporters", "1|2", "how many exporters tell of every flow (default 1)",
		set_exporters },
	{ "--clock-error", "S", "the last exporter's clock is so many seconds ahead",
		set_clock_error },
	{ "--disorder", "S", "datagrams come up to so many seconds late", set_disorder },
	{ "--port", "N", "UDP port of the collector (default 2055)", set_port },
	{ "--truth", "FILE", "write the infected hosts there", set_truth },
};

static void usage(FILE *out)
{
	fputs("usage: generate --format FORMAT [OPTION]... OUT\n", out);
	for (size_t i = 0; i < countof(options); i++)
		fprintf(out, "  %-13s %-12s %s\n", options[i].name,
			options[i].value ? options[i].value : "", options[i].about);
	fputs("worms:", out);
	for (size_t i = 0; worm_name(i); i++)
		fprintf(out, " %s", worm_name(i));
	fputs("\n", out);
}

static bool take_option(struct request *r, char **argv, int *i, struct err *e)
{
	for (size_t k = 0; k < countof(options); k++) {
		const struct option *o = &options[k];
		if (strcmp(argv[*i], o->name))
			continue;
		if (o->value && !argv[*i + 1])
			return err_set(e, "%s: %s is missing", o->name, o->value);
		struct err why;
		if (!o->set(r, o->value ? argv[++*i] : NULL, &why))
			return err_set(e, "%s: %s", o->name, why.text);
		return true;
	}
	return err_set(e, "no option '%s'", argv[*i]);
}

static bool request_parse(int argc, char **argv, struct request *r, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "--", 2)) {
			if (!take_option(r, argv, &i, e))
				return false;
		} else if (r->path) {
			return err_set(e, "'%s': one output file only", argv[i]);
		} else {
			r->path = argv[i];
		}
	}
	if (!r->format)
		return err_set(e, "--format is missing");
	if (!r->path)
		return err_set(e, "the output file is missing");
	if (r->is_ipv6 && !r->format->carries_ipv6)
		return err_set(e, "--ipv6: %s carries IPv4 only", r->format->name);
	if (r->sampling > r->format->max_sampling)
		return err_set(e, "--sampling: %s has room for %u at most", r->format->name,
			r->format->max_sampling);
	return true;
}

static bool live(struct world *w, const struct request *r, struct err *e)
{
	w->seed = r->seed;
	w->start_ms = r->start_ms;
	w->minutes = r->minutes;
	w->is_ipv6 = r->is_ipv6;
	world_init(w, r->hosts);
	for (size_t i = 0; i < r->n_infections; i++)
		if (!world_infect(w, r->infection[i].worm, r->infection[i].n_hosts, r->is_chain))
			return err_set(e, "--worm: too few clean PCs among %u hosts", r->hosts);
	world_run(w);
	observe(&w->traffic, &(struct view){
				     .seed = r->seed,
				     .sampling = r->sampling,
				     .is_one_way = r->is_one_way,
				     .has_flags = !r->no_flags,
				     .is_packets = r->format->is_packets,
				     .is_snapshot = r->format->is_snapshot,
			     });
	return true;
}

static struct addr collector_side(const struct request *r, uint32_t ip)
{
	struct addr a = addr_v4(ip);
	if (r->is_ipv6)
		memcpy(a.octet, (const uint8_t[12]){ 0xfd, [7] = 9 }, 12); // fd00:0:0:9::/64
	return a;
}

/** All times of an exporter's clock that is ahead. */
static void shift(struct world *w, int64_t by_ms)
{
	for (size_t i = 0; i < w->traffic.n; i++) {
		struct trace *t = &w->traffic.trace[i];
		t->flow.first_ms += (uint64_t)by_ms;
		t->flow.last_ms += (uint64_t)by_ms;
		t->export_ms += (uint64_t)by_ms;
	}
}

/** Datagrams from the n-th on arrive when they really do, each with a delay of its own. */
static void arrive(struct capture *c, size_t n, const struct request *r, uint64_t ahead_ms)
{
	struct dice d = { dice_fixed(r->seed, 0xde1a, (uint32_t)n) };
	for (; n < c->n; n++) {
		c->datagram[n].time_ms -= ahead_ms;
		c->datagram[n].time_ms += dice_below(&d, r->disorder_s * 1000 + 1);
	}
}

static bool tell(struct world *w, const struct request *r, struct err *e)
{
	struct capture capture = { .to = collector_side(r, 0x0a090909), .port = (uint16_t)r->port };
	for (uint32_t i = 0; i < r->exporters; i++) {
		uint64_t ahead_ms = i + 1 == r->exporters ? r->clock_error_s * UINT64_C(1000) : 0;
		size_t n_before = capture.n;
		shift(w, (int64_t)ahead_ms);
		struct export x = {
			.trace = w->traffic.trace,
			.n = w->traffic.n,
			.boot_ms = r->start_ms - up_ms - i * 7654321 + ahead_ms,
			.delay_ms = i * 300,
			.domain = 1 + i * 41,
			.sampling = r->is_unsaid ? 0 : r->sampling,
			.has_flags = !r->no_flags,
			.address = collector_side(r, 0x0a090901 + i),
			.out = &capture,
		};
		r->format->write(&x, r->format->dialect);
		arrive(&capture, n_before, r, ahead_ms);
		shift(w, -(int64_t)ahead_ms);
	}
	bool is_fine = capture_write(&capture, r->path, e);
	capture_fini(&capture);
	return is_fine && (!r->truth_path || truth_write(w, r->truth_path, e));
}

int main(int argc, char **argv)
{
	struct request r = { .seed = 1,
		.start_ms = default_start_ms,
		.hosts = 60,
		.minutes = 20,
		.exporters = 1,
		.port = 2055 };
	struct err e = {};
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	if (!request_parse(argc, argv, &r, &e)) {
		fprintf(stderr, "generate: %s\n", e.text);
		usage(stderr);
		return EXIT_USAGE;
	}
	struct world *w = calloc(1, sizeof *w);
	bool is_fine = w ? live(w, &r, &e) && tell(w, &r, &e) : err_sys(&e, "memory");
	if (!is_fine)
		fprintf(stderr, "generate: %s\n", e.text);
	if (w)
		world_fini(w);
	free(w);
	return is_fine ? 0 : EXIT_USAGE;
}
