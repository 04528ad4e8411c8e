// SPDX-License-Identifier: Apache-2.0
// IPFIX (RFC 7011), with the parts that decoders forget: names of variable length, a field of an
// enterprise, padding, and a template that is withdrawn.
#include "generate/template.h"

enum { SET_TEMPLATE = 2, SET_OPTIONS = 3, HEADER_BYTES = 16, SAMPLING_TEMPLATE = 260 };
enum { DOMAIN_ID = 149, SELECTOR_ALGORITHM = 304, PACKET_INTERVAL = 305, PACKET_SPACE = 306 };
enum { SYSTEMATIC_COUNT = 1, NAMED_EVERY = 4, WITHDRAWN_AT = 3 };
enum { EXAMPLE_ENTERPRISE = 32473 }; // for documentation (RFC 5612)

#define REST \
	FIELD(7, 2, SRC_PORT), FIELD(11, 2, DST_PORT), FIELD(4, 1, PROTOCOL), \
		FIELD(6, 2, TCP_FLAGS), FIELD(2, 8, PACKETS), FIELD(1, 8, OCTETS), \
		FIELD(152, 8, FIRST_MS), FIELD(153, 8, LAST_MS), FIELD(10, 4, INPUT), \
		FIELD(14, 4, OUTPUT)

enum { PLAIN_V4, PLAIN_V6, NAMED_V4 };

static const struct template templates[] = {
	[PLAIN_V4] = { 256, { FIELD(8, 4, SRC_ADDR), FIELD(12, 4, DST_ADDR), REST } },
	[PLAIN_V6] = { 257, { FIELD(27, 16, SRC_ADDR), FIELD(28, 16, DST_ADDR), REST } },
	[NAMED_V4] = { 258,
		{ FIELD(82, VARIABLE, INTERFACE_NAME), FIELD(8, 4, SRC_ADDR),
			FIELD(12, 4, DST_ADDR),
			{ .id = 1, .len = 4, .value = ZERO, .enterprise = EXAMPLE_ENTERPRISE },
			REST } },
};

static const struct template withdrawn = { 300, { FIELD(8, 4, SRC_ADDR), FIELD(2, 8, PACKETS) } };

/** One of every N packets: takes 1, then skips N - 1 (RFC 5477, section 8.2). */
static void put_sampling(struct message *m)
{
	static const uint16_t field[][2] = { { DOMAIN_ID, 4 }, { SELECTOR_ALGORITHM, 2 },
		{ PACKET_INTERVAL, 4 }, { PACKET_SPACE, 4 } };
	uint8_t *set = set_begin(m, SET_OPTIONS);
	wr_u16(&m->w, SAMPLING_TEMPLATE);
	wr_u16(&m->w, countof(field));
	wr_u16(&m->w, 1); // of these, so many are scope
	for (size_t i = 0; i < countof(field); i++) {
		wr_u16(&m->w, field[i][0]);
		wr_u16(&m->w, field[i][1]);
	}
	set_end(m, set);
	set = set_begin(m, SAMPLING_TEMPLATE);
	wr_u32(&m->w, m->x->domain);
	wr_u16(&m->w, SYSTEMATIC_COUNT);
	wr_u32(&m->w, 1);
	wr_u32(&m->w, m->x->sampling - 1);
	set_end(m, set);
	m->n_data++;
}

static void put_withdrawal(struct message *m)
{
	uint8_t *set = set_begin(m, SET_TEMPLATE);
	wr_u16(&m->w, withdrawn.id);
	wr_u16(&m->w, 0);
	set_end(m, set);
}

static void announce(struct message *m)
{
	if (m->nth == WITHDRAWN_AT)
		put_withdrawal(m);
	if (m->nth % REFRESH_DATAGRAMS)
		return;
	uint8_t *set = set_begin(m, SET_TEMPLATE);
	for (size_t i = 0; i < countof(templates); i++)
		template_put(m, &templates[i]);
	if (m->nth == 0)
		template_put(m, &withdrawn);
	set_end(m, set);
	if (m->x->sampling > 1)
		put_sampling(m);
}

static const struct template *choose(const struct trace *trace, size_t nth)
{
	if (!addr_is_v4(&trace->flow.src))
		return &templates[PLAIN_V6];
	return &templates[nth % NAMED_EVERY ? PLAIN_V4 : NAMED_V4];
}

static void put_header(struct writer *w, const struct message *m)
{
	wr_u16(w, 10);
	wr_u16(w, (uint16_t)wr_done(&m->w).len);
	wr_u32(w, (uint32_t)(m->now_ms / 1000));
	wr_u32(w, (uint32_t)m->n_data_before);
	wr_u32(w, m->x->domain);
}

static const struct dialect dialect = {
	.template = templates,
	.n_templates = countof(templates),
	.header_bytes = HEADER_BYTES,
	.announce = announce,
	.choose = choose,
	.header = put_header,
};

const struct format ipfix_format = {
	"ipfix",
	true,
	.max_sampling = UINT32_MAX,
	.write = template_write,
	.dialect = &dialect,
};
