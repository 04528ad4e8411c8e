// SPDX-License-Identifier: Apache-2.0
// Two tables: addresses lead to hosts, hosts say when they were seen alive and by whom. They are made anew
// when the board changes; what was observed is carried over.
#include "app/coverage.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "incident/body.h"
#include "incident/silence.h"

enum { HOST_SLOTS = 2 * COVERED_HOSTS_MAX, NAMES_MAX = COVERED_NAMES / 2 };
static_assert(COVERED_HOSTS_MAX < UINT16_MAX);

struct covered_name {
	struct addr addr;
	uint16_t at; // place of the host plus one; 0: free
};

struct coverage {
	struct covered_host *host;
	struct covered_name *name;
	uint16_t *slot; // by number of the host: place plus one
	size_t n, n_names, n_beyond;
	const struct board *board;      // that was followed last,
	uint64_t n_taken;               // when it had taken so many events
	size_t n_given;                 // by coverage_changed
	size_t next;                    // host that coverage_tell looks at
	const struct log_sensors *logs; // NULL: none are read
};

static bool tables_new(struct coverage *c)
{
	c->host = calloc(COVERED_HOSTS_MAX, sizeof *c->host);
	c->name = calloc(COVERED_NAMES, sizeof *c->name);
	c->slot = calloc(HOST_SLOTS, sizeof *c->slot);
	c->n = c->n_names = c->n_beyond = 0;
	return c->host && c->name && c->slot;
}

static void tables_free(struct coverage *c)
{
	free(c->host);
	free(c->name);
	free(c->slot);
}

struct coverage *coverage_new(void)
{
	struct coverage *c = calloc(1, sizeof *c);
	if (c && !tables_new(c)) {
		coverage_free(c);
		return NULL;
	}
	return c;
}

void coverage_free(struct coverage *c)
{
	if (c)
		tables_free(c);
	free(c);
}

size_t coverage_beyond(const struct coverage *c)
{
	return c->n_beyond;
}

static uint16_t *slot_of(const struct coverage *c, uint64_t host)
{
	size_t i = hash_bytes(&host, sizeof host, 0) % HOST_SLOTS;
	while (c->slot[i] && c->host[c->slot[i] - 1].host != host)
		i = (i + 1) % HOST_SLOTS;
	return &c->slot[i];
}

static struct covered_host *host_of(const struct coverage *c, uint64_t host)
{
	uint16_t at = *slot_of(c, host);
	return at ? &c->host[at - 1] : NULL;
}

const struct covered_host *coverage_host(const struct coverage *c, uint64_t host)
{
	return host_of(c, host);
}

size_t coverage_count(const struct coverage *c)
{
	return c->n;
}

static struct covered_name *name_of(const struct coverage *c, const struct addr *a)
{
	size_t i = hash_bytes(a, sizeof *a, 0) % COVERED_NAMES;
	while (c->name[i].at && !addr_eq(&c->name[i].addr, a))
		i = (i + 1) % COVERED_NAMES;
	return &c->name[i];
}

static struct covered_host *host_at(const struct coverage *c, const struct addr *a)
{
	uint16_t at = name_of(c, a)->at;
	return at ? &c->host[at - 1] : NULL;
}

/* The addresses that a host has now. */
static void names_add(struct coverage *c, const struct board *b, const struct host_row *row)
{
	const struct address_row *a;
	for (uint32_t at = row->first_address; (a = board_address(b, at)); at = a->next_of_host) {
		struct covered_name *n = name_of(c, &a->addr);
		if (a->until_ms != UINT64_MAX || (n->at == 0 && c->n_names == NAMES_MAX))
			continue;
		c->n_names += n->at == 0;
		*n = (struct covered_name){ a->addr, (uint16_t)c->n };
	}
}

/* Numbers are given anew when others wrote first: a host is known by an address that it had. */
static bool has_had(const struct board *b, uint64_t host, const struct addr *addr)
{
	const struct host_row *row = board_host(b, host);
	const struct address_row *a;
	for (uint32_t at = row ? row->first_address : 0; (a = board_address(b, at));
		at = a->next_of_host)
		if (addr_eq(&a->addr, addr))
			return true;
	return false;
}

static void host_add(
	struct coverage *c, const struct board *b, uint64_t host, const struct coverage *before)
{
	uint16_t *slot = slot_of(c, host);
	if (*slot)
		return; // open in several incidents
	if (c->n == COVERED_HOSTS_MAX) {
		c->n_beyond++;
		return;
	}
	const struct covered_host *known = host_of(before, host);
	const struct address_row *a = board_address(b, board_host(b, host)->first_address);
	bool is_same = known && has_had(b, host, &known->addr);
	c->host[c->n] = is_same ? *known : (struct covered_host){ host, .addr = a->addr };
	*slot = (uint16_t)++c->n;
	names_add(c, b, board_host(b, host));
}

void coverage_follow(struct coverage *c, const struct board *b)
{
	struct coverage fresh = *c;
	if (c->board == b && c->n_taken == b->n_taken)
		return;
	if (!tables_new(&fresh)) {
		tables_free(&fresh); // what stands goes on
		return;
	}
	for (uint32_t at = 1; at <= b->member.n; at++) {
		const struct member *m = board_member(b, at);
		if (!m->is_moved_away && state_is_open(m->state))
			host_add(&fresh, b, m->host, c);
	}
	fresh.board = b;
	fresh.n_taken = b->n_taken;
	fresh.n_given = 0;
	tables_free(c);
	*c = fresh;
}

static void seen_by(struct covered_host *h, uint16_t exporter)
{
	if (exporter == UINT16_MAX ||
		exporter == EXPORTER_LOGS) // only the way back was told; a line of a log
		return;
	for (size_t i = 0; i < h->n_seen_by; i++)
		if (h->seen_by[i] == exporter)
			return;
	if (h->n_seen_by < SEEN_BY_MAX)
		h->seen_by[h->n_seen_by++] = exporter;
	else if (h->is_widely)
		return;
	else
		h->is_widely = true;
	h->has_change = true;
}

static void is_alive(struct covered_host *h, const struct contact *c)
{
	uint64_t first_ms = c->first_ms == TIME_UNKNOWN ? c->last_ms : c->first_ms;
	seen_by(h, c->exporter);
	if (!h->alive.until_ms || first_ms > h->alive.until_ms + ALIVE_PAUSE_MS)
		h->alive = (struct span){ c->last_ms, c->last_ms };
	h->alive.until_ms = MOST(h->alive.until_ms, (uint64_t)c->last_ms);
}

void coverage_alive(struct coverage *c, const struct addr *host, struct span seen)
{
	struct covered_host *h = c->n_names ? host_at(c, host) : NULL;
	if (!h)
		return;
	if (!h->alive.until_ms || seen.since_ms > h->alive.until_ms + ALIVE_PAUSE_MS)
		h->alive = seen;
	h->alive.until_ms = MOST(h->alive.until_ms, seen.until_ms);
}

void coverage_see(struct coverage *c, const struct contact *contact)
{
	const uint64_t answers = SAW_ANSWER | SAW_REFUSAL | SAW_REVERSE;
	struct covered_host *h;
	if (c->n_names == 0)
		return;
	if ((contact->saw & SAW_ASKED) && (h = host_at(c, &contact->src)))
		is_alive(h, contact);
	if ((contact->saw & answers) && (h = host_at(c, &contact->dst)))
		is_alive(h, contact);
}

void coverage_trace(struct coverage *c, const struct finding *f)
{
	struct covered_host *h = c->n_names ? host_at(c, &f->host) : NULL;
	if (!h || f->is_listed)
		return;
	for (size_t i = 0; i < f->n_exhibits; i++) {
		uint16_t exporter = f->exhibit[i].contact->exporter;
		if (exporter == EXPORTER_LOGS)
			continue;
		h->has_change |= !h->is_traced;
		h->is_traced = true;
		seen_by(h, exporter);
	}
}

void coverage_listen(struct coverage *c, const struct log_sensors *logs)
{
	c->logs = logs;
}

void coverage_trace_log(
	struct coverage *c, const struct addr *host, uint16_t identity, bool is_asking)
{
	struct covered_host *h = c->n_names ? host_at(c, host) : NULL;
	size_t i = 0;
	while (h && i < h->n_seen_in && h->seen_in[i] != identity)
		i++;
	if (!h || (i < h->n_seen_in && h->is_asking == (h->is_asking || is_asking)))
		return;
	h->is_asking |= is_asking;
	if (i == h->n_seen_in && i < SEEN_BY_MAX) // more folders prove it sooner, not surer
		h->seen_in[h->n_seen_in++] = identity;
	else if (i == SEEN_BY_MAX)
		return;
	h->has_change = true;
}

bool covered_by_logs(const struct covered_host *h)
{
	return h && !h->is_traced && h->n_seen_in > 0;
}

struct span coverage_of_logs(const struct coverage *c, const struct covered_host *h)
{
	struct span out = { 0, UINT64_MAX };
	for (size_t i = 0; i < h->n_seen_in; i++) {
		const struct log_sensor *x =
			c->logs ? log_sensor_find(c->logs, h->seen_in[i]) : NULL;
		if (!x || !x->heard.until_ms)
			return (struct span){};
		out.since_ms = MOST(out.since_ms, x->heard.since_ms);
		out.until_ms = LEAST(out.until_ms, x->heard.until_ms);
	}
	return out.until_ms < out.since_ms ? (struct span){} : out;
}

const char *coverage_unheard_log(const struct coverage *c, const struct covered_host *h)
{
	for (size_t i = 0; i < h->n_seen_in; i++) {
		const struct log_sensor *x =
			c->logs ? log_sensor_find(c->logs, h->seen_in[i]) : NULL;
		if (!x)
			return "a folder of logs that is not followed any more";
		if (!x->heard.until_ms)
			return x->folder;
	}
	return NULL;
}

static bool is_needed(const struct covered_host *h, uint16_t exporter)
{
	if (!h || !h->is_traced || h->is_widely)
		return true;
	for (size_t i = 0; i < h->n_seen_by; i++)
		if (h->seen_by[i] == exporter)
			return true;
	return false;
}

/* Whether all exporters that show a host stand on the roster: one that never came back does not. */
static bool is_whole(const struct covered_host *h, const struct roster *r)
{
	for (size_t i = 0; h && h->is_traced && !h->is_widely && i < h->n_seen_by; i++) {
		size_t k = 0;
		while (k < r->n && r->member[k].identity != h->seen_by[i])
			k++;
		if (k == r->n)
			return false;
	}
	return r->n > 0 && r->n_beyond == 0;
}

struct span coverage_of(const struct coverage *c, const struct roster *r, const struct settings *s,
	uint64_t host, uint64_t now_ms)
{
	const struct covered_host *h = host_of(c, host);
	struct span out = { 0, UINT64_MAX };
	if (covered_by_logs(h))
		return coverage_of_logs(c, h);
	bool is_traced = h && h->is_traced && !h->is_widely;
	for (size_t i = 0; i < r->n; i++) {
		const struct enlisted *m = &r->member[i];
		if (!is_needed(h, m->identity) || (!is_traced && roster_is_gone(m, s, now_ms)))
			continue;
		out.since_ms = MOST(out.since_ms, m->heard.since_ms);
		out.until_ms = LEAST(out.until_ms, m->heard.until_ms);
	}
	if (!is_whole(h, r) || out.until_ms == UINT64_MAX || out.until_ms < out.since_ms)
		return (struct span){};
	return out;
}

bool coverage_is_trusted(const struct coverage *c, const struct roster *r, const struct settings *s,
	uint64_t host, uint64_t now_ms)
{
	const struct covered_host *h = host_of(c, host);
	for (size_t i = 0; !covered_by_logs(h) && i < r->n; i++) {
		const struct enlisted *m = &r->member[i];
		if (is_needed(h, m->identity) && !roster_is_gone(m, s, now_ms) &&
			!ailing_is_trusted(roster_ailments(m, s, now_ms)))
			return false;
	}
	return true;
}

/* The coarsest sampling of the exporters that show it; 0: none samples. */
static uint32_t sampling_of(const struct covered_host *h, const struct roster *r)
{
	uint32_t most = 0;
	if (covered_by_logs(h))
		return h->is_asking ? log_sampling(h->n_seen_in) : 0;
	for (size_t i = 0; i < r->n; i++)
		if (is_needed(h, r->member[i].identity))
			most = MOST(most, r->member[i].now.sampling);
	return most;
}

static bool put(struct event *out, const struct member *m, enum event_kind kind, uint64_t at_ms,
	const struct body *body)
{
	*out = (struct event){
		.kind = kind, .incident = m->incident, .host = m->host, .at_ms = at_ms
	};
	snprintf(out->actor, sizeof out->actor, "cordon");
	return body_format(body, out->body);
}

/* Nobody has to say that proof is waited for. */
static bool verify(const struct member *m, struct event *out)
{
	struct body body = { .text = { [BODY_FROM] = state_key(m->state),
				     [BODY_TO] = state_key(STATE_VERIFYING) } };
	return put(out, m, EVENT_MOVED, m->state_ms, &body);
}

/* Whether there is more to say than the board has, and enough to be worth an event. */
static bool is_news(const struct board *b, const struct member *m, const struct span *covered,
	uint64_t alive_ms, uint64_t now_ms)
{
	const struct host_row *h = board_host(b, m->host);
	struct silence s = silence_of(b, m, now_ms);
	uint64_t since_ms = MOST(MOST(m->last_ms, m->state_ms), covered->since_ms);
	uint64_t until_ms = LEAST(LEAST(covered->until_ms, alive_ms), now_ms);
	bool proves = s.watched_ms < s.needed_ms && until_ms >= since_ms + s.needed_ms;
	return proves || until_ms >= LEAST(h->covered.until_ms, h->alive_ms) + COVERAGE_EVERY_MS;
}

static bool cover(const struct coverage *c, const struct roster *r, const struct board *b,
	const struct settings *s, const struct member *m, uint64_t now_ms, struct event *out)
{
	const struct covered_host *h = host_of(c, m->host);
	struct span covered = h ? coverage_of(c, r, s, m->host, now_ms) : (struct span){};
	if (!covered.until_ms || !h->alive.until_ms)
		return false;
	covered.since_ms = MOST(covered.since_ms, h->alive.since_ms);
	if (covered.since_ms > covered.until_ms ||
		!is_news(b, m, &covered, h->alive.until_ms, now_ms))
		return false;
	struct body body = { .text = { [BODY_WHAT] = "coverage" },
		.number = { [BODY_SINCE] = covered.since_ms,
			[BODY_UNTIL] = covered.until_ms,
			[BODY_LAST] = h->alive.until_ms,
			[BODY_LOGS] = covered_by_logs(h) && h->is_asking ? h->n_seen_in : 0,
			[BODY_SAMPLING] = sampling_of(h, r) } };
	return put(out, m, EVENT_EVIDENCE, covered.until_ms, &body);
}

size_t coverage_tell(struct coverage *c, const struct roster *r, const struct board *b,
	const struct settings *s, uint64_t now_ms, struct event *out, size_t room)
{
	size_t n = 0, n_hosts = LEAST(c->n, (size_t)COVERED_PER_TURN);
	for (size_t i = 0; i < n_hosts && n < room; i++) {
		c->next = c->next < c->n ? c->next : 0;
		const struct host_row *row = board_host(b, c->host[c->next++].host);
		const struct member *m;
		for (uint32_t at = row ? row->first_member : 0;
			n < room && (m = board_member(b, at)); at = m->next_of_host) {
			if (m->is_moved_away)
				continue;
			if (m->state == STATE_REMEDIATED)
				n += verify(m, &out[n]);
			else if (m->state == STATE_VERIFYING)
				n += cover(c, r, b, s, m, now_ms, &out[n]);
		}
	}
	return n;
}

static size_t put_identities(uint8_t *room, const uint16_t *identity, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		room[2 * i] = (uint8_t)identity[i];
		room[2 * i + 1] = (uint8_t)(identity[i] >> 8);
	}
	return 2 * n;
}

size_t covered_encode(const struct covered_host *h, uint8_t room[static COVERED_BYTES])
{
	size_t n = sizeof h->addr;
	memcpy(room, &h->addr, sizeof h->addr);
	room[n++] = (uint8_t)(h->is_traced | h->is_widely << 1 | h->is_asking << 2);
	room[n++] = h->n_seen_by;
	n += put_identities(room + n, h->seen_by, h->n_seen_by);
	room[n++] = h->n_seen_in;
	return n + put_identities(room + n, h->seen_in, h->n_seen_in);
}

/* Passes over what it took; 0: it cannot be. */
static uint8_t get_identities(struct bytes *from, uint8_t n, uint16_t out[static SEEN_BY_MAX])
{
	if (n > SEEN_BY_MAX || from->len < 2U * n)
		return 0;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint16_t)(from->ptr[2 * i] | from->ptr[2 * i + 1] << 8);
	*from = (struct bytes){ from->ptr + 2 * n, from->len - 2U * n };
	return n;
}

void covered_decode(struct coverage *c, const struct board *b, uint64_t host, struct bytes from)
{
	struct covered_host *h = host_of(c, host);
	struct addr addr = addr_v6((struct bytes){ from.ptr, LEAST(from.len, sizeof addr) });
	if (!h || from.len < sizeof addr + 2 || !has_had(b, host, &addr))
		return;
	from = (struct bytes){ from.ptr + sizeof addr, from.len - sizeof addr };
	uint8_t flags = from.ptr[0], n = from.ptr[1];
	if (n > SEEN_BY_MAX || from.len < 2 + 2U * n)
		return;
	h->is_traced = flags & 1;
	h->is_widely = flags >> 1 & 1;
	h->is_asking = flags >> 2 & 1;
	from = (struct bytes){ from.ptr + 2, from.len - 2 };
	h->n_seen_by = get_identities(&from, n, h->seen_by);
	if (from.len == 0)
		return; // of a version that knew of no logs
	n = from.ptr[0];
	from = (struct bytes){ from.ptr + 1, from.len - 1 };
	h->n_seen_in = get_identities(&from, n, h->seen_in);
}

const struct covered_host *coverage_changed(struct coverage *c)
{
	for (; c->n_given < c->n; c->n_given++) {
		struct covered_host *h = &c->host[c->n_given];
		if (h->has_change) {
			h->has_change = false;
			return h;
		}
	}
	c->n_given = 0;
	return NULL;
}
