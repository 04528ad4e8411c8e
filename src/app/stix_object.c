// SPDX-License-Identifier: Apache-2.0
// How an object of STIX 2.1 begins and ends, and its id. Observables have the ids that the standard gives them (2.9, UUIDv5
// over their contributing properties as canonical JSON, RFC 8785); all other objects have hashes of what they are of this
// incident, so two exports of one state are the same text, and a later one gives later versions of the same objects.
#include <stdarg.h>

#include "app/stix.h"

/* The namespace of observables (STIX 2.1, 2.9). */
#define OBSERVABLES "00abedb4-aa42-466c-9c01-fed23315a9b7"

const char *stix_observable_id(const char *type, const char *canonical, char room[static ID_BYTES])
{
	char uuid[UUID_TEXT_BYTES];
	snprintf(room, ID_BYTES, "%s--%s", type,
		named_uuid(OBSERVABLES, canonical, strlen(canonical), uuid));
	return room;
}

const char *stix_object_id(
	const struct stix *s, const char *type, char room[static ID_BYTES], const char *words, ...)
{
	char uuid[UUID_TEXT_BYTES], what[TEXT_BYTES];
	va_list ap;
	size_t n = (size_t)snprintf(what, sizeof what, "%s ", type);
	va_start(ap, words);
	vsnprintf(what + n, sizeof what - n, words, ap);
	va_end(ap);
	snprintf(room, ID_BYTES, "%s--%s", type, dossier_uuid(s->d, what, uuid));
	return room;
}

void stix_put(struct stix *s, const char *key, const char *text)
{
	json_key(&s->j, key);
	json_text(&s->j, text);
}

void stix_put_number(struct stix *s, const char *key, uint64_t v)
{
	json_key(&s->j, key);
	json_uint(&s->j, v);
}

void stix_put_list(struct stix *s, const char *key, const char *const *text)
{
	json_key(&s->j, key);
	json_open(&s->j, '[');
	while (*text)
		json_text(&s->j, *text++);
	json_close(&s->j, ']');
}

bool stix_begin(struct stix *s, const char *type, const char *id)
{
	if (!texts_put(&s->written, id))
		return false;
	json_open(&s->j, '{');
	stix_put(s, "type", type);
	stix_put(s, "spec_version", "2.1");
	stix_put(s, "id", id);
	return true;
}

void stix_end_observable(struct stix *s, const char *id)
{
	stix_put_list(s, "object_marking_refs", STIX_LIST(s->marking));
	json_close(&s->j, '}');
	fprintf(s->refs, "%s\n", id);
}

void stix_end(struct stix *s, const char *id, const char *created, const char *modified)
{
	stix_put(s, "created", created);
	stix_put(s, "modified", strcmp(modified, created) < 0 ? created : modified);
	stix_put(s, "created_by_ref", s->identity);
	stix_end_observable(s, id);
}
