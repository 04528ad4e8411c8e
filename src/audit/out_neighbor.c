// SPDX-License-Identifier: Apache-2.0
// show cdp neighbors and show lldp neighbors, both with detail and without: which ends of links belong
// together. What a neighbor says of its software is not said of this device.
#include "audit/output.h"

#define UNMARKED \
	{ \
		{ \
			NEIGHBOR_MARKS, "none" \
		} \
	}
#define SLOT(text, ...) \
	{ \
		.kind = FACT_NEIGHBOR, .is = PHRASE_WEAK | PHRASE_LINE, .words = (text), \
		.say = __VA_ARGS__ \
	}

static const struct phrase phrases[] = {
	NEW(NEIGHBOR, "Device ID:[ ]{device:W}$"),
	MORE(NEIGHBOR, "Interface: {interface:i}, Port ID (outgoing port): {port:r}"),
	{ .kind = FACT_NEIGHBOR, .is = PHRASE_MORE | PHRASE_WEAK, .words = "Duplex: {duplex:g}$" },
	NEW(NEIGHBOR, "Local Intf: {interface:i}$"),
	{ .kind = FACT_NEIGHBOR, .is = PHRASE_MORE | PHRASE_WEAK, .words = "Port id: {port:r}" },
	{ .kind = FACT_NEIGHBOR,
		.is = PHRASE_MORE | PHRASE_WEAK,
		.words = "System Name: {device:W}$" },
	// CatOS
	NEW(NEIGHBOR, "Port (Our Port): {interface:W}$"),
	{ .kind = FACT_NEIGHBOR,
		.is = PHRASE_MORE | PHRASE_WEAK,
		.words = "Device-ID: {device:W}$" },
	MORE(NEIGHBOR, "Port-ID (Port on {:l}Device): {port:r}"),
	HEAD("* - indicates vlan mismatch."),
	HEAD("# - indicates duplex mismatch."),
	HEAD("Port Device-ID Port-ID Platform"),
	SLOT("{interface:j}_{device:W}_{port:j}_{marks:u}[_{:r}]$", {}),
	SLOT("{interface:j}_{device:W}_{port:j}[_{:r}]$", UNMARKED),
	SLOT("{interface:j}_{device:W}_{port:f}_{marks:u}[_{:r}]$", {}),
	SLOT("{interface:j}_{device:W}_{port:f}[_{:r}]$", UNMARKED),
	NOISE("Device Addresses:"),
	NOISE("Capabilities: {:r}"),
	NOISE("{:W} Software, Version {:r}"),
	HEAD("Device ID Local Intrfce Holdtme Capability Platform Port ID"),
	HEAD("Device-ID Local Intrfce Hldtme Capability Platform Port ID"),
	HEAD("Device ID Local Intf Hold-time Capability Port ID"),
	NOISE("Device ID Local Intf {:r}"),
	NOISE("Capability codes: {:r}"),
	NOISE("Capability codes:$"),
	NOISE("S - Switch, {:r}"),
	NOISE("D - Remote, {:r}"),
	NOISE("V - VoIP-Phone, {:r}"),
	NOISE("s - {:r}"),
	NOISE("({:v}) {:r}"),
	NOISE("Total {:r}"),
	NOISE("--{:r}"),
	NOISE("Entry address(es):[ {:r}]"),
	NOISE("Interface address(es):[ {:r}]"),
	NOISE("Management address{:r}"),
	NOISE("Mgmt address{:r}"),
	NOISE("IP{:r}"), // address:, v4 Address:, v6 address:
	NOISE("Local Interface MAC: {:r}"),
	NOISE("Remote Interface MAC: {:r}"),
	NOISE("System Name:$"),
	NOISE("Holdtime{:r}"),
	NOISE("Version :[ {:r}]"), // and the line below it, which may be anything
	NOISE("Version{:r}"),
	NOISE("IOS (tm) {:r}"),
	NOISE("TAC Support: {:r}"),
	NOISE("Platform: {:r}"),
	NOISE("Cisco {:r}"),
	NOISE("Copyright {:r}"),
	NOISE("Compiled {:r}"),
	NOISE("Technical Support: {:r}"),
	NOISE("RELEASE SOFTWARE {:r}"),
	NOISE("advertisement version: {:r}"),
	NOISE("Protocol Hello: {:r}"),
	NOISE("VTP Management Domain{:r}"),
	NOISE("Native VLAN{:r}"),
	NOISE("Second Port Status: {:r}"),
	NOISE("Power {:r}"),
	NOISE("Physical Location: {:r}"),
	NOISE("MTU: {:r}"),
	NOISE("Chassis id: {:r}"),
	NOISE("Port Description{:r}"),
	NOISE("System Description{:r}"),
	NOISE("System Capabilities: {:r}"),
	NOISE("Enabled Capabilities: {:r}"),
	NOISE("Time remaining: {:r}"),
	NOISE("Auto Negotiation {:r}"),
	NOISE("Physical media capabilities{:r}"),
	NOISE("Media Attachment Unit type{:r}"),
	NOISE("Vlan ID: {:r}"),
	{ .kind = FACT_NEIGHBOR,
		.is = PHRASE_WEAK | PHRASE_LINE,
		.words = "{device:W} {interface:f} {:n} {:l}{port:f}$" },
};

const struct output neighbor_output = {
	.name = "show cdp neighbors detail",
	.command = { "show cdp neighbors", "show cdp neighbors detail", "show lldp neighbors",
		"show lldp neighbors detail", "show cdp entry *" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
	.is_list = true,
};
