// SPDX-License-Identifier: Apache-2.0
// A line is a JSON object, a row of detect's table, or what stands around such rows.
#include "contain/findings.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static bool verdict_parse(const char *key, enum verdict *out)
{
	for (enum verdict v = 0; v < N_VERDICTS; v++)
		if (!strcmp(verdict_name(v), key)) {
			*out = v;
			return true;
		}
	return false;
}

static bool malformed(struct taken *t, const char *what)
{
	if (t->n_malformed++ == 0) {
		t->first_malformed = t->n_lines;
		err_set(&t->malformed, "%s", what);
	}
	return true;
}

/* One entry a port; a host of whom none is known gets those that were given. */
static bool entries_put(struct plan *plan, const struct taking *how, struct entry *entry,
	bool knows_port, struct taken *t, struct err *e)
{
	t->n_findings++;
	if (!verdict_is_alarm(entry->verdict)) {
		t->n_harmless++;
	} else if (entry->verdict == VERDICT_EXPOSED) {
		t->n_exposed++;
	} else if (entry->confidence_pct < how->least_pct) {
		t->n_unsure++;
	} else if (knows_port) {
		t->n_entries++;
		return plan_put(plan, entry, e);
	} else if (how->n_ports == 0) {
		if (t->n_portless < NOTED_MAX)
			addr_format(&entry->host.addr, t->portless[t->n_portless]);
		t->n_portless++;
	} else {
		for (size_t i = 0; i < how->n_ports; i++, t->n_entries++) {
			entry->port = how->port[i];
			if (!plan_put(plan, entry, e))
				return false;
		}
	}
	return true;
}

static const char *text_of(const cJSON *o, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
	return text ? text : "";
}

/* A whole number up to `most`; -1 when it is none. */
static int64_t number_of(const cJSON *o, const char *key, int64_t most)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);
	if (!cJSON_IsNumber(v) || !(v->valuedouble >= 0 && v->valuedouble <= (double)most))
		return -1;
	return (int64_t)v->valuedouble;
}

/* 0 when it is none. */
static uint64_t time_of(const cJSON *o, const char *key)
{
	uint64_t ms = 0;
	moment_parse(text_of(o, key), &ms);
	return ms;
}

/* A reason ends up in configurations and tables: one line of plain characters. */
static void why_fill(char room[static ENTRY_WHY_BYTES], const char *text)
{
	snprintf(room, ENTRY_WHY_BYTES, "%s", text);
	for (size_t n = strlen(room); n && (room[n - 1] & 0x80); n--)
		room[n - 1] = '\0'; // no half of a character at the end
	for (char *p = room; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			*p = '?';
}

static bool host_of(const cJSON *o, struct entry *entry)
{
	const char *host = text_of(o, "host");
	return prefix_parse((struct str){ host, strlen(host) }, &entry->host);
}

static bool take_finding(
	struct plan *plan, const struct taking *how, const cJSON *o, struct taken *t, struct err *e)
{
	struct entry entry = { .direction = how->direction, .until_ms = how->until_ms };
	int64_t proto = number_of(o, "protocolIdentifier", UINT8_MAX);
	int64_t port = number_of(o, "destinationTransportPort", UINT16_MAX);
	const cJSON *sure = cJSON_GetObjectItemCaseSensitive(o, "confidence");
	if (!host_of(o, &entry) || !verdict_parse(text_of(o, "class"), &entry.verdict))
		return malformed(t, "a finding without 'host' and 'class'");
	if (cJSON_IsNumber(sure) && sure->valuedouble >= 0 && sure->valuedouble <= 1)
		entry.confidence_pct = (uint8_t)(sure->valuedouble * 100);
	entry.last_ms = time_of(o, "last_seen");
	bool has_ports = proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
	bool is_icmp = proto == PROTO_ICMP || proto == PROTO_ICMP6;
	entry.port = (struct entry_port){ .proto = proto < 0 ? PROTO_UNKNOWN : (uint8_t)proto };
	if (port >= 0 && (has_ports || is_icmp)) {
		entry.port.has_port = true;
		entry.port.number = (uint16_t)port;
	}
	why_fill(entry.why, text_of(o, "why"));
	bool knows_port = entry.port.has_port || (!has_ports && entry.port.proto != PROTO_UNKNOWN);
	return entries_put(plan, how, &entry, knows_port, t, e);
}

static bool take_entry(struct plan *plan, const cJSON *o, struct taken *t, struct err *e)
{
	struct entry entry = { .verdict = N_VERDICTS };
	const char *class = text_of(o, "class");
	if (!host_of(o, &entry) || !entry_port_parse(text_of(o, "port"), &entry.port) ||
		!direction_parse(text_of(o, "direction"), &entry.direction) ||
		(*class && !verdict_parse(class, &entry.verdict)))
		return malformed(t, "an entry without 'host', 'port' and 'direction'");
	int64_t pct = number_of(o, "confidence_pct", 100);
	entry.confidence_pct = pct < 0 ? 0 : (uint8_t)pct;
	entry.last_ms = time_of(o, "last_seen");
	entry.until_ms = time_of(o, "until");
	if (!entry.until_ms)
		return malformed(t, "an entry without 'until'");
	int64_t incident = number_of(o, "incident", UINT32_MAX);
	entry.incident = incident < 0 ? 0 : (uint32_t)incident;
	entry.is_segment = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "segment"));
	if (entry.is_segment && (!segment_is_one(&entry.host) || entry.port.proto == PROTO_UNKNOWN))
		return malformed(t, "a segment that is too wide, or without a port");
	why_fill(entry.why, text_of(o, "why"));
	t->n_findings++, t->n_entries++;
	return plan_put(plan, &entry, e);
}

static bool take_json(struct plan *plan, const struct taking *how, const char *line,
	struct taken *t, struct err *e)
{
	cJSON *o = cJSON_ParseWithOpts(line, NULL, true);
	const char *type = text_of(o, "type");
	bool ok = true;
	if (!o)
		malformed(t, "not a JSON object");
	else if (!strcmp(type, "finding"))
		ok = take_finding(plan, how, o, t, e);
	else if (!strcmp(type, "containment"))
		ok = take_entry(plan, o, t, e);
	else if (!*type)
		malformed(t, "an object without 'type'");
	if (!strcmp(type, "summary"))
		t->n_judged += number_of(o, "flows", INT64_MAX) > 0 ||
			       number_of(cJSON_GetObjectItemCaseSensitive(o, "log"), "requests",
				       INT64_MAX) > 0;
	cJSON_Delete(o); // what later versions add says nothing of a host
	return ok;
}

/* Numbers of peers end the name of the port: "tcp, several ports     12      9       0". */
static char *port_end(char *at)
{
	for (char *p = at; *p; p++) {
		unsigned a, b, c;
		if (*p == ' ' && (p[1] == ' ' || (p[1] >= '0' && p[1] <= '9')) &&
			sscanf(p, " %u %u %u ", &a, &b, &c) == 3)
			return p;
	}
	return NULL;
}

/* "10.20.7.66  suspect            99%  tcp/80     10      0      10  uniform 100% ..." */
static bool take_row(
	struct plan *plan, const struct taking *how, char *line, struct taken *t, struct err *e)
{
	struct entry entry = { .direction = how->direction, .until_ms = how->until_ms };
	char host[ADDR_TEXT_BYTES], class[24], *end;
	unsigned pct;
	int at = 0;
	if (sscanf(line, "%45s %23s %3u%% %n", host, class, &pct, &at) != 3 || at == 0 ||
		pct > 100 || !verdict_parse(class, &entry.verdict) ||
		!prefix_parse((struct str){ host, strlen(host) }, &entry.host) ||
		!(end = port_end(line + at)))
		return malformed(t, "neither a finding as JSON nor a row of detect's table");
	*end = '\0';
	entry.confidence_pct = (uint8_t)pct;
	bool knows_port = entry_port_parse(line + at, &entry.port);
	snprintf(entry.why, sizeof entry.why, "%s, %u%% sure, %s", class, pct, line + at);
	return entries_put(plan, how, &entry, knows_port, t, e);
}

/* What detect prints around its rows. */
static bool is_around(const char *line)
{
	static const char *const begin[] = { "HOST ", " ", "Outbreak: ", "Next: ", "No host ",
		"Nothing was read", "note: ", "log lines: ", "cordon: ", "#" };
	for (size_t i = 0; i < countof(begin); i++)
		if (!strncmp(line, begin[i], strlen(begin[i])))
			return true;
	return *line == '\0';
}

bool findings_take(
	struct plan *plan, const struct taking *how, char *line, struct taken *t, struct err *e)
{
	size_t len = strlen(line);
	if (len && line[len - 1] == '\r')
		line[len - 1] = '\0';
	t->n_lines++;
	t->n_judged += !strncmp(line, "No host ", 8);
	if (*line == '{')
		return take_json(plan, how, line, t, e);
	return is_around(line) || take_row(plan, how, line, t, e);
}

static void quoted(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out); // plain by why_fill
	}
	fputc('"', out);
}

void entry_write(const struct entry *x, FILE *out)
{
	char host[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES], time[TIME_TEXT_BYTES];
	bool is_v4 = addr_is_v4(&x->host.addr);
	fprintf(out, "{\"schema\":1,\"type\":\"containment\",\"host\":\"%s",
		addr_format(&x->host.addr, host));
	if (x->host.bits < 128)
		fprintf(out, "/%u", x->host.bits - (is_v4 ? 96U : 0U));
	fprintf(out, "\",\"port\":\"%s\",\"direction\":\"%s\"", entry_port_text(&x->port, port),
		direction_key(x->direction));
	if (x->verdict < N_VERDICTS)
		fprintf(out, ",\"class\":\"%s\"", verdict_name(x->verdict));
	fprintf(out, ",\"confidence_pct\":%u", x->confidence_pct);
	if (x->last_ms)
		fprintf(out, ",\"last_seen\":\"%s\"", time_format(x->last_ms, time));
	if (x->is_segment)
		fputs(",\"segment\":true", out);
	if (x->incident)
		fprintf(out, ",\"incident\":%u", x->incident);
	fprintf(out, ",\"until\":\"%s\",\"why\":", time_format(x->until_ms, time));
	quoted(x->why, out);
	fputs("}\n", out);
}
