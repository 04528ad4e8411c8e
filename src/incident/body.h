// SPDX-License-Identifier: Apache-2.0
// The body of an event: one flat JSON object, of texts and whole numbers with known keys.
#ifndef INCIDENT_BODY_H
#define INCIDENT_BODY_H
#include <cjson/cJSON.h>

#include "base/err.h"
#include "model/incident.h"

/** Texts: TEXT(name, key). */
#define BODY_TEXTS(TEXT) \
	TEXT(WHAT, "what")       /* of evidence: finding, alive, coverage */ \
	TEXT(CAUSE, "cause")     /* "tcp/445", "web:code-red-2": what a campaign has in common */ \
	TEXT(VERDICT, "verdict") /* key of a verdict */ \
	TEXT(SOURCE, "source")   /* key of a source of evidence */ \
	TEXT(WHY, "why")         /* the finding in words */ \
	TEXT(WHERE, "where")     /* a row of its evidence: the log and the line */ \
	TEXT(ADDRESS, "address") \
	TEXT(FROM, "from") /* states of a transition */ \
	TEXT(TO, "to") \
	TEXT(GUARDS, "guards") /* those that the evidence answered, by their keys */ \
	TEXT(SAID, "said")     /* those that a person vouched for */ \
	TEXT(REASON, "reason") \
	TEXT(WORDS, "text") \
	TEXT(WHO, "who") \
	TEXT(MAC, "mac")             /* who has an address, by its lease */ \
	TEXT(EFFECTIVE, "effective") /* of containment: yes, no, unknown */ \
	TEXT(TARGET, "target")       /* what was looked at: devices, flows */ \
	TEXT(PLAN, "plan")           /* the plan, by its hash */ \
	TEXT(NAME, "name")           /* what the host calls itself there */

/** Whole numbers: NUMBER(name, key). Times are ms since the Unix epoch. */
#define BODY_NUMBERS(NUMBER) \
	NUMBER(CONFIDENCE, "confidence_pct") \
	NUMBER(CONTACTED, "contacted") \
	NUMBER(FAILED, "failed") \
	NUMBER(ONSET, "onset_ms") \
	NUMBER(LAST, "last_ms") \
	NUMBER(SEEN, "seen_ms") /* since when the telemetry shows the host */ \
	NUMBER(SINCE, "since_ms") \
	NUMBER(UNTIL, "until_ms") \
	NUMBER(CONTACT, "contact_ms") \
	NUMBER(ANSWERED, "answered") /* of a contact: 1, or 0 when that is not known */ \
	NUMBER(SOURCE_HOST, "from_host") \
	NUMBER(OTHER, "other") /* the incident that is merged in, or split off */ \
	NUMBER(SKEW, "skew_ms") \
	NUMBER(SILENCE, "silence_ms") \
	NUMBER(SAMPLING, "sampling") /* one packet in so many; 0: every one, or not told */ \
	NUMBER(LOGS, "logs") /* folders of web logs that show it, in the place of exporters */ \
	NUMBER(SCANNED, "scanned") /* peers that accuse it, from its onset to its last attack */ \
	NUMBER(SIZE, "size")       /* bytes of each message of a scan; 0: they differ */ \
	NUMBER(COUNT, "count") /* findings that stood where a REMOVED stands; events that went */

#define AS_TEXT(name, key) BODY_##name,
enum body_text { BODY_TEXTS(AS_TEXT) N_BODY_TEXTS };
#undef AS_TEXT
#define AS_NUMBER(name, key) BODY_##name,
enum body_number { BODY_NUMBERS(AS_NUMBER) N_BODY_NUMBERS };
#undef AS_NUMBER

/** Texts are NULL and numbers 0 when they are absent. Numbers are whole, below 2^53. */
struct body {
	const char *text[N_BODY_TEXTS];
	uint64_t number[N_BODY_NUMBERS];
	cJSON *root; // keeps the texts of a body that was parsed
};

/**
 * Read a body. Keys that are not known are passed over; one that is known must have its type.
 *
 * Returns false with `e` filled, and nothing to free; else free with body_free.
 */
bool body_parse(const char *text, struct body *out, struct err *e);
void body_free(struct body *b);

/** Write a body; numbers that are 0 are left out. Returns false when it does not fit, or no memory. */
bool body_format(const struct body *b, char room[static BODY_BYTES]);

/** Whether all keys are there that a kind of event must have; `e` names the first that is missing. */
bool body_check(enum event_kind kind, const struct body *b, struct err *e);
#endif
