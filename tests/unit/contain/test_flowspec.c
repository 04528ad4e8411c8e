// SPDX-License-Identifier: Apache-2.0
// FlowSpec rules have the order of RFC 8955, section 5.1, whatever the order they are announced in: in
// that order the narrowed policy judges each packet as the compiled one does.
#include "unit/contain/site.h"

#include "contain/target.h"

enum { COMPONENTS = 13 };

/* The components of a rule as they go over the wire: values behind their operators. */
struct wire {
	const struct rule *rule;
	struct {
		uint8_t bytes[20];
		size_t len; // 0: the component is not there
	} part[COMPONENTS]; // by type: 1 destination, 2 source, 3 protocol, 5 and 6 ports, 7 and 8 ICMP, 9 flags
};

static void put_prefix(struct wire *w, size_t type, const struct range *s)
{
	struct range all = family_span(FAMILY_4);
	struct prefix p;
	if (span_has(s, &all))
		return;
	assert_true(span_prefix(s, &p));
	w->part[type].bytes[0] = (uint8_t)(p.bits - 96);
	memcpy(w->part[type].bytes + 1, p.addr.octet + 12, 4);
	w->part[type].len = 5;
}

static void put_numbers(struct wire *w, size_t type, u128 lo, u128 hi, u128 most)
{
	uint8_t *b = w->part[type].bytes;
	size_t n = 0;
	bool is_wide = hi > UINT8_MAX;
	if (lo == 0 && hi == most)
		return;
	const struct {
		uint8_t op;
		u128 value;
	} op[] = { { lo == hi ? 0x81 : 0x03, lo }, { 0xc5, hi } }; // == and end; >=, and <= end
	for (size_t i = 0; i < (lo == hi ? 1U : 2U); i++) {
		b[n++] = op[i].op | (is_wide ? 0x10 : 0);
		if (is_wide)
			b[n++] = (uint8_t)(op[i].value >> 8);
		b[n++] = (uint8_t)op[i].value;
	}
	w->part[type].len = n;
}

static struct wire wire_of(const struct rule *r)
{
	struct wire w = { .rule = r };
	const struct box *b = &r->box;
	const struct range *dport = &b->of[DIM_DPORT];
	put_prefix(&w, 1, &b->of[DIM_DST]);
	put_prefix(&w, 2, &b->of[DIM_SRC]);
	put_numbers(&w, 3, b->of[DIM_PROTO].lo, b->of[DIM_PROTO].hi, UINT8_MAX);
	if (b->of[DIM_PROTO].lo == PROTO_ICMP && b->of[DIM_PROTO].hi == PROTO_ICMP) {
		put_numbers(&w, 7, dport->lo >> 8, dport->hi >> 8, UINT8_MAX);
		if (dport->lo == dport->hi)
			put_numbers(&w, 8, dport->lo & 255, dport->hi & 255, UINT8_MAX);
	} else {
		put_numbers(&w, 5, dport->lo, dport->hi, UINT16_MAX);
		put_numbers(&w, 6, b->of[DIM_SPORT].lo, b->of[DIM_SPORT].hi, UINT16_MAX);
	}
	if (b->of[DIM_STATE].lo) {
		memcpy(w.part[9].bytes, "\x00\x10\x80\x04", 4);
		w.part[9].len = 4;
	}
	return w;
}

/* Prefixes: of two that overlap the longer one first, else the lower address. */
static int prefix_order(const uint8_t *a, const uint8_t *b)
{
	uint8_t common = a[0] < b[0] ? a[0] : b[0];
	uint32_t mask = common ? UINT32_MAX << (32 - common) : 0;
	uint32_t x = load_u32(a + 1), y = load_u32(b + 1);
	if ((x & mask) == (y & mask))
		return b[0] - a[0];
	return x < y ? -1 : 1;
}

/* The first component that is in one alone, or that differs, decides. */
static int wire_order(const void *one, const void *other)
{
	const struct wire *a = one, *b = other;
	for (size_t t = 1; t < COMPONENTS; t++) {
		size_t n = a->part[t].len, m = b->part[t].len;
		if (!n && !m)
			continue;
		if (!n || !m)
			return n ? -1
				 : 1; // who has the lower type comes first, also before who ended
		int order = t <= 2 ? prefix_order(a->part[t].bytes, b->part[t].bytes)
				   : memcmp(a->part[t].bytes, b->part[t].bytes, n < m ? n : m);
		if (order)
			return order;
		if (n != m)
			return n > m ? -1 : 1;
	}
	return 0;
}

static void in_the_order_of_routers_the_verdict_is_the_same(void **state)
{
	(void)state;
	static const char *const ports[] = { "tcp/80", "udp/1434", "tcp/445", "udp/69", "tcp",
		"any", "icmp echo", "protocol 50" };
	static const char *const hosts[] = { "10.1.1.10", "10.1.1.11", "10.20.3.4", "10.20.3.0/24",
		"10.30.0.9", "10.1.1.12", "10.1.0.53" };
	struct dice d = { 81 };
	size_t n_permits = 0, n_denied = 0;
	for (int round = 0; round < 20; round++) {
		struct site s;
		struct policy narrow;
		struct err e = {};
		site_init(&s);
		for (int i = 0; i < 8; i++)
			site_put(&s, hosts[dice_below(&d, countof(hosts))],
				ports[dice_below(&d, countof(ports))]);
		site_compile(&s);
		assert_true(policy_narrow(&s.compiled, &narrow, &e));
		struct wire *wire = calloc(narrow.n, sizeof *wire);
		size_t n = 0;
		for (size_t i = 0; i < narrow.n; i++)
			if (box_is_of(&narrow.rule[i].box, FAMILY_4)) {
				wire[n++] = wire_of(&narrow.rule[i]);
				n_permits += narrow.rule[i].action == ACTION_PERMIT;
			}
		for (size_t i = n - 1; i > 0; i--) { // announced in any order
			size_t k = dice_below(&d, (uint32_t)i + 1);
			struct wire swap = wire[i];
			wire[i] = wire[k];
			wire[k] = swap;
		}
		qsort(wire, n, sizeof *wire, wire_order);
		struct policy ordered = { .rest = ACTION_PERMIT };
		for (size_t i = 0; i < n; i++)
			assert_true(policy_put(&ordered, wire[i].rule, &e));
		assert_true(policy_index(&ordered, &e));
		for (int i = 0; i < 10000; i++) {
			struct packet p = site_any_packet(&d, &s.plan);
			enum action want = policy_judge(&s.compiled.policy, &p, NULL);
			n_denied += want == ACTION_DENY;
			assert_int_equal(policy_judge(&ordered, &p, NULL), want);
		}
		policy_fini(&ordered);
		policy_fini(&narrow);
		free(wire);
		site_fini(&s);
	}
	print_message("# %zu permits, %zu packets denied of 200,000\n", n_permits, n_denied);
	assert_true(n_permits > 100 && n_denied > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_order_of_routers_the_verdict_is_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
