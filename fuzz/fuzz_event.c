// SPDX-License-Identifier: Apache-2.0
// Any body of any kind of event is refused with words, or taken by the board, which stays whole. The
// input is lines: a letter for the kind, two digits for incident and host, and the body.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/body.h"
#include "incident/lifecycle.h"
#include "incident/silence.h"

static void check(const struct board *b)
{
	for (uint64_t i = 1; i <= b->incident.n; i++) {
		struct member_iter it = { .board = b, .incident = i };
		enum first_why why;
		size_t n = 0;
		for (const struct member *m; (m = member_next(&it)); n++) {
			const struct edge *e;
			assert(m->incident == i && board_host(b, m->host));
			for (uint32_t at = m->first_edge; (e = board_edge(b, at)); at = e->next)
				assert(board_edge_probability(b, e) <= 1);
			const struct host_row *h = board_host(b, m->host);
			assert(m->state != STATE_RECOVERED || b->covered.since_ms ||
				h->covered.since_ms);
			struct silence s = silence_of(b, m, UINT64_MAX);
			assert(s.needed_ms >= SILENCE_LEAST_MS && s.clean >= 0 && s.clean <= 1);
			assert(s.watched.until_ms - s.watched.since_ms == s.watched_ms);
		}
		assert(n <= b->member.n);
		board_first(b, i, &why);
		assert(first_why_text(why));
	}
}

/* An address has one host at a time. */
static void check_addresses(const struct board *b)
{
	for (uint32_t i = 1; i <= b->address.n; i++)
		for (uint32_t k = i + 1; k <= b->address.n; k++) {
			const struct address_row *x = board_address(b, i), *y = board_address(b, k);
			assert(!addr_eq(&x->addr, &y->addr) || x->host == y->host ||
				x->from_ms >= y->until_ms || y->from_ms >= x->until_ms);
		}
}

static void round_trip(const char *text)
{
	struct err e = {};
	struct body body;
	char room[BODY_BYTES];
	if (!body_parse(text, &body, &e)) {
		assert(e.text[0]);
		return;
	}
	if (body_format(&body, room)) {
		struct body again;
		assert(body_parse(room, &again, &e));
		for (size_t i = 0; i < N_BODY_NUMBERS; i++)
			assert(again.number[i] == body.number[i]);
		body_free(&again);
	}
	body_free(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct board *b = board_new();
	struct event *ev = calloc(1, sizeof *ev);
	const uint8_t *end = data + len;
	while (b && ev && data < end) {
		const uint8_t *stop = memchr(data, '\n', (size_t)(end - data));
		stop = stop ? stop : end;
		size_t n = (size_t)(stop - data);
		if (n > 3 && n - 3 < sizeof ev->body) {
			memset(ev, 0, sizeof *ev);
			ev->kind = (unsigned)(data[0] - 'a') % N_EVENTS;
			ev->incident = data[1] - '0';
			ev->host = data[2] - '0';
			ev->at_ms = UINT64_C(1772438400000);
			snprintf(ev->actor, sizeof ev->actor, "%s",
				data[0] >= 'n' ? "ann" : "cordon");
			memcpy(ev->body, data + 3, n - 3);
			round_trip(ev->body);
			assert(board_apply(b, ev) || b->why.text[0]);
		}
		data = stop + 1;
	}
	if (b) {
		check(b);
		check_addresses(b);
	}
	board_free(b);
	free(ev);
	return 0;
}
