// SPDX-License-Identifier: Apache-2.0
// Who has which address, and when: DHCP gives an address to one host today and to another tomorrow.
#include <stdio.h>

#include "base/hash.h"
#include "incident/rows.h"

static uint32_t *bucket_of(struct board *b, const struct addr *a)
{
	return &b->bucket[hash_bytes(a, sizeof *a, 0) % BOARD_BUCKETS];
}

static struct address_row *row_of(struct board *b, uint32_t at)
{
	return (struct address_row *)board_address(b, at);
}

/* The address as the host has it at some time of the span; NULL when it does not. */
static struct address_row *own_row(
	struct board *b, uint64_t host, const struct addr *a, const struct span *when)
{
	struct address_row *row;
	for (uint32_t at = *bucket_of(b, a); (row = row_of(b, at)); at = row->next_in_bucket)
		if (row->host == host && addr_eq(&row->addr, a) && row->from_ms <= when->until_ms &&
			when->since_ms < row->until_ms)
			return row;
	return NULL;
}

/* When the last of those who had it before a time gave it up; 0: nobody had. */
static uint64_t free_since(struct board *b, const struct addr *a, uint64_t at_ms)
{
	uint64_t since = 0;
	struct address_row *row;
	for (uint32_t at = *bucket_of(b, a); (row = row_of(b, at)); at = row->next_in_bucket)
		if (addr_eq(&row->addr, a) && row->until_ms <= at_ms && row->until_ms > since)
			since = row->until_ms;
	return since;
}

/* Others had it until then; who has it later keeps that. */
static void make_way(struct board *b, const struct addr *a, struct span *when)
{
	struct address_row *row;
	for (uint32_t at = *bucket_of(b, a); (row = row_of(b, at)); at = row->next_in_bucket) {
		if (!addr_eq(&row->addr, a) || row->until_ms <= when->since_ms)
			continue;
		if (row->from_ms > when->since_ms && row->from_ms < when->until_ms)
			when->until_ms = row->from_ms;
		else if (row->from_ms <= when->since_ms)
			row->until_ms = when->since_ms;
	}
}

static void name_put(struct address_row *row, const struct mac *mac, const char *name)
{
	if (mac_is_told(mac))
		row->mac = *mac;
	if (name)
		snprintf(row->name, sizeof row->name, "%s", name);
}

/* What is known of its begin and end is told more exactly, as far as others had it not. */
static void own_refine(struct board *b, struct address_row *row, const struct body *body)
{
	uint64_t since_ms = body->number[BODY_SINCE], until_ms = body->number[BODY_UNTIL];
	const struct address_row *other;
	if (!since_ms || (row->from_ms && since_ms > row->from_ms))
		since_ms = row->from_ms;
	if (!until_ms)
		until_ms = row->until_ms;
	for (uint32_t at = *bucket_of(b, &row->addr); (other = row_of(b, at));
		at = other->next_in_bucket) {
		if (other == row || !addr_eq(&other->addr, &row->addr))
			continue;
		if (other->until_ms <= row->from_ms && other->until_ms > since_ms)
			since_ms = other->until_ms;
		if (other->from_ms >= row->until_ms && other->from_ms < until_ms)
			until_ms = other->from_ms;
	}
	row->from_ms = since_ms;
	row->until_ms = until_ms;
}

bool tenure_put(struct board *b, uint64_t host, uint64_t at_ms, const struct body *body)
{
	struct addr a;
	struct mac mac = {};
	const char *text = body->text[BODY_ADDRESS], *of = body->text[BODY_MAC];
	uint64_t until_ms = body->number[BODY_UNTIL];
	struct span when = { body->number[BODY_SINCE], until_ms ? until_ms : UINT64_MAX };
	if (!addr_parse((struct str){ text, strlen(text) }, &a))
		return err_set(&b->why, "'%.60s' is no address", text);
	if (of && !mac_parse((struct str){ of, strlen(of) }, &mac))
		return err_set(&b->why, "'%.60s' is no MAC address", of);
	if (when.until_ms <= when.since_ms)
		return err_set(&b->why, "the address ends before it begins");
	struct span seen =
		body->number[BODY_SINCE] || until_ms ? when : (struct span){ at_ms, at_ms + 1 };
	struct address_row *row = own_row(b, host, &a, &seen);
	if (row) {
		own_refine(b, row, body);
		name_put(row, &mac, body->text[BODY_NAME]);
		return true;
	}
	if (!has_room(b, &b->address, MEMBERS_MAX))
		return false;
	when.since_ms = when.since_ms ? when.since_ms : free_since(b, &a, at_ms);
	row = ROW_NEW(b, address, struct address_row, MEMBERS_MAX);
	if (!row)
		return false;
	make_way(b, &a, &when);
	struct host_row *h = host_of(b, host);
	*row = (struct address_row){ .addr = a,
		.from_ms = when.since_ms,
		.until_ms = when.until_ms,
		.host = (uint32_t)host,
		.next_of_host = h->first_address,
		.next_in_bucket = *bucket_of(b, &a) };
	name_put(row, &mac, body->text[BODY_NAME]);
	*bucket_of(b, &a) = h->first_address = b->address.n;
	return true;
}
