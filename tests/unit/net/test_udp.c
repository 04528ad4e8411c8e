// SPDX-License-Identifier: Apache-2.0
// UDP listeners over loopback: both families, the buffer, refusals in words, drops to the last one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/udp.h"

enum { BUFFER = 1 << 20 };

static const struct udp_wish v4 = { .address = { [10] = 0xff, 0xff, 127, 0, 0, 1 },
	.receive_buffer = BUFFER };
static const struct udp_wish v6 = { .address = { [15] = 1 }, .receive_buffer = BUFFER };

static void send_to(bool is_v4, uint16_t port, const char *text)
{
	struct sockaddr_in a4 = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr *to = is_v4 ? (struct sockaddr *)&a4 : (struct sockaddr *)&a6;
	assert_int_equal(
		sendto(fd, text, strlen(text), 0, to, is_v4 ? sizeof a4 : sizeof a6), strlen(text));
	close(fd);
}

static bool has_v6(void)
{
	struct udp_listener l;
	struct err e;
	if (!udp_open(&v6, &l, &e))
		return printf("# skipped: NO IPv6 LOOPBACK HERE: %s\n", e.text), false;
	close(l.fd);
	return true;
}

static void datagrams_come_with_sender_and_time(void **)
{
	for (int is_v4 = has_v6() ? 0 : 1; is_v4 < 2; is_v4++) {
		struct udp_listener l;
		struct err e;
		struct udp_room *room = udp_room_new();
		const struct udp_datagram *d;
		assert_true(udp_open(is_v4 ? &v4 : &v6, &l, &e));
		assert_int_equal(udp_receive(l.fd, room, &d), 0); // does not wait
		uint64_t now_ms = (uint64_t)time(NULL) * 1000;
		send_to(is_v4, l.port, "one");
		send_to(is_v4, l.port, "two and more");
		assert_int_equal(udp_receive(l.fd, room, &d), 2);
		assert_int_equal(d[0].payload.len, 3);
		assert_memory_equal(d[1].payload.ptr, "two and more", 12);
		assert_memory_equal(d[1].from, (is_v4 ? &v4 : &v6)->address, UDP_ADDRESS_BYTES);
		assert_in_range(d[1].received_ms, now_ms - 1000, now_ms + 5000);
		send_to(is_v4, l.port, "again");
		assert_int_equal(udp_receive(l.fd, room, &d), 1);
		assert_memory_equal(d[0].from, (is_v4 ? &v4 : &v6)->address, UDP_ADDRESS_BYTES);
		udp_room_free(room);
		close(l.fd);
	}
}

static void a_buffer_that_is_refused_is_told_with_what_to_do(void **)
{
	struct udp_listener l;
	struct err e;
	assert_true(udp_open(&v4, &l, &e));
	if (l.receive_buffer >= BUFFER)
		assert_string_equal(l.warning.text, "");
	close(l.fd);
	struct udp_wish greedy = v4;
	greedy.receive_buffer = (size_t)1 << 40;
	assert_true(udp_open(&greedy, &l, &e));
	printf("# given: %zu bytes; %s\n", l.receive_buffer, l.warning.text);
	if (l.receive_buffer < (1u << 30) - 1) {
		assert_non_null(strstr(l.warning.text, "sysctl -w net.core.rmem_max="));
		assert_non_null(strstr(l.warning.text, "CAP_NET_ADMIN"));
	}
	close(l.fd);
}

static void a_port_that_is_taken_is_refused_and_its_holder_named(void **)
{
	struct udp_listener l, second;
	struct err e;
	char self[32];
	assert_true(udp_open(&v4, &l, &e));
	struct udp_wish again = v4;
	again.port = l.port;
	assert_false(udp_open(&again, &second, &e));
	snprintf(self, sizeof self, "(process %d) has it", (int)getpid());
	assert_int_equal(e.code, EADDRINUSE);
	assert_non_null(strstr(e.text, self));
	close(l.fd);
}

static void sockets_that_agree_share_a_port(void **)
{
	struct udp_listener l, second;
	struct err e;
	struct udp_wish wish = v4;
	wish.is_shared = true;
	assert_true(udp_open(&wish, &l, &e));
	wish.port = l.port;
	assert_true(udp_open(&wish, &second, &e));
	close(l.fd);
	close(second.fd);
}

static void an_address_of_others_is_refused(void **)
{
	struct udp_listener l;
	struct err e;
	struct udp_wish wish = { .address = { [10] = 0xff, 0xff, 192, 0, 2, 77 } };
	assert_false(udp_open(&wish, &l, &e));
	assert_string_equal(e.text,
		"listen on 192.0.2.77 port 0: this machine has no such address; 'ip address' lists "
		"them");
}

static void every_drop_is_told_without_a_datagram_behind_it(void **)
{
	enum { SENT = 2000 };
	struct udp_wish tiny = v4;
	tiny.receive_buffer = 4096;
	struct udp_listener l;
	struct err e;
	uint32_t before, drops;
	assert_true(udp_open(&tiny, &l, &e));
	assert_true(udp_drops(l.fd, &before));
	for (int i = 0; i < SENT; i++)
		send_to(true, l.port, "some bytes that take room");
	struct udp_room *room = udp_room_new();
	const struct udp_datagram *d;
	size_t taken = 0, n;
	while ((n = udp_receive(l.fd, room, &d)))
		taken += n;
	assert_true(udp_drops(l.fd, &drops));
	assert_int_equal(taken + (drops - before), SENT);
	assert_true(drops > before);
	udp_room_free(room);
	close(l.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_come_with_sender_and_time),
		cmocka_unit_test(a_buffer_that_is_refused_is_told_with_what_to_do),
		cmocka_unit_test(a_port_that_is_taken_is_refused_and_its_holder_named),
		cmocka_unit_test(sockets_that_agree_share_a_port),
		cmocka_unit_test(an_address_of_others_is_refused),
		cmocka_unit_test(every_drop_is_told_without_a_datagram_behind_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
