// SPDX-License-Identifier: Apache-2.0
// A finding: what is said of one host, on which evidence, and what would change it.
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H
#include "model/contact.h"
#include "model/words.h"

/** Verdict classes, worst first: VERDICT(name, key, ATT&CK technique, is_alarm). */
#define VERDICTS(VERDICT) \
	VERDICT(WORM, "worm-like", "T1210", true) \
	VERDICT(SUSPECT, "suspect", "T1210", true) \
	VERDICT(EXPOSED, "exposed", "T1190", true) \
	VERDICT(SCANNER, "scanner", "T1046", true) \
	VERDICT(P2P, "p2p-like", "", false) \
	VERDICT(BACKSCATTER, "backscatter", "T1498", false) \
	VERDICT(POLLER, "poller", "", false) \
	VERDICT(DECLARED, "declared-scanner", "T1046", false)

#define AS_VERDICT(name, key, attack, is_alarm) VERDICT_##name,
enum verdict { VERDICTS(AS_VERDICT) N_VERDICTS };
#undef AS_VERDICT

/** How a source picks its peers: TARGETING(name, key). */
#define TARGETINGS(TARGETING) \
	TARGETING(UNIFORM, "uniform") \
	TARGETING(CODE_RED_2, "code-red-2") \
	TARGETING(NIMDA, "nimda") \
	TARGETING(LOCAL, "local") \
	TARGETING(SEQUENTIAL, "sequential") \
	TARGETING(HIT_LIST, "hit-list") \
	TARGETING(FOREIGN_8, "fixed-slash-8")

#define AS_TARGETING(name, key) TARGETING_##name,
enum targeting { TARGETINGS(AS_TARGETING) N_TARGETINGS };
#undef AS_TARGETING

/**
 * Kinds of evidence: SIGN(name, key, nats, outcome, what one row of it says).
 * Nats are the log-likelihood ratio of infected against benign; the outcome is how the peer counts.
 */
#define SIGNS(SIGN) \
	SIGN(ANSWERED, "answered", -2.197, ANSWERED, "answered") \
	SIGN(NO_ACK, "no_ack", 2.197, FAILED, "SYN never answered") \
	SIGN(REFUSED, "refused", 2.197, FAILED, "refused by a reset") \
	SIGN(UNANSWERED, "unanswered", 2.197, FAILED, "nothing came back") \
	SIGN(DROPPED, "dropped", 2.197, FAILED, "dropped on the way") \
	SIGN(NO_REVERSE, "no_reverse", 2.197, FAILED, "no flow back, where flows back are seen") \
	SIGN(DARK, "dark", 3.892, FAILED, "address is known to be unused") \
	SIGN(SYN_SAMPLED, "syn_sampled", 1.6, FAILED, "the sampled packet was a SYN") \
	SIGN(SMALL, "small", 1.6, FAILED, "no bigger than a SYN and its repetitions") \
	SIGN(LISTED_SYN, "listed_syn", 1.5, UNKNOWN, "has the size of a SYN") \
	SIGN(LISTED_FEW, "listed_few", 1.5, UNKNOWN, "at most 3 packets, as an unanswered SYN") \
	SIGN(LISTED_SMALL, "listed_small", 1.0, UNKNOWN, \
		"no bigger than a SYN and its repetitions") \
	SIGN(LISTED_ALONE, "listed_alone", 1.5, UNKNOWN, \
		"no row back, where rows back are listed") \
	SIGN(SAME_SIZE, "same_size", 1.1, UNKNOWN, "the same packet as to every other peer") \
	SIGN(SWEPT, "swept", 1.1, UNKNOWN, "one address after the other") \
	SIGN(SCATTERED, "scattered", 1.1, UNKNOWN, "one datagram, to a random port of a peer") \
	SIGN(SILENT, "silent", 1.1, UNKNOWN, \
		"one of many sampled datagrams, and nobody answered any") \
	SIGN(UNKNOWN, "unknown", 0, UNKNOWN, "outcome unknown")

#define AS_SIGN(name, key, nats, outcome, text) SIGN_##name,
enum sign { SIGNS(AS_SIGN) N_SIGNS };
#undef AS_SIGN

enum outcome { OUTCOME_ANSWERED, OUTCOME_FAILED, OUTCOME_UNKNOWN, N_OUTCOMES };

/** A contact with what it counted for. */
struct exhibit {
	const struct contact *contact;
	enum sign sign;
};

enum { WHY_BYTES = 480 };

struct attack;

struct finding {
	struct addr host;
	enum verdict verdict;
	double confidence;  // 0 to 1: probability that the class is right
	uint8_t proto;      // PROTO_UNKNOWN when rows name none
	uint16_t port;      // of ICMP: type * 256 + code
	bool has_port;      // false: pooled over ports, or rows without any
	uint32_t contacted; // peers; = answered + failed + unknown
	uint32_t outcome[N_OUTCOMES];
	uint32_t n_sign[N_SIGNS];
	double targeting[N_TARGETINGS]; // posterior, sums to 1
	uint64_t first_ms, last_ms;     // UINT64_MAX and 0 when not known
	uint64_t onset_ms;              // first contact of the run that made the case
	uint32_t n_to_case;             // first contacts from there to the case
	const char *scale;              // "10 min": over what time it was seen; NULL: no times
	double score_nats, needed_nats;
	uint32_t n_to_clear; // answers of peers that are taken for unanswered; 0: no number is told
	double benign_rate;  // of failing first contacts, learned for the port
	uint32_t input;      // interface, as in struct flow
	bool is_listed;      // rests on pasted text alone
	bool is_sampled;
	uint32_t sampling; // the finest of its exporters, one packet in so many; 0: not known
	bool is_cut_off;   // it lost all answers at once, as in an outage
	char why[WHY_BYTES];
	const char *where; // a line of a log that is evidence, borrowed; NULL: none is known
	const struct contact *infected_by; // last contact by another flagged host; NULL: none seen
	uint32_t n_burst; // peers that got the same message within a minute; 0: below the limit
	uint32_t n_rush, rush_ms; // new peers in so long, whatever they got; 0: below the limit
	size_t onset;             // index of the exhibit that the run began with
	const struct exhibit *host_exhibit; // of all ports of the host, by protocol, port, time
	size_t n_host_exhibits;
	struct exhibit *exhibit; // in order of time
	size_t n_exhibits;
	bool owns_exhibits;                 // freed with the finding
	const struct attack *const *attack; // from logs of web servers; none: NULL
	size_t n_attacks;
};

/** Its port in words: "tcp/80", "tcp, several ports", "not told"; gives `room` back. */
const char *finding_port(const struct finding *f, char room[static PORT_TEXT_BYTES]);

const char *verdict_name(enum verdict v);
const char *verdict_attack(enum verdict v); // ATT&CK technique, "" when there is none
bool verdict_is_alarm(enum verdict v);      // whether someone has to act on it
const char *targeting_name(enum targeting t);
const char *sign_key(enum sign s);  // "no_ack"
const char *sign_text(enum sign s); // what one row of it says
double sign_nats(enum sign s);
enum outcome sign_outcome(enum sign s);
#endif
