// SPDX-License-Identifier: Apache-2.0
// What the words between the rows say: one table of phrases, one small action for each.
#include <inttypes.h>

#include "decode/text_check.h"
#include "decode/text_phrase.h"

static place at(const struct checks *c, uint64_t line)
{
	return place_at(c->sink->source, line);
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
	checks_close_cache(c);
	checks_close_monitor(c);
	checks_close_mls(c);
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
	row_expect(c->mode, KIND_ACCOUNTING, 5);
}

static void on_accounting(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	c->mode->is_violations = false;
	row_expect(c->mode, KIND_ACCOUNTING, 4);
}

static void on_cache_flow(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	row_expect(c->mode, KIND_CACHE_FLOW, 8);
}

static void on_packets(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	c->mode->is_bytes = false;
	row_expect(c->mode, KIND_CACHE_FLOW, 8);
}

static void on_bytes(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	c->mode->is_bytes = true;
	row_expect(c->mode, KIND_CACHE_FLOW, 8);
	c->mode->is_top_talkers = true;
}

static void on_verbose(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	row_expect(c->mode, KIND_CACHE_FLOW, 17);
}

static void on_nexus(struct checks *c, const struct phrase_hit *hit)
{
	(void)hit;
	c->sink->is_known = true;
	row_expect(c->mode, KIND_FLOW_CACHE, 9);
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
	checks_close_cache(c);
	cache_open(c, hit->line);
}

static void on_switching_cache(struct checks *c, const struct phrase_hit *hit)
{
	if (c->cache.has_bytes || c->cache.has_entries)
		checks_close_cache(c);
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
		checks_close_cache(c);
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
	if (!k->is_open || k->has_bytes || k->n_fractions == CHECK_FRACTIONS)
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
		checks_contradict(c, hit->line);
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
	checks_close_monitor(c);
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
	checks_close_mls(c);
	c->sink->is_known = true;
	c->mls = (struct mls_check){ .is_open = true, .is_native = is_native, .line = line };
	row_expect(c->mode, is_native ? KIND_MLS_IP : KIND_MLS_ENTRY, 15);
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
	{ { "ip cache", "flow" }, on_cache_flow },
	{ { "srcp dstp", "pkts" }, on_packets },
	{ { "srcp dstp", "bytes" }, on_bytes },
	{ { "pr tos flgs", "pkts" }, on_verbose },
	{ { "srcprt dstprt", "packets" }, on_heading },
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
	{ { "sip dip bd", "id" }, on_nexus },
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
