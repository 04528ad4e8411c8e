// SPDX-License-Identifier: Apache-2.0
// Self-checks of cache outputs: sums that must agree, and signs that the list is incomplete.
#include "decode/text_check.h"

#include <inttypes.h>

#include "decode/text_phrase.h"

enum { ENTRY_BYTES_MIN = 64, ENTRY_BYTES_MAX = 72 };          // of memory, a cache entry
enum { N_FRACTIONS = 26, MILLI_MIN = 970, MILLI_MAX = 1013 }; // each is cut to three digits

static place at(const struct checks *c, uint64_t line)
{
	return place_at(c->sink->source, line);
}

static void contradiction(struct checks *c, uint64_t line)
{
	fault_put(c->sink->trouble, FAULT_CHECKSUM, at(c, line), 0);
}

static void check_entries(struct checks *c, const struct cache_check *k)
{
	uint64_t size = k->active + k->inactive;
	if (k->has_bytes &&
		(k->bytes / ENTRY_BYTES_MAX > size || k->bytes / ENTRY_BYTES_MIN < size)) {
		contradiction(c, k->line);
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

static void cache_close(struct checks *c)
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
	if (k->n_fractions == N_FRACTIONS && k->sum_milli &&
		(k->sum_milli < MILLI_MIN || k->sum_milli > MILLI_MAX)) {
		contradiction(c, k->line);
		note_put(c->sink->trouble, at(c, k->line),
			"the packet size distribution sums to %u.%03u instead of 1",
			k->sum_milli / 1000, k->sum_milli % 1000);
	}
	*k = (struct cache_check){};
}

static void monitor_close(struct checks *c)
{
	struct monitor_check *k = &c->monitor;
	bool has_all = k->has_current && k->has_added && k->has_aged;
	if (has_all && k->added - k->aged != k->current) {
		contradiction(c, k->line);
		note_put(c->sink->trouble, at(c, k->line),
			"%" PRIu64 " flows added less %" PRIu64 " aged is not %" PRIu64
			" current entries",
			k->added, k->aged, k->current);
	}
	if (k->has_aged && k->has_parts && k->parts != k->aged) {
		contradiction(c, k->line);
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

static void mls_close(struct checks *c)
{
	struct mls_check *k = &c->mls;
	if (k->is_open && k->n_rows == 0)
		note_put(c->sink->trouble, at(c, k->line), "MLS headers recognised, 0 rows (%s)",
			k->is_native ? "show mls ip" : "show mls entry");
	*k = (struct mls_check){};
}

static void cache_open(struct checks *c, uint64_t line)
{
	c->sink->is_known = true;
	if (c->cache.is_open)
		return;
	c->cache.is_open = true;
	c->cache.line = line;
}

static void on_command(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	cache_close(c);
	monitor_close(c);
	mls_close(c);
	*c->mode = (struct mode){};
}

static void on_top_talkers(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->mode->is_top_talkers = true;
}

static void on_violations(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->mode->is_violations = true;
}

static void on_accounting(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	c->mode->is_violations = false;
}

static void on_packets(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	c->mode->is_bytes = false;
}

static void on_bytes(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	c->mode->is_bytes = true;
	c->mode->is_top_talkers = true;
}

static void on_heading(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
}

static void on_threshold(struct checks *c, const struct phrase_hit *hit)
{
	c->sink->is_known = true;
	note_put(c->sink->trouble, at(c, hit->line),
		"list is incomplete: accounting threshold exceeded for %" PRIu64
		" packets and %" PRIu64 " bytes; raise it with `ip accounting-threshold N` "
		"(26 bytes of memory an entry)",
		hit->number[0], hit->number[1]);
}

static void on_distribution(struct checks *c, const struct phrase_hit *hit)
{
	cache_close(c);
	cache_open(c, hit->line);
}

static void on_switching_cache(struct checks *c, const struct phrase_hit *hit)
{
	if (c->cache.has_bytes || c->cache.has_entries)
		cache_close(c);
	cache_open(c, hit->line);
	c->cache.has_bytes = true;
	c->cache.is_sub_cache = false;
	c->cache.bytes = hit->number[0];
	c->cache.line = hit->line;
}

static void on_sub_cache(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->cache.is_sub_cache = true;
}

static void on_entries(struct checks *c, const struct phrase_hit *hit)
{
	struct cache_check *k = &c->cache;
	if (k->is_sub_cache)
		return;
	if (k->has_entries)
		cache_close(c);
	cache_open(c, hit->line);
	k->has_entries = true;
	k->active = hit->number[0];
	k->inactive = hit->number[1];
	k->line = hit->line;
}

static void on_alloc_failures(struct checks *c, const struct phrase_hit *hit)
{
	cache_open(c, hit->line);
	c->cache.alloc_failures = hit->number[0];
}

static void on_fraction(struct checks *c, const struct phrase_hit *hit)
{
	struct cache_check *k = &c->cache;
	if (!k->is_open || k->has_bytes || k->n_fractions == N_FRACTIONS)
		return;
	k->n_fractions++;
	k->sum_milli += hit->milli;
}

static void on_protocol(struct checks *c, const struct phrase_hit *hit)
{
	c->cache.n_protocols++;
	c->cache.protocol_flows += hit->number[0];
}

static void on_total(struct checks *c, const struct phrase_hit *hit)
{
	struct cache_check *k = &c->cache;
	if (k->n_protocols && k->protocol_flows != hit->number[0]) {
		contradiction(c, hit->line);
		note_put(c->sink->trouble, at(c, hit->line),
			"Total-Flows of the protocols sum to %" PRIu64
			", the Total: row says %" PRIu64,
			k->protocol_flows, hit->number[0]);
	}
	k->n_protocols = 0;
	k->protocol_flows = 0;
}

static void on_monitor(struct checks *c, const struct phrase_hit *hit)
{
	monitor_close(c);
	c->sink->is_known = true;
	c->monitor.is_open = true;
	c->monitor.line = hit->line;
}

static void on_current(struct checks *c, const struct phrase_hit *hit)
{
	if (c->monitor.has_current || !c->monitor.is_open)
		on_monitor(c, hit);
	c->monitor.has_current = true;
	c->monitor.current = hit->number[0];
	c->monitor.line = hit->line;
}

static void on_added(struct checks *c, const struct phrase_hit *hit)
{
	c->monitor.has_added = true;
	c->monitor.added = hit->number[0];
}

static void on_aged(struct checks *c, const struct phrase_hit *hit)
{
	c->monitor.has_aged = true;
	c->monitor.aged = hit->number[0];
}

static void on_aged_part(struct checks *c, const struct phrase_hit *hit)
{
	c->monitor.has_parts = true;
	c->monitor.parts += hit->number[hit->n_numbers - 1];
}

static void mls_open(struct checks *c, uint64_t line, bool is_native)
{
	mls_close(c);
	c->sink->is_known = true;
	c->mls = (struct mls_check){ .is_open = true, .is_native = is_native, .line = line };
}

static void on_mls_entry(struct checks *c, const struct phrase_hit *hit)
{
	mls_open(c, hit->line, false);
}

static void on_mls_ip(struct checks *c, const struct phrase_hit *hit)
{
	mls_open(c, hit->line, true);
}

/* Longer phrases stand before those they end with. */
static const struct {
	struct phrase phrase;
	void (*act)(struct checks *c, const struct phrase_hit *hit);
} phrases[] = {
	{ { "", "show" }, on_command },
	{ { "", "sh" }, on_command },
	{ { "", "top-talkers" }, on_top_talkers },
	{ { "", "access-violations" }, on_violations },
	{ { "packets bytes", "acl" }, on_violations },
	{ { "destination packets", "bytes" }, on_accounting },
	{ { "accounting data age is", "~" }, on_heading },
	{ { "accounting threshold exceeded for # packets and #", "bytes" }, on_threshold },
	{ { "srcp dstp", "pkts" }, on_packets },
	{ { "srcp dstp", "bytes" }, on_bytes },
	{ { "pr tos flgs", "pkts" }, on_packets },
	{ { "srcprt dstprt", "packets" }, on_packets },
	{ { "packet size", "distribution" }, on_distribution },
	{ { "flow switching cache #", "bytes" }, on_switching_cache },
	{ { "sub flow", "cache" }, on_sub_cache },
	{ { "# active #", "inactive" }, on_entries },
	{ { "# flow alloc", "failures" }, on_alloc_failures },
	{ { "total: # % # #", "%" }, on_total },
	{ { "~ # % # #", "%" }, on_protocol },
	{ { "", "%" }, on_fraction },
	{ { "cache", "type:" }, on_monitor },
	{ { "current entries:", "#" }, on_current },
	{ { "flows added:", "#" }, on_added },
	{ { "flows aged:", "#" }, on_aged },
	{ { "active timeout ( # secs)", "#" }, on_aged_part },
	{ { "inactive timeout ( # secs)", "#" }, on_aged_part },
	{ { "event aged", "#" }, on_aged_part },
	{ { "watermark aged", "#" }, on_aged_part },
	{ { "emergency aged", "#" }, on_aged_part },
	{ { "destination-ip", "source-ip" }, on_mls_entry },
	{ { "dstip", "srcip" }, on_mls_ip },
	{ { "sip dip bd", "id" }, on_heading },
};

bool checks_is_command(const struct view *v)
{
	static const struct phrase show = { "", "show" }, sh = { "", "sh" };
	struct phrase_hit hit;
	return phrase_ends_at(&show, v, &hit) || phrase_ends_at(&sh, v, &hit);
}

void checks_word(struct checks *c, const struct view *v)
{
	for (size_t i = 0; i < countof(phrases); i++) {
		struct phrase_hit hit;
		if (!phrase_ends_at(&phrases[i].phrase, v, &hit))
			continue;
		phrases[i].act(c, &hit);
		return;
	}
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
	cache_close(c);
	monitor_close(c);
	mls_close(c);
}
