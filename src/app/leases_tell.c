// SPDX-License-Identifier: Apache-2.0
// Leases against the board: whose address it was, whose it is. What contradicts itself is shown, not
// decided.
#include <stdarg.h>
#include <stdio.h>

#include "app/leases_state.h"
#include "base/hash.h"
#include "incident/body.h"
#include "model/contact.h"
#include "model/words.h"

enum { WORDS_BYTES = 400 };

/* Where events go. */
struct pen {
	struct leases *leases;
	const struct board *board;
	uint64_t now_ms;
	struct event *out;
	size_t n, room;
};

static bool put(struct pen *p, struct event ev, const struct body *body)
{
	if (p->n == p->room || !body_format(body, ev.body))
		return false;
	snprintf(ev.actor, sizeof ev.actor, "cordon");
	p->out[p->n++] = ev;
	return true;
}

/* An event about an address of a host; times of 0 are left out. */
static bool put_address(
	struct pen *p, uint64_t host, const struct lease *l, uint64_t since_ms, uint64_t until_ms)
{
	char address[ADDR_TEXT_BYTES], mac[MAC_TEXT_BYTES];
	struct event ev = { .kind = EVENT_ADDRESS,
		.host = host,
		.at_ms = MOST(since_ms, until_ms) ? MOST(since_ms, until_ms) : p->now_ms };
	struct body body = { .text = { [BODY_ADDRESS] = addr_format(&l->addr, address),
				     [BODY_MAC] =
					     mac_is_told(&l->mac) ? mac_format(&l->mac, mac) : NULL,
				     [BODY_NAME] = l->name[0] ? l->name : NULL },
		.number = { [BODY_SINCE] = since_ms, [BODY_UNTIL] = until_ms } };
	return put(p, ev, &body);
}

/* Where a contradiction is noted as told; NULL when it was, or when there were too many already. */
static uint64_t *told_slot(struct leases *l, uint64_t hash)
{
	for (size_t i = 0; i < CONFLICTS_MAX; i++)
		if (l->told[i] == hash || l->told[i] == 0)
			return l->told[i] ? NULL : &l->told[i];
	return NULL;
}

/* A contradiction goes into the notes of the incident of a host, once. */
[[gnu::format(printf, 3, 4)]] static void put_conflict(
	struct pen *p, uint64_t host, const char *words, ...)
{
	char text[WORDS_BYTES];
	va_list ap;
	va_start(ap, words);
	vsnprintf(text, sizeof text, words, ap);
	va_end(ap);
	uint64_t hash = hash_bytes(text, strlen(text), 0) | 1;
	uint64_t *told = told_slot(p->leases, hash);
	const struct host_row *h = board_host(p->board, host);
	const struct member *m = board_member(p->board, h->first_member);
	if (!told || !m)
		return;
	struct event ev = { .kind = EVENT_NOTE, .incident = m->incident, .at_ms = p->now_ms };
	if (put(p, ev, &(struct body){ .text = { [BODY_WORDS] = text } }))
		*told = hash;
}

/* The leases of an address that hold at a time; those of one MAC address are one. */
struct holders {
	const struct tenancy *one, *other; // `other` contradicts; NULL: none does
};

static struct holders holders_at(const struct leases *l, const struct addr *a, uint64_t at_ms)
{
	struct holders h = {};
	for (size_t i = tenancies_of(l->row, l->n, a); i < l->n; i++) {
		const struct tenancy *t = &l->row[i];
		if (!addr_eq(&t->lease.addr, a))
			break;
		// past its end a lease holds on, until somebody else has the address
		bool is_last = i + 1 == l->n || !addr_eq(&t[1].lease.addr, a);
		if (t->lease.from_ms > at_ms || (t->lease.until_ms <= at_ms && !is_last))
			continue;
		if (!h.one)
			h.one = t;
		else if (!mac_eq(&h.one->lease.mac, &t->lease.mac))
			h.other = t;
	}
	return h;
}

/* The first lease of an address to another MAC address behind a time; NULL: there is none. */
static const struct lease *successor(
	const struct leases *l, const struct addr *a, const struct mac *mac, uint64_t after_ms)
{
	for (size_t i = tenancies_of(l->row, l->n, a); i < l->n; i++) {
		const struct lease *t = &l->row[i].lease;
		if (!addr_eq(&t->addr, a))
			break;
		if (t->from_ms > after_ms && !mac_eq(&t->mac, mac))
			return t;
	}
	return NULL;
}

static void tell_two_macs(
	struct pen *p, uint64_t host, const struct holders *h, const struct addr *a, uint64_t at_ms)
{
	char address[ADDR_TEXT_BYTES], one[MAC_TEXT_BYTES], other[MAC_TEXT_BYTES];
	char time[TIME_TEXT_BYTES];
	put_conflict(p, host,
		"two leases of %s contradict each other: at %s it was of MAC %s by lease file %u, "
		"of MAC %s by lease file %u; nothing is concluded from them",
		addr_format(a, address), time_format(at_ms, time),
		mac_format(&h->one->lease.mac, one), h->one->file + 1U,
		mac_format(&h->other->lease.mac, other), h->other->file + 1U);
}

static void tell_two_hosts(
	struct pen *p, uint64_t host, uint64_t other, const struct mac *mac, const struct addr *a)
{
	char address[ADDR_TEXT_BYTES], text[MAC_TEXT_BYTES];
	put_conflict(p, host,
		"host h%llu and host h%llu at %s are one by MAC %s; their episodes stay as they "
		"are",
		(unsigned long long)LEAST(host, other), (unsigned long long)MOST(host, other),
		addr_format(a, address), mac_format(mac, text));
}

/* When a host was first seen under an address. */
static uint64_t seen_ms(const struct board *b, const struct address_row *row)
{
	uint64_t first_ms = UINT64_MAX;
	const struct member *m;
	for (uint32_t at = board_host(b, row->host)->first_member; (m = board_member(b, at));
		at = m->next_of_host)
		first_ms = LEAST(first_ms, m->onset_ms ? m->onset_ms : m->joined_ms);
	return MOST(first_ms, row->from_ms);
}

/* Whose address it was when the host was seen there: its MAC address, and its name. */
static void bind(struct pen *p, const struct address_row *row)
{
	uint64_t at_ms = seen_ms(p->board, row);
	struct holders h = holders_at(p->leases, &row->addr, at_ms);
	if (!h.one)
		return;
	if (h.other) {
		tell_two_macs(p, row->host, &h, &row->addr, at_ms);
		return;
	}
	const struct lease *l = &h.one->lease;
	uint64_t known = board_host_of_mac(p->board, &l->mac);
	if (known && known != row->host)
		tell_two_hosts(p, row->host, known, &l->mac, &row->addr);
	else
		(void)put_address(p, row->host, l, l->from_ms, 0);
}

/* Somebody else got the address since: it is the host's no more. */
static void end(struct pen *p, const struct address_row *row)
{
	uint64_t after_ms = seen_ms(p->board, row);
	const struct lease *l = successor(p->leases, &row->addr, &row->mac, after_ms);
	if (!l)
		return;
	struct holders h = holders_at(p->leases, &row->addr, l->from_ms);
	if (h.other)
		tell_two_macs(p, row->host, &h, &row->addr, l->from_ms);
	else
		(void)put_address(p, row->host,
			&(struct lease){ .addr = row->addr, .mac = row->mac }, 0, l->from_ms);
}

/* Whether the board has an address of a host at a time, or has its end later. */
static bool is_known(const struct board *b, uint64_t host, const struct addr *a, uint64_t at_ms)
{
	const struct address_row *row;
	for (uint32_t at = board_host(b, host)->first_address; (row = board_address(b, at));
		at = row->next_of_host)
		if (addr_eq(&row->addr, a) && row->until_ms > at_ms)
			return true;
	return false;
}

/* A lease that holds now and is of a host on the board: that is where it is. */
static void follow(struct pen *p, uint64_t host, const struct lease *l)
{
	uint64_t since_ms = l->from_ms ? l->from_ms : p->now_ms;
	if (l->until_ms <= p->now_ms || is_known(p->board, host, &l->addr, since_ms) ||
		board_host_of_mac(p->board, &l->mac) != host)
		return;
	struct holders h = holders_at(p->leases, &l->addr, p->now_ms);
	uint64_t other = board_host_at(p->board, &l->addr, since_ms);
	if (h.other)
		tell_two_macs(p, host, &h, &l->addr, p->now_ms);
	else if (other && other != host)
		tell_two_hosts(p, host, other, &l->mac, &l->addr);
	else
		(void)put_address(p, host, l, since_ms, 0);
}

/* All leases of the MAC address that a host has under one of its addresses. */
static void follow_all(struct pen *p, const struct address_row *row)
{
	const struct leases *l = p->leases;
	const struct mac *mac = &row->mac;
	size_t low = 0, high = l->n_by_mac;
	if (!mac_is_told(mac))
		return;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(&l->row[l->by_mac[middle]].lease.mac, mac, sizeof *mac) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < l->n_by_mac && p->n == 0; low++) {
		const struct lease *each = &l->row[l->by_mac[low]].lease;
		if (!mac_eq(&each->mac, mac))
			break;
		follow(p, row->host, each);
	}
}

size_t leases_tell(
	struct leases *l, const struct board *b, uint64_t now_ms, struct event *out, size_t room)
{
	struct pen p = { l, b, now_ms, out, 0, room };
	// what has no room is told in the next round: an outbreak of thousands is no reason to stand still
	for (uint32_t at = 1; at <= b->address.n && l->n > 0 && p.n < room; at++) {
		const struct address_row *row = board_address(b, at);
		if (row->until_ms != UINT64_MAX)
			continue;
		if (!mac_is_told(&row->mac))
			bind(&p, row);
		else
			end(&p, row);
	}
	// first all addresses are given up that are to be, so that they are free when they are taken
	for (uint32_t at = 1; at <= b->address.n && p.n == 0; at++)
		follow_all(&p, board_address(b, at));
	return p.n;
}
