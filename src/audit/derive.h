// SPDX-License-Identifier: Apache-2.0
// What follows from facts, and whether they agree with each other.
#ifndef AUDIT_DERIVE_H
#define AUDIT_DERIVE_H
#include <strings.h>

#include "audit/audit.h"

enum { SHARE_LEAST_ROWS = 20 }; // below, a share of rows means nothing

/* What the files that derive say to each other in: values of facts of one audit. */
static inline const struct value *get(
	const struct audit *a, const struct fact *x, enum fact_field i)
{
	return fact_value(&a->facts, x, i);
}

static inline bool known(const struct audit *a, const struct fact *x, enum fact_field i)
{
	return value_known(get(a, x, i));
}

/* Values that are derived stand for themselves in a finding: their text is the fact's line. */
static inline void set(const struct audit *a, const struct fact *x, enum fact_field i, uint64_t n)
{
	fact_set(&a->facts, x, i, n, STR("derived"));
}

static inline void say(
	const struct audit *a, const struct fact *x, enum fact_field i, const char *word)
{
	fact_say(&a->facts, x, i, word);
}

static inline bool contains(struct str text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.len; i++)
		if (!strncasecmp(text.ptr + i, word, n))
			return true;
	return false;
}

/* Facts of a kind of the device that another fact is of. */
static inline const uint32_t *facts_beside(
	const struct audit *a, const struct fact *x, enum fact_kind kind, size_t *n)
{
	return audit_facts(a, audit_answer(a, x)->device, kind, n);
}

/** What follows from one fact, and from others of its device. */
typedef void derive_fn(const struct audit *a, const struct fact *x);
derive_fn derive_route, derive_setting, derive_acl, derive_port;

/** A secondary address stands in a section without its name: give it that. */
void audit_name_secondaries(struct audit *a);

/** Say of each count of translations what the platform stands; the last of `n` is for all others. */
void audit_nat_load(const struct audit *a, const struct platform *platform, size_t n);

/** Make several devices of one whose outputs in one text contradict each other; before facts are indexed.
 * False without memory. */
bool audit_split(struct audit *a);

/** Make one device of those of one name, unless they contradict; facts were indexed, and are to be
 * indexed again. False without memory. */
bool audit_join(struct audit *a);

/** Put the facts of each device and kind together; again after facts were added. */
bool audit_index(struct audit *a);

/** Add the facts nat-host: of each list of translations, who has most. */
void audit_nat_hosts(struct audit *a);

/** Say of each ARP entry whether it lies outside; after routes were derived. Unknown without memory. */
void audit_arps_outside(struct audit *a);

/** Say of each CEF how its adjacencies compare with the hosts that ARP shows; after the lists that are
 * whole were noted. */
void audit_connected_hosts(const struct audit *a);

/** Add the facts link: of each end of a link that is told by both of its devices, or by CDP. */
void audit_links(struct audit *a);

/** Mark answers in which a sum does not hold, and add a fact `check` for each. */
void audit_check(struct audit *a);

/** Note what each device showed whole; after the checks. False without memory. */
bool audit_note_complete(struct audit *a);
#endif
