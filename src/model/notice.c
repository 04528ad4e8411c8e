// SPDX-License-Identifier: Apache-2.0
// Notices from findings, and from the JSON that a spool keeps them as.
#include "model/notice.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#include "model/attack.h"

enum { CERTAIN_PERCENT = 99, INCIDENTS_MOST = 1 << 30 };

static const struct {
	const char *key, *text;
} kinds[N_NOTICES] = {
#define AS_ROW(name, key, text) [NOTICE_##name] = { key, text },
	NOTICES(AS_ROW)
#undef AS_ROW
};

struct notice notice_of(const struct finding *f, enum notice_kind kind, uint64_t now_ms)
{
	const char *where = f->n_attacks ? f->attack[0]->where : NULL;
	struct notice n = {
		.time_ms = now_ms,
		.kind = kind,
		.host = f->host,
		.verdict = f->verdict,
		.proto = f->proto,
		.port = f->has_port ? f->port : 0,
		.has_port = f->has_port && port_is_told(f->proto, f->port),
		.percent = LEAST((unsigned)(f->confidence * 100), CERTAIN_PERCENT),
	};
	finding_port(f, n.service);
	snprintf(n.why, sizeof n.why, "%s%s%s", f->why, where ? "; " : "", where ? where : "");
	return n;
}

/* A member that is text, cut to its room; false when it is none. */
static bool text_of(const cJSON *o, const char *key, char *room, size_t size)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
	if (text)
		snprintf(room, size, "%s", text);
	return text;
}

static bool number_of(const cJSON *o, const char *key, double most, uint64_t *out)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(o, key);
	if (!cJSON_IsNumber(n) || !(n->valuedouble >= 0 && n->valuedouble <= most))
		return false;
	*out = (uint64_t)n->valuedouble;
	return true;
}

static bool is_kind(const char *key, enum notice_kind *out)
{
	for (enum notice_kind k = 0; k < N_NOTICES; k++)
		if (!strcmp(key, kinds[k].key))
			return *out = k, true;
	return false;
}

static bool is_class(const char *key, enum verdict *out)
{
	for (enum verdict v = 0; v < N_VERDICTS; v++)
		if (!strcmp(key, verdict_name(v)))
			return *out = v, true;
	return false;
}

static struct str str_of(const char *text)
{
	return (struct str){ text, strlen(text) };
}

/* What every notice has, as text. */
static bool take_texts(const cJSON *o, struct notice *n)
{
	char kind[32], verdict[32], host[ADDR_TEXT_BYTES], time[TIME_TEXT_BYTES];
	const struct {
		const char *key;
		char *room;
		size_t size;
	} row[] = {
		{ "kind", kind, sizeof kind },
		{ "class", verdict, sizeof verdict },
		{ "host", host, sizeof host },
		{ "time", time, sizeof time },
		{ "service", n->service, sizeof n->service },
		{ "why", n->why, sizeof n->why },
	};
	for (size_t i = 0; i < countof(row); i++)
		if (!text_of(o, row[i].key, row[i].room, row[i].size))
			return false;
	return is_kind(kind, &n->kind) && is_class(verdict, &n->verdict) &&
	       addr_parse(str_of(host), &n->host) && time_parse(str_of(time), 0, &n->time_ms);
}

/* The same, as numbers; port, incident and episode only where they are told. */
static bool take_numbers(const cJSON *o, struct notice *n)
{
	enum { NUMBER_MOST_BITS = 53 }; // as far as a double counts
	const double most = (double)(UINT64_C(1) << NUMBER_MOST_BITS);
	uint64_t percent, proto, port;
	if (!number_of(o, "number", most, &n->number) ||
		!number_of(o, "confidence_percent", CERTAIN_PERCENT, &percent) ||
		!number_of(o, "protocol_number", UINT8_MAX, &proto))
		return false;
	n->percent = (unsigned)percent;
	n->proto = (uint8_t)proto;
	n->has_port = number_of(o, "port", UINT16_MAX, &port);
	n->port = n->has_port ? (uint16_t)port : 0;
	if (!number_of(o, "incident", INCIDENTS_MOST, &n->incident) ||
		!number_of(o, "episode", INCIDENTS_MOST, &n->episode))
		n->incident = n->episode = 0;
	return true;
}

bool notice_parse(struct str text, struct notice *out)
{
	struct notice n = {};
	cJSON *o = cJSON_ParseWithLength(text.ptr, text.len);
	bool is_one = cJSON_IsObject(o) && take_texts(o, &n) && take_numbers(o, &n);
	cJSON_Delete(o);
	if (is_one)
		*out = n;
	return is_one;
}

const char *notice_key(enum notice_kind k)
{
	return kinds[k].key;
}

const char *notice_text(enum notice_kind k)
{
	return kinds[k].text;
}
