// SPDX-License-Identifier: Apache-2.0
// STIX 2.1. Observables have the ids that the standard gives them (2.9, UUIDv5 over their contributing properties as
// canonical JSON, RFC 8785); all other objects have hashes of what they are of this incident, so two exports of one
// state are the same text, and a later one gives later versions of the same objects.
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "app/desk.h"
#include "app/dossier.h"
#include "model/lease.h"
#include "output/json.h"

/* The namespace of observables (STIX 2.1, 2.9). */
#define OBSERVABLES "00abedb4-aa42-466c-9c01-fed23315a9b7"

enum { ID_BYTES = 24 + 2 + UUID_TEXT_BYTES, TEXT_BYTES = 600, OBSERVED_MAX = 999999999 };

struct stix {
	struct json j;
	const struct dossier *d;
	struct texts written;
	FILE *refs; // ids of all that belongs to the incident, a line each
	char opened[STAMP_BYTES], changed[STAMP_BYTES];
	char identity[ID_BYTES], marking[ID_BYTES], incident[ID_BYTES];
};

/* "ipv4-addr--UUID" of an observable; `canonical` are its contributing properties. */
static const char *observable_id(
	const char *type, const char *canonical, char room[static ID_BYTES])
{
	char uuid[UUID_TEXT_BYTES];
	snprintf(room, ID_BYTES, "%s--%s", type,
		named_uuid(OBSERVABLES, canonical, strlen(canonical), uuid));
	return room;
}

/* Of anything else; the words say which one of the incident it is. */
[[gnu::format(printf, 4, 5)]] static const char *object_id(
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

static void put(struct stix *s, const char *key, const char *text)
{
	json_key(&s->j, key);
	json_text(&s->j, text);
}

static void put_number(struct stix *s, const char *key, uint64_t v)
{
	json_key(&s->j, key);
	json_uint(&s->j, v);
}

/* A list of texts, up to NULL. */
static void put_list(struct stix *s, const char *key, const char *const *text)
{
	json_key(&s->j, key);
	json_open(&s->j, '[');
	while (*text)
		json_text(&s->j, *text++);
	json_close(&s->j, ']');
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Begin an object, unless it was written; what all have stands at its end. */
static bool begin(struct stix *s, const char *type, const char *id)
{
	if (!texts_put(&s->written, id))
		return false;
	json_open(&s->j, '{');
	put(s, "type", type);
	put(s, "spec_version", "2.1");
	put(s, "id", id);
	return true;
}

static void end_observable(struct stix *s, const char *id)
{
	put_list(s, "object_marking_refs", LIST(s->marking));
	json_close(&s->j, '}');
	fprintf(s->refs, "%s\n", id);
}

static void end(struct stix *s, const char *id, const char *created, const char *modified)
{
	put(s, "created", created);
	put(s, "modified", strcmp(modified, created) < 0 ? created : modified);
	put(s, "created_by_ref", s->identity);
	end_observable(s, id);
}

/* The marking and who says all of it. Both are the same for every incident. */
static void write_head(struct stix *s)
{
	static const char since[] = "2017-01-20T00:00:00.000Z"; // when OASIS made the markings
	char name[16];
	enum tlp tlp = s->d->tlp;
	snprintf(name, sizeof name, "TLP:%s", tlp_stix(tlp));
	for (char *p = name; *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	begin(s, "marking-definition", s->marking);
	put(s, "created", since);
	put(s, "definition_type", "tlp");
	put(s, "name", name);
	json_key(&s->j, "definition");
	json_open(&s->j, '{');
	put(s, "tlp", tlp_stix(tlp));
	json_close(&s->j, '}');
	json_close(&s->j, '}');
	begin(s, "identity", s->identity);
	put(s, "created", since);
	put(s, "modified", since);
	put(s, "name", "cordon");
	put(s, "identity_class", "system");
	put(s, "description",
		"Finds the hosts that spread a worm, from the telemetry of their network.");
	json_close(&s->j, '}');
}

static const char *address_type(const char *address)
{
	return strchr(address, ':') ? "ipv6-addr" : "ipv4-addr";
}

static const char *address_id(const char *address, char room[static ID_BYTES])
{
	char canonical[TEXT_BYTES];
	snprintf(canonical, sizeof canonical, "{\"value\":\"%s\"}", address);
	return observable_id(address_type(address), canonical, room);
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

static bool is_mac(const char *text)
{
	struct mac mac;
	return mac_parse((struct str){ text, strlen(text) }, &mac);
}

static void write_address(struct stix *s, const char *address, const char *mac)
{
	char id[ID_BYTES], mac_id[ID_BYTES], canonical[TEXT_BYTES];
	bool has_mac = is_mac(mac);
	if (has_mac) {
		snprintf(canonical, sizeof canonical, "{\"value\":\"%s\"}", mac);
		if (begin(s, "mac-addr", observable_id("mac-addr", canonical, mac_id))) {
			put(s, "value", mac);
			end_observable(s, mac_id);
		}
	}
	if (!begin(s, address_type(address), address_id(address, id)))
		return;
	put(s, "value", address);
	if (has_mac)
		put_list(s, "resolves_to_refs", LIST(mac_id));
	end_observable(s, id);
}

/* What was seen on the wire. */
struct traffic {
	const char *from, *to; // addresses; to NULL: many
	const char *start, *end;
	struct cause cause;
};

/* Properties in the order of RFC 8785; those that are absent do not count. */
static const char *traffic_id(const struct traffic *t, char room[static ID_BYTES])
{
	char canonical[TEXT_BYTES], from[ID_BYTES], to[ID_BYTES];
	const char *ip = t->cause.is_v6 ? "ipv6" : "ipv4";
	size_t n = (size_t)snprintf(canonical, sizeof canonical, "{");
	if (t->cause.has_port)
		n += (size_t)snprintf(
			canonical + n, sizeof canonical - n, "\"dst_port\":%u,", t->cause.port);
	if (t->to)
		n += (size_t)snprintf(canonical + n, sizeof canonical - n, "\"dst_ref\":\"%s\",",
			address_id(t->to, to));
	snprintf(canonical + n, sizeof canonical - n,
		"\"end\":\"%s\",\"protocols\":[\"%s\"%s%s%s%s],\"src_ref\":\"%s\",\"start\":\"%"
		"s\"}",
		t->end, ip, *t->cause.proto ? ",\"" : "", t->cause.proto,
		*t->cause.proto ? "\"" : "", t->cause.is_web ? ",\"http\"" : "",
		address_id(t->from, from), t->start);
	return observable_id("network-traffic", canonical, room);
}

static void write_traffic(struct stix *s, const struct traffic *t, const char *id)
{
	char room[ID_BYTES];
	if (!begin(s, "network-traffic", id))
		return;
	put(s, "start", t->start);
	put(s, "end", t->end);
	put(s, "src_ref", address_id(t->from, room));
	if (t->to)
		put(s, "dst_ref", address_id(t->to, room));
	if (t->cause.has_port)
		put_number(s, "dst_port", t->cause.port);
	const char *list[4] = { t->cause.is_v6 ? "ipv6" : "ipv4" };
	size_t n = 1;
	if (*t->cause.proto)
		list[n++] = t->cause.proto;
	if (t->cause.is_web)
		list[n++] = "http";
	put_list(s, "protocols", list);
	end_observable(s, id);
}

/* Observed data of one piece of traffic; gives its id. */
static void write_observed(
	struct stix *s, const struct traffic *t, uint64_t n, const char *observed_id)
{
	char traffic[ID_BYTES], from[ID_BYTES], to[ID_BYTES];
	traffic_id(t, traffic);
	write_address(s, t->from, "");
	if (t->to)
		write_address(s, t->to, "");
	write_traffic(s, t, traffic);
	if (!begin(s, "observed-data", observed_id))
		return;
	put(s, "first_observed", t->start);
	put(s, "last_observed", t->end);
	put_number(s, "number_observed", n < 1 ? 1 : LEAST(n, (uint64_t)OBSERVED_MAX));
	put_list(s, "object_refs",
		LIST(traffic, address_id(t->from, from), t->to ? address_id(t->to, to) : NULL));
	end(s, observed_id, t->start, t->end);
}

struct relation {
	const char *from, *type, *to, *about;
	uint64_t confidence; // 0: not told
	const char *created, *modified;
};

static void write_relation(struct stix *s, const struct relation *r)
{
	char id[ID_BYTES];
	if (!begin(s, "relationship",
		    object_id(s, "relationship", id, "%s %s %s", r->from, r->type, r->to)))
		return;
	put(s, "relationship_type", r->type);
	put(s, "source_ref", r->from);
	put(s, "target_ref", r->to);
	if (r->about)
		put(s, "description", r->about);
	if (r->confidence)
		put_number(s, "confidence", LEAST(r->confidence, UINT64_C(100)));
	end(s, id, r->created, r->modified);
}

static void write_technique(struct stix *s, enum technique which, char id[static ID_BYTES])
{
	const struct technique_row *t = technique_of(which);
	char url[96];
	if (!begin(s, "attack-pattern", object_id(s, "attack-pattern", id, "%s", t->id)))
		return;
	snprintf(url, sizeof url, "https://attack.mitre.org/techniques/%s", t->path);
	put(s, "name", t->title);
	json_key(&s->j, "external_references");
	json_open(&s->j, '[');
	json_open(&s->j, '{');
	put(s, "source_name", "mitre-attack");
	put(s, "external_id", t->id);
	put(s, "url", url);
	json_close(&s->j, '}');
	json_close(&s->j, ']');
	json_key(&s->j, "kill_chain_phases");
	json_open(&s->j, '[');
	json_open(&s->j, '{');
	put(s, "kill_chain_name", "mitre-attack");
	put(s, "phase_name", t->tactic);
	json_close(&s->j, '}');
	json_close(&s->j, ']');
	end(s, id, s->opened, s->opened);
}

/* A worm by what its hosts do; of a web log the signature names it. */
static const char *write_malware(struct stix *s, const cJSON *charge, char id[static ID_BYTES])
{
	char name[128];
	const char *cause = text_of(charge, "cause");
	bool is_named = !strncmp(cause, "web:", 4);
	if (!begin(s, "malware", object_id(s, "malware", id, "%s", cause)))
		return id;
	snprintf(name, sizeof name, is_named ? "%.60s" : "worm on %.60s",
		cause + (is_named ? 4 : 0));
	put(s, "name", name);
	put(s, "description",
		is_named ? "Named by the signature of requests that infected hosts send."
			 : "A worm that was not identified: known by what its hosts do on the "
			   "network.");
	put_list(s, "malware_types", LIST("worm"));
	json_key(&s->j, "is_family");
	json_bool(&s->j, true);
	end(s, id, s->opened, s->opened);
	return id;
}

/* Who sends such traffic is compromised, from its onset until it is over. */
static void write_indicator(struct stix *s, const cJSON *host, const cJSON *charge,
	const struct traffic *t, const char *id)
{
	char pattern[TEXT_BYTES], text[TEXT_BYTES], over[STAMP_BYTES];
	size_t n = (size_t)snprintf(pattern, sizeof pattern,
		"[network-traffic:src_ref.type = '%s' AND network-traffic:src_ref.value = '%s'",
		address_type(t->from), t->from);
	if (t->cause.has_port)
		n += (size_t)snprintf(pattern + n, sizeof pattern - n,
			" AND network-traffic:dst_port = %u", t->cause.port);
	if (*t->cause.proto)
		n += (size_t)snprintf(pattern + n, sizeof pattern - n,
			" AND network-traffic:protocols[*] = '%s'", t->cause.proto);
	snprintf(pattern + n, sizeof pattern - n, "]");
	snprintf(text, sizeof text, "%.64s on %.60s: %.40s by %.40s; the host is %.40s", t->from,
		text_of(charge, "cause"), text_of(charge, "verdict"), text_of(charge, "source"),
		text_of(host, "state"));
	begin(s, "indicator", id);
	put(s, "name", text);
	put_list(s, "indicator_types", LIST("compromised"));
	put(s, "pattern", pattern);
	put(s, "pattern_type", "stix");
	put(s, "pattern_version", "2.1");
	put(s, "valid_from", t->start);
	enum state state;
	stamp(text_of(host, "since"), over);
	if (state_parse(text_of(host, "state"), &state) && !state_is_open(state) &&
		strcmp(over, t->start) > 0)
		put(s, "valid_until", over);
	put_number(s, "confidence", LEAST(number_of(charge, "confidence_pct"), UINT64_C(100)));
	end(s, id, t->start, strcmp(over, t->end) > 0 ? over : t->end);
}

static void write_sighting(struct stix *s, const cJSON *charge, const struct traffic *t,
	const char *indicator, const char *observed)
{
	char id[ID_BYTES];
	if (!begin(s, "sighting", object_id(s, "sighting", id, "%s", indicator)))
		return;
	put(s, "sighting_of_ref", indicator);
	put_list(s, "observed_data_refs", LIST(observed));
	put_list(s, "where_sighted_refs", LIST(s->identity));
	put(s, "first_seen", t->start);
	put(s, "last_seen", t->end);
	put_number(s, "count", LEAST(number_of(charge, "contacted"), (uint64_t)OBSERVED_MAX));
	end(s, id, t->start, t->end);
}

/* What an accusation leads to: an indicator, what it indicates, and how that goes about. */
static void write_accusation(struct stix *s, const cJSON *host, const cJSON *charge,
	const struct traffic *t, const char *observed)
{
	char indicator[ID_BYTES], malware[ID_BYTES] = "", technique[ID_BYTES];
	uint32_t set = charge_techniques(host, charge);
	object_id(s, "indicator", indicator, "%" PRIu64 " %s %s", number_of(host, "host"),
		text_of(charge, "cause"), text_of(charge, "source"));
	write_indicator(s, host, charge, t, indicator);
	struct relation r = { .from = indicator,
		.type = "based-on",
		.to = observed,
		.created = t->start,
		.modified = t->end };
	write_relation(s, &r);
	if (charge_is_worm(charge)) {
		r.type = "indicates";
		r.to = write_malware(s, charge, malware);
		write_relation(s, &r);
	}
	for (enum technique which = 0; which < N_TECHNIQUES; which++) {
		if (!(set >> which & 1))
			continue;
		write_technique(s, which, technique);
		r.type = "indicates";
		r.from = indicator;
		r.to = technique;
		write_relation(s, &r);
		if (!*malware)
			continue;
		write_relation(s, &(struct relation){ .from = malware,
					  .type = "uses",
					  .to = technique,
					  .created = s->opened,
					  .modified = s->opened });
	}
	write_sighting(s, charge, t, indicator, observed);
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
	object_id(s, "observed-data", observed, "%" PRIu64 " %s %s", number_of(host, "host"),
		text_of(charge, "cause"), text_of(charge, "source"));
	write_observed(s, &t, number_of(charge, "contacted"), observed);
	if (charge_stands(host, charge))
		write_accusation(s, host, charge, &t, observed);
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
	object_id(s, "observed-data", observed, "contact %s %s %s", source, target, contact);
	write_observed(s, &t, 1, observed);
	double share = cJSON_IsNumber(p) && p->valuedouble > 0 ? p->valuedouble : 0;
	snprintf(text, sizeof text,
		"may have infected it by a contact that was %s before its onset; an ordering of "
		"candidates, no measured frequency",
		is_set(edge, "answered") ? "answered" : "seen");
	write_relation(s, &(struct relation){ .from = address_id(source, from),
				  .type = "related-to",
				  .to = address_id(target, to),
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
	write_address(s, address, mac_of(host));
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
	begin(s, "incident", s->incident);
	put(s, "name", dossier_title(s->d, title, sizeof title));
	snprintf(text, sizeof text, "Status %.20s; it began with %.64s: %.200s.",
		text_of(s->d->incident, "status"),
		*text_of(s->d->incident, "first_host") ? text_of(s->d->incident, "first_host")
						       : "a host that is not known",
		text_of(s->d->incident, "first_host_why"));
	put(s, "description", text);
	end(s, s->incident, s->opened, s->changed);
}

/* All that belongs together, last, for by now it is known. */
static void write_grouping(struct stix *s, char *refs)
{
	char id[ID_BYTES], title[TEXT_BYTES];
	begin(s, "grouping", object_id(s, "grouping", id, "all"));
	put(s, "name", dossier_title(s->d, title, sizeof title));
	put(s, "context", "suspicious-activity");
	json_key(&s->j, "object_refs");
	json_open(&s->j, '[');
	for (char *p = refs, *line; (line = strsep(&p, "\n")) && *line;)
		json_text(&s->j, line);
	json_close(&s->j, ']');
	end(s, id, s->opened, s->changed);
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
	object_id(&s, "incident", s.incident, "itself");
	json_open(&s.j, '{');
	put(&s, "type", "bundle");
	put(&s, "id", object_id(&s, "bundle", id, "%s %s", s.changed, tlp_key(d->tlp)));
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
