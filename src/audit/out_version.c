// SPDX-License-Identifier: Apache-2.0
// show version: which advice holds depends on it.
#include "audit/output.h"

#define RESTART(text) \
	{ \
		.kind = FACT_VERSION, .is = PHRASE_MORE | PHRASE_WEAK | PHRASE_LINE, \
		.words = (text) \
	}

static const struct phrase phrases[] = {
	NEW(VERSION, "Cisco IOS XE Software, Version {release:w}", SAY(VERSION_OS, "IOS-XE")),
	NEW(VERSION, "Cisco IOS XR Software, Version {release:w}", SAY(VERSION_OS, "IOS-XR")),
	NEW(VERSION, "Cisco IOS Software, {:l}Version {release:w}", SAY(VERSION_OS, "IOS")),
	NEW(VERSION, "Cisco IOS Software \\[{:l}Version {release:w}", SAY(VERSION_OS, "IOS-XE")),
	NEW(VERSION, "IOS (tm) {:l}Version {release:w}", SAY(VERSION_OS, "IOS")),
	NEW(VERSION, "Cisco Nexus Operating System (NX-OS) Software", SAY(VERSION_OS, "NX-OS")),
	MORE(VERSION, "system: version {release:w}"),
	MORE(VERSION, "NXOS: version {release:w}"),
	NEW(VERSION, "{platform:w} Software, Version NmpSW: {release:w}", SAY(VERSION_OS, "CatOS")),
	{ .kind = FACT_VERSION,
		.is = PHRASE_MORE | PHRASE_WEAK | PHRASE_LINE,
		.words = "{:w} uptime is {uptime:r}" },
	{ .kind = FACT_VERSION,
		.is = PHRASE_MORE | PHRASE_WEAK | PHRASE_LINE,
		.words = "Uptime is {uptime:r}" },
	NOISE("{:n} {:n} {:n} {:n} {:n} {:n} {:n} {:n} {:n} {:n}"), // memory of modules, of CatOS
	RESTART("System returned to ROM by {restarted-by:r}"),
	RESTART("System restarted by {restarted-by:r}"),
	RESTART("Last reload reason: {restarted-by:r}"),
	RESTART("Reason: {restarted-by:r}"), // NX-OS
	{ .kind = FACT_VERSION,
		.is = PHRASE_MORE | PHRASE_WEAK | PHRASE_LINE,
		.words = "cisco {platform:w} ({processor:v}) processor" },
	{ .kind = FACT_VERSION,
		.is = PHRASE_MORE | PHRASE_WEAK | PHRASE_LINE,
		.words = "cisco {platform:w} (revision" },
	{ .kind = FACT_VERSION,
		.is = PHRASE_MORE | PHRASE_WEAK | PHRASE_LINE,
		.words = "Processor board ID {serial:w}" },
};

const struct output version_output = {
	.name = "show version",
	.command = { "show version" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
};
