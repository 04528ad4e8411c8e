// SPDX-License-Identifier: Apache-2.0
// The sequence of export datagrams: what is missing, what came late, who began anew, whose clock is wrong.
#ifndef DECODE_SEQUENCE_H
#define DECODE_SEQUENCE_H
#include "decode/template.h"
#include "model/exporter.h"

/** What the header of one datagram told, and what its content came to. */
struct sequence_told {
	uint32_t sequence;
	uint32_t units;  // by which the sequence goes on: flows (v5), data records (IPFIX), else 1
	bool is_counted; // false: how many units there are is unknown, a template is missing
	bool has_uptime;
	uint32_t uptime_ms;
	uint64_t now_ms;      // export time of the header; 0: not told
	uint64_t received_ms; // 0: unknown
	uint32_t sampling;    // 0: not told
	uint32_t records;
	uint32_t without_template; // data sets
	bool is_faulty;
};

enum { SEQUENCE_LATE_MS = 2000 }; // a datagram that is later than this is lost

struct sequences;

/** Room for exporters, all of it at once. NULL when there is no memory. */
struct sequences *sequences_new(void);
void sequences_free(struct sequences *s);

/**
 * Account for one datagram of an exporter's domain.
 *
 * A jump ahead is a hole, which datagrams that come late may yet fill. What nobody filled within
 * SEQUENCE_LATE_MS is missing. A datagram that fills no hole is a repetition, and counts as late too.
 */
void sequence_note(struct sequences *s, const struct domain *d, const struct sequence_told *told);

/** What comes next is of another capture: any number may follow, and nothing is missing between. */
void sequences_part(struct sequences *s);

/** How many exporters had to give their place to others: their counters are gone. */
uint64_t sequences_evicted(const struct sequences *s);

/** A walk over the exporters, in no order: set `sequences`, leave the rest zero. */
struct sequence_iter {
	struct sequences *sequences;
	size_t at;
	struct exporter exporter; // that was given last
};

/**
 * The next exporter; NULL at the end.
 *
 * now_ms  holes older than SEQUENCE_LATE_MS by then become missing; UINT64_MAX: all do
 */
const struct exporter *sequence_next(struct sequence_iter *it, uint64_t now_ms);
#endif
