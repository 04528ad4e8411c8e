// SPDX-License-Identifier: Apache-2.0
#include "app/log_lives.h"

#include <endian.h>
#include <string.h>

#include "base/hash.h"

void log_lives_see(struct log_lives *l, const struct request *request, size_t n, uint64_t key)
{
	const unsigned needs = REQUEST_HAS_CLIENT | REQUEST_HAS_TIME;
	for (size_t i = 0; i < n; i++) {
		const struct request *q = &request[i];
		if ((q->has & needs) != needs || q->time_ms == 0)
			continue;
		struct life *life =
			&l->life[hash_bytes(&q->client, sizeof q->client, key) % LIVES_MAX];
		l->n += life->seen.until_ms == 0;
		if (!addr_eq(&life->addr, &q->client))
			*life = (struct life){ .addr = q->client };
		if (q->time_ms > life->seen.until_ms + LIFE_PAUSE_MS)
			life->seen.since_ms = q->time_ms;
		if (q->time_ms > life->seen.until_ms)
			life->seen.until_ms = q->time_ms;
	}
}

size_t log_lives_take(struct log_lives *l, uint8_t room[static LIVES_MAX * LIFE_BYTES])
{
	size_t at = 0;
	for (size_t i = 0; l->n && i < LIVES_MAX; i++) {
		const struct life *x = &l->life[i];
		uint64_t seen[] = { htole64(x->seen.since_ms), htole64(x->seen.until_ms) };
		if (!x->seen.until_ms)
			continue;
		memcpy(room + at, &x->addr, sizeof x->addr);
		memcpy(room + at + sizeof x->addr, seen, sizeof seen);
		at += LIFE_BYTES;
	}
	*l = (struct log_lives){};
	return at;
}

bool log_life_next(struct bytes *from, struct life *out)
{
	uint64_t seen[2];
	if (from->len < LIFE_BYTES)
		return false;
	out->addr = addr_v6((struct bytes){ from->ptr, sizeof out->addr });
	memcpy(seen, from->ptr + sizeof out->addr, sizeof seen);
	out->seen = (struct span){ le64toh(seen[0]), le64toh(seen[1]) };
	*from = (struct bytes){ from->ptr + LIFE_BYTES, from->len - LIFE_BYTES };
	return true;
}
