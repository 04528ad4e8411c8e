// SPDX-License-Identifier: Apache-2.0
// Templates of NetFlow v9 and IPFIX, compiled to plans, and the samplers that options announce.
#ifndef DECODE_TEMPLATE_H
#define DECODE_TEMPLATE_H
#include "model/addr.h"
#include "model/flow.h"

/** Members of a record that a plan can fill; the two addresses come first. */
// clang-format off
#define MEMBERS(MEMBER) \
	MEMBER(SRC) MEMBER(DST) MEMBER(SRC_PORT) MEMBER(DST_PORT) MEMBER(PROTO) MEMBER(TCP_FLAGS) \
	MEMBER(PACKETS) MEMBER(BYTES) MEMBER(OUT_PACKETS) MEMBER(OUT_BYTES) \
	MEMBER(TOTAL_PACKETS) MEMBER(TOTAL_BYTES) MEMBER(OUR_PACKETS) MEMBER(OUR_BYTES) \
	MEMBER(THEIR_PACKETS) MEMBER(THEIR_BYTES) MEMBER(INPUT) MEMBER(DIRECTION) \
	MEMBER(FORWARDING) MEMBER(FIREWALL) MEMBER(FIREWALL_WHY) \
	MEMBER(ICMP) MEMBER(ICMP_TYPE) MEMBER(ICMP_CODE) \
	MEMBER(FIRST_UPTIME) MEMBER(LAST_UPTIME) MEMBER(FIRST_S) MEMBER(LAST_S) \
	MEMBER(FIRST_MS) MEMBER(LAST_MS) MEMBER(FIRST_NTP) MEMBER(LAST_NTP) \
	MEMBER(FIRST_DELTA_US) MEMBER(LAST_DELTA_US) MEMBER(BOOT_MS) MEMBER(EVENT_MS) \
	MEMBER(SAMPLING) MEMBER(SAMPLER) MEMBER(SAMPLED) MEMBER(SKIPPED)
// clang-format on

#define AS_MEMBER(name) MEMBER_##name,
enum member { MEMBERS(AS_MEMBER) N_MEMBERS, MEMBER_SKIP = 255 };
#undef AS_MEMBER
static_assert(N_MEMBERS <= 64);

/** Who speaks: templates and samplers hold within one of these (RFC 7011, section 3.1). */
struct domain {
	struct addr exporter;
	uint32_t id; // observation domain, source id, or v5 engine
	uint32_t version;
};

enum { STEPS_MAX = 252, STEP_VARIES = 0xffff };

/** One move through a record: take or skip `length` bytes (STEP_VARIES: RFC 7011, section 7). */
struct step {
	uint16_t length;
	uint8_t member; // enum member, or MEMBER_SKIP
};

/** Numbers of a record that mean the same whatever else it holds. */
enum lane_number {
	LANE_SRC_PORT,
	LANE_DST_PORT,
	LANE_PROTO,
	LANE_TCP_FLAGS,
	LANE_PACKETS,
	LANE_BYTES,
	LANE_INPUT,
	LANE_DIRECTION,
	LANE_ICMP,
	LANE_FIRST_UPTIME,
	LANE_LAST_UPTIME,
	LANE_FIRST_MS,
	LANE_LAST_MS,
	N_LANE_NUMBERS
};

/** The short way through a record, see decode/lane.h. */
struct lane {
	bool is_open;
	bool may_be_plain;     // IPv4, with all that a plain flow needs
	uint8_t address_bytes; // 4 or 16
	uint16_t has;          // FLOW_HAS_... that the template alone decides
	uint16_t src_at, dst_at;
	uint32_t record_bytes; // but for the field that varies
	bool varies;           // one field does, and nobody reads it
	bool src_behind, dst_behind;
	uint32_t varying_at;             // where its length stands; what is behind it moves
	int32_t tail[N_LANE_NUMBERS];    // where the 8 bytes begin that end with the number
	uint64_t mask[N_LANE_NUMBERS];   // of those 8 bytes; 0: not told
	uint32_t behind[N_LANE_NUMBERS]; // all ones: behind the field that varies; else 0
};

struct template
{
	struct domain domain;
	uint64_t used; // clock of the table at its last use; 0 is an empty slot
	uint16_t id;
	uint16_t n_steps;
	uint32_t min_bytes; // of one record; the size itself when nothing varies
	bool is_options;
	bool varies;
	bool is_kept;    // by a template_keeper
	uint64_t digest; // of the record it was read from
	struct lane lane;
	struct step step[STEPS_MAX];
};

struct sampler {
	struct domain domain;
	uint64_t used;
	uint64_t id;       // SAMPLER_ANY for a domain's default
	uint32_t interval; // 1 packet in this many
	bool is_kept;      // by a template_keeper, with this interval
};
#define SAMPLER_ANY UINT64_MAX

struct templates;

/** Room for templates and samplers, all of it at once. NULL when there is no memory. */
struct templates *templates_new(void);
void templates_free(struct templates *t);

/** The template `id` of a domain, or NULL; the pointer holds until the next put. */
const struct template *template_get(struct templates *t, const struct domain *d, uint16_t id);

/**
 * Take a slot for a template, in place of an older one of the same id; the caller fills the plan.
 * `evicted` becomes true when another template had to go.
 */
struct template *template_put(
	struct templates *t, const struct domain *d, uint16_t id, bool *evicted);

/** Forget one template, or all of one sort when `id` is 0 (RFC 7011, section 8.1). */
void template_del(struct templates *t, const struct domain *d, uint16_t id, bool is_options);

/** Append a field to a plan. Returns false when the plan is full. */
bool template_add(struct template *p, uint32_t enterprise, uint16_t element, uint16_t length);

/** Append a field whose content does not matter. */
bool template_skip(struct template *p, uint16_t length);

/**
 * Remember what an options record said of a sampler; it holds until the next put. `evicted` becomes
 * true when another one had to go.
 */
struct sampler *sampler_put(
	struct templates *t, const struct domain *d, uint64_t id, uint32_t interval, bool *evicted);

/** The interval of a sampler, or of its domain, or 0 when nothing was said. */
uint32_t sampler_get(struct templates *t, const struct domain *d, uint64_t id);
#endif
