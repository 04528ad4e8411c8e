// SPDX-License-Identifier: Apache-2.0
// Native IOS `show mls ip`: cells joined by colons, with blanks where the columns need them.
#include "decode/text_cell.h"
#include "decode/text_row.h"

/* Cells are words and colons, whichever way blanks fell between them. */
struct pieces {
	const struct view *v;
	size_t i;     // token
	size_t at;    // character in it
	enum fit fit; // stays FIT_YES as long as all was as it should be
};

static const struct token *piece_token(struct pieces *p)
{
	if (p->fit != FIT_YES)
		return NULL;
	if (p->i < p->v->n_ahead)
		return &p->v->at[p->i];
	p->fit = p->v->is_end ? FIT_NO : FIT_MORE;
	return NULL;
}

static void piece_move(struct pieces *p, const struct token *t, size_t n)
{
	p->at += n;
	if (p->at < t->len)
		return;
	p->at = 0;
	p->i++;
}

static void colon(struct pieces *p)
{
	const struct token *t = piece_token(p);
	if (!t)
		return;
	if (t->text[p->at] != ':')
		p->fit = FIT_NO;
	else
		piece_move(p, t, 1);
}

static struct str word(struct pieces *p)
{
	const struct token *t = piece_token(p);
	if (!t)
		return (struct str){};
	struct str s = { t->text + p->at, strcspn(t->text + p->at, ":") };
	if (s.len == 0)
		p->fit = FIT_NO;
	else
		piece_move(p, t, s.len);
	return s;
}

static uint64_t number(struct pieces *p)
{
	const struct token *t = piece_token(p);
	if (!t)
		return 0;
	if (p->at || !(t->is & TOKEN_NUMBER)) {
		p->fit = FIT_NO;
		return 0;
	}
	p->i++;
	return t->number;
}

static struct addr address(struct pieces *p)
{
	const struct token *t = piece_token(p);
	if (!t)
		return (struct addr){};
	if (!cell_fits(CELL_ADDR4, t))
		p->fit = FIT_NO;
	p->i++;
	return t->addr;
}

void mls_key(struct row *out, int proto, int src_port, int dst_port)
{
	struct flow *f = &out->flow;
	bool has_ports = proto == PROTO_TCP || proto == PROTO_UDP;
	if (addr_low32(&f->src) == 0)
		out->hidden = HIDDEN_SOURCE;
	else if (proto <= 0 || (has_ports && src_port <= 0 && dst_port <= 0))
		out->hidden = HIDDEN_PORTS;
	if (proto <= 0)
		return;
	f->proto = (uint8_t)proto;
	f->has |= FLOW_HAS_PROTO;
	if (src_port <= 0 && dst_port <= 0)
		return;
	f->src_port = (uint16_t)src_port;
	f->dst_port = (uint16_t)dst_port;
	f->has |= FLOW_HAS_PORTS;
}

/* DstIP SrcIP Prot:SrcPort:DstPort Src i/f:AdjPtr / Pkts Bytes ... */
enum fit mls_ip_match(const struct view *v, struct row *out)
{
	struct pieces p = { .v = v, .fit = FIT_YES };
	struct row r = { .kind = KIND_MLS_IP };
	r.flow.dst = address(&p);
	r.flow.src = address(&p);
	int proto = proto_parse(word(&p));
	colon(&p);
	int src_port = port_parse(word(&p));
	colon(&p);
	int dst_port = port_parse(word(&p));
	struct str interface = word(&p);
	colon(&p);
	struct str adjacency = word(&p);
	r.flow.packets = number(&p);
	r.flow.bytes = number(&p);
	if (p.fit != FIT_YES)
		return p.fit;
	if (proto < 0 || src_port < 0 || dst_port < 0)
		return FIT_NO;
	mls_key(&r, proto, src_port, dst_port);
	r.flow.has |= FLOW_HAS_PACKETS | FLOW_HAS_BYTES;
	r.n_tokens = p.i;
	if (!memchr(adjacency.ptr, '.', adjacency.len) && interface.ptr[0] > '9')
		r.input = interface; // beside a MAC address stands the output interface
	*out = r;
	return FIT_YES;
}

/* The first line of a row: an address among its first two words, and colons behind them. */
enum fit mls_ip_is_damaged(const struct view *v)
{
	enum { WORDS = 5 };
	bool has_address = false, has_colon = false;
	if (v->n_ahead < WORDS && !v->is_end)
		return FIT_MORE;
	for (size_t i = 0; i < WORDS && i < v->n_ahead; i++) {
		if (i && v->at[i].is & TOKEN_FIRST)
			break;
		if (i < 2)
			has_address |= cell_fits(CELL_ADDR4, &v->at[i]);
		else
			has_colon |= strchr(v->at[i].text, ':') != NULL;
	}
	return has_address && has_colon ? FIT_YES : FIT_NO;
}
