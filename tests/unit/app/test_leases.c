// SPDX-License-Identifier: Apache-2.0
// Leases against a board: an episode stays with its host when DHCP moves addresses, and what contradicts
// itself is noted, not decided.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "app/leases.h"
#include "unit/incident/case.h"

enum { OLD_IP = 0x0a000001, NEW_IP = 0x0a000002, ROUNDS_MAX = 16 };
#define HEAD "address,hwaddr,valid_lifetime,expire,hostname,state\n"
#define MAC_1 "00:16:3e:00:00:01"
#define MAC_2 "00:16:3e:00:00:02"

/* A scene of one infected host at the old address. */
struct stage {
	struct scene scene;
	struct leases *leases;
	uint64_t now_ms;
};

static struct stage stage_new(void)
{
	struct stage s = { scene_new(), leases_new(), T0 + 10 * MINUTE };
	struct finding f = finding_of(OLD_IP, 445, VERDICT_WORM, T0);
	assert_non_null(s.leases);
	scene_see(&s.scene, &f, 1);
	return s;
}

static void stage_free(struct stage *s)
{
	leases_free(s->leases);
	scene_free(&s->scene);
}

/* A line of Kea's, of a lease from a minute after T0 on, for two hours. */
static void line(char *room, size_t size, const char *ip, const char *mac, int64_t minute)
{
	uint64_t from_s = (uint64_t)((int64_t)(T0 / 1000) + minute * 60);
	size_t n = strlen(room);
	snprintf(room + n, size - n, "%s,%s,7200,%llu,pc,0\n", ip, mac,
		(unsigned long long)from_s + 7200);
}

static void read_file(struct stage *s, unsigned file, const char *text, uint64_t changed_ms)
{
	struct lease_report r =
		leases_take(s->leases, file, (struct str){ text, strlen(text) }, changed_ms);
	assert_int_equal(r.n_bad, 0);
}

/* Tell until nothing is left; how many events of a kind there were. */
static size_t tell(struct stage *s, enum event_kind kind)
{
	struct event out[8];
	size_t n_of_kind = 0, n;
	for (unsigned round = 0; (n = leases_tell(s->leases, s->scene.board, s->now_ms, out, 8));) {
		assert_true(round++ < ROUNDS_MAX);
		for (size_t i = 0; i < n; i++) {
			n_of_kind += out[i].kind == kind;
			if (!scene_put(&s->scene, out[i]))
				fail_msg("%s: %s", s->scene.board->why.text, out[i].body);
		}
	}
	return n_of_kind;
}

static uint64_t host_at(const struct stage *s, uint32_t ip, uint64_t at_ms)
{
	struct addr a = addr_v4(ip);
	return board_host_at(s->scene.board, &a, at_ms);
}

static void a_host_keeps_its_episode_when_its_address_moves(void **state)
{
	(void)state;
	char text[1024] = HEAD;
	struct stage s = stage_new();
	line(text, sizeof text, "10.0.0.1", MAC_1, -30);
	read_file(&s, 0, text, T0);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 1); // its MAC address
	struct mac mac = { { 0x00, 0x16, 0x3e, 0, 0, 1 } };
	assert_int_equal(board_host_of_mac(s.scene.board, &mac), 1);
	line(text, sizeof text, "10.0.0.2", MAC_1, 60);
	line(text, sizeof text, "10.0.0.1", MAC_2, 70);
	s.now_ms = T0 + 80 * MINUTE;
	read_file(&s, 0, text, T0 + 70 * MINUTE);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 2);
	assert_int_equal(host_at(&s, OLD_IP, T0 + 69 * MINUTE), 1);
	assert_int_equal(host_at(&s, OLD_IP, T0 + 70 * MINUTE), 0);
	assert_int_equal(host_at(&s, NEW_IP, T0 + 60 * MINUTE), 1);
	read_file(&s, 0, text, T0 + 71 * MINUTE);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 0); // known
	stage_free(&s);
}

static void renewals_move_nothing(void **state)
{
	(void)state;
	char text[1024] = HEAD;
	struct stage s = stage_new();
	line(text, sizeof text, "10.0.0.1", MAC_1, -30);
	read_file(&s, 0, text, T0);
	tell(&s, EVENT_ADDRESS);
	char cleaned[1024] = HEAD; // the server takes old lines out
	line(cleaned, sizeof cleaned, "10.0.0.1", MAC_1, 90);
	s.now_ms = T0 + 100 * MINUTE;
	read_file(&s, 0, cleaned, T0 + 90 * MINUTE);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 0);
	assert_int_equal(host_at(&s, OLD_IP, T0 + 100 * MINUTE), 1);
	read_file(&s, 0, HEAD, T0 + 95 * MINUTE); // released: nobody else has it
	assert_int_equal(tell(&s, EVENT_ADDRESS), 0);
	assert_int_equal(host_at(&s, OLD_IP, T0 + 100 * MINUTE), 1);
	stage_free(&s);
}

/* dnsmasq does not say since when: what changes between two readings changed when it was written. */
static void dnsmasq_is_dated_by_its_file(void **state)
{
	(void)state;
	struct stage s = stage_new();
	read_file(&s, 0, "1772500000 " MAC_1 " 10.0.0.1 pc *\n", T0 - 60 * MINUTE);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 1);
	s.now_ms = T0 + 40 * MINUTE;
	read_file(&s, 0,
		"1772500000 " MAC_2 " 10.0.0.1 other *\n1772500000 " MAC_1 " 10.0.0.2 pc *\n",
		T0 + 30 * MINUTE);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 2);
	assert_int_equal(host_at(&s, OLD_IP, T0 + 29 * MINUTE), 1);
	assert_int_equal(host_at(&s, OLD_IP, T0 + 30 * MINUTE), 0);
	assert_int_equal(host_at(&s, NEW_IP, T0 + 30 * MINUTE), 1);
	stage_free(&s);
}

static void two_files_that_contradict_each_other_decide_nothing(void **state)
{
	(void)state;
	char one[1024] = HEAD, other[1024] = HEAD;
	struct stage s = stage_new();
	line(one, sizeof one, "10.0.0.1", MAC_1, -30);
	line(other, sizeof other, "10.0.0.1", MAC_2, -20);
	read_file(&s, 0, one, T0);
	read_file(&s, 1, other, T0);
	assert_int_equal(tell(&s, EVENT_NOTE), 1);
	assert_int_equal(tell(&s, EVENT_NOTE), 0); // once
	struct mac mac = { { 0x00, 0x16, 0x3e, 0, 0, 1 } };
	assert_int_equal(board_host_of_mac(s.scene.board, &mac), 0);
	struct leases *again = leases_new(); // nor after a restart
	leases_recall(again, leases_told(s.leases));
	leases_free(s.leases);
	s.leases = again;
	read_file(&s, 0, one, T0);
	read_file(&s, 1, other, T0);
	assert_int_equal(tell(&s, EVENT_NOTE), 0);
	leases_drop(s.leases, 1);
	assert_int_equal(tell(&s, EVENT_ADDRESS), 1);
	stage_free(&s);
}

static void two_hosts_of_one_mac_are_told_and_stay_two(void **state)
{
	(void)state;
	char text[1024] = HEAD;
	struct stage s = stage_new();
	struct finding f[2] = { finding_of(OLD_IP, 445, VERDICT_WORM, T0),
		finding_of(NEW_IP, 445, VERDICT_WORM, T0 + 70 * MINUTE) };
	scene_see(&s.scene, f, 2);
	line(text, sizeof text, "10.0.0.1", MAC_1, -30);
	line(text, sizeof text, "10.0.0.2", MAC_1, 60);
	s.now_ms = T0 + 80 * MINUTE;
	read_file(&s, 0, text, T0 + 60 * MINUTE);
	assert_int_equal(tell(&s, EVENT_NOTE), 1);
	assert_int_equal(host_at(&s, NEW_IP, T0 + 70 * MINUTE), 2);
	stage_free(&s);
}

static uint32_t draw(uint64_t *random, uint32_t below)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(*random >> 33) % below;
}

/* Whatever leases say, telling ends, and each address has one tenant at a time. */
static void any_leases_come_to_an_end(void **state)
{
	(void)state;
	enum { RUNS = 300, HOSTS = 4, READINGS = 6, LINES = 8 };
	uint64_t random = 11;
	for (unsigned run = 0; run < RUNS; run++) {
		struct stage s = stage_new();
		for (unsigned k = 0; k < READINGS; k++) {
			char text[4096] = HEAD;
			int64_t minute = 10 * k;
			for (unsigned i = 0; i < LINES; i++) {
				char ip[ADDR_TEXT_BYTES], mac[MAC_TEXT_BYTES];
				struct addr a = addr_v4(OLD_IP + draw(&random, HOSTS));
				struct mac m = { { 0, 0x16, 0x3e, 0, 0, 0 } };
				m.octet[5] = (uint8_t)(1 + draw(&random, HOSTS));
				minute += draw(&random, 20);
				line(text, sizeof text, addr_format(&a, ip), mac_format(&m, mac),
					minute);
			}
			struct finding f = finding_of(OLD_IP + draw(&random, HOSTS), 445,
				VERDICT_WORM, T0 + draw(&random, 60) * UINT64_C(60000));
			scene_see(&s.scene, &f, 1);
			s.now_ms = T0 + 60 * MINUTE * k;
			read_file(&s, draw(&random, 2), text, s.now_ms);
			(void)tell(&s, EVENT_ADDRESS);
		}
		const struct board *b = s.scene.board;
		for (uint32_t i = 1; i <= b->address.n; i++)
			for (uint32_t j = i + 1; j <= b->address.n; j++) {
				const struct address_row *x = board_address(b, i);
				const struct address_row *y = board_address(b, j);
				assert_false(addr_eq(&x->addr, &y->addr) &&
					     x->from_ms < y->until_ms && y->from_ms < x->until_ms);
			}
		stage_free(&s);
	}
}

static uint64_t cost_ns(struct stage *s, struct event *out, size_t room)
{
	struct timespec from, to;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_equal(leases_tell(s->leases, s->scene.board, s->now_ms, out, room), room);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (uint64_t)(to.tv_sec - from.tv_sec) * 1000000000 + (uint64_t)to.tv_nsec -
	       (uint64_t)from.tv_nsec;
}

/*
 * It asked for all hosts without a MAC address, and of each all rows of the board, although it had room for a
 * few: an outbreak of thousands stopped the keeper.
 */
static void a_round_cost_as_much_as_all_rounds(void **state)
{
	(void)state;
	enum { HOSTS = 4000 };
	struct stage s = { scene_new(), leases_new(), T0 + 10 * MINUTE };
	struct event *out = calloc(HOSTS, sizeof *out);
	char *text = NULL;
	size_t n_text;
	FILE *file = open_memstream(&text, &n_text);
	struct body none = {};
	assert_non_null(file);
	fputs(HEAD, file);
	assert_true(scene_put(&s.scene, event_of(EVENT_OPENED, 1, 0, T0, "cordon", &none)));
	for (unsigned i = 0; i < HOSTS; i++) {
		char ip[32];
		snprintf(ip, sizeof ip, "10.0.%u.%u", i >> 8, i & 255);
		fprintf(file, "%s,00:16:3e:00:%02x:%02x,7200,%llu,pc,0\n", ip, i >> 8, i & 255,
			(unsigned long long)(T0 / 1000) + 7200);
		struct body joined = { .text = { [BODY_ADDRESS] = ip },
			.number = { [BODY_ONSET] = T0 + MINUTE } };
		struct event ev = event_of(EVENT_JOINED, 1, i + 1, T0 + MINUTE, "cordon", &joined);
		assert_true(scene_put(&s.scene, ev));
	}
	assert_int_equal(fclose(file), 0);
	read_file(&s, 0, text, T0);
	uint64_t few_ns = cost_ns(&s, out, 8), all_ns = cost_ns(&s, out, HOSTS);
	assert_true(few_ns * 10 < all_ns);
	free(text);
	free(out);
	stage_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_keeps_its_episode_when_its_address_moves),
		cmocka_unit_test(renewals_move_nothing),
		cmocka_unit_test(dnsmasq_is_dated_by_its_file),
		cmocka_unit_test(two_files_that_contradict_each_other_decide_nothing),
		cmocka_unit_test(two_hosts_of_one_mac_are_told_and_stay_two),
		cmocka_unit_test(any_leases_come_to_an_end),
		cmocka_unit_test(a_round_cost_as_much_as_all_rounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
