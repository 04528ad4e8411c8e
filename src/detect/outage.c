// SPDX-License-Identifier: Apache-2.0
// A worm adds failures to a host whose other work goes on; an outage takes the answers of all of it.
#include "detect/outage.h"

#include <math.h>
#include <stdio.h>

enum { ANSWERED_BEFORE = 5, PORTS_LOST = 2, HOSTS_MIN = 5 };
static const double answered_max = .05; // of what was begun during an outage
static const double confidence_max = .5;

/* When the last contact of a finding was begun that nobody answered. */
static uint64_t last_failure(const struct finding *x)
{
	uint64_t last_ms = 0;
	for (size_t i = x->onset; i < x->n_exhibits; i++)
		if (x->exhibit[i].sign != SIGN_ANSWERED)
			last_ms = contact_first(x->exhibit[i].contact);
	return last_ms;
}

static bool is_cut_off(const struct finding *x)
{
	size_t n_before = 0, n_inside = 0, n_answered = 0, n_ports = 0;
	uint64_t end_ms = last_failure(x);
	const struct contact *lost = NULL;
	if (x->onset_ms == UINT64_MAX)
		return false;
	for (size_t i = 0; i < x->n_host_exhibits; i++) {
		const struct contact *c = x->host_exhibit[i].contact;
		uint64_t at_ms = contact_first(c);
		bool is_answered = x->host_exhibit[i].sign == SIGN_ANSWERED;
		n_before += is_answered && at_ms < x->onset_ms;
		if (at_ms < x->onset_ms || at_ms > end_ms)
			continue;
		n_inside++;
		n_answered += is_answered;
		if (!is_answered && (!lost || lost->port != c->port || lost->proto != c->proto)) {
			n_ports++;
			lost = c;
		}
	}
	return n_before >= ANSWERED_BEFORE && n_ports >= PORTS_LOST &&
	       (double)n_answered <= answered_max * (double)n_inside;
}

/* Findings of one host stand together: they were made one source after the other. */
static size_t count_hosts(const struct findings *f, bool only_cut_off)
{
	size_t n = 0;
	const struct finding *last = NULL;
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->finding[i];
		if (x->verdict != VERDICT_WORM || (only_cut_off && !x->is_cut_off))
			continue;
		n += !last || !addr_eq(&last->host, &x->host);
		last = x;
	}
	return n;
}

static void excuse(struct finding *x, uint32_t n_hosts)
{
	size_t n = strlen(x->why);
	x->verdict = VERDICT_SUSPECT;
	x->confidence = fmin(x->confidence, confidence_max);
	snprintf(x->why + n, sizeof x->why - n,
		"; but %u hosts lost all answers at once: this looks like an outage", n_hosts);
}

void outage_find(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->finding[i].verdict == VERDICT_WORM)
			f->finding[i].is_cut_off = is_cut_off(&f->finding[i]);
	size_t n_accused = count_hosts(f, false), n_cut_off = count_hosts(f, true);
	if (n_cut_off < HOSTS_MIN || n_cut_off * 2 < n_accused)
		return;
	f->n_cut_off = (uint32_t)n_cut_off;
	f->cut_off_since_ms = UINT64_MAX;
	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->finding[i];
		if (!x->is_cut_off)
			continue;
		f->cut_off_since_ms =
			x->onset_ms < f->cut_off_since_ms ? x->onset_ms : f->cut_off_since_ms;
		excuse(x, f->n_cut_off);
	}
}
