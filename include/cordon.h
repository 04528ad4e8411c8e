// SPDX-License-Identifier: Apache-2.0
// libcordon: telemetry in, hosts that look infected by a worm out. The one public header, C and C++.
//
// The library reads what it is given: no files (but an inventory that is named), no sockets, no
// clock where times are given. It never exits, never logs, and keeps no state outside the detectors
// that you make. One detector belongs to one thread at a time; different ones are independent.
//
// libcordon.a is a static archive, which cannot hide its inner symbols: only what begins with
// cordon_ is an interface. Link it with -lyaml -lpcap -lisal -llz4 -lbz2 -lzstd -lm (pkg-config cordon).
//
// Public structs grow at their end. Those that you fill are passed with their size, so that code
// compiled against an older header keeps working.
#ifndef CORDON_H
#define CORDON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Counts up when anything here is added. */
#define CORDON_API 1

/** What became of a call. What is wrong inside good input is counted, see cordon_counter_next. */
enum cordon_status {
	CORDON_OK,
	CORDON_NO_MEMORY,
	CORDON_ARGUMENT,  // NULL, a size of 0, or a value that the contract does not allow
	CORDON_INVENTORY, // the inventory cannot be read
	CORDON_FORMAT,    // the datagram is none of NetFlow v5, NetFlow v9, IPFIX, sFlow
	CORDON_LINK_TYPE, // frames of this link type are not understood
	CORDON_FULL,      // too many texts are open, or too many sources were named
	CORDON_KEY        // the detectors do not belong together
};

enum {
	CORDON_ERROR_BYTES = 256,
	CORDON_ADDRESS_TEXT_BYTES = 46, // longest text of an address, with its NUL
	CORDON_TEXTS_MAX = 16,          // that are open at a time
	CORDON_SOURCES_MAX = 254        // names of texts in the life of a detector
};

/** Where a call can explain itself. `text` is in words an operator can act on; "" when all is well. */
struct cordon_error {
	enum cordon_status status;
	char text[CORDON_ERROR_BYTES];
};

/** A status as a sentence without its full stop; never NULL. */
const char *cordon_status_text(enum cordon_status status);

// ---- addresses -----------------------------------------------------------------------------------

/** An IPv6 address, or an IPv4 one in mapped form, ::ffff:a.b.c.d. All zero: unknown. */
struct cordon_address {
	uint8_t octet[16];
};

/**
 * Read an address, dotted or IPv6.
 *
 * Returns false, and leaves `out` as it is, when `text` is NULL or anything else than one address.
 */
bool cordon_address_parse(const char *text, struct cordon_address *out);

/** Write an address as text into `room`, and give `room` back; NULL when either is NULL. */
const char *cordon_address_format(
	const struct cordon_address *address, char room[CORDON_ADDRESS_TEXT_BYTES]);

// ---- detectors -----------------------------------------------------------------------------------

/** All evidence on a network, and what it takes to read more. */
struct cordon;

/** All zero is a good choice. */
struct cordon_options {
	uint64_t memory_bytes;      // for evidence: 0 is 512 MiB, the least is 1 MiB
	const char *inventory_path; // file of cordon-inventory(5); NULL: none
	const char
		*inventory_text; // the same as text, not kept; NULL: none. At most one of the two
	uint64_t inventory_text_bytes;
	uint64_t
		key; // of the hashes: detectors with the same memory and key merge; 0: a random one
};

/**
 * Make a detector.
 *
 * options        NULL: all zero
 * options_bytes  sizeof(struct cordon_options); 0 with NULL
 * error          filled when NULL comes back; may be NULL
 *
 * Evidence beyond its memory becomes a sample, see the counter "sampled_1_in". Beside evidence there
 * are some MB for templates, an eighth of the memory for connections once a frame was fed, and while
 * judging a copy of the evidence on suspected hosts.
 *
 * Returns NULL when that cannot be. Free with cordon_free.
 */
struct cordon *cordon_new(
	const struct cordon_options *options, size_t options_bytes, struct cordon_error *error);

/** Make an empty detector that can be merged with `like`; it shares the inventory. As cordon_new. */
struct cordon *cordon_clone_empty(const struct cordon *like, struct cordon_error *error);

/** Free a detector; NULL is fine. Verdicts of it live on. */
void cordon_free(struct cordon *c);

/**
 * Add all that `from` knows to `into`; `from` stays as it is, but for connections of captured frames:
 * what is known of them is counted, and they begin anew.
 *
 * Evidence is a set: order, repetition and distribution change nothing. Counters add up, notes are
 * joined as long as there is room. Templates and open texts stay where they are.
 *
 * Returns CORDON_OK, CORDON_ARGUMENT when one is NULL or both are the same, or CORDON_KEY when they
 * have another key or memory; then nothing was changed.
 */
enum cordon_status cordon_merge(struct cordon *into, struct cordon *from);

// ---- feeding: nothing that is passed is kept -----------------------------------------------------

/**
 * Feed one export datagram: NetFlow v5, NetFlow v9, IPFIX or sFlow, told by its content.
 *
 * payload      of UDP
 * exporter     who sent it: templates hold within one exporter; NULL: unknown, all the same
 * received_ms  since the Unix epoch; 0: unknown
 *
 * Returns CORDON_OK also where records were damaged, which is counted; or CORDON_FORMAT.
 */
enum cordon_status cordon_feed_datagram(struct cordon *c, const void *payload, size_t n,
	const struct cordon_address *exporter, uint64_t received_ms);

/**
 * Feed one captured frame. An export datagram in it is read as such, other packets are traffic.
 *
 * link_type  as the tcpdump group numbers them: 1 Ethernet, 101 raw IP, 113 and 276 Linux cooked
 * time_ms    since the Unix epoch
 *
 * Returns CORDON_OK also for what is no IP, which is counted; CORDON_LINK_TYPE, CORDON_NO_MEMORY.
 */
enum cordon_status cordon_feed_frame(
	struct cordon *c, int link_type, const void *frame, size_t n, uint64_t time_ms);

/**
 * Feed a chunk of pasted router output. It may begin and end anywhere, also within a word.
 *
 * source  name of the text, for notes and faults: chunks of one name are one text, several texts may
 *         be open. At most 31 bytes of it count
 *
 * Returns CORDON_OK also where rows were damaged; CORDON_FULL or CORDON_NO_MEMORY for a new text.
 */
enum cordon_status cordon_feed_text(
	struct cordon *c, const char *source, const char *text, size_t n);

/**
 * End a text: only then its last row is sure to count, and its totals are held against its rows.
 *
 * Returns CORDON_OK, or CORDON_ARGUMENT when no text of that name is open.
 */
enum cordon_status cordon_end_text(struct cordon *c, const char *source);

/** What a flow states. A member whose bit is absent does not count, whatever it holds. */
enum cordon_has {
	CORDON_HAS_PROTO = 1 << 0,
	CORDON_HAS_PORTS = 1 << 1, // of ICMP: dst_port = type * 256 + code
	CORDON_HAS_FLAGS = 1 << 2, // tcp_flags is the OR over all packets
	CORDON_HAS_PACKETS = 1 << 3,
	CORDON_HAS_BYTES = 1 << 4,
	CORDON_HAS_TIME = 1 << 5,
	CORDON_ANSWERED = 1 << 6,   // the record says that the responder sent data
	CORDON_UNANSWERED = 1 << 7, // ... that it sent nothing
	CORDON_DROPPED = 1 << 8,    // a device on the way dropped it
	CORDON_LISTED = 1 << 9,     // from a list: a snapshot, perhaps cut, nothing follows it
	CORDON_TO_DEVICE = 1 << 10, // the device that tells is the destination
	CORDON_EGRESS = 1 << 11,    // a second sight of the same flow, on its way out
	CORDON_OPENS = 1 << 12,     // the source opened the connection, beyond doubt
	CORDON_ANSWERS = 1 << 13    // the destination did
};

/** One unidirectional flow: the packets that share a key (RFC 7011, section 2). Host byte order. */
struct cordon_flow {
	struct cordon_address src, dst;
	uint64_t first_ms, last_ms; // since the Unix epoch
	uint64_t packets, bytes;    // as counted: times `sampling` gives the estimate
	uint64_t number;            // of the record in its source: orders records that tell no time
	uint32_t exporter; // who counted, as any number: learns whether answers are seen there
	uint32_t sampling; // 1 of this many packets was looked at; 0 and 1: all of them
	uint16_t src_port, dst_port;
	uint16_t has; // enum cordon_has
	uint8_t proto, tcp_flags;
};

/**
 * Feed flows.
 *
 * flow        an array; may be NULL when `n` is 0
 * flow_bytes  sizeof(struct cordon_flow)
 *
 * Returns CORDON_OK, or CORDON_ARGUMENT when a flow states what this library does not know, or ends
 * before it begins; then none was fed.
 */
enum cordon_status cordon_feed_flows(
	struct cordon *c, const struct cordon_flow *flow, size_t n, size_t flow_bytes);

// ---- verdicts ------------------------------------------------------------------------------------

/** Findings of one moment, ranked. */
struct cordon_verdict;

/** A way to pick peers, and how likely it is; cordon-detect(1) says what the ways are. */
struct cordon_targeting {
	const char *name; // "uniform"
	double posterior; // all of a finding sum to 1
};

/** What is said of one host. Lives as long as its verdict. */
struct cordon_finding {
	const char *host;       // address as text
	const char *class_name; // "worm-like", see cordon-detect(1)
	const char *why;        // the reason in a sentence; its words may change
	const char *attack;     // technique in MITRE ATT&CK; NULL for classes without one
	struct cordon_address address;
	bool is_alarm;  // whether someone has to act on it
	bool is_listed; // rests on lists alone, which show no outcome
	bool is_sampled;
	double confidence;              // 0 to 1: probability that the class is right
	double score_nats, needed_nats; // needed: 0 where the class has no threshold
	int32_t proto;                  // IP protocol; -1: not told, or several
	int32_t port;                   // of ICMP: type * 256 + code; -1: not told, or several
	uint32_t n_peers;               // = n_failed + n_unknown + n_answered
	uint32_t n_failed, n_unknown, n_answered;
	uint32_t n_targetings;
	const struct cordon_targeting *targeting;
	uint64_t first_ms, last_ms; // of the contacts it rests on; 0: not told
	uint64_t onset_ms;          // first contact of the run that made the score; 0: not told
};

/**
 * Judge all evidence so far. More may be fed afterwards, and judged again.
 *
 * now_ms  for the expiry of declared scanners; 0: the latest time that any record told
 * error   filled when NULL comes back; may be NULL
 *
 * Connections of captured frames are taken as they stand; so do not ask after every packet.
 *
 * Returns NULL when there is no memory, or no detector. Free with cordon_verdict_free.
 */
struct cordon_verdict *cordon_judge(struct cordon *c, uint64_t now_ms, struct cordon_error *error);

/** Free a verdict with its findings; NULL is fine. */
void cordon_verdict_free(struct cordon_verdict *v);

/** A walk over findings, worst first: set `verdict`, leave the rest zero. */
struct cordon_finding_iter {
	const struct cordon_verdict *verdict;
	size_t at;
};

/** The next finding; NULL at the end, and where there is no verdict. */
const struct cordon_finding *cordon_finding_next(struct cordon_finding_iter *it);

// ---- books ---------------------------------------------------------------------------------------

/** A number that a detector keeps. */
struct cordon_counter {
	const char *name; // "records_netflow5", "no_template": stable
	const char *text; // what it counts
	uint64_t n;
	bool is_fault; // counts what was wrong with the input
};

/** A walk over counters, always all of them in the same order: set `detector`, leave the rest zero. */
struct cordon_counter_iter {
	const struct cordon *detector;
	size_t at;
};

/** Fill `out` with the next counter. Returns false at the end, and where an argument is NULL. */
bool cordon_counter_next(struct cordon_counter_iter *it, struct cordon_counter *out);

/** A remark for people about the input: "list is incomplete: 12 flow alloc failures". */
struct cordon_note {
	const char *source; // name of a text; NULL: none
	uint64_t line;      // in it, from 1; 0: the text as a whole
	const char *text;
};

/** A walk over notes: set `detector`, leave the rest zero. */
struct cordon_note_iter {
	const struct cordon *detector;
	size_t at;
};

/** Fill `out` with the next note; its texts hold until the detector is fed. As cordon_counter_next. */
bool cordon_note_next(struct cordon_note_iter *it, struct cordon_note *out);

#ifdef __cplusplus
}
#endif
#endif
