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
	AMEND("Internet address is {address:p}"),
	DUPLEX("Full", "full"),
	DUPLEX("Half", "half"),
	DUPLEX("Auto", "auto"),
	AMEND("{runts:n} runts, {:n} giants"),
	AMEND("{input-errors:n} input errors, {crc:n} CRC"),
	AMEND("{input-errors:n} input error {:n} short frame"),
	AMEND("{runts:n} runts {:n} giants {crc:n} CRC"),
	AMEND("{:n} output errors, {collisions:n} collisions"),
	AMEND("{:n} babbles, {late-collisions:n} late collision"),
	AMEND("{:n} lost carrier {:n} no carrier {late-collisions:n} late collision"),
};

const struct output interface_output = {
	.name = "show interfaces",
	.command = { "show interfaces", "show interface" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
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
	// CatOS: show port
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
