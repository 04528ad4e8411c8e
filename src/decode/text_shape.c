// SPDX-License-Identifier: Apache-2.0
// The table of row shapes, and what each cell means to the flow.
#include "decode/text_shape.h"

#include "decode/text_cell.h"

/* An output interface: drops, the device itself, egress NetFlow's asterisk. */
static unsigned output_bits(const struct token *t)
{
	unsigned bits = t->text[t->len - 1] == '*' ? FLOW_EGRESS : 0;
	if (token_is_word(t, "Null") || token_is_word(t, "Null0"))
		bits |= FLOW_DROPPED;
	if (token_is_word(t, "Local"))
		bits |= FLOW_TO_DEVICE;
	return bits;
}

/* IF IP IF [*] IP: what all rows of the flow cache begin with. */
static void fill_cache_head(const struct shape *s, const struct token *cell, struct row *out)
{
	struct flow *f = &out->flow;
	unsigned bits = output_bits(&cell[2]) | (s->key > 4 ? FLOW_EGRESS : 0);
	out->input = (struct str){ cell[0].text, cell[0].len };
	f->src = cell[1].addr;
	f->dst = cell[s->key - 1].addr;
	f->proto = (uint8_t)token_hex(&cell[s->key]);
	f->has = (uint16_t)(bits | FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS);
}

static void fill_cache(const struct shape *s, const struct token *cell, struct row *out)
{
	fill_cache_head(s, cell, out);
	out->flow.src_port = (uint16_t)token_hex(&cell[s->key + 1]);
	out->flow.dst_port = (uint16_t)token_hex(&cell[s->key + 2]);
	out->flow.packets = token_count(&cell[s->key + 3]);
}

/* SrcAddress InpIf DstAddress OutIf: another order than IPv4's. */
static void fill_cache6(const struct shape *s, const struct token *cell, struct row *out)
{
	(void)s;
	struct flow *f = &out->flow;
	f->src = cell[0].addr;
	f->dst = cell[2].addr;
	out->input = (struct str){ cell[1].text, cell[1].len };
	f->proto = (uint8_t)token_hex(&cell[4]);
	f->src_port = (uint16_t)token_hex(&cell[5]);
	f->dst_port = (uint16_t)token_hex(&cell[6]);
	f->packets = token_count(&cell[7]);
	f->has = (uint16_t)(output_bits(&cell[3]) | FLOW_HAS_PROTO | FLOW_HAS_PORTS |
			    FLOW_HAS_PACKETS);
}

/* Two lines: Pr TOS Flgs Pkts, then Port /mask AS twice, next hop, B/Pk, Active. */
static void fill_verbose(const struct shape *s, const struct token *cell, struct row *out)
{
	struct flow *f = &out->flow;
	const struct token *second = &cell[s->key + 4];
	fill_cache_head(s, cell, out);
	f->packets = token_count(&cell[s->key + 3]);
	f->src_port = (uint16_t)token_hex(&second[0]);
	f->dst_port = (uint16_t)token_hex(&second[3]);
	uint64_t per_packet = second[7].number;
	if (f->packets == 0 || per_packet <= UINT64_MAX / f->packets) {
		f->bytes = f->packets * per_packet;
		f->has |= FLOW_HAS_BYTES;
	}
	f->tcp_flags = (uint8_t)token_hex(&cell[s->key + 2]);
	if (f->proto == PROTO_TCP && f->tcp_flags) // hardware that collects none prints 00
		f->has |= FLOW_HAS_FLAGS;
	else
		f->tcp_flags = 0;
}

static void fill_accounting(const struct shape *s, const struct token *cell, struct row *out)
{
	struct flow *f = &out->flow;
	f->src = cell[0].addr;
	f->dst = cell[1].addr;
	f->packets = cell[2].number;
	f->bytes = cell[3].number;
	f->has = FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	if (s->n_cells > 4)
		f->has |= FLOW_DROPPED;
}

/* Destination first; protocol, destination port, source port. */
static void fill_mls(const struct shape *s, const struct token *cell, struct row *out)
{
	struct flow *f = &out->flow;
	f->dst = cell[0].addr;
	f->src = cell[1].is & TOKEN_ADDR ? cell[1].addr : addr_v4(0);
	mls_key(out, proto_parse((struct str){ cell[2].text, cell[2].len }),
		port_parse((struct str){ cell[4].text, cell[4].len }),
		port_parse((struct str){ cell[3].text, cell[3].len }));
	if (s->n_cells < 13)
		return;
	f->packets = cell[11].number;
	f->bytes = cell[12].number;
	f->has |= FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
}

/* SIP DIP BD-ID S-Port D-Port Protocol Byte-Count Packet-Count TCP-FLAGS */
static void fill_nexus(const struct shape *s, const struct token *cell, struct row *out)
{
	(void)s;
	struct flow *f = &out->flow;
	f->src = cell[0].addr;
	f->dst = cell[1].addr;
	f->src_port = (uint16_t)cell[3].number;
	f->dst_port = (uint16_t)cell[4].number;
	f->proto = (uint8_t)cell[5].number;
	f->bytes = cell[6].number;
	f->packets = cell[7].number;
	f->has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	uint64_t flags = token_hex(&cell[8]);
	if (f->proto == PROTO_TCP && flags && flags <= UINT8_MAX) {
		f->tcp_flags = (uint8_t)flags;
		f->has |= FLOW_HAS_FLAGS;
	}
}

static bool is_netmask(const struct addr *a)
{
	uint32_t ip = addr_low32(a);
	return ip >= UINT32_C(0xf0000000) && ip != UINT32_MAX;
}

/* A packet of IPv4 has 20 to 65,535 bytes. */
static bool is_plausible(const struct token *packets, const struct token *bytes)
{
	uint64_t n = packets->number;
	return n && bytes->number / n >= 20 && bytes->number / n <= UINT16_MAX;
}

/* A first row that begins in the middle of a line of data is none. */
static bool is_amid_data(const struct mode *mode, const struct view *v)
{
	return !mode->shape && v->n_behind && !(v->at->is & TOKEN_FIRST) &&
	       strpbrk(v->at[-1].text, "0123456789(->");
}

/*
 * Four words are little to go by: the numbers must make sense, and another number on the line
 * means another table.
 */
static enum fit judge_accounting(const struct mode *mode, const struct view *v)
{
	const struct token *cell = v->at;
	size_t n = mode->is_violations ? 5 : 4;
	if (is_netmask(&cell[1].addr) || !is_plausible(&cell[2], &cell[3]) || is_amid_data(mode, v))
		return FIT_NO;
	if (v->n_ahead == n)
		return v->is_end ? FIT_YES : FIT_MORE;
	bool is_number = cell[n].is & TOKEN_NUMBER && !(cell[n].is & TOKEN_FIRST);
	return is_number || cell[n].commas ? FIT_NO : FIT_YES;
}

static enum fit judge_violation(const struct mode *mode, const struct view *v)
{
	if (!mode->is_violations || v->at[4].is & TOKEN_ADDR)
		return FIT_NO;
	return judge_accounting(mode, v);
}

static enum fit judge_accounted(const struct mode *mode, const struct view *v)
{
	return mode->is_violations ? FIT_NO : judge_accounting(mode, v);
}

#define CACHE_HEAD CELL_INTERFACE, CELL_ADDR4, CELL_INTERFACE
#define VERBOSE_TAIL \
	CELL_ADDR4, CELL_HEX2, CELL_HEX2, CELL_HEX2, CELL_COUNT, CELL_HEX4, CELL_LENGTH, \
		CELL_NUMBER, CELL_HEX4, CELL_LENGTH, CELL_NUMBER, CELL_ADDR4, CELL_NUMBER, \
		CELL_DECIMAL
#define CACHE_TAIL CELL_ADDR4, CELL_HEX2, CELL_HEX4, CELL_HEX4, CELL_COUNT
#define MLS_HEAD CELL_ADDR4, CELL_SOURCE, CELL_PROTO, CELL_PORT, CELL_PORT, CELL_MAC
#define ACCOUNTING_ROW CELL_ADDR4, CELL_ADDR4, CELL_NUMBER, CELL_NUMBER

static const struct shape shapes[] = {
	{
		.about = "show ip cache verbose flow",
		.kind = KIND_CACHE_FLOW,
		.n_cells = 17,
		.key = 4,
		.cell = { CACHE_HEAD, VERBOSE_TAIL },
		.fill = fill_verbose,
	},
	{
		.about = "show ip cache verbose flow, egress",
		.kind = KIND_CACHE_FLOW,
		.n_cells = 18,
		.key = 5,
		.cell = { CACHE_HEAD, CELL_STAR, VERBOSE_TAIL },
		.fill = fill_verbose,
	},
	{
		.about = "show ip cache flow",
		.kind = KIND_CACHE_FLOW,
		.n_cells = 8,
		.key = 4,
		.cell = { CACHE_HEAD, CACHE_TAIL },
		.fill = fill_cache,
	},
	{
		.about = "show ip cache flow, egress",
		.kind = KIND_CACHE_FLOW,
		.n_cells = 9,
		.key = 5,
		.cell = { CACHE_HEAD, CELL_STAR, CACHE_TAIL },
		.fill = fill_cache,
	},
	{
		.about = "show ipv6 flow cache",
		.kind = KIND_CACHE_FLOW,
		.n_cells = 8,
		.key = 4,
		.cell = { CELL_ADDR6, CELL_INTERFACE, CELL_ADDR6, CELL_INTERFACE, CELL_HEX,
			CELL_HEX, CELL_HEX, CELL_COUNT },
		.fill = fill_cache6,
	},
	{
		.about = "show mls entry (CatOS on Catalyst 6000)",
		.kind = KIND_MLS_ENTRY,
		.n_cells = 15,
		.cell = { MLS_HEAD, CELL_NUMBER_DASH, CELL_ENCAPSULATION, CELL_ENCAPSULATION,
			CELL_SLOT, CELL_SLOT, CELL_NUMBER, CELL_NUMBER, CELL_CLOCK, CELL_CLOCK },
		.fill = fill_mls,
	},
	{
		.about = "show mls entry (CatOS on Catalyst 5000: no counters)",
		.kind = KIND_MLS_ENTRY,
		.n_cells = 8,
		.cell = { MLS_HEAD, CELL_NUMBER_DASH, CELL_SLOT },
		.fill = fill_mls,
	},
	{
		.about = "show flow cache (NX-OS)",
		.kind = KIND_FLOW_CACHE,
		.n_cells = 9,
		.cell = { CELL_ADDR, CELL_ADDR, CELL_NUMBER, CELL_U16, CELL_U16, CELL_U8,
			CELL_NUMBER, CELL_NUMBER, CELL_HEX },
		.fill = fill_nexus,
	},
	{
		.about = "show ip accounting access-violations",
		.kind = KIND_ACCOUNTING,
		.n_cells = 5,
		.cell = { ACCOUNTING_ROW, CELL_WORD },
		.judge = judge_violation,
		.fill = fill_accounting,
	},
	{
		.about = "show ip accounting",
		.kind = KIND_ACCOUNTING,
		.n_cells = 4,
		.cell = { ACCOUNTING_ROW },
		.judge = judge_accounted,
		.fill = fill_accounting,
	},
};

const struct shape *shape_at(size_t i)
{
	return i < countof(shapes) ? &shapes[i] : NULL;
}
