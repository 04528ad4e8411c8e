// SPDX-License-Identifier: Apache-2.0
// The keeper's end of the pipe: whatever is cut, lost or put in between, whole parcels come out.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "app/intake.h"

enum { ROOM = 4096, BODY = 300 };

struct pipe {
	int fd[2];
	struct intake intake;
};

static void pipe_open(struct pipe *p)
{
	assert_int_equal(pipe2(p->fd, O_NONBLOCK), 0);
	assert_true(intake_init(&p->intake));
}

static void pipe_close(struct pipe *p)
{
	close(p->fd[0]);
	close(p->fd[1]);
	intake_fini(&p->intake);
}

static size_t make(
	uint8_t room[static ROOM], enum parcel_sort sort, uint64_t epoch, uint64_t number)
{
	static const uint8_t body[BODY] = { 0xc0, 0x7d, 1 };
	struct parcel p = { .sort = sort, .collector = 1, .epoch = epoch, .number = number };
	p.body = (struct bytes){ body, sort == PARCEL_HELLO ? 0 : BODY };
	return parcel_encode(&p, room, ROOM);
}

static void send_bytes(struct pipe *p, const uint8_t *from, size_t n)
{
	assert_int_equal(write(p->fd[1], from, n), n);
}

/* How many whole parcels come out now. */
static size_t taken(struct pipe *p)
{
	size_t n = 0;
	struct parcel out;
	while (intake_read(&p->intake, p->fd[0]))
		while (intake_next(&p->intake, &out))
			n++;
	return n;
}

static void parcels_may_come_byte_by_byte(void **)
{
	struct pipe p;
	uint8_t room[ROOM];
	pipe_open(&p);
	size_t n = 0;
	for (uint64_t number = 1; number <= 5; number++) {
		size_t len = make(room, number == 1 ? PARCEL_HELLO : PARCEL_CONTACTS, 7, number);
		for (size_t i = 0; i < len; i++) {
			send_bytes(&p, room + i, 1);
			n += taken(&p);
		}
	}
	assert_int_equal(n, 5);
	assert_int_equal(p.intake.n_broken, 0);
	assert_int_equal(p.intake.n_missing, 0);
	pipe_close(&p);
}

/* Wherever a collector dies, the next one's parcels come out at once, and one broken one is counted. */
static void a_collector_may_die_anywhere(void **)
{
	uint8_t first[ROOM], hello[ROOM], next[ROOM];
	size_t n_first = make(first, PARCEL_CONTACTS, 7, 1);
	size_t n_hello = make(hello, PARCEL_HELLO, 8, 1), n_next = make(next, PARCEL_TICK, 8, 2);
	for (size_t cut = 1; cut < n_first; cut++) {
		struct pipe p;
		pipe_open(&p);
		send_bytes(&p, first, cut);
		assert_int_equal(taken(&p), 0);
		send_bytes(&p, hello, n_hello);
		assert_int_equal(taken(&p), 1);
		send_bytes(&p, next, n_next);
		assert_int_equal(taken(&p), 1);
		assert_int_equal(p.intake.n_broken, 1);
		pipe_close(&p);
	}
}

/* A keeper begins where another one died: it takes up the next whole parcel. */
static void a_keeper_may_begin_anywhere(void **)
{
	uint8_t first[ROOM], next[ROOM];
	size_t n_first = make(first, PARCEL_CONTACTS, 7, 41),
	       n_next = make(next, PARCEL_TICK, 7, 42);
	for (size_t cut = 1; cut < n_first; cut++) {
		struct pipe p;
		pipe_open(&p);
		send_bytes(&p, first + cut, n_first - cut);
		send_bytes(&p, next, n_next);
		assert_int_equal(taken(&p), 1);
		assert_int_equal(p.intake.number, 42);
		assert_int_equal(p.intake.n_missing, 0);
		pipe_close(&p);
	}
}

static void lost_numbers_are_counted(void **)
{
	struct pipe p;
	uint8_t room[ROOM];
	pipe_open(&p);
	static const uint64_t number[] = { 1, 2, 5, 6 };
	for (size_t i = 0; i < countof(number); i++)
		send_bytes(&p, room, make(room, PARCEL_TICK, 7, number[i]));
	assert_int_equal(taken(&p), 4);
	assert_int_equal(p.intake.n_missing, 2);
	send_bytes(&p, room, make(room, PARCEL_TICK, 8, 3)); // 1 and 2 of the next one
	assert_int_equal(taken(&p), 1);
	assert_int_equal(p.intake.n_missing, 4);
	assert_int_equal(p.intake.n_epochs, 2);
	pipe_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parcels_may_come_byte_by_byte),
		cmocka_unit_test(a_collector_may_die_anywhere),
		cmocka_unit_test(a_keeper_may_begin_anywhere),
		cmocka_unit_test(lost_numbers_are_counted),
	};
	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
