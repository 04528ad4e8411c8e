// SPDX-License-Identifier: Apache-2.0
// The bundle of an incident in STIX 2.1: who says it and how far it may go, the incident, its hosts, and what holds them together.
#include <inttypes.h>
#include <stdlib.h>

#include "app/desk.h"
#include "app/stix.h"

/* The marking and who says all of it. Both are the same for every incident. */
static void write_head(struct stix *s)
{
	static const char since[] = "2017-01-20T00:00:00.000Z"; // when OASIS made the markings
	char name[16];
	enum tlp tlp = s->d->tlp;
	snprintf(name, sizeof name, "TLP:%s", tlp_stix(tlp));
	for (char *p = name; *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	stix_begin(s, "marking-definition", s->marking);
	stix_put(s, "created", since);
	stix_put(s, "definition_type", "tlp");
	stix_put(s, "name", name);
	json_key(&s->j, "definition");
	json_open(&s->j, '{');
	stix_put(s, "tlp", tlp_stix(tlp));
	json_close(&s->j, '}');
	json_close(&s->j, '}');
	stix_begin(s, "identity", s->identity);
	stix_put(s, "created", since);
	stix_put(s, "modified", since);
	stix_put(s, "name", "cordon");
	stix_put(s, "identity_class", "system");
	stix_put(s, "description",
		"Finds the hosts that spread a worm, from the telemetry of their network.");
	json_close(&s->j, '}');
}

/* The MAC address that a host has now, as leases tell it; "" when none does. */
static const char *mac_of(const cJSON *host)
{
	const cJSON *name;
	cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(host, "names"))
	{
		if (!strcmp(text_of(name, "address"), text_of(host, "address")))
			return text_of(name, "mac");
	}
	return "";
}

static void write_charge(struct stix *s, const cJSON *host, const cJSON *charge)
{
	char first[STAMP_BYTES], last[STAMP_BYTES], observed[ID_BYTES];
	const char *address = text_of(host, "address");
	charge_times(host, charge, first, last);
	if (!*first)
		return;
	struct traffic t = {
		.from = address, .start = first, .end = last, .cause = cause_of(charge, address)
	};
	stix_object_id(s, "observed-data", observed, "%" PRIu64 " %s %s", number_of(host, "host"),
		text_of(charge, "cause"), text_of(charge, "source"));
	stix_write_observed(s, &t, number_of(charge, "contacted"), observed);
	if (charge_stands(host, charge))
		stix_write_accusation(s, host, charge, &t, observed);
}

/* The contact by which a host may have it, and between both addresses how likely that is. */
static void write_edge(struct stix *s, const cJSON *host, const cJSON *edge)
{
	char contact[STAMP_BYTES], from[ID_BYTES], to[ID_BYTES], observed[ID_BYTES], text[160];
	const char *source = text_of(edge, "from"), *target = text_of(host, "address");
	const cJSON *p = cJSON_GetObjectItemCaseSensitive(edge, "probability");
	stamp(text_of(edge, "contact"), contact);
	if (!is_address(source) || !*contact)
		return;
	struct traffic t = { .from = source,
		.to = target,
		.start = contact,
		.end = contact,
		.cause = { .is_v6 = strchr(target, ':') } };
	stix_object_id(s, "observed-data", observed, "contact %s %s %s", source, target, contact);
	stix_write_observed(s, &t, 1, observed);
	double share = cJSON_IsNumber(p) && p->valuedouble > 0 ? p->valuedouble : 0;
	snprintf(text, sizeof text,
		"may have infected it by a contact that was %s before its onset; an ordering of "
		"candidates, no measured frequency",
		is_set(edge, "answered") ? "answered" : "seen");
	stix_write_relation(s, &(struct relation){ .from = stix_address_id(source, from),
				       .type = "related-to",
				       .to = stix_address_id(target, to),
				       .about = text,
				       .confidence = (uint64_t)(share * 100),
				       .created = contact,
				       .modified = contact });
}

static void write_host(struct stix *s, const cJSON *host)
{
	const char *address = text_of(host, "address");
	const cJSON *each;
	if (!is_address(address))
		return;
	stix_write_address(s, address, mac_of(host));
	cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(host, "charges"))
	{
		write_charge(s, host, each);
	}
	cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(host, "edges"))
	{
		write_edge(s, host, each);
	}
}

static void write_incident(struct stix *s)
{
	char title[TEXT_BYTES], text[TEXT_BYTES];
	stix_begin(s, "incident", s->incident);
	stix_put(s, "name", dossier_title(s->d, title, sizeof title));
	snprintf(text, sizeof text, "Status %.20s; it began with %.64s: %.200s.",
		text_of(s->d->incident, "status"),
		*text_of(s->d->incident, "first_host") ? text_of(s->d->incident, "first_host")
						       : "a host that is not known",
		text_of(s->d->incident, "first_host_why"));
	stix_put(s, "description", text);
	stix_end(s, s->incident, s->opened, s->changed);
}

/* All that belongs together, last, for by now it is known. */
static void write_grouping(struct stix *s, char *refs)
{
	char id[ID_BYTES], title[TEXT_BYTES];
	stix_begin(s, "grouping", stix_object_id(s, "grouping", id, "all"));
	stix_put(s, "name", dossier_title(s->d, title, sizeof title));
	stix_put(s, "context", "suspicious-activity");
	json_key(&s->j, "object_refs");
	json_open(&s->j, '[');
	for (char *p = refs, *line; (line = strsep(&p, "\n")) && *line;)
		json_text(&s->j, line);
	json_close(&s->j, ']');
	stix_end(s, id, s->opened, s->changed);
}

void stix_write(const struct dossier *d, FILE *out)
{
	struct stix s = { .j = { .out = out }, .d = d };
	char *refs = NULL, id[ID_BYTES], uuid[UUID_TEXT_BYTES];
	size_t len = 0;
	const cJSON *host;
	s.refs = open_memstream(&refs, &len);
	if (!s.refs)
		return;
	dossier_times(d, s.opened, s.changed);
	snprintf(s.marking, sizeof s.marking, "marking-definition--%s", tlp_marking(d->tlp));
	snprintf(s.identity, sizeof s.identity, "identity--%s", dossier_identity(uuid));
	stix_object_id(&s, "incident", s.incident, "itself");
	json_open(&s.j, '{');
	stix_put(&s, "type", "bundle");
	stix_put(&s, "id", stix_object_id(&s, "bundle", id, "%s %s", s.changed, tlp_key(d->tlp)));
	json_key(&s.j, "objects");
	json_open(&s.j, '[');
	write_head(&s);
	write_incident(&s);
	cJSON_ArrayForEach(host, d->hosts)
	{
		write_host(&s, host);
	}
	fflush(s.refs);
	write_grouping(&s, refs);
	json_close(&s.j, ']');
	json_close(&s.j, '}');
	json_end(&s.j);
	fclose(s.refs);
	free(refs);
	texts_fini(&s.written);
}
