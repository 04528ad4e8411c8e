// SPDX-License-Identifier: Apache-2.0
// An attack: what one host did with requests of one signature, or what was done to one server.
#ifndef MODEL_ATTACK_H
#define MODEL_ATTACK_H
#include "model/addr.h"
#include "model/place.h"
#include "model/signature.h"

/** What became of a request: OUTCOME(name, key, what it says). */
#define WEB_OUTCOMES(OUTCOME) \
	OUTCOME(TAKEN, "taken", "the server took it: exposed, possibly infected") \
	OUTCOME(FAILED, "failed", "the server had nothing for it") \
	OUTCOME(REJECTED, "rejected", "turned away before a page was looked for") \
	OUTCOME(UNKNOWN, "unknown", "the status does not tell")

#define AS_WEB_OUTCOME(name, key, text) WEB_##name,
enum web_outcome { WEB_OUTCOMES(AS_WEB_OUTCOME) N_WEB_OUTCOMES };
#undef AS_WEB_OUTCOME

enum attack_side { SIDE_ATTACKER, SIDE_SERVER };

/** What of a row is known. */
enum {
	ROW_HAS_CLIENT = 1 << 0,
	ROW_HAS_SERVER = 1 << 1,
	ROW_HAS_STATUS = 1 << 2,
	ROW_HAS_TIME = 1 << 3,
	ROW_FORWARDED = 1 << 4, // the host is named by a trusted proxy, which is the client
	ROW_NAMED = 1 << 5,     // the host is named inside the request; the client is another
	ROW_CUT = 1 << 6,       // `text` is only the beginning of the line
};

enum { ROW_TEXT_BYTES = 96, ATTACK_PEERS_MAX = 8, ATTACK_ROWS_MAX = 32 };

/** A request as evidence: enough to find its line again in the source, and to know it is the same. */
struct attack_row {
	place at;
	uint64_t offset;  // of the line's first byte, after unpacking
	uint64_t hash;    // XXH3-64 of the line, seed 0
	uint64_t time_ms; // 0 when not known
	uint32_t n_bytes; // of the line
	uint16_t status, server_port;
	uint8_t has, outcome, pattern;
	struct addr client, server;
	char text[ROW_TEXT_BYTES]; // the beginning of the line
};

struct attack_moment;

/** Rows, peers and moments are the least of all that were seen, so the order changes nothing. */
struct attack {
	struct addr host;
	bool is_known; // false: no client was told, nobody is accused
	enum attack_side side;
	const struct signature *signature;
	uint64_t n;                 // requests
	uint64_t n_requests;        // of that client in all; 0: not counted
	uint64_t first_ms, last_ms; // UINT64_MAX and 0 when not known
	uint64_t n_outcome[N_WEB_OUTCOMES];
	uint32_t patterns;  // which of the signature's
	bool is_made;       // as many different ones, within the time, as the class takes
	bool is_only_named; // every row of it is ROW_NAMED
	bool has_more_peers;
	uint8_t n_peers;
	struct addr peer[ATTACK_PEERS_MAX]; // the other side, least first
	struct attack_row *row;             // by place
	uint32_t n_rows, room_rows;
	struct attack_moment *moment; // only while the case is not made
	uint32_t n_moments, room_moments;
	bool is_unsaved; // changed since its keeper saved it, who clears this
	uint32_t
		sampling; // one probe in so many comes to the logs it stands in, as its keeper tells; 0: not told
	char *where; // "access.log:17" of a row, for people; NULL until the keeper tells; freed with it
};

/** What it says of its host, with what was seen; N_SIGNATURE_CLASSES: nothing. */
enum signature_class attack_class(const struct attack *a);

/** How sure that is, 0 to 1. */
double attack_confidence(const struct attack *a);

/** What to do about its host: texts by language. */
const char *const *attack_fix(const struct attack *a);

/** "Code Red, variant II (X)", in `room`, without what could steer a terminal; gives it back. */
const char *attack_name(const struct attack *a, char *room, size_t size);

const char *web_outcome_key(enum web_outcome o);
const char *web_outcome_text(enum web_outcome o);
#endif
