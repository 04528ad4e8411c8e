// SPDX-License-Identifier: Apache-2.0
// What an input could have shown: which telemetry it is made of, and the scans that would be seen.
#ifndef MODEL_POWER_H
#define MODEL_POWER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Sorts of telemetry by how a failed contact is told:
 * TELEMETRY(name, key, sign of a failed contact, whether answers are told, what it is).
 */
#define TELEMETRIES(TELEMETRY) \
	TELEMETRY(TCP_TOLD, "tcp_told", NO_ACK, true, "TCP, flags or the record tell the outcome") \
	TELEMETRY(TCP_BOTH_WAYS, "tcp_both_ways", NO_REVERSE, true, \
		"TCP without flags, flows back are recorded") \
	TELEMETRY(TCP_ONE_WAY, "tcp_one_way", SMALL, true, "TCP without flags, told by size") \
	TELEMETRY(TCP_SAMPLED, "tcp_sampled", SYN_SAMPLED, true, "TCP, sampled packets") \
	TELEMETRY(OTHER_BOTH_WAYS, "other_both_ways", NO_REVERSE, true, \
		"UDP and others, flows back are recorded") \
	TELEMETRY(OTHER_ONE_WAY, "other_one_way", SAME_SIZE, false, \
		"UDP and others, too few flows back") \
	TELEMETRY(OTHER_SAMPLED, "other_sampled", SAME_SIZE, false, \
		"UDP and others, sampled packets") \
	TELEMETRY(LIST, "pasted_list", LISTED_FEW, false, "pasted list")

#define AS_TELEMETRY(name, key, sign, is_told, text) TELEMETRY_##name,
enum telemetry { TELEMETRIES(AS_TELEMETRY) N_TELEMETRIES };
#undef AS_TELEMETRY

/** Where first contacts of benign hosts fail most often, as learned. */
struct rate_worst {
	double share;  // 0: nothing was learned
	uint8_t proto; // PROTO_UNKNOWN: neither TCP nor UDP
	uint16_t port;
};

/** What the evidence is made of. All zero is nothing. */
struct seen {
	uint64_t n[N_TELEMETRIES];    // contacts that were opened
	uint64_t n_timed;             // of them, those with a time
	uint64_t first_ms, last_ms;   // of those
	uint64_t n_known, n_returned; // answered for sure; of them, those with a flow back recorded
	uint64_t thinning;            // one contact in this many was kept
	uint32_t sampling_least, sampling_most; // one packet in so many; 0: none is sampled
	uint64_t n_unsaid;                      // exporters that seem to sample and do not say so
	struct rate_worst worst_tcp, worst_other;
};

enum { N_SCANS = 4 };

/** A scan to reckon with. */
struct scan {
	const char *name; // NULL: none that has a name
	double per_s;     // new peers
	unsigned packets; // to a peer that does not answer
};

/** When a scan makes its case. INFINITY: never. */
struct detection {
	double contacts; // first contacts that are recorded, on average
	double seconds;  // from its first probe on
	bool in_time;    // within the length of the input
};

/** One sort of telemetry. Where rates are unknown, they are NAN. */
struct power_row {
	enum telemetry telemetry;
	uint64_t n_contacts;
	uint32_t sampling;               // reckoned with; 1: every packet is looked at
	double rate;                     // benign share of failures, where nothing was learned
	unsigned threshold, least_peers; // steps; peers below which there is no case
	struct rate_worst worst;         // ... and where most fail
	unsigned threshold_worst;        // on the port where first contacts fail most often
	double break_even;               // share of failures below which the score falls on average
	double slowest_per_min;          // new peers of the slowest scan that can be seen
	double slowest_here_per_min;     // ... within the length of this input
	struct detection scan[N_SCANS];
};

struct power {
	struct seen seen;
	double duration_s;    // NAN: no record tells a time
	double visible;       // share of answers that are recorded as a flow back; NAN: not known
	double probe_failure; // assumed of all scans
	struct scan scan[N_SCANS];
	struct power_row row[N_TELEMETRIES];
	size_t n_rows; // sorts that are there
};

const char *telemetry_key(enum telemetry t);
const char *telemetry_text(enum telemetry t);
#endif
