// SPDX-License-Identifier: Apache-2.0
// Lists of flows. Their rows are decoded elsewhere; here is only what says whether a list is whole.
#include "audit/output.h"

static const struct phrase flow_phrases[] = {
	HEAD("IP Sub Flow Cache, {:n} bytes"),
	HEAD("{:n} active, {:n} inactive, {:n} added, {:n} added to flow"),
	HEAD("{:n} alloc failures, {:n} force free"),
	NEW(FLOWS, "IP Flow Switching Cache, {bytes:n} bytes"),
	MORE(FLOWS, "{active:n} active, {inactive:n} inactive, {added:n} added"),
	MORE(FLOWS, "{ager-polls:n} ager polls, {alloc-failures:n} flow alloc failures"),
	NEW(FLOWS, "Cache size: {size:n}"),
	MORE(FLOWS, "Current entries: {active:n}"),
	HEAD("IP packet size distribution ({:n} total packets)[:]"),
	HEAD("1-32 64 96 {:r}"),
	HEAD("512 544 576 {:r}"),
	{ .kind = FACT_SIZES, .is = PHRASE_WEAK | PHRASE_LINE, .words = "{shares:h}$" },
	HEAD("Cache type: {:r}"),
	HEAD("Processed {:n} flows"),
	HEAD("Matched {:n} flows"),
	HEAD("Aggregated to {:n} flows"),
	HEAD("Showing the top {:n} flows"),
	HEAD("IPV4 SRC ADDR {:r}"),
	HEAD("IPV6 SRC ADDR {:r}"),
	HEAD("DATALINK {:r}"),
	ROW(MIX, "{name:w} {flows:n} {per-second:c} {packets-per-flow:c} {bytes-per-packet:c} "
		 "{packets-per-second:c} {:c} {:c}"),
	NOISE("{:n} {:r}"),
	NOISE("{:x} {:r}"),
	NOISE("0x{:r}"),
	HEAD("SrcIf SrcIPaddress DstIf DstIPaddress Pr SrcP DstP Pkts"),
	HEAD("SrcIf SrcIPaddress DstIf DstIPaddress Pr SrcP DstP Bytes"),
	HEAD("{:W} {:a} {:W} {:a} {:x} {:x} {:x} {:n}"),
	HEAD("Protocol Total Flows Packets Bytes Packets Active(Sec) Idle(Sec)"),
	NOISE("IPV4 SOURCE ADDRESS:{:r}"),
};

const struct output flow_output = {
	.name = "show ip cache flow",
	.command = { "show ip cache flow", "show ip cache verbose flow", "show ip flow top-talkers",
		"show flow monitor", "show flow cache", "show ip flow" },
	.phrase = flow_phrases,
	.n_phrases = countof(flow_phrases),
	.needs_sum = true,
};

static const struct phrase accounting_phrases[] = {
	HEAD("Source Destination Packets Bytes"),
	NOISE("{:a} {:a} {:n} {:n}"),
	NEW(ACCOUNTING, "Accounting threshold exceeded for {exceeded-packets:n} packets[ and "
			"{exceeded-bytes:n} bytes]"),
	MORE(ACCOUNTING, "Accounting data age is {age:W}"),
};

const struct output accounting_output = {
	.name = "show ip accounting",
	.command = { "show ip accounting", "show ip accounting output-packets",
		"show ip accounting access-violations", "show ip accounting checkpoint" },
	.phrase = accounting_phrases,
	.n_phrases = countof(accounting_phrases),
	.is_list = true,
};

static const struct phrase mls_phrases[] = {
	HEAD("Destination-IP Source-IP Prot DstPrt SrcPrt"),
	HEAD("DstIP SrcIP Prot:SrcPort:DstPort"),
	HEAD("Displaying Netflow entries in Supervisor Earl"),
	HEAD("Active IP MLS entries = {:n}"),
	NEW(MLS, "Total Active MLS entries = {entries:n}"),
	HEAD("IP Multilayer switching aging time = {:r}"),
	MORE(MLS, "IP Current flow mask is {mask:r}"),
	NEW(MLS, "Current flow mask is {mask:r}"),
	NEW(MLS, "Current IP flow mask is {mask:r}"),
	NEW(MLS, "current ip flowmask for unicast: {mask:r}"),
	NEW(MLS, "{:a} 0.0.0.0 {:w} :{:W} :{:W}", SAY(MLS_MASK, "destination")),
	NOISE("Configured IP flowmask is set to {:r}"),
	NOISE("--{:r}"),
	MORE(MLS, "Active entries: {entries:n}"),
	MORE(MLS, "Total Active MLS entries: {entries:n}"),
};

const struct output mls_output = {
	.name = "show mls",
	.command = { "show mls", "show mls entry", "show mls ip", "show mls netflow ip",
		"show mls netflow flowmask" },
	.phrase = mls_phrases,
	.n_phrases = countof(mls_phrases),
};
