// SPDX-License-Identifier: Apache-2.0
// Telemetry that is lost, in every way it can be, recovers nobody; telemetry that is whole does.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/coverage.h"
#include "incident/silence.h"
#include "model/attack.h"
#include "unit/incident/case.h"

enum { STEP_MS = 30 * 1000, HOURS = 5, HOST_IP = 0x0a000001, N_EXPORTERS = 2 };
static const uint64_t clean_ms = T0 + 60 * MINUTE; // when the host is cleaned

/* Ways to lose telemetry: some take one step, some last. */
enum loss {
	LOSS_GAP,
	LOSS_MISSING,
	LOSS_TEMPLATE,
	LOSS_FAULT,
	LOSS_RESTART,
	LOSS_SKEW,
	LOSS_CLOCK_BACK,
	LOSS_CUT,
	LOSS_COLLECTOR,
	LOSS_KEEPER,
	LOSS_PARCEL,
	LOSS_HOST_OFF,
	N_LOSSES
};

struct site {
	struct settings settings;
	struct scene scene;
	struct roster *roster;
	struct coverage *coverage;
	struct exporter exporter[N_EXPORTERS];
	uint16_t identity[N_EXPORTERS];
	uint64_t random, now_ms;
	uint64_t cut_until_ms[N_EXPORTERS], off_until_ms;
	size_t n_told; // events of coverage
};

static uint32_t draw(uint64_t *random, uint32_t below)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*random >> 33) % below;
}

static void exporters_put(struct site *s)
{
	for (size_t i = 0; i < N_EXPORTERS; i++) {
		struct exporter *x = &s->exporter[i];
		if (s->now_ms < s->cut_until_ms[i])
			continue;
		x->datagrams += 10;
		x->records += 300;
		x->first_ms = x->first_ms ? x->first_ms : s->now_ms;
		x->last_ms = s->now_ms;
		roster_put(s->roster, x, &s->settings, s->now_ms);
	}
}

static struct contact contact_by(const struct site *s, size_t exporter, uint64_t at_ms)
{
	struct contact c = contact_of(HOST_IP, 0x0a000035, 53, at_ms);
	c.saw = SAW_OPEN | SAW_ANSWER;
	c.exporter = s->identity[exporter];
	return c;
}

static void tell(struct site *s)
{
	enum { ROOM = 8 };
	struct event out[ROOM];
	coverage_follow(s->coverage, s->scene.board);
	size_t n = coverage_tell(
		s->coverage, s->roster, s->scene.board, &s->settings, s->now_ms, out, ROOM);
	for (size_t i = 0; i < n; i++)
		if (!scene_put(&s->scene, out[i]))
			fail_msg("%s: %s", s->scene.board->why.text, out[i].body);
	s->n_told += n;
}

static void step(struct site *s)
{
	s->now_ms += STEP_MS;
	exporters_put(s);
	if (s->now_ms >= s->off_until_ms && s->now_ms >= s->cut_until_ms[0]) {
		struct contact c = contact_by(s, 0, s->now_ms - 1000);
		coverage_see(s->coverage, &c);
	}
	tell(s);
}

/* An infected host, whose attack was shown by the first exporter if `is_traced`; then it is cleaned. */
static struct site site_of(uint64_t seed, bool is_traced, uint16_t version)
{
	struct site s = { .scene = scene_new(),
		.roster = calloc(1, sizeof *s.roster),
		.coverage = coverage_new(),
		.random = seed,
		.now_ms = T0 };
	settings_init(&s.settings);
	assert_non_null(s.roster);
	assert_non_null(s.coverage);
	for (size_t i = 0; i < N_EXPORTERS; i++)
		s.exporter[i] = (struct exporter){ .address = addr_v4(0xc0000201 + (uint32_t)i),
			.version = version };
	exporters_put(&s);
	for (size_t i = 0; i < N_EXPORTERS; i++)
		s.identity[i] = s.roster->member[i].identity;
	struct contact c = contact_by(&s, 0, T0);
	struct exhibit x = { &c, SIGN_NO_ACK };
	struct finding f = finding_of(HOST_IP, 445, VERDICT_WORM, T0);
	f.exhibit = &x;
	f.n_exhibits = 1;
	scene_see(&s.scene, &f, 1);
	coverage_follow(s.coverage, s.scene.board);
	if (is_traced)
		coverage_trace(s.coverage, &f);
	while (s.now_ms < clean_ms)
		step(&s);
	assert_true(scene_move(&s.scene, STATE_REMEDIATING, s.now_ms));
	assert_true(scene_move(&s.scene, STATE_REMEDIATED, s.now_ms));
	tell(&s);
	assert_int_equal(scene_member(&s.scene, 1)->state, STATE_VERIFYING);
	return s;
}

static struct site site_new(uint64_t seed, bool is_traced)
{
	return site_of(seed, is_traced, 9);
}

/* A board made from the log is the one that was live. */
static void site_free(struct site *s)
{
	struct board *again = board_new();
	const struct board *b = s->scene.board;
	for (size_t i = 0; i < s->scene.n; i++)
		board_apply(again, &s->scene.event[i]);
	assert_int_equal(again->n_refused, b->n_refused);
	assert_memory_equal(again->member.row, b->member.row, b->member.n * sizeof(struct member));
	assert_memory_equal(again->host.row, b->host.row, b->host.n * sizeof(struct host_row));
	board_free(again);
	coverage_free(s->coverage);
	free(s->roster);
	scene_free(&s->scene);
}

/* A keeper that died remembers exporters and who showed the attack, nothing else. */
static void keeper_anew(struct site *s)
{
	uint8_t key[ENLISTED_KEY_BYTES], value[PARCEL_EXPORTER_BYTES], covered[COVERED_BYTES];
	struct roster *roster = calloc(1, sizeof *roster);
	struct coverage *coverage = coverage_new();
	assert_non_null(roster);
	assert_non_null(coverage);
	coverage_follow(coverage, s->scene.board);
	while (roster_changed(s->roster, s->now_ms)) // each is given once
		;
	for (size_t i = 0; i < s->roster->n; i++) {
		enlisted_encode(&s->roster->member[i], key, value);
		roster_recall(roster, (struct bytes){ value, sizeof value });
	}
	for (const struct covered_host *h; (h = coverage_changed(s->coverage));) {
		size_t n = covered_encode(h, covered);
		covered_decode(coverage, s->scene.board, h->host, (struct bytes){ covered, n });
	}
	free(s->roster);
	coverage_free(s->coverage);
	s->roster = roster;
	s->coverage = coverage;
}

static void lose(struct site *s, enum loss loss, size_t exporter)
{
	struct exporter *x = &s->exporter[exporter];
	int64_t skew_ms = x->skew_ms;
	switch (loss) {
	case LOSS_GAP:
		x->gaps++, x->missing += 30;
		break;
	case LOSS_MISSING:
		x->missing++;
		break;
	case LOSS_TEMPLATE:
		x->without_template++;
		break;
	case LOSS_FAULT:
		x->faults++;
		break;
	case LOSS_RESTART:
		x->restarts++;
		break;
	case LOSS_SKEW:
		x->skew_ms = 6 * MINUTE;
		break;
	case LOSS_CLOCK_BACK:
		x->skew_ms -= 2 * MINUTE;
		break;
	case LOSS_CUT:
		s->cut_until_ms[exporter] = s->now_ms + 3 * MINUTE;
		break;
	case LOSS_COLLECTOR:
		for (size_t i = 0; i < N_EXPORTERS; i++)
			s->exporter[i].datagrams = s->exporter[i].records = 0;
		break;
	case LOSS_KEEPER:
		keeper_anew(s);
		break;
	case LOSS_PARCEL:
		roster_break(s->roster);
		break;
	case LOSS_HOST_OFF:
		s->off_until_ms = s->now_ms + 31 * MINUTE;
		break;
	case N_LOSSES:
		break;
	}
	step(s);
	if (loss == LOSS_SKEW)
		x->skew_ms = skew_ms;
}

static bool tries(struct site *s)
{
	return scene_member(&s->scene, 1)->state == STATE_VERIFYING &&
	       scene_move(&s->scene, STATE_RECOVERED, s->now_ms);
}

static void whole_telemetry_recovers_in_an_hour(void **state)
{
	(void)state;
	struct site s = site_new(1, true);
	uint64_t since_ms = scene_member(&s.scene, 1)->state_ms;
	while (s.now_ms < since_ms + 59 * MINUTE) {
		step(&s);
		assert_false(tries(&s));
	}
	while (!tries(&s)) {
		step(&s);
		assert_true(s.now_ms < since_ms + 62 * MINUTE);
	}
	assert_in_range(s.n_told, 2, 12); // one in ten minutes, and the proof
	site_free(&s);
}

/* Losses come often enough that no hour of it is whole. */
static void lost_telemetry_recovers_nobody(void **state)
{
	(void)state;
	enum { RUNS = 240 };
	for (uint64_t run = 0; run < RUNS; run++) {
		bool is_traced = run % 2;
		struct site s = site_new(run + 7, is_traced);
		uint64_t end_ms = s.now_ms + HOURS * UINT64_C(60) * MINUTE;
		while (s.now_ms < end_ms) {
			uint64_t next_ms = s.now_ms + (1 + draw(&s.random, 54)) * UINT64_C(60000);
			for (; s.now_ms < next_ms; step(&s))
				assert_false(tries(&s));
			// the other exporter counts when nobody knows who showed the attack
			size_t which = is_traced ? 0 : draw(&s.random, N_EXPORTERS);
			lose(&s,
				(enum loss)(
					run < N_LOSSES * 2 ? run / 2 : draw(&s.random, N_LOSSES)),
				which);
			assert_false(tries(&s));
		}
		assert_true(s.n_told < 2 + HOURS * 6 + 30);
		site_free(&s);
	}
}

static void an_exporter_that_is_cut_out_never_lets_a_host_recover(void **state)
{
	(void)state;
	struct site s = site_new(3, true);
	s.cut_until_ms[0] = UINT64_MAX;
	for (unsigned i = 0; i < HOURS * 120; i++) {
		struct contact c = contact_by(&s, 1, s.now_ms); // the other shows it alive
		coverage_see(s.coverage, &c);
		step(&s);
		if (i == 200)
			keeper_anew(&s); // that does not make it forgotten
		assert_false(tries(&s));
	}
	site_free(&s);
}

static void an_exporter_that_shows_nothing_of_a_host_may_be_ill(void **state)
{
	(void)state;
	struct site s = site_new(4, true);
	uint64_t since_ms = s.now_ms;
	for (; s.now_ms < since_ms + 62 * MINUTE; step(&s))
		s.exporter[1].gaps++;
	assert_true(tries(&s));
	site_free(&s);
	s = site_new(4, false); // who shows it is not known: all count
	since_ms = s.now_ms;
	for (; s.now_ms < since_ms + 62 * MINUTE; step(&s))
		s.exporter[1].gaps++;
	assert_false(tries(&s));
	site_free(&s);
}

static void answers_show_a_host_alive_and_questions_to_it_do_not(void **state)
{
	(void)state;
	struct site s = site_new(5, true);
	s.off_until_ms = UINT64_MAX;
	uint64_t since_ms = s.now_ms;
	for (; s.now_ms < since_ms + 70 * MINUTE; step(&s)) {
		struct contact c = contact_of(0x0a000099, HOST_IP, 80, s.now_ms);
		c.saw = SAW_OPEN | SAW_NO_ACK;
		c.exporter = s.identity[0];
		coverage_see(s.coverage, &c);
	}
	assert_false(tries(&s));
	since_ms = s.now_ms;
	for (; s.now_ms < since_ms + 70 * MINUTE; step(&s)) {
		struct contact c = contact_of(0x0a000099, HOST_IP, 80, s.now_ms);
		c.saw = SAW_OPEN | SAW_ANSWER;
		c.exporter = s.identity[0];
		coverage_see(s.coverage, &c);
	}
	assert_true(tries(&s));
	site_free(&s);
}

/* Contacts of which only the way back was told name no exporter that could be missed. */
static void an_answer_without_its_question_names_nobody(void **state)
{
	(void)state;
	struct site s = site_new(6, true);
	uint64_t since_ms = s.now_ms;
	for (; s.now_ms < since_ms + 62 * MINUTE; step(&s)) {
		struct contact c = contact_of(0x0a000099, HOST_IP, 80, s.now_ms);
		c.saw = SAW_REVERSE | SAW_ANSWER;
		c.exporter = UINT16_MAX;
		coverage_see(s.coverage, &c);
	}
	assert_true(tries(&s));
	site_free(&s);
}

/* What an interface shows had no exporter, so its silence never counted. */
static void an_interface_covers_whom_it_shows_while_drops_are_known_to_be_none(void **state)
{
	(void)state;
	char room[COVERAGE_LACK_BYTES];
	struct site s = site_of(7, true, EXPORTER_INTERFACE);
	uint64_t since_ms = s.now_ms;
	while (s.now_ms < since_ms + 62 * MINUTE)
		step(&s);
	assert_true(tries(&s));
	site_free(&s);
	s = site_of(7, true, EXPORTER_INTERFACE);
	for (since_ms = s.now_ms; s.now_ms < since_ms + 180 * MINUTE; step(&s)) {
		s.exporter[0].gaps++; // each window: the kernel does not tell
		assert_false(tries(&s));
	}
	s.exporter[0].datagrams++;
	s.exporter[0].gaps++;
	roster_put(s.roster, &s.exporter[0], &s.settings, s.now_ms);
	roster_break(s.roster);
	const char *lack = coverage_lack(s.coverage, s.roster, &s.settings, 1, s.now_ms, room);
	assert_non_null(lack);
	assert_non_null(
		strstr(lack, "interface that is not listened to any more, which shows the host"));
	assert_non_null(strstr(lack, "the kernel dropped frames, or does not tell whether it did"));
	site_free(&s);
}

/* A log of a server that stands so, with a line each step. */
static struct log_state log_now(const struct site *s, const char *path, uint64_t whole_ms)
{
	return (struct log_state){
		.whole_ms = whole_ms, .last_ms = s->now_ms, .path = { path, strlen(path) }
	};
}

/* As step, of a site without exporters where `n` servers write logs and the host asks for pages. */
static void log_step(struct site *s, struct log_sensors *logs, size_t n, uint64_t whole_ms)
{
	static const char *const path[] = { "/a/x.log", "/b/x.log", "/c/x.log" };
	struct addr host = addr_v4(HOST_IP);
	s->now_ms += STEP_MS;
	for (size_t i = 0; i < n; i++) {
		struct log_state before = {}, now = log_now(s, path[i], whole_ms);
		log_sensors_hear(logs, &before, &now);
	}
	coverage_alive(s->coverage, &host, (struct span){ s->now_ms, s->now_ms });
	tell(s);
}

/* One request each six minutes to either of two servers: 65536 / (2 3/8) probes for each that is seen. */
static struct site logged_site(struct log_sensors *logs)
{
	enum { REQUESTS = 10 };
	struct site s = { .scene = scene_new(),
		.roster = calloc(1, sizeof *s.roster),
		.coverage = coverage_new(),
		.now_ms = T0 };
	settings_init(&s.settings);
	coverage_listen(s.coverage, logs);
	struct signature signature = { .id = "code-red-2", .class = SIGNATURE_INFECTED };
	struct attack attack = { .host = addr_v4(HOST_IP),
		.signature = &signature,
		.n = REQUESTS,
		.patterns = 1,
		.sampling = log_sampling(2),
		.first_ms = T0 - (REQUESTS - 1) * 6 * MINUTE,
		.last_ms = T0 };
	const struct attack *attacks[] = { &attack };
	struct finding f = { .host = addr_v4(HOST_IP),
		.verdict = VERDICT_WORM,
		.confidence = .99,
		.first_ms = attack.first_ms,
		.last_ms = T0,
		.attack = attacks,
		.n_attacks = 1 };
	scene_see(&s.scene, &f, 1);
	coverage_follow(s.coverage, s.scene.board);
	static const char *const path[] = { "/a/y.log", "/b/y.log" }; // names of another day
	for (size_t i = 0; i < countof(path); i++)
		coverage_trace_log(s.coverage, &f.host,
			log_sensor_identity((struct str){ path[i], strlen(path[i]) }), true);
	while (s.now_ms < clean_ms)
		log_step(&s, logs, 2, T0);
	assert_true(scene_move(&s.scene, STATE_REMEDIATING, s.now_ms));
	assert_true(scene_move(&s.scene, STATE_REMEDIATED, s.now_ms));
	tell(&s);
	return s;
}

static void web_logs_prove_silence_by_the_share_of_probes_that_comes_to_them(void **state)
{
	(void)state;
	struct log_sensors logs = {};
	struct site s = logged_site(&logs);
	assert_int_equal(log_sampling(1), 174763); // 65536 * 8 / 3
	assert_int_equal(log_sampling(2), 87382);
	// pace: 10 requests in 54 min of 87382 probes each: above 100 a second, which is what counts
	double needed_ms = 87382 * log(1e6) / 100 * 1000 + SILENCE_DELAY_MS;
	uint64_t since_ms = scene_member(&s.scene, 1)->state_ms;
	while (s.now_ms < since_ms + (uint64_t)needed_ms - MINUTE) {
		log_step(&s, &logs, 2, T0);
		assert_false(tries(&s));
	}
	for (int i = 0; i < 10; i++)
		log_step(&s, &logs, 2, T0);
	struct silence is = silence_of(s.scene.board, scene_member(&s.scene, 1), s.now_ms);
	assert_int_equal(is.n_logs, 2);
	assert_true(fabs((double)is.needed_ms - needed_ms) < 10);
	assert_true(tries(&s));
	site_free(&s);
}

static void a_log_that_breaks_off_lets_nobody_recover(void **state)
{
	(void)state;
	char room[COVERAGE_LACK_BYTES];
	for (int way = 0; way < 3; way++) {
		struct log_sensors logs = {};
		struct site s = logged_site(&logs);
		for (int i = 0; i < HOURS * 120; i++) {
			struct log_state before = {}, now = log_now(&s, "/b/x.log", T0);
			now.gaps = way == 0 && i % 100 == 99;            // lines may be missing
			now.ailing = way == 1 ? 1 << LOG_UNREADABLE : 0; // nobody knows
			if (way < 2)
				log_sensors_hear(&logs, &before, &now);
			log_step(&s, &logs, way == 0 ? 2 : 1,
				T0); // else the second server tells no more
			assert_false(tries(&s));
		}
		if (way == 1)
			assert_non_null(strstr(
				coverage_lack(s.coverage, s.roster, &s.settings, 1, s.now_ms, room),
				"in /b, are not heard"));
		site_free(&s);
	}
}

/* Too few requests tell no pace: then the slowest scan is reckoned with, which no few logs can rule out. */
static void few_requests_tell_no_pace(void **state)
{
	(void)state;
	struct log_sensors logs = {};
	struct site s = logged_site(&logs);
	for (int i = 0; i < 60; i++)
		log_step(&s, &logs, 2, T0);
	struct charge *c = (struct charge *)board_charge(
		s.scene.board, scene_member(&s.scene, 1)->first_charge);
	struct charge was = *c;
	c->scanned = c->contacted = SILENCE_REQUESTS_LEAST - 1;
	struct silence is = silence_of(s.scene.board, scene_member(&s.scene, 1), s.now_ms);
	assert_true(is.is_rate_assumed && is.is_hopeless);
	*c = was;
	site_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_telemetry_recovers_in_an_hour),
		cmocka_unit_test(lost_telemetry_recovers_nobody),
		cmocka_unit_test(an_exporter_that_is_cut_out_never_lets_a_host_recover),
		cmocka_unit_test(an_exporter_that_shows_nothing_of_a_host_may_be_ill),
		cmocka_unit_test(an_answer_without_its_question_names_nobody),
		cmocka_unit_test(answers_show_a_host_alive_and_questions_to_it_do_not),
		cmocka_unit_test(
			an_interface_covers_whom_it_shows_while_drops_are_known_to_be_none),
		cmocka_unit_test(web_logs_prove_silence_by_the_share_of_probes_that_comes_to_them),
		cmocka_unit_test(a_log_that_breaks_off_lets_nobody_recover),
		cmocka_unit_test(few_requests_tell_no_pace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
