// SPDX-License-Identifier: Apache-2.0
// What an accusation leads to: an indicator, the worm and the techniques that it indicates, and that it was sighted.
#include <inttypes.h>

#include "app/desk.h"
#include "app/stix.h"

void stix_write_relation(struct stix *s, const struct relation *r)
{
	char id[ID_BYTES];
	if (!stix_begin(s, "relationship",
		    stix_object_id(s, "relationship", id, "%s %s %s", r->from, r->type, r->to)))
		return;
	stix_put(s, "relationship_type", r->type);
	stix_put(s, "source_ref", r->from);
	stix_put(s, "target_ref", r->to);
	if (r->about)
		stix_put(s, "description", r->about);
	if (r->confidence)
		stix_put_number(s, "confidence", LEAST(r->confidence, UINT64_C(100)));
	stix_end(s, id, r->created, r->modified);
}

static void write_technique(struct stix *s, enum technique which, char id[static ID_BYTES])
{
	const struct technique_row *t = technique_of(which);
	char url[96];
	if (!stix_begin(s, "attack-pattern", stix_object_id(s, "attack-pattern", id, "%s", t->id)))
		return;
	snprintf(url, sizeof url, "https://attack.mitre.org/techniques/%s", t->path);
	stix_put(s, "name", t->title);
	json_key(&s->j, "external_references");
	json_open(&s->j, '[');
	json_open(&s->j, '{');
	stix_put(s, "source_name", "mitre-attack");
	stix_put(s, "external_id", t->id);
	stix_put(s, "url", url);
	json_close(&s->j, '}');
	json_close(&s->j, ']');
	json_key(&s->j, "kill_chain_phases");
	json_open(&s->j, '[');
	json_open(&s->j, '{');
	stix_put(s, "kill_chain_name", "mitre-attack");
	stix_put(s, "phase_name", t->tactic);
	json_close(&s->j, '}');
	json_close(&s->j, ']');
	stix_end(s, id, s->opened, s->opened);
}

/* A worm by what its hosts do; of a web log the signature names it. */
static const char *write_malware(struct stix *s, const cJSON *charge, char id[static ID_BYTES])
{
	char name[128];
	const char *cause = text_of(charge, "cause");
	bool is_named = !strncmp(cause, "web:", 4);
	if (!stix_begin(s, "malware", stix_object_id(s, "malware", id, "%s", cause)))
		return id;
	snprintf(name, sizeof name, is_named ? "%.60s" : "worm on %.60s",
		cause + (is_named ? 4 : 0));
	stix_put(s, "name", name);
	stix_put(s, "description",
		is_named ? "Named by the signature of requests that infected hosts send."
			 : "A worm that was not identified: known by what its hosts do on the "
			   "network.");
	stix_put_list(s, "malware_types", STIX_LIST("worm"));
	json_key(&s->j, "is_family");
	json_bool(&s->j, true);
	stix_end(s, id, s->opened, s->opened);
	return id;
}

/* Who sends such traffic is compromised, from its onset until it is over. */
static void write_indicator(struct stix *s, const cJSON *host, const cJSON *charge,
	const struct traffic *t, const char *id)
{
	char pattern[TEXT_BYTES], text[TEXT_BYTES], over[STAMP_BYTES];
	size_t n = (size_t)snprintf(pattern, sizeof pattern,
		"[network-traffic:src_ref.type = '%s' AND network-traffic:src_ref.value = '%s'",
		stix_address_type(t->from), t->from);
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
	stix_begin(s, "indicator", id);
	stix_put(s, "name", text);
	stix_put_list(s, "indicator_types", STIX_LIST("compromised"));
	stix_put(s, "pattern", pattern);
	stix_put(s, "pattern_type", "stix");
	stix_put(s, "pattern_version", "2.1");
	stix_put(s, "valid_from", t->start);
	enum state state;
	stamp(text_of(host, "since"), over);
	if (state_parse(text_of(host, "state"), &state) && !state_is_open(state) &&
		strcmp(over, t->start) > 0)
		stix_put(s, "valid_until", over);
	stix_put_number(s, "confidence", LEAST(number_of(charge, "confidence_pct"), UINT64_C(100)));
	stix_end(s, id, t->start, strcmp(over, t->end) > 0 ? over : t->end);
}

static void write_sighting(struct stix *s, const cJSON *charge, const struct traffic *t,
	const char *indicator, const char *observed)
{
	char id[ID_BYTES];
	if (!stix_begin(s, "sighting", stix_object_id(s, "sighting", id, "%s", indicator)))
		return;
	stix_put(s, "sighting_of_ref", indicator);
	stix_put_list(s, "observed_data_refs", STIX_LIST(observed));
	stix_put_list(s, "where_sighted_refs", STIX_LIST(s->identity));
	stix_put(s, "first_seen", t->start);
	stix_put(s, "last_seen", t->end);
	stix_put_number(s, "count", LEAST(number_of(charge, "contacted"), (uint64_t)OBSERVED_MAX));
	stix_end(s, id, t->start, t->end);
}

void stix_write_accusation(struct stix *s, const cJSON *host, const cJSON *charge,
	const struct traffic *t, const char *observed)
{
	char indicator[ID_BYTES], malware[ID_BYTES] = "", technique[ID_BYTES];
	uint32_t set = charge_techniques(host, charge);
	stix_object_id(s, "indicator", indicator, "%" PRIu64 " %s %s", number_of(host, "host"),
		text_of(charge, "cause"), text_of(charge, "source"));
	write_indicator(s, host, charge, t, indicator);
	struct relation r = { .from = indicator,
		.type = "based-on",
		.to = observed,
		.created = t->start,
		.modified = t->end };
	stix_write_relation(s, &r);
	if (charge_is_worm(charge)) {
		r.type = "indicates";
		r.to = write_malware(s, charge, malware);
		stix_write_relation(s, &r);
	}
	for (enum technique which = 0; which < N_TECHNIQUES; which++) {
		if (!(set >> which & 1))
			continue;
		write_technique(s, which, technique);
		r.type = "indicates";
		r.from = indicator;
		r.to = technique;
		stix_write_relation(s, &r);
		if (!*malware)
			continue;
		stix_write_relation(s, &(struct relation){ .from = malware,
					       .type = "uses",
					       .to = technique,
					       .created = s->opened,
					       .modified = s->opened });
	}
	write_sighting(s, charge, t, indicator, observed);
}
