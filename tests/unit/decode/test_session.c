// SPDX-License-Identifier: Apache-2.0
// Connections: the table tells what a list that is searched from end to end tells, growing and full.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "decode/session.h"

enum { PACKETS = 20000, HOSTS = 40, PORTS = 8, FLOWS_MAX = 2 * PACKETS };

/* What came out. */
struct kept {
	size_t n;
	struct flow flow[FLOWS_MAX];
};

static struct kept kept;

static void keep(void *ctx, const struct flow *flow, size_t n)
{
	struct kept *k = ctx;
	assert_true(k->n + n <= FLOWS_MAX);
	memcpy(k->flow + k->n, flow, n * sizeof *flow);
	k->n += n;
}

static struct batch batch = { .emit = keep, .ctx = &kept };

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

static struct packet some_packet(uint64_t *x)
{
	uint64_t r = next_random(x);
	return (struct packet){
		.src = addr_v4(0x0a000000 + r % HOSTS),
		.dst = addr_v4(0x0a000000 + (r >> 8) % HOSTS),
		.src_port = (uint16_t)(1020 + (r >> 16) % PORTS),
		.dst_port = (uint16_t)(1020 + (r >> 24) % PORTS),
		.proto = r >> 32 & 1 ? PROTO_TCP : PROTO_UDP,
		.tcp_flags = r >> 32 & 1 ? (uint8_t)(r >> 40 & 0x3f) : 0,
		.has_ports = true,
		.bytes = 40 + (uint32_t)(r >> 48),
	};
}

static void put(struct sessions *s, const struct packet *p, uint64_t time_ms, place at)
{
	uint64_t hash = sessions_seek(s, p);
	sessions_fetch(s, hash);
	sessions_put(s, p, hash, time_ms, at);
}

static bool is_way(const struct flow *f, const struct packet *p)
{
	return addr_eq(&f->src, &p->src) && addr_eq(&f->dst, &p->dst) &&
	       f->src_port == p->src_port && f->dst_port == p->dst_port && f->proto == p->proto;
}

/* The flow of a packet's direction in the list, added when there is none. */
static struct flow *way_of(struct kept *list, const struct packet *p, uint64_t time_ms, place at)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_way(&list->flow[i], p))
			return &list->flow[i];
	struct flow *f = &list->flow[list->n++];
	*f = (struct flow){ .src = p->src,
		.dst = p->dst,
		.src_port = p->src_port,
		.dst_port = p->dst_port,
		.proto = p->proto,
		.first_ms = time_ms,
		.last_ms = time_ms,
		.at = at };
	return f;
}

static int by_place(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

static void assert_same_flow(const struct flow *a, const struct flow *b)
{
	assert_true(addr_eq(&a->src, &b->src) && addr_eq(&a->dst, &b->dst));
	assert_int_equal(a->src_port, b->src_port);
	assert_int_equal(a->dst_port, b->dst_port);
	assert_int_equal(a->proto, b->proto);
	assert_int_equal(a->packets, b->packets);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->first_ms, b->first_ms);
	assert_int_equal(a->last_ms, b->last_ms);
	assert_int_equal(a->tcp_flags, b->tcp_flags);
}

static void the_same_as_a_list(void **state)
{
	(void)state;
	static struct kept list;
	uint64_t x = 88172645463325252;
	kept.n = list.n = 0;
	struct sessions *s = sessions_new(1 << 16, 7, &batch);
	assert_non_null(s);
	for (place at = 1; at <= PACKETS; at++) {
		struct packet p = some_packet(&x);
		uint64_t time_ms = next_random(&x) % 100000;
		put(s, &p, time_ms, at);
		struct flow *f = way_of(&list, &p, time_ms, at);
		f->packets++;
		f->bytes += p.bytes;
		f->tcp_flags |= p.tcp_flags;
		f->first_ms = time_ms < f->first_ms ? time_ms : f->first_ms;
		f->last_ms = time_ms > f->last_ms ? time_ms : f->last_ms;
	}
	assert_int_equal(sessions_held(s), sessions_count(s));
	sessions_flush(s);
	batch_flush(&batch);
	assert_int_equal(sessions_held(s), 0);
	assert_int_equal(kept.n, list.n);
	qsort(kept.flow, kept.n, sizeof *kept.flow, by_place);
	for (size_t i = 0; i < kept.n; i++)
		assert_same_flow(&kept.flow[i], &list.flow[i]);
	sessions_free(s);
	sessions_free(NULL);
}

/* However small the room: no packet is lost, none is told twice, and the bound holds. */
static void nothing_is_lost_when_it_is_full(void **state)
{
	(void)state;
	static const size_t room[] = { 1, 2, 50, 640, 641, 5000 };
	for (size_t i = 0; i < countof(room); i++) {
		uint64_t x = 88172645463325252, n_bytes = 0, n_packets = 0;
		kept.n = 0;
		struct sessions *s = sessions_new(room[i], 7, &batch);
		assert_non_null(s);
		for (place at = 1; at <= PACKETS; at++) {
			struct packet p = some_packet(&x);
			n_bytes += p.bytes;
			put(s, &p, at, at);
			assert_in_range(sessions_held(s), 1, room[i]);
		}
		sessions_flush(s);
		batch_flush(&batch);
		for (size_t k = 0; k < kept.n; k++) {
			n_packets += kept.flow[k].packets;
			n_bytes -= kept.flow[k].bytes;
		}
		assert_int_equal(n_packets, PACKETS);
		assert_int_equal(n_bytes, 0);
		sessions_free(s);
	}
}

static struct packet segment(
	uint32_t src, uint16_t src_port, uint32_t dst, uint16_t dst_port, uint8_t flags)
{
	return (struct packet){ .src = addr_v4(src),
		.dst = addr_v4(dst),
		.src_port = src_port,
		.dst_port = dst_port,
		.proto = PROTO_TCP,
		.tcp_flags = flags,
		.has_ports = true,
		.bytes = 40 };
}

/* The opener comes first, whoever was seen first; connections come in the order they began. */
static void who_opened_is_told_first(void **state)
{
	(void)state;
	const struct packet packets[] = {
		segment(2, 80, 1, 5000, TCP_SYN | TCP_ACK),
		segment(1, 5000, 2, 80, TCP_ACK),
		segment(4, 80, 3, 5000, TCP_ACK),
	};
	kept.n = 0;
	struct sessions *s = sessions_new(640, 7, &batch);
	assert_non_null(s);
	for (size_t i = 0; i < countof(packets); i++)
		put(s, &packets[i], i, i);
	sessions_flush(s);
	batch_flush(&batch);
	assert_int_equal(kept.n, 3);
	assert_int_equal(addr_low32(&kept.flow[0].src), 1);
	assert_true(kept.flow[0].has & FLOW_OPENS);
	assert_int_equal(addr_low32(&kept.flow[1].src), 2);
	assert_true(kept.flow[1].has & FLOW_ANSWERS);
	assert_int_equal(addr_low32(&kept.flow[2].src), 4);
	assert_false(kept.flow[2].has & (FLOW_OPENS | FLOW_ANSWERS));
	sessions_free(s);
}

/* The data comes from a port of its own, and is no connection that the server opens; whatever else it sends is. */
static void a_server_of_tftp_answers_from_a_new_port(void **state)
{
	(void)state;
	struct packet packets[] = {
		segment(1, 5000, 2, 69, 0), // the request
		segment(2, 40000, 1, 5000, 0), segment(1, 5000, 2, 40000, 0),
		segment(2, 40001, 1, 5001, 0), // to another port than it was asked from
		segment(3, 40000, 1, 5000, 0), // from another host
		segment(4, 6000, 2, 69, 0),
		segment(2, 45000, 4, 6000, 0), // no such file: nothing goes back
	};
	static const uint16_t has[] = { FLOW_OPENS, FLOW_OPENS, FLOW_ANSWERS, FLOW_OPENS,
		FLOW_OPENS, FLOW_OPENS, FLOW_ANSWERS };
	static const uint32_t src[] = { 1, 1, 2, 2, 3, 4, 2 };
	kept.n = 0;
	struct sessions *s = sessions_new(640, 7, &batch);
	assert_non_null(s);
	for (size_t i = 0; i < countof(packets); i++) {
		packets[i].proto = PROTO_UDP;
		put(s, &packets[i], i, i);
	}
	sessions_flush(s);
	batch_flush(&batch);
	assert_int_equal(kept.n, countof(has));
	for (size_t i = 0; i < kept.n; i++) {
		assert_int_equal(addr_low32(&kept.flow[i].src), src[i]);
		assert_int_equal(kept.flow[i].has & (FLOW_OPENS | FLOW_ANSWERS), has[i]);
	}
	sessions_free(s);
}

/* Whoever listens without an end: quiet ones are told, busy ones now and then, each as a whole. */
static void connections_are_told_when_they_are_quiet(void **state)
{
	(void)state;
	const struct packet syn = segment(1, 5000, 2, 80, TCP_SYN);
	const struct packet answer = segment(2, 80, 1, 5000, TCP_SYN | TCP_ACK);
	kept.n = 0;
	struct sessions *s = sessions_new(640, 7, &batch);
	assert_non_null(s);
	put(s, &syn, 100000, 1);
	sessions_tell(s, 100999);
	batch_flush(&batch);
	assert_int_equal(kept.n, 0); // the answer may be on its way
	put(s, &answer, 100900, 2);
	sessions_tell(s, 101900);
	batch_flush(&batch);
	assert_int_equal(kept.n, 2);
	assert_true(kept.flow[0].has & FLOW_OPENS);
	sessions_tell(s, 110000);
	batch_flush(&batch);
	assert_int_equal(kept.n, 2); // nothing new
	for (uint64_t ms = 110100; ms < 130000; ms += 500) {
		put(s, &syn, ms, 3);
		sessions_tell(s, ms);
	}
	batch_flush(&batch);
	assert_int_equal(kept.n, 6); // never quiet: every ten seconds
	assert_true(kept.flow[4].packets > kept.flow[2].packets);
	assert_int_equal(kept.flow[4].first_ms, 100000);
	sessions_free(s);
}

/* The first packet of each connection, when it came, and whether somebody answers it. */
static size_t flush_after(
	uint64_t first_ms, const struct packet *packet, const uint64_t *ms, size_t n)
{
	const struct packet early = segment(9, 5000, 8, 80, TCP_SYN);
	kept.n = 0;
	struct sessions *s = sessions_new(640, 7, &batch);
	assert_non_null(s);
	put(s, &early, first_ms, 1);
	for (size_t i = 0; i < n; i++)
		put(s, &packet[i], ms[i], i + 2);
	sessions_flush(s);
	batch_flush(&batch);
	sessions_free(s);
	size_t n_pending = 0;
	for (size_t i = 0; i < kept.n; i++)
		n_pending += (kept.flow[i].has & FLOW_PENDING) != 0;
	return n_pending;
}

static void questions_under_way_when_a_capture_ended_were_told_as_unanswered(void **state)
{
	(void)state;
	struct packet asked = segment(1, 50000, 2, 443, 0);
	asked.proto = PROTO_UDP;
	const struct packet packet[] = {
		segment(1, 5000, 2, 80, TCP_SYN),           // a second ago: nobody answers
		segment(1, 5001, 2, 80, TCP_SYN),           // younger
		segment(1, 5002, 2, 80, TCP_SYN),           // younger, and refused
		segment(2, 80, 1, 5002, TCP_RST | TCP_ACK), //
		segment(3, 80, 1, 5003, TCP_SYN | TCP_ACK), // an answer is no question
		asked,
	};
	const uint64_t ms[] = { 99000, 99001, 99500, 99600, 99700, 100000 };
	assert_int_equal(flush_after(50000, packet, ms, countof(packet)), 2);
	assert_false(kept.flow[0].has & FLOW_PENDING);
	assert_false(kept.flow[1].has & FLOW_PENDING);
	assert_true(kept.flow[2].has & FLOW_PENDING);
	assert_true(kept.flow[countof(packet)].has & FLOW_PENDING);
	// what is shorter than a second is judged as it stands
	assert_int_equal(flush_after(99001, packet + 1, ms + 1, countof(packet) - 1), 0);
}

static void captures_without_times_said_1970(void **state)
{
	(void)state;
	struct packet echo = segment(1, 0, 2, 8 << 8, 0), syn = segment(1, 5000, 2, 80, TCP_SYN);
	echo.proto = PROTO_ICMP;
	const struct packet packet[] = { syn, echo };
	const uint64_t ms[] = { 0, 0 };
	assert_int_equal(flush_after(0, packet, ms, countof(packet)), 0);
	for (size_t i = 0; i < kept.n; i++)
		assert_false(kept.flow[i].has & FLOW_HAS_TIME);
	assert_int_equal(kept.n, 3);
}

static void sctp_lost_the_port_that_it_came_from(void **state)
{
	(void)state;
	struct packet init = segment(1, 50000, 2, 36412, 0);
	const uint64_t ms = 1000;
	init.proto = PROTO_SCTP;
	flush_after(1000, &init, &ms, 1);
	assert_int_equal(kept.n, 2);
	assert_int_equal(kept.flow[0].src_port, 50000);
	assert_int_equal(kept.flow[0].dst_port, 36412);
}

/* The two directions of a link may stand in two captures. */
static void answers_seen_alone_were_taken_for_questions(void **state)
{
	(void)state;
	static const struct {
		uint16_t src_port, dst_port;
		bool opens;
	} rows[] = {
		{ 50000, 4433, true }, { 4433, 50000, false }, { 53, 1030, false },
		{ 1046, 1434, true }, // Slammer, from a low port
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct packet p = segment(1, rows[i].src_port, 2, rows[i].dst_port, 0);
		const uint64_t ms = 1000;
		p.proto = PROTO_UDP;
		flush_after(1000, &p, &ms, 1);
		assert_int_equal(!!(kept.flow[1].has & FLOW_OPENS), rows[i].opens);
		assert_false(kept.flow[1].has & FLOW_ANSWERS);
	}
}

static void quiet_connections_are_forgotten_and_others_found_again(void **state)
{
	(void)state;
	kept.n = 0;
	struct sessions *s = sessions_new(5000, 7, &batch);
	assert_non_null(s);
	for (uint32_t i = 0; i < 3000; i++) {
		struct packet p = segment(1, (uint16_t)(1024 + i), 2, 80, TCP_SYN);
		put(s, &p, i < 2000 ? 1000 : 100000, i);
	}
	sessions_tell(s, 121000);
	assert_int_equal(sessions_held(s), 1000);
	for (uint32_t i = 2000; i < 3000; i++) {
		struct packet p = segment(2, 80, 1, (uint16_t)(1024 + i), TCP_SYN | TCP_ACK);
		put(s, &p, 121000, i);
	}
	assert_int_equal(sessions_held(s), 1000); // none was taken for a new one
	assert_int_equal(sessions_count(s), 3000);
	sessions_tell(s, 122000);
	batch_flush(&batch);
	assert_int_equal(kept.n, 3000 + 2000);
	sessions_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_as_a_list),
		cmocka_unit_test(nothing_is_lost_when_it_is_full),
		cmocka_unit_test(who_opened_is_told_first),
		cmocka_unit_test(a_server_of_tftp_answers_from_a_new_port),
		cmocka_unit_test(connections_are_told_when_they_are_quiet),
		cmocka_unit_test(quiet_connections_are_forgotten_and_others_found_again),
		cmocka_unit_test(questions_under_way_when_a_capture_ended_were_told_as_unanswered),
		cmocka_unit_test(captures_without_times_said_1970),
		cmocka_unit_test(sctp_lost_the_port_that_it_came_from),
		cmocka_unit_test(answers_seen_alone_were_taken_for_questions),
	};
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
