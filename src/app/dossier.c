// SPDX-License-Identifier: Apache-2.0
// What both formats ask of an incident. All of it is read from the API's own objects, so the daemon and a client of a
// daemon elsewhere write the same.
#include "app/dossier.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/desk.h"
#include "base/hash.h"
#include "base/quantity.h"
#include "model/addr.h"
#include "model/incident.h"

/* Our namespace: the UUID of "urn:cordon:export" as a URL. STIX forbids that of its observables here. */
#define SPACE "871427de-5e51-5071-a2be-247da1c612cf"

enum { NAME_BYTES = 512 };

static const struct {
	const char *key, *marking, *stix;
} tlps[N_TLPS] = {
#define AS_ROW(name, key, id, stix) [TLP_##name] = { key, id, stix },
	TLPS(AS_ROW)
#undef AS_ROW
};

static const struct technique_row techniques[N_TECHNIQUES] = {
#define AS_ROW(name, id, path, title, tactic, phase) \
	[TECHNIQUE_##name] = { id, path, title, tactic, phase },
	TECHNIQUES(AS_ROW)
#undef AS_ROW
};

const char *tlp_key(enum tlp t)
{
	return tlps[t].key;
}

const char *tlp_marking(enum tlp t)
{
	return tlps[t].marking;
}

const char *tlp_stix(enum tlp t)
{
	return tlps[t].stix;
}

bool tlp_parse(const char *key, enum tlp *out)
{
	for (enum tlp t = 0; t < N_TLPS; t++)
		if (!strcmp(tlps[t].key, key ? key : tlps[TLP_AMBER].key)) {
			*out = t;
			return true;
		}
	return false;
}

const struct technique_row *technique_of(enum technique t)
{
	return &techniques[t];
}

struct cause cause_of(const cJSON *charge, const char *address)
{
	const char *text = text_of(charge, "cause");
	size_t len = strcspn(text, "/ ,:");
	struct cause c = { .is_web = !strncmp(text, "web:", 4), .is_v6 = strchr(address, ':') };
	uint64_t port;
	if (c.is_web)
		snprintf(c.proto, sizeof c.proto, "tcp");
	else if (text[len] == '/' || text[len] == ' ' || text[len] == ',')
		snprintf(c.proto, sizeof c.proto, "%.*s", (int)len, text);
	c.has_port = text[len] == '/' &&
		     number_parse((struct str){ text + len + 1, strlen(text + len + 1) }, &port) &&
		     port <= UINT16_MAX;
	c.port = c.has_port ? (unsigned)port : 0;
	// Of a protocol without a name only the number is known: "protocol 47". Others may write anything.
	if (!strcmp(c.proto, "protocol") || !strcmp(c.proto, "not") ||
		c.proto[strspn(c.proto, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		c.proto[0] = '\0';
	return c;
}

bool is_address(const char *text)
{
	struct addr a;
	return addr_parse((struct str){ text, strlen(text) }, &a);
}

static enum verdict verdict_of(const cJSON *charge)
{
	enum verdict v = 0;
	while (v < N_VERDICTS && strcmp(verdict_name(v), text_of(charge, "verdict")))
		v++;
	return v;
}

bool charge_is_worm(const cJSON *charge)
{
	return verdict_of(charge) == VERDICT_WORM;
}

bool charge_stands(const cJSON *host, const cJSON *charge)
{
	enum verdict v = verdict_of(charge);
	return (v == VERDICT_WORM || v == VERDICT_SUSPECT || v == VERDICT_SCANNER) &&
	       !is_set(charge, "is_withdrawn") &&
	       strcmp(text_of(host, "state"), state_key(STATE_FALSE_POSITIVE)) != 0;
}

static uint64_t *place_of(const struct texts *t, uint64_t hash)
{
	size_t i = hash & (t->room - 1);
	while (t->hash[i] && t->hash[i] != hash)
		i = (i + 1) & (t->room - 1);
	return &t->hash[i];
}

static uint64_t hash_of(const char *text)
{
	return hash_bytes(text, strlen(text), 0) | 1;
}

bool texts_put(struct texts *t, const char *text)
{
	struct texts more = { .n = t->n, .room = t->room ? t->room * 2 : 256 };
	if (t->n >= t->room / 2) {
		more.hash = calloc(more.room, sizeof *more.hash);
		if (!more.hash)
			return true;
		for (size_t i = 0; i < t->room; i++)
			if (t->hash[i])
				*place_of(&more, t->hash[i]) = t->hash[i];
		free(t->hash);
		*t = more;
	}
	uint64_t hash = hash_of(text), *at = place_of(t, hash);
	bool is_new = !*at;
	*at = hash;
	t->n += is_new;
	return is_new;
}

void texts_fini(struct texts *t)
{
	free(t->hash);
	*t = (struct texts){};
}

uint32_t charge_techniques(const cJSON *host, const cJSON *charge)
{
	bool is_scanner = verdict_of(charge) == VERDICT_SCANNER;
	if (!charge_stands(host, charge))
		return 0;
	if (cause_of(charge, "").is_web)
		return UINT32_C(1) << (is_scanner ? TECHNIQUE_VULNERABILITY : TECHNIQUE_PUBLIC);
	// What flows and lists show is a scan; what it is for, the verdict says.
	uint32_t set = UINT32_C(1) << TECHNIQUE_DISCOVERY;
	if (!strcmp(verdict_attack(verdict_of(charge)), technique_of(TECHNIQUE_REMOTE)->id))
		set |= UINT32_C(1) << TECHNIQUE_REMOTE;
	return set;
}

const char *stamp(const char *text, char room[static STAMP_BYTES])
{
	size_t len = strcspn(text, ".Z");
	room[0] = '\0';
	if (len == 19 && strlen(text) < STAMP_BYTES)
		snprintf(room, STAMP_BYTES, "%.19s%.4sZ", text,
			text[len] == '.' && strlen(text) == 24 ? text + len : ".000");
	return room;
}

void charge_times(const cJSON *host, const cJSON *charge, char first[static STAMP_BYTES],
	char last[static STAMP_BYTES])
{
	const char *onset = text_of(host, "onset");
	stamp(*onset ? onset : text_of(host, "since"), first);
	stamp(text_of(charge, "last"), last);
	if (strcmp(last, first) < 0)
		memcpy(last, first, STAMP_BYTES);
}

static void later(char latest[static STAMP_BYTES], const char *text)
{
	char room[STAMP_BYTES];
	if (strcmp(stamp(text, room), latest) > 0)
		memcpy(latest, room, STAMP_BYTES);
}

void dossier_times(
	const struct dossier *d, char opened[static STAMP_BYTES], char changed[static STAMP_BYTES])
{
	const cJSON *host, *charge;
	stamp(text_of(d->incident, "opened"), opened);
	if (!*opened)
		stamp("1970-01-01T00:00:00Z", opened);
	memcpy(changed, opened, STAMP_BYTES);
	cJSON_ArrayForEach(host, d->hosts)
	{
		later(changed, text_of(host, "since"));
		later(changed, text_of(host, "last_attack"));
		cJSON_ArrayForEach(charge, cJSON_GetObjectItemCaseSensitive(host, "charges"))
		{
			later(changed, text_of(charge, "last"));
		}
	}
}

const char *dossier_uuid(
	const struct dossier *d, const char *what, char room[static UUID_TEXT_BYTES])
{
	char name[NAME_BYTES];
	int n = snprintf(name, sizeof name, "%" PRIu64 " %s %s", number_of(d->incident, "id"),
		text_of(d->incident, "opened"), what);
	return named_uuid(SPACE, name, LEAST((size_t)n, sizeof name - 1), room);
}

const char *dossier_identity(char room[static UUID_TEXT_BYTES])
{
	static const char who[] = "identity of cordon";
	return named_uuid(SPACE, who, sizeof who - 1, room);
}

const char *dossier_title(const struct dossier *d, char *room, size_t size)
{
	const char *causes = text_of(d->incident, "causes");
	snprintf(room, size,
		"cordon incident %" PRIu64 ": %.100s, %" PRIu64 " of %" PRIu64 " hosts open",
		number_of(d->incident, "id"), *causes ? causes : "no cause",
		number_of(d->incident, "open_hosts"), number_of(d->incident, "hosts"));
	return room;
}
