// SPDX-License-Identifier: Apache-2.0
// Formats of notices: cordon's own, which a spool keeps, CEF, ECS, and the header of syslog. What a stranger
// may have chosen stands in `why`: whatever it holds stays one line and one field.
#include "output/notice.h"

#include "base/utf8.h"
#include "output/json.h"

/** By class: severity of CEF (0 to 10), and of syslog (RFC 5424, table 2). */
static const struct {
	unsigned cef, syslog;
} severities[N_VERDICTS] = {
	[VERDICT_WORM] = { 10, 2 },   // critical
	[VERDICT_SUSPECT] = { 7, 4 }, // warning
	[VERDICT_EXPOSED] = { 6, 4 },
	[VERDICT_SCANNER] = { 5, 5 }, // notice
	[VERDICT_P2P] = { 2, 6 },     // informational
	[VERDICT_BACKSCATTER] = { 2, 6 },
	[VERDICT_POLLER] = { 2, 6 },
	[VERDICT_DECLARED] = { 2, 6 },
};
enum { CEF_CALM = 3, SYSLOG_CALM = 5, FACILITY_LOCAL0 = 16, PRI_SHIFT = 3 };

/* Of what is over, or only a test, nobody has to be woken. */
static bool is_calm(const struct notice *n)
{
	return n->kind == NOTICE_OVER || n->kind == NOTICE_TEST;
}

const char *notice_title(const struct notice *n, char room[static NOTICE_TITLE_BYTES])
{
	char host[ADDR_TEXT_BYTES];
	snprintf(room, NOTICE_TITLE_BYTES, "cordon: %s %s %s", addr_format(&n->host, host),
		verdict_name(n->verdict), notice_text(n->kind));
	return room;
}

unsigned notice_severity(const struct notice *n)
{
	return is_calm(n) ? CEF_CALM : severities[n->verdict].cef;
}

static void text(struct json *j, const char *key, const char *value)
{
	json_put_text(j, key, value[0] ? value : NULL);
}

static void port(struct json *j, const char *key, const struct notice *n)
{
	json_key(j, key);
	if (n->has_port)
		json_uint(j, n->port);
	else
		json_null(j);
}

static void write_json(const struct notice *n, const char *version, FILE *out)
{
	char time[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES];
	struct json j = { .out = out };
	(void)version;
	json_open(&j, '{');
	text(&j, "type", "alert");
	json_put_uint(&j, "number", n->number);
	text(&j, "time", time_format(n->time_ms, time));
	text(&j, "kind", notice_key(n->kind));
	text(&j, "host", addr_format(&n->host, host));
	text(&j, "class", verdict_name(n->verdict));
	text(&j, "technique", verdict_attack(n->verdict));
	json_put_uint(&j, "confidence_percent", n->percent);
	json_put_uint(&j, "protocol_number", n->proto);
	port(&j, "port", n);
	if (n->incident) {
		json_put_uint(&j, "incident", n->incident);
		json_put_uint(&j, "episode", n->episode);
	}
	if (n->n_held)
		json_put_uint(&j, "held_back", n->n_held);
	json_put_text(&j, "service", n->service);
	json_put_text(&j, "why", n->why);
	json_close(&j, '}');
}

/*
 * A value of CEF's extension: '\' and '=' are escaped, and an end of line is written "\n"; other control
 * characters have no form there (ArcSight CEF, "Character Encoding").
 */
static void cef_value(const char *value, FILE *out)
{
	for (const unsigned char *p = (const unsigned char *)value; *p;) {
		int n = utf8_length(p);
		if (n == 0)
			fputs("\xef\xbf\xbd", out); // U+FFFD
		else if (*p == '\\' || *p == '=')
			fprintf(out, "\\%c", *p);
		else if (*p == '\n' || *p == '\r')
			fputs(*p == '\n' ? "\\n" : "\\r", out);
		else if (*p < 0x20 || *p == 0x7f)
			fputc('?', out);
		else
			fwrite(p, 1, (size_t)n, out);
		p += n ? n : 1;
	}
}

/* In the header stand only our own words, which hold neither '|' nor '\'. */
static void write_cef(const struct notice *n, const char *version, FILE *out)
{
	char host[ADDR_TEXT_BYTES];
	addr_format(&n->host, host);
	fprintf(out, "CEF:0|cordon|cordon|%s|%s|%s %s|%u|", version, verdict_name(n->verdict),
		verdict_name(n->verdict), notice_text(n->kind), notice_severity(n));
	fprintf(out, "rt=%llu externalId=%llu act=%s ", (unsigned long long)n->time_ms,
		(unsigned long long)n->number, notice_key(n->kind));
	fprintf(out, addr_is_v4(&n->host) ? "src=%s " : "c6a2=%s c6a2Label=Source IPv6 Address ",
		host);
	if (n->proto == 6 || n->proto == 17)
		fprintf(out, "proto=%s ", n->proto == 6 ? "TCP" : "UDP");
	if (n->has_port && (n->proto == 6 || n->proto == 17))
		fprintf(out, "dpt=%u ", n->port);
	if (n->n_held)
		fprintf(out, "cnt=%llu ", (unsigned long long)n->n_held);
	fprintf(out, "cn1=%u cn1Label=Confidence in percent cs1=", n->percent);
	cef_value(n->service, out);
	fputs(" cs1Label=Service msg=", out);
	cef_value(n->why, out);
}

static void ecs_threat(struct json *j, const struct notice *n)
{
	if (!verdict_attack(n->verdict)[0])
		return;
	json_key(j, "threat");
	json_open(j, '{');
	text(j, "framework", "MITRE ATT&CK");
	json_key(j, "technique");
	json_open(j, '{');
	json_key(j, "id");
	json_open(j, '[');
	json_text(j, verdict_attack(n->verdict));
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, '}');
}

static void ecs_event(struct json *j, const struct notice *n)
{
	char id[32];
	snprintf(id, sizeof id, "%llu", (unsigned long long)n->number);
	json_key(j, "event");
	json_open(j, '{');
	text(j, "kind", "alert");
	json_key(j, "category");
	json_open(j, '[');
	json_text(j, "intrusion_detection");
	json_close(j, ']');
	json_key(j, "type");
	json_open(j, '[');
	json_text(j, n->kind == NOTICE_OVER ? "end" : "info");
	json_close(j, ']');
	text(j, "module", "cordon");
	text(j, "dataset", "cordon.alert");
	text(j, "id", id);
	text(j, "action", notice_key(n->kind));
	json_put_uint(j, "severity", notice_severity(n));
	json_close(j, '}');
}

/* Fields of ECS 8.11; what it has no field for is below "cordon". */
static void write_ecs(const struct notice *n, const char *version, FILE *out)
{
	char time[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES], iana[8];
	struct json j = { .out = out };
	snprintf(iana, sizeof iana, "%u", n->proto);
	addr_format(&n->host, host);
	json_open(&j, '{');
	text(&j, "@timestamp", time_format(n->time_ms, time));
	text(&j, "message", n->why);
	json_key(&j, "ecs");
	json_open(&j, '{');
	text(&j, "version", "8.11.0");
	json_close(&j, '}');
	ecs_event(&j, n);
	json_key(&j, "observer");
	json_open(&j, '{');
	text(&j, "product", "cordon");
	text(&j, "type", "ids");
	text(&j, "version", version);
	json_close(&j, '}');
	json_key(&j, "rule");
	json_open(&j, '{');
	text(&j, "name", verdict_name(n->verdict));
	json_close(&j, '}');
	json_key(&j, "source");
	json_open(&j, '{');
	text(&j, "address", host);
	text(&j, "ip", host);
	json_close(&j, '}');
	if (n->has_port) {
		json_key(&j, "destination");
		json_open(&j, '{');
		port(&j, "port", n);
		json_close(&j, '}');
	}
	if (n->proto != PROTO_UNKNOWN) {
		json_key(&j, "network");
		json_open(&j, '{');
		text(&j, "iana_number", iana);
		json_close(&j, '}');
	}
	ecs_threat(&j, n);
	json_key(&j, "cordon");
	json_open(&j, '{');
	json_put_uint(&j, "confidence_percent", n->percent);
	text(&j, "service", n->service);
	json_close(&j, '}');
	json_close(&j, '}');
}

void notice_write(const struct notice *n, enum alert_format format, const char *version, FILE *out)
{
	static void (*const writers[N_ALERT_FORMATS])(
		const struct notice *n, const char *version, FILE *out) = {
		[ALERT_FORMAT_JSON] = write_json,
		[ALERT_FORMAT_CEF] = write_cef,
		[ALERT_FORMAT_ECS] = write_ecs,
		[ALERT_FORMAT_OCSF] = notice_ocsf,
	};
	writers[format](n, version, out);
}

/* HOSTNAME is of printable characters, at most 255 (RFC 5424, section 6). */
static void hostname(const char *host, FILE *out)
{
	enum { HOSTNAME_MAX = 255 };
	if (!host[0])
		fputc('-', out);
	for (size_t i = 0; i < HOSTNAME_MAX && host[i]; i++)
		fputc(host[i] > ' ' && host[i] < 0x7f ? host[i] : '?', out);
}

void notice_syslog(const struct notice *n, enum alert_format format,
	const struct syslog_sender *from, FILE *out)
{
	enum {
		SEQUENCE_MAX = 0x7fffffff
	}; // sequenceId of RFC 5424, 7.3.1, which begins anew with 1
	char time[TIME_TEXT_BYTES];
	unsigned severity = is_calm(n) ? SYSLOG_CALM : severities[n->verdict].syslog;
	uint64_t sequence = n->number ? (n->number - 1) % SEQUENCE_MAX + 1 : 0;
	fprintf(out, "<%u>1 %s ", FACILITY_LOCAL0 << PRI_SHIFT | severity,
		time_format(n->time_ms, time));
	hostname(from->host, out);
	fprintf(out, " cordon %d %s ", from->pid, notice_key(n->kind));
	if (sequence)
		fprintf(out, "[meta sequenceId=\"%llu\"] ", (unsigned long long)sequence);
	else
		fputs("- ", out);
	notice_write(n, format, from->version, out);
}

/*
 * Gotify reads title, message and priority (0 to 10), Apprise title, body and type; each passes over what is
 * the other's.
 */
static void write_generic(
	const struct notice *n, enum alert_format format, const char *version, FILE *out)
{
	char title[NOTICE_TITLE_BYTES];
	const char *type = n->kind == NOTICE_OVER       ? "success"
			   : n->kind == NOTICE_TEST     ? "info"
			   : n->verdict == VERDICT_WORM ? "failure"
							: "warning";
	struct json j = { .out = out };
	json_open(&j, '{');
	text(&j, "title", notice_title(n, title));
	text(&j, "message", n->why);
	text(&j, "body", n->why);
	text(&j, "type", type);
	json_put_uint(&j, "priority", notice_severity(n));
	json_key(&j, "alert");
	notice_write(n, format, version, out);
	j.needs_comma = true;
	json_close(&j, '}');
}

static void write_slack(const struct notice *n, enum alert_format, const char *version, FILE *out)
{
	notice_slack(n, version, out);
}

static void write_teams(const struct notice *n, enum alert_format, const char *version, FILE *out)
{
	notice_teams(n, version, out);
}

void notice_webhook(const struct notice *n, enum alert_template template, enum alert_format format,
	const char *version, FILE *out)
{
	static void (*const writers[N_ALERT_TEMPLATES])(const struct notice *n,
		enum alert_format format, const char *version, FILE *out) = {
		[ALERT_TEMPLATE_GENERIC] = write_generic,
		[ALERT_TEMPLATE_SLACK] = write_slack,
		[ALERT_TEMPLATE_TEAMS] = write_teams,
	};
	writers[template](n, format, version, out);
}
