// SPDX-License-Identifier: Apache-2.0
// Switching: the cache of fast switching, CEF and its adjacencies.
#include "audit/output.h"

static const struct phrase cache_phrases[] = {
	NEW(CACHE, "IP routing cache {entries:n} entries, {bytes:n} bytes"),
	NEW(CACHE, "IP routing cache {entries:n} entry, {bytes:n} bytes"),
	MORE(CACHE, "{adds:n} adds, {invalidates:n} invalidates, {refcounts:n} refcounts"),
	MORE(CACHE, "Cache aged by 1/{fraction:n} every {every:n} seconds (1/{low-fraction:n} when "
		    "memory is low)[.]"),
	NOISE("Minimum invalidation interval {:n} seconds, maximum interval {:n} seconds,"),
	NOISE("quiet interval {:n} seconds, threshold {:n} requests"),
	NOISE("Invalidation rate {:n} in last second, {:n} in last {:n} seconds"),
	MORE(CACHE, "Last full cache invalidation occurred {full-invalidation:t} ago"),
	HEAD("Prefix/Length Age Interface Next Hop"),
	NEW(CACHE_ROUTE, "{prefix:p}-{mask:n} {age:t} {interface:i} {next-hop:a}[ {header-bytes:n} "
			 "{header:x}]"),
	NEW(CACHE_ROUTE, "{prefix:p} {age:t} {interface:i} {next-hop:a}"),
};

const struct output cache_output = {
	.name = "show ip cache",
	.command = { "show ip cache", "show ip cache verbose" },
	.phrase = cache_phrases,
	.n_phrases = countof(cache_phrases),
	.is_list = true,
};

#define RUNNING SAY(CEF_RUNNING, "yes")
#define STOPPED SAY(CEF_RUNNING, "no")

static const struct phrase cef_phrases[] = {
	NEW(CEF, "IP CEF with switching (Table Version {table-version:n})[, flags={:x}]", RUNNING),
	NEW(CEF,
		"IP Distributed CEF with switching (Table Version {table-version:n})[, flags={:x}]",
		RUNNING),
	NEW(CEF, "IPv4 CEF is enabled[ and running][ for distributed and running]", RUNNING),
	NEW(CEF, "%IPv4 CEF not running", STOPPED),
	NEW(CEF, "%CEF not running", STOPPED),
	NEW(CEF, "% CEF not running", STOPPED),
	NEW(CEF, "IPv4 CEF is disabled", STOPPED),
	MORE(CEF,
		"{routes:n} routes, {reresolve:n} reresolve, {unresolved:n} unresolved ({:n} old, "
		"{:n} new)[, peak {peak:n}]"),
	MORE(CEF, "{leaves:n} leaves, {nodes:n} nodes, {bytes:n} bytes, {inserts:n} inserts, "
		  "{invalidations:n} invalidations"),
	MORE(CEF, "{load-sharing:n} load sharing elements, {load-sharing-bytes:n} bytes, {:n} "
		  "references"),
	NOISE("universal per-destination load sharing algorithm, id {:x}"),
	MORE(CEF, "{resets:n} CEF resets, {revisions:n} revisions of existing leaves"),
	NOISE("{:n} in-place/{:n} aborted modifications"),
	MORE(CEF, "Resolution Timer: Exponential (currently {timer:d}s, peak {timer-peak:d}s)"),
	NOISE("refcounts: {:n} leaf, {:n} node"),
	MORE(CEF, "Adjacency Table has {adjacencies:n} adjacencies"),
	MORE(CEF, "Adjacency Table has {adjacencies:n} adjacency"),
	NOISE("VRF {:W}"),
	MORE(CEF, "{routes:n} prefixes ({:n}/{:n} fwd/non-fwd)"),
	MORE(CEF, "{routes:n} prefix ({:n}/{:n} fwd/non-fwd)"),
	NOISE("Table id {:W}"),
	NOISE("Database epoch: {:n} ({:n} entries at this epoch)"),
	NOISE("Database epoch: {:n} ({:n} entry at this epoch)"),
};

const struct output cef_output = {
	.name = "show ip cef summary",
	.command = { "show ip cef summary", "show cef state" },
	.phrase = cef_phrases,
	.n_phrases = countof(cef_phrases),
};

static const struct phrase prefix_phrases[] = {
	HEAD("Prefix Next Hop Interface"),
	NOISE("{:p}[, version {:n}][, epoch {:n}]{:r}"),
	NOISE("{:p}"),
	NOISE("nexthop {:r}"),
	NOISE("attached to {:r}"),
	NOISE("{:p} drop"),
	NOISE("{:p} receive"),
	NOISE("{:p} attached {:r}"),
	NOISE("{:p} no route"),
	NOISE("{:p} {:a} {:i}"),
};

const struct output prefix_output = {
	.name = "show ip cef",
	.command = { "show ip cef", "show ip cef detail" },
	.phrase = prefix_phrases,
	.n_phrases = countof(prefix_phrases),
};

#define WHOLE SAY(ADJACENCY_INCOMPLETE, "no")

static const struct phrase adjacency_phrases[] = {
	HEAD("Protocol Interface Address"),
	ROW(ADJACENCY, "{protocol:w} {interface:i} {address:a}({:n}) (incomplete)",
		SAY(ADJACENCY_INCOMPLETE, "yes")),
	ROW(ADJACENCY, "{protocol:w} {interface:i} {address:a}({:n})", WHOLE),
	ROW(ADJACENCY, "{protocol:w} {interface:i} point2point({:n})[ (incomplete)]", WHOLE),
	ROW(ADJACENCY, "IPV6 {interface:i} {:W} (incomplete)",
		SAY2(ADJACENCY_PROTOCOL, "IPV6", ADJACENCY_INCOMPLETE, "yes")),
	ROW(ADJACENCY, "IPV6 {interface:i} {:W}",
		SAY2(ADJACENCY_PROTOCOL, "IPV6", ADJACENCY_INCOMPLETE, "no")),
	// summary
	ROW(CEF, "Adjacency Table has {adjacencies:n} adjacencies"),
	ROW(CEF, "Adjacency Table has {adjacencies:n} adjacency"),
	NOISE("Table epoch: {:r}"),
	HEAD("Interface Adjacency Count"),
	NOISE("{:i} {:n}"),
};

const struct output adjacency_output = {
	.name = "show adjacency",
	.command = { "show adjacency", "show adjacency summary" },
	.part = { "show adjacency summary" },
	.phrase = adjacency_phrases,
	.n_phrases = countof(adjacency_phrases),
	.is_list = true,
};
