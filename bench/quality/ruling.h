// SPDX-License-Identifier: Apache-2.0
// What cordon rules about what a sight shows.
#ifndef QUALITY_RULING_H
#define QUALITY_RULING_H
#include "quality/sight.h"

/** Verdicts, best first for one who looks for worms. */
enum ruled { RULED_WORM, RULED_SUSPECT, RULED_SCANNER, RULED_P2P, RULED_OTHER, N_RULED };

struct ruling {
	struct addr host;
	enum ruled ruled;
	uint8_t proto;
	uint16_t port;
	bool has_port;
	uint32_t rank;    // from 1
	uint64_t case_ms; // time of the first contact that made the case; 0: none told
	uint32_t n_since; // first contacts from `since_ms` of the host up to there; 0: unknown
	const char *aim;  // targeting with the greatest posterior
	double aim_share;
	bool is_crossed; // a walk made the case
};

/** An infected host, and since when. */
struct patient {
	struct addr host;
	uint64_t since_ms;
};

struct rulings {
	struct ruling *ruling;
	size_t n;
	double shared_targets; // of all outbreaks the greatest
};

struct inventory;
struct reasons;

/**
 * Give the flows to the detector and copy what it says. Ends the program when memory is out.
 *
 * reasons  adds up what the alarms say of themselves; NULL: not asked
 */
struct rulings rulings_of(const struct sight *s, const struct inventory *inventory,
	const struct patient *patient, size_t n_patients, struct reasons *reasons);
void rulings_free(struct rulings *r);

/** The site's addresses as an inventory: own network, nets in use; the rest is dark. */
struct inventory *site_inventory(void);
void site_inventory_free(struct inventory *inventory);
#endif
