// SPDX-License-Identifier: Apache-2.0
// An exporter as the collector knows it: what came, what is missing, how its clock stands.
#ifndef MODEL_EXPORTER_H
#define MODEL_EXPORTER_H
#include "model/addr.h"

/** In the place of a version: an interface that is listened to, whose domain is a hash of its name. */
enum { EXPORTER_INTERFACE = UINT16_MAX };

/**
 * Contacts keep the low 16 bits of an exporter's identity, of which these are none: only the way back was told,
 * which names nobody; a line of a log told it.
 */
enum { EXPORTER_UNTOLD = UINT16_MAX, EXPORTER_LOGS = UINT16_MAX - 1 };

/** All counters count from the start of the collector; the newest of two is the larger. */
struct exporter {
	struct addr address;
	uint32_t domain;   // observation domain, source id, engine, or sub-agent
	uint16_t version;  // 5, 9, 10; of sFlow 0; EXPORTER_INTERFACE
	uint32_t sampling; // 1 packet in this many, as last told; 0: not told
	uint64_t datagrams, records;
	uint64_t gaps;              // jumps of the sequence: something is missing
	uint64_t missing;           // flows (v5, IPFIX), datagrams (v9, sFlow) that never came
	uint64_t late;              // datagrams that came after later ones
	uint64_t restarts;          // the sequence or the uptime began anew
	uint64_t without_template;  // data sets that could not be read
	uint64_t faults;            // datagrams with a fault
	uint64_t duplicates;        // flows that another exporter told too, an estimate
	uint64_t first_ms, last_ms; // when datagrams were received
	int64_t skew_ms; // its clock against ours, positive: ahead; least seen is most telling
};
#endif
