// SPDX-License-Identifier: Apache-2.0
// The tree has no circle, each host stands in it once, and however large it is it is shown whole or folded.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "incident/space.h"
#include "incident/tree.h"
#include "unit/incident/case.h"

static void join(struct scene *s, uint64_t host, const char *address, uint64_t onset_ms)
{
	struct body body = { .text = { [BODY_ADDRESS] = address },
		.number = { [BODY_ONSET] = onset_ms } };
	assert_true(scene_put(
		s, event_of(EVENT_JOINED, 1, host, onset_ms ? onset_ms : T0, "cordon", &body)));
}

static void infect(
	struct scene *s, uint64_t from, uint64_t to, uint64_t contact_ms, uint64_t onset_ms)
{
	struct body body = { .number = { [BODY_SOURCE_HOST] = from,
				     [BODY_CONTACT] = contact_ms,
				     [BODY_ONSET] = onset_ms,
				     [BODY_ANSWERED] = 1 } };
	assert_true(scene_put(s, event_of(EVENT_EDGE, 1, to, contact_ms, "cordon", &body)));
}

static struct scene opened(void)
{
	struct scene s = scene_new();
	assert_true(scene_put(&s, event_of(EVENT_OPENED, 1, 0, T0, "cordon", &(struct body){})));
	return s;
}

/* The number of the host above another; 0: nobody. */
static uint64_t above(const struct tree *t, uint64_t host)
{
	int parent = t->host[tree_find(t, host)].parent;
	return parent == TREE_NOBODY ? 0 : board_member(t->board, t->host[parent].member)->host;
}

static void each_host_stands_below_its_likeliest_infector(void **state)
{
	(void)state;
	struct scene s = opened();
	struct tree t;
	join(&s, 1, "10.0.0.1", T0);
	join(&s, 2, "10.0.0.2", T0 + 10 * MINUTE);
	join(&s, 3, "10.0.0.3", T0 + 20 * MINUTE);
	join(&s, 4, "10.0.0.4", 0);
	infect(&s, 1, 2, T0 + 9 * MINUTE, T0 + 10 * MINUTE);
	infect(&s, 1, 3, T0 + 5 * MINUTE, T0 + 20 * MINUTE);
	infect(&s, 2, 3, T0 + 19 * MINUTE, T0 + 20 * MINUTE); // shortly before: likelier
	assert_true(tree_init(&t, s.board, 1));
	assert_int_equal(t.n, 4);
	assert_int_equal(t.n_roots, 2);
	assert_int_equal(above(&t, 1), 0);
	assert_int_equal(above(&t, 2), 1);
	assert_int_equal(above(&t, 3), 2);
	assert_int_equal(above(&t, 4), 0); // without an onset it is below nobody
	const struct tree_host *first = &t.host[tree_find(&t, 1)];
	assert_int_equal(first->n_below, 3);
	assert_int_equal(t.host[tree_find(&t, 3)].n_alternatives, 1);
	assert_int_equal(tree_find(&t, 9), TREE_NOBODY);
	tree_fini(&t);
	scene_free(&s);
}

static void a_reinfection_by_whom_it_infected_makes_no_circle(void **state)
{
	(void)state;
	struct scene s = opened();
	struct tree t;
	join(&s, 1, "10.0.0.1", T0);
	join(&s, 2, "10.0.0.2", T0 + 10 * MINUTE);
	infect(&s, 1, 2, T0 + 9 * MINUTE, T0 + 10 * MINUTE);
	struct body body = { .text = { [BODY_WHAT] = "finding",
				     [BODY_CAUSE] = "tcp/445",
				     [BODY_VERDICT] = "worm-like",
				     [BODY_SOURCE] = "flows" },
		.number = { [BODY_LAST] = T0 + MINUTE } };
	assert_true(scene_put(&s, event_of(EVENT_EVIDENCE, 1, 1, T0 + MINUTE, "cordon", &body)));
	assert_true(scene_move(&s, STATE_INFECTED, T0 + 11 * MINUTE));
	assert_true(scene_move(&s, STATE_REMEDIATING, T0 + 12 * MINUTE));
	assert_true(scene_move(&s, STATE_REMEDIATED, T0 + 13 * MINUTE));
	body.number[BODY_LAST] = T0 + 40 * MINUTE;
	assert_true(
		scene_put(&s, event_of(EVENT_EVIDENCE, 1, 1, T0 + 40 * MINUTE, "cordon", &body)));
	struct body again = { .text = { [BODY_FROM] = "remediated", [BODY_TO] = "reinfected" },
		.number = { [BODY_ONSET] = T0 + 30 * MINUTE } };
	assert_true(scene_put(&s, event_of(EVENT_MOVED, 1, 1, T0 + 40 * MINUTE, "cordon", &again)));
	infect(&s, 2, 1, T0 + 29 * MINUTE, T0 + 30 * MINUTE);
	assert_true(tree_init(&t, s.board, 1));
	assert_int_equal(above(&t, 1), 2);
	assert_int_equal(above(&t, 2), 0); // the one above it has a later onset by now
	assert_int_equal(t.n_roots, 1);
	tree_fini(&t);
	scene_free(&s);
}

enum { MANY = 1200 };

/* One host that infects all others but for each tenth, which is infected by the one before. */
static struct scene broad(void)
{
	struct scene s = opened();
	char address[32];
	for (uint64_t h = 1; h <= MANY; h++) {
		snprintf(address, sizeof address, "10.%u.%u.%u", (unsigned)(h / 400),
			(unsigned)(h / 20 % 20), (unsigned)(h % 20 + 1));
		join(&s, h, address, T0 + h * MINUTE);
		if (h > 1)
			infect(&s, h % 10 ? 1 : h - 1, h, T0 + h * MINUTE - 1000, T0 + h * MINUTE);
	}
	return s;
}

/* Every host is in exactly one node: its own, that of a fold, or below one that has more. */
static void is_whole(const struct tree *t, const struct tree_node *node, size_t n, size_t limit)
{
	static bool is_shown[MANY + 1];
	uint32_t n_hosts = 0;
	memset(is_shown, 0, sizeof is_shown);
	assert_true(n > 0 && n <= limit);
	for (size_t i = 0; i < n; i++)
		if (node[i].host != TREE_NOBODY) {
			assert_false(is_shown[node[i].host]);
			is_shown[node[i].host] = true;
		}
	for (size_t i = 0; i < n; i++) {
		assert_true(node[i].parent == TREE_NOBODY || is_shown[node[i].parent]);
		if (node[i].host == TREE_NOBODY) {
			n_hosts += node[i].n_hosts;
			for (int k = 0; k < node[i].n_children; k++) {
				struct addr a = tree_addr(t, node[i].child[k]);
				assert_true(is_shown[node[i].child[k]] ||
					    prefix_has(&node[i].subnet, &a));
			}
		} else {
			n_hosts += node[i].has_more ? node[i].n_hosts : 1;
		}
	}
	assert_int_equal(n_hosts, t->n);
}

static void whatever_the_limit_no_host_is_lost(void **state)
{
	static struct tree_node node[TREE_NODES_MAX];
	(void)state;
	struct scene s = broad();
	struct tree t;
	assert_true(tree_init(&t, s.board, 1));
	for (size_t limit = 1; limit <= TREE_NODES_MAX; limit += limit < 40 ? 1 : 67) {
		struct tree_view view = { .under = TREE_NOBODY, .limit = limit };
		is_whole(&t, node, tree_show(&t, &view, node), limit);
	}
	tree_fini(&t);
	scene_free(&s);
}

/* Half of the nodes stayed empty while a host with many children was folded. */
static void where_all_hosts_have_room_none_is_folded(void **state)
{
	static struct tree_node node[TREE_NODES_MAX];
	(void)state;
	struct scene s = broad();
	struct tree t;
	assert_true(tree_init(&t, s.board, 1));
	struct tree_view view = { .under = TREE_NOBODY, .limit = (size_t)t.n };
	assert_true(view.limit <= TREE_NODES_MAX);
	size_t n = tree_show(&t, &view, node);
	assert_int_equal(n, t.n);
	for (size_t i = 0; i < n; i++)
		assert_true(node[i].host != TREE_NOBODY && !node[i].has_more);
	tree_fini(&t);
	scene_free(&s);
}

static void a_fold_is_opened_by_its_subnet(void **state)
{
	static struct tree_node node[TREE_NODES_MAX], inner[TREE_NODES_MAX];
	(void)state;
	struct scene s = broad();
	struct tree t;
	assert_true(tree_init(&t, s.board, 1));
	struct tree_view view = { .under = TREE_NOBODY, .limit = 60 };
	size_t n = tree_show(&t, &view, node), n_folds = 0;
	for (size_t i = 0; i < n; i++) {
		if (node[i].host != TREE_NOBODY)
			continue;
		n_folds++;
		struct tree_view in = {
			.under = node[i].parent, .subnet = &node[i].subnet, .limit = 1000
		};
		size_t k = tree_show(&t, &in, inner);
		assert_true(k > 0 && k <= 1000);
		assert_int_equal(inner[0].host, node[i].parent); // whose children they are
		for (size_t m = 1; m < k; m++)
			assert_true(inner[m].parent != TREE_NOBODY);
	}
	assert_true(n_folds > 0);
	tree_fini(&t);
	scene_free(&s);
}

/* Open folds until a host stands by itself; returns how many had to be opened. */
static int open_down_to(const struct tree *t, int host, size_t limit)
{
	static struct tree_node node[TREE_NODES_MAX];
	struct tree_view view = { .under = TREE_NOBODY, .limit = limit };
	struct prefix subnet;
	for (int opened = 0; opened < 140; opened++) {
		struct addr a = tree_addr(t, host);
		const struct tree_node *fold = NULL, *parent = NULL;
		size_t n = tree_show(t, &view, node);
		for (size_t i = 0; i < n; i++) {
			if (node[i].host == host)
				return opened;
			if (node[i].host == t->host[host].parent)
				parent = &node[i];
			if (node[i].host == TREE_NOBODY && node[i].parent == t->host[host].parent &&
				prefix_has(&node[i].subnet, &a))
				fold = &node[i];
		}
		if (fold)
			subnet = fold->subnet;
		assert_true(fold || (parent && parent->has_more));
		view = (struct tree_view){ .under = t->host[host].parent,
			.subnet = fold ? &subnet : NULL,
			.limit = limit };
	}
	return -1;
}

static void a_subnet_with_more_hosts_than_are_shown_opens_all_the_same(void **state)
{
	static const char *const lan[] = { "10.0.%u.%u", "2001:db8::%u:%u" };
	(void)state;
	for (size_t k = 0; k < 2 * countof(lan); k++) { // infected by one host, and by nobody
		struct scene s = opened();
		struct tree t;
		char address[40];
		for (uint64_t h = 1; h <= 254; h++) {
			snprintf(address, sizeof address, lan[k / 2], 0u, (unsigned)h);
			join(&s, h, address, T0 + h * MINUTE);
			if (h > 1 && k % 2)
				infect(&s, 1, h, T0 + h * MINUTE - 1000, T0 + h * MINUTE);
		}
		assert_true(tree_init(&t, s.board, 1));
		for (size_t limit = 8; limit <= 128; limit *= 2)
			for (uint64_t h = 1; h <= 254; h += 11)
				assert_in_range(open_down_to(&t, tree_find(&t, h), limit), 0, 9);
		tree_fini(&t);
		scene_free(&s);
	}
}

static void cells_are_as_small_as_their_number_allows(void **state)
{
	(void)state;
	struct scene s = broad();
	struct err e = {};
	static const struct {
		const char *inventory, *part;
		unsigned bits_4;
		size_t n_nets;
		bool is_learned;
	} rows[] = {
		{ "networks: [10.0.0.0/8]\n", NULL, 22, 1, false },
		{ "networks: [10.0.0.0/8, 10.1.0.0/16]\n", NULL, 22, 2, false },
		{ "networks: [10.0.0.0/8]\n", "10.1.0.0/16", 30, 1, false },
		{ "networks: [10.0.0.0/8, '2001:db8::/32']\n", NULL, 21, 2, false },
		{ "networks: [10.1.1.0/24]\n", NULL, 32, 1, false },
		{ "dark: [10.9.0.0/16]\n", NULL, 28, 4, true },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct prefix part;
		struct inventory *inv = inventory_parse(
			(struct str){ rows[i].inventory, strlen(rows[i].inventory) }, "f", &e);
		assert_non_null(inv);
		assert_true(
			!rows[i].part ||
			prefix_parse((struct str){ rows[i].part, strlen(rows[i].part) }, &part));
		struct space *sp =
			space_new(inv, s.board, 1, rows[i].part ? &part : NULL, SPACE_CELLS_MAX);
		assert_non_null(sp);
		assert_int_equal(sp->bits_4 - 96, rows[i].bits_4);
		assert_int_equal(sp->n_nets, rows[i].n_nets);
		assert_int_equal(sp->is_learned, rows[i].is_learned);
		space_put_hosts(sp, s.board, 1);
		space_put_hosts(sp, s.board, 1); // anew, not once more
		uint32_t n = sp->n_outside;
		for (size_t k = 0; k < sp->n; k++)
			n += sp->cell[k].n[COURSE_SUSPECTED];
		assert_int_equal(n, MANY); // each host in a cell, or outside
		free(sp);
		inventory_free(inv);
	}
	scene_free(&s);
}

static void cells_of_ipv6_are_subnets_or_addresses_where_no_network_is_wider(void **state)
{
	(void)state;
	struct scene s = opened();
	struct err e = {};
	static const struct {
		const char *inventory, *part;
		unsigned bits_6;
	} rows[] = {
		{ "networks: ['2001:db8::/32']\n", NULL, 64 },
		{ "networks: ['2001:db8::/64']\n", NULL, 128 },
		{ "networks: ['2001:db8::/64', '2001:db8:1::/112', 10.0.0.0/8]\n", NULL, 128 },
		{ "networks: ['2001:db8::/64', '2001:db8:1::/63']\n", NULL, 64 },
		{ "networks: ['2001:db8::/32', '2001:db8::/64']\n", NULL, 64 },
		{ "networks: ['2001:db8::/32']\n", "2001:db8:0:5::/64", 128 },
		{ "networks: ['2001:db8::/32']\n", "2001:db8::/48", 64 },
		{ "networks: [10.0.0.0/8]\n", NULL, 64 },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct prefix part;
		struct inventory *inv = inventory_parse(
			(struct str){ rows[i].inventory, strlen(rows[i].inventory) }, "f", &e);
		assert_non_null(inv);
		assert_true(
			!rows[i].part ||
			prefix_parse((struct str){ rows[i].part, strlen(rows[i].part) }, &part));
		struct space *sp =
			space_new(inv, s.board, 1, rows[i].part ? &part : NULL, SPACE_CELLS_MAX);
		assert_non_null(sp);
		assert_int_equal(sp->bits_6, rows[i].bits_6);
		free(sp);
		inventory_free(inv);
	}
	scene_free(&s);
}

static void targets_beyond_all_cells_are_counted(void **state)
{
	(void)state;
	struct scene s = opened();
	struct err e = {};
	struct inventory *inv = inventory_parse(STR("networks: ['2001:db8::/32']\n"), "f", &e);
	struct space *sp = space_new(inv, s.board, 1, NULL, SPACE_CELLS_MAX);
	assert_non_null(sp);
	for (uint32_t i = 0; i < SPACE_CELLS_MAX + 10; i++) {
		struct addr a = { { 0x20, 1, 0xd, 0xb8, (uint8_t)(i >> 24), (uint8_t)(i >> 16),
			(uint8_t)(i >> 8), (uint8_t)i } };
		assert_true(space_put_target(sp, &a));
	}
	struct addr outside = addr_v4(0x0a000001);
	assert_false(space_put_target(sp, &outside));
	assert_int_equal(sp->n, SPACE_CELLS_MAX);
	assert_int_equal(sp->n_targets_beyond, 10);
	free(sp);
	inventory_free(inv);
	scene_free(&s);
}

static void addresses_of_ipv6_are_put_together_before_any_is_lost(void **state)
{
	(void)state;
	struct scene s = opened();
	struct err e = {};
	uint64_t n_targets = 0;
	struct inventory *inv =
		inventory_parse(STR("networks: ['2001:db8::/64', 10.0.0.0/24]\n"), "f", &e);
	struct space *sp = space_new(inv, s.board, 1, NULL, SPACE_CELLS_MAX);
	assert_non_null(sp);
	for (uint32_t i = 0; i < 3 * SPACE_CELLS_MAX; i++) {
		struct addr a = { { 0x20, 1, 0xd, 0xb8, [13] = (uint8_t)(i >> 16),
			[14] = (uint8_t)(i >> 8), [15] = (uint8_t)i } };
		struct addr b = addr_v4(0x0a000000 | (i & 255));
		assert_true(space_put_target(sp, &a));
		assert_true(i % 64 || space_put_target(sp, &b));
	}
	assert_int_equal(sp->n_targets_beyond, 0);
	assert_int_equal(sp->bits_6, 124);
	assert_in_range(sp->n, 3 * SPACE_CELLS_MAX / 16, SPACE_CELLS_MAX);
	for (size_t i = 0; i < sp->n; i++)
		n_targets += sp->cell[i].n_targets;
	assert_int_equal(n_targets, 3 * SPACE_CELLS_MAX + 3 * SPACE_CELLS_MAX / 64);
	free(sp);
	inventory_free(inv);
	scene_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_host_stands_below_its_likeliest_infector),
		cmocka_unit_test(a_reinfection_by_whom_it_infected_makes_no_circle),
		cmocka_unit_test(whatever_the_limit_no_host_is_lost),
		cmocka_unit_test(where_all_hosts_have_room_none_is_folded),
		cmocka_unit_test(a_fold_is_opened_by_its_subnet),
		cmocka_unit_test(a_subnet_with_more_hosts_than_are_shown_opens_all_the_same),
		cmocka_unit_test(cells_are_as_small_as_their_number_allows),
		cmocka_unit_test(cells_of_ipv6_are_subnets_or_addresses_where_no_network_is_wider),
		cmocka_unit_test(addresses_of_ipv6_are_put_together_before_any_is_lost),
		cmocka_unit_test(targets_beyond_all_cells_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
