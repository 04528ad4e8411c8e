// SPDX-License-Identifier: Apache-2.0
// Between the files that write STIX: the bundle on its way, its objects, and what they say.
#ifndef APP_STIX_H
#define APP_STIX_H
#include "app/dossier.h"
#include "output/json.h"

enum {
	ID_BYTES = 24 + 2 + UUID_TEXT_BYTES,
	TEXT_BYTES = 600,
	OBSERVED_MAX = 999999999, // number_observed and count (STIX 2.1, 4.14 and 5.2)
};

struct stix {
	struct json j;
	const struct dossier *d;
	struct texts written;
	FILE *refs; // ids of all that belongs to the incident, a line each
	char opened[STAMP_BYTES], changed[STAMP_BYTES];
	char identity[ID_BYTES], marking[ID_BYTES], incident[ID_BYTES];
};

/* What was seen on the wire. */
struct traffic {
	const char *from, *to; // addresses; to NULL: many
	const char *start, *end;
	struct cause cause;
};

/* Of two objects, by their ids. */
struct relation {
	const char *from, *type, *to, *about;
	uint64_t confidence; // 0: not told
	const char *created, *modified;
};

/* The texts given, and NULL behind them. */
#define STIX_LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/** "ipv4-addr--UUID" of an observable; `canonical` are its contributing properties. Returns `room`. */
const char *stix_observable_id(const char *type, const char *canonical, char room[static ID_BYTES]);

/** The id of anything else; the words say which one of the incident it is. Returns `room`. */
[[gnu::format(printf, 4, 5)]] const char *stix_object_id(
	const struct stix *s, const char *type, char room[static ID_BYTES], const char *words, ...);

/** A property that is a text. */
void stix_put(struct stix *s, const char *key, const char *text);

/** A property that is a number. */
void stix_put_number(struct stix *s, const char *key, uint64_t v);

/** A property that is a list of texts, up to NULL. */
void stix_put_list(struct stix *s, const char *key, const char *const *text);

/** Begin an object; false when it was written before, and then nothing was done. */
bool stix_begin(struct stix *s, const char *type, const char *id);

/** End an observable, which has no time and no author of its own. */
void stix_end_observable(struct stix *s, const char *id);

/** End any other object, with times in UTC; `modified` is never before `created`. */
void stix_end(struct stix *s, const char *id, const char *created, const char *modified);

/** "ipv4-addr" or "ipv6-addr". */
const char *stix_address_type(const char *address);

/** The id of an address. Returns `room`. */
const char *stix_address_id(const char *address, char room[static ID_BYTES]);

/** An address, once, and the MAC address that it leads to; "" when none is known. */
void stix_write_address(struct stix *s, const char *address, const char *mac);

/** Observed data of so many pieces of one kind of traffic, and what it refers to. */
void stix_write_observed(
	struct stix *s, const struct traffic *t, uint64_t n, const char *observed_id);

/** A relationship of two objects. */
void stix_write_relation(struct stix *s, const struct relation *r);

/** What an accusation leads to, of a host and a charge as the API gives them, by the id of its observed data. */
void stix_write_accusation(struct stix *s, const cJSON *host, const cJSON *charge,
	const struct traffic *t, const char *observed);
#endif
