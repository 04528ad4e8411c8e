// SPDX-License-Identifier: Apache-2.0
// What a detector is fed with, each to its decoder.
#include "decode/export.h"
#include "lib/detector.h"

/* A connection takes two cache lines, and of the table up to 26 bytes. */
enum { SESSION_BYTES = 154, SESSIONS_SHARE = 8, SESSIONS_MIN = 640 };

static const uint16_t flow_knows = (CORDON_ANSWERS << 1) - 1;

// The public flags are those of the model.
static_assert((int)CORDON_HAS_PROTO == FLOW_HAS_PROTO && (int)CORDON_HAS_TIME == FLOW_HAS_TIME);
static_assert((int)CORDON_ANSWERED == FLOW_ANSWERED && (int)CORDON_DROPPED == FLOW_DROPPED);
static_assert((int)CORDON_LISTED == FLOW_LISTED && (int)CORDON_EGRESS == FLOW_EGRESS);
static_assert((int)CORDON_OPENS == FLOW_OPENS && (int)CORDON_ANSWERS == FLOW_ANSWERS);
static_assert(sizeof(struct cordon_address) == sizeof(struct addr));

static struct addr addr_of(const struct cordon_address *a)
{
	return a ? addr_v6((struct bytes){ a->octet, sizeof a->octet }) : (struct addr){};
}

/* Returns whether it was an export datagram. */
static bool read_datagram(struct cordon *c, struct datagram *d)
{
	const struct export_format *format = export_recognise(d->payload);
	if (!format)
		return false;
	d->sampling = inventory_sampling(c->site->inventory, &d->exporter);
	export_decode(format, d, c->templates, &c->batch, &c->trouble);
	return true;
}

enum cordon_status cordon_feed_datagram(struct cordon *c, const void *payload, size_t n,
	const struct cordon_address *exporter, uint64_t received_ms)
{
	if (!c || (!payload && n > 0))
		return CORDON_ARGUMENT;
	if (n == 0)
		return CORDON_FORMAT;
	struct datagram d = {
		.payload = { payload, n },
		.exporter = addr_of(exporter),
		.at = place_at(SOURCE_DATAGRAMS, c->n_datagrams + 1),
		.received_ms = received_ms,
	};
	if (!read_datagram(c, &d))
		return CORDON_FORMAT;
	c->n_datagrams++;
	batch_flush(&c->batch);
	return CORDON_OK;
}

/* What it takes to read frames, as soon as there is one. */
static bool frames_begin(struct cordon *c)
{
	size_t n = c->memory / SESSIONS_SHARE / SESSION_BYTES;
	struct traffic_outlets to = {
		.connections_max = n > SESSIONS_MIN ? n : SESSIONS_MIN,
		.templates = c->templates,
		.inventory = c->site->inventory,
		.out = &c->batch,
		.trouble = &c->trouble,
	};
	if (!c->traffic)
		c->traffic = traffic_new(&to);
	return c->traffic;
}

enum cordon_status cordon_feed_frame(
	struct cordon *c, int link_type, const void *frame, size_t n, uint64_t time_ms)
{
	if (!c || (!frame && n > 0))
		return CORDON_ARGUMENT;
	if (!link_type_known(link_type))
		return CORDON_LINK_TYPE;
	if (!frames_begin(c))
		return CORDON_NO_MEMORY;
	struct frames one;
	one.n = 1;
	one.frame[0] = (struct frame){
		.bytes = { frame, n },
		.number = ++c->n_frames,
		.time_ms = time_ms,
		.link_type = link_type,
	};
	traffic_put(c->traffic, &one, SOURCE_FRAMES);
	batch_flush(&c->batch);
	return CORDON_OK;
}

/* The open text of that name, else an unused slot; NULL when all are taken. */
static struct open_text *text_find(struct cordon *c, const char *name)
{
	struct open_text *unused = NULL;
	for (size_t i = 0; i < countof(c->text); i++) {
		struct open_text *t = &c->text[i];
		if (!t->decoder)
			unused = unused ? unused : t;
		else if (!strncmp(c->sources.text[t->source - SOURCE_TEXTS], name, NAME_BYTES - 1))
			return t;
	}
	return unused;
}

static enum cordon_status text_open(struct cordon *c, struct open_text *t, const char *name)
{
	uint32_t number = names_put(&c->sources, (struct str){ name, strlen(name) });
	if (!number)
		return CORDON_FULL;
	t->source = (uint16_t)(SOURCE_TEXTS + (number & ~NAME_FLAG));
	t->decoder = text_new(t->source, &c->interfaces, &c->batch, &c->trouble);
	return t->decoder ? CORDON_OK : CORDON_NO_MEMORY;
}

enum cordon_status cordon_feed_text(
	struct cordon *c, const char *source, const char *text, size_t n)
{
	if (!c || !source || (!text && n > 0))
		return CORDON_ARGUMENT;
	struct open_text *t = text_find(c, source);
	enum cordon_status status = t ? CORDON_OK : CORDON_FULL;
	if (t && !t->decoder)
		status = text_open(c, t, source);
	if (status == CORDON_OK && n > 0)
		text_feed(t->decoder, (struct bytes){ (const uint8_t *)text, n });
	return status;
}

enum cordon_status cordon_end_text(struct cordon *c, const char *source)
{
	struct open_text *t = c && source ? text_find(c, source) : NULL;
	if (!t || !t->decoder)
		return CORDON_ARGUMENT;
	text_end(t->decoder);
	text_free(t->decoder);
	*t = (struct open_text){};
	return CORDON_OK;
}

static bool flow_is_good(const struct cordon_flow *f)
{
	return !(f->has & ~flow_knows) && !(f->has & CORDON_HAS_TIME && f->last_ms < f->first_ms);
}

/* What is not stated is zero. */
static struct flow flow_of(const struct cordon_flow *from)
{
	bool has_time = from->has & CORDON_HAS_TIME, has_ports = from->has & CORDON_HAS_PORTS;
	return (struct flow){
		.src = addr_of(&from->src),
		.dst = addr_of(&from->dst),
		.first_ms = has_time ? from->first_ms : 0,
		.last_ms = has_time ? from->last_ms : 0,
		.packets = from->has & CORDON_HAS_PACKETS ? from->packets : 0,
		.bytes = from->has & CORDON_HAS_BYTES ? from->bytes : 0,
		.at = place_at(SOURCE_FLOWS, from->number),
		.exporter = from->exporter,
		.sampling = from->sampling,
		.src_port = has_ports ? from->src_port : 0,
		.dst_port = has_ports ? from->dst_port : 0,
		.has = from->has,
		.proto = from->has & CORDON_HAS_PROTO ? from->proto : 0,
		.tcp_flags = from->has & CORDON_HAS_FLAGS ? from->tcp_flags : 0,
	};
}

enum cordon_status cordon_feed_flows(
	struct cordon *c, const struct cordon_flow *flow, size_t n, size_t flow_bytes)
{
	if (!c || (!flow && n > 0) || flow_bytes != sizeof *flow)
		return CORDON_ARGUMENT;
	for (size_t i = 0; i < n; i++)
		if (!flow_is_good(&flow[i]))
			return CORDON_ARGUMENT;
	for (size_t i = 0; i < n; i++) {
		struct flow f = flow_of(&flow[i]);
		batch_put(&c->batch, &f);
		c->trouble.packets += f.packets;
		c->trouble.octets += f.bytes;
	}
	batch_flush(&c->batch);
	return CORDON_OK;
}
