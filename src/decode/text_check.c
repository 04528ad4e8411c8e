// SPDX-License-Identifier: Apache-2.0
// Self-checks of cache outputs: sums that must agree, and signs that the list is incomplete.
#include "decode/text_check.h"

#include <inttypes.h>

enum { ENTRY_BYTES_MIN = 64, ENTRY_BYTES_MAX = 72 }; // of memory, a cache entry
enum { MILLI_MIN = 970, MILLI_MAX = 1013 };          // each is cut to three digits

static place at(const struct checks *c, uint64_t line)
{
	return place_at(c->sink->source, line);
}

void checks_contradict(struct checks *c, uint64_t line)
{
	fault_put(c->sink->trouble, FAULT_CHECKSUM, at(c, line), 0);
}

static void check_entries(struct checks *c, const struct cache_check *k)
{
	uint64_t size = k->active + k->inactive;
	if (k->has_bytes &&
		(k->bytes / ENTRY_BYTES_MAX > size || k->bytes / ENTRY_BYTES_MIN < size)) {
		checks_contradict(c, k->line);
		note_put(c->sink->trouble, at(c, k->line),
			"%" PRIu64 " active and %" PRIu64
			" inactive entries do not fit a cache of %" PRIu64
			" bytes (%d to %d bytes an entry)",
			k->active, k->inactive, k->bytes, ENTRY_BYTES_MIN, ENTRY_BYTES_MAX);
	}
	if (k->inactive == 0 && k->active)
		note_put(c->sink->trouble, at(c, k->line),
			"list is incomplete: the cache is full (%" PRIu64 " active, 0 inactive); "
			"enlarge it with `ip flow-cache entries N`",
			k->active);
	if (k->n_rows < k->active)
		note_put(c->sink->trouble, at(c, k->line),
			"list is incomplete: %" PRIu64 " of %" PRIu64 " entries printed", k->n_rows,
			k->active);
}

void checks_close_cache(struct checks *c)
{
	struct cache_check *k = &c->cache;
	if (k->has_entries)
		check_entries(c, k);
	if (k->alloc_failures)
		note_put(c->sink->trouble, at(c, k->line),
			"list is incomplete: %" PRIu64
			" flow alloc failures; enlarge the cache with "
			"`ip flow-cache entries N`",
			k->alloc_failures);
	if (k->n_fractions == CHECK_FRACTIONS && k->sum_milli &&
		(k->sum_milli < MILLI_MIN || k->sum_milli > MILLI_MAX)) {
		checks_contradict(c, k->line);
		note_put(c->sink->trouble, at(c, k->line),
			"the packet size distribution sums to %u.%03u instead of 1",
			k->sum_milli / 1000, k->sum_milli % 1000);
	}
	*k = (struct cache_check){};
}

void checks_close_monitor(struct checks *c)
{
	struct monitor_check *k = &c->monitor;
	bool has_all = k->has_current && k->has_added && k->has_aged;
	if (has_all && k->added - k->aged != k->current) {
		checks_contradict(c, k->line);
		note_put(c->sink->trouble, at(c, k->line),
			"%" PRIu64 " flows added less %" PRIu64 " aged is not %" PRIu64
			" current entries",
			k->added, k->aged, k->current);
	}
	if (k->has_aged && k->has_parts && k->parts != k->aged) {
		checks_contradict(c, k->line);
		note_put(c->sink->trouble, at(c, k->line),
			"reasons of ageing sum to %" PRIu64 ", not to %" PRIu64 " flows aged",
			k->parts, k->aged);
	}
	if (k->has_current && k->n_rows < k->current)
		note_put(c->sink->trouble, at(c, k->line),
			"list is incomplete: %" PRIu64 " of %" PRIu64 " entries printed", k->n_rows,
			k->current);
	*k = (struct monitor_check){};
}

void checks_close_mls(struct checks *c)
{
	struct mls_check *k = &c->mls;
	if (k->is_open && k->n_rows == 0)
		note_put(c->sink->trouble, at(c, k->line), "MLS headers recognised, 0 rows (%s)",
			k->is_native ? "show mls ip" : "show mls entry");
	*k = (struct mls_check){};
}

static void tell_mask(struct checks *c, enum hidden hidden, uint64_t line)
{
	const char *what = hidden == HIDDEN_SOURCE ? "source" : "ports";
	const char *full = c->mls.is_native ? "mls flow ip full" : "set mls flow full";
	if (c->mls.is_told[hidden - 1])
		return;
	c->mls.is_told[hidden - 1] = true;
	note_put(c->sink->trouble, at(c, line),
		"%s not visible: set the full flow mask (`%s`; afterwards `destination` again). It "
		"purges all shortcuts: extreme care above 16,000, no frequent scripts; above 32K "
		"flows spill to the router",
		what, full);
}

void checks_row(struct checks *c, const struct row *row, uint64_t line)
{
	if (row->kind == KIND_CACHE_FLOW)
		c->cache.n_rows++;
	if (row->kind != KIND_MLS_ENTRY && row->kind != KIND_MLS_IP)
		return;
	c->mls.is_native = row->kind == KIND_MLS_IP;
	c->mls.n_rows++;
	if (row->hidden != HIDDEN_NOTHING)
		tell_mask(c, row->hidden, line);
}

void checks_entry(struct checks *c)
{
	c->monitor.n_rows++;
}

void checks_end(struct checks *c)
{
	checks_close_cache(c);
	checks_close_monitor(c);
	checks_close_mls(c);
}
