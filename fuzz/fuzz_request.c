// SPDX-License-Identifier: Apache-2.0
// Any texts of requests, a field a line, go through views, signatures and the books of attacks. In
// another order and in two parts they give the same.
#include <assert.h>

#include "detect/attacks.h"
#include "detect/view.h"

enum { FIELDS = 7, REQUESTS = 64, KEY = 1 };

static struct signatures *set; // loaded once: it never changes

static struct str next_line(struct str *rest)
{
	const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
	size_t n = end ? (size_t)(end - rest->ptr) : rest->len;
	struct str line = { rest->ptr, n };
	size_t skip = n + (end != NULL);
	*rest = (struct str){ rest->len ? rest->ptr + skip : rest->ptr, rest->len - skip };
	return line;
}

/* A decimal number at the beginning of a line tells client, server, status, time and `has`. */
static struct request request_of(struct str *rest, uint64_t line)
{
	struct request q = { .at = place_at(0, line), .has = REQUEST_MARKED };
	struct str *const field[FIELDS - 1] = { &q.path, &q.query, &q.agent, &q.referer,
		&q.forwarded, &q.line };
	struct str bits = next_line(rest);
	uint32_t v = 0;
	for (size_t i = 0; i < bits.len; i++)
		v = v * 31 + (uint8_t)bits.ptr[i];
	q.has |= (uint16_t)(v & 0x7f);
	q.client = addr_v4(0x0a000000 | (v >> 8 & 3));
	q.server = addr_v4(0x0b000000 | (v >> 10 & 3));
	q.status = v >> 12 & 1 ? 200 : 404;
	q.time_ms = UINT64_C(997315917000) + (v >> 13 & 0xff) * 1000;
	for (size_t i = 0; i < FIELDS - 1; i++)
		*field[i] = next_line(rest);
	return q;
}

static void views(struct str text)
{
	char room[VIEW_BYTES];
	size_t n;
	struct str view = view_decode(text, room, &n);
	assert(view.len <= text.len && view.len <= VIEW_BYTES && (n > 0) == (view.ptr == room));
}

static uint64_t sum_of(const struct attacks *a)
{
	uint64_t sum = 0;
	struct attack_iter it = { .attacks = a };
	for (const struct attack *x; (x = attacks_next(&it));) {
		assert(x->n >= x->n_rows && x->n_peers <= ATTACK_PEERS_MAX);
		for (uint32_t i = 1; i < x->n_rows; i++)
			assert(x->row[i - 1].at < x->row[i].at);
		sum += x->n * 1000 + x->n_rows * 100 + x->n_peers * 10 + x->is_made;
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = {};
	struct request q[REQUESTS];
	size_t n = 0;
	struct str rest = { (const char *)data, len };
	set = set ? set : signatures_new(&e);
	for (; n < REQUESTS && rest.len; n++) {
		q[n] = request_of(&rest, n + 1);
		views(q[n].path);
		views(q[n].agent);
	}
	struct inventory *inv = inventory_parse(STR("trusted-proxies: [10.0.0.1]"), "i", &e);
	struct attacks *a = attacks_new(set, inv, 1, KEY), *b = attacks_new(set, inv, 1, KEY);
	struct attacks *c = attacks_new(set, inv, 1, KEY);
	assert(set && inv && a && b && c);
	attacks_observe(a, q, n);
	for (size_t i = n; i > 0; i--)
		attacks_observe(i % 2 ? b : c, &q[i - 1], 1);
	attacks_merge(b, c);
	assert(sum_of(a) == sum_of(b));
	struct findings f = {};
	assert(attacks_into(a, 0, &f));
	for (size_t i = 0; i < f.n; i++)
		assert(f.finding[i].n_attacks && f.finding[i].why[0]);
	findings_free(&f);
	attacks_free(a);
	attacks_free(b);
	attacks_free(c);
	inventory_free(inv);
	return 0;
}
