// SPDX-License-Identifier: Apache-2.0
// Templates that somebody kept: what is given back decodes as before, what is damaged teaches nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/keepsake.h"
#include "unit/decode/feed.h"

static const struct field pair[] = { { 0, 8, 4, 0x0a000001 }, { 0, 12, 4, 0x0a000002 } };
static const struct field scoped[] = { { 0, 1, 4, 7 }, { 0, 34, 4, 100 } };

struct kept {
	size_t n;
	uint8_t body[4][128];
	size_t len[4];
};

static bool keep(void *ctx, const struct domain *d, uint16_t set, struct bytes record)
{
	struct kept *k = ctx;
	k->len[k->n] = keepsake_put(k->body[k->n], sizeof k->body[0], d, set, record);
	return k->len[k->n++] > 0;
}

static bool keep_sampler(void *ctx, const struct sampler *s)
{
	struct kept *k = ctx;
	keepsake_put_sampler(k->body[k->n], s);
	k->len[k->n++] = KEEPSAKE_SAMPLER_BYTES;
	return true;
}

static const struct field sampler[] = { { 0, 48, 1, 3 }, { 0, 34, 4, 100 } };
static const struct field sampled[] = { { 0, 8, 4, 0x0a000001 }, { 0, 12, 4, 0x0a000002 },
	{ 0, 48, 1, 3 } };

/* The options come once in many minutes, and until then a sampled SYN would look like a failure. */
static void a_sampler_is_known_after_a_restart(void **)
{
	for (uint16_t version = 9; version <= 10; version++) {
		static struct draft d;
		struct kept kept = {};
		struct template_keeper keeper = {
			.keep = keep, .keep_sampler = keep_sampler, .ctx = &kept
		};
		struct feed *first = feed_new(), *second = feed_new();
		first->keeper = second->keeper = &keeper;
		draft_begin(&d, version, 5);
		draft_options(&d, 301, sampler, countof(sampler), 1);
		draft_data(&d, 301, sampler, countof(sampler));
		draft_data(&d, 301, sampler, countof(sampler)); // nothing new
		assert_true(feed_give(first, draft_end(&d)));
		assert_int_equal(kept.n, 2);
		assert_int_equal(kept.len[1], KEEPSAKE_SAMPLER_BYTES);
		struct bytes body = { kept.body[1], kept.len[1] };
		assert_true(keepsake_restore_sampler(body, second->templates));
		for (size_t len = 0; len < body.len; len++)
			assert_false(keepsake_restore_sampler(
				(struct bytes){ body.ptr, len }, second->templates));
		draft_begin(&d, version, 5);
		draft_template(&d, 300, sampled, countof(sampled));
		draft_data(&d, 300, sampled, countof(sampled));
		assert_true(feed_give(second, draft_end(&d)));
		assert_int_equal(second->n, 1);
		assert_int_equal(second->flow[0].sampling, 100);
		assert_int_equal(kept.n, 3); // the template; who gave the sampler has it
		feed_free(first);
		feed_free(second);
	}
}

static void what_is_given_back_decodes_as_before(void **)
{
	for (uint16_t version = 9; version <= 10; version++) {
		static struct draft d;
		struct kept kept = {};
		struct template_keeper keeper = {
			.keep = keep, .keep_sampler = keep_sampler, .ctx = &kept
		};
		struct feed *first = feed_new(), *second = feed_new();
		first->keeper = &keeper;
		draft_begin(&d, version, 5);
		draft_template(&d, 300, pair, countof(pair));
		draft_options(&d, 301, scoped, countof(scoped), 1);
		assert_true(feed_give(first, draft_end(&d)));
		assert_int_equal(kept.n, 2);

		for (size_t i = 0; i < kept.n; i++)
			assert_true(keepsake_restore(
				(struct bytes){ kept.body[i], kept.len[i] }, second->templates));
		draft_begin(&d, version, 5);
		draft_data(&d, 301, scoped, countof(scoped));
		draft_data(&d, 300, pair, countof(pair));
		assert_true(feed_give(second, draft_end(&d)));
		feed_assert_fault(second, FAULT_NONE);
		assert_int_equal(second->n, 1);
		assert_v4(&second->flow[0].dst, 0x0a000002);
		assert_int_equal(second->flow[0].sampling, 100);
		feed_free(first);
		feed_free(second);
	}
}

static void a_later_one_of_the_same_number_has_the_same_key(void **)
{
	const struct domain d = { .exporter = addr_v4(1), .id = 5, .version = 10 };
	static const uint8_t old[] = { 1, 44, 0, 1, 0, 8, 0, 4 };
	static const uint8_t new[] = { 1, 44, 0, 1, 0, 12, 0, 4 };
	static const uint8_t other[] = { 1, 45, 0, 1, 0, 12, 0, 4 };
	uint8_t a[64], b[64], c[64];
	assert_int_equal(keepsake_put(a, sizeof a, &d, 2, (struct bytes){ old, sizeof old }),
		KEEPSAKE_HEADER_BYTES + sizeof old);
	keepsake_put(b, sizeof b, &d, 2, (struct bytes){ new, sizeof new });
	keepsake_put(c, sizeof c, &d, 2, (struct bytes){ other, sizeof other });
	assert_memory_equal(a, b, KEEPSAKE_KEY_BYTES);
	assert_memory_not_equal(a, c, KEEPSAKE_KEY_BYTES);
}

static void what_does_not_fit_is_not_kept(void **)
{
	const struct domain d = { .version = 10 };
	uint8_t room[KEEPSAKE_HEADER_BYTES + 8];
	static const uint8_t record[KEEPSAKE_MAX] = { 1, 44 };
	assert_int_equal(keepsake_put(room, sizeof room, &d, 2, (struct bytes){ record, 9 }), 0);
	assert_int_equal(
		keepsake_put(room, SIZE_MAX, &d, 2, (struct bytes){ record, KEEPSAKE_MAX }), 0);
}

static void what_is_damaged_teaches_nothing(void **)
{
	const struct domain d = { .exporter = addr_v4(1), .id = 5, .version = 10 };
	static const uint8_t record[] = { 1, 44, 0, 2, 0, 8, 0, 4, 0, 12, 0, 4 };
	uint8_t body[64];
	struct templates *t = templates_new();
	size_t n = keepsake_put(body, sizeof body, &d, 2, (struct bytes){ record, sizeof record });
	for (size_t len = 0; len < n; len++)
		assert_false(keepsake_restore((struct bytes){ body, len }, t));
	assert_null(template_get(t, &d, 300));
	assert_true(keepsake_restore((struct bytes){ body, n }, t));
	assert_non_null(template_get(t, &d, 300));
	for (size_t i = 0; i < n; i++)
		for (unsigned v = 0; v < 256; v++) { // any byte may be anything
			uint8_t wrong[64];
			memcpy(wrong, body, n);
			wrong[i] = (uint8_t)v;
			(void)keepsake_restore((struct bytes){ wrong, n }, t);
		}
	templates_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_back_decodes_as_before),
		cmocka_unit_test(a_sampler_is_known_after_a_restart),
		cmocka_unit_test(a_later_one_of_the_same_number_has_the_same_key),
		cmocka_unit_test(what_does_not_fit_is_not_kept),
		cmocka_unit_test(what_is_damaged_teaches_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
