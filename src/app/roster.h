// SPDX-License-Identifier: Apache-2.0
// The exporters the keeper has heard of, and whether their silence can be trusted.
#ifndef APP_ROSTER_H
#define APP_ROSTER_H
#include "model/exporter.h"
#include "model/settings.h"
#include "output/json.h"

/** What can be wrong with an exporter: AILMENT(name, key, whether silence cannot be trusted then). */
#define AILMENTS(AILMENT) \
	AILMENT(SILENT, "silent", true)                 /* nothing came for a minute */ \
	AILMENT(GAPS, "gaps", true)                     /* some of what it sent did not arrive */ \
	AILMENT(NO_TEMPLATE, "missing-templates", true) /* some of it could not be read */ \
	AILMENT(FAULTS, "faults", true)                 /* some of it was malformed */ \
	AILMENT(SKEW, "clock-skew", true)               /* its times are not ours */ \
	AILMENT(SAMPLED, "sampled", false)              /* small scans take longer to show */

#define AS_AILMENT(name, key, is_grave) AILMENT_##name,
enum ailment { AILMENTS(AS_AILMENT) N_AILMENTS };
#undef AS_AILMENT

enum { EXPORTERS_MAX = 4096, EXPORTER_SLOTS = 2 * EXPORTERS_MAX };

struct roster_row {
	struct exporter now;                                 // as its collector told it last
	uint64_t past_datagrams, past_records, past_missing; // of collectors that ended
	uint64_t gap_ms, unread_ms, fault_ms; // when such a counter grew last; 0: never
};

struct roster {
	struct roster_row member[EXPORTERS_MAX];
	uint16_t slot[EXPORTER_SLOTS]; // number of a member plus one; 0: free
	size_t n;
	uint64_t n_beyond; // exporters told when there was no room
};

/** Take what a collector tells of an exporter; counters that fell are of a new collector. */
void roster_put(struct roster *r, const struct exporter *x, uint64_t now_ms);

/** What ails a member at a time: bit n for ailment n. */
unsigned roster_ailments(const struct roster_row *m, const struct settings *s, uint64_t now_ms);

/** How many members, and of how many the silence can be trusted. */
size_t roster_trusted(const struct roster *r, const struct settings *s, uint64_t now_ms);

/** One member, by its place from 0, as an object. */
void roster_write_one(const struct roster *r, size_t i, const struct settings *s, uint64_t now_ms,
	struct json *j);

/** All of it, as an array of objects. */
void roster_write(
	const struct roster *r, const struct settings *s, uint64_t now_ms, struct json *j);
#endif
