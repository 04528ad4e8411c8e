// SPDX-License-Identifier: Apache-2.0
// A worm adds failures to a host whose other work goes on; an outage takes the answers of all of it.
#include "detect/outage.h"

#include "detect/excuse.h"

enum { BEFORE_MIN = 5, HOSTS_MIN = 5, LOOK_MS = 600000 };
static const double answered_max = .35; // of what was begun: peers inside still answer
static const double hurry_max = 3;      // a worm begins far more than its host ever did

/* When the look at a run ends: at the case, but not before other work had time to be seen. */
static uint64_t look_end(const struct finding *x)
{
	size_t i = x->onset + (x->n_to_case ? x->n_to_case - 1 : 0);
	uint64_t case_ms = i < x->n_exhibits ? contact_first(x->exhibit[i].contact) : 0;
	return case_ms > x->onset_ms + LOOK_MS ? case_ms : x->onset_ms + LOOK_MS;
}

/*
 * A host whose work went well until hardly anything was answered any more, on any port, while it did
 * no more than before: it lost its way out.
 */
static bool is_cut_off(const struct finding *x)
{
	size_t n_before = 0, n_good = 0, n_inside = 0, n_answered = 0;
	uint64_t first_ms = UINT64_MAX, end_ms = look_end(x), last_ms = x->onset_ms;
	if (x->onset_ms == UINT64_MAX)
		return false;
	for (size_t i = 0; i < x->n_host_exhibits; i++) {
		uint64_t at_ms = contact_first(x->host_exhibit[i].contact);
		bool is_answered = x->host_exhibit[i].sign == SIGN_ANSWERED;
		first_ms = at_ms < first_ms ? at_ms : first_ms;
		if (at_ms < x->onset_ms) {
			n_before++;
			n_good += is_answered;
		} else if (at_ms <= end_ms) {
			n_inside++;
			n_answered += is_answered;
			last_ms = at_ms > last_ms ? at_ms : last_ms;
		}
	}
	double ms_before = (double)(x->onset_ms - first_ms) + 1;
	double ms_inside = (double)(last_ms - x->onset_ms) + 1;
	bool hurries = (double)n_inside * ms_before > hurry_max * (double)n_before * ms_inside;
	return n_good >= BEFORE_MIN && !hurries &&
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
		excuse(x, "%u hosts lost all answers at once: this looks like an outage",
			f->n_cut_off);
	}
}
