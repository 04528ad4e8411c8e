// SPDX-License-Identifier: Apache-2.0
// Who asked what of whom: a marked request that fits a signature becomes evidence against its
// client, and about the server that took it.
#include "detect/attacks.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "detect/attack_set.h"

struct attacks *attacks_new(const struct signatures *signatures, const struct inventory *inventory,
	size_t max_clients, uint64_t key)
{
	struct attacks *a = calloc(1, sizeof *a);
	if (!a)
		return NULL;
	*a = (struct attacks){ .signatures = signatures,
		.inventory = inventory,
		.key = key,
		.row_cap = ATTACK_ROWS_MAX };
	a->room = signature_room_new();
	a->clients = clients_new(max_clients, key);
	if (a->room && a->clients)
		return a;
	attacks_free(a);
	return NULL;
}

void attacks_free(struct attacks *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		attack_fini(&a->attack[i]);
	free(a->attack);
	free(a->slot);
	clients_free(a->clients);
	signature_room_free(a->room);
	free(a);
}

/* What the status says. A server without a page answers 4xx, one that wants it elsewhere 3xx. */
static enum web_outcome outcome_of(const struct signature *s, const struct request *q)
{
	if (q->has & REQUEST_ERROR)
		return WEB_REJECTED;
	if (!(q->has & REQUEST_HAS_STATUS))
		return WEB_UNKNOWN;
	for (size_t i = 0; i < s->n_taken; i++)
		if (s->taken[i] == q->status)
			return WEB_TAKEN;
	return q->status / 100 == 3 || q->status / 100 == 4 ? WEB_FAILED : WEB_UNKNOWN;
}

static struct attack_row row_of(const struct request *q, const struct signature_match *m)
{
	struct attack_row row = {
		.at = q->at,
		.offset = q->offset,
		.hash = hash_bytes(q->line.ptr ? q->line.ptr : "", q->line.len, 0),
		.n_bytes = q->line.len < UINT32_MAX ? (uint32_t)q->line.len : UINT32_MAX,
		.outcome = (uint8_t)outcome_of(m->signature, q),
		.pattern = (uint8_t)m->pattern,
		.server_port = q->server_port,
	};
	static const struct {
		uint16_t of_request;
		uint8_t of_row;
	} has[] = {
		{ REQUEST_HAS_CLIENT, ROW_HAS_CLIENT },
		{ REQUEST_HAS_SERVER, ROW_HAS_SERVER },
		{ REQUEST_HAS_STATUS, ROW_HAS_STATUS },
		{ REQUEST_HAS_TIME, ROW_HAS_TIME },
	};
	for (size_t i = 0; i < countof(has); i++)
		row.has |= q->has & has[i].of_request ? has[i].of_row : 0;
	row.client = row.has & ROW_HAS_CLIENT ? q->client : row.client;
	row.server = row.has & ROW_HAS_SERVER ? q->server : row.server;
	row.status = row.has & ROW_HAS_STATUS ? q->status : 0;
	row.time_ms = row.has & ROW_HAS_TIME ? q->time_ms : 0;
	size_t n = q->line.len < sizeof row.text ? q->line.len : sizeof row.text - 1;
	row.has |= n < q->line.len ? ROW_CUT : 0;
	for (size_t i = 0; i < n; i++)
		row.text[i] = q->line.ptr[i] ? q->line.ptr[i] : '?';
	return row;
}

/* An address in X-Forwarded-For: bare, "1.2.3.4:5678" or "[2001:db8::1]:5678". */
static bool hop_parse(struct str s, struct addr *out)
{
	while (s.len && strchr(" \t\"+", s.ptr[0]))
		s = (struct str){ s.ptr + 1, s.len - 1 };
	while (s.len && strchr(" \t\"+", s.ptr[s.len - 1]))
		s.len--;
	if (addr_parse(s, out))
		return true;
	const char *end = s.len && s.ptr[0] == '[' ? memchr(s.ptr, ']', s.len) : NULL;
	if (end)
		return addr_parse((struct str){ s.ptr + 1, (size_t)(end - s.ptr) - 1 }, out);
	const char *colon = s.len ? memchr(s.ptr, ':', s.len) : NULL;
	return colon && addr_parse((struct str){ s.ptr, (size_t)(colon - s.ptr) }, out);
}

/*
 * Each proxy appends whom it was asked by, so the right-most hop that is no trusted proxy is the
 * last that somebody trusted saw. What stands to its left the sender may have made up.
 */
static bool forwarded_client(
	const struct inventory *inventory, struct str forwarded, struct addr *out)
{
	while (forwarded.len) {
		size_t start = forwarded.len;
		while (start > 0 && forwarded.ptr[start - 1] != ',')
			start--;
		struct addr hop;
		if (!hop_parse((struct str){ forwarded.ptr + start, forwarded.len - start }, &hop))
			return false;
		if (!inventory_trusts(inventory, &hop)) {
			*out = hop;
			return true;
		}
		forwarded.len = start ? start - 1 : 0;
	}
	return false;
}

/* Who sent it, as far as that is known without believing the sender. */
static bool attacker_of(
	const struct attacks *a, const struct request *q, struct addr *out, struct attack_row *row)
{
	if (!(q->has & REQUEST_HAS_CLIENT))
		return false;
	*out = q->client;
	if (!inventory_trusts(a->inventory, &q->client))
		return true;
	row->has |= ROW_FORWARDED;
	return forwarded_client(a->inventory, q->forwarded, out);
}

static void put(struct attacks *a, const struct addr *host, bool is_known,
	const struct signature *s, const struct attack_row *row)
{
	static const struct addr nobody;
	struct attack *x = attacks_at(a, is_known ? host : &nobody, is_known,
		(row->has & ROW_NAMED) != 0, SIDE_ATTACKER, s);
	if (x)
		attack_put(a, x, row, row->has & ROW_HAS_SERVER ? &row->server : NULL);
}

/* The address that the request names is accused too, but as a lead when another one sent it. */
static void accuse(struct attacks *a, const struct request *q, const struct signature_match *m,
	struct attack_row row)
{
	struct addr sender;
	bool is_known = attacker_of(a, q, &sender, &row);
	bool names_other = m->has_attacker && !(is_known && addr_eq(&sender, &m->attacker));
	if (is_known || !m->has_attacker)
		put(a, &sender, is_known, m->signature, &row);
	if (names_other) {
		row.has |= ROW_NAMED;
		put(a, &m->attacker, true, m->signature, &row);
	}
}

static void server_took(struct attacks *a, const struct signature *s, const struct attack_row *row)
{
	struct attack *x = attacks_at(a, &row->server, true, false, SIDE_SERVER, s);
	if (x)
		attack_put(a, x, row, row->has & ROW_HAS_CLIENT ? &row->client : NULL);
}

static void observe(struct attacks *a, const struct request *q)
{
	struct signature_match m;
	if (!signatures_match(a->signatures, a->room, q, &m))
		return;
	struct attack_row row = row_of(q, &m);
	if (row.outcome == WEB_TAKEN && (row.has & ROW_HAS_SERVER))
		server_took(a, m.signature, &row);
	else if (row.outcome == WEB_TAKEN && m.signature->class == SIGNATURE_CARRIER)
		put(a, NULL, false, m.signature, &row);
	if (m.signature->class != SIGNATURE_CARRIER) // who asks for it is a victim
		accuse(a, q, &m, row);
}

void attacks_observe(struct attacks *a, const struct request *request, size_t n)
{
	clients_observe(a->clients, request, n);
	a->n_requests += n;
	for (size_t i = 0; i < n; i++) {
		if ((request[i].has & REQUEST_HAS_TIME) && request[i].time_ms > a->last_ms)
			a->last_ms = request[i].time_ms;
		if (request[i].has & REQUEST_MARKED)
			observe(a, &request[i]);
	}
}

void attacks_merge(struct attacks *into, const struct attacks *from)
{
	assert(into != from && into->key == from->key && into->signatures == from->signatures);
	clients_merge(into->clients, from->clients);
	into->n_requests += from->n_requests;
	into->n_lost += from->n_lost;
	into->last_ms = from->last_ms > into->last_ms ? from->last_ms : into->last_ms;
	for (size_t i = 0; i < from->n; i++) {
		const struct attack *x = &from->attack[i];
		struct attack *same = attacks_at(into, &x->host, x->is_known,
			x->side == SIDE_ATTACKER && x->is_only_named, x->side, x->signature);
		if (same)
			attack_join(into, same, x);
	}
}

void attacks_know(struct attacks *a, const struct inventory *inventory)
{
	a->inventory = inventory;
}

uint64_t attacks_lost(const struct attacks *a)
{
	return a->n_lost;
}

uint64_t attacks_requests(const struct attacks *a)
{
	return a->n_requests;
}

uint64_t attacks_last_ms(const struct attacks *a)
{
	return a->last_ms;
}

size_t attacks_count(const struct attacks *a)
{
	return a->n;
}

struct attack *attacks_next(struct attack_iter *it)
{
	return it->at < it->attacks->n ? &it->attacks->attack[it->at++] : NULL;
}
