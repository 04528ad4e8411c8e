// SPDX-License-Identifier: Apache-2.0
// Whether a plan that was applied does anything: by what devices say and by the flows since.
#ifndef CONTAIN_VERIFY_H
#define CONTAIN_VERIFY_H
#include "contain/applied.h"
#include "contain/compile.h"
#include "model/flow.h"

/** EFFECT(name, key), worst last: of many, the worst counts. */
#define EFFECTS(EFFECT) \
	EFFECT(EFFECTIVE, "effective") \
	EFFECT(UNKNOWN, "unknown") \
	EFFECT(NOT, "not effective")

#define AS_EFFECT(name, key) EFFECT_##name,
enum effect { EFFECTS(AS_EFFECT) N_EFFECTS };
#undef AS_EFFECT

const char *effect_key(enum effect e);

/** Whether an entry stands in what a device filters. */
enum standing {
	STANDING_UNKNOWN,
	STANDING_UNHEARD, // it is announced; whether a peer hears it was not told
	STANDING_WHOLE,
	STANDING_PARTLY,
	STANDING_SOMEWHERE, // of several neighbours of ExaBGP not all have it
	STANDING_MISSING
};

/** A neighbour of ExaBGP, and what of the plan stands there. */
struct ear {
	char name[HEARER_NAME_BYTES];
	struct {
		enum standing standing;
		enum hearing hearing;
	} * of; // one an entry
};

/** What is known of one entry. */
struct sight {
	enum standing standing;
	bool has_hits, is_by_request; // is_by_request: of requests, whoever sent them
	bool has_shared;              // a rule that stops it and others has counted some of them
	uint64_t hits;                // of the rules that stop it, over all devices
	uint64_t dropped, answered;   // flows of it since: a device dropped them; a victim answered
	uint64_t unanswered;          // neither: seen where a filter may stand behind
	uint64_t other;               // flows of the host that the plan does not stop: it is alive
};

struct verification {
	const struct plan *plan;
	const struct protection *protection;
	struct policy wanted;
	struct sight *sight; // one an entry
	struct ear *ear;
	size_t n_ears, cap_ears;
	bool has_device, has_flows;
	uint64_t since_ms; // flows that ended before are passed over
};

/** Begin. Returns false, with `e` filled, when there is no memory; free with verification_fini. */
bool verification_init(struct verification *v, const struct plan *plan,
	const struct protection *protection, uint64_t since_ms, struct err *e);
void verification_fini(struct verification *v);

/** Add what one device says. Returns false, with `e` filled, when there is no memory. */
bool verification_add(struct verification *v, const struct applied *a, struct err *e);

/** Add flows; to be given as `emit` of a batch. */
void verification_take(void *ctx, const struct flow *flow, size_t n);

/** What is wrong with one entry at one neighbour of ExaBGP; NULL: nothing. `effect` is filled only else. */
const char *ear_judge(const struct ear *ear, size_t entry, enum effect *effect);

/** What follows for one entry; `why` says it in a sentence. */
enum effect sight_judge(const struct verification *v, size_t entry, const char **why);
#endif
