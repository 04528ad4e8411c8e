// SPDX-License-Identifier: Apache-2.0
// The caches: what is found again, what must go when there is no room, and plans.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/template.h"

enum { FLOOD = 10000, ROOM = 4096 };

static struct domain domain_of(uint32_t id)
{
	return (struct domain){ .exporter = addr_v4(0x0a090901), .id = id, .version = 10 };
}

static struct templates *templates_made(void)
{
	struct templates *t = templates_new();
	assert_non_null(t);
	return t;
}

static void put(struct templates *t, const struct domain *d, uint16_t id, bool *evicted)
{
	struct template *p = template_put(t, d, id, evicted);
	assert_int_equal(p->n_steps, 0);
	assert_true(template_add(p, 0, 8, 4));
}

static void what_was_put_is_found(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain a = domain_of(1), b = domain_of(2), c = a, d = a;
	c.version = 9;
	d.exporter = addr_v4(0x0a090902);
	bool evicted;
	put(t, &a, 256, &evicted);
	assert_false(evicted);
	const struct template *p = template_get(t, &a, 256);
	assert_non_null(p);
	assert_int_equal(p->id, 256);
	assert_int_equal(p->min_bytes, 4);
	assert_null(template_get(t, &a, 257));
	assert_null(template_get(t, &b, 256));
	assert_null(template_get(t, &c, 256));
	assert_null(template_get(t, &d, 256));
	put(t, &a, 256, &evicted); // starts again
	assert_false(evicted);
	assert_int_equal(template_get(t, &a, 256)->n_steps, 1);
	templates_free(t);
}

static void deletion(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain a = domain_of(1), b = domain_of(2);
	bool evicted;
	for (uint16_t id = 256; id < 266; id++) {
		put(t, &a, id, &evicted);
		put(t, &b, id, &evicted);
	}
	template_put(t, &a, 300, &evicted)->is_options = true;
	template_del(t, &a, 256, false);
	assert_null(template_get(t, &a, 256));
	assert_non_null(template_get(t, &a, 257));
	assert_non_null(template_get(t, &b, 256));
	template_del(t, &a, 256, false); // once more does no harm
	template_del(t, &a, 0, false);
	for (uint16_t id = 256; id < 266; id++) {
		assert_null(template_get(t, &a, id));
		assert_non_null(template_get(t, &b, id));
	}
	assert_non_null(template_get(t, &a, 300));
	template_del(t, &a, 0, true);
	assert_null(template_get(t, &a, 300));
	templates_free(t);
}

/* Ten thousand templates: each that had to go is told, the one in use never goes. */
static void a_flood_of_templates(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain kept = domain_of(1), flood = domain_of(2);
	bool evicted;
	size_t n_evicted = 0, n_left = 0;
	put(t, &kept, 256, &evicted);
	for (uint16_t i = 0; i < FLOOD; i++) {
		put(t, &flood, (uint16_t)(256 + i), &evicted);
		n_evicted += evicted;
		assert_non_null(template_get(t, &flood, (uint16_t)(256 + i)));
		const struct template *p = template_get(t, &kept, 256);
		assert_non_null(p);
		assert_int_equal(p->domain.id, 1);
	}
	for (uint16_t i = 0; i < FLOOD; i++)
		n_left += template_get(t, &flood, (uint16_t)(256 + i)) != NULL;
	assert_int_equal(n_left, FLOOD - n_evicted);
	assert_in_range(n_left, ROOM * 9 / 10, ROOM);
	templates_free(t);
}

static void plans(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain d = domain_of(1);
	bool evicted;
	struct template *p = template_put(t, &d, 256, &evicted);
	assert_true(template_add(p, 0, 8, 4));
	assert_true(template_add(p, 9, 8, 4));  // of an enterprise that is not read
	assert_true(template_add(p, 0, 15, 4)); // next hop: not read; one step with the last
	assert_true(template_skip(p, 2));
	assert_true(template_add(p, 0, 12, 4));
	assert_int_equal(p->n_steps, 3);
	assert_int_equal(p->step[0].member, MEMBER_SRC);
	assert_int_equal(p->step[1].member, MEMBER_SKIP);
	assert_int_equal(p->step[1].length, 10);
	assert_int_equal(p->step[2].member, MEMBER_DST);
	assert_int_equal(p->min_bytes, 18);
	assert_false(p->varies);
	assert_true(template_add(p, 0, 82, STEP_VARIES));
	assert_true(template_add(p, 0, 83, STEP_VARIES)); // cannot be one step
	assert_true(template_skip(p, 1));
	assert_int_equal(p->n_steps, 6);
	assert_int_equal(p->min_bytes, 18 + 1 + 1 + 1);
	assert_true(p->varies);
	templates_free(t);
}

static void a_plan_is_full(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain d = domain_of(1);
	bool evicted;
	struct template *p = template_put(t, &d, 256, &evicted);
	for (int i = 0; i < STEPS_MAX; i++)
		assert_true(template_add(p, 0, 8, 4));
	assert_false(template_add(p, 0, 12, 4));
	assert_false(template_skip(p, 1));
	assert_int_equal(p->n_steps, STEPS_MAX);

	p = template_put(t, &d, 257, &evicted); // what is not read takes few steps
	for (int i = 0; i < 1000; i++)
		assert_true(template_skip(p, 60));
	assert_int_equal(p->n_steps, 1);
	assert_true(template_skip(p, 60000)); // a length of 65535 would mean "varies"
	assert_int_equal(p->n_steps, 2);
	assert_int_equal(p->min_bytes, 120000);
	templates_free(t);
}

static void samplers(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain a = domain_of(1), b = domain_of(2);
	assert_int_equal(sampler_get(t, &a, SAMPLER_ANY), 0);
	bool evicted;
	sampler_put(t, &a, 3, 64, &evicted);
	assert_int_equal(sampler_get(t, &a, 3), 64);
	assert_int_equal(sampler_get(t, &a, 4), 0);
	assert_int_equal(sampler_get(t, &a, SAMPLER_ANY), 0);
	assert_int_equal(sampler_get(t, &b, 3), 0);
	sampler_put(t, &a, SAMPLER_ANY, 100, &evicted);
	assert_int_equal(sampler_get(t, &a, 4), 100); // what holds for the domain
	assert_int_equal(sampler_get(t, &a, 3), 64);
	assert_int_equal(sampler_get(t, &b, 4), 0);
	sampler_put(t, &a, 3, 128, &evicted);
	assert_int_equal(sampler_get(t, &a, 3), 128);
	templates_free(t);
}

static void a_flood_of_samplers(void **state)
{
	(void)state;
	struct templates *t = templates_made();
	struct domain kept = domain_of(1), flood = domain_of(2);
	size_t n_left = 0, n_evicted = 0;
	bool evicted;
	sampler_put(t, &kept, 3, 64, &evicted);
	for (uint32_t i = 0; i < FLOOD; i++) {
		sampler_put(t, &flood, i, i + 1, &evicted);
		n_evicted += evicted;
		assert_int_equal(sampler_get(t, &flood, i), i + 1);
		assert_int_equal(sampler_get(t, &kept, 3), 64);
	}
	for (uint32_t i = 0; i < FLOOD; i++) {
		uint32_t interval = sampler_get(t, &flood, i);
		assert_true(interval == 0 || interval == i + 1);
		n_left += interval != 0;
	}
	assert_int_equal(n_left + n_evicted, FLOOD); // what went was counted
	assert_in_range(n_left, ROOM * 9 / 10, ROOM);
	templates_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found),
		cmocka_unit_test(deletion),
		cmocka_unit_test(a_flood_of_templates),
		cmocka_unit_test(plans),
		cmocka_unit_test(a_plan_is_full),
		cmocka_unit_test(samplers),
		cmocka_unit_test(a_flood_of_samplers),
	};
	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
