// SPDX-License-Identifier: Apache-2.0
// nft -j list table inet cordon, as rules: sets become one rule an element.
#include <cjson/cJSON.h>
#include <stdio.h>

#include "contain/applied.h"
#include "contain/nft_words.h"
#include "model/flow.h"

static const cJSON *get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static const char *text_of(const cJSON *v)
{
	const char *text = cJSON_GetStringValue(v);
	return text ? text : "";
}

static bool address_span(const char *text, unsigned bits_less, struct range *out)
{
	struct prefix p;
	struct str s = { text, strlen(text) };
	if (!prefix_parse(s, &p) || p.bits < bits_less)
		return false;
	p.bits = (uint8_t)(p.bits - bits_less);
	*out = prefix_span(&p);
	return true;
}

/* An address, {"prefix": {"addr", "len"}}, {"range": [a, b]}, or an element around one. */
static bool value_span(const cJSON *v, struct range *out)
{
	const cJSON *elem = get(v, "elem"), *prefix = get(v, "prefix"), *range = get(v, "range");
	struct range hi;
	if (elem)
		return value_span(get(elem, "val"), out);
	if (prefix) {
		char text[80];
		const cJSON *len = get(prefix, "len");
		if (!cJSON_IsNumber(len))
			return false;
		snprintf(text, sizeof text, "%s/%d", text_of(get(prefix, "addr")), len->valueint);
		return address_span(text, 0, out);
	}
	if (range) {
		if (!address_span(text_of(cJSON_GetArrayItem(range, 0)), 0, out) ||
			!address_span(text_of(cJSON_GetArrayItem(range, 1)), 0, &hi))
			return false;
		out->hi = hi.hi;
		return out->lo <= out->hi;
	}
	return address_span(text_of(v), 0, out);
}

/* A number, {"range": [a, b]}, or a name. */
static bool number_span(const cJSON *v, enum nft_words words, struct range *out)
{
	const cJSON *range = get(v, "range");
	if (range) {
		const cJSON *lo = cJSON_GetArrayItem(range, 0), *hi = cJSON_GetArrayItem(range, 1);
		if (!cJSON_IsNumber(lo) || !cJSON_IsNumber(hi) || lo->valueint < 0 ||
			hi->valueint < lo->valueint)
			return false;
		*out = (struct range){ (u128)lo->valueint, (u128)hi->valueint };
		return true;
	}
	int number = nft_number(words, text_of(v));
	if (number >= 0) {
		*out = (struct range){ (u128)number, (u128)number };
		return true;
	}
	if (!cJSON_IsNumber(v) || v->valueint < 0 || v->valueint > UINT16_MAX)
		return false;
	*out = (struct range){ (u128)v->valueint, (u128)v->valueint };
	return true;
}

/* A rule that is being read: its box, the set that stands for one field of it, what it does. */
struct reading {
	struct box box;
	const char *set;
	enum dim set_dim;
	bool is_known, is_drop, is_accept;
	uint64_t hits;
};

static void read_address(struct reading *r, const char *field, const cJSON *right)
{
	enum dim d = !strcmp(field, "saddr") ? DIM_SRC : DIM_DST;
	const char *text = text_of(right);
	if (strcmp(field, "saddr") && strcmp(field, "daddr"))
		r->is_known = false;
	else if (*text == '@') {
		r->set = text + 1;
		r->set_dim = d;
	} else {
		r->is_known &= value_span(right, &r->box.of[d]);
	}
}

/* A type, then a code of it. */
static bool read_icmp(struct reading *r, bool is_6, bool is_type, const cJSON *right)
{
	enum nft_words words = is_type ? (is_6 ? NFT_ICMP6_TYPE : NFT_ICMP_TYPE)
				       : (is_6 ? NFT_ICMP6_CODE : NFT_ICMP_CODE);
	struct range s, *dport = &r->box.of[DIM_DPORT];
	if (!number_span(right, words, &s) || s.hi > UINT8_MAX)
		return false;
	if (is_type)
		*dport = (struct range){ s.lo << 8, s.hi << 8 | 0xff };
	else if (dport->hi - dport->lo == 0xff)
		*dport = (struct range){ dport->lo | s.lo, dport->lo | s.hi };
	else
		return false;
	return true;
}

static void read_ports(
	struct reading *r, const char *protocol, const char *field, const cJSON *right)
{
	enum dim d = !strcmp(field, "sport") ? DIM_SPORT : DIM_DPORT;
	struct range s;
	int number = nft_number(NFT_PROTOCOL, protocol);
	bool is_icmp = number == PROTO_ICMP || number == PROTO_ICMP6,
	     is_type = !strcmp(field, "type");
	if (number < 0)
		r->is_known = false;
	else
		r->box.of[DIM_PROTO] = (struct range){ (u128)number, (u128)number };
	if (!strcmp(field, "flags"))
		r->box.of[DIM_STATE].lo = 1; // cordon writes no other match of flags
	else if (is_icmp && (is_type || !strcmp(field, "code")))
		r->is_known &= read_icmp(r, number == PROTO_ICMP6, is_type, right);
	else if ((!strcmp(field, "sport") || !strcmp(field, "dport")) &&
		 number_span(right, NFT_PROTOCOL, &s))
		r->box.of[d] = s;
	else
		r->is_known = false;
}

static void read_match(struct reading *r, const cJSON *match)
{
	const cJSON *left = get(match, "left"), *right = get(match, "right");
	const cJSON *both = get(left, "&"); // tcp flags & (ack | rst)
	const cJSON *payload = get(both ? cJSON_GetArrayItem(both, 0) : left, "payload");
	const char *protocol = text_of(get(payload, "protocol"));
	const char *field = text_of(get(payload, "field"));
	const char *meta = text_of(get(get(left, "meta"), "key"));
	const char *op = text_of(get(match, "op"));
	if (!strcmp(meta, "nfproto"))
		return; // the addresses say it
	if (!strcmp(meta, "l4proto"))
		r->is_known &= number_span(right, NFT_PROTOCOL, &r->box.of[DIM_PROTO]);
	else if (!strcmp(protocol, "ip") || !strcmp(protocol, "ip6"))
		read_address(r, field, right);
	else if (payload)
		read_ports(r, protocol, field, right);
	else
		r->is_known = false;
	r->is_known &= !strcmp(op, "==") || both || !strcmp(op, "in");
}

static struct reading read_rule(const cJSON *rule)
{
	struct reading r = { .box = box_any(), .is_known = true, .hits = UINT64_MAX };
	const cJSON *expr;
	cJSON_ArrayForEach(expr, get(rule, "expr"))
	{
		const cJSON *match = get(expr, "match"),
			    *packets = get(get(expr, "counter"), "packets");
		if (match)
			read_match(&r, match);
		else if (cJSON_IsNumber(packets))
			r.hits = (uint64_t)packets->valuedouble;
		else if (cJSON_HasObjectItem(expr, "drop"))
			r.is_drop = true;
		else if (cJSON_HasObjectItem(expr, "accept"))
			r.is_accept = true;
		else
			r.is_known = false;
	}
	r.is_known &= r.is_drop != r.is_accept;
	return r;
}

static const cJSON *set_find(const cJSON *all, const char *name)
{
	const cJSON *o;
	cJSON_ArrayForEach(o, all)
	{
		const cJSON *set = get(o, "set");
		if (set && !strcmp(text_of(get(set, "name")), name))
			return set;
	}
	return NULL;
}

/* An element has a counter of its own; where it has none, that of the rule tells of one element alone. */
static uint64_t hits_of(const struct reading *r, const cJSON *set, const cJSON *element)
{
	const cJSON *packets = get(get(get(element, "elem"), "counter"), "packets");
	if (cJSON_IsNumber(packets))
		return (uint64_t)packets->valuedouble;
	bool is_alone = !get(set, "elem")->child->next;
	return is_alone || r->hits == 0 ? r->hits : UINT64_MAX;
}

static bool rule_put(struct applied *out, const cJSON *all, struct reading *r, struct err *e)
{
	struct rule rule = { .box = r->box,
		.action = !r->is_known ? ACTION_UNKNOWN
			  : r->is_drop ? ACTION_DENY
				       : ACTION_PERMIT };
	const cJSON *set = r->set ? set_find(all, r->set) : NULL, *element;
	out->n_unknown += !r->is_known;
	if (!r->set)
		return applied_put(out, &rule, r->hits, e);
	if (!set)
		return err_set(e, "a rule names the set '%s', which is not listed", r->set);
	cJSON_ArrayForEach(element, get(set, "elem"))
	{
		if (!value_span(element, &rule.box.of[r->set_dim]))
			return err_set(e, "set '%s': an element that is no address", r->set);
		if (!applied_put(out, &rule, hits_of(r, set, element), e))
			return false;
	}
	return true;
}

bool nft_read(struct str text, struct applied *out, struct err *e)
{
	cJSON *root = cJSON_ParseWithLength(text.ptr, text.len);
	const cJSON *all = get(root, "nftables"), *o;
	bool has_chain = false, ok = cJSON_IsArray(all) || err_set(e, "no list of nft -j");
	out->kind = APPLIED_NFT;
	snprintf(out->name, sizeof out->name, "cordon");
	for (o = ok ? all->child : NULL; ok && o; o = o->next) {
		const cJSON *chain = get(o, "chain"), *rule = get(o, "rule");
		has_chain |= chain && !strcmp(text_of(get(chain, "table")), "cordon") &&
			     !strcmp(text_of(get(chain, "hook")), "forward");
		if (!rule || strcmp(text_of(get(rule, "table")), "cordon"))
			continue;
		struct reading r = read_rule(rule);
		ok = rule_put(out, all, &r, e);
	}
	cJSON_Delete(root);
	if (ok && !has_chain)
		return err_set(e, "no table 'cordon' with a chain that forwards go through");
	return ok;
}
