// SPDX-License-Identifier: Apache-2.0
// The protocol of sd_notify(3) against a socket that stands for the service manager.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/notify.h"

enum { TEXT_BYTES = 128, PATH_BYTES = 64 };

/* A manager that listens at a path or at an abstract name. */
static int manager_open(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof at.sun_path, "%s", name);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	if (*name == '@')
		at.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len + (*name == '/')), 0);
	return fd;
}

/* What it hears next; "" when there is nothing. */
static const char *heard(int fd, char room[static TEXT_BYTES])
{
	ssize_t n = recv(fd, room, TEXT_BYTES - 1, 0);
	room[n > 0 ? n : 0] = '\0';
	return room;
}

static void talk_at(const char *name)
{
	char room[TEXT_BYTES];
	struct err e = {};
	struct notify n;
	int fd = manager_open(name);
	assert_true(notify_open(&(struct notify_wish){ .socket = name }, &n, &e));
	assert_int_equal(n.watchdog_ms, 0);
	notify_send(&n, "READY=1\nSTATUS=listens");
	notify_send(&n, "WATCHDOG=1");
	assert_string_equal(heard(fd, room), "READY=1\nSTATUS=listens");
	assert_string_equal(heard(fd, room), "WATCHDOG=1");
	assert_string_equal(heard(fd, room), "");
	notify_close(&n);
	close(fd);
}

static void a_state_is_one_datagram_to_a_path(void **)
{
	char folder[] = "/tmp/notify-XXXXXX", path[PATH_BYTES];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/socket", folder);
	talk_at(path);
	unlink(path);
	rmdir(folder);
}

static void or_to_an_abstract_name(void **)
{
	char name[PATH_BYTES];
	snprintf(name, sizeof name, "@cordon-test-%d", (int)getpid());
	talk_at(name);
}

static void without_a_manager_nothing_is_said(void **)
{
	struct err e = {};
	struct notify n;
	assert_true(notify_open(&(struct notify_wish){ .watchdog_usec = "1000000" }, &n, &e));
	assert_int_equal(n.fd, -1);
	assert_int_equal(n.watchdog_ms, 0);
	notify_send(&n, "READY=1");
	notify_close(&n);
	assert_true(notify_open(&(struct notify_wish){ .socket = "" }, &n, &e));
	assert_int_equal(n.fd, -1);
}

static void a_socket_that_is_not_there_is_told(void **)
{
	static const char *const wrong[] = { "relative", "/", "@", "/nowhere/at/all" };
	char long_name[TEXT_BYTES + 1] = "/";
	memset(long_name + 1, 'x', TEXT_BYTES - 1);
	for (size_t i = 0; i <= sizeof wrong / sizeof *wrong; i++) {
		struct err e = {};
		struct notify n;
		const char *name = i < sizeof wrong / sizeof *wrong ? wrong[i] : long_name;
		assert_false(notify_open(&(struct notify_wish){ .socket = name }, &n, &e));
		assert_non_null(strstr(e.text, "NOTIFY_SOCKET="));
		assert_int_equal(n.fd, -1);
	}
}

static void the_watchdog_is_for_whom_it_names(void **)
{
	char name[PATH_BYTES], self[PATH_BYTES], other[PATH_BYTES];
	snprintf(name, sizeof name, "@cordon-watchdog-%d", (int)getpid());
	snprintf(self, sizeof self, "%d", (int)getpid());
	snprintf(other, sizeof other, "%d", (int)getpid() + 1);
	const struct {
		const char *usec, *pid;
		uint64_t ms;
	} cases[] = {
		{ "30000000", self, 30000 },
		{ "30000000", NULL, 30000 },
		{ "30000000", other, 0 },
		{ "30000000", "", 0 },
		{ "30s", self, 0 },
		{ "-1", self, 0 },
		{ "", self, 0 },
		{ NULL, self, 0 },
	};
	int fd = manager_open(name);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = {};
		struct notify n;
		assert_true(notify_open(
			&(struct notify_wish){ name, cases[i].usec, cases[i].pid }, &n, &e));
		assert_int_equal(n.watchdog_ms, cases[i].ms);
		notify_close(&n);
	}
	close(fd);
}

static void a_manager_that_is_busy_or_gone_holds_nobody_up(void **)
{
	char name[PATH_BYTES];
	struct err e = {};
	struct notify n;
	snprintf(name, sizeof name, "@cordon-busy-%d", (int)getpid());
	int fd = manager_open(name);
	assert_true(notify_open(&(struct notify_wish){ .socket = name }, &n, &e));
	for (int i = 0; i < 5000; i++) // more than it queues
		notify_send(&n, "WATCHDOG=1");
	close(fd);
	notify_send(&n, "STOPPING=1");
	notify_close(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_is_one_datagram_to_a_path),
		cmocka_unit_test(or_to_an_abstract_name),
		cmocka_unit_test(without_a_manager_nothing_is_said),
		cmocka_unit_test(a_socket_that_is_not_there_is_told),
		cmocka_unit_test(the_watchdog_is_for_whom_it_names),
		cmocka_unit_test(a_manager_that_is_busy_or_gone_holds_nobody_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
