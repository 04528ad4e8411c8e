// SPDX-License-Identifier: Apache-2.0
// Records print names at length, tables cut them down: both are brought to the short form first.
#include "decode/text_field.h"

#include <assert.h>
#include <strings.h>

static const struct field_name names[] = {
	{ "ipv4 src addr", FIELD_SRC, CELL_ADDR4 },
	{ "ipv4 dst addr", FIELD_DST, CELL_ADDR4 },
	{ "ipv6 src addr", FIELD_SRC, CELL_ADDR },
	{ "ipv6 dst addr", FIELD_DST, CELL_ADDR },
	{ "connection ipv4 initiator addr", FIELD_INITIATOR, CELL_ADDR4 },
	{ "connection ipv4 responder addr", FIELD_RESPONDER, CELL_ADDR4 },
	{ "connection ipv6 initiator addr", FIELD_INITIATOR, CELL_ADDR },
	{ "connection ipv6 responder addr", FIELD_RESPONDER, CELL_ADDR },
	{ "conn ipv4 initiator addr", FIELD_INITIATOR, CELL_ADDR4 },
	{ "conn ipv4 responder addr", FIELD_RESPONDER, CELL_ADDR4 },
	{ "trns src port", FIELD_SRC_PORT, CELL_U16 },
	{ "trns dst port", FIELD_DST_PORT, CELL_U16 },
	{ "udp src port", FIELD_SRC_PORT, CELL_U16 },
	{ "udp dst port", FIELD_DST_PORT, CELL_U16 },
	{ "tcp src port", FIELD_SRC_PORT, CELL_U16 },
	{ "tcp dst port", FIELD_DST_PORT, CELL_U16 },
	{ "connection initiator port", FIELD_INITIATOR_PORT, CELL_U16 },
	{ "connection responder port", FIELD_RESPONDER_PORT, CELL_U16 },
	{ "ip prot", FIELD_PROTO, CELL_U8 },
	{ "ipv6 prot", FIELD_PROTO, CELL_U8 },
	{ "intf input", FIELD_INPUT, CELL_INTERFACE },
	{ "intf output", FIELD_OTHER, CELL_INTERFACE },
	{ "pkts", FIELD_PACKETS, CELL_NUMBER },
	{ "bytes", FIELD_BYTES, CELL_NUMBER },
	{ "bytes layer2", FIELD_OTHER, CELL_NUMBER },
	{ "connection server pkts", FIELD_SERVER_PACKETS, CELL_NUMBER },
	{ "connection client pkts", FIELD_CLIENT_PACKETS, CELL_NUMBER },
	{ "connection server network bytes", FIELD_SERVER_BYTES, CELL_NUMBER },
	{ "connection client network bytes", FIELD_CLIENT_BYTES, CELL_NUMBER },
	{ "connection initiator", FIELD_ROLE, CELL_APP },
	{ "connection count new", FIELD_OTHER, CELL_NUMBER },
	{ "tcp flags", FIELD_FLAGS, CELL_FLAGS },
	{ "time abs first", FIELD_FIRST, CELL_CLOCK },
	{ "time abs last", FIELD_LAST, CELL_CLOCK },
	{ "time first", FIELD_FIRST, CELL_CLOCK },
	{ "time last", FIELD_LAST, CELL_CLOCK },
	{ "icmp ipv4 type", FIELD_ICMP_TYPE, CELL_U8 },
	{ "icmp ipv4 code", FIELD_ICMP_CODE, CELL_U8 },
	{ "icmp ipv6 type", FIELD_ICMP_TYPE, CELL_U8 },
	{ "icmp ipv6 code", FIELD_ICMP_CODE, CELL_U8 },
	{ "flow dirn", FIELD_OTHER, CELL_WORD },
	{ "flow obspoint id", FIELD_OTHER, CELL_NUMBER },
	{ "flow sampler", FIELD_OTHER, CELL_NUMBER },
	{ "ip vrf id input", FIELD_OTHER, CELL_VRF },
	{ "ip vrf id output", FIELD_OTHER, CELL_VRF },
	{ "ip version", FIELD_OTHER, CELL_U8 },
	{ "ip tos", FIELD_OTHER, CELL_FLAGS },
	{ "ip dscp", FIELD_OTHER, CELL_FLAGS },
	{ "ip ttl", FIELD_OTHER, CELL_U8 },
	{ "ipv4 next hop addr", FIELD_OTHER, CELL_ADDR },
	{ "ipv6 next hop addr", FIELD_OTHER, CELL_ADDR },
	{ "ipv4 src mask", FIELD_OTHER, CELL_LENGTH },
	{ "ipv4 dst mask", FIELD_OTHER, CELL_LENGTH },
	{ "ipv6 src mask", FIELD_OTHER, CELL_LENGTH },
	{ "ipv6 dst mask", FIELD_OTHER, CELL_LENGTH },
	{ "ip src as", FIELD_OTHER, CELL_NUMBER },
	{ "ip dst as", FIELD_OTHER, CELL_NUMBER },
	{ "app name", FIELD_OTHER, CELL_APP },
	{ "fw fw event", FIELD_OTHER, CELL_U8 },
	{ "datalink ethertype", FIELD_LAYER2, CELL_HEX },
	{ "datalink vlan input", FIELD_LAYER2, CELL_NUMBER },
	{ "datalink vlan output", FIELD_LAYER2, CELL_NUMBER },
	{ "datalink dot1q vlan input", FIELD_LAYER2, CELL_NUMBER },
	{ "datalink dot1q vlan output", FIELD_LAYER2, CELL_NUMBER },
	{ "datalink dot1q priority", FIELD_LAYER2, CELL_NUMBER },
	{ "datalink mac src addr input", FIELD_LAYER2, CELL_MAC },
	{ "datalink mac src addr output", FIELD_LAYER2, CELL_MAC },
	{ "datalink mac dst addr input", FIELD_LAYER2, CELL_MAC },
	{ "datalink mac dst addr output", FIELD_LAYER2, CELL_MAC },
};

/* The long word and the short one; an empty short one drops the word. */
static const struct {
	const char *is_long, *is_short;
} shorter[] = { { "source", "src" }, { "destination", "dst" }, { "address", "addr" },
	{ "protocol", "prot" }, { "interface", "intf" }, { "packets", "pkts" },
	{ "timestamp", "time" }, { "direction", "dirn" }, { "application", "app" },
	{ "counter", "" }, { "long", "" } };

static struct str shorten(struct str word)
{
	if (word.len && word.ptr[word.len - 1] == ':')
		word.len--;
	for (size_t i = 0; i < countof(shorter); i++)
		if ((word.ptr[0] | ' ') == shorter[i].is_long[0] &&
			strlen(shorter[i].is_long) == word.len &&
			!strncasecmp(shorter[i].is_long, word.ptr, word.len))
			return (struct str){ shorter[i].is_short, strlen(shorter[i].is_short) };
	return word;
}

/* Whether `words` begins with the word and a blank or its end: moves past it. */
static bool take_word(const char **words, struct str word)
{
	if (strncasecmp(*words, word.ptr, word.len) != 0)
		return false;
	char end = (*words)[word.len];
	if (end != ' ' && end != '\0')
		return false;
	*words += word.len + (end == ' ');
	return true;
}

static bool name_is(const char *words, const struct str *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!take_word(&words, word[i]))
			return false;
	return *words == '\0';
}

const struct field_name *field_find(const struct token *words, size_t n)
{
	struct str word[NAME_WORDS];
	size_t n_short = 0;
	assert(n <= NAME_WORDS);
	for (size_t i = 0; i < n; i++) {
		word[n_short] = shorten((struct str){ words[i].text, words[i].len });
		n_short += word[n_short].len > 0;
	}
	if (n_short == 0)
		return NULL;
	char first = (char)(word[0].ptr[0] | ' ');
	for (size_t i = 0; i < countof(names); i++)
		if (names[i].words[0] == first && name_is(names[i].words, word, n_short))
			return &names[i];
	return NULL;
}

static uint64_t value_number(enum cell cell, const struct token *value)
{
	uint32_t ms = 0;
	if (cell == CELL_CLOCK && clock_parse((struct str){ value->text, value->len }, &ms))
		return ms;
	return value->is & TOKEN_NUMBER ? value->number : token_hex(value);
}

bool record_put(struct record *r, const struct field_name *name, const struct token *value)
{
	bool is_new = r->n_fields++ == 0;
	if (is_new)
		r->line = value->line;
	if (!cell_fits(name->cell, value)) {
		r->is_damaged = true;
		return false;
	}
	r->has |= UINT32_C(1) << name->field;
	if (name->field == FIELD_SRC || name->field == FIELD_INITIATOR)
		r->src = value->addr;
	else if (name->field == FIELD_DST || name->field == FIELD_RESPONDER)
		r->dst = value->addr;
	else if (name->field == FIELD_ROLE)
		r->is_reverse = token_is_word(value, "Reverse");
	else if (name->field == FIELD_INPUT)
		memcpy(r->input, value->text, sizeof r->input - 1);
	else
		r->number[name->field] = value_number(name->cell, value);
	return true;
}

static bool has_source(const struct record *r)
{
	return record_has(r, FIELD_SRC) || record_has(r, FIELD_INITIATOR);
}

static bool has_destination(const struct record *r)
{
	return record_has(r, FIELD_DST) || record_has(r, FIELD_RESPONDER);
}

bool record_counts(const struct record *r)
{
	bool has_key = has_source(r) || has_destination(r) || record_has(r, FIELD_LAYER2);
	return has_key && r->n_fields >= 3;
}

static void flow_ports(const struct record *r, struct flow *f)
{
	bool has_connection =
		record_has(r, FIELD_INITIATOR_PORT) && record_has(r, FIELD_RESPONDER_PORT);
	if (record_has(r, FIELD_SRC_PORT) && record_has(r, FIELD_DST_PORT)) {
		f->src_port = (uint16_t)r->number[FIELD_SRC_PORT];
		f->dst_port = (uint16_t)r->number[FIELD_DST_PORT];
	} else if (record_has(r, FIELD_ICMP_TYPE)) {
		f->dst_port =
			(uint16_t)(r->number[FIELD_ICMP_TYPE] * 256 + r->number[FIELD_ICMP_CODE]);
	} else if (has_connection) {
		uint64_t initiator = r->number[FIELD_INITIATOR_PORT];
		uint64_t responder = r->number[FIELD_RESPONDER_PORT];
		f->src_port = (uint16_t)(r->is_reverse ? responder : initiator);
		f->dst_port = (uint16_t)(r->is_reverse ? initiator : responder);
	} else {
		return;
	}
	f->has |= FLOW_HAS_PORTS;
}

/* The first of two fields that is there. */
static uint64_t counter(
	const struct record *r, enum field a, enum field b, unsigned bit, struct flow *f)
{
	enum field from = record_has(r, a) ? a : b;
	if (!record_has(r, from))
		return 0;
	f->has |= (uint16_t)bit;
	return r->number[from];
}

static void flow_counters(const struct record *r, struct flow *f)
{
	bool rev = r->is_reverse;
	f->packets = counter(r, FIELD_PACKETS, rev ? FIELD_SERVER_PACKETS : FIELD_CLIENT_PACKETS,
		FLOW_HAS_PACKETS, f);
	f->bytes = counter(
		r, FIELD_BYTES, rev ? FIELD_SERVER_BYTES : FIELD_CLIENT_BYTES, FLOW_HAS_BYTES, f);
	if (f->proto != PROTO_TCP || !record_has(r, FIELD_FLAGS) || r->number[FIELD_FLAGS] == 0)
		return;
	f->tcp_flags = (uint8_t)r->number[FIELD_FLAGS];
	f->has |= FLOW_HAS_FLAGS;
}

/*
 * Whether the responder sent anything. A record with a role is one half of a connection and counts
 * its own direction only: its 0 says nothing about the other half.
 */
static void flow_answer(const struct record *r, struct flow *f)
{
	if (r->is_reverse || !record_has(r, FIELD_SERVER_PACKETS))
		return;
	if (r->number[FIELD_SERVER_PACKETS])
		f->has |= FLOW_ANSWERED;
	else if (!record_has(r, FIELD_ROLE) && r->number[FIELD_CLIENT_PACKETS])
		f->has |= FLOW_UNANSWERED;
}

/* Times of day before the output was taken; a later one was yesterday's. */
static void flow_time(const struct record *r, const struct today *today, struct flow *f)
{
	static const uint64_t day_ms = 86400000;
	if (!today->has_day || !record_has(r, FIELD_FIRST) || !record_has(r, FIELD_LAST))
		return;
	f->first_ms = today->midnight_ms + r->number[FIELD_FIRST];
	f->last_ms = today->midnight_ms + r->number[FIELD_LAST];
	if (r->number[FIELD_LAST] > today->now_ms)
		f->last_ms -= day_ms;
	while (f->first_ms > f->last_ms)
		f->first_ms -= day_ms;
	f->has |= FLOW_HAS_TIME;
}

bool record_flow(const struct record *r, const struct today *today, struct flow *out)
{
	static const struct addr v6_none;
	struct addr v4_none = addr_v4(0);
	struct flow f = { .src = r->src, .dst = r->dst };
	if (!has_source(r) || !has_destination(r))
		return false;
	if (addr_eq(&f.dst, &v4_none) || addr_eq(&f.dst, &v6_none)) // printed for layer 2 entries
		return false;
	if (record_has(r, FIELD_PROTO)) {
		f.proto = (uint8_t)r->number[FIELD_PROTO];
		f.has |= FLOW_HAS_PROTO;
	}
	flow_ports(r, &f);
	flow_counters(r, &f);
	flow_answer(r, &f);
	flow_time(r, today, &f);
	*out = f;
	return true;
}
