// SPDX-License-Identifier: Apache-2.0
// A signature: what a request looks like that says something of who sent it, and what it says.
#ifndef MODEL_SIGNATURE_H
#define MODEL_SIGNATURE_H
#include <stdbool.h>
#include <stdint.h>

#include "model/finding.h"

/**
 * What the sender of a request is: CLASS(name, key, verdict, verdict outside the own networks,
 * confidence). Of a carrier it is the server that is accused, for it hands the worm out.
 */
#define SIGNATURE_CLASSES(CLASS) \
	CLASS(INFECTED, "infected", WORM, WORM, .99) \
	CLASS(SUSPECT, "suspect", SUSPECT, SUSPECT, .8) \
	CLASS(HINT, "hint", SUSPECT, SUSPECT, .5) \
	CLASS(ATTACK, "attack", SUSPECT, SCANNER, .8) \
	CLASS(SCANNER, "scanner", SCANNER, SCANNER, .9) \
	CLASS(CARRIER, "carrier", EXPOSED, EXPOSED, .9)

#define AS_CLASS(name, key, verdict, outside, confidence) SIGNATURE_##name,
enum signature_class { SIGNATURE_CLASSES(AS_CLASS) N_SIGNATURE_CLASSES };
#undef AS_CLASS

/**
 * What may hold the pattern: PLACE(name, key). A target is path and query, as the client sent it;
 * an error the line of an error log; a line any line as a whole, so its pattern needs an anchor.
 */
#define SIGNATURE_PLACES(PLACE) \
	PLACE(TARGET, "target") \
	PLACE(PATH, "path") \
	PLACE(QUERY, "query") \
	PLACE(AGENT, "agent") \
	PLACE(REFERER, "referer") \
	PLACE(FORWARDED, "forwarded") \
	PLACE(ERROR, "error") \
	PLACE(LINE, "line")

#define AS_PLACE(name, key) SIGNATURE_IN_##name,
enum signature_place { SIGNATURE_PLACES(AS_PLACE) N_SIGNATURE_PLACES };
#undef AS_PLACE

enum stage { STAGE_PROBING, STAGE_INFECTING, N_STAGES };
enum lang { LANG_EN, LANG_JA, N_LANGS };
enum { SIGNATURE_TAKEN_MAX = 8, SIGNATURE_PATTERNS_MAX = 32 };

/** All texts are of the file of rules, one line each, and live as long as the set. */
struct signature {
	const char *id, *name;
	const char *variant; // NULL when there is none
	const char *attack;  // ATT&CK technique; NULL: none
	const char *meaning[N_LANGS], *fix[N_LANGS];
	const char *server[N_LANGS]; // what to do with a server that took it; NULL: as `fix`
	unsigned class;              // enum signature_class
	unsigned
		otherwise; // class while fewer than `distinct` were seen; N_SIGNATURE_CLASSES: none
	unsigned stage;    // enum stage
	uint32_t where;    // set of 1 << enum signature_place
	uint64_t distinct; // so many different patterns ...
	uint64_t within_s; // ... within this time make the class; 1: one request does
	uint64_t since_ms, until_ms;         // of the requests that count; 0: no bound
	uint16_t taken[SIGNATURE_TAKEN_MAX]; // a status that says that the server took it
	size_t n_taken;
};

const char *signature_class_name(enum signature_class c);
enum verdict signature_verdict(enum signature_class c, bool is_outside);
double signature_confidence(enum signature_class c);
const char *signature_place_name(enum signature_place p);
const char *stage_name(enum stage s);
#endif
