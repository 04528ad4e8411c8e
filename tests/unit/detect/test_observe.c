// SPDX-License-Identifier: Apache-2.0
// Most flows go a short way: it has to say what the long one says.
#include "detect/glance.h"
#include "detect/observe.h"
#include "unit/detect/site.h"

enum { FLOWS = 200000, MANY = 9, KEY = 7 };

/* A flow as most exporters tell it, with anything that may be in it. */
static struct flow any(struct site *s)
{
	static const uint16_t ports[] = { 9, 1434, 1900, 3702, 5355, 53413, 60000, 53, 67, 68, 80,
		123, 137, 138, 443, 445, 546, 547, 1023, 1024, 4341, 4789, 5353, 6081, 8472, 40000,
		40001, 65535 };
	static const uint32_t hosts[] = { 0, 1, 0x0a000001, 0x0a0000ff, 0xc0000201, 0xdfffffff,
		0xe0000001, 0xefffffff, 0xf0000000, 0xffffffff };
	bool is_tcp = site_below(s, 2);
	struct flow f = {
		.src = addr_v4(hosts[site_below(s, countof(hosts))]),
		.dst = addr_v4(hosts[site_below(s, countof(hosts))]),
		.first_ms = site_below(s, 8) ? SITE_START_MS + site_random(s) % 1000000 : 0,
		.packets =
			site_below(s, 4) ? site_below(s, 6) : site_random(s) >> site_below(s, 64),
		.bytes =
			site_below(s, 4) ? site_below(s, 400) : site_random(s) >> site_below(s, 64),
		.at = place_at((uint16_t)site_below(s, 100), site_below(s, 1 << 20)),
		.exporter = (uint32_t)site_random(s),
		.sampling = site_below(s, 8) ? site_below(s, 2) : 100,
		.input = site_below(s, 9),
		.src_port = ports[site_below(s, countof(ports))],
		.dst_port = ports[site_below(s, countof(ports))],
		.proto = is_tcp ? PROTO_TCP : PROTO_UDP,
		.tcp_flags = (uint8_t)site_below(s, 256),
	};
	if (site_below(s, 4) == 0) { // where a quotient that is rounded would be another
		f.packets = 1 + (site_random(s) >> (33 + site_below(s, 31)));
		f.bytes = (UINT32_MAX >> site_below(s, 32)) / f.packets * f.packets;
		f.bytes -= f.bytes && site_below(s, 2);
		f.first_ms = (site_random(s) & TIME_UNKNOWN) / WINDOW_MS * WINDOW_MS;
		f.first_ms -= site_below(s, 2);
	}
	f.last_ms = f.first_ms + site_below(s, 100000);
	f.has = FLOW_HAS_PROTO | FLOW_HAS_PORTS | FLOW_HAS_PACKETS | FLOW_HAS_BYTES | FLOW_HAS_TIME;
	f.has |= f.tcp_flags ? FLOW_HAS_FLAGS : 0;
	return f;
}

/* A contact of a load, with its hash. */
struct entry {
	struct narrow narrow;
	uint64_t hash;
};

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct entry));
}

static void sort_load(const struct load *l, size_t n, struct entry out[static LOAD_CONTACTS])
{
	for (size_t i = 0; i < n; i++)
		out[i] = (struct entry){ l->narrow[i], l->hash[FAMILY_NARROW][i] };
	qsort(out, n, sizeof *out, by_bytes);
}

/* In whatever order. */
static void assert_same(const struct load *a, const struct load *b, size_t n)
{
	struct entry of_a[LOAD_CONTACTS], of_b[LOAD_CONTACTS];
	sort_load(a, n, of_a);
	sort_load(b, n, of_b);
	assert_memory_equal(of_a, of_b, n * sizeof *of_a);
}

static void the_short_way_says_what_the_long_one_does(void **)
{
	struct site *s = site_new(1);
	struct glances *g = glances_new();
	struct load *is_short = calloc(1, sizeof *is_short), *is_long = calloc(1, sizeof *is_long);
	struct flow f[MANY];
	size_t n_contacts = 0;
	for (size_t i = 0; i < FLOWS; i++) {
		size_t n_flows = i % MANY + 1; // the same, for every place of a vector
		f[0] = any(s);
		for (size_t k = 1; k < n_flows; k++)
			f[k] = f[0];
		load_clear(is_short);
		load_clear(is_long);
		observe(g, f, n_flows, KEY, is_short);
		for (size_t k = 0; k < n_flows; k++)
			f[k].has |=
				FLOW_TO_DEVICE; // says nothing of contacts, and is not plain any more
		observe(g, f, n_flows, KEY, is_long);
		size_t n = is_long->n[FAMILY_NARROW];
		assert_int_equal(is_short->n[FAMILY_NARROW], n);
		assert_int_equal(is_short->n[FAMILY_WIDE], is_long->n[FAMILY_WIDE]);
		assert_same(is_short, is_long, n);
		n_contacts += n;
	}
	assert_true(n_contacts > FLOWS / 4);
	free(is_short);
	free(is_long);
	glances_free(g);
	free(s);
}

/* Rows are written four at once: the last ones of a load that becomes full were written behind it. */
static void a_full_load_is_not_written_beyond(void **)
{
	struct glances *g = glances_new();
	struct load *l = calloc(1, sizeof *l);
	struct flow f[PLAINS];
	for (size_t i = 0; i < PLAINS; i++)
		f[i] = (struct flow){ .src = addr_v4(0x0a000001),
			.dst = addr_v4(0xc0000201),
			.first_ms = SITE_START_MS,
			.last_ms = SITE_START_MS,
			.packets = 9,
			.bytes = 900,
			.src_port = 40000,
			.dst_port = 40001,
			.proto = PROTO_UDP,
			.has = PLAIN_HAS | (i ? FLOW_TO_DEVICE : 0) }; // one of them is plain
	struct contact before;
	memset(&l->wide[0], 0xa5, sizeof l->wide[0]);
	before = l->wide[0];
	observe(g, f, PLAINS, KEY, l);
	assert_int_equal(l->n[FAMILY_NARROW], LOAD_CONTACTS);
	assert_int_equal(l->n[FAMILY_WIDE], 0);
	assert_memory_equal(&l->wide[0], &before, sizeof before);
	free(l);
	glances_free(g);
}

/* Member by member, as the words of a trace are meant. */
static struct trace joined(const struct trace *a, const struct trace *b)
{
	return (struct trace){
		.port = a->port,
		.proto = a->proto,
		.input = MOST(a->input, b->input),
		.packets = MOST(a->packets, b->packets),
		.size = MOST(a->size, b->size),
		.first_ms = LEAST(a->first_ms, b->first_ms),
		.saw = a->saw | b->saw,
		.last_ms = MOST(a->last_ms, b->last_ms),
		.tries = a->tries | b->tries,
		.at = LEAST(a->at, b->at),
		.exporter = LEAST(a->exporter, b->exporter),
	};
}

static void joining_words_joins_members(void **)
{
	struct site *s = site_new(2);
	for (size_t i = 0; i < FLOWS; i++) {
		uint64_t word[2][TRACE_WORDS];
		for (size_t k = 0; k < TRACE_WORDS; k++) {
			word[0][k] = site_random(s) & site_random(s);
			word[1][k] = site_below(s, 3) ? site_random(s) : word[0][k];
		}
		struct trace a, b;
		memcpy(&a, word[0], sizeof a);
		memcpy(&b, word[1], sizeof b);
		b.port = a.port;
		b.proto = a.proto;
		struct trace wanted = joined(&a, &b);
		trace_join(&a, &b);
		assert_memory_equal(&a, &wanted, sizeof a);
	}
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_short_way_says_what_the_long_one_does),
		cmocka_unit_test(joining_words_joins_members),
		cmocka_unit_test(a_full_load_is_not_written_beyond),
	};
	return cmocka_run_group_tests_name("observe", tests, NULL, NULL);
}
