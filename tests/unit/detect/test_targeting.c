// SPDX-License-Identifier: Apache-2.0
// Each strategy draws addresses; the posterior has to name it as often as can be expected of the
// number drawn, seen whole, from a gateway (no own /24) and from an edge (no own /16).
#include "unit/detect/site.h"

#include "detect/targeting.h"

enum { RUNS = 200, PEERS_MAX = 100, SOURCE = 0x80a80c22 }; // 128.168.12.34
enum view { ALL, GATEWAY, EDGE };

static uint32_t masked(struct site *s, uint32_t keep)
{
	return (SOURCE & keep) | ((uint32_t)site_random(s) & ~keep);
}

static uint32_t uniform(struct site *s, uint32_t last, uint32_t i)
{
	(void)last, (void)i;
	return (1 + site_below(s, 222)) << 24 | site_below(s, 1 << 24);
}

static uint32_t code_red_2(struct site *s, uint32_t last, uint32_t i)
{
	uint32_t k = site_below(s, 8);
	return k == 0 ? uniform(s, last, i) : masked(s, k < 5 ? 0xff000000 : 0xffff0000);
}

static uint32_t nimda(struct site *s, uint32_t last, uint32_t i)
{
	uint32_t k = site_below(s, 4);
	return k == 0 ? uniform(s, last, i) : masked(s, k == 1 ? 0xff000000 : 0xffff0000);
}

static uint32_t local(struct site *s, uint32_t last, uint32_t i)
{
	(void)last, (void)i;
	return masked(s, site_below(s, 10) ? 0xffffff00 : 0xffff0000);
}

static uint32_t sequential(struct site *s, uint32_t last, uint32_t i)
{
	return i == 0 ? uniform(s, last, i) : last + 1 + (site_below(s, 8) == 0);
}

static uint32_t foreign(struct site *s, uint32_t last, uint32_t i)
{
	(void)last, (void)i;
	return 169u << 24 | site_below(s, 1 << 24);
}

typedef uint32_t draw_fn(struct site *s, uint32_t last, uint32_t i);

static bool is_visible(enum view v, uint32_t ip)
{
	uint32_t differs = ip ^ SOURCE;
	return v == ALL || (v == GATEWAY ? differs >> 8 : differs >> 16);
}

/* Share of runs in which the posterior puts the right strategy first. */
static double accuracy(draw_fn *draw, enum targeting right, uint32_t n, enum view view)
{
	static struct contact contact[PEERS_MAX];
	static struct exhibit x[PEERS_MAX];
	struct site *s = site_new(n * 31 + view);
	struct addr source = addr_v4(SOURCE);
	unsigned n_right = 0;
	for (int run = 0; run < RUNS; run++) {
		uint32_t last = 0;
		for (uint32_t i = 0; i < n;) {
			last = draw(s, last, i);
			if (!is_visible(view, last))
				continue;
			contact[i] = (struct contact){ .src = source, .dst = addr_v4(last) };
			x[i] = (struct exhibit){ &contact[i], SIGN_NO_ACK };
			i++;
		}
		double posterior[N_TARGETINGS], sum = 0, best = 0;
		targeting_weigh(&source, x, n, posterior);
		for (int t = 0; t < N_TARGETINGS; t++) {
			sum += posterior[t];
			best = posterior[t] > best ? posterior[t] : best;
		}
		assert_true(sum > .999 && sum < 1.001);
		n_right += posterior[right] == best;
	}
	free(s);
	return (double)n_right / RUNS;
}

static void strategies_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		draw_fn *draw;
		enum targeting right;
		uint32_t n;
		double at_least;
	} rows[] = {
		{ uniform, TARGETING_UNIFORM, 10, .99 },
		{ sequential, TARGETING_SEQUENTIAL, 10, .99 },
		{ foreign, TARGETING_FOREIGN_8, 10, .99 },
		{ code_red_2, TARGETING_CODE_RED_2, 50, .94 },
		{ nimda, TARGETING_NIMDA, 50, .94 },
		{ code_red_2, TARGETING_CODE_RED_2, 100, .98 },
		{ nimda, TARGETING_NIMDA, 100, .98 },
	};
	for (size_t i = 0; i < countof(rows); i++)
		for (enum view v = ALL; v <= EDGE; v++) {
			double got = accuracy(rows[i].draw, rows[i].right, rows[i].n, v);
			if (got < rows[i].at_least)
				print_message("# row %zu, view %d: %.3f\n", i, v, got);
			assert_true(got >= rows[i].at_least);
		}
	assert_true(accuracy(local, TARGETING_LOCAL, 10, ALL) >= .99);
}

static void nothing_gives_equal_odds(void **state)
{
	(void)state;
	double posterior[N_TARGETINGS];
	struct addr source = addr_v4(SOURCE);
	targeting_weigh(&source, NULL, 0, posterior);
	for (int t = 0; t < N_TARGETINGS; t++)
		assert_true(posterior[t] > .14 && posterior[t] < .15);
}

static void ipv6_neighbours_are_told_from_strangers(void **state)
{
	(void)state;
	struct contact contact[20] = {};
	struct exhibit x[20];
	struct addr source;
	assert_true(addr_parse(STR("2001:db8:1:2::3"), &source));
	for (uint8_t i = 0; i < 20; i++) {
		contact[i].dst = source;
		contact[i].dst.octet[15] = (uint8_t)(i * 7 + 9);
		contact[i].dst.octet[12] = (uint8_t)(i * 29);
		x[i] = (struct exhibit){ &contact[i], SIGN_NO_ACK };
	}
	double posterior[N_TARGETINGS];
	targeting_weigh(&source, x, 20, posterior);
	assert_true(posterior[TARGETING_LOCAL] > .95);
}

/* A peer of which so many bytes are those of `near`, the rest drawn, in 2000::/3. */
static struct addr peer6(struct site *s, const struct addr *near, size_t n_kept)
{
	struct addr a;
	for (size_t i = 0; i < sizeof a.octet; i++)
		a.octet[i] = i < n_kept ? near->octet[i] : (uint8_t)site_below(s, 256);
	if (n_kept == 0)
		a.octet[0] = 0x20 | (a.octet[0] & 0x1f);
	return a;
}

/* /48 and /32 take the place of /16 and /8. */
static void ipv6_strategies_are_told_apart(void **state)
{
	(void)state;
	enum { PEERS = 100 };
	static const struct {
		enum targeting targeting;
		enum sign sign;
		unsigned same_48, same_32; // of 8
		bool is_sequence, is_foreign;
	} rows[] = {
		{ TARGETING_UNIFORM, SIGN_NO_ACK, 0, 0, false, false },
		{ TARGETING_CODE_RED_2, SIGN_NO_ACK, 3, 4, false, false },
		{ TARGETING_NIMDA, SIGN_NO_ACK, 4, 2, false, false },
		{ TARGETING_SEQUENTIAL, SIGN_NO_ACK, 0, 0, true, false },
		{ TARGETING_FOREIGN_8, SIGN_NO_ACK, 0, 8, false, true },
		{ TARGETING_HIT_LIST, SIGN_ANSWERED, 0, 0, false, false },
	};
	struct addr source, foreign;
	assert_true(addr_parse(STR("2001:db8:1:2::3"), &source));
	assert_true(addr_parse(STR("2a02:26f0::1"), &foreign));
	for (size_t r = 0; r < countof(rows); r++)
		for (uint64_t seed = 0; seed < 20; seed++) {
			static struct contact contact[PEERS];
			static struct exhibit x[PEERS];
			struct site *s = site_new(seed);
			for (unsigned i = 0; i < PEERS; i++) {
				unsigned dice = site_below(s, 8);
				size_t n_kept = dice < rows[r].same_48                     ? 6
						: dice < rows[r].same_48 + rows[r].same_32 ? 4
											   : 0;
				contact[i].dst =
					peer6(s, rows[r].is_foreign ? &foreign : &source, n_kept);
				if (rows[r].is_sequence) {
					contact[i].dst = foreign;
					contact[i].dst.octet[15] = (uint8_t)i;
				}
				x[i] = (struct exhibit){ &contact[i], rows[r].sign };
			}
			free(s);
			double posterior[N_TARGETINGS];
			targeting_weigh(&source, x, PEERS, posterior);
			assert_true(posterior[rows[r].targeting] > .95);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strategies_are_told_apart),
		cmocka_unit_test(nothing_gives_equal_odds),
		cmocka_unit_test(ipv6_neighbours_are_told_from_strangers),
		cmocka_unit_test(ipv6_strategies_are_told_apart),
	};
	return cmocka_run_group_tests_name("targeting", tests, NULL, NULL);
}
