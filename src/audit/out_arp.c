// SPDX-License-Identifier: Apache-2.0
// show ip arp and its summary.
#include "audit/output.h"

#define FOUND SAY(ARP_INCOMPLETE, "no")
#define AWAITED SAY(ARP_INCOMPLETE, "yes")

static const struct phrase phrases[] = {
	HEAD("Protocol Address Age (min) Hardware Addr[ess] Type Interface"),
	HEAD("Protocol Address Age(min) Hardware Addr Type Interface"),
	HEAD("Address Age MAC Address Interface Flags"),
	HEAD("Address Age MAC Address Interface"),
	NEW(ARP, "Internet {address:a} {age:t} {mac:m} {type:W}[_{interface:i}[_pv_{:n}]]", FOUND),
	NEW(ARP, "Internet {address:a} {age:t} Incomplete {type:W}[_{interface:i}]", AWAITED),
	// NX-OS, whose flags stand behind the row
	ROW(ARP, "{address:a} {age:t} {mac:m} {interface:i}[_{:u}]", FOUND),
	ROW(ARP, "{address:a} {age:t} {mac:m} {interface:i}[_{:k}]", FOUND),
	ROW(ARP, "{address:a} {age:t} INCOMPLETE {interface:i}[_{:u}]", AWAITED),
	NOISE("Flags: * - {:r}"),
	NOISE("+ - {:r}"),
	NOISE("# - {:r}"),
	NOISE("CP - {:r}"),
	NOISE("PS - {:r}"),
	NOISE("RO - {:r}"),
	NOISE("D - {:r}"),
	HEAD("IP ARP Table for {:r}"),
	NEW(ARPS, "IP ARP Table - Adjacency Summary"),
	{ .kind = FACT_ARPS, .is = PHRASE_MORE | PHRASE_WEAK, .words = "Resolved : {dynamic:n}" },
	{ .kind = FACT_ARPS,
		.is = PHRASE_MORE | PHRASE_WEAK,
		.words = "Incomplete : {incomplete:n}[ (Throttled: {:n})]" },
	{ .kind = FACT_ARPS, .is = PHRASE_MORE | PHRASE_WEAK, .words = "Total : {entries:n}" },
	NOISE("Unknown : {:n}"),
	NOISE("Total number of entries: {:n}"),
	NEW(ARPS, "{entries:n} IP ARP entries, with {incomplete:n} of them incomplete"),
	NEW(ARPS, "Total number of entries in the ARP table: {entries:n}[.]"),
	MORE(ARPS, "Total number of Dynamic ARP entries: {dynamic:n}[.]"),
	MORE(ARPS, "Total number of Incomplete ARP entries: {incomplete:n}[.]"),
	NOISE("Total number of {:r}"),
	NOISE("Maximum {:r}"),
	NOISE("Learn ARP Entry {:r}"),
	NOISE("Interface Entry Count"),
	NOISE("{:i} {:n}"),
};

const struct output arp_output = {
	.name = "show ip arp",
	.command = { "show ip arp", "show arp", "show ip arp summary", "show arp summary" },
	.part = { "show ip arp summary", "show arp summary" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
	.is_list = true,
};
