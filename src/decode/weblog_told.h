// SPDX-License-Identifier: Apache-2.0
// What a message of an access list says, by its words: their order differs from device to device.
#ifndef DECODE_WEBLOG_TOLD_H
#define DECODE_WEBLOG_TOLD_H
#include "decode/weblog_scan.h"

/** What one message told so far; zero, but for `icmp`, is the beginning. */
struct told {
	struct addr peer[2]; // source, destination
	uint16_t port[2];
	bool has_port[2];
	unsigned n_peers;
	bool has_action, is_denied;
	uint8_t proto;
	uint32_t packets;
	uint32_t icmp; // type * 256 + code, UINT32_MAX: not told
};

/** Read the text behind the mnemonic: an action, a protocol, two addresses with ports, a count. */
void told_words(struct told *t, struct str text);

/**
 * Read the names and values of NX-OS: "Src IP: 10.1.0.1, Dst IP: 10.2.0.2, ... Hit-count = 2589".
 *
 * Returns false when it has not two addresses.
 */
bool told_nexus(struct told *t, struct str text);
#endif
