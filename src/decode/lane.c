// SPDX-License-Identifier: Apache-2.0
// A number of up to 8 bytes is the tail of the 8 bytes that end where it ends. Before the first record
// stand the headers of the message and of the set, so those 8 bytes are always there.
#include "decode/lane.h"

/* Members that mean the same whatever else the record holds. */
static bool is_plain(uint8_t member, unsigned *number)
{
	static const uint8_t members[N_LANE_NUMBERS] = {
		[LANE_SRC_PORT] = MEMBER_SRC_PORT,
		[LANE_DST_PORT] = MEMBER_DST_PORT,
		[LANE_PROTO] = MEMBER_PROTO,
		[LANE_TCP_FLAGS] = MEMBER_TCP_FLAGS,
		[LANE_PACKETS] = MEMBER_PACKETS,
		[LANE_BYTES] = MEMBER_BYTES,
		[LANE_INPUT] = MEMBER_INPUT,
		[LANE_DIRECTION] = MEMBER_DIRECTION,
		[LANE_ICMP] = MEMBER_ICMP,
		[LANE_FIRST_UPTIME] = MEMBER_FIRST_UPTIME,
		[LANE_LAST_UPTIME] = MEMBER_LAST_UPTIME,
		[LANE_FIRST_MS] = MEMBER_FIRST_MS,
		[LANE_LAST_MS] = MEMBER_LAST_MS,
	};
	for (*number = 0; *number < N_LANE_NUMBERS; ++*number)
		if (members[*number] == member)
			return true;
	return false;
}

static bool has(const struct lane *l, unsigned number)
{
	return l->mask[number];
}

/* One step of the plan; returns false where the short way ends. */
static bool add(struct lane *l, const struct step *s, uint32_t at)
{
	unsigned number;
	if (s->member == MEMBER_SKIP || s->length == 0)
		return true;
	if (s->member <= MEMBER_DST) {
		uint16_t *where = s->member == MEMBER_SRC ? &l->src_at : &l->dst_at;
		bool is_first = *where == UINT16_MAX;
		bool fits = s->length == 4 || s->length == 16;
		*where = (uint16_t)at;
		l->address_bytes = l->address_bytes ? l->address_bytes : (uint8_t)s->length;
		return is_first && fits && l->address_bytes == s->length;
	}
	if (!is_plain(s->member, &number) || has(l, number))
		return false;
	if (s->length > 8)
		return false;
	l->tail[number] = (int32_t)(at + s->length) - 8;
	l->mask[number] = UINT64_MAX >> (64 - 8 * s->length);
	return true;
}

/* Times come in pairs of one kind; where none are told, the export time must do. */
static bool times_fit(const struct lane *l)
{
	bool by_uptime = has(l, LANE_FIRST_UPTIME), by_ms = has(l, LANE_FIRST_MS);
	return by_uptime == has(l, LANE_LAST_UPTIME) && by_ms == has(l, LANE_LAST_MS) &&
	       by_uptime + by_ms < 2;
}

void lane_compile(struct template *p)
{
	struct lane *l = &p->lane;
	uint32_t at = 0;
	bool is_open = !p->varies && !p->is_options;
	*l = (struct lane){ .src_at = UINT16_MAX, .dst_at = UINT16_MAX };
	for (unsigned i = 0; i < N_LANE_NUMBERS; i++)
		l->tail[i] = -8;
	for (const struct step *s = p->step; is_open && s < p->step + p->n_steps; s++) {
		is_open = add(l, s, at);
		at += s->length;
	}
	l->is_open = is_open && times_fit(l) && l->src_at < UINT16_MAX && l->dst_at < UINT16_MAX;
	l->record_bytes = at;
	l->has = (has(l, LANE_PROTO) ? FLOW_HAS_PROTO : 0) |
		 (has(l, LANE_SRC_PORT) || has(l, LANE_DST_PORT) ? FLOW_HAS_PORTS : 0) |
		 (has(l, LANE_PACKETS) ? FLOW_HAS_PACKETS : 0) |
		 (has(l, LANE_BYTES) ? FLOW_HAS_BYTES : 0);
}

static uint64_t number(const struct lane *l, const uint8_t *at, unsigned n)
{
	return load_u64(at + l->tail[n]) & l->mask[n];
}

static void read_addresses(const struct lane *l, const uint8_t *at, struct flow *f)
{
	if (l->address_bytes == 4) {
		f->src = addr_v4(load_u32(at + l->src_at));
		f->dst = addr_v4(load_u32(at + l->dst_at));
	} else {
		memcpy(&f->src, at + l->src_at, sizeof f->src);
		memcpy(&f->dst, at + l->dst_at, sizeof f->dst);
	}
}

static void read_times(
	const struct message *m, const struct lane *l, const uint8_t *at, struct flow *f)
{
	if (has(l, LANE_FIRST_MS)) {
		f->first_ms = number(l, at, LANE_FIRST_MS);
		f->last_ms = number(l, at, LANE_LAST_MS);
	} else if (has(l, LANE_FIRST_UPTIME) && m->domain.version == 9) {
		f->first_ms = uptime_to_ms(m, (uint32_t)number(l, at, LANE_FIRST_UPTIME));
		f->last_ms = uptime_to_ms(m, (uint32_t)number(l, at, LANE_LAST_UPTIME));
	} else {
		f->first_ms = f->last_ms = m->now_ms; // the header of IPFIX has no uptime
	}
	f->last_ms = f->last_ms < f->first_ms ? f->first_ms : f->last_ms;
}

void lane_read(const struct message *m, const struct lane *l, const uint8_t *at, uint32_t exporter,
	uint32_t sampling, struct flow *f)
{
	enum { EGRESS = 1, INPUT_MASK = 0x7fffffff };
	flow_init(f);
	f->packets = number(l, at, LANE_PACKETS);
	f->bytes = number(l, at, LANE_BYTES);
	f->at = m->at;
	f->exporter = exporter;
	f->sampling = sampling;
	f->input = (uint32_t)number(l, at, LANE_INPUT) & INPUT_MASK;
	f->src_port = (uint16_t)number(l, at, LANE_SRC_PORT);
	f->dst_port = (uint16_t)number(l, at, LANE_DST_PORT);
	f->proto = (uint8_t)number(l, at, LANE_PROTO);
	f->tcp_flags = (uint8_t)number(l, at, LANE_TCP_FLAGS);
	read_addresses(l, at, f);
	read_times(m, l, at, f);
	unsigned has_bits = l->has;
	if (has(l, LANE_ICMP) && (f->proto == PROTO_ICMP || f->proto == PROTO_ICMP6)) {
		f->dst_port = (uint16_t)number(l, at, LANE_ICMP);
		has_bits |= FLOW_HAS_PORTS;
	}
	has_bits |= f->tcp_flags ? FLOW_HAS_FLAGS : 0;
	has_bits |= f->first_ms ? FLOW_HAS_TIME : 0;
	has_bits |= number(l, at, LANE_DIRECTION) == EGRESS ? FLOW_EGRESS : 0;
	f->has = (uint16_t)has_bits;
}
