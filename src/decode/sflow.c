// SPDX-License-Identifier: Apache-2.0
// sFlow version 5 (sflow.org, July 2004): single packets, sampled by a switch; no state is kept.
#include "decode/export.h"
#include "decode/packet.h"
#include "model/names.h"

enum { VERSION = 5, AGENT_V4 = 1, AGENT_V6 = 2, UDP_MAX = 65535, XDR_BYTES = 4 };
enum { SAMPLE_FLOW = 1, SAMPLE_COUNTERS, SAMPLE_FLOW_EXPANDED, SAMPLE_COUNTERS_EXPANDED };
enum { RECORD_HEADER = 1, RECORD_IPV4 = 3, RECORD_IPV6 = 4 };
enum { HEADER_ETHERNET = 1, HEADER_IPV4 = 11, HEADER_IPV6 = 12 };
enum { INTERFACE_INDEX, INTERFACE_DROPPED, INTERFACE_BITS = 30 };
enum { DROPPED_ICMP_CODES = 0xff, DROPPED_BY_LIST = 258 };

/* A list of (format, length, content), and what it announced; samples and records are such. */
struct list {
	struct message *m;
	struct reader r;
	uint32_t n_left; // announced, and not met yet
};

/* `content` is what there is of it: when the length lied, less than was announced. */
struct item {
	uint32_t format; // 12 bits, behind 20 of the enterprise; 0 is sflow.org
	struct bytes content;
	bool is_cut;
};

static void fault(struct message *m, enum fault f, const struct reader *at)
{
	m->is_faulty = m->is_malformed = true;
	fault_put(m->trouble, f, m->at, (uint64_t)(at->at - m->start));
}

/* Content is padded to a multiple of 4 (XDR, RFC 4506, 4.10); that it needs to be is a mistake. */
static void step_over_padding(struct list *list, uint32_t length)
{
	size_t pad = (XDR_BYTES - length % XDR_BYTES) % XDR_BYTES, left = rd_left(&list->r);
	if (pad)
		fault(list->m, FAULT_LENGTH, &list->r);
	rd_bytes(&list->r, pad < left ? pad : left);
}

/* Returns false at the end, and when nothing can be read any more; then the fault is counted. */
static bool item_next(struct list *list, struct item *out)
{
	struct reader *r = &list->r;
	if (r->is_short)
		return false;
	if (list->n_left == 0 || rd_left(r) == 0) {
		if (list->n_left || rd_left(r))
			fault(list->m, list->n_left ? FAULT_COUNT : FAULT_TRAILING, r);
		return false;
	}
	list->n_left--;
	out->format = rd_u32(r);
	uint32_t length = rd_u32(r);
	size_t left = rd_left(r);
	if (r->is_short) {
		fault(list->m, FAULT_SHORT, r);
		return false;
	}
	out->is_cut = length > left;
	if (out->is_cut) {
		fault(list->m, FAULT_LENGTH, r);
		out->content = rd_bytes(r, left);
		r->is_short = true; // where the next would begin is unknown
		return true;
	}
	out->content = rd_bytes(r, length);
	step_over_padding(list, length);
	return true;
}

/* How well a packet is known: a sampled header says more than what the agent made of it. */
enum sight { SIGHT_NONE, SIGHT_FIELDS, SIGHT_HEADER };

struct sample {
	struct message *m;
	struct flow blank; // what holds for every packet of the sample
	struct flow flow;
	enum sight sight;
	bool is_flow; // a packet was told, and no later fragment of one
};

static void packet_is(struct flow *f, uint64_t bytes, uint8_t proto)
{
	f->has |= FLOW_HAS_PACKETS | FLOW_HAS_PROTO | (bytes ? FLOW_HAS_BYTES : 0);
	f->packets = 1;
	f->bytes = bytes;
	f->proto = proto;
}

static void ports_are(struct flow *f, uint16_t src, uint16_t dst)
{
	f->has |= FLOW_HAS_PORTS;
	f->src_port = src;
	f->dst_port = dst;
}

static void flags_are(struct flow *f, unsigned flags)
{
	f->tcp_flags = f->proto == PROTO_TCP ? flags & 0x3f : 0;
	f->has |= f->tcp_flags ? FLOW_HAS_FLAGS : 0;
}

/* The first bytes of the packet, as many as the switch keeps: usually 128. */
static void header_read(struct sample *s, struct reader *r)
{
	static const struct {
		uint32_t protocol;
		enum link_type link_type;
	} links[] = { { HEADER_ETHERNET, LINK_ETHERNET }, { HEADER_IPV4, LINK_IPV4 },
		{ HEADER_IPV6, LINK_IPV6 } };
	uint32_t protocol = rd_u32(r);
	rd_u32(r); // length of the frame
	rd_u32(r); // bytes taken off its end
	uint32_t length = rd_u32(r);
	if (length > rd_left(r))
		fault(s->m, FAULT_LENGTH, r);
	struct bytes header = rd_bytes(r, length < rd_left(r) ? length : rd_left(r));
	struct packet p;
	size_t i = 0;
	while (i < countof(links) && links[i].protocol != protocol)
		i++;
	if (r->is_short || i == countof(links) ||
		packet_parse(links[i].link_type, header, &p) != PACKET_IP)
		return;
	struct flow f = s->blank;
	packet_is(&f, p.bytes, p.proto);
	f.src = p.src;
	f.dst = p.dst;
	if (p.has_ports)
		ports_are(&f, p.src_port, p.dst_port);
	flags_are(&f, p.tcp_flags);
	s->flow = f;
	s->sight = SIGHT_HEADER;
	s->is_flow = p.fragment_at == 0;
}

/* Ports are stated for every protocol, but mean something for three of them. */
static void fields_read(struct sample *s, struct reader *r, bool is_v4)
{
	struct flow f = s->blank;
	uint32_t bytes = rd_u32(r);
	packet_is(&f, bytes, (uint8_t)rd_u32(r));
	f.src = is_v4 ? addr_v4(rd_u32(r)) : addr_v6(rd_bytes(r, 16));
	f.dst = is_v4 ? addr_v4(rd_u32(r)) : addr_v6(rd_bytes(r, 16));
	uint16_t src_port = (uint16_t)rd_u32(r);
	uint16_t dst_port = (uint16_t)rd_u32(r);
	flags_are(&f, rd_u32(r));
	rd_u32(r); // type of service, priority
	if (r->is_short)
		return;
	if (f.proto == PROTO_TCP || f.proto == PROTO_UDP || f.proto == PROTO_SCTP)
		ports_are(&f, src_port, dst_port);
	s->flow = f;
	s->sight = SIGHT_FIELDS;
	s->is_flow = true;
}

static void ipv4_read(struct sample *s, struct reader *r)
{
	fields_read(s, r, true);
}

static void ipv6_read(struct sample *s, struct reader *r)
{
	fields_read(s, r, false);
}

static const struct {
	uint32_t format;
	enum sight sight;
	void (*read)(struct sample *s, struct reader *r);
} record_formats[] = {
	{ RECORD_HEADER, SIGHT_HEADER, header_read },
	{ RECORD_IPV4, SIGHT_FIELDS, ipv4_read },
	{ RECORD_IPV6, SIGHT_FIELDS, ipv6_read },
};

/* One packet, told once or more: the best telling counts, the first of its kind. */
static void record_read(struct sample *s, const struct item *record)
{
	for (size_t i = 0; i < countof(record_formats); i++) {
		if (record_formats[i].format != record->format ||
			record_formats[i].sight <= s->sight || record->is_cut)
			continue;
		struct reader r = reader_of(record->content);
		record_formats[i].read(s, &r);
		if (r.is_short)
			fault(s->m, FAULT_SHORT, &r);
	}
}

/* An interface: of the plain sample in one word, of the expanded one in two. */
struct interface {
	uint32_t format, value;
};

static struct interface interface_read(struct reader *r, bool is_expanded)
{
	uint32_t word = rd_u32(r);
	if (is_expanded)
		return (struct interface){ word, rd_u32(r) };
	return (struct interface){ word >> INTERFACE_BITS,
		word & ((UINT32_C(1) << INTERFACE_BITS) - 1) };
}

/* A full queue drops anybody's packets: only who has no way or no right is told by a drop. */
static bool is_dropped(struct interface output)
{
	return output.format == INTERFACE_DROPPED &&
	       (output.value <= DROPPED_ICMP_CODES || output.value == DROPPED_BY_LIST);
}

static void flow_sample(struct message *m, struct bytes content, bool is_expanded)
{
	struct reader r = reader_of(content);
	m->trouble->records[KIND_SFLOW]++;
	rd_bytes(&r, is_expanded ? 4 + 8 : 4 + 4); // sequence, source
	uint32_t sampling = rd_u32(&r);
	rd_bytes(&r, 4 + 4); // pool, drops
	struct interface input = interface_read(&r, is_expanded);
	struct interface output = interface_read(&r, is_expanded);
	uint32_t n_records = rd_u32(&r);
	if (r.is_short)
		return fault(m, FAULT_SHORT, &r);

	struct flow blank = { .at = m->at, .exporter = domain_identity(&m->domain) };
	blank.sampling = m->sampling ? m->sampling : sampling ? sampling : 1;
	m->sampling_told = blank.sampling;
	blank.input = input.format == INTERFACE_INDEX ? input.value & ~NAME_FLAG : 0;
	blank.first_ms = blank.last_ms = m->received_ms;
	blank.has |= m->received_ms ? FLOW_HAS_TIME : 0;
	blank.has |= is_dropped(output) ? FLOW_DROPPED : 0;
	struct sample s = { .m = m, .blank = blank };
	struct list records = { m, r, n_records };
	for (struct item record; item_next(&records, &record);)
		record_read(&s, &record);
	if (!s.is_flow)
		return;
	m->trouble->packets += s.flow.packets;
	m->trouble->octets += s.flow.bytes;
	batch_put(m->out, &s.flow);
}

static void sample_read(struct message *m, const struct item *sample)
{
	switch (sample->format) {
	case SAMPLE_FLOW:
	case SAMPLE_FLOW_EXPANDED:
		return flow_sample(m, sample->content, sample->format == SAMPLE_FLOW_EXPANDED);
	case SAMPLE_COUNTERS:
	case SAMPLE_COUNTERS_EXPANDED:
		m->trouble->counter_samples++;
		return;
	default:
		m->trouble->other_samples++;
	}
}

/* Type and address of the agent; of another type the cursor turns short. */
static struct addr agent_read(struct reader *r)
{
	uint32_t type = rd_u32(r);
	if (type == AGENT_V4)
		return addr_v4(rd_u32(r));
	return addr_v6(rd_bytes(r, type == AGENT_V6 ? 16 : SIZE_MAX));
}

/* Replies of ONC RPC begin alike (xid 5), but with zeroes where an agent tells of itself. */
static bool recognise(struct bytes payload)
{
	struct reader r = reader_of(payload);
	uint32_t version = rd_u32(&r);
	struct addr agent = agent_read(&r);
	uint32_t about_agent = addr_low32(&agent);
	about_agent |= rd_u32(&r); // sub-agent
	about_agent |= rd_u32(&r); // sequence
	about_agent |= rd_u32(&r); // uptime
	uint32_t n_samples = rd_u32(&r);
	if (r.is_short || version != VERSION || about_agent == 0)
		return false;
	if (n_samples == 0 || rd_left(&r) == 0)
		return rd_left(&r) == 0;
	rd_u32(&r); // format of the first sample
	return rd_u32(&r) <= UDP_MAX;
}

static void decode(struct message *m)
{
	struct reader *r = &m->r;
	rd_u16(r); // the other half of the version
	m->domain.exporter = agent_read(r);
	m->domain.id = rd_u32(r);
	m->sequence = rd_u32(r);
	m->uptime_ms = rd_u32(r);
	uint32_t n_samples = rd_u32(r);
	if (r->is_short)
		return message_fault(m, FAULT_SHORT);
	m->has_header = m->has_uptime = true;
	m->units = 1; // it counts datagrams
	struct list samples = { m, *r, n_samples };
	for (struct item sample; item_next(&samples, &sample);)
		sample_read(m, &sample);
}

const struct export_format sflow_format = {
	.name = "sflow",
	.version = 0,
	.kind = KIND_SFLOW,
	.recognise = recognise,
	.decode = decode,
};
