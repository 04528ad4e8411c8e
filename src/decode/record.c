// SPDX-License-Identifier: Apache-2.0
// A plan turns bytes into members; members turn into a flow, or into what an option says.
#include "decode/record.h"

#include "decode/lane.h"

struct record {
	struct addr src, dst;
	uint64_t seen; // bit n: member n
	uint64_t value[N_MEMBERS];
};

enum { FIREWALL_CREATED = 1, FIREWALL_DENIED = 3, FIREWALL_NOT_SYN = 1004 };
enum { FORWARDING_DROPPED = 2, DIRECTION_EGRESS = 1 };
static const uint64_t ntp_epoch_s = UINT64_C(2208988800); // RFC 5905

static bool has(const struct record *r, enum member m)
{
	return r->seen >> m & 1;
}

static uint64_t value(const struct record *r, enum member m)
{
	return has(r, m) ? r->value[m] : 0;
}

/* Length of a variable field (RFC 7011, section 7). */
static uint16_t varying_length(struct reader *r)
{
	uint8_t n = rd_u8(r);
	return n == 255 ? rd_u16(r) : n;
}

static struct addr address(struct bytes b)
{
	return b.len == 4 ? addr_v4((uint32_t)bytes_uint(b)) : addr_v6(b);
}

static bool is_zero_address(const struct addr *a)
{
	static const struct addr none;
	return addr_eq(a, &none) || (addr_is_v4(a) && addr_low32(a) == 0);
}

/* A template may hold both families; the one that is not used is zero. */
static void put_address(struct record *r, enum member m, struct bytes b)
{
	struct addr a = address(b), *room = m == MEMBER_SRC ? &r->src : &r->dst;
	if ((b.len != 4 && b.len != 16) || (has(r, m) && is_zero_address(&a)))
		return;
	*room = a;
	r->seen |= UINT64_C(1) << m;
}

static void read_record(struct reader *r, const struct template *p, struct record *out)
{
	out->seen = 0;
	for (const struct step *s = p->step; s < p->step + p->n_steps; s++) {
		struct bytes b =
			rd_bytes(r, s->length == STEP_VARIES ? varying_length(r) : s->length);
		if (s->member == MEMBER_SKIP || b.len == 0)
			continue;
		if (s->member <= MEMBER_DST) {
			put_address(out, s->member, b);
			continue;
		}
		out->value[s->member] = bytes_uint(b);
		out->seen |= UINT64_C(1) << s->member;
	}
}

/* The first of these members that the record has. */
struct choice {
	enum member member;
	uint64_t (*to_ms)(const struct message *m, const struct record *r, uint64_t v);
};

static uint64_t from_s(const struct message *m, const struct record *r, uint64_t v)
{
	(void)m, (void)r;
	return v * 1000;
}

static uint64_t from_ms(const struct message *m, const struct record *r, uint64_t v)
{
	(void)m, (void)r;
	return v;
}

static uint64_t from_ntp(const struct message *m, const struct record *r, uint64_t v)
{
	(void)m, (void)r;
	uint64_t s = v >> 32, ms = (v & UINT32_MAX) * 1000 >> 32;
	return s > ntp_epoch_s ? (s - ntp_epoch_s) * 1000 + ms : 0;
}

static uint64_t from_delta_us(const struct message *m, const struct record *r, uint64_t v)
{
	(void)r;
	return v / 1000 < m->now_ms ? m->now_ms - v / 1000 : 0;
}

/* IPFIX has no uptime in its header: without element 160 the export time must do. */
static uint64_t from_uptime(const struct message *m, const struct record *r, uint64_t v)
{
	if (has(r, MEMBER_BOOT_MS))
		return value(r, MEMBER_BOOT_MS) + v;
	return m->domain.version == 9 ? uptime_to_ms(m, (uint32_t)v) : m->now_ms;
}

static const struct choice first_choices[] = {
	{ MEMBER_FIRST_MS, from_ms },
	{ MEMBER_FIRST_UPTIME, from_uptime },
	{ MEMBER_FIRST_S, from_s },
	{ MEMBER_FIRST_NTP, from_ntp },
	{ MEMBER_FIRST_DELTA_US, from_delta_us },
	{ MEMBER_EVENT_MS, from_ms },
};
static const struct choice last_choices[] = {
	{ MEMBER_LAST_MS, from_ms },
	{ MEMBER_LAST_UPTIME, from_uptime },
	{ MEMBER_LAST_S, from_s },
	{ MEMBER_LAST_NTP, from_ntp },
	{ MEMBER_LAST_DELTA_US, from_delta_us },
	{ MEMBER_EVENT_MS, from_ms },
};

static uint64_t time_of(const struct message *m, const struct record *r,
	const struct choice *choice, size_t n, uint64_t otherwise)
{
	for (size_t i = 0; i < n; i++)
		if (has(r, choice[i].member))
			return choice[i].to_ms(m, r, value(r, choice[i].member));
	return otherwise;
}

static void fill_times(const struct message *m, const struct record *r, struct flow *f)
{
	f->last_ms = time_of(m, r, last_choices, countof(last_choices), m->now_ms);
	f->first_ms = time_of(m, r, first_choices, countof(first_choices), f->last_ms);
	if (f->last_ms < f->first_ms)
		f->last_ms = f->first_ms;
	f->has |= f->first_ms ? FLOW_HAS_TIME : 0;
}

static void fill_counters(const struct record *r, struct flow *f)
{
	static const enum member packets[] = { MEMBER_PACKETS, MEMBER_OUR_PACKETS,
		MEMBER_TOTAL_PACKETS, MEMBER_OUT_PACKETS };
	static const enum member bytes[] = { MEMBER_BYTES, MEMBER_OUR_BYTES, MEMBER_TOTAL_BYTES,
		MEMBER_OUT_BYTES };
	for (size_t i = countof(packets); i-- > 0;) {
		if (has(r, packets[i])) {
			f->packets = value(r, packets[i]);
			f->has |= FLOW_HAS_PACKETS;
		}
		if (has(r, bytes[i])) {
			f->bytes = value(r, bytes[i]);
			f->has |= FLOW_HAS_BYTES;
		}
	}
}

static void fill_ports(const struct record *r, struct flow *f)
{
	bool is_icmp = f->proto == PROTO_ICMP || f->proto == PROTO_ICMP6;
	if (has(r, MEMBER_SRC_PORT) || has(r, MEMBER_DST_PORT)) {
		f->src_port = (uint16_t)value(r, MEMBER_SRC_PORT);
		f->dst_port = (uint16_t)value(r, MEMBER_DST_PORT);
		f->has |= FLOW_HAS_PORTS;
	}
	if (is_icmp && has(r, MEMBER_ICMP)) {
		f->dst_port = (uint16_t)value(r, MEMBER_ICMP);
		f->has |= FLOW_HAS_PORTS;
	} else if (is_icmp && has(r, MEMBER_ICMP_TYPE)) {
		f->dst_port = (uint16_t)((value(r, MEMBER_ICMP_TYPE) & 0xff) << 8 |
					 (value(r, MEMBER_ICMP_CODE) & 0xff));
		f->has |= FLOW_HAS_PORTS;
	}
}

/*
 * What biflows, firewall events (Cisco NSEL) and forwarding status say of the outcome. An event of a flow that was
 * just created cannot know it, and one that denies the rest of a connection which the firewall forgot
 * says nothing of who opened it.
 */
static void fill_outcome(const struct record *r, struct flow *f)
{
	uint64_t event = value(r, MEMBER_FIREWALL);
	bool is_denied = event == FIREWALL_DENIED;
	bool is_leftover = is_denied && value(r, MEMBER_FIREWALL_WHY) == FIREWALL_NOT_SYN;
	bool is_pending = event == FIREWALL_CREATED || is_leftover;
	f->has |= is_pending ? FLOW_PENDING : 0;
	if (has(r, MEMBER_THEIR_PACKETS) || has(r, MEMBER_THEIR_BYTES)) {
		bool answered = value(r, MEMBER_THEIR_PACKETS) || value(r, MEMBER_THEIR_BYTES);
		if (answered)
			f->has |= FLOW_ANSWERED;
		else if (!is_pending)
			f->has |= FLOW_UNANSWERED;
	}
	if ((is_denied && !is_leftover) ||
		(has(r, MEMBER_FORWARDING) &&
			value(r, MEMBER_FORWARDING) >> 6 == FORWARDING_DROPPED))
		f->has |= FLOW_DROPPED;
	if (value(r, MEMBER_DIRECTION) == DIRECTION_EGRESS)
		f->has |= FLOW_EGRESS;
}

/* Returns whether the record names two hosts, so that it is a flow. */
static bool to_flow(const struct message *m, const struct record *r, struct flow *f)
{
	if (!has(r, MEMBER_SRC) || !has(r, MEMBER_DST))
		return false;
	flow_init(f);
	f->src = r->src;
	f->dst = r->dst;
	f->at = m->at;
	f->input = (uint32_t)value(r, MEMBER_INPUT) & ~UINT32_C(0x80000000);
	if (has(r, MEMBER_PROTO)) {
		f->proto = (uint8_t)value(r, MEMBER_PROTO);
		f->has |= FLOW_HAS_PROTO;
	}
	f->tcp_flags = (uint8_t)value(r, MEMBER_TCP_FLAGS);
	if (f->tcp_flags)
		f->has |= FLOW_HAS_FLAGS;
	fill_ports(r, f);
	fill_counters(r, f);
	fill_times(m, r, f);
	fill_outcome(r, f);
	return true;
}

static uint32_t sampling_of(const struct message *m, const struct record *r)
{
	if (m->sampling)
		return m->sampling;
	if (has(r, MEMBER_SAMPLING))
		return (uint32_t)value(r, MEMBER_SAMPLING);
	return sampler_get(m->templates, &m->domain,
		has(r, MEMBER_SAMPLER) ? value(r, MEMBER_SAMPLER) : SAMPLER_ANY);
}

static void data_record(
	struct message *m, const struct record *r, enum kind kind, uint32_t exporter)
{
	struct flow f;
	m->trouble->records[kind]++;
	m->trouble->packets += value(r, MEMBER_PACKETS);
	m->trouble->octets += value(r, MEMBER_BYTES);
	if (!to_flow(m, r, &f))
		return;
	f.exporter = exporter;
	f.sampling = m->sampling_told = sampling_of(m, r);
	batch_put(m->out, &f);
}

/* Options: how this domain, or one of its samplers, picks packets (RFC 5477, RFC 3954 s. 8). */
static void options_record(struct message *m, const struct record *r)
{
	uint64_t interval = value(r, MEMBER_SAMPLING);
	m->trouble->option_records++;
	if (has(r, MEMBER_SAMPLED) && value(r, MEMBER_SAMPLED))
		interval = (value(r, MEMBER_SAMPLED) + value(r, MEMBER_SKIPPED)) /
			   value(r, MEMBER_SAMPLED);
	if (interval == 0 || interval > UINT32_MAX)
		return;
	uint64_t id = has(r, MEMBER_SAMPLER) ? value(r, MEMBER_SAMPLER) : SAMPLER_ANY;
	bool evicted;
	struct sampler *s = sampler_put(m->templates, &m->domain, id, (uint32_t)interval, &evicted);
	if (evicted)
		message_fault(m, FAULT_SAMPLERS_FULL);
	if (m->keeper && m->keeper->keep_sampler && !s->is_kept)
		s->is_kept = m->keeper->keep_sampler(m->keeper->ctx, s);
}

static bool all_zero(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i])
			return false;
	return true;
}

/* All records on the short way; what is left behind them is padding, or a record that was cut. */
static void read_lane(struct message *m, const struct template *p, struct reader *r, enum kind kind)
{
	const struct lane *lane = &p->lane;
	uint32_t exporter = domain_identity(&m->domain), shift;
	uint32_t sampling =
		m->sampling ? m->sampling : sampler_get(m->templates, &m->domain, SAMPLER_ANY);
	m->sampling_told = sampling;
	bool may_be_plain = lane->may_be_plain && m->out->emit_plain && sampling <= 1;
	struct lane_volume volume, sum = {};
	uint64_t n = 0;
	for (; lane_shift(lane, r->at, rd_left(r), &shift); n++) {
		if (!may_be_plain || !lane_read_plain(m, lane, r->at, shift, exporter,
					     batch_plain(m->out, 1), &volume)) {
			struct flow *f = batch_next(m->out);
			lane_read(m, lane, r->at, shift, exporter, sampling, f);
			volume = (struct lane_volume){ f->packets, f->bytes };
		}
		sum.packets += volume.packets;
		sum.octets += volume.octets;
		rd_bytes(r, lane->record_bytes + shift);
	}
	m->trouble->records[kind] += n;
	m->trouble->packets += sum.packets;
	m->trouble->octets += sum.octets;
	if (rd_left(r) >= p->min_bytes && !all_zero((struct bytes){ r->at, rd_left(r) }))
		message_fault(m, FAULT_SHORT);
}

void data_set_decode(struct message *m, uint16_t template_id, struct bytes set, enum kind kind)
{
	const struct template *p = template_get(m->templates, &m->domain, template_id);
	if (!p) {
		m->trouble->sets_without_template++;
		return message_fault(m, FAULT_NO_TEMPLATE);
	}
	struct reader r = reader_of(set);
	if (p->lane.is_open)
		return read_lane(m, p, &r, kind);
	struct record record;
	uint32_t exporter = domain_identity(&m->domain);
	while (rd_left(&r) >= p->min_bytes) {
		const uint8_t *start = r.at;
		read_record(&r, p, &record);
		if (r.is_short) {
			if (!all_zero((struct bytes){ start, (size_t)(r.end - start) }))
				message_fault(m, FAULT_SHORT);
			return;
		}
		if (p->is_options)
			options_record(m, &record);
		else
			data_record(m, &record, kind, exporter);
	}
}
