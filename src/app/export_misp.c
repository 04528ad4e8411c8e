// SPDX-License-Identifier: Apache-2.0
// An event of MISP (core format 2.4): an attribute for each host, an object ip-port for what it did, an object
// network-connection for each contact by which one may have infected another. Numbers are texts there.
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "app/desk.h"
#include "app/dossier.h"
#include "output/json.h"

enum { TEXT_BYTES = 600, SECONDS_BYTES = 24 };

struct misp {
	struct json j;
	const struct dossier *d;
	char changed[SECONDS_BYTES]; // since the Unix epoch
};

/* Templates of misp-objects. */
struct template
{
	const char *name, *uuid, *version;
};
static const struct template ip_port = { "ip-port", "9f8cea74-16fe-4968-a2b4-026676949ac6", "10" };
static const struct template connection = { "network-connection",
	"af16764b-f8e5-4603-9de1-de34d272f80b", "2" };

struct attribute {
	const char *relation; // NULL: it is of no object
	const char *type, *value, *comment;
	const char *first, *last; // NULL: not told
	bool to_ids;
	const char *uuid_of; // what it is, for its UUID
};

static void put(struct misp *m, const char *key, const char *text)
{
	json_key(&m->j, key);
	json_text(&m->j, text);
}

static void put_flag(struct misp *m, const char *key, bool v)
{
	json_key(&m->j, key);
	json_bool(&m->j, v);
}

static void put_uuid(struct misp *m, const char *what)
{
	char uuid[UUID_TEXT_BYTES], name[TEXT_BYTES + 64];
	snprintf(name, sizeof name, "misp %s", what);
	put(m, "uuid", dossier_uuid(m->d, name, uuid));
}

/* As MISP's types have it; the template of ip-port wants a protocol beside its addresses. */
static const char *category_of(const struct attribute *a)
{
	bool is_protocol = a->relation && !strcmp(a->relation, "protocol");
	bool is_word = !strcmp(a->type, "datetime") || !strcmp(a->type, "text");
	return is_word && !is_protocol ? "Other" : "Network activity";
}

static void write_attribute(struct misp *m, const struct attribute *a)
{
	char what[TEXT_BYTES + 32];
	snprintf(what, sizeof what, "%s %s", a->uuid_of, a->relation ? a->relation : "");
	json_open(&m->j, '{');
	put_uuid(m, what);
	if (a->relation)
		put(m, "object_relation", a->relation);
	put(m, "type", a->type);
	put(m, "category", category_of(a));
	put(m, "value", a->value);
	put_flag(m, "to_ids", a->to_ids);
	put_flag(m, "deleted", false);
	put(m, "distribution", "5"); // as the event
	put(m, "timestamp", m->changed);
	put_flag(m, "disable_correlation",
		!strcmp(a->type, "port") || !strcmp(a->type, "text") ||
			!strcmp(a->type, "datetime"));
	put(m, "comment", a->comment ? a->comment : "");
	if (a->first)
		put(m, "first_seen", a->first);
	if (a->last)
		put(m, "last_seen", a->last);
	json_close(&m->j, '}');
}

static void object_begin(struct misp *m, const struct template *t, const char *what,
	const char *comment, const char *first, const char *last)
{
	json_open(&m->j, '{');
	put_uuid(m, what);
	put(m, "name", t->name);
	put(m, "meta-category", "network");
	put(m, "template_uuid", t->uuid);
	put(m, "template_version", t->version);
	put(m, "distribution", "5");
	put(m, "timestamp", m->changed);
	put_flag(m, "deleted", false);
	put(m, "comment", comment);
	put(m, "first_seen", first);
	put(m, "last_seen", last);
	json_key(&m->j, "Attribute");
	json_open(&m->j, '[');
}

static void object_end(struct misp *m)
{
	json_close(&m->j, ']');
	json_close(&m->j, '}');
}

static void write_port(struct misp *m, const struct cause *c, const char *what)
{
	char port[8];
	snprintf(port, sizeof port, "%u", c->port);
	if (c->has_port)
		write_attribute(m, &(struct attribute){ .relation = "dst-port",
					   .type = "port",
					   .value = port,
					   .uuid_of = what });
}

static void write_charge(struct misp *m, const cJSON *host, const cJSON *charge)
{
	char first[STAMP_BYTES], last[STAMP_BYTES], what[TEXT_BYTES], text[TEXT_BYTES];
	const char *address = text_of(host, "address");
	struct cause c = cause_of(charge, address);
	charge_times(host, charge, first, last);
	if (!*first)
		return;
	snprintf(what, sizeof what, "ip-port %" PRIu64 " %s %s", number_of(host, "host"),
		text_of(charge, "cause"), text_of(charge, "source"));
	snprintf(text, sizeof text,
		"%.40s on %.60s by %.40s, %" PRIu64 " %% sure, %" PRIu64 " contacted%s",
		text_of(charge, "verdict"), text_of(charge, "cause"), text_of(charge, "source"),
		number_of(charge, "confidence_pct"), number_of(charge, "contacted"),
		charge_stands(host, charge) ? "" : "; it does not stand");
	object_begin(m, &ip_port, what, text, first, last);
	write_attribute(m, &(struct attribute){ .relation = "ip-src",
				   .type = "ip-src",
				   .value = address,
				   .to_ids = charge_stands(host, charge),
				   .uuid_of = what });
	write_port(m, &c, what);
	if (*c.proto)
		write_attribute(m, &(struct attribute){ .relation = "protocol",
					   .type = "text",
					   .value = c.proto,
					   .uuid_of = what });
	write_attribute(m, &(struct attribute){ .relation = "first-seen",
				   .type = "datetime",
				   .value = first,
				   .uuid_of = what });
	write_attribute(m, &(struct attribute){ .relation = "last-seen",
				   .type = "datetime",
				   .value = last,
				   .uuid_of = what });
	write_attribute(
		m, &(struct attribute){
			   .relation = "text", .type = "text", .value = text, .uuid_of = what });
	object_end(m);
}

static void write_edge(struct misp *m, const cJSON *host, const cJSON *edge)
{
	char contact[STAMP_BYTES], what[TEXT_BYTES], text[TEXT_BYTES];
	const char *from = text_of(edge, "from"), *to = text_of(host, "address");
	const cJSON *p = cJSON_GetObjectItemCaseSensitive(edge, "probability");
	stamp(text_of(edge, "contact"), contact);
	if (!is_address(from) || !*contact)
		return;
	snprintf(what, sizeof what, "network-connection %s %s %s", from, to, contact);
	snprintf(text, sizeof text, "%.64s may have the worm from %.64s by this contact, %.0f %%",
		to, from, cJSON_IsNumber(p) ? p->valuedouble * 100 : 0);
	object_begin(m, &connection, what, text, contact, contact);
	const struct attribute rows[] = {
		{ .relation = "ip-src", .type = "ip-src", .value = from },
		{ .relation = "ip-dst", .type = "ip-dst", .value = to },
		{ .relation = "layer3-protocol", .type = "text", .value = "IP" },
		{ .relation = "first-packet-seen", .type = "datetime", .value = contact },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct attribute a = rows[i];
		a.uuid_of = what;
		write_attribute(m, &a);
	}
	object_end(m);
}

static void write_objects(struct misp *m)
{
	const cJSON *host, *each;
	json_key(&m->j, "Object");
	json_open(&m->j, '[');
	cJSON_ArrayForEach(host, m->d->hosts)
	{
		if (!is_address(text_of(host, "address")))
			continue;
		cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(host, "charges"))
		{
			write_charge(m, host, each);
		}
		cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(host, "edges"))
		{
			write_edge(m, host, each);
		}
	}
	json_close(&m->j, ']');
}

static bool is_accused(const cJSON *host)
{
	const cJSON *charge;
	cJSON_ArrayForEach(charge, cJSON_GetObjectItemCaseSensitive(host, "charges"))
	{
		if (charge_stands(host, charge))
			return true;
	}
	return false;
}

/* An attribute a host; MISP takes each value once. To be looked for is who is accused and not over. */
static void write_hosts(struct misp *m)
{
	struct texts written = {};
	const cJSON *host;
	json_key(&m->j, "Attribute");
	json_open(&m->j, '[');
	cJSON_ArrayForEach(host, m->d->hosts)
	{
		const char *address = text_of(host, "address");
		char what[64], text[TEXT_BYTES], onset[STAMP_BYTES], last[STAMP_BYTES];
		enum state state = STATE_CLOSED;
		if (!is_address(address) || !texts_put(&written, address))
			continue;
		(void)state_parse(text_of(host, "state"), &state);
		stamp(text_of(host, "onset"), onset);
		stamp(text_of(host, "last_attack"), last);
		snprintf(what, sizeof what, "host %" PRIu64, number_of(host, "host"));
		snprintf(text, sizeof text, "%.40s since %.40s, episode %" PRIu64,
			text_of(host, "state"), text_of(host, "since"), number_of(host, "episode"));
		bool has_times = *onset && strcmp(last, onset) >= 0;
		write_attribute(m, &(struct attribute){ .type = "ip-src",
					   .value = address,
					   .comment = text,
					   .first = has_times ? onset : NULL,
					   .last = has_times ? last : NULL,
					   .to_ids = state_is_open(state) && is_accused(host),
					   .uuid_of = what });
	}
	json_close(&m->j, ']');
	texts_fini(&written);
}

static void write_tag(struct misp *m, const char *text)
{
	json_open(&m->j, '{');
	put(m, "name", text);
	json_close(&m->j, '}');
}

/* What the charges tell: how grave it is, and tags. */
static void write_tags(struct misp *m, uint32_t techniques)
{
	char text[128];
	struct texts written = {};
	json_key(&m->j, "Tag");
	json_open(&m->j, '[');
	snprintf(text, sizeof text, "tlp:%s", tlp_key(m->d->tlp));
	write_tag(m, text);
	for (enum technique t = 0; t < N_TECHNIQUES; t++) {
		const struct technique_row *row = technique_of(t);
		if (!(techniques >> t & 1))
			continue;
		snprintf(text, sizeof text, "misp-galaxy:mitre-attack-pattern=\"%s - %s\"",
			row->title, row->id);
		write_tag(m, text);
		snprintf(text, sizeof text, "kill-chain:%s", row->phase);
		if (texts_put(&written, text))
			write_tag(m, text);
	}
	json_close(&m->j, ']');
	texts_fini(&written);
}

static uint32_t techniques_of(const struct dossier *d, bool *has_worm, bool *is_accused)
{
	uint32_t set = 0;
	const cJSON *host, *charge;
	cJSON_ArrayForEach(host, d->hosts)
	{
		cJSON_ArrayForEach(charge, cJSON_GetObjectItemCaseSensitive(host, "charges"))
		{
			bool stands = charge_stands(host, charge);
			*is_accused = *is_accused || stands;
			*has_worm = *has_worm || (stands && charge_is_worm(charge));
			set |= charge_techniques(host, charge);
		}
	}
	return set;
}

void misp_write(const struct dossier *d, FILE *out)
{
	struct misp m = { .j = { .out = out }, .d = d };
	char title[TEXT_BYTES], opened[STAMP_BYTES], changed[STAMP_BYTES];
	bool has_worm = false, is_any = false;
	uint32_t techniques = techniques_of(d, &has_worm, &is_any);
	dossier_times(d, opened, changed);
	snprintf(m.changed, sizeof m.changed, "%" PRIu64, time_of(changed) / 1000);
	json_open(&m.j, '{');
	json_key(&m.j, "Event");
	json_open(&m.j, '{');
	put_uuid(&m, "event");
	dossier_title(d, title, sizeof title);
	for (char *p = title; (p = strpbrk(p, "\r\n"));)
		*p = ' '; // one line, whatever a cause is called
	put(&m, "info", title);
	opened[10] = '\0';
	put(&m, "date", opened);
	put(&m, "timestamp", m.changed);
	put(&m, "threat_level_id", has_worm ? "1" : is_any ? "2" : "4"); // high, medium, undefined
	put(&m, "analysis", number_of(d->incident, "open_hosts") ? "1" : "2"); // goes on, complete
	put(&m, "distribution", "0"); // the own organisation
	put_flag(&m, "published", false);
	put(&m, "publish_timestamp", "0"); // never
	json_key(&m.j, "Orgc");
	json_open(&m.j, '{');
	char uuid[UUID_TEXT_BYTES];
	put(&m, "name", "cordon");
	put(&m, "uuid", dossier_identity(uuid));
	json_close(&m.j, '}');
	write_tags(&m, techniques);
	write_hosts(&m);
	write_objects(&m);
	json_close(&m.j, '}');
	json_close(&m.j, '}');
	json_end(&m.j);
}
