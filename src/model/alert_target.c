// SPDX-License-Identifier: Apache-2.0
// Addresses are numbers, not names: an alert must not wait for DNS in the hour of an outbreak.
#include "model/alert_target.h"

#include <stdio.h>

#include "model/mailbox.h"
#include "model/setting_values.h"

static const char *const types[N_ALERT_TYPES] = {
#define AS_ROW(name, key) [ALERT_TYPE_##name] = key,
	ALERT_TYPES(AS_ROW)
#undef AS_ROW
};

static const char *const formats[N_ALERT_FORMATS] = {
#define AS_ROW(name, key) [ALERT_FORMAT_##name] = key,
	ALERT_FORMATS(AS_ROW)
#undef AS_ROW
};

static const char *const templates[N_ALERT_TEMPLATES] = {
#define AS_ROW(name, key) [ALERT_TEMPLATE_##name] = key,
	ALERT_TEMPLATES(AS_ROW)
#undef AS_ROW
};

static const char *const transports[N_ALERT_TRANSPORTS] = {
	[ALERT_UNIX] = "unix:",
	[ALERT_UDP] = "udp:",
	[ALERT_TCP] = "tcp:",
	[ALERT_TLS] = "tls:",
};

/* Only what somebody has to act on is told at all, so only these classes can be asked for. */
static const char *const classes[] = {
#define AS_ROW(name, key, attack, is_alarm) [VERDICT_##name] = (is_alarm) ? (key) : NULL,
	VERDICTS(AS_ROW)
#undef AS_ROW
};

enum { INTERVAL_MS = 15 * 60 * 1000, INTERVAL_LEAST_MS = 1000, CHAT_PER_MINUTE = 20 };
enum { INTERVAL_MOST_MS = 24 * 60 * 60 * 1000 };
#define SENDMAIL "/usr/sbin/sendmail"

enum key {
	KEY_TYPE,
	KEY_TO,
	KEY_LEAST,
	KEY_FORMAT,
	KEY_TEMPLATE,
	KEY_TEMPLATE_FILE,
	KEY_CA,
	KEY_NAME,
	KEY_CERTIFICATE,
	KEY_KEY,
	KEY_FROM,
	KEY_SENDMAIL,
	KEY_SMTP,
	KEY_INTERVAL,
	KEY_PER_MINUTE,
	N_KEYS
};

/* What is read so far. The target comes first, so that offsets of its members are its own. */
struct reading {
	struct alert_target t;
	struct yml_value at[N_KEYS];
	unsigned type, format, least, template;
};

static const struct yml_key target_key[N_KEYS];

static struct reading *note(const struct yml_key *key, struct yml_value value, void *into)
{
	struct reading *r = (struct reading *)((char *)into - key->offset);
	r->at[key - target_key] = value;
	return r;
}

static bool is_said(const struct reading *r, enum key k)
{
	return r->at[k].doc;
}

static bool read_choice(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	note(key, value, into);
	return yml_choice(key, value, into, e);
}

static bool read_text(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	note(key, value, into);
	return setting_text(key, value, into, e);
}

static bool read_path(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	note(key, value, into);
	return setting_path(key, value, into, e);
}

static bool read_program(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	return read_path(key, value, into, e) &&
	       (*(const char *)into == '/' || yml_expected(e, value, key->expects));
}

static bool read_server(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct listener l;
	const char *text = into;
	return read_text(key, value, into, e) &&
	       (listener_parse((struct str){ text, strlen(text) }, &l) ||
		       yml_expected(e, value, key->expects));
}

static bool read_interval(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	note(key, value, into);
	return setting_duration(key, value, into, e);
}

static bool read_rate(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	uint64_t n;
	note(key, value, into);
	if (!yml_number(key, value, &n, e))
		return false;
	*(unsigned *)into = (unsigned)n;
	return true;
}

/* "unix:/dev/log", "tls:192.0.2.1:6514": how it travels, and where to. */
static bool transport_parse(struct alert_target *t)
{
	struct listener l;
	size_t i = 0, n = 0;
	for (; i < countof(transports); i++) {
		n = strlen(transports[i]);
		if (strncmp(t->to, transports[i], n) == 0)
			break;
	}
	if (i == countof(transports))
		return false;
	t->transport = (enum alert_transport)i;
	if (t->transport == ALERT_UNIX)
		return t->to[n] == '/';
	if (!listener_parse((struct str){ t->to + n, strlen(t->to + n) }, &l))
		return false;
	t->address = l.address;
	t->port = l.port;
	return true;
}

static bool finish_syslog(struct reading *r, struct err *e)
{
	static const char what[] = "unix:PATH, udp:ADDRESS:PORT, tcp:ADDRESS:PORT or "
				   "tls:ADDRESS:PORT (unix:/dev/log, udp:192.0.2.1:514)";
	static const enum key of_tls[] = { KEY_CA, KEY_NAME, KEY_CERTIFICATE, KEY_KEY };
	if (!transport_parse(&r->t))
		return yml_expected(e, r->at[KEY_TO], what);
	for (size_t k = 0; k < countof(of_tls) && r->t.transport != ALERT_TLS; k++)
		if (is_said(r, of_tls[k]))
			return yml_fail(e, r->at[of_tls[k]],
				"'%s' is of syslog over TLS: to: \"tls:ADDRESS:PORT\"",
				target_key[of_tls[k]].name);
	if (is_said(r, KEY_CERTIFICATE) != is_said(r, KEY_KEY))
		return yml_fail(e, r->at[is_said(r, KEY_KEY) ? KEY_KEY : KEY_CERTIFICATE],
			"'certificate' and 'key' go together");
	return true;
}

static bool finish_file(struct reading *r, struct err *e)
{
	if (r->t.to[0] == '~' && (r->t.to[1] == '/' || r->t.to[1] == '\0'))
		return yml_fail(e, r->at[KEY_TO], "'~' is the shell's: write the folder out");
	return true;
}

static bool finish_webhook(struct reading *r, struct err *e)
{
	static const char what[] = "a URL (https://gotify.example.net/message?token=...)";
	struct alert_target *t = &r->t;
	const char *host = strstr(t->to, "://");
	bool is_http = !strncmp(t->to, "http://", 7) || !strncmp(t->to, "https://", 8);
	if (!is_http || !host[3] || host[3] == '/' || strchr(t->to, ' '))
		return yml_expected(e, r->at[KEY_TO], what);
	if (t->format == ALERT_FORMAT_CEF)
		return yml_fail(e, r->at[KEY_FORMAT],
			"a webhook takes JSON: format json, ecs or ocsf, not cef");
	if (is_said(r, KEY_TEMPLATE) && is_said(r, KEY_TEMPLATE_FILE))
		return yml_fail(e, r->at[KEY_TEMPLATE_FILE],
			"either 'template' or 'template-file', not both");
	if (t->template != ALERT_TEMPLATE_GENERIC && is_said(r, KEY_FORMAT))
		return yml_fail(e, r->at[KEY_FORMAT], "'%s' has a form of its own: no 'format'",
			templates[t->template]);
	if (t->template != ALERT_TEMPLATE_GENERIC && !is_said(r, KEY_PER_MINUTE))
		t->per_minute = CHAT_PER_MINUTE;
	return true;
}

static bool finish_mail(struct reading *r, struct err *e)
{
	static const char what[] = "addresses with commas between (noc@example.net, a@example.org)";
	struct alert_target *t = &r->t;
	struct str one;
	size_t n = 0;
	for (size_t at = 0; mailbox_next(t->to, &at, &one); n++)
		if (!mailbox_is(one))
			return yml_expected(e, r->at[KEY_TO], what);
	if (n == 0 || n > ALERT_RECIPIENTS_MAX)
		return yml_fail(e, r->at[KEY_TO], "from 1 to %d addresses", ALERT_RECIPIENTS_MAX);
	struct mailbox from;
	if (is_said(r, KEY_SMTP) && is_said(r, KEY_SENDMAIL))
		return yml_fail(e, r->at[KEY_SMTP], "either 'sendmail' or 'smtp', not both");
	if (is_said(r, KEY_FROM) && !mailbox_parse(t->from, &from))
		return yml_expected(e, r->at[KEY_FROM], target_key[KEY_FROM].expects);
	return true;
}

#define MEMBER(m) .offset = offsetof(struct reading, m)
#define CHOICE(key, member, names) \
	{ \
		.name = (key), .read = read_choice, MEMBER(member), .choice = (names), \
		.n_choices = countof(names), \
	}
#define TEXT(key, member, reader, what) \
	{ \
		.name = (key), .expects = (what), .read = (reader), MEMBER(t.member), \
		.max = sizeof((struct alert_target *)0)->member, \
	}

static const struct yml_key target_key[N_KEYS] = {
	[KEY_TYPE] = { .name = "type",
		.is_required = true,
		.read = read_choice,
		MEMBER(type),
		.choice = types,
		.n_choices = countof(types) },
	[KEY_TO] = { .name = "to",
		.expects = "where alerts go",
		.is_required = true,
		.read = read_text,
		MEMBER(t.to),
		.max = ALERT_TO_BYTES },
	[KEY_LEAST] = CHOICE("least", least, classes),
	[KEY_FORMAT] = CHOICE("format", format, formats),
	[KEY_TEMPLATE] = CHOICE("template", template, templates),
	[KEY_TEMPLATE_FILE] = TEXT("template-file", outline, read_path,
		"the path of a file of JSON with places ({{host}})"),
	[KEY_CA] = TEXT("ca", ca, read_path, "the path of a PEM file"),
	[KEY_NAME] = TEXT("name", name, read_text, "the name in the certificate of the server"),
	[KEY_CERTIFICATE] = TEXT("certificate", certificate, read_path, "the path of a PEM file"),
	[KEY_KEY] = TEXT("key", key, read_path, "the path of a PEM file"),
	[KEY_FROM] = TEXT("from", from, read_text,
		"an address (cordon@example.net), or a name and one (cordon <cordon@example.net>)"),
	[KEY_SENDMAIL] = TEXT("sendmail", sendmail, read_program,
		"the path of a program, from the root (" SENDMAIL ")"),
	[KEY_SMTP] = TEXT("smtp", smtp, read_server,
		"an address and a port (127.0.0.1:25), of the mail system of this machine"),
	[KEY_INTERVAL] = { .name = "interval",
		.read = read_interval,
		MEMBER(t.interval_ms),
		.min = INTERVAL_LEAST_MS,
		.max = INTERVAL_MOST_MS },
	[KEY_PER_MINUTE] = { .name = "per-minute",
		.read = read_rate,
		MEMBER(t.per_minute),
		.min = 1,
		.max = ALERT_PER_MINUTE_MAX },
};

/* Of which type a key is, besides those that all have. */
static bool is_of(enum key k, enum alert_type t)
{
	static const bool of[N_KEYS][N_ALERT_TYPES] = {
		[KEY_FORMAT] = { [ALERT_TYPE_SYSLOG] = true,
			[ALERT_TYPE_FILE] = true,
			[ALERT_TYPE_WEBHOOK] = true },
		[KEY_TEMPLATE] = { [ALERT_TYPE_WEBHOOK] = true },
		[KEY_TEMPLATE_FILE] = { [ALERT_TYPE_WEBHOOK] = true },
		[KEY_CA] = { [ALERT_TYPE_SYSLOG] = true, [ALERT_TYPE_WEBHOOK] = true },
		[KEY_NAME] = { [ALERT_TYPE_SYSLOG] = true },
		[KEY_CERTIFICATE] = { [ALERT_TYPE_SYSLOG] = true },
		[KEY_KEY] = { [ALERT_TYPE_SYSLOG] = true },
		[KEY_FROM] = { [ALERT_TYPE_MAIL] = true },
		[KEY_SENDMAIL] = { [ALERT_TYPE_MAIL] = true },
		[KEY_SMTP] = { [ALERT_TYPE_MAIL] = true },
		[KEY_INTERVAL] = { [ALERT_TYPE_MAIL] = true },
		[KEY_PER_MINUTE] = { [ALERT_TYPE_SYSLOG] = true,
			[ALERT_TYPE_FILE] = true,
			[ALERT_TYPE_WEBHOOK] = true },
	};
	return k == KEY_TYPE || k == KEY_TO || k == KEY_LEAST || of[k][t];
}

bool alert_target_read(struct yml_value value, struct alert_target *out, struct err *e)
{
	static const struct yml_keys keys = { "a target of alerts", target_key, N_KEYS };
	static bool (*const finish[N_ALERT_TYPES])(struct reading * r, struct err * e) = {
		[ALERT_TYPE_SYSLOG] = finish_syslog,
		[ALERT_TYPE_FILE] = finish_file,
		[ALERT_TYPE_WEBHOOK] = finish_webhook,
		[ALERT_TYPE_MAIL] = finish_mail,
	};
	struct reading r = { .format = ALERT_FORMAT_JSON,
		.least = VERDICT_SCANNER,
		.t = { .sendmail = SENDMAIL, .interval_ms = INTERVAL_MS } };
	if (!yml_map(value, &keys, &r, e))
		return false;
	r.t.type = r.type;
	r.t.format = r.format;
	r.t.least = r.least;
	r.t.template = r.template;
	for (enum key k = 0; k < N_KEYS; k++)
		if (is_said(&r, k) && !is_of(k, r.t.type))
			return yml_fail(e, r.at[k], "a target of type '%s' has no '%s'",
				types[r.t.type], target_key[k].name);
	if (!finish[r.t.type](&r, e))
		return false;
	*out = r.t;
	return true;
}

bool alert_target_place(
	struct alert_target *t, struct yml_value at, const char *name, struct err *e)
{
	char *const path[] = { t->ca, t->certificate, t->key, t->outline };
	if (t->type == ALERT_TYPE_FILE && !setting_path_place(t->to, ALERT_TO_BYTES, at, name, e))
		return false;
	for (size_t i = 0; i < countof(path); i++)
		if (path[i][0] && !setting_path_place(path[i], ALERT_TO_BYTES, at, name, e))
			return false;
	return true;
}

const char *alert_target_path(const struct alert_target *t)
{
	return t->to + (t->type == ALERT_TYPE_SYSLOG ? strlen(transports[ALERT_UNIX]) : 0);
}

const char *alert_target_name(const struct alert_target *t, char room[static ALERT_NAME_BYTES])
{
	const char *host = t->type == ALERT_TYPE_WEBHOOK ? strstr(t->to, "://") : NULL;
	if (!host) {
		snprintf(room, ALERT_NAME_BYTES, "%s %s", types[t->type], t->to);
		return room;
	}
	struct str shown = { host + 3, strcspn(host + 3, "/?#") };
	const char *user = memrchr(shown.ptr, '@', shown.len);
	if (user)
		shown = (struct str){ user + 1, (size_t)(shown.ptr + shown.len - user - 1) };
	snprintf(room, ALERT_NAME_BYTES, "%s %.*s://%.*s", types[t->type], (int)(host - t->to),
		t->to, STR_ARG(shown));
	return room;
}

const char *alert_type_key(enum alert_type t)
{
	return types[t];
}

const char *alert_format_key(enum alert_format f)
{
	return formats[f];
}
