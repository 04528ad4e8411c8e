// SPDX-License-Identifier: Apache-2.0
// What tells one device from another of the same name: its serial number, its system, its addresses.
#ifndef AUDIT_IDENTITY_H
#define AUDIT_IDENTITY_H
#include "audit/audit.h"

enum { SERIAL_SCORE = 1 << 10 }; // of a likeness

/** That an interface has an address; length 32: nothing is said of its subnet. */
struct claim {
	uint64_t interface;
	uint32_t ip, device;
	uint8_t length;
};

/** What show version says that does not change, but for an update between two captures. */
enum trait { TRAIT_SERIAL, TRAIT_OS, TRAIT_PLATFORM, TRAIT_RELEASE, N_TRAITS };

/** What is told of one device: in an answer, in a file, or in all the files of one. */
struct identity {
	uint32_t device;  // the first that speaks of it
	uint32_t sources; // how many files do
	struct claim *claim;
	size_t n, cap;
	struct str trait[N_TRAITS];
	enum epoch epoch; // of its release
};

/** Take in what a fact tells; false without memory. To be sorted when all are in. */
bool identity_take(const struct audit *a, const struct fact *x, struct identity *d);
void identity_sort(struct identity *d);

/** Add what `from` tells and `to` does not; false without memory. */
bool identity_merge(struct identity *to, const struct identity *from);

/** What becomes of two devices that agree in an interface. */
typedef void identity_fn(void *ctx, uint32_t device, uint32_t other);

/** Interfaces that both tell of: each must agree in a subnet. Gives how many do, -1 when one does not;
 * `each` is called for those that do, unless it is NULL. */
int identity_agreement(
	const struct identity *a, const struct identity *b, identity_fn *each, void *ctx);

/** -1: these are two devices. Otherwise the more the surer; 0: only the name speaks for it.
 * `is_one_text`: an update may stand between two outputs, so releases may differ. */
int identity_likeness(const struct identity *a, const struct identity *b, bool is_one_text);
#endif
