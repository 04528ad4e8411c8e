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

/* An address may stand in a record once. */
static bool add_address(struct lane *l, const struct step *s, uint32_t at)
{
	bool is_src = s->member == MEMBER_SRC;
	uint16_t *where = is_src ? &l->src_at : &l->dst_at;
	bool is_first = *where == UINT16_MAX, fits = s->length == 4 || s->length == 16;
	*(is_src ? &l->src_behind : &l->dst_behind) = l->varies;
	*where = (uint16_t)at;
	l->address_bytes = l->address_bytes ? l->address_bytes : (uint8_t)s->length;
	return is_first && fits && l->address_bytes == s->length;
}

static bool add_number(struct lane *l, const struct step *s, uint32_t at)
{
	unsigned number;
	if (!is_plain(s->member, &number) || has(l, number) || s->length > 8)
		return false;
	l->behind[number] = l->varies ? UINT32_MAX : 0;
	l->tail[number] = (int32_t)(at + s->length) - 8;
	l->mask[number] = UINT64_MAX >> (64 - 8 * s->length);
	return true;
}

/* One step of the plan; returns false where the short way ends. */
static bool add(struct lane *l, const struct step *s, uint32_t at)
{
	if (s->length == STEP_VARIES) {
		bool is_first = !l->varies;
		l->varies = true;
		l->varying_at = at;
		return is_first && s->member == MEMBER_SKIP;
	}
	if (s->member == MEMBER_SKIP || s->length == 0)
		return true;
	return s->member <= MEMBER_DST ? add_address(l, s, at) : add_number(l, s, at);
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
	bool is_open = !p->is_options;
	*l = (struct lane){ .src_at = UINT16_MAX, .dst_at = UINT16_MAX };
	for (unsigned i = 0; i < N_LANE_NUMBERS; i++)
		l->tail[i] = -8;
	for (const struct step *s = p->step; is_open && s < p->step + p->n_steps; s++) {
		is_open = add(l, s, at);
		at += s->length == STEP_VARIES ? 0 : s->length;
	}
	l->is_open = is_open && times_fit(l) && l->src_at < UINT16_MAX && l->dst_at < UINT16_MAX;
	l->record_bytes = at;
	l->has = (has(l, LANE_PROTO) ? FLOW_HAS_PROTO : 0) |
		 (has(l, LANE_SRC_PORT) || has(l, LANE_DST_PORT) ? FLOW_HAS_PORTS : 0) |
		 (has(l, LANE_PACKETS) ? FLOW_HAS_PACKETS : 0) |
		 (has(l, LANE_BYTES) ? FLOW_HAS_BYTES : 0);
	l->may_be_plain =
		l->is_open && l->address_bytes == 4 && l->has == (PLAIN_HAS & ~FLOW_HAS_TIME);
}

bool lane_shift(const struct lane *l, const uint8_t *at, size_t left, uint32_t *shift)
{
	*shift = 0;
	if (l->varies) {
		const uint8_t *length = at + l->varying_at;
		size_t rest = left > l->varying_at ? left - l->varying_at : 0;
		if (rest < 1 || (*length == UINT8_MAX && rest < 3))
			return false;
		*shift = *length < UINT8_MAX ? 1u + *length : 3u + load_u16(length + 1);
	}
	return left >= (size_t)l->record_bytes + *shift;
}

/* A record on the short way, and by how much what is behind the field that varies has moved. */
struct place_of {
	const struct lane *lane;
	const uint8_t *at;
	uint32_t shift;
};

static inline uint64_t number(const struct place_of *r, unsigned n)
{
	const struct lane *l = r->lane;
	return load_u64(r->at + l->tail[n] + (r->shift & l->behind[n])) & l->mask[n];
}

static inline void read_addresses(const struct place_of *r, struct flow *f)
{
	const struct lane *l = r->lane;
	const uint8_t *src = r->at + l->src_at + (l->src_behind ? r->shift : 0);
	const uint8_t *dst = r->at + l->dst_at + (l->dst_behind ? r->shift : 0);
	if (l->address_bytes == 4) {
		f->src = addr_v4(load_u32(src));
		f->dst = addr_v4(load_u32(dst));
	} else {
		memcpy(&f->src, src, sizeof f->src);
		memcpy(&f->dst, dst, sizeof f->dst);
	}
}

struct times {
	uint64_t first_ms, last_ms;
};

static inline struct times read_times(const struct message *m, const struct place_of *r)
{
	const struct lane *l = r->lane;
	struct times t = { m->now_ms, m->now_ms }; // the header of IPFIX has no uptime
	if (has(l, LANE_FIRST_MS)) {
		t.first_ms = number(r, LANE_FIRST_MS);
		t.last_ms = number(r, LANE_LAST_MS);
	} else if (has(l, LANE_FIRST_UPTIME) && m->domain.version == 9) {
		t.first_ms = uptime_to_ms(m, (uint32_t)number(r, LANE_FIRST_UPTIME));
		t.last_ms = uptime_to_ms(m, (uint32_t)number(r, LANE_LAST_UPTIME));
	}
	t.last_ms = t.last_ms < t.first_ms ? t.first_ms : t.last_ms;
	return t;
}

enum { EGRESS = 1, INPUT_MASK = 0x7fffffff };

bool lane_read_plain(const struct message *m, const struct lane *l, const uint8_t *at,
	uint32_t shift, uint32_t exporter, struct plains *out, struct lane_volume *volume)
{
	const struct place_of r = { l, at, shift };
	struct times times = read_times(m, &r);
	*volume = (struct lane_volume){ number(&r, LANE_PACKETS), number(&r, LANE_BYTES) };
	struct plain p = {
		.src_port = (uint16_t)number(&r, LANE_SRC_PORT),
		.dst_port = (uint16_t)number(&r, LANE_DST_PORT),
		.proto = (uint8_t)number(&r, LANE_PROTO),
		.tcp_flags = (uint8_t)number(&r, LANE_TCP_FLAGS),
		.packets = (uint32_t)volume->packets,
		.bytes = (uint32_t)volume->octets,
		.exporter = exporter,
		.input = (uint32_t)number(&r, LANE_INPUT) & INPUT_MASK,
		.first_ms = times.first_ms,
		.last_ms = times.last_ms,
		.at = m->at,
	};
	memcpy(&p.src, at + l->src_at + (l->src_behind ? shift : 0), sizeof p.src);
	memcpy(&p.dst, at + l->dst_at + (l->dst_behind ? shift : 0), sizeof p.dst);
	plains_set(out, out->n, &p);
	unsigned is_small = (volume->packets | volume->octets) <= UINT32_MAX;
	unsigned is_in = number(&r, LANE_DIRECTION) != EGRESS, fits = plain_fits(&p);
	fits &= is_small & is_in;
	out->n += fits;
	return fits;
}

void lane_read(const struct message *m, const struct lane *l, const uint8_t *at, uint32_t shift,
	uint32_t exporter, uint32_t sampling, struct flow *f)
{
	const struct place_of r = { l, at, shift };
	struct times times = read_times(m, &r);
	flow_init(f);
	f->first_ms = times.first_ms;
	f->last_ms = times.last_ms;
	f->packets = number(&r, LANE_PACKETS);
	f->bytes = number(&r, LANE_BYTES);
	f->at = m->at;
	f->exporter = exporter;
	f->sampling = sampling;
	f->input = (uint32_t)number(&r, LANE_INPUT) & INPUT_MASK;
	f->src_port = (uint16_t)number(&r, LANE_SRC_PORT);
	f->dst_port = (uint16_t)number(&r, LANE_DST_PORT);
	f->proto = (uint8_t)number(&r, LANE_PROTO);
	f->tcp_flags = (uint8_t)number(&r, LANE_TCP_FLAGS);
	read_addresses(&r, f);
	unsigned has_bits = l->has;
	if (has(l, LANE_ICMP) && (f->proto == PROTO_ICMP || f->proto == PROTO_ICMP6)) {
		f->dst_port = (uint16_t)number(&r, LANE_ICMP);
		has_bits |= FLOW_HAS_PORTS;
	}
	has_bits |= f->tcp_flags ? FLOW_HAS_FLAGS : 0;
	has_bits |= f->first_ms ? FLOW_HAS_TIME : 0;
	has_bits |= number(&r, LANE_DIRECTION) == EGRESS ? FLOW_EGRESS : 0;
	f->has = (uint16_t)has_bits;
}
