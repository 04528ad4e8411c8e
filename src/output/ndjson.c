// SPDX-License-Identifier: Apache-2.0
// Findings as NDJSON. Keys are a contract: one may be added, none changed.
#include <math.h>

#include "model/words.h"
#include "output/clear.h"
#include "output/json.h"
#include "output/report.h"
#include "output/web.h"

enum { PLACES_SHOWN = 32 };

static void text_of_time(struct json *j, const char *key, uint64_t ms, uint64_t unknown)
{
	char room[TIME_TEXT_BYTES];
	json_key(j, key);
	json_text(j, ms == unknown ? NULL : time_format(ms, room));
}

static void uint_of(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

static void port_of(struct json *j, uint8_t proto, uint16_t port, bool has_port)
{
	json_key(j, "destinationTransportPort");
	if (has_port && port_is_told(proto, port))
		json_uint(j, port);
	else
		json_null(j);
}

static void key_of_finding(struct json *j, const struct finding *f)
{
	json_key(j, "protocolIdentifier");
	if (f->proto == PROTO_UNKNOWN)
		json_null(j);
	else
		json_uint(j, f->proto);
	port_of(j, f->proto, f->port, f->has_port);
}

static void targeting_of(struct json *j, const struct finding *f)
{
	json_key(j, "targeting");
	json_open(j, '{');
	for (enum targeting t = 0; t < N_TARGETINGS; t++) {
		json_key(j, targeting_name(t));
		json_real(j, f->targeting[t], 3);
	}
	json_close(j, '}');
}

static void evidence_of(struct json *j, const struct report *r, const struct finding *f)
{
	char room[PLACE_TEXT_BYTES];
	json_key(j, "evidence");
	json_open(j, '[');
	for (size_t i = f->onset; i < f->n_exhibits && i < f->onset + PLACES_SHOWN; i++) {
		const struct contact *c = f->exhibit[i].contact;
		json_text(j, place_format(r, contact_place(c), room));
	}
	json_close(j, ']');
	uint_of(j, "evidence_total", f->n_exhibits);
	json_key(j, "signs");
	json_open(j, '{');
	for (enum sign s = 0; s < N_SIGNS; s++)
		if (f->n_sign[s])
			uint_of(j, sign_key(s), f->n_sign[s]);
	json_close(j, '}');
	json_key(j, "sign_nats");
	json_open(j, '{');
	for (enum sign s = 0; s < N_SIGNS; s++)
		if (f->n_sign[s]) {
			json_key(j, sign_key(s));
			json_real(j, f->n_sign[s] * sign_nats(s), 2);
		}
	json_close(j, '}');
	json_key(j, "clears");
	json_text(j, clear_text(f));
	json_key(j, "answers_to_clear");
	if (f->n_to_clear)
		json_uint(j, f->n_to_clear);
	else
		json_null(j);
}

static void infected_by(struct json *j, const struct report *r, const struct finding *f)
{
	char host[ADDR_TEXT_BYTES], at[PLACE_TEXT_BYTES];
	json_key(j, "infected_by");
	if (!f->infected_by) {
		json_null(j);
		return;
	}
	json_open(j, '{');
	json_key(j, "host");
	json_text(j, addr_format(&f->infected_by->src, host));
	text_of_time(j, "at", contact_first(f->infected_by), UINT64_MAX);
	json_key(j, "evidence");
	json_text(j, place_format(r, contact_place(f->infected_by), at));
	json_close(j, '}');
}

static void outbreaks_json(struct json *j, const struct report *r)
{
	char room[ADDR_TEXT_BYTES];
	json_key(j, "outbreaks");
	json_open(j, '[');
	for (size_t i = 0; i < r->n_outbreaks; i++) {
		const struct outbreak *o = &r->outbreak[i];
		json_open(j, '{');
		uint_of(j, "protocolIdentifier", o->proto);
		port_of(j, o->proto, o->port, true);
		uint_of(j, "hosts", o->n_hosts);
		uint_of(j, "hosts_reached_before", o->n_chained);
		json_key(j, "first_host");
		json_text(j, addr_format(&o->first, room));
		text_of_time(j, "since", o->since_ms, UINT64_MAX);
		json_key(j, "doubling_s");
		json_real(j, o->doubling_ms > 0 ? o->doubling_ms / 1000 : NAN, 1);
		json_key(j, "shared_targets");
		json_real(j, o->shared_targets, 3);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void report_json_finding(const struct report *r, size_t i, FILE *out)
{
	const struct finding *f = &r->finding[i];
	struct json j = { .out = out };
	char room[ADDR_TEXT_BYTES];
	const char *attack = verdict_attack(f->verdict);
	json_open(&j, '{');
	uint_of(&j, "schema", 1);
	json_key(&j, "type");
	json_text(&j, "finding");
	uint_of(&j, "rank", i + 1);
	json_key(&j, "host");
	json_text(&j, addr_format(&f->host, room));
	json_key(&j, "class");
	json_text(&j, verdict_name(f->verdict));
	json_key(&j, "confidence");
	json_real(&j, f->confidence, 3);
	key_of_finding(&j, f);
	uint_of(&j, "peers_contacted", f->contacted);
	uint_of(&j, "peers_failed", f->outcome[OUTCOME_FAILED]);
	uint_of(&j, "peers_unknown", f->outcome[OUTCOME_UNKNOWN]);
	uint_of(&j, "peers_answered", f->outcome[OUTCOME_ANSWERED]);
	targeting_of(&j, f);
	text_of_time(&j, "first_seen", f->first_ms, UINT64_MAX);
	text_of_time(&j, "last_seen", f->last_ms, 0);
	text_of_time(&j, "onset", f->onset_ms, UINT64_MAX);
	json_key(&j, "score_nats");
	json_real(&j, f->score_nats, 2);
	json_key(&j, "needed_nats");
	json_real(&j, f->needed_nats, 2);
	json_key(&j, "interface");
	json_text(&j, f->input ? names_get(r->names, NAME_FLAG | (f->input - 1u)) : NULL);
	infected_by(&j, r, f);
	json_key(&j, "attack");
	json_text(&j, *attack ? attack : NULL);
	evidence_of(&j, r, f);
	web_json(&j, r, f);
	json_key(&j, "why");
	json_text(&j, f->why);
	json_close(&j, '}');
	json_end(&j);
}

static void export_json(struct json *j, const struct trouble *t)
{
	json_key(j, "export");
	json_open(j, '{');
	uint_of(j, "datagrams", t->datagrams);
	uint_of(j, "option_records", t->option_records);
	uint_of(j, "templates", t->templates);
	uint_of(j, "option_templates", t->option_templates);
	uint_of(j, "sets_without_template", t->sets_without_template);
	uint_of(j, "counter_samples", t->counter_samples);
	uint_of(j, "other_samples", t->other_samples);
	uint_of(j, "packets", t->packets);
	uint_of(j, "octets", t->octets);
	json_close(j, '}');
}

static void log_json(struct json *j, const struct trouble *t)
{
	json_key(j, "log");
	json_open(j, '{');
	uint_of(j, "lines", t->log.lines);
	uint_of(j, "parsed", t->log.parsed);
	uint_of(j, "malformed", t->log.malformed);
	uint_of(j, "skipped", t->log.skipped);
	uint_of(j, "requests", t->log.requests);
	uint_of(j, "marked", t->log.marked);
	json_close(j, '}');
}

static void notes_json(struct json *j, const struct report *r)
{
	char room[PLACE_TEXT_BYTES];
	json_key(j, "notes");
	json_open(j, '[');
	for (uint32_t i = 0; i < r->trouble->n_notes; i++) {
		json_open(j, '{');
		json_key(j, "at");
		json_text(j, place_format(r, r->trouble->note[i].at, room));
		json_key(j, "text");
		json_text(j, r->trouble->note[i].text);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void report_json_summary(const struct report *r, FILE *out)
{
	const struct trouble *t = r->trouble;
	struct json j = { .out = out };
	if (r->power)
		report_power_json(r, out);
	json_open(&j, '{');
	uint_of(&j, "schema", 1);
	json_key(&j, "type");
	json_text(&j, "summary");
	uint_of(&j, "findings", r->n);
	uint_of(&j, "flows", t->flows);
	json_key(&j, "records");
	json_open(&j, '{');
	for (enum kind k = 0; k < N_KINDS; k++)
		if (t->records[k])
			uint_of(&j, kind_name(k), t->records[k]);
	json_close(&j, '}');
	json_key(&j, "faults");
	json_open(&j, '{');
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++)
		if (t->fault[f].n)
			uint_of(&j, fault_metric(f), t->fault[f].n);
	json_close(&j, '}');
	uint_of(&j, "files", r->n_sources);
	export_json(&j, t);
	log_json(&j, t);
	outbreaks_json(&j, r);
	notes_json(&j, r);
	json_close(&j, '}');
	json_end(&j);
}

void report_json(const struct report *r, FILE *out)
{
	for (size_t i = 0; i < r->n; i++)
		report_json_finding(r, i, out);
	report_json_summary(r, out);
}
