// SPDX-License-Identifier: Apache-2.0
// IPFIX (RFC 7011).
#include "decode/sets.h"

enum { HEADER_BYTES = 16 };

static const struct set_rules rules = {
	.template_set = 2,
	.options_set = 3,
	.kind = KIND_IPFIX,
	.has_enterprise = true,
	.counts_fields = true,
};

static bool recognise(struct bytes payload)
{
	struct reader r = reader_of(payload);
	rd_u16(&r);
	uint16_t length = rd_u16(&r);
	rd_bytes(&r, HEADER_BYTES - 4);
	uint16_t set = rd_u16(&r);
	return length >= HEADER_BYTES &&
	       (r.is_short ? length == payload.len : set == 2 || set == 3 || set > 255);
}

static void decode(struct message *m)
{
	uint16_t length = rd_u16(&m->r);
	m->now_ms = rd_u32(&m->r) * UINT64_C(1000);
	m->sequence = rd_u32(&m->r);
	m->domain.id = rd_u32(&m->r);
	if (m->r.is_short)
		return message_fault(m, FAULT_SHORT);
	m->has_header = true;

	const uint8_t *end = m->start + length;
	if (end > m->r.end) {
		message_fault(m, FAULT_SHORT);
		end = m->r.end;
	}
	sets_decode(m, &rules, end);
}

const struct export_format ipfix_format = {
	.name = "ipfix",
	.version = 10,
	.kind = KIND_IPFIX,
	.recognise = recognise,
	.decode = decode,
};
