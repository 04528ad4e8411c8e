// SPDX-License-Identifier: Apache-2.0
// How long a host was silent under watch, how long it has to be, and what that proves.
#ifndef INCIDENT_SILENCE_H
#define INCIDENT_SILENCE_H
#include "incident/board.h"

enum {
	SILENCE_LEAST_MS = 60 * 60 * 1000,
	SILENCE_MOST_MS = 7 * 24 * 60 * 60 * 1000, // more cannot be asked of anybody
	SILENCE_DELAY_MS = 75 * 1000, // inactive timeout of a flow, 15 s, and what telling takes
};

/** Where it is not known how fast a host scanned: the slowest that cordon-detect --power reckons with. */
#define SILENCE_RATE_PER_S 0.1

/** How likely a host that scans on may be missed: 1e-6. */
#define SILENCE_MISS 1e-6

/**
 * By so few requests in logs no pace is told, and none is believed to be higher: the requests of a worm come
 * in bursts, and few servers are watched.
 */
enum { SILENCE_REQUESTS_LEAST = 5, SILENCE_LOG_RATE_MOST = 100 };

struct silence {
	struct span
		watched; // from the last attack, the state, or a gap on, to where the proof ends
	uint64_t watched_ms; // how long that is; 0: nothing is proved
	uint64_t needed_ms;
	double rate_per_s;    // of new peers, of the scan that is to have ended
	bool is_rate_assumed; // it was not told
	uint32_t n_logs;   // folders of web logs that show it, in the place of exporters; 0: none
	uint32_t sampling; // of the exporters that show the host now; 1: every packet
	double clean;      // probability that a scan that goes on would have been seen
	bool is_hopeless;  // needed_ms is above SILENCE_MOST_MS
};

/**
 * Reckon what the board proves of a member's silence at a time.
 *
 * A scan of `rate` new flows a second, of which one packet in s is looked at, stays unseen for a time T
 * with probability exp(-rate T / s). So needed is s ln(1 / SILENCE_MISS) / rate + SILENCE_DELAY_MS, at
 * least SILENCE_LEAST_MS. Logs of k web servers are an exporter of which s = 65536 / (k 3/8), for so many
 * probes of Code Red II go into its own /16.
 */
struct silence silence_of(const struct board *b, const struct member *m, uint64_t at_ms);

/** The silence that the same scan would need under another sampling. */
uint64_t silence_needed_ms(double rate_per_s, uint32_t sampling);
#endif
