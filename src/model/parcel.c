// SPDX-License-Identifier: Apache-2.0
// Parcels on the wire: 48 bytes of header, then the body. Contacts and exporters are records of a
// fixed size, written member by member, so they are the same on every machine.
#include "model/parcel.h"

#include <assert.h>
#include <endian.h>

#include "base/hash.h"

/*
 * Header, little-endian: mark (2), version (1), sort (1), length of the body (4), collector (8), epoch (8),
 * number (8), sent (8), checksum (8): XXH3-64 over the 40 bytes before it and the body.
 */
enum { AT_SORT = 3, AT_LENGTH = 4, AT_CHECKSUM = PARCEL_HEADER_BYTES - 8 };

static const uint8_t begin[] = { 0xc0, 0x7d, PARCEL_VERSION };

enum { SAW_ALL = SAW_PENDING * 2 - 1 };
static_assert(SAW_ALL < 1 << 20);

/* A place in a record that moves on with what is written or read. */
struct pen {
	uint8_t *at;
};
struct eye {
	const uint8_t *at;
};

static void put(struct pen *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*p->at++ = (uint8_t)(v >> 8 * i);
}

static uint64_t get(struct eye *e, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)*e->at++ << 8 * i;
	return v;
}

static void put_addr(struct pen *p, const struct addr *a)
{
	memcpy(p->at, a->octet, sizeof a->octet);
	p->at += sizeof a->octet;
}

static struct addr get_addr(struct eye *e)
{
	struct addr a;
	memcpy(a.octet, e->at, sizeof a.octet);
	e->at += sizeof a.octet;
	return a;
}

static uint64_t checksum(const uint8_t *header, struct bytes body)
{
	XXH3_state_t state;
	XXH3_64bits_reset(&state);
	XXH3_64bits_update(&state, header, AT_CHECKSUM);
	if (body.len)
		XXH3_64bits_update(&state, body.ptr, body.len);
	return XXH3_64bits_digest(&state);
}

size_t parcel_encode(const struct parcel *p, uint8_t *room, size_t size)
{
	assert((unsigned)p->sort < N_PARCELS);
	if (p->body.len > PARCEL_BODY_MAX || size < PARCEL_HEADER_BYTES + p->body.len)
		return 0;
	struct pen pen = { room };
	for (size_t i = 0; i < sizeof begin; i++)
		put(&pen, begin[i], 1);
	put(&pen, p->sort, 1);
	put(&pen, p->body.len, 4);
	put(&pen, p->collector, 8);
	put(&pen, p->epoch, 8);
	put(&pen, p->number, 8);
	put(&pen, p->sent_ms, 8);
	put(&pen, checksum(room, p->body), 8);
	if (p->body.len)
		memmove(pen.at, p->body.ptr, p->body.len);
	return PARCEL_HEADER_BYTES + p->body.len;
}

static enum parcel_state broken(struct err *e, const char *why)
{
	err_set(e, "parcel: %s", why);
	return PARCEL_BROKEN;
}

/* What is there of the header so far, judged before the rest is waited for. */
static enum parcel_state judge_begin(struct bytes from, size_t *length, struct err *e)
{
	size_t n = from.len < sizeof begin ? from.len : sizeof begin;
	for (size_t i = 0; i < n; i++)
		if (from.ptr[i] != begin[i])
			return broken(e, i + 1 < sizeof begin ? "does not begin as one"
							      : "of another version");
	if (from.len > AT_SORT && from.ptr[AT_SORT] >= N_PARCELS)
		return broken(e, "of a sort that there is not");
	*length = PARCEL_HEADER_BYTES;
	if (from.len < AT_LENGTH + 4)
		return PARCEL_PARTIAL;
	struct eye eye = { from.ptr + AT_LENGTH };
	uint64_t body = get(&eye, 4);
	if (body > PARCEL_BODY_MAX)
		return broken(e, "longer than one can be");
	*length = PARCEL_HEADER_BYTES + body;
	return from.len < *length ? PARCEL_PARTIAL : PARCEL_WHOLE;
}

enum parcel_state parcel_decode(
	struct bytes from, struct parcel *out, size_t *length, struct err *e)
{
	size_t n = 0;
	enum parcel_state state = judge_begin(from, &n, e);
	if (state == PARCEL_PARTIAL)
		*length = n;
	if (state != PARCEL_WHOLE)
		return state;
	struct bytes body = { from.ptr + PARCEL_HEADER_BYTES, n - PARCEL_HEADER_BYTES };
	struct eye eye = { from.ptr + AT_CHECKSUM };
	if (get(&eye, 8) != checksum(from.ptr, body))
		return broken(e, "wrong checksum");
	eye = (struct eye){ from.ptr + AT_LENGTH + 4 };
	*out = (struct parcel){ .sort = from.ptr[AT_SORT], .body = body };
	out->collector = get(&eye, 8);
	out->epoch = get(&eye, 8);
	out->number = get(&eye, 8);
	out->sent_ms = get(&eye, 8);
	*length = n;
	return PARCEL_WHOLE;
}

/* Whole words: contacts are most of all that is told, and octet by octet took longer than the checksum. */
static uint8_t *put_word(uint8_t *at, uint64_t v)
{
	v = htole64(v);
	memcpy(at, &v, sizeof v);
	return at + sizeof v;
}

void parcel_put_contact(uint8_t room[static PARCEL_CONTACT_BYTES], const struct contact *c)
{
	struct pen pen = { room };
	put_addr(&pen, &c->src);
	put_addr(&pen, &c->dst);
	pen.at = put_word(pen.at, (uint64_t)c->size << 48 | (uint64_t)c->packets << 32 |
					  (uint64_t)c->input << 24 | (uint64_t)c->proto << 16 |
					  c->port);
	pen.at = put_word(pen.at, (uint64_t)c->first_ms | (uint64_t)c->saw << 44);
	pen.at = put_word(pen.at, (uint64_t)c->last_ms | (uint64_t)c->tries << 44);
	pen.at = put_word(pen.at, (uint64_t)c->at | (uint64_t)c->exporter << 48);
	assert(pen.at == room + PARCEL_CONTACT_BYTES);
}

/*
 * A contact that saw nothing is none; times are told both or not at all, and stand in order. Of one
 * that was told none, the last may be when it came.
 */
static bool contact_can_be(const struct contact *c)
{
	if (c->saw == 0 || (c->saw & ~(uint64_t)SAW_ALL))
		return false;
	if (c->first_ms == TIME_UNKNOWN)
		return c->last_ms < TIME_UNKNOWN;
	return c->first_ms <= c->last_ms && c->last_ms < TIME_UNKNOWN;
}

bool parcel_get_contact(const uint8_t from[static PARCEL_CONTACT_BYTES], struct contact *out)
{
	const uint64_t low44 = (UINT64_C(1) << 44) - 1, low48 = (UINT64_C(1) << 48) - 1;
	struct eye eye = { from };
	struct contact c;
	c.src = get_addr(&eye);
	c.dst = get_addr(&eye);
	c.port = (uint16_t)get(&eye, 2);
	c.proto = (uint8_t)get(&eye, 1);
	c.input = (uint8_t)get(&eye, 1);
	c.packets = (uint16_t)get(&eye, 2);
	c.size = (uint16_t)get(&eye, 2);
	uint64_t first = get(&eye, 8), last = get(&eye, 8), at = get(&eye, 8);
	c.first_ms = first & low44;
	c.saw = first >> 44 & 0xfffff;
	c.last_ms = last & low44;
	c.tries = last >> 44 & 0xfffff;
	c.at = at & low48;
	c.exporter = at >> 48 & 0xffff;
	if (!contact_can_be(&c))
		return false;
	*out = c;
	return true;
}

void parcel_put_exporter(uint8_t room[static PARCEL_EXPORTER_BYTES], const struct exporter *x)
{
	const uint64_t number[] = { x->datagrams, x->records, x->gaps, x->missing, x->late,
		x->restarts, x->without_template, x->faults, x->first_ms, x->last_ms,
		(uint64_t)x->skew_ms, x->duplicates };
	struct pen pen = { room };
	put_addr(&pen, &x->address);
	put(&pen, x->domain, 4);
	put(&pen, x->sampling, 4);
	put(&pen, x->version, 2);
	put(&pen, 0, 6);
	for (size_t i = 0; i < countof(number); i++)
		put(&pen, number[i], 8);
	assert(pen.at == room + PARCEL_EXPORTER_BYTES);
}

static bool exporter_can_be(const struct exporter *x)
{
	static const uint16_t versions[] = { 0, 5, 9, 10 };
	bool is_version = false;
	for (size_t i = 0; i < countof(versions); i++)
		is_version = is_version || x->version == versions[i];
	return is_version && x->first_ms <= x->last_ms && x->last_ms < TIME_UNKNOWN &&
	       x->skew_ms < (int64_t)TIME_UNKNOWN && x->skew_ms > -(int64_t)TIME_UNKNOWN;
}

bool parcel_get_exporter(const uint8_t from[static PARCEL_EXPORTER_BYTES], struct exporter *out)
{
	struct exporter x = {};
	uint64_t *const number[] = { &x.datagrams, &x.records, &x.gaps, &x.missing, &x.late,
		&x.restarts, &x.without_template, &x.faults, &x.first_ms, &x.last_ms };
	struct eye eye = { from };
	x.address = get_addr(&eye);
	x.domain = (uint32_t)get(&eye, 4);
	x.sampling = (uint32_t)get(&eye, 4);
	x.version = (uint16_t)get(&eye, 2);
	uint64_t unused = get(&eye, 6);
	for (size_t i = 0; i < countof(number); i++)
		*number[i] = get(&eye, 8);
	x.skew_ms = (int64_t)get(&eye, 8);
	x.duplicates = get(&eye, 8);
	if (unused || !exporter_can_be(&x))
		return false;
	*out = x;
	return true;
}
