// SPDX-License-Identifier: Apache-2.0
// Targets: the languages a plan can be written in. One row and one file each.
#ifndef CONTAIN_TARGET_H
#define CONTAIN_TARGET_H
#include <stdio.h>

#include "contain/ace.h"
#include "contain/compile.h"

/** What a target can say: CAN(name, key). */
#define ABILITIES(CAN) \
	CAN(V4, "IPv4") \
	CAN(V6, "IPv6") \
	CAN(HOSTS, "hosts") \
	CAN(PORTS, "ports") \
	CAN(PROTECT, "protected services") \
	CAN(DIRECTION_IN, "traffic to a host") \
	CAN(EXPIRY, "expiry by itself") \
	CAN(ATOMIC, "swap in one step") \
	CAN(COUNTERS, "counters") \
	CAN(CONTENT, "content of requests")

#define AS_CAN(name, key) CAN_##name##_BIT,
enum ability_bit { ABILITIES(AS_CAN) N_ABILITIES };
#undef AS_CAN
#define CAN(name) (UINT32_C(1) << CAN_##name##_BIT)

const char *ability_name(enum ability_bit a);

enum { INTERFACES_MAX = 16 };

/** What the operator says of the device; NULL and 0 are "not said". */
struct device {
	const char *interface[INTERFACES_MAX];
	size_t n_interfaces;
	const char *egress;   // of NBAR by access list: towards the victims
	const char *old_list; // that filters there now
	const char *method;   // of NBAR: acl, pbr, police
	const char *next_hop; // of RTBH
	unsigned vlan, dscp, revert_min;
	bool is_out;
	bool is_ebgp;
};

/** What a writer gets. */
struct writing {
	const struct plan *plan;
	const struct compiled *compiled;
	const struct protection *protection;
	const struct device *device;
	const struct acl *now[N_FAMILIES];  // what filters there now; NULL: not told
	const struct acl *base[N_FAMILIES]; // what of it goes on behind the plan; NULL: nothing
	const size_t *order;                // of the rules of an access list; NULL: as compiled
	size_t n_order;                     // how many those are
	char hash[HASH_TEXT_BYTES];         // of the plan
	char name[16];                      // "CORDON-1a2b3c4d", by what is filtered
	FILE *out;
};

struct target {
	const char *name, *about;
	uint32_t can;        // set of CAN()
	const char *breaks;  // what else it does, in a sentence
	const char *tested;  // on what
	const char *comment; // how a comment begins
	size_t max_rules;    // unless told otherwise
	bool is_drastic;     // it loses hosts as a whole: never without consent
	bool is_list;        // access lists, which config_read reads back
	/** Write the configuration. Returns false, with `e` filled, when it cannot be said. */
	bool (*write)(const struct writing *w, struct err *e);
	/** Write what takes it back. */
	void (*undo)(const struct writing *w);
	/** Give the policy as the device evaluates it; NULL: as it was compiled. */
	bool (*effect)(const struct compiled *c, struct policy *out, struct err *e);
	/**
	 * Give the policy for packets of no worm, where the content of a packet decides; NULL: as `effect`. What is
	 * protected is proved of these.
	 */
	bool (*kept)(struct policy *out, struct err *e);
	/** Read what was written and prove that it does what it should; NULL: nothing reads it, or config_read does. */
	bool (*read_back)(const struct writing *w, struct str text, struct err *e);
	/** Give what a device tells of it when all is in force; NULL: the effect. */
	bool (*told)(const struct compiled *c, struct policy *out, struct err *e);
	/**
	 * Write what puts back the rules that are lost, and no other; `lost` is of each rule of what is told.
	 * Returns false when only the whole brings one of them back. NULL: only the whole does.
	 */
	bool (*mend)(const struct writing *w, const bool *lost);
};

extern const struct target *const targets[];
extern const size_t n_targets;

const struct target *target_find(const char *name);

/**
 * Write it whole: the head, how to take it back as a comment, the configuration.
 *
 * Returns false, with `e` filled and nothing written, when the target cannot say it.
 */
bool target_write(const struct target *t, struct writing *w, struct err *e);

/** Fill in the hash and the name; for who calls write or undo alone. */
void writing_name(struct writing *w);

/** Whether a rule has packets of a family. */
bool rule_is_of(const struct rule *r, enum family f);
bool writing_has(const struct writing *w, enum family f);

/** The reason of a rule, for comments: "sccp", "tcp/80 until 2001-08-10T00:00:00Z". */
enum { REASON_BYTES = 96 };
const char *rule_reason(
	const struct writing *w, const struct rule *rule, char room[static REASON_BYTES]);

/**
 * The rules for an access list: those compiled, or in front of what filters there now (`base`) the
 * narrowed ones, in the order of the writing; `own` keeps what was made for it; policy_fini it.
 * Returns false with `e` filled.
 */
bool list_rules(
	const struct writing *w, struct policy *own, const struct policy **out, struct err *e);

/** Write what filters there now, word for word, each line behind `begin`; false: there is nothing. */
bool base_write(const struct writing *w, enum family f, const char *begin);

/** The hosts and prefixes that are stopped, each once, for who cannot say more; free(). */
struct range *hosts_of(const struct writing *w, size_t *n);

/** As ace_write, of a rule with its verb; false as there. */
bool rule_write(const struct rule *r, enum family f, enum ace_dialect dialect, FILE *out);

/**
 * Permits cut down to what is denied behind them: so they open nothing that others close, and they
 * are more special than each deny they meet.
 */
bool policy_narrow(const struct compiled *c, struct policy *out, struct err *e);

extern const struct target ios_acl_target, nxos_acl_target, catos_vacl_target, ios_nbar_target,
	nftables_target, flowspec_gobgp_target, flowspec_exabgp_target, rtbh_destination_target,
	rtbh_source_target, procurve_target, suricata_target;
#endif
