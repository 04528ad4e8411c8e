// SPDX-License-Identifier: Apache-2.0
// What devices say that they filter: nft -j list, routes of gobgp, ExaBGP, bird and FRR, show access-lists, show
// policy-map interface. Each becomes a policy with counters, or counters alone.
#ifndef CONTAIN_APPLIED_H
#define CONTAIN_APPLIED_H
#include "contain/config.h"
#include "contain/hearer.h"
#include "contain/plan.h"
#include "contain/policy.h"

/** Where it was read from: APPLIED(name, key). */
#define APPLIEDS(APPLIED) \
	APPLIED(NFT, "nft") \
	APPLIED(FLOWSPEC, "flowspec") \
	APPLIED(EXABGP, "exabgp") \
	APPLIED(BLACKHOLE, "blackhole") \
	APPLIED(LIST, "access-list") \
	APPLIED(NBAR, "policy-map")

#define AS_APPLIED(name, key) APPLIED_##name,
enum applied_kind { APPLIEDS(AS_APPLIED) N_APPLIED };
#undef AS_APPLIED

const char *applied_key(enum applied_kind k);

/** Rules in force. `hits` stand beside the rules; UINT64_MAX: the device counts none, or told none. */
struct applied {
	enum applied_kind kind;
	char name[LIST_NAME_BYTES]; // of the list or table
	struct policy policy;
	uint64_t *hits; // of each rule of the policy
	size_t cap_hits;
	size_t n_unknown;       // lines or rules that could not be read
	size_t n_mute;          // of them: rules printed without what becomes of a packet
	struct hearers hearers; // of APPLIED_EXABGP
	uint64_t packets;       // of APPLIED_NBAR: that matched
};

/**
 * Read what a device printed; the sort is told by its look.
 *
 * list  the access list to take; NULL: the one that cordon wrote, by its name
 *
 * Returns false with `e` filled when it is none of them, or has no such list; free with applied_fini
 * in any case.
 */
bool applied_read(struct str text, const char *list, struct applied *out, struct err *e);
void applied_fini(struct applied *a);

/** Append a rule with its hits; for the readers. */
bool applied_put(struct applied *a, const struct rule *rule, uint64_t hits, struct err *e);

/** The readers: each of one sort of text. */
bool nft_read(struct str text, struct applied *out, struct err *e);
bool routes_read(struct str text, struct applied *out, struct err *e);
bool frr_read(struct str text, struct applied *out, struct err *e);
bool exabgp_read(struct str text, struct applied *out, struct err *e);

/** What a row of bird matches, "flow4 { src 10.1.1.1/32; }"; cuts it up. Whether all of it was read. */
bool bird_row(char *text, struct box *out);

/** What becomes of it by a row of extended communities of bird. */
enum action bird_action(const char *text);
#endif
