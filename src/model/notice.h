// SPDX-License-Identifier: Apache-2.0
// A notice: what a target of alerts is told, once, about one host.
#ifndef MODEL_NOTICE_H
#define MODEL_NOTICE_H
#include "model/finding.h"

/** NOTICE(name, key, what it says in words). */
#define NOTICES(NOTICE) \
	NOTICE(NEW, "new", "is found") \
	NOTICE(WORSE, "worse", "is found to be worse than it was told") \
	NOTICE(OVER, "over", "is over") \
	NOTICE(HELD, "held-back", "is the worst of those that were held back") \
	NOTICE(TEST, "test", "is a test")

#define AS_NOTICE(name, key, text) NOTICE_##name,
enum notice_kind { NOTICES(AS_NOTICE) N_NOTICES };
#undef AS_NOTICE

enum { NOTICE_WHY_BYTES = 1024 };

struct notice {
	uint64_t number; // of the spool, from 1 without gaps; a test has 0
	uint64_t time_ms;
	enum notice_kind kind;
	struct addr host;
	enum verdict verdict;
	uint8_t proto; // PROTO_UNKNOWN when nothing names one
	uint16_t port;
	bool has_port;
	uint64_t incident, episode;    // that it belongs to; 0: not told
	uint64_t n_held;               // of held-back: how many it stands for; else 0
	unsigned percent;              // how sure, below 100
	char service[PORT_TEXT_BYTES]; // the same in words
	char why[NOTICE_WHY_BYTES];    // one sentence
};

/** What is told of a finding; its number is still to be given. */
struct notice notice_of(const struct finding *f, enum notice_kind kind, uint64_t now_ms);

/**
 * Read one in cordon's own format, as notice_write writes it.
 *
 * Returns whether it was one, and fills `out` only then.
 */
bool notice_parse(struct str text, struct notice *out);

const char *notice_key(enum notice_kind k);
const char *notice_text(enum notice_kind k);
#endif
