// SPDX-License-Identifier: Apache-2.0
// One plan that stands, while it is looked after: its approval, how it goes on, and what of it was lost.
#ifndef APP_CONTAIN_CARE_H
#define APP_CONTAIN_CARE_H
#include "app/contain_standing.h"
#include "contain/tend.h"

/** What of a plan is not in force; LOSS_UNKNOWN: it cannot be told. */
enum loss { LOSS_UNKNOWN, LOSS_NONE, LOSS_SOME, LOSS_ALL };

/** A neighbour of ExaBGP where rules of the plan are not announced. */
struct gap {
	char name[HEARER_NAME_BYTES];
	size_t n_lost;
};

enum { DEAF_BYTES = 200 };

struct care {
	struct tender *tender;
	const struct driver *driver;
	const char *directory, *pipe;
	uint64_t now_ms;
	struct standing standing;
	struct approval approval;
	struct plan approved, next;
	struct tended tended;
	struct contain_options options; // as approved
	struct job job;                 // of `next`, compiled
	const struct policy *told;      // what the device says when all of it is in force
	struct policy own;              // `told`, where that is not the effect
	enum loss loss;
	bool *lost; // of each rule of `told`
	size_t n_lost;
	struct gap *gap; // where those are lost, if several are told
	size_t n_gaps;
	char deaf[DEAF_BYTES]; // neighbours that do not hear what is announced to them, and why
	struct err untold;     // why the loss is unknown
	char why[240];         // what is done
	char signer[SIGNER_BYTES];
};

/** Compile the plan as it goes on, as it was when it was approved. Returns false after a message. */
bool care_compile(struct care *c);

/** Look what of it is in force. Returns false after a message. */
bool care_look(struct care *c);

/** Name what was lost. */
void care_tell_lost(const struct care *c);

/**
 * Push the plan as it goes on, whole. What would stop a packet that the approved plan does not stop is refused.
 *
 * Returns false after a message.
 */
bool care_push(struct care *c);

/** Put back what was lost, and nothing else where the target can say that. As care_push. */
bool care_mend(struct care *c);

/** All of it is over: take it away. */
bool care_end(struct care *c);

void care_fini(struct care *c);
#endif
