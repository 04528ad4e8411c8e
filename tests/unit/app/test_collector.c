// SPDX-License-Identifier: Apache-2.0
// The collector as a process of its own: a sender that knows what it sent, a keeper that counts what it is
// told. What was sent is what was processed, what the kernel dropped and what the sequence misses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/collector.h"
#include "app/command.h"
#include "detect/evidence.h"
#include "generate/wire.h"
#include "model/parcel.h"
#include "model/trouble.h"
#include "net/udp.h"

enum { ROWS = 30, ROOM_BYTES = 4 << 20, COLLECTOR = 77, EPOCH = 3, PATIENCE_MS = 20000 };
enum { KEPT_MAX = 8, KEPT_BYTES = 256 };

/* A collector, who sends to it, and who keeps what it tells. */
struct play {
	struct settings settings;
	struct udp_listener listener;
	int pipe, sender;
	pid_t pid;
	uint64_t n_sent; // datagrams
	uint32_t sequence, source;
	uint8_t *room;
	size_t n_bytes;
	uint64_t number;
	uint64_t n[N_PARCELS];
	uint64_t counter[N_COLLECTED];
	struct exporter exporter; // the only one
	struct evidence *evidence;
	uint8_t kept[KEPT_MAX][KEPT_BYTES];
	size_t kept_bytes[KEPT_MAX], n_kept;
};

static void nap(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static struct play *play_new(size_t receive_buffer)
{
	struct play *p = calloc(1, sizeof *p);
	assert_non_null(p);
	p->settings = (struct settings){ .memory = 64 << 20, .window_ms = 100 };
	struct udp_wish wish = { .address = { [10] = 0xff, 0xff, 127, 0, 0, 1 },
		.receive_buffer = receive_buffer };
	struct err e = {};
	if (!udp_open(&wish, &p->listener, &e))
		fail_msg("%s", e.text);
	p->room = malloc(ROOM_BYTES);
	p->evidence = evidence_new(1 << 20, 1);
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(p->listener.port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	p->sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(p->sender, (struct sockaddr *)&to, sizeof to), 0);
	return p;
}

static void start(struct play *p)
{
	int end[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, end), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		close(end[0]);
		_exit(collector_run(
			&p->settings, &p->listener.fd, 1, end[1], COLLECTOR, EPOCH, NULL));
	}
	close(end[1]);
	p->pipe = end[0];
}

static void play_free(struct play *p)
{
	close(p->listener.fd);
	close(p->sender);
	close(p->pipe);
	evidence_free(p->evidence);
	free(p->room);
	free(p);
}

static void give_parcel(struct play *p, enum parcel_sort sort, struct bytes body)
{
	uint8_t room[PARCEL_HEADER_BYTES + KEPT_BYTES];
	struct parcel parcel = { .sort = sort, .collector = 1, .epoch = 1, .body = body };
	size_t n = parcel_encode(&parcel, room, sizeof room);
	assert_int_equal(write(p->pipe, room, n), n);
}

static void take_contacts(struct play *p, struct bytes body)
{
	struct contact c;
	for (size_t at = 0; at < body.len; at += PARCEL_CONTACT_BYTES) {
		assert_true(parcel_get_contact(body.ptr + at, &c));
		evidence_add(p->evidence, &c, 1);
	}
}

static void take_body(struct play *p, const struct parcel *parcel)
{
	struct bytes body = parcel->body;
	switch (parcel->sort) {
	case PARCEL_CONTACTS:
		take_contacts(p, body);
		break;
	case PARCEL_EXPORTERS:
		assert_true(body.len % PARCEL_EXPORTER_BYTES == 0);
		assert_true(parcel_get_exporter(body.ptr, &p->exporter));
		break;
	case PARCEL_COUNTERS:
		assert_int_equal(body.len, (N_COLLECTED + N_FAULTS) * 8);
		for (size_t i = 0; i < N_COLLECTED * 8; i++)
			p->counter[i / 8] = (i % 8 ? p->counter[i / 8] : 0) | (uint64_t)body.ptr[i]
										      << i % 8 * 8;
		break;
	case PARCEL_TEMPLATE:
		assert_true(p->n_kept < KEPT_MAX && body.len <= KEPT_BYTES);
		memcpy(p->kept[p->n_kept], body.ptr, body.len);
		p->kept_bytes[p->n_kept++] = body.len;
		break;
	default:
		assert_int_equal(body.len, 0);
	}
}

/* Every parcel has its number, and comes once. */
static void take_parcel(struct play *p, const struct parcel *parcel)
{
	assert_int_equal(parcel->collector, COLLECTOR);
	assert_int_equal(parcel->epoch, EPOCH);
	assert_int_equal(parcel->number, ++p->number);
	if (p->number == 1)
		assert_int_equal(parcel->sort, PARCEL_HELLO);
	assert_int_equal(p->n[PARCEL_BYE], 0); // nothing follows it
	p->n[parcel->sort]++;
	take_body(p, parcel);
}

/* Returns false at the end of the pipe, and when nothing came in `ms`. */
static bool listen_for(struct play *p, int ms)
{
	struct pollfd fd = { .fd = p->pipe, .events = POLLIN };
	if (poll(&fd, 1, ms) != 1)
		return false;
	ssize_t n = read(p->pipe, p->room + p->n_bytes, ROOM_BYTES - p->n_bytes);
	if (n <= 0)
		return false;
	p->n_bytes += (size_t)n;
	size_t at = 0, length;
	struct parcel parcel;
	struct err e;
	enum parcel_state state = PARCEL_PARTIAL;
	while (at < p->n_bytes &&
		(state = parcel_decode((struct bytes){ p->room + at, p->n_bytes - at }, &parcel,
			 &length, &e)) == PARCEL_WHOLE) {
		take_parcel(p, &parcel);
		at += length;
	}
	assert_int_not_equal(state, PARCEL_BROKEN);
	p->n_bytes -= at;
	memmove(p->room, p->room + at, p->n_bytes);
	return true;
}

static void listen_until(struct play *p, enum parcel_sort sort)
{
	uint64_t before = p->n[sort];
	while (p->n[sort] == before)
		if (!listen_for(p, PATIENCE_MS))
			fail_msg("parcel sort %d never came", (int)sort);
}

static void greet(struct play *p)
{
	listen_until(p, PARCEL_HELLO);
	for (size_t i = 0; i < p->n_kept; i++)
		give_parcel(p, PARCEL_TEMPLATE, (struct bytes){ p->kept[i], p->kept_bytes[i] });
	p->n_kept = 0;
	give_parcel(p, PARCEL_HELLO, (struct bytes){});
	listen_until(p, PARCEL_TICK);
}

static int finish(struct play *p)
{
	int status;
	kill(p->pid, SIGTERM);
	while (listen_for(p, PATIENCE_MS))
		;
	waitpid(p->pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Thirty SYNs, each of a new source port to a new address. */
static void send_v5(struct play *p)
{
	uint8_t room[24 + ROWS * 48] = {};
	struct writer w = writer_of(room, sizeof room);
	wr_u16(&w, 5);
	wr_u16(&w, ROWS);
	wr_u32(&w, 1000000);
	wr_u32(&w, (uint32_t)time(NULL));
	wr_u32(&w, 0);
	wr_u32(&w, p->sequence);
	wr_u32(&w, 0);
	for (uint32_t i = 0; i < ROWS; i++) {
		uint8_t *at = room + 24 + i * 48;
		struct writer r = writer_of(at, 48);
		wr_u32(&r, 0x0a000001);
		wr_u32(&r, 0x0b000000 + p->sequence + i);
		at[19] = 1;  // packets
		at[23] = 40; // octets
		at[34] = 1, at[35] = 189;
		at[37] = 2; // SYN
		at[38] = 6;
	}
	p->sequence += ROWS;
	while (send(p->sender, room, sizeof room, 0) < 0)
		assert_int_equal(errno, ENOBUFS);
	p->n_sent++;
}

/* The same as a datagram of templates: 300 is two addresses, port, protocol, flags, packets, octets. */
static void send_set(struct play *p, uint16_t version)
{
	enum { RECORD = 20, FIELDS = 7 };
	static const uint16_t fields[FIELDS][2] = { { 8, 4 }, { 12, 4 }, { 11, 2 }, { 4, 1 },
		{ 6, 1 }, { 2, 4 }, { 1, 4 } };
	uint8_t room[20 + 4 + 4 + FIELDS * 4 + 4 + ROWS * RECORD] = {};
	struct writer w = writer_of(room, sizeof room);
	bool is_ipfix = version == 10;
	wr_u16(&w, version);
	wr_u16(&w, is_ipfix ? (uint16_t)(sizeof room - 4) : ROWS + 1);
	if (!is_ipfix)
		wr_u32(&w, 1000000);
	wr_u32(&w, (uint32_t)time(NULL));
	wr_u32(&w, p->sequence);
	wr_u32(&w, 9);
	wr_u16(&w, is_ipfix ? 2 : 0);
	wr_u16(&w, 4 + 4 + FIELDS * 4);
	wr_u16(&w, 300);
	wr_u16(&w, FIELDS);
	for (size_t i = 0; i < FIELDS; i++) {
		wr_u16(&w, fields[i][0]);
		wr_u16(&w, fields[i][1]);
	}
	wr_u16(&w, 300);
	wr_u16(&w, 4 + ROWS * RECORD);
	for (uint32_t i = 0; i < ROWS; i++) {
		wr_u32(&w, 0x0a000001);
		wr_u32(&w, 0x0b000000 + (uint32_t)p->n_sent * ROWS + i);
		wr_u16(&w, 445);
		wr_u8(&w, 6);
		wr_u8(&w, 2);
		wr_u32(&w, 1);
		wr_u32(&w, 40);
	}
	struct bytes all = wr_done(&w);
	p->sequence += is_ipfix ? ROWS : 1;
	while (send(p->sender, all.ptr, all.len, 0) < 0)
		assert_int_equal(errno, ENOBUFS);
	p->n_sent++;
}

/* Returns by how much the sequence goes on with each. */
static uint32_t send_one(struct play *p, uint16_t version)
{
	if (version == 5)
		send_v5(p);
	else
		send_set(p, version);
	return version == 9 ? 1 : ROWS;
}

static void assert_contacts(const struct play *p, uint64_t n)
{
	assert_int_equal(evidence_count(p->evidence), n);
}

static void assert_all_is_told(uint16_t version)
{
	enum { SENT = 2000, EVERY = 100 };
	struct play *p = play_new(8 << 20);
	uint32_t skipped = 0, step = version == 9 ? 1 : ROWS;
	start(p);
	greet(p);
	for (uint32_t i = 1; i <= SENT; i++) {
		if (i % EVERY == 0 && i < SENT)
			p->sequence += step, skipped += step; // as if lost on the way
		(void)send_one(p, version);
		if (i % EVERY == 0)
			nap(2), listen_for(p, 0);
	}
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->n[PARCEL_BYE], 1);
	assert_int_equal(p->counter[COLLECTED_DATAGRAMS], SENT);
	if (version == 5)
		assert_int_equal(p->counter[COLLECTED_BYTES], SENT * (24 + ROWS * 48));
	assert_int_equal(p->counter[COLLECTED_FAULTS], 0);
	assert_int_equal(p->counter[COLLECTED_FLOWS], SENT * ROWS);
	assert_int_equal(p->counter[COLLECTED_KERNEL_DROPS], 0);
	assert_int_equal(p->counter[COLLECTED_THINNED], 0);
	assert_int_equal(p->exporter.records, SENT * ROWS);
	assert_int_equal(p->exporter.missing, skipped);
	assert_int_equal(p->exporter.gaps, SENT / EVERY - 1);
	assert_int_equal(p->exporter.datagrams, SENT);
	assert_contacts(p, SENT * ROWS);
	play_free(p);
}

static const uint16_t versions[] = { 5, 9, 10 };

static void what_was_sent_is_what_is_told(void **)
{
	for (size_t i = 0; i < countof(versions); i++)
		assert_all_is_told(versions[i]);
}

/* The last one comes when there is room again, so that the sequence tells of all before it. */
static void assert_drops_are_told(uint16_t version)
{
	enum { SENT = 3000 };
	struct play *p = play_new(16 << 10);
	start(p);
	greet(p);
	kill(p->pid, SIGSTOP);
	for (uint32_t i = 1; i < SENT; i++)
		(void)send_one(p, version);
	kill(p->pid, SIGCONT);
	nap(300);
	uint32_t step = send_one(p, version);
	nap(100);
	assert_int_equal(finish(p), EXIT_NOTHING);
	uint64_t came = p->counter[COLLECTED_DATAGRAMS];
	uint64_t dropped = p->counter[COLLECTED_KERNEL_DROPS];
	printf("# version %u: sent %d datagrams: %llu came, %llu dropped by the kernel\n", version,
		SENT, (unsigned long long)came, (unsigned long long)dropped);
	assert_true(dropped > 0);
	assert_int_equal(came + dropped, SENT);
	assert_int_equal(p->counter[COLLECTED_FLOWS], came * ROWS);
	assert_int_equal(p->exporter.missing, dropped * step);
	assert_contacts(p, came * ROWS);
	play_free(p);
}

static void what_the_kernel_drops_is_told_to_the_datagram(void **)
{
	for (size_t i = 0; i < countof(versions); i++)
		assert_drops_are_told(versions[i]);
}

static void a_keeper_that_pauses_delays_and_loses_nothing(void **)
{
	enum { SENT = 3000 };
	struct play *p = play_new(8 << 20);
	start(p);
	greet(p);
	for (uint32_t i = 1; i <= SENT; i++) {
		send_v5(p);
		if (i % 10 == 0)
			nap(5);
	}
	nap(1500); // nobody read, for longer than a second
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->counter[COLLECTED_FLOWS], SENT * ROWS);
	assert_int_equal(p->counter[COLLECTED_KERNEL_DROPS], 0);
	assert_true(p->counter[COLLECTED_STALLS] >= 1);
	assert_contacts(p, SENT * ROWS);
	play_free(p);
}

static void a_full_window_is_thinned_and_says_so(void **)
{
	enum { SENT = 1000 };
	struct play *p = play_new(8 << 20);
	p->settings.memory = 1 << 20; // two thousand contacts a window
	p->settings.window_ms = 60000;
	start(p);
	listen_until(p, PARCEL_HELLO);
	give_parcel(p, PARCEL_HELLO, (struct bytes){});
	for (uint32_t i = 0; i < SENT; i++) {
		send_v5(p);
		if (i % 50 == 0)
			nap(1);
	}
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->counter[COLLECTED_FLOWS], SENT * ROWS);
	uint64_t n = evidence_count(p->evidence), all = n + p->counter[COLLECTED_THINNED];
	assert_in_range(n, 500, 4000);
	assert_in_range(all, SENT * ROWS * 3 / 4, SENT * ROWS * 5 / 4);
	play_free(p);
}

/* One IPFIX message of template 300: two addresses. */
static void send_ipfix(struct play *p, bool has_template, uint32_t dst)
{
	uint8_t room[64] = {};
	struct writer w = writer_of(room, sizeof room);
	wr_u16(&w, 10);
	wr_u16(&w, has_template ? 44 : 28);
	wr_u32(&w, (uint32_t)time(NULL));
	wr_u32(&w, p->sequence++);
	wr_u32(&w, 9);
	if (has_template) {
		static const uint8_t set[] = { 0, 2, 0, 16, 1, 44, 0, 2, 0, 8, 0, 4, 0, 12, 0, 4 };
		wr_bytes(&w, (struct bytes){ set, sizeof set });
	}
	wr_u16(&w, 300);
	wr_u16(&w, 12);
	wr_u32(&w, 0x0a000001);
	wr_u32(&w, dst);
	struct bytes all = wr_done(&w);
	assert_int_equal(send(p->sender, all.ptr, all.len, 0), all.len);
}

static void templates_are_told_once_and_learned_again_after_a_restart(void **)
{
	struct play *p = play_new(1 << 20);
	start(p);
	greet(p);
	send_ipfix(p, true, 1);
	send_ipfix(p, true, 2);
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->n_kept, 1);
	assert_int_equal(p->counter[COLLECTED_FLOWS], 2);

	close(p->pipe);
	p->number = p->n[PARCEL_BYE] = p->n_bytes = 0;
	send_ipfix(
		p, false, 3); // while nobody listens: it waits in the kernel, without its template
	start(p);
	greet(p);
	send_ipfix(p, false, 4);
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->counter[COLLECTED_FLOWS], 2);
	assert_int_equal(p->counter[COLLECTED_FAULTS], 0);
	assert_int_equal(p->n_kept, 0); // who gave it has it
	assert_int_equal(
		evidence_count(p->evidence), 4 * 2); // without ports: either may have asked
	play_free(p);
}

static void what_is_no_export_is_counted_and_no_keeper_is_needed_to_begin(void **)
{
	struct play *p = play_new(1 << 20);
	start(p);
	assert_int_equal(send(p->sender, "GET / HTTP/1.0", 14, 0), 14);
	send_v5(p);
	listen_until(p, PARCEL_TICK); // nobody answered HELLO
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->counter[COLLECTED_DATAGRAMS], 2);
	assert_int_equal(p->counter[COLLECTED_UNKNOWN], 1);
	assert_int_equal(p->counter[COLLECTED_FLOWS], ROWS);
	play_free(p);
}

static void alone_it_ends(void **)
{
	struct play *p = play_new(1 << 20);
	int status;
	start(p);
	greet(p);
	close(p->pipe);
	waitpid(p->pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_ERROR);
	p->pipe = dup(0);
	play_free(p);
}

/* Lost on the way, dropped by the kernel, received: each that was sent is one of these, and no other. */
static void what_was_sent_is_processed_or_dropped_or_missing_exactly(void **state)
{
	(void)state;
	enum { SENT = 3000, EVERY = 7 };
	struct play *p = play_new(16 << 10);
	uint64_t n_lost = 0;
	start(p);
	greet(p);
	send_v5(p); // from which on the sequence counts
	listen_until(p, PARCEL_TICK);
	kill(p->pid, SIGSTOP);
	for (uint32_t i = 1; i <= SENT; i++) {
		if (i % EVERY == 0)
			p->sequence += ROWS, n_lost++; // on the way
		send_v5(p);
	}
	kill(p->pid, SIGCONT);
	for (uint64_t told = 0, before = UINT64_MAX;
		told != before;) { // until it has read all there is
		before = told;
		listen_until(p, PARCEL_TICK);
		listen_until(p, PARCEL_TICK);
		told = p->counter[COLLECTED_DATAGRAMS];
	}
	send_v5(p); // what is missing behind the last one no sequence tells
	assert_int_equal(finish(p), EXIT_NOTHING);
	uint64_t n_dropped = p->counter[COLLECTED_KERNEL_DROPS];
	assert_true(n_dropped > 0 && n_lost > 0);
	assert_int_equal(p->counter[COLLECTED_DATAGRAMS] + n_dropped, p->n_sent);
	assert_int_equal(p->counter[COLLECTED_FLOWS] + p->exporter.missing, p->sequence);
	assert_int_equal(p->exporter.missing, (n_dropped + n_lost) * ROWS);
	play_free(p);
}

/* 250 ms at a million flows a second: what the kernel has to keep while nobody reads. */
static void a_reader_that_stalls_for_a_quarter_second_at_a_million_flows_loses_nothing(void **state)
{
	(void)state;
	enum { BUFFER = 64 << 20, SENT = 250000 / ROWS + 1 };
	struct play *p = play_new(BUFFER);
	if (p->listener.receive_buffer < BUFFER) {
		print_message("NEITHER CAP_NET_ADMIN NOR net.core.rmem_max OF 64 MiB: A STALL IS "
			      "NOT TESTED\n");
		p->pipe = dup(p->sender);
		play_free(p);
		return;
	}
	start(p);
	greet(p);
	kill(p->pid, SIGSTOP);
	for (uint32_t i = 0; i < SENT; i++)
		send_v5(p);
	kill(p->pid, SIGCONT);
	assert_int_equal(finish(p), EXIT_NOTHING);
	assert_int_equal(p->counter[COLLECTED_KERNEL_DROPS], 0);
	assert_int_equal(p->counter[COLLECTED_DATAGRAMS], SENT);
	assert_int_equal(p->counter[COLLECTED_FLOWS], SENT * ROWS);
	assert_int_equal(p->exporter.missing, 0);
	play_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sent_is_what_is_told),
		cmocka_unit_test(what_the_kernel_drops_is_told_to_the_datagram),
		cmocka_unit_test(a_keeper_that_pauses_delays_and_loses_nothing),
		cmocka_unit_test(a_full_window_is_thinned_and_says_so),
		cmocka_unit_test(templates_are_told_once_and_learned_again_after_a_restart),
		cmocka_unit_test(what_is_no_export_is_counted_and_no_keeper_is_needed_to_begin),
		cmocka_unit_test(alone_it_ends),
		cmocka_unit_test(what_was_sent_is_processed_or_dropped_or_missing_exactly),
		cmocka_unit_test(
			a_reader_that_stalls_for_a_quarter_second_at_a_million_flows_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
