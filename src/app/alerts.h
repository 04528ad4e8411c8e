// SPDX-License-Identifier: Apache-2.0
// What was told already: a finding is told when it is new, or of a worse class than before.
#ifndef APP_ALERTS_H
#define APP_ALERTS_H
#include "detect/evidence.h"
#include "model/finding.h"

enum alert { ALERT_KNOWN, ALERT_NEW, ALERT_WORSE };

enum { ALERTS_MAX = 1 << 15, ALERT_SLOTS = 2 * ALERTS_MAX, ALERT_BYTES = 28 };

/** One thing that was told: a host, a protocol and a port, and the worst class it had. */
struct told {
	struct addr host;
	uint16_t port;
	uint8_t proto;
	bool has_port;
	uint64_t seen_ms; // when it was last found; 0: a free slot
	enum verdict verdict;
};

struct alerts {
	struct told slot[ALERT_SLOTS];
	uint64_t key; // of the hash
	size_t n;
	uint64_t n_untold; // findings that were not told, for there was no room to remember them
};

/** Whether a finding has to be told; from here on it is known. Only alarms are. */
enum alert alerts_take(struct alerts *a, const struct finding *f, uint64_t now_ms);

/** As alerts_take of what is not a finding: whether it was not known, and is from here on. */
bool alerts_mark(struct alerts *a, const struct told *t);

/** Forget what was last found before a time. */
void alerts_expire(struct alerts *a, uint64_t before_ms);

/**
 * Under this protocol, which nobody has, with a port that is a number of its own, stands what is no finding: an
 * episode that is over.
 */
enum { ALERT_PROTO_OVER = PROTO_UNKNOWN };

/**
 * Forget what was found of hosts before a time, for what they did until then was forgotten too: what is found from
 * then on is new. What is no finding stays. The cuts are in the order of evidence_forget.
 *
 * Returns whether something was forgotten.
 */
bool alerts_forget(struct alerts *a, const struct cut *cut, size_t n);

/** All that was told, as bytes to keep: at most alerts_bytes(). */
size_t alerts_bytes(const struct alerts *a);
void alerts_encode(const struct alerts *a, uint8_t *room);

/** Take what alerts_encode wrote; what cannot be is passed over. */
void alerts_decode(struct alerts *a, struct bytes from);
#endif
