// SPDX-License-Identifier: Apache-2.0
// show ip nat translations and statistics. A gre row has no port; of ICMP the "port" is its query id.
#include "audit/output.h"

static const struct phrase phrases[] = {
	HEAD("Pro Inside global Inside local Outside local Outside global"),
	NEW(NAT, "{protocol:o} {inside-global:e} {inside-local:e} {outside-local:e} "
		 "{outside-global:e}"),
	NEW(NATS, "Total number of translations: {active:n}"),
	NOISE("create[:] {:r}"),
	NOISE("Map-Id(In)[:]{:r}"),
	NOISE("entry-id: {:r}"),
	NOISE("Mac-Address: {:r}"),
	NOISE("flags: {:r}"),
	NOISE("flags:"),
	NOISE("timeout:{:r}"),
	NOISE("Group_id:{:r}"),
	NOISE("Format(H:M:S) {:r}"),
	NOISE("RuleID : {:r}"),
	NOISE("ALG {:r}"),
	NOISE("WLAN-Flags: {:r}"),
	NOISE("In_pkts: {:r}"),
	NOISE("Output-IDB:[ {:r}]"),
	NOISE("Input-IDB:[ {:r}]"),
	NOISE("use {:r}"),
	NOISE("left {:r}"),
	NOISE("none[,{:r}]"),
	NOISE("VRF: {:r}"),
	NOISE("RuleID: {:r}"),
};

const struct output nat_output = {
	.name = "show ip nat translations",
	.command = { "show ip nat translations", "show ip nat translations verbose",
		"show ip nat translations total" },
	.part = { "show ip nat translations total" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
	.is_list = true,
};

static const struct phrase statistics_phrases[] = {
	NEW(NATS, "Total active translations: {active:n} ({static:n} static, {dynamic:n} dynamic; "
		  "{extended:n} extended)"),
	NEW(NATS, "Total translations: {active:n} ({static:n} static, {dynamic:n} dynamic; "
		  "{extended:n} extended)"),
	{ .kind = FACT_NATS,
		.is = PHRASE_MORE | PHRASE_WEAK,
		.words = "Peak translations: {peak:n}[, occurred {:W} ago]" },
	{ .kind = FACT_NATS,
		.is = PHRASE_MORE | PHRASE_WEAK,
		.words = "Hits: {hits:n} Misses: {misses:n}" },
	{ .kind = FACT_NATS,
		.is = PHRASE_MORE | PHRASE_WEAK,
		.words = "Expired translations: {expired:n}" },
	NOISE("Outside interfaces:[ {:r}]"),
	NOISE("Inside interfaces:[ {:r}]"),
	NOISE("CEF Translated packets: {:n}, CEF Punted packets: {:n}"),
	NOISE("Dynamic mappings:"),
	NOISE("access-list {:W} pool {:W} refcount {:n}"),
	NOISE("access-list {:W} interface {:W} refcount {:n}"),
	NOISE("route-map {:W} pool {:W} refcount {:n}"),
	NOISE("route-map {:W} interface {:W} refcount {:n}"),
};

const struct output nat_statistics_output = {
	.name = "show ip nat statistics",
	.command = { "show ip nat statistics" },
	.phrase = statistics_phrases,
	.n_phrases = countof(statistics_phrases),
};
