// SPDX-License-Identifier: Apache-2.0
// show interfaces and show interfaces status. What a virtual interface does not have it does not say.
#include "audit/output.h"

#define AMEND(text, ...) \
	{ \
		.kind = FACT_INTERFACE, .is = PHRASE_MORE | PHRASE_WEAK, .words = (text), \
		__VA_ARGS__ \
	}
#define DUPLEX(word, way) \
	AMEND(word "-duplex, {speed:l}media type is {media:r}", SAY(INTERFACE_DUPLEX, way)), \
		AMEND(word " Duplex, {speed:l}media type is {media:r}", \
			SAY(INTERFACE_DUPLEX, way)), \
		AMEND(word "-duplex, {speed:r}", SAY(INTERFACE_DUPLEX, way)), \
		AMEND(word " Duplex, {speed:r}", SAY(INTERFACE_DUPLEX, way))

static const struct phrase phrases[] = {
	NEW(INTERFACE, "{name:i} is administratively down, line protocol is {protocol:w}",
		SAY(INTERFACE_STATUS, "admin-down")),
	NEW(INTERFACE, "{name:i} is {status:w}, line protocol is {protocol:w}"),
	NEW(INTERFACE, "{name:i} is {status:w} ({:v}), line protocol is {protocol:w}"),
	{ .kind = FACT_INTERFACE,
		.is = PHRASE_WEAK | PHRASE_LINE,
		.words = "{name:i} is {status:w}[ ({:r}]" },
	AMEND("Internet address is {address:p}"), DUPLEX("Full", "full"), DUPLEX("Half", "half"),
	DUPLEX("Auto", "auto"), AMEND("{runts:n} runts, {:n} giants"),
	AMEND("{input-errors:n} input errors, {crc:n} CRC"),
	AMEND("{input-errors:n} input error {:n} short frame"),
	AMEND("{runts:n} runts {:n} giants {crc:n} CRC"),
	AMEND("{:n} output errors, {collisions:n} collisions"),
	AMEND("{:n} babbles, {late-collisions:n} late collision"),
	AMEND("{:n} lost carrier {:n} no carrier {late-collisions:n} late collision"),
	AMEND("{:n} output error {collisions:n} collision {:n} deferred {late-collisions:n} late "
	      "collision"), // NX-OS
	AMEND("Input queue: {input-queue:n}/{input-queue-most:n}/{input-drops:n}/{:n} "
	      "(size/max/drops/flushes)"),
	AMEND("input queue {input-queue:n}/{input-queue-most:n}, {input-drops:n} drops"), // IOS 11
};

const struct output interface_output = {
	.name = "show interfaces",
	.command = { "show interfaces", "show interface" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
};

/* show ip interface: its lines begin as those of show interfaces do, so its command has to tell. */
#define PART(text, ...) \
	{ \
		.kind = FACT_IPIF, .is = PHRASE_WEAK | PHRASE_LINE, .words = (text), __VA_ARGS__ \
	}
#define MORE_OF(text, ...) \
	{ \
		.kind = FACT_IPIF, .is = PHRASE_WEAK | PHRASE_LINE | PHRASE_MORE, .words = (text), \
		__VA_ARGS__ \
	}

static const struct phrase ip_phrases[] = {
	PART("{name:i} is administratively down, line protocol is {protocol:w}",
		SAY(IPIF_STATUS, "admin-down")),
	PART("{name:i} is {status:w}, line protocol is {protocol:w}"),
	PART("{name:i} is {status:w} ({:v}), line protocol is {protocol:w}"),
	MORE_OF("Internet address is {address:p}"),
	MORE_OF("Proxy ARP is {proxy-arp:w}"),
	MORE_OF("IP fast switching is {fast-switching:w}"),
	MORE_OF("IP Flow switching is {flow-switching:w}"),
	MORE_OF("IP CEF switching is {cef-switching:w}"),
	MORE_OF("{verification-drops:n} verification drops"),
};

const struct output ip_interface_output = {
	.name = "show ip interface",
	.command = { "show ip interface" },
	.phrase = ip_phrases,
	.n_phrases = countof(ip_phrases),
};

static const struct phrase status_phrases[] = {
	HEAD("Port Name Status Vlan Duplex Speed[ Type]"),
	HEAD("Port Name Status Vlan Level Duplex Speed Type"),
	{ .kind = FACT_INTERFACE,
		.is = PHRASE_LINE,
		.words = "{name:i}_{:l}{status:s}[:]_{vlan:n}_{duplex:g}_{speed:W}[_{media:r}]" },
	{ .kind = FACT_INTERFACE, // "connected: TDR 1"
		.is = PHRASE_WEAK | PHRASE_LINE,
		.words =
			"{name:i}_{:l}{status:s}:_{:w}_{vlan:n}_{duplex:g}_{speed:W}[_{media:r}]" },
	NOISE("--{:r}"),
	{ .kind = FACT_INTERFACE,
		.is = PHRASE_WEAK | PHRASE_LINE,
		.words = "{name:i}_{:l}{status:s}[:]_{vlan:l}{duplex:g}_{speed:W}[_{media:r}]" },
	{ .kind = FACT_INTERFACE,
		.is = PHRASE_WEAK | PHRASE_LINE,
		.words = "{name:i} is {status:w}[_{:r}]" },
	// CatOS: show port, and the tables behind it
	HEAD("Port AuxiliaryVlan AuxVlan-Status"),
	HEAD("Port Security Violation {:r}"),
	HEAD("Port Num-Addr {:r}"),
	HEAD("Port Align-Err {:r}"),
	HEAD("Port Single-Col {:r}"),
	HEAD("Port Trap {:r}"),
	HEAD("Port Send FlowControl {:r}"),
	HEAD("Last-Time-Cleared"),
	NOISE("{:j}_none_none$"),
	NOISE("{:j}_{:n}_active$"),
	NOISE("{:j}_{:n}_inactive$"),
	NOISE("{:j}_disabled_shutdown_{:r}"),
	NOISE("{:j}_disabled_restrict_{:r}"),
	NOISE("{:j}_enabled_shutdown_{:r}"),
	NOISE("{:j}_enabled_restrict_{:r}"),
	NOISE("{:j}_{:n}_-_-_{:r}"),
	NOISE("{:j}_{:n}_{:n}_{:n}_{:n}_{:n}$"),
	NOISE("{:j}_{:n}_{:n}_{:n}_{:n}_{:n}_{:n}_{:n}$"),
	NOISE("{:j}_{:n}_{:n}_{:n}_{:n}_{:n}_{:n}_-$"),
	NOISE("{:w} {:w} {:n} {:n}, {:t}$"),
	{ .kind = FACT_INTERFACE,
		.is = PHRASE_WEAK | PHRASE_LINE,
		.words = "{name:W}_{:l}{status:s}_{vlan:l}{:W}_{duplex:g}_{speed:W}[_{media:r}]" },
};

const struct output status_output = {
	.name = "show interfaces status",
	.command = { "show interfaces status", "show interface status", "show port",
		"show port status" },
	.phrase = status_phrases,
	.n_phrases = countof(status_phrases),
	.is_list = true,
};
