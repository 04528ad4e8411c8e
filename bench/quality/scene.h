// SPDX-License-Identifier: Apache-2.0
// A scene: the residents of one site, 10.1.0.0/16, those they talk to, and all they say. The benign
// mix is that of facts/detection.md, section 8, the strains those of facts/worms.md, section 5.
#ifndef QUALITY_SCENE_H
#define QUALITY_SCENE_H
#include "generate/traffic.h"

enum { SCENE_SITE = 0x0a010000, RESIDENTS_MAX = 10240, DAY_MS = 86400000 };

/** Of benign sources, what a false alarm on them counts for. */
enum group {
	GROUP_MIX,     // first contacts fail in 15 % of cases at most
	GROUP_HARD,    // mail relays, proxies, NAT
	GROUP_P2P,     // peer-to-peer, pollers
	GROUP_HURRY,   // many new peers at once, as their work
	GROUP_OUTSIDE, // visitors, strays, backscatter
	N_GROUPS
};

struct trade; // a class of benign hosts
struct strain;

struct resident {
	uint32_t ip;
	const struct trade *trade;
	const struct strain *strain; // NULL: clean
	uint64_t infected_ms;
};

/** One conversation: traces there and, perhaps, back. */
struct exchange {
	uint32_t trace;
	uint16_t resident; // who opened it
	uint8_t n;
	uint32_t nth_probe; // of this resident, from 1; 0: benign
};

struct scene {
	uint64_t seed, start_ms, span_ms;
	double day_share; // how much of a day's work is done in the span
	bool is_moment;   // so short that many do nothing at all; else each has one peer at least
	uint64_t
		outage_ms; // since the start: the way to the internet is down for an hour; 0: never
	struct resident resident[RESIDENTS_MAX];
	size_t n;
	struct traffic traffic;
	struct exchange *exchange;
	size_t n_exchanges, room;
};

/** Who is settled beside those of the site: nobody, outsiders, or those that hurry by trade. */
enum beside { BESIDE_NOBODY, BESIDE_OUTSIDERS, BESIDE_HURRY };

/**
 * Settle so many residents by the shares of the mix, and others beside them. More than a few hundred get
 * nets of their own, class by class.
 */
void scene_settle(struct scene *s, size_t n, enum beside beside);

/** Let all residents do their daily work. */
void scene_live(struct scene *s);

/** Infect one more clean office PC and let it probe until the end of the span. */
void scene_infect(struct scene *s, const struct strain *strain);

/** One conversation of a resident, into traffic and exchanges. */
void scene_talk(struct scene *s, struct dice *d, const struct talk *talk, enum outcome how,
	size_t resident, uint32_t nth_probe);

void scene_fini(struct scene *s);

/** The n-th public address of a seed. */
uint32_t scene_public(uint64_t seed, uint32_t n);

static inline bool scene_is_inside(const struct addr *a)
{
	return (addr_low32(a) & 0xffff0000) == SCENE_SITE;
}

const struct trade *trade_at(size_t i); // NULL after the last
const char *trade_name(size_t i);       // NULL after the last
size_t trade_index(const struct trade *t);
enum group trade_group(const struct trade *t);

enum { STRAIN_PORTS = 4 };

struct strain {
	const char *name;
	const char *aim; // as targeting_name; NULL: a mixture that has no name there
	const struct shape *shape;
	uint8_t proto;
	struct {
		uint16_t port; // 0: any
		uint8_t percent;
	} port[STRAIN_PORTS];
	uint32_t rate_per_s;
	// weights; all 0: one address after the other
	uint8_t anybody, same_8, same_16, same_24;
	bool skips_edges;    // no octet of 0 or 255
	bool skips_reserved; // Mirai's exclusions
	uint8_t n_syn;       // SYNs of an unanswered probe; 0: 1 to 3
	uint8_t answered_percent, refused_percent;
	bool has_one_list;   // every copy has the same targets, in the same order
	bool has_own_p2p;    // peers of its own over UDP
	bool has_no_goal;    // an extra shape or an evasion
	bool is_mapped;      // the inventory knows all of its targets
	uint32_t every_ms;   // one probe in so long; 0: rate_per_s
	uint32_t max_probes; // 0: as many as the span allows, and memory
	bool is_flash;       // to be found within 5 minutes at 1:1000 (D3)
};

const struct strain *strain_at(size_t i); // NULL after the last

/** Append the probes of an infected resident. */
void strain_run(struct scene *s, size_t resident);

/** Draw the target of one probe, of a strain that draws them; and what becomes of it where nobody is known. */
uint32_t strain_target(const struct strain *strain, struct dice *d, uint32_t self);
enum outcome strain_fate(const struct strain *strain, struct dice *d);
#endif
