// SPDX-License-Identifier: Apache-2.0
// Sets: templates become plans, data goes through them.
#include "decode/sets.h"

#include "base/hash.h"
#include "decode/lane.h"
#include "decode/record.h"

enum { WITHDRAWALS_MAX = 8 }; // of all templates, in one message
enum { SET_HEADER_BYTES = 4, FIRST_DATA_SET = 256, ENTERPRISE_BIT = 0x8000 };

/*
 * Read `n` field specifiers into a plan; the first `n_scope` of NetFlow v9 are no elements.
 * A length of 65535 varies also in NetFlow v9: H3C exports strings so, and nothing else can be meant.
 */
static enum fault fields(struct reader *r, const struct set_rules *rules, struct template *p,
	unsigned n, unsigned n_scope)
{
	bool fits = true;
	for (unsigned i = 0; i < n && !r->is_short; i++) {
		uint16_t element = rd_u16(r);
		uint16_t length = rd_u16(r);
		uint32_t enterprise = 0;
		if (rules->has_enterprise && element & ENTERPRISE_BIT) {
			element &= (uint16_t)~ENTERPRISE_BIT;
			enterprise = rd_u32(r);
		}
		if (i < n_scope && !rules->has_enterprise)
			fits &= template_skip(p, length);
		else
			fits &= template_add(p, enterprise, element, length);
	}
	if (r->is_short)
		return FAULT_SHORT;
	if (!fits || p->min_bytes > UINT16_MAX)
		return FAULT_TEMPLATE_SIZE;
	return p->min_bytes ? FAULT_NONE : FAULT_TEMPLATE;
}

/* How many fields, and how many of them are scope. */
struct shape {
	unsigned n, n_scope;
};

static struct shape options_shape(struct reader *r, const struct set_rules *rules)
{
	uint16_t a = rd_u16(r);
	if (rules->counts_fields)
		return (struct shape){ a, a ? rd_u16(r) : 0 };
	uint16_t b = rd_u16(r); // NetFlow v9: bytes of the scope, bytes of the options
	return (struct shape){ (a + b) / 4u, a / 4u };
}

/* A template without fields takes one back, or all of its sort. As template_record. */
static bool withdraw(struct message *m, uint16_t id, bool means_all, bool is_options)
{
	bool is_wrong = id < FIRST_DATA_SET && !means_all;
	bool is_flood = means_all && m->n_withdrawals++ >= WITHDRAWALS_MAX; // each walks the table
	if (is_wrong || is_flood)
		return message_fault(m, FAULT_TEMPLATE), false;
	template_del(m->templates, &m->domain, means_all ? 0 : id, is_options);
	return true;
}

/* Offer a template to who keeps them, unless he has it. */
static void offer(
	struct message *m, struct template *p, bool was_kept, uint16_t set, struct bytes record)
{
	p->is_kept = was_kept;
	if (m->keeper && !was_kept)
		p->is_kept = m->keeper->keep(m->keeper->ctx, &m->domain, set, record);
}

/* One template record. Returns whether the set can be read on. */
static bool template_record(
	struct message *m, struct reader *r, const struct set_rules *rules, bool is_options)
{
	const uint8_t *start = r->at;
	uint16_t id = rd_u16(r);
	struct shape shape = is_options ? options_shape(r, rules) : (struct shape){ rd_u16(r), 0 };
	bool means_all = id == (is_options ? rules->options_set : rules->template_set);
	if (r->is_short)
		return message_fault(m, FAULT_SHORT), false;
	if (rules->has_enterprise && shape.n == 0)
		return withdraw(m, id, means_all, is_options);
	if (id < FIRST_DATA_SET)
		return message_fault(m, FAULT_TEMPLATE), false;

	const struct template *old = template_get(m->templates, &m->domain, id);
	uint64_t kept = old && old->is_kept ? old->digest : 0;
	bool evicted;
	struct template *p = template_put(m->templates, &m->domain, id, &evicted);
	p->is_options = is_options;
	enum fault f = fields(r, rules, p, shape.n, shape.n_scope);
	if (evicted)
		message_fault(m, FAULT_TEMPLATES_FULL);
	if (f != FAULT_NONE) {
		template_del(m->templates, &m->domain, id, is_options);
		message_fault(m, f);
		return f != FAULT_SHORT;
	}
	lane_compile(p);
	struct bytes record = { start, (size_t)(r->at - start) };
	p->digest = hash_bytes(record.ptr, record.len, is_options) | 1;
	offer(m, p, kept == p->digest, is_options ? rules->options_set : rules->template_set,
		record);
	if (is_options)
		m->trouble->option_templates++;
	else
		m->trouble->templates++;
	return true;
}

static void template_set(
	struct message *m, struct bytes set, const struct set_rules *rules, bool is_options)
{
	struct reader r = reader_of(set);
	while (rd_left(&r) >= 4 && (r.at[0] || r.at[1])) // what follows zeroes is padding
		if (!template_record(m, &r, rules, is_options))
			return;
}

void sets_decode(struct message *m, const struct set_rules *rules, const uint8_t *end)
{
	while (m->r.at < end && rd_left(&m->r) >= SET_HEADER_BYTES) {
		uint16_t id = rd_u16(&m->r);
		uint16_t length = rd_u16(&m->r);
		if (id == 0 && length == 0)
			return; // zeroes up to the end of the datagram
		if (length < SET_HEADER_BYTES)
			return message_fault(m, FAULT_LENGTH);

		size_t wanted = length - SET_HEADER_BYTES, left = rd_left(&m->r);
		if (wanted > left)
			message_fault(m, FAULT_SHORT);
		else if (m->r.at + wanted > end)
			message_fault(m, FAULT_LENGTH); // behind the message, but in the datagram
		struct bytes set = rd_bytes(&m->r, wanted < left ? wanted : left);
		if (id == rules->template_set || id == rules->options_set)
			template_set(m, set, rules, id == rules->options_set);
		else if (id >= FIRST_DATA_SET)
			data_set_decode(m, id, set, rules->kind);
		else
			message_fault(m, FAULT_RESERVED_SET);
	}
}
