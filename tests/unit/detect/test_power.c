// SPDX-License-Identifier: Apache-2.0
// What is reckoned of the walk, against numbers worked out by hand and against the walk itself.
#include "unit/detect/site.h"

#include <math.h>

#include "detect/power.h"
#include "detect/walk.h"

enum { WALKS = 2000, WALK_CONTACTS = 2000 };
static const double hour_ms = 3600e3;

static bool is_near(double got, double want, double share)
{
	if (fabs(got - want) <= share * fabs(want))
		return true;
	print_message("got %.6g, not %.6g\n", got, want);
	return false;
}

/*
 * Up a step with p, down a step with 1 - p, floor at 0, no ageing: from k to k + 1 it takes
 * h(0) = 1 / p and h(k) = 1 / p + (1 - p) / p * h(k - 1); their sum below the threshold by hand.
 */
static void contacts_match_the_sum_by_hand(void **state)
{
	(void)state;
	static const struct {
		double failed;
		unsigned threshold;
		double contacts;
	} rows[] = {
		{ 1, 7, 7 }, { .98, 7, 7.26996 }, { .9, 7, 8.59375 }, { .8, 7, 11.11115 },
		{ .98, 10, 10.39496 }, { .5, 7, 56 }, // 7 * 8
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct trial t = { .step_nats = STEP_NATS,
			.failed = rows[i].failed,
			.needed_nats = rows[i].threshold * STEP_NATS };
		assert_true(is_near(power_contacts(&t), rows[i].contacts, 1e-3));
	}
}

/* Steps of 1.6 nats, 9 steps of 2.197 needed: 12.2 of them; of 1.1 nats: 17.8. */
static void weak_signs_take_more(void **state)
{
	(void)state;
	struct trial t = { .step_nats = 1.6, .failed = 1, .needed_nats = 9 * STEP_NATS };
	assert_true(is_near(power_contacts(&t), 13, 1e-6));
	t.step_nats = 1.1;
	assert_true(is_near(power_contacts(&t), 18, 1e-6));
}

/*
 * Threshold 7, slack .1: the steady state 1 / (1 - q) is 6.9 at q = 5.9 / 6.9, and
 * 24 h * log2(6.9 / 5.9) = 5.42115 h. At threshold 13: 24 h * log2(12.9 / 11.9) = 2.79383 h.
 */
static void the_slowest_scan_is_that_of_the_half_life(void **state)
{
	(void)state;
	assert_true(is_near(
		power_slowest_ms(STEP_NATS, 7 * STEP_NATS, INFINITY, 1), 5.42115 * hour_ms, 1e-5));
	assert_true(is_near(
		power_slowest_ms(STEP_NATS, 13 * STEP_NATS, INFINITY, 1), 2.79383 * hour_ms, 1e-5));
	assert_true(isinf(power_slowest_ms(7, 7, INFINITY, 1)));
}

/* In ten minutes nothing ages by much: seven contacts are six intervals of 100 s. */
static void a_short_input_needs_all_contacts_within(void **state)
{
	(void)state;
	assert_true(is_near(power_slowest_ms(STEP_NATS, 7 * STEP_NATS, 600e3, 1), 100e3, 1e-6));
	assert_true(is_near(power_slowest_ms(STEP_NATS, 7 * STEP_NATS, 600e3, 11), 60e3, 1e-6));
	assert_true(power_slowest_ms(STEP_NATS, 7 * STEP_NATS, 0, 1) == 0);
	double day = power_slowest_ms(STEP_NATS, 7 * STEP_NATS, 24 * hour_ms, 1);
	assert_true(day > 2 * hour_ms && day < 24 * hour_ms / 6);
}

static bool walk_crosses(double interval_ms, double step_share)
{
	static struct contact contact[200];
	static struct exhibit exhibit[200];
	for (size_t i = 0; i < countof(contact); i++) {
		contact[i].first_ms =
			SITE_START_MS + (uint64_t)((double)i * interval_ms * step_share);
		exhibit[i] = (struct exhibit){ &contact[i], SIGN_NO_ACK };
	}
	return walk_over(exhibit, countof(exhibit), 7 * STEP_NATS).crossed;
}

static void the_walk_itself_agrees_on_the_slowest(void **state)
{
	(void)state;
	double slowest = power_slowest_ms(STEP_NATS, 7 * STEP_NATS, INFINITY, 1);
	assert_true(walk_crosses(slowest, .999));
	assert_false(walk_crosses(slowest, 1.001));
	struct trial t = { .step_nats = STEP_NATS, .failed = 1, .needed_nats = 7 * STEP_NATS };
	t.interval_ms = slowest * 1.001;
	assert_true(isinf(power_contacts(&t)));
	t.interval_ms = slowest * .95;
	assert_false(isinf(power_contacts(&t)));
}

/* The mean number of contacts to the case over many walks, and what it may be off by. */
static double walked(const struct trial *t, enum sign sign, double *error)
{
	static struct contact contact[WALK_CONTACTS];
	static struct exhibit exhibit[WALK_CONTACTS];
	struct site *s = site_new(7);
	double sum = 0, squares = 0;
	for (int k = 0; k < WALKS; k++) {
		for (size_t i = 0; i < WALK_CONTACTS; i++) {
			bool is_failed = site_below(s, 1000000) < t->failed * 1e6;
			contact[i].first_ms =
				SITE_START_MS + (uint64_t)((double)i * t->interval_ms);
			exhibit[i] =
				(struct exhibit){ &contact[i], is_failed ? sign : SIGN_ANSWERED };
		}
		struct walk w = walk_over(exhibit, WALK_CONTACTS, t->needed_nats);
		assert_true(w.crossed);
		sum += (double)(w.crossing + 1);
		squares += (double)(w.crossing + 1) * (double)(w.crossing + 1);
	}
	double mean = sum / WALKS;
	*error = 4 * sqrt((squares / WALKS - mean * mean) / WALKS) + mean * 2e-3;
	free(s);
	return mean;
}

static void the_walk_itself_agrees_on_the_contacts(void **state)
{
	(void)state;
	static const struct {
		enum sign sign;
		double failed, threshold, interval_ms;
	} rows[] = {
		{ SIGN_NO_ACK, .98, 7, 1000 },
		{ SIGN_NO_ACK, .9, 7, 1000 },
		{ SIGN_NO_ACK, .7, 10, 6 },
		{ SIGN_SMALL, .98, 9, 1000 },
		{ SIGN_SYN_SAMPLED, .83, 10, 170e3 },
		{ SIGN_SAME_SIZE, 1, 9, 1000 },
		{ SIGN_NO_ACK, .98, 7, 3600e3 }, // one an hour: ageing counts
		{ SIGN_NO_ACK, .95, 7, 3 * 3600e3 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct trial t = { .step_nats = sign_nats(rows[i].sign),
			.failed = rows[i].failed,
			.needed_nats = rows[i].threshold * STEP_NATS,
			.interval_ms = rows[i].interval_ms };
		double error, mean = walked(&t, rows[i].sign, &error);
		double reckoned = power_contacts(&t);
		if (fabs(reckoned - mean) > error)
			fail_msg("row %zu: reckoned %.3f, walked %.3f +- %.3f", i, reckoned, mean,
				error);
	}
}

/* Seconds until one scan of 6 peers a second makes its case, one packet in 1000 being looked at. */
static double sampled_walk(struct site *s, double needed_nats)
{
	static struct contact contact[200];
	static struct exhibit exhibit[200];
	size_t n = 0;
	for (uint32_t i = 0; n < countof(contact); i++) {
		bool is_hit = site_below(s, 100) < 2, is_seen = false;
		for (int packet = is_hit ? 10 : 2; packet-- > 0;)
			is_seen |= site_below(s, 1000) == 0;
		if (!is_seen)
			continue;
		contact[n].first_ms = SITE_START_MS + i * UINT64_C(1000) / 6;
		exhibit[n] =
			(struct exhibit){ &contact[n], is_hit ? SIGN_ANSWERED : SIGN_SYN_SAMPLED };
		n++;
	}
	struct walk w = walk_over(exhibit, n, needed_nats);
	assert_true(w.crossed);
	return (double)(contact[w.crossing].first_ms - SITE_START_MS) / 1000;
}

static void a_sampled_scan_is_seen_when_it_says(void **state)
{
	(void)state;
	enum { RUNS = 1000 };
	struct seen seen = { .n[TELEMETRY_TCP_SAMPLED] = 1,
		.n_timed = 1,
		.first_ms = SITE_START_MS,
		.last_ms = SITE_START_MS + 600000,
		.sampling_most = 1000 };
	struct power p;
	struct site *s = site_new(11);
	double sum = 0, squares = 0;
	power_reckon(&seen, &p);
	for (int k = 0; k < RUNS; k++) {
		double seconds = sampled_walk(s, p.row[0].threshold * sign_nats(SIGN_SYN_SAMPLED));
		sum += seconds;
		squares += seconds * seconds;
	}
	free(s);
	double mean = sum / RUNS, error = sqrt((squares / RUNS - mean * mean) / RUNS);
	if (fabs(p.row[0].scan[2].seconds - mean) > 4 * error)
		fail_msg("reckoned %.0f s, walked %.0f +- %.0f s", p.row[0].scan[2].seconds, mean,
			error);
}

static void sampling_stretches_time(void **state)
{
	(void)state;
	struct seen seen = { .n[TELEMETRY_TCP_SAMPLED] = 1000,
		.n_timed = 1000,
		.first_ms = SITE_START_MS,
		.last_ms = SITE_START_MS + 3600000,
		.sampling_least = 100,
		.sampling_most = 1000,
		.thinning = 1 };
	struct power p;
	power_reckon(&seen, &p);
	assert_int_equal(p.n_rows, 1);
	assert_true(is_near(p.duration_s, 3600, 1e-9));
	assert_true(isnan(p.visible));
	const struct power_row *r = &p.row[0];
	assert_int_equal(r->sampling, 1000);
	assert_true(r->rate == .15);
	// 160 probes of one packet: .98 * 160 / 1000 a second, and of hits .02 * 160 * (1 - .999^10)
	double per_s = .1568 + 3.2 * .0099551;
	const struct detection *mirai = &r->scan[3];
	assert_true(is_near(mirai->seconds, mirai->contacts / per_s, 1e-4));
	assert_true(mirai->contacts > 14 && mirai->in_time);
	assert_false(r->scan[0].in_time);
	// every packet looked at: a thousandth of the rate, but for the steps, which are smaller there
	double few_ms = power_slowest_ms(1.6, 9 * 1.6, INFINITY, 1);
	double more_ms = power_slowest_ms(1.6, 9 * STEP_NATS, INFINITY, 1);
	seen.n[TELEMETRY_TCP_ONE_WAY] = 1;
	power_reckon(&seen, &p);
	assert_int_equal(p.n_rows, 2);
	assert_true(is_near(p.row[1].slowest_per_min / p.row[0].slowest_per_min,
		1000 * more_ms / few_ms, 1e-6));
	seen.thinning = 4; // a sample of the contacts is a sample as well
	double before = p.row[0].slowest_per_min;
	power_reckon(&seen, &p);
	assert_true(is_near(p.row[0].slowest_per_min, 4 * before, 1e-9));
}

static void what_is_unknown_stays_unknown(void **state)
{
	(void)state;
	struct power p;
	power_reckon(&(struct seen){}, &p);
	assert_int_equal(p.n_rows, 0);
	assert_true(isnan(p.duration_s) && isnan(p.visible));
	power_reckon(&(struct seen){ .n[TELEMETRY_LIST] = 5, .n[TELEMETRY_TCP_TOLD] = 5 }, &p);
	assert_int_equal(p.n_rows, 2);
	assert_false(isnan(p.row[0].slowest_per_min));
	assert_true(isnan(p.row[0].slowest_here_per_min));
	assert_false(p.row[0].scan[3].in_time); // no record tells a time
	assert_true(isnan(p.row[1].slowest_per_min) && isnan(p.row[1].scan[0].seconds));
}

/* The seen part, by a whole judgement. */
static struct power judged(struct site *s)
{
	struct power p;
	struct findings f = site_judge(s, NULL);
	power_reckon(&f.seen, &p);
	findings_free(&f);
	return p;
}

static struct site *mixed_site(void)
{
	struct site *s = site_new(5);
	for (uint32_t i = 0; i < 100; i++) {
		site_good(s, 0x0a010105 + i % 9, 0xc6336400 + i, PROTO_TCP, 80, 1000);
		site_good(s, 0x0a010105 + i % 9, 0x0a010001, PROTO_UDP, 53, 1000);
	}
	return s;
}

static void telemetry_is_told_apart(void **state)
{
	(void)state;
	struct power p = judged(mixed_site());
	assert_int_equal(p.n_rows, 2);
	assert_int_equal(p.row[0].telemetry, TELEMETRY_TCP_TOLD);
	assert_int_equal(p.row[0].n_contacts, 100);
	assert_int_equal(p.row[1].telemetry, TELEMETRY_OTHER_BOTH_WAYS);
	assert_true(p.visible == 1);
	assert_true(p.seen.worst_tcp.share > 0 && p.seen.worst_tcp.share <= .05);
	assert_int_equal(p.seen.worst_tcp.port, 80);
	assert_int_equal(p.seen.worst_other.port, 53);
	assert_true(is_near(p.duration_s, 199, 1e-9));

	static const struct {
		bool no_flags, one_way, is_list;
		uint32_t sampling;
		enum telemetry tcp, other;
	} rows[] = {
		{ true, false, false, 0, TELEMETRY_TCP_BOTH_WAYS, TELEMETRY_OTHER_BOTH_WAYS },
		{ true, true, false, 0, TELEMETRY_TCP_ONE_WAY, TELEMETRY_OTHER_ONE_WAY },
		{ false, true, false, 0, TELEMETRY_TCP_TOLD, TELEMETRY_OTHER_ONE_WAY },
		{ false, false, false, 50, TELEMETRY_TCP_SAMPLED, TELEMETRY_OTHER_SAMPLED },
		{ false, false, true, 0, TELEMETRY_LIST, TELEMETRY_LIST },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct site *s = mixed_site();
		size_t n = s->n;
		s->n = 0;
		for (size_t k = 0; k < n; k++) { // written anew, in place
			struct flow f = s->flow[k];
			s->no_flags = rows[i].no_flags;
			s->is_list = rows[i].is_list;
			s->sampling = rows[i].sampling;
			bool is_back = f.src_port < 1024;
			if (!(rows[i].one_way && is_back))
				site_put(s, f);
		}
		p = judged(s);
		assert_int_equal(p.row[0].telemetry, rows[i].tcp);
		assert_int_equal(p.row[p.n_rows - 1].telemetry, rows[i].other);
		assert_int_equal(p.seen.sampling_most, rows[i].sampling);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contacts_match_the_sum_by_hand),
		cmocka_unit_test(weak_signs_take_more),
		cmocka_unit_test(the_slowest_scan_is_that_of_the_half_life),
		cmocka_unit_test(a_short_input_needs_all_contacts_within),
		cmocka_unit_test(the_walk_itself_agrees_on_the_slowest),
		cmocka_unit_test(the_walk_itself_agrees_on_the_contacts),
		cmocka_unit_test(a_sampled_scan_is_seen_when_it_says),
		cmocka_unit_test(sampling_stretches_time),
		cmocka_unit_test(what_is_unknown_stays_unknown),
		cmocka_unit_test(telemetry_is_told_apart),
	};
	return cmocka_run_group_tests_name("power", tests, NULL, NULL);
}
