// SPDX-License-Identifier: Apache-2.0
// Rows are kept in arrays that only grow, up to a limit each, and name each other by their place.
#include "incident/board.h"

#include <stdlib.h>

#include "base/hash.h"

static const struct {
	const char *key;
	unsigned group;
} sources[N_EVIDENCE_SOURCES] = {
#define AS_ROW(name, key, group) [EVIDENCE_##name] = { key, group },
	EVIDENCE_SOURCES(AS_ROW)
#undef AS_ROW
};

const char *evidence_source_key(enum evidence_source s)
{
	return sources[s].key;
}

unsigned evidence_source_group(enum evidence_source s)
{
	return sources[s].group;
}

struct board *board_new(void)
{
	return calloc(1, sizeof(struct board));
}

void board_free(struct board *b)
{
	if (!b)
		return;
	struct table *const tables[] = { &b->incident, &b->host, &b->address, &b->member,
		&b->charge, &b->edge, &b->stay, &b->check };
	for (size_t i = 0; i < countof(tables); i++)
		free(tables[i]->row);
	free(b);
}

static const void *row_at(const struct table *t, uint64_t at, size_t size)
{
	return at && at <= t->n ? (const char *)t->row + (at - 1) * size : NULL;
}

const struct incident_row *board_incident(const struct board *b, uint64_t incident)
{
	return row_at(&b->incident, incident, sizeof(struct incident_row));
}

const struct host_row *board_host(const struct board *b, uint64_t host)
{
	return row_at(&b->host, host, sizeof(struct host_row));
}

const struct member *board_member(const struct board *b, uint32_t at)
{
	return row_at(&b->member, at, sizeof(struct member));
}

const struct charge *board_charge(const struct board *b, uint32_t at)
{
	return row_at(&b->charge, at, sizeof(struct charge));
}

const struct edge *board_edge(const struct board *b, uint32_t at)
{
	return row_at(&b->edge, at, sizeof(struct edge));
}

const struct address_row *board_address(const struct board *b, uint32_t at)
{
	return row_at(&b->address, at, sizeof(struct address_row));
}

const struct stay *board_stay(const struct board *b, uint32_t at)
{
	return row_at(&b->stay, at, sizeof(struct stay));
}

const struct check *board_check(const struct board *b, uint32_t at)
{
	return row_at(&b->check, at, sizeof(struct check));
}

uint32_t board_find(const struct board *b, uint64_t incident, uint64_t host)
{
	const struct host_row *h = board_host(b, host);
	const struct member *m;
	for (uint32_t at = h ? h->first_member : 0; (m = board_member(b, at)); at = m->next_of_host)
		if (m->incident == incident && !m->is_moved_away)
			return at;
	return 0;
}

uint32_t board_tenure_at(const struct board *b, const struct addr *a, uint64_t at_ms)
{
	uint32_t lasts = 0;
	const struct address_row *row;
	uint32_t at = b->bucket[hash_bytes(a, sizeof *a, 0) % BOARD_BUCKETS];
	for (; (row = board_address(b, at)); at = row->next_in_bucket) {
		if (!addr_eq(&row->addr, a))
			continue;
		if (row->from_ms <= at_ms && at_ms < row->until_ms)
			return at;
		if (row->until_ms == UINT64_MAX)
			lasts = at;
	}
	return lasts;
}

uint64_t board_host_at(const struct board *b, const struct addr *a, uint64_t at_ms)
{
	const struct address_row *row = board_address(b, board_tenure_at(b, a, at_ms));
	return row ? row->host : 0;
}

uint64_t board_host_of_mac(const struct board *b, const struct mac *mac)
{
	uint64_t from_ms = 0, host = 0;
	for (uint32_t at = 1; at <= b->address.n && mac_is_told(mac); at++) {
		const struct address_row *row = board_address(b, at);
		if (!mac_eq(&row->mac, mac) || (host && row->from_ms < from_ms))
			continue;
		from_ms = row->from_ms;
		host = row->host;
	}
	return host;
}

const struct member *member_next(struct member_iter *it)
{
	const struct incident_row *i = board_incident(it->board, it->incident);
	if (!it->has_begun)
		it->next = i ? i->first_member : 0;
	it->has_begun = true;
	const struct member *m;
	while ((m = board_member(it->board, it->next))) {
		it->at = it->next;
		it->next = m->next_of_incident;
		if (!m->is_moved_away)
			return m;
	}
	return NULL;
}

uint32_t board_open_hosts(const struct board *b, uint64_t incident)
{
	uint32_t n = 0;
	struct member_iter it = { .board = b, .incident = incident };
	for (const struct member *m; (m = member_next(&it));)
		n += state_is_open(m->state);
	return n;
}

static double edge_weight(const struct edge *e)
{
	double minutes = (double)(e->onset_ms - e->contact_ms) / 60000;
	return (e->is_answered ? 1 : 0.5) / (1 + minutes);
}

double board_edge_probability(const struct board *b, const struct edge *e)
{
	double sum = BOARD_UNSEEN;
	const struct member *victim = board_member(b, e->to);
	const struct edge *each;
	for (uint32_t at = victim->first_edge; (each = board_edge(b, at)); at = each->next)
		if (each->onset_ms == e->onset_ms) // of one episode
			sum += edge_weight(each);
	return edge_weight(e) / sum;
}

/* How likely it is that some other host of the incident infected it at first. */
static double infected_inside(const struct board *b, const struct member *m)
{
	double sum = 0;
	const struct edge *e;
	for (uint32_t at = m->first_edge; (e = board_edge(b, at)); at = e->next)
		if (e->onset_ms == m->onset_ms)
			sum += board_edge_probability(b, e);
	return sum;
}

const struct member *board_first(const struct board *b, uint64_t incident, enum first_why *why)
{
	const struct member *first = NULL;
	bool knows_all = true;
	struct member_iter it = { .board = b, .incident = incident };
	for (const struct member *m; (m = member_next(&it));) {
		if (m->state == STATE_FALSE_POSITIVE)
			continue;
		knows_all &= m->onset_ms != 0;
		if (!first || m->onset_ms < first->onset_ms)
			first = m;
	}
	*why = FIRST_NAMED;
	if (!first || !knows_all)
		*why = FIRST_NO_TIMES;
	else if (infected_inside(b, first) >= 0.5)
		*why = FIRST_INFECTED_INSIDE;
	else if (!first->seen_ms || first->seen_ms + BOARD_COVER_MS > first->onset_ms)
		*why = FIRST_NOT_COVERED;
	return *why == FIRST_NAMED ? first : NULL;
}

const char *first_why_text(enum first_why why)
{
	static const char *const texts[] = {
		[FIRST_NAMED] = "the earliest onset, and the telemetry shows the time before",
		[FIRST_NO_TIMES] = "of some hosts no onset is known",
		[FIRST_INFECTED_INSIDE] = "the host that began was itself reached by another one",
		[FIRST_NOT_COVERED] =
			"the telemetry does not show the earliest host before its onset",
	};
	return texts[why];
}
