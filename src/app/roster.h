// SPDX-License-Identifier: Apache-2.0
// The exporters the keeper has heard of, and whether their silence can be trusted.
#ifndef APP_ROSTER_H
#define APP_ROSTER_H
#include "model/incident.h"
#include "model/parcel.h"
#include "model/settings.h"
#include "output/json.h"

/** What can be wrong with an exporter: AILMENT(name, key, whether silence cannot be trusted then). */
#define AILMENTS(AILMENT) \
	AILMENT(SILENT, "silent", true)                 /* nothing came for a minute */ \
	AILMENT(GAPS, "gaps", true)                     /* some of what it sent did not arrive */ \
	AILMENT(NO_TEMPLATE, "missing-templates", true) /* some of it could not be read */ \
	AILMENT(FAULTS, "faults", true)                 /* some of it was malformed */ \
	AILMENT(SKEW, "clock-skew", true)               /* its times are not ours */ \
	AILMENT(RESTARTED, "restarted", true)           /* what it had not told yet is lost */ \
	AILMENT(UNHEARD, "unheard", true)               /* nothing whole came of it yet */ \
	AILMENT(SAMPLED, "sampled", false)              /* small scans take longer to show */

#define AS_AILMENT(name, key, is_grave) AILMENT_##name,
enum ailment { AILMENTS(AS_AILMENT) N_AILMENTS };
#undef AS_AILMENT

enum { EXPORTERS_MAX = 4096, EXPORTER_SLOTS = 2 * EXPORTERS_MAX };

/** An exporter's domain on the roster. */
struct enlisted {
	struct exporter now;                                 // as its collector told it last
	uint16_t identity;                                   // as contacts name it
	uint64_t past_datagrams, past_records, past_missing; // of collectors that ended
	uint64_t gap_ms, unread_ms, fault_ms, restart_ms; // when such a counter grew last; 0: never
	struct span heard; // by its own clock: what it told without a gap; until 0: nothing
	uint64_t kept_ms;  // when it was remembered last; 0: it must be
};

struct roster {
	struct enlisted member[EXPORTERS_MAX];
	uint16_t slot[EXPORTER_SLOTS]; // number of a member plus one; 0: free
	size_t n;
	uint64_t n_beyond; // exporters told when there was no room
};

/** Take what a collector tells of an exporter; counters that fell are of a new collector. */
void roster_put(
	struct roster *r, const struct exporter *x, const struct settings *s, uint64_t now_ms);

/** Telemetry was lost, and nobody knows whose: what is heard of all begins anew. */
void roster_break(struct roster *r);

/** Whether an exporter was silent for so long that it is taken for one that is there no more. */
bool roster_is_gone(const struct enlisted *m, const struct settings *s, uint64_t now_ms);

/**
 * "192.0.2.1", "interface eth1", or what is said of one that the settings do not name any more; gives
 * `room` back.
 */
enum { ENLISTED_NAME_BYTES = 96 };
static_assert((int)ENLISTED_NAME_BYTES >= (int)ADDR_TEXT_BYTES);
const char *enlisted_name(
	const struct enlisted *m, const struct settings *s, char room[static ENLISTED_NAME_BYTES]);

/**
 * The share that never came of what a member sent: of flows, or of datagrams or frames where only these are
 * counted. NAN: nothing came.
 */
double enlisted_lost_share(const struct enlisted *m);

/** What ails a member at a time: bit n for ailment n. */
unsigned roster_ailments(const struct enlisted *m, const struct settings *s, uint64_t now_ms);

/** Whether silence can be trusted with these ailments. */
bool ailing_is_trusted(unsigned ailing);

/** Of how many members the silence can be trusted; those that are gone need not be heard. */
size_t roster_trusted(const struct roster *r, const struct settings *s, uint64_t now_ms);

/**
 * An exporter to be remembered over a restart, so that one that does not come back is missed: those
 * that are new, and each again after an hour. NULL: there is none. It counts as remembered then.
 */
const struct enlisted *roster_changed(struct roster *r, uint64_t now_ms);

/** Bytes of one to keep, by its key; and back: it is known, and nothing was heard of it yet. */
enum { ENLISTED_KEY_BYTES = 22 };
void enlisted_encode(const struct enlisted *m, uint8_t key[static ENLISTED_KEY_BYTES],
	uint8_t value[static PARCEL_EXPORTER_BYTES]);
void roster_recall(struct roster *r, struct bytes value);

/** One member, by its place from 0, as an object, with what its sampling hides. */
struct hidden;
struct roster_teller {
	const struct settings *settings;
	const struct inventory *inventory; // for their names; NULL: nothing is known
	struct hidden *hidden;
	uint64_t now_ms;
};
void roster_write_one(
	const struct roster *r, size_t i, const struct roster_teller *how, struct json *j);

/** All that are not gone, as an array of such objects. */
void roster_write(const struct roster *r, const struct roster_teller *how, struct json *j);
#endif
