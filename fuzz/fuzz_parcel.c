// SPDX-License-Identifier: Apache-2.0
// Bytes of a pipe as parcels: what is whole is written again as it was, byte for byte; what is partial
// asks for more than there is; contacts and exporters that are taken are written again as they were.
#include <assert.h>
#include <stdlib.h>

#include "model/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void contacts(struct bytes body)
{
	for (size_t i = 0; i + PARCEL_CONTACT_BYTES <= body.len; i += PARCEL_CONTACT_BYTES) {
		struct contact c;
		uint8_t again[PARCEL_CONTACT_BYTES];
		if (!parcel_get_contact(body.ptr + i, &c))
			continue;
		assert(c.saw && (c.first_ms == TIME_UNKNOWN || c.first_ms <= c.last_ms));
		parcel_put_contact(again, &c);
		assert(!memcmp(again, body.ptr + i, sizeof again));
	}
}

static void exporters(struct bytes body)
{
	for (size_t i = 0; i + PARCEL_EXPORTER_BYTES <= body.len; i += PARCEL_EXPORTER_BYTES) {
		struct exporter x;
		uint8_t again[PARCEL_EXPORTER_BYTES];
		if (!parcel_get_exporter(body.ptr + i, &x))
			continue;
		assert(x.first_ms <= x.last_ms);
		parcel_put_exporter(again, &x);
		assert(!memcmp(again, body.ptr + i, sizeof again));
	}
}

static void write_again(const struct parcel *p, const uint8_t *data, size_t n)
{
	uint8_t *room = malloc(n);
	assert(room);
	assert(parcel_encode(p, room, n - 1) == 0);
	assert(parcel_encode(p, room, n) == n);
	assert(!memcmp(room, data, n));
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	for (size_t at = 0; at < len;) {
		struct err e = {};
		struct parcel p;
		size_t n = 0;
		struct bytes rest = { data + at, len - at };
		switch (parcel_decode(rest, &p, &n, &e)) {
		case PARCEL_WHOLE:
			assert(n >= PARCEL_HEADER_BYTES && n <= rest.len);
			write_again(&p, rest.ptr, n);
			at += n;
			break;
		case PARCEL_PARTIAL:
			assert(n > rest.len);
			at = len;
			break;
		case PARCEL_BROKEN:
			assert(e.text[0]);
			at++;
			break;
		}
	}
	contacts((struct bytes){ data, len });
	exporters((struct bytes){ data, len });
	return 0;
}
