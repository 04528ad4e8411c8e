// SPDX-License-Identifier: Apache-2.0
// What is noted of many contacts at once, held against what the functions of one contact say.
#include "detect/notes.h"

#include "detect/burst.h"
#include "detect/case.h"
#include "detect/order.h"
#include "unit/detect/site.h"

enum { CONTACTS = 20000, ROUNDS = 6, EXPORTERS = 4 };

static const char site_text[] = "networks: [10.0.0.0/8]\ndark: [10.10.0.0/16]\n";

static uint32_t one_of(struct site *s, const uint32_t *of, size_t n)
{
	return of[site_below(s, (uint32_t)n)];
}

static struct addr any_addr(struct site *s, uint32_t first)
{
	struct addr a = addr_v4(first + site_below(s, 400));
	if (site_below(s, 8) == 0)
		a.octet[0] = 0x20; // of IPv6
	return a;
}

/* Any members whatever, as often as not at their limits. */
static struct contact any_contact(struct site *s)
{
	static const uint32_t protos[] = { PROTO_TCP, PROTO_TCP, PROTO_UDP, PROTO_UNKNOWN, 1, 47 };
	static const uint32_t packets[] = { 0, 1, 3, 4, 16, 17, UINT16_MAX };
	static const uint32_t sizes[] = { 0, 40, 64, 1500, UINT16_MAX };
	uint64_t times[] = { TIME_UNKNOWN, 1, UINT64_C(946684799999), UINT64_C(946684800000),
		UINT64_C(1) << 43, TIME_UNKNOWN - 1, SITE_START_MS * UINT64_C(1700) };
	return (struct contact){
		.src = any_addr(s, 0x0a000001),
		.dst = any_addr(s, 0x0a09ff00),
		.proto = (uint8_t)one_of(s, protos, countof(protos)),
		.port = (uint16_t)site_random(s),
		.packets = (uint16_t)one_of(s, packets, countof(packets)),
		.size = (uint16_t)one_of(s, sizes, countof(sizes)),
		.first_ms = times[site_below(s, countof(times))],
		.last_ms = site_random(s) & TIME_UNKNOWN,
		.saw = site_random(s) & site_random(s) & UINT16_MAX,
		.tries = site_random(s) & ((1 << TRIES_BITS) - 1),
		.exporter = site_below(s, EXPORTERS),
	};
}

struct desk {
	struct evidence *evidence;
	struct visibility *visibility;
	struct inventory *inventory;
	struct contact *contact;
	struct count *count;
	uint32_t *number;
	size_t n;
};

static struct desk desk_new(struct site *s, bool has_inventory)
{
	struct err e;
	struct desk d = { .evidence = evidence_new(4 * CONTACTS, 1),
		.visibility = visibility_new() };
	d.contact = calloc(CONTACTS, sizeof *d.contact);
	d.count = calloc(CONTACTS, sizeof *d.count);
	d.number = calloc(CONTACTS, sizeof *d.number);
	assert_true(d.contact && d.count && d.number);
	for (size_t i = 0; i < CONTACTS; i++)
		d.contact[i] = any_contact(s);
	evidence_add(d.evidence, d.contact, CONTACTS);
	d.n = evidence_count(d.evidence);
	evidence_read(d.evidence, 0, d.n, d.contact);
	for (size_t i = 0; i < d.n; i++)
		d.number[i] = (uint32_t)(d.n - 1 - i);
	visibility_learn(d.visibility, d.contact, d.n);
	visibility_settle(d.visibility);
	if (has_inventory)
		d.inventory = inventory_parse(
			(struct str){ site_text, sizeof site_text - 1 }, "test", &e);
	return d;
}

static void desk_free(struct desk *d)
{
	evidence_free(d->evidence);
	visibility_free(d->visibility);
	inventory_free(d->inventory);
	free(d->contact);
	free(d->count);
	free(d->number);
}

static uint64_t time_noted(uint64_t first_ms)
{
	const uint64_t base_ms = UINT64_C(946684800000),
		       most = (UINT64_C(1) << ORDER_TIME_BITS) - 1;
	return first_ms < base_ms ? 0 : LEAST(first_ms - base_ms, most);
}

static void is_noted_right(const struct desk *d, const struct contact *c, const struct count *x)
{
	bool is_open = c->saw & SAW_OPEN;
	enum sign sign = is_open ? weigh(c, d->visibility, d->inventory) : N_SIGNS;
	bool is_failed = is_open && sign_outcome(sign) == OUTCOME_FAILED;
	bool is_row = c->saw & SAW_LISTED || (c->saw & SAW_DROPPED && c->first_ms == TIME_UNKNOWN);
	assert_int_equal(x->sign, sign);
	assert_int_equal(x->is_burst, burst_counts(c));
	assert_int_equal(
		x->is_polling, is_failed && __builtin_popcount(c->tries) >= POLLER_WINDOWS);
	assert_int_equal(x->is_unasked, c->saw & SAW_BARE_REPLY && !is_open);
	assert_int_equal(x->needs_look, is_open && is_row);
	assert_int_equal(x->message, burst_signature(c));
	assert_int_equal(order_proto(x->rest), c->proto);
	assert_int_equal(order_port(x->rest), c->port);
	assert_int_equal(order_time(x->rest), time_noted(c->first_ms));
	assert_int_equal(count_flags(x) & COUNT_BURST ? 1 : 0, x->is_burst);
	assert_int_equal(count_flags(x) & COUNT_POLLING ? 1 : 0, x->is_polling);
}

/* One by one, what was seen. */
static struct seen seen_of(const struct desk *d)
{
	struct seen s = {};
	for (size_t i = 0; i < d->n; i++) {
		const struct contact *c = &d->contact[i];
		if (!(c->saw & SAW_OPEN))
			continue;
		s.n[telemetry_of(c, d->visibility)]++;
		if (contact_first(c) == UINT64_MAX)
			continue;
		s.first_ms = s.n_timed++ ? LEAST(s.first_ms, c->first_ms) : c->first_ms;
		s.last_ms = MOST(s.last_ms, c->last_ms);
	}
	return s;
}

static void notes_are_right(struct desk *d, size_t at_once)
{
	struct notes k = { .evidence = d->evidence,
		.visibility = d->visibility,
		.inventory = d->inventory,
		.key = 1 };
	for (size_t at = 0; at < d->n; at += at_once)
		notes_take(&k, d->number + at, LEAST(at_once, d->n - at), d->count + at);
	for (size_t i = 0; i < d->n; i++) {
		assert_int_equal(d->count[i].number, d->number[i]);
		is_noted_right(d, &d->contact[d->number[i]], &d->count[i]);
	}
	struct seen seen = seen_of(d);
	assert_memory_equal(&k.seen, &seen, sizeof seen);
}

static void many_at_once_are_noted_as_one_by_one(void **)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = site_new(round);
		struct desk d = desk_new(s, round % 2);
		assert_true(d.n > CONTACTS / 2);
		notes_are_right(&d, d.n);
		notes_are_right(&d, 1 + round * 37);
		desk_free(&d);
		free(s);
	}
}

static void sources_are_told_apart(void **)
{
	struct site *s = site_new(3);
	struct desk d = desk_new(s, false);
	notes_are_right(&d, d.n);
	for (size_t i = 0; i < d.n; i++)
		for (size_t j = i; j < LEAST(i + 50, d.n); j++)
			assert_int_equal(d.count[i].source == d.count[j].source,
				addr_eq(&d.contact[d.number[i]].src, &d.contact[d.number[j]].src));
	desk_free(&d);
	free(s);
}

/* Two learn from halves of the contacts, and whichever takes over what the other one learned knows what one would. */
static void learned_by_two_as_by_one(void **)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct site *s = site_new(round);
		struct desk d = desk_new(s, false);
		size_t half = site_below(s, (uint32_t)d.n), way = round % 2, n_returns = 0;
		struct visibility *v[2] = { visibility_new(), visibility_new() };
		for (size_t i = 0; i < d.n; i += 3) { // peers outside teach more
			d.contact[i].dst = addr_v4(0x08080000 + (uint32_t)i);
			d.contact[i].port %= 1024;
		}
		visibility_free(d.visibility);
		d.visibility = visibility_new();
		visibility_learn(d.visibility, d.contact, d.n);
		visibility_settle(d.visibility);
		visibility_learn(v[0], d.contact, half);
		visibility_learn(v[1], d.contact + half, d.n - half);
		visibility_join(v[way], v[!way]);
		visibility_settle(v[way]);
		uint64_t n_known[2], n_returned[2];
		visibility_total(v[way], &n_known[0], &n_returned[0]);
		visibility_total(d.visibility, &n_known[1], &n_returned[1]);
		assert_int_equal(n_known[0], n_known[1]);
		assert_int_equal(n_returned[0], n_returned[1]);
		assert_int_equal(visibility_unsaid(v[way]), visibility_unsaid(d.visibility));
		for (uint16_t x = 0; x < EXPORTERS; x++)
			assert_int_equal(
				visibility_bits(v[way], x), visibility_bits(d.visibility, x));
		for (size_t i = 0; i < d.n; i++) {
			bool is_seen = visibility_returns(d.visibility, &d.contact[i].src);
			assert_int_equal(visibility_returns(v[way], &d.contact[i].src), is_seen);
			n_returns += is_seen;
		}
		assert_true(n_known[0] > 0 && n_returns > 0);
		visibility_free(v[0]);
		visibility_free(v[1]);
		desk_free(&d);
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_at_once_are_noted_as_one_by_one),
		cmocka_unit_test(sources_are_told_apart),
		cmocka_unit_test(learned_by_two_as_by_one),
	};
	return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
