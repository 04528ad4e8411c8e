// SPDX-License-Identifier: Apache-2.0
// What the parts of the judge share: the site, and how a case is built.
#ifndef DETECT_CASE_H
#define DETECT_CASE_H
#include "detect/judge.h"
#include "detect/rates.h"
#include "detect/walk.h"

/** Score from which a source is a suspect: five contacts of ten that fail. */
#define SUSPECT_NATS (5 * STEP_NATS)

/** Ports of one peer that failed, from which on it is a scan of that peer. */
enum { VERTICAL_PORTS = 10 };

/**
 * A walk over all ports needs as many steps more than one over a port, as it had more tries; and as many
 * failures on others than the port with most.
 */
enum { POOLED_EXTRA_STEPS = 3, POOLED_STEPS = THRESHOLD_MIN + POOLED_EXTRA_STEPS };

/** Peers that a poller has at most on a port. */
enum { POLLER_PEERS = 3 };

/** Rows of an excerpt from a device's log that turned a host away, from which on it is a suspect. */
enum { EXCERPT_ROWS = 3 };

/** Least score over all ports of which anything is made: that many failures, of the weakest sign. */
#define POOLED_NATS (VERTICAL_PORTS * sign_nats(SIGN_SMALL))

/** Bits of a contact's `tries` that say it was tried again and again: some 20 windows of 10 s. */
enum { POLLER_WINDOWS = 13 };

struct court {
	const struct inventory *inventory;
	uint64_t now_ms;
	struct visibility *visibility;
	struct rates *rates;
	struct findings *out;
	bool no_memory;
	uint8_t threshold[101][8]; // by rate in percent and contacts in powers of two; 0: not yet
};

/** One source, all of its exhibits, and what they are as a whole. */
struct suspect {
	const struct addr *host;
	struct exhibit *exhibit; // by protocol, port, time
	size_t n;
	const struct contact *contact; // of the same order, with those that were only answered
	size_t n_contacts;
	bool is_heard; // sampled answers to its network are seen
	enum role role;
	bool is_p2p; // many high ports, nearly as many as peers
};

/** Exhibits of one source on one protocol and port. */
struct key_slice {
	struct exhibit *exhibit;
	size_t n;
};

/**
 * Call to court the contacts of every source that can become a case, grouped by source and in
 * canonical order, into c->out. All contacts teach what is visible here and how often first
 * contacts fail. Two threads share the work if wanted. Returns false when there is no memory.
 */
bool docket_call(struct court *c, const struct evidence *e, bool on_threads);

/** Let one source teach, on each of its ports, how often first contacts fail. */
void docket_learn(struct rates *rates, const struct suspect *s);

/** Cut the next slice off `at`; false at the end. */
bool key_next(const struct suspect *s, size_t *at, struct key_slice *out);

/** Find the slice of one protocol and port; false when there is none. */
bool key_find(const struct suspect *s, uint8_t proto, uint16_t port, struct key_slice *out);

/** Whether a source has the look of a peer-to-peer program: hundreds of high ports, some answers. */
bool p2p_looks_so(const struct suspect *s);

/** Whether a peer-to-peer program explains why contacts on this port fail. */
bool p2p_excuses(const struct suspect *s, const struct key_slice *k);

/** Look at the weighed exhibits of one source together: some signs change in the light of others. */
void weigh_source(const struct suspect *s);

/**
 * What a host is that scans: declared, a peer-to-peer program that its ports explain, a monitor at its rounds, from
 * outside, or else what it looks like.
 *
 * is_p2p  whether a peer-to-peer program explains what failed
 */
enum verdict scan_classify(
	const struct court *c, const struct suspect *s, bool is_p2p, enum verdict otherwise);

/** Begin a finding: counts and times of these exhibits. Not yet in the list. */
struct finding finding_of(const struct suspect *s, struct exhibit *x, size_t n, bool has_port);

/** The probability that belongs to a score: a logistic with this many nats of prior against. */
double confidence_of(double score_nats, double prior_nats);
#define PRIOR_FLOWS_NATS 6.9 // one infected host in 1000
#define PRIOR_LIST_NATS 4.6  // one in 100: somebody saw a reason to paste it

/** The threshold in steps for a rate, rounded up to percents, and this many first contacts. */
unsigned threshold_for(struct court *c, double rate, size_t n);

/** Put a finding into the list; its targeting is weighed and its reason written here. */
void finding_put(struct court *c, struct finding *f);

/** Count a source of one dropped row. */
void dropped_put(struct findings *out, const struct addr *host);

/**
 * Put the findings and dropped sources of others behind one's own; their list is freed. Returns false, and frees
 * those findings too, when there is no memory.
 */
bool findings_append(struct findings *into, struct findings *from);

/**
 * Judge what a pasted list tells of a source: on one port, or over several.
 *
 * less_nats  to take off the score: of several ports some is always odd
 *
 * Returns whether it was worth a finding.
 */
bool judge_listed(struct court *c, const struct suspect *s, struct finding *f, double less_nats);

/** Judge a source on one protocol and port; returns whether a case was made. */
bool judge_key(struct court *c, const struct suspect *s, const struct key_slice *k);

/**
 * Judge a source on one protocol and port by how fast it meets new peers, for want of failures; fills `f`
 * and returns true where that makes it a suspect.
 */
bool judge_hurry(const struct court *c, const struct suspect *s, const struct key_slice *k,
	struct finding *f);

/** Judge a source over all its ports: several ports, one host's many ports. */
void judge_pooled(struct court *c, const struct suspect *s, bool has_case);

/**
 * Put one row in place of many: a source with findings on a score of ports is one scanner, or one
 * peer-to-peer host.
 *
 * from  index of its first finding
 */
void judge_collapse(struct court *c, const struct suspect *s, size_t from);

/** Find hosts that send answers nobody asked for. */
void judge_backscatter(struct court *c);

/** Write the reason in words. */
void why_write(struct finding *f);
#endif
