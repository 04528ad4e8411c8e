// SPDX-License-Identifier: Apache-2.0
// NetFlow version 9 (RFC 3954), as a Cisco router sends it.
#include "generate/template.h"

enum { SET_TEMPLATE = 0, SET_OPTIONS = 1, HEADER_BYTES = 20, SAMPLING_TEMPLATE = 260 };
enum { SCOPE_SYSTEM = 1, SAMPLING_INTERVAL = 34, SAMPLING_ALGORITHM = 35, DETERMINISTIC = 1 };

static const struct template templates[] = {
	{ 256, { FIELD(8, 4, SRC_ADDR), FIELD(12, 4, DST_ADDR), FIELD(15, 4, ZERO),
		       FIELD(10, 2, INPUT), FIELD(14, 2, OUTPUT), FIELD(2, 4, PACKETS),
		       FIELD(1, 4, OCTETS), FIELD(22, 4, FIRST_UPTIME), FIELD(21, 4, LAST_UPTIME),
		       FIELD(7, 2, SRC_PORT), FIELD(11, 2, DST_PORT), FIELD(6, 1, TCP_FLAGS),
		       FIELD(4, 1, PROTOCOL), FIELD(5, 1, ZERO) } },
	{ 257, { FIELD(27, 16, SRC_ADDR), FIELD(28, 16, DST_ADDR), FIELD(10, 2, INPUT),
		       FIELD(14, 2, OUTPUT), FIELD(22, 4, FIRST_UPTIME), FIELD(21, 4, LAST_UPTIME),
		       FIELD(2, 8, PACKETS), FIELD(1, 8, OCTETS), FIELD(7, 2, SRC_PORT),
		       FIELD(11, 2, DST_PORT), FIELD(4, 1, PROTOCOL), FIELD(6, 1, TCP_FLAGS),
		       FIELD(5, 1, ZERO) } },
};

/** Options template and data in one: the sampling of the whole system. */
static void put_sampling(struct message *m)
{
	uint8_t *set = set_begin(m, SET_OPTIONS);
	wr_u16(&m->w, SAMPLING_TEMPLATE);
	wr_u16(&m->w, 4); // bytes of scope fields
	wr_u16(&m->w, 8); // bytes of option fields
	wr_u16(&m->w, SCOPE_SYSTEM);
	wr_u16(&m->w, 4);
	wr_u16(&m->w, SAMPLING_INTERVAL);
	wr_u16(&m->w, 4);
	wr_u16(&m->w, SAMPLING_ALGORITHM);
	wr_u16(&m->w, 1);
	set_end(m, set);
	set = set_begin(m, SAMPLING_TEMPLATE);
	wr_u32(&m->w, m->x->domain);
	wr_u32(&m->w, m->x->sampling);
	wr_u8(&m->w, DETERMINISTIC);
	set_end(m, set);
	m->n_records += 2;
	m->n_data++;
}

static void announce(struct message *m)
{
	if (m->nth % REFRESH_DATAGRAMS)
		return;
	uint8_t *set = set_begin(m, SET_TEMPLATE);
	for (size_t i = 0; i < countof(templates); i++)
		template_put(m, &templates[i]);
	set_end(m, set);
	if (m->x->sampling > 1)
		put_sampling(m);
}

static const struct template *choose(const struct trace *trace, size_t)
{
	return &templates[addr_is_v4(&trace->flow.src) ? 0 : 1];
}

static void put_header(struct writer *w, const struct message *m)
{
	wr_u16(w, 9);
	wr_u16(w, (uint16_t)m->n_records);
	wr_u32(w, export_uptime_ms(m->x, m->now_ms));
	wr_u32(w, (uint32_t)(m->now_ms / 1000));
	wr_u32(w, (uint32_t)m->nth);
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

const struct format netflow9_format = {
	"v9",
	true,
	.max_sampling = UINT32_MAX,
	.write = template_write,
	.dialect = &dialect,
};
