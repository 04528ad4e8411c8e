// SPDX-License-Identifier: Apache-2.0
// A table of open addressing that is made anew when something is forgotten.
#include "app/alerts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"

static struct told *find(struct alerts *a, const struct told *t)
{
	uint64_t service = (uint64_t)t->proto << 17 | (uint64_t)t->has_port << 16 | t->port;
	size_t i = hash_bytes(&t->host, sizeof t->host, a->key ^ service) % ALERT_SLOTS;
	for (; a->slot[i].seen_ms; i = (i + 1) % ALERT_SLOTS) {
		const struct told *s = &a->slot[i];
		if (addr_eq(&s->host, &t->host) && s->proto == t->proto && s->port == t->port &&
			s->has_port == t->has_port)
			break;
	}
	return &a->slot[i];
}

static enum alert put(struct alerts *a, const struct told *t)
{
	struct told *known = find(a, t);
	if (known->seen_ms) {
		bool is_worse = t->verdict < known->verdict; // worst first
		known->seen_ms = MOST(known->seen_ms, t->seen_ms);
		known->verdict = is_worse ? t->verdict : known->verdict;
		return is_worse ? ALERT_WORSE : ALERT_KNOWN;
	}
	if (a->n == ALERTS_MAX) {
		a->n_untold++;
		return ALERT_KNOWN;
	}
	*known = *t;
	a->n++;
	return ALERT_NEW;
}

enum alert alerts_take(struct alerts *a, const struct finding *f, uint64_t now_ms)
{
	assert(now_ms > 0);
	struct told t = {
		.host = f->host,
		.port = f->has_port ? f->port : 0,
		.proto = f->proto,
		.has_port = f->has_port,
		.seen_ms = now_ms,
		.verdict = f->verdict,
	};
	return verdict_is_alarm(f->verdict) ? put(a, &t) : ALERT_KNOWN;
}

bool alerts_mark(struct alerts *a, const struct told *t)
{
	assert(t->seen_ms > 0);
	return put(a, t) == ALERT_NEW;
}

/* Made anew of what `stays`; when there is no memory, as it was. */
static bool sift(
	struct alerts *a, bool (*stays)(const struct told *t, const void *ctx), const void *ctx)
{
	size_t before = a->n;
	struct alerts *sifted = calloc(1, sizeof *sifted);
	if (!sifted)
		return false; // another time
	sifted->key = a->key;
	sifted->n_untold = a->n_untold;
	for (size_t i = 0; i < ALERT_SLOTS; i++)
		if (a->slot[i].seen_ms && stays(&a->slot[i], ctx))
			(void)put(sifted, &a->slot[i]);
	*a = *sifted;
	free(sifted);
	return a->n < before;
}

static bool is_young(const struct told *t, const void *before_ms)
{
	return t->seen_ms >= *(const uint64_t *)before_ms;
}

void alerts_expire(struct alerts *a, uint64_t before_ms)
{
	(void)sift(a, is_young, &before_ms);
}

struct cuts {
	const struct cut *cut;
	size_t n;
};

static bool is_not_cut(const struct told *t, const void *cuts)
{
	const struct cuts *c = cuts;
	bool is_over = t->proto == ALERT_PROTO_OVER && t->has_port;
	return is_over || !cuts_take(c->cut, c->n, &t->host, t->seen_ms);
}

bool alerts_forget(struct alerts *a, const struct cut *cut, size_t n)
{
	const struct cuts cuts = { cut, n };
	return sift(a, is_not_cut, &cuts);
}

size_t alerts_bytes(const struct alerts *a)
{
	return a->n * ALERT_BYTES;
}

/* Address, port, protocol, whether it has a port and the class, time: little-endian. */
void alerts_encode(const struct alerts *a, uint8_t *room)
{
	for (size_t i = 0; i < ALERT_SLOTS; i++) {
		const struct told *t = &a->slot[i];
		if (!t->seen_ms)
			continue;
		uint16_t port = htole16(t->port);
		uint64_t seen_ms = htole64(t->seen_ms);
		memcpy(room, t->host.octet, 16);
		memcpy(room + 16, &port, 2);
		room[18] = t->proto;
		room[19] = (uint8_t)(t->verdict << 1 | t->has_port);
		memcpy(room + 20, &seen_ms, 8);
		room += ALERT_BYTES;
	}
}

void alerts_decode(struct alerts *a, struct bytes from)
{
	for (size_t at = 0; at + ALERT_BYTES <= from.len; at += ALERT_BYTES) {
		const uint8_t *p = from.ptr + at;
		uint16_t port;
		uint64_t seen_ms;
		memcpy(&port, p + 16, 2);
		memcpy(&seen_ms, p + 20, 8);
		struct told t = {
			.host = addr_v6((struct bytes){ p, 16 }),
			.port = le16toh(port),
			.proto = p[18],
			.has_port = p[19] & 1,
			.seen_ms = le64toh(seen_ms),
			.verdict = p[19] >> 1,
		};
		if (t.seen_ms && p[19] >> 1 < N_VERDICTS)
			(void)put(a, &t);
	}
}
