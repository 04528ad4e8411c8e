// SPDX-License-Identifier: Apache-2.0
// Findings are sorted by port and onset; each run of one port is an outbreak when two hosts share it.
#include "detect/outbreak.h"

#include <math.h>
#include <stdlib.h>

enum { FIT_HOSTS = 3, LIST_PEERS = 50, LIST_MIN = 10, LISTS_MAX = 64 };

static bool is_infected(const struct finding *f)
{
	return f->has_port && (f->verdict == VERDICT_WORM || f->verdict == VERDICT_SUSPECT);
}

static bool same_port(const struct finding *a, const struct finding *b)
{
	return a->proto == b->proto && a->port == b->port;
}

static int by_port_and_onset(const void *a, const void *b)
{
	const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;
	if (x->proto != y->proto)
		return x->proto < y->proto ? -1 : 1;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	if (x->onset_ms != y->onset_ms)
		return x->onset_ms < y->onset_ms ? -1 : 1;
	return addr_cmp(&x->host, &y->host);
}

static int by_host(const void *a, const void *b)
{
	const struct finding *x = *(struct finding *const *)a, *y = *(struct finding *const *)b;
	return addr_cmp(&x->host, &y->host);
}

static int host_and_finding(const void *key, const void *element)
{
	const struct finding *f = *(struct finding *const *)element;
	return addr_cmp(key, &f->host);
}

/*
 * Every peer of one host that is itself flagged on this port, and began later, may have got it from
 * there; of several the last before the onset is the likeliest.
 */
static void link_victims(const struct finding *from, struct finding **host, size_t n)
{
	for (size_t i = 0; i < from->n_exhibits; i++) {
		const struct contact *c = from->exhibit[i].contact;
		struct finding **found = bsearch(&c->dst, host, n, sizeof *host, host_and_finding);
		struct finding *victim = found ? *found : NULL;
		if (!victim || victim == from || contact_first(c) >= victim->onset_ms)
			continue;
		const struct contact *known = victim->infected_by;
		if (!known || contact_first(known) < contact_first(c))
			victim->infected_by = c;
	}
}

/* Exponential growth fitted through the onsets: ln(number so far) against time, least squares. */
static double doubling_ms(struct finding *const *f, size_t n)
{
	double sum_t = 0, sum_y = 0, sum_tt = 0, sum_ty = 0, origin = (double)f[0]->onset_ms;
	if (n < FIT_HOSTS || f[n - 1]->onset_ms == UINT64_MAX)
		return 0;
	for (size_t i = 0; i < n; i++) {
		double t = (double)f[i]->onset_ms - origin, y = log((double)(i + 1));
		sum_t += t;
		sum_y += y;
		sum_tt += t * t;
		sum_ty += t * y;
	}
	double spread = (double)n * sum_tt - sum_t * sum_t;
	double slope = spread > 0 ? ((double)n * sum_ty - sum_t * sum_y) / spread : 0;
	return slope > 0 ? M_LN2 / slope : 0;
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* The first peers, sorted: of a list of live hosts all, else those that did not answer. */
static size_t target_list(const struct finding *f, struct addr out[static LIST_PEERS])
{
	size_t n = 0;
	for (size_t i = f->onset; i < f->n_exhibits && n < LIST_PEERS; i++)
		if (f->n_rush || f->n_burst || f->exhibit[i].sign != SIGN_ANSWERED)
			out[n++] = f->exhibit[i].contact->dst;
	qsort(out, n, sizeof *out, by_address);
	return n;
}

/* Jaccard's index of two lists: a worm with a static seed tries the same addresses everywhere. */
static double overlap(const struct finding *a, const struct finding *b)
{
	struct addr x[LIST_PEERS], y[LIST_PEERS];
	size_t n_x = target_list(a, x), n_y = target_list(b, y), n_common = 0;
	if (n_x < LIST_MIN || n_y < LIST_MIN)
		return 0;
	for (size_t i = 0, k = 0; i < n_x && k < n_y;) {
		int c = addr_cmp(&x[i], &y[k]);
		n_common += c == 0;
		i += c <= 0;
		k += c >= 0;
	}
	return (double)n_common / (double)(n_x + n_y - n_common);
}

static struct outbreak describe(struct finding **f, size_t n)
{
	struct outbreak o = {
		.proto = f[0]->proto,
		.port = f[0]->port,
		.n_hosts = (uint32_t)n,
		.first = f[0]->host,
		.since_ms = f[0]->onset_ms,
		.doubling_ms = doubling_ms(f, n),
	};
	for (size_t i = 1; i < n && i < LISTS_MAX; i++)
		o.shared_targets = fmax(o.shared_targets, overlap(f[0], f[i]));
	qsort(f, n, sizeof *f, by_host);
	for (size_t i = 0; i < n; i++)
		link_victims(f[i], f, n);
	for (size_t i = 0; i < n; i++)
		o.n_chained += f[i]->infected_by != NULL;
	return o;
}

static int larger_first(const void *a, const void *b)
{
	const struct outbreak *x = a, *y = b;
	if (x->n_hosts != y->n_hosts)
		return x->n_hosts > y->n_hosts ? -1 : 1;
	return x->port < y->port ? -1 : x->port > y->port;
}

/* Keep the largest: when the list is full the smallest gives way. */
static void keep(struct findings *out, struct outbreak o)
{
	if (out->n_outbreaks < OUTBREAKS_MAX) {
		out->outbreak[out->n_outbreaks++] = o;
		return;
	}
	struct outbreak *least = out->outbreak;
	for (size_t i = 1; i < OUTBREAKS_MAX; i++)
		if (out->outbreak[i].n_hosts < least->n_hosts)
			least = &out->outbreak[i];
	if (o.n_hosts > least->n_hosts)
		*least = o;
}

void outbreaks_find(struct findings *out)
{
	size_t n = 0;
	struct finding **f = malloc((out->n + 1) * sizeof(struct finding *));
	for (size_t i = 0; f && i < out->n; i++)
		if (is_infected(&out->finding[i]))
			f[n++] = &out->finding[i];
	if (f)
		qsort(f, n, sizeof *f, by_port_and_onset);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && same_port(f[i], f[j]);)
			j++;
		if (j - i >= 2)
			keep(out, describe(f + i, j - i));
	}
	qsort(out->outbreak, out->n_outbreaks, sizeof *out->outbreak, larger_first);
	free(f);
}
