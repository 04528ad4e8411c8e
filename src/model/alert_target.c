// SPDX-License-Identifier: Apache-2.0
// Addresses are numbers, not names: an alert must not wait for DNS in the hour of an outbreak.
#include "model/alert_target.h"

#include <stdio.h>

#include "model/listener.h"

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

static const char *const transports[N_ALERT_TRANSPORTS] = {
	[ALERT_UNIX] = "unix:",
	[ALERT_UDP] = "udp:",
	[ALERT_TCP] = "tcp:",
};

/* Only what somebody has to act on is told at all, so only these classes can be asked for. */
static const char *const classes[] = {
#define AS_ROW(name, key, attack, is_alarm) [VERDICT_##name] = (is_alarm) ? (key) : NULL,
	VERDICTS(AS_ROW)
#undef AS_ROW
};

struct reading {
	struct str to;
	struct yml_value at;
	unsigned type, format, least;
};

static bool read_to(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	r->at = value;
	if (!yml_text(key, value, &r->to, e))
		return false;
	for (size_t i = 0; i < r->to.len; i++)
		if ((uint8_t)r->to.ptr[i] < ' ' || r->to.ptr[i] == 0x7f)
			return yml_expected(e, value, key->expects);
	return r->to.len < ALERT_TO_BYTES ||
	       yml_fail(e, value, "longer than %d bytes", ALERT_TO_BYTES - 1);
}

static bool place_syslog(const struct reading *r, struct alert_target *t, struct err *e)
{
	static const char what[] = "unix:PATH, udp:ADDRESS:PORT or tcp:ADDRESS:PORT "
				   "(unix:/dev/log, udp:192.0.2.1:514)";
	struct listener l;
	for (size_t i = 0; i < countof(transports); i++) {
		size_t n = strlen(transports[i]);
		if (strncmp(t->to, transports[i], n) != 0)
			continue;
		t->transport = (enum alert_transport)i;
		if (t->transport == ALERT_UNIX)
			return t->to[n] == '/' || yml_expected(e, r->at, what);
		if (!listener_parse((struct str){ t->to + n, strlen(t->to + n) }, &l))
			break;
		t->address = l.address;
		t->port = l.port;
		return true;
	}
	return yml_expected(e, r->at, what);
}

static bool place_file(const struct reading *r, struct alert_target *t, struct err *e)
{
	if (t->to[0] == '~' && (t->to[1] == '/' || t->to[1] == '\0'))
		return yml_fail(e, r->at, "'~' is the shell's: write the folder out");
	return true;
}

static bool place_webhook(const struct reading *r, struct alert_target *t, struct err *e)
{
	static const char what[] = "a URL (https://gotify.example.net/message?token=...)";
	const char *host = strstr(t->to, "://");
	bool is_http = !strncmp(t->to, "http://", 7) || !strncmp(t->to, "https://", 8);
	if (!is_http || !host[3] || host[3] == '/' || strchr(t->to, ' '))
		return yml_expected(e, r->at, what);
	return t->format != ALERT_FORMAT_CEF ||
	       yml_fail(e, r->at, "a webhook takes JSON: format json or ecs, not cef");
}

bool alert_target_read(struct yml_value value, struct alert_target *out, struct err *e)
{
	static const struct yml_key key[] = {
		{ .name = "type",
			.is_required = true,
			.read = yml_choice,
			.offset = offsetof(struct reading, type),
			.choice = types,
			.n_choices = countof(types) },
		{ .name = "to",
			.expects = "where alerts go",
			.is_required = true,
			.read = read_to },
		{ .name = "least",
			.read = yml_choice,
			.offset = offsetof(struct reading, least),
			.choice = classes,
			.n_choices = countof(classes) },
		{ .name = "format",
			.read = yml_choice,
			.offset = offsetof(struct reading, format),
			.choice = formats,
			.n_choices = countof(formats) },
	};
	static const struct yml_keys keys = { "a target of alerts", key, countof(key) };
	static bool (*const placed[N_ALERT_TYPES])(
		const struct reading *r, struct alert_target *t, struct err *e) = {
		[ALERT_TYPE_SYSLOG] = place_syslog,
		[ALERT_TYPE_FILE] = place_file,
		[ALERT_TYPE_WEBHOOK] = place_webhook,
	};
	struct reading r = { .format = ALERT_FORMAT_JSON, .least = VERDICT_SCANNER };
	if (!yml_map(value, &keys, &r, e))
		return false;
	*out = (struct alert_target){ .type = r.type, .format = r.format, .least = r.least };
	memcpy(out->to, r.to.ptr, r.to.len);
	return placed[out->type](&r, out, e);
}

const char *alert_target_path(const struct alert_target *t)
{
	return t->to + (t->type == ALERT_TYPE_SYSLOG ? strlen(transports[ALERT_UNIX]) : 0);
}

const char *alert_target_name(const struct alert_target *t, char room[static ALERT_NAME_BYTES])
{
	size_t shown = t->type == ALERT_TYPE_WEBHOOK ? strcspn(t->to, "?") : strlen(t->to);
	snprintf(room, ALERT_NAME_BYTES, "%s %.*s", types[t->type], (int)shown, t->to);
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
