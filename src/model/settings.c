// SPDX-License-Identifier: Apache-2.0
// The settings of the daemon: what its file may say, as a table of keys, and what holds without it.
#include "model/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/quantity.h"
#include "base/yaml.h"

/* What is read so far. The settings come first, so that offsets of their members are its own. */
struct reading {
	struct settings s;
	struct yml_value at[N_SETTINGS];
	struct yml_value listener_at[LISTENERS_MAX], log_at[LOGS_MAX], http_at[HTTP_LISTENERS_MAX],
		alert_at[ALERT_TARGETS_MAX];
};

static const struct yml_key setting_key[N_SETTINGS];

/* Remember where the file says it. */
static struct reading *reading_note(const struct yml_key *key, struct yml_value value, void *into)
{
	struct reading *r = (struct reading *)((char *)into - key->offset);
	size_t k = (size_t)(key - setting_key);
	r->at[k] = value;
	r->s.line[k] = (unsigned)yml_line(value);
	return r;
}

/* Brackets around an address with colons, and only there (RFC 3986, 3.2.2). */
bool listener_parse(struct str text, struct listener *out)
{
	uint64_t port;
	const char *colon = memrchr(text.ptr, ':', text.len);
	if (!colon)
		return false;
	struct str host = { text.ptr, (size_t)(colon - text.ptr) };
	struct str digits = { colon + 1, text.len - host.len - 1 };
	bool has_colons = memchr(host.ptr, ':', host.len);
	if (has_colons && (host.ptr[0] != '[' || host.ptr[host.len - 1] != ']'))
		return false;
	if (has_colons)
		host = (struct str){ host.ptr + 1, host.len - 2 };
	struct listener l;
	if (!number_parse(digits, &port) || port < 1 || port > UINT16_MAX ||
		!addr_parse(host, &l.address) || addr_is_multicast(&l.address))
		return false;
	l.port = (uint16_t)port;
	*out = l;
	return true;
}

/* Listeners of one key, with the places where the file has them. */
struct listeners {
	struct listener *listener;
	struct yml_value *at;
	size_t *n, max;
};

static bool take_listener(const struct yml_key *key, struct yml_value value,
	const struct listeners *to, struct err *e)
{
	static const char what[] = "an address and a port (127.0.0.1:2055, [::1]:4739)";
	const struct yml_key row = { .name = key->name, .expects = what };
	struct listener l = {};
	struct str text;
	if (!yml_text(&row, value, &text, e))
		return false;
	if (!listener_parse(text, &l))
		return yml_expected(e, value, what);
	for (size_t i = 0; i < *to->n; i++)
		if (to->listener[i].port == l.port && addr_eq(&to->listener[i].address, &l.address))
			return yml_fail(e, value, "this listener stands in line %zu already",
				yml_line(to->at[i]));
	if (*to->n == to->max)
		return yml_fail(e, value, "more than %zu listeners", to->max);
	to->at[*to->n] = value;
	to->listener[(*to->n)++] = l;
	return true;
}

static bool read_listener(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	const struct listeners to = { r->s.listener, r->listener_at, &r->s.n_listeners,
		LISTENERS_MAX };
	return take_listener(key, value, &to, e);
}

static bool read_http_listener(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	const struct listeners to = { r->s.http, r->http_at, &r->s.n_http, HTTP_LISTENERS_MAX };
	return take_listener(key, value, &to, e);
}

static bool read_http(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "http",
		.expects = "a list of addresses with their ports",
		.read = read_http_listener,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_http = 0;
	return yml_list(&list, value, r, e);
}

/* As a Host header has it, without the port: a name, or an address. */
static bool read_http_host(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-._[]:";
	struct reading *r = into;
	struct str text;
	char name[HTTP_HOST_BYTES];
	if (!yml_text(key, value, &text, e))
		return false;
	bool fits = text.len < sizeof name;
	snprintf(name, sizeof name, "%.*s", STR_ARG(text));
	if (!fits || name[strspn(name, letters)])
		return yml_expected(e, value, "a host name without port (cordon.example.net)");
	if (r->s.n_http_hosts == HTTP_HOSTS_MAX)
		return yml_fail(e, value, "more than %d names", HTTP_HOSTS_MAX);
	memcpy(r->s.http_host[r->s.n_http_hosts++], name, sizeof name);
	return true;
}

static bool read_http_hosts(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "http-hosts",
		.expects = "a list of host names",
		.read = read_http_host,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_http_hosts = 0;
	return yml_list(&list, value, r, e);
}

static bool read_listen(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "listen",
		.expects = "a list of addresses with their ports",
		.read = read_listener,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_listeners = 0;
	return yml_list(&list, value, r, e);
}

/* Of printable characters: what is in here is shown to people, and opened. `max` is its room. */
static bool name_of(const struct yml_key *key, struct yml_value value, char *into, struct err *e)
{
	struct str text;
	if (!yml_text(key, value, &text, e))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return yml_expected(e, value, key->expects);
	if (text.len >= key->max)
		return yml_fail(e, value, "longer than %zu bytes", (size_t)key->max - 1);
	memcpy(into, text.ptr, text.len);
	into[text.len] = '\0';
	return true;
}

static bool read_name(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	reading_note(key, value, into);
	return name_of(key, value, into, e);
}

static bool path_of(const struct yml_key *key, struct yml_value value, char *path, struct err *e)
{
	if (!name_of(key, value, path, e))
		return false;
	if (path[0] == '~' && (path[1] == '/' || path[1] == '\0'))
		return yml_fail(e, value, "'~' is the shell's: write the folder out");
	return true;
}

static bool read_path(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	reading_note(key, value, into);
	return path_of(key, value, into, e);
}

const char *settings_log(const struct settings *s, size_t i)
{
	const char *path = s->logs;
	while (i-- > 0)
		path += strlen(path) + 1;
	return path;
}

/* How many bytes of the room are taken. */
static size_t logs_bytes(const struct settings *s)
{
	return (size_t)(settings_log(s, s->n_logs) - s->logs);
}

static bool log_put(struct settings *s, const char *path)
{
	size_t used = logs_bytes(s), n = strlen(path) + 1;
	if (n > sizeof s->logs - used)
		return false;
	memcpy(s->logs + used, path, n);
	s->n_logs++;
	return true;
}

static bool read_log(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	const struct yml_key row = { .name = key->name,
		.expects = "the path of a log, or of a folder of logs",
		.max = SETTINGS_PATH_BYTES };
	struct reading *r = into;
	struct settings *s = &r->s;
	char path[SETTINGS_PATH_BYTES];
	if (!path_of(&row, value, path, e))
		return false;
	for (size_t i = 0; i < s->n_logs; i++)
		if (!strcmp(settings_log(s, i), path))
			return yml_fail(e, value, "this log stands in line %zu already",
				yml_line(r->log_at[i]));
	if (s->n_logs == LOGS_MAX)
		return yml_fail(
			e, value, "more than %d logs: name the folder they lie in", LOGS_MAX);
	r->log_at[s->n_logs] = value;
	s->log_at[s->n_logs] =
		(struct setting_place){ (unsigned)yml_line(value), (unsigned)yml_column(value) };
	return log_put(s, path) ||
	       yml_fail(e, value,
		       "the paths of all logs are longer than %d bytes: name the folder "
		       "they lie in",
		       LOGS_BYTES);
}

static bool read_logs(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "logs",
		.expects = "a list of paths of logs, or of folders of logs",
		.read = read_log,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_logs = 0;
	return yml_list(&list, value, r, e);
}

static bool read_sockets(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	uint64_t n;
	reading_note(key, value, into);
	if (!yml_number(key, value, &n, e))
		return false;
	*(unsigned *)into = (unsigned)n;
	return true;
}

static bool read_lease_file(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	const struct yml_key row = { .name = key->name, .expects = "the path of a lease file" };
	struct settings *s = &((struct reading *)into)->s;
	struct str text;
	if (!yml_text(&row, value, &text, e))
		return false;
	if (s->n_lease_files == LEASE_FILES_MAX)
		return yml_fail(e, value, "more than %d lease files", LEASE_FILES_MAX);
	if (text.len >= LEASE_PATH_BYTES)
		return yml_fail(e, value, "longer than %d bytes", LEASE_PATH_BYTES - 1);
	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return yml_expected(e, value, row.expects);
	if (text.ptr[0] == '~' && (text.len == 1 || text.ptr[1] == '/'))
		return yml_fail(e, value, "'~' is the shell's: write the folder out");
	char *path = s->lease_file[s->n_lease_files++];
	memcpy(path, text.ptr, text.len);
	path[text.len] = '\0';
	return true;
}

static bool read_leases(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "leases",
		.expects = "a list of lease files",
		.read = read_lease_file,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_lease_files = 0;
	return yml_list(&list, value, r, e);
}

static bool read_alert(const struct yml_key *, struct yml_value value, void *into, struct err *e)
{
	struct reading *r = into;
	struct settings *s = &r->s;
	struct alert_target t;
	if (s->n_alerts == ALERT_TARGETS_MAX)
		return yml_fail(e, value, "more than %d targets of alerts", ALERT_TARGETS_MAX);
	if (!alert_target_read(value, &t, e))
		return false;
	for (size_t i = 0; i < s->n_alerts; i++)
		if (s->alert[i].type == t.type && !strcmp(s->alert[i].to, t.to))
			return yml_fail(e, value, "this target stands in line %zu already",
				yml_line(r->alert_at[i]));
	r->alert_at[s->n_alerts] = value;
	s->alert[s->n_alerts++] = t;
	return true;
}

static bool read_alerts(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct yml_key list = {
		.name = "alerts",
		.expects = "a list of targets, each with 'type' and 'to'",
		.read = read_alert,
	};
	struct reading *r = reading_note(key, value, into);
	r->s.n_alerts = 0;
	return yml_list(&list, value, r, e);
}

/* What has a unit. */
struct measure {
	const char *what, *units;
	bool (*parse)(struct str text, uint64_t *out);
	const char *(*format)(uint64_t v, char room[static QUANTITY_TEXT_BYTES]);
};

static bool read_measure(const struct measure *m, const struct yml_key *key, struct yml_value value,
	uint64_t *out, struct err *e)
{
	char what[96], least[QUANTITY_TEXT_BYTES], most[QUANTITY_TEXT_BYTES];
	uint64_t v;
	struct str text;
	snprintf(what, sizeof what, "a %s from %s to %s (units %s)", m->what,
		m->format(key->min, least), m->format(key->max, most), m->units);
	const struct yml_key row = { .name = key->name, .expects = what };
	if (!yml_text(&row, value, &text, e))
		return false;
	if (!m->parse(text, &v) || v < key->min || v > key->max)
		return yml_expected(e, value, what);
	*out = v;
	return true;
}

static bool read_size(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct measure size = { "size", SIZE_UNITS, size_parse, size_format };
	uint64_t bytes;
	reading_note(key, value, into);
	if (!read_measure(&size, key, value, &bytes, e))
		return false;
	if (bytes > SIZE_MAX)
		return yml_fail(e, value, "more than this machine can address");
	*(size_t *)into = (size_t)bytes;
	return true;
}

static bool read_duration(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	static const struct measure duration = { "duration", DURATION_UNITS, duration_parse,
		duration_format };
	reading_note(key, value, into);
	return read_measure(&duration, key, value, into, e);
}

#define MEMBER(m) .offset = offsetof(struct settings, m)
#define PATH(key, member, what) \
	{ \
		.name = (key), .expects = (what), .read = read_path, MEMBER(member), \
		.max = SETTINGS_PATH_BYTES, \
	}

static const struct yml_key setting_key[N_SETTINGS] = {
	[SETTING_LISTEN] = { .name = "listen", .read = read_listen, MEMBER(listener) },
	[SETTING_SOCKETS] = {
		.name = "sockets",
		.read = read_sockets,
		MEMBER(sockets),
		.min = 1,
		.max = 64,
	},
	// Half of INT_MAX is what the kernel takes at most (socket(7), SO_RCVBUF).
	[SETTING_RECEIVE_BUFFER] = {
		.name = "receive-buffer",
		.read = read_size,
		MEMBER(receive_buffer),
		.min = 64 << 10,
		.max = 1 << 30,
	},
	[SETTING_INTERFACE] = {
		.name = "interface",
		.expects = "the name of a network interface",
		.read = read_name,
		MEMBER(interface),
		.max = sizeof((struct settings *)0)->interface,
	},
	[SETTING_LOGS] = { .name = "logs", .read = read_logs, MEMBER(logs) },
	[SETTING_MEMORY] = {
		.name = "memory",
		.read = read_size,
		MEMBER(memory),
		.min = 1 << 20,
		.max = UINT64_C(1) << 40,
	},
	[SETTING_WINDOW] = {
		.name = "window",
		.read = read_duration,
		MEMBER(window_ms),
		.min = 50,
		.max = 60 * 1000,
	},
	[SETTING_REMEMBER] = {
		.name = "remember",
		.read = read_duration,
		MEMBER(remember_ms),
		.min = 60 * 1000,
		.max = UINT64_C(30) * 24 * 60 * 60 * 1000,
	},
	[SETTING_CLOCK_SKEW] = {
		.name = "clock-skew",
		.read = read_duration,
		MEMBER(clock_skew_ms),
		.min = 0,
		.max = 24 * 60 * 60 * 1000,
	},
	[SETTING_STATE_DIRECTORY] = PATH("state-directory", state_directory, "the path of a folder"),
	[SETTING_KEEP_EVIDENCE] = {
		.name = "keep-evidence",
		.read = read_duration,
		MEMBER(keep_evidence_ms),
		.min = UINT64_C(24) * 60 * 60 * 1000,
		.max = UINT64_C(36500) * 24 * 60 * 60 * 1000,
	},
	[SETTING_STORE_SIZE] = {
		.name = "store-size",
		.read = read_size,
		MEMBER(store_size),
		.min = 1 << 20,
		.max = UINT64_C(1) << 40,
	},
	[SETTING_KEEP_SERIES] = {
		.name = "keep-series",
		.read = read_duration,
		MEMBER(keep_series_ms),
		.min = 60 * 1000,
		.max = UINT64_C(30) * 24 * 60 * 60 * 1000,
	},
	[SETTING_SERIES_SIZE] = {
		.name = "series-size",
		.read = read_size,
		MEMBER(series_size),
		.min = 64 << 10,
		.max = 1 << 30,
	},
	[SETTING_INVENTORY] = PATH("inventory", inventory, "the path of a file"),
	[SETTING_SIGNATURES] = PATH("signatures", signatures, "the path of a file"),
	[SETTING_LEASES] = { .name = "leases", .read = read_leases, MEMBER(lease_file) },
	[SETTING_ALERTS] = { .name = "alerts", .read = read_alerts, MEMBER(alert) },
	[SETTING_HTTP] = { .name = "http", .read = read_http, MEMBER(http) },
	[SETTING_HTTP_HOSTS] = { .name = "http-hosts", .read = read_http_hosts, MEMBER(http_host) },
	[SETTING_HTTP_VIEWERS] = PATH("http-viewers", http_viewers, "the path of a file of tokens"),
	[SETTING_HTTP_OPERATORS] =
		PATH("http-operators", http_operators, "the path of a file of tokens"),
	[SETTING_HTTP_CERTIFICATE] =
		PATH("http-certificate", http_certificate, "the path of a PEM file"),
	[SETTING_HTTP_KEY] = PATH("http-key", http_key, "the path of a PEM file"),
};
static const struct yml_keys settings_keys = { "settings", setting_key, N_SETTINGS };

const char *setting_name(enum setting k)
{
	return setting_key[k].name;
}

static void state_directory_init(char room[static SETTINGS_PATH_BYTES])
{
	static const struct {
		const char *variable, *below;
	} rows[] = { { "XDG_STATE_HOME", "/cordon" }, { "HOME", "/.local/state/cordon" } };
	const char *given = getenv("STATE_DIRECTORY"); // several are parted by colons
	if (given && given[0] == '/' && !strchr(given, ':') &&
		strlen(given) < SETTINGS_PATH_BYTES) {
		snprintf(room, SETTINGS_PATH_BYTES, "%s", given);
		return;
	}
	for (size_t i = 0; i < countof(rows) && geteuid() != 0; i++) {
		const char *home = getenv(rows[i].variable);
		if (!home || home[0] != '/' ||
			strlen(home) + strlen(rows[i].below) >= SETTINGS_PATH_BYTES)
			continue;
		snprintf(room, SETTINGS_PATH_BYTES, "%s%s", home, rows[i].below);
		return;
	}
	snprintf(room, SETTINGS_PATH_BYTES, "/var/lib/cordon");
}

void settings_init(struct settings *s)
{
	enum { HTTP_PORT = 8055 };
	// The ports of NetFlow by custom, of IPFIX and of sFlow by IANA.
	static const uint16_t port[] = { 2055, 4739, 6343 };
	*s = (struct settings){
		.n_listeners = countof(port),
		.sockets = 1,
		.receive_buffer = (size_t)64 << 20,
		.memory = (size_t)512 << 20,
		.window_ms = 500,
		.remember_ms = UINT64_C(24) * 60 * 60 * 1000,
		.clock_skew_ms = 5 * 60 * 1000,
		.keep_evidence_ms = UINT64_C(365) * 24 * 60 * 60 * 1000,
		.store_size = (size_t)4 << 30,
		.keep_series_ms = UINT64_C(6) * 60 * 60 * 1000,
		.series_size = (size_t)16 << 20,
	};
	for (size_t i = 0; i < countof(port); i++)
		s->listener[i] = (struct listener){ addr_v4(0x7f000001), port[i] };
	s->http[s->n_http++] = (struct listener){ addr_v4(0x7f000001), HTTP_PORT };
	state_directory_init(s->state_directory);
}

/* A path of the file is meant from the file's folder. */
static bool path_place(
	char *path, size_t size, struct yml_value at, const char *name, struct err *e)
{
	char placed[SETTINGS_PATH_BYTES];
	const char *slash = strrchr(name, '/');
	if (!at.doc || path[0] == '/' || !slash)
		return true;
	int n = snprintf(placed, size, "%.*s%s", (int)(slash + 1 - name), name, path);
	if (n < 0 || (size_t)n >= size)
		return yml_fail(
			e, at, "with the folder of this file longer than %zu bytes", size - 1);
	memcpy(path, placed, (size_t)n + 1);
	return true;
}

/* Who can reach it from outside has to show a token, or at least to speak TLS. */
static bool finish_http(const struct reading *r, struct err *e)
{
	const struct settings *s = &r->s;
	enum setting lone = s->http_key[0] ? SETTING_HTTP_KEY : SETTING_HTTP_CERTIFICATE;
	if (!s->http_key[0] != !s->http_certificate[0])
		return yml_fail(e, r->at[lone], "'http-certificate' and 'http-key' go together");
	bool is_guarded = s->http_viewers[0] || s->http_operators[0] || s->http_certificate[0];
	for (size_t i = 0; i < s->n_http && r->at[SETTING_HTTP].doc; i++)
		if (!is_guarded && !listener_is_local(&s->http[i]))
			return yml_fail(e, r->http_at[i],
				"others can reach this address: name 'http-viewers' or "
				"'http-operators' (files of tokens), or 'http-certificate'");
	return true;
}

static bool logs_place(struct reading *r, const char *name, struct err *e)
{
	char before[LOGS_BYTES], path[SETTINGS_PATH_BYTES];
	const char *from = before;
	size_t n = r->s.n_logs;
	if (!r->at[SETTING_LOGS].doc)
		return true;
	memcpy(before, r->s.logs, sizeof before);
	r->s.n_logs = 0;
	for (size_t i = 0; i < n; i++, from += strlen(from) + 1) {
		snprintf(path, sizeof path, "%s", from);
		if (!path_place(path, sizeof path, r->log_at[i], name, e))
			return false;
		if (!log_put(&r->s, path))
			return yml_fail(e, r->log_at[i],
				"with the folder of this file the paths of all logs are longer "
				"than %d bytes",
				LOGS_BYTES);
	}
	return true;
}

static bool finish(struct reading *r, const char *name, struct err *e)
{
	static const enum setting path[] = { SETTING_STATE_DIRECTORY, SETTING_INVENTORY,
		SETTING_SIGNATURES, SETTING_HTTP_VIEWERS, SETTING_HTTP_OPERATORS,
		SETTING_HTTP_CERTIFICATE, SETTING_HTTP_KEY };
	if (r->s.n_listeners == 0 && !r->s.interface[0] && !r->s.n_logs &&
		r->at[SETTING_LISTEN].doc)
		return yml_fail(e, r->at[SETTING_LISTEN],
			"no listener, no 'interface' and no 'logs': there is nothing to watch");
	for (size_t i = 0; i < countof(path); i++)
		if (!path_place((char *)&r->s + setting_key[path[i]].offset, SETTINGS_PATH_BYTES,
			    r->at[path[i]], name, e))
			return false;
	for (size_t i = 0; i < r->s.n_lease_files; i++)
		if (!path_place(
			    r->s.lease_file[i], LEASE_PATH_BYTES, r->at[SETTING_LEASES], name, e))
			return false;
	for (size_t i = 0; i < r->s.n_alerts; i++)
		if (r->s.alert[i].type == ALERT_TYPE_FILE &&
			!path_place(
				r->s.alert[i].to, ALERT_TO_BYTES, r->at[SETTING_ALERTS], name, e))
			return false;
	return logs_place(r, name, e) && finish_http(r, e);
}

/* Reads and frees the document. */
static bool settings_take(struct settings *s, struct yml *doc, const char *name, struct err *e)
{
	struct reading r = { .s = *s };
	memset(r.s.line, 0, sizeof r.s.line);
	bool ok = doc && yml_read(doc, &settings_keys, &r, e) && finish(&r, name, e);
	yml_free(doc);
	if (ok)
		*s = r.s;
	return ok;
}

bool settings_parse(struct settings *s, struct str text, const char *name, struct err *e)
{
	return settings_take(s, yml_parse(text, name, e), name, e);
}

bool settings_load(struct settings *s, const char *path, struct err *e)
{
	return settings_take(s, yml_load(path, e), path, e);
}

const char *listener_format(const struct listener *l, char room[static LISTENER_TEXT_BYTES])
{
	char address[ADDR_TEXT_BYTES];
	bool is_v4 = addr_is_v4(&l->address);
	snprintf(room, LISTENER_TEXT_BYTES, "%s%s%s:%u", is_v4 ? "" : "[",
		addr_format(&l->address, address), is_v4 ? "" : "]", l->port);
	return room;
}

bool listener_is_local(const struct listener *l)
{
	static const struct addr loopback = { { [15] = 1 } }; // ::1
	return addr_is_v4(&l->address) ? addr_low32(&l->address) >> 24 == 127
				       : addr_eq(&l->address, &loopback);
}

static void listeners_format(
	const struct listener *listener, size_t n_listeners, char room[static SETTING_TEXT_BYTES])
{
	static_assert(LISTENERS_MAX * (LISTENER_TEXT_BYTES + 2) <= SETTING_TEXT_BYTES);
	char text[LISTENER_TEXT_BYTES];
	size_t n = 0;
	room[0] = '\0';
	for (size_t i = 0; i < n_listeners; i++)
		n += (size_t)snprintf(room + n, SETTING_TEXT_BYTES - n, "%s%s", i ? ", " : "",
			listener_format(&listener[i], text));
}

static void hosts_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	static_assert(HTTP_HOSTS_MAX * (HTTP_HOST_BYTES + 2) <= SETTING_TEXT_BYTES);
	size_t n = 0;
	room[0] = '\0';
	for (size_t i = 0; i < s->n_http_hosts; i++)
		n += (size_t)snprintf(
			room + n, SETTING_TEXT_BYTES - n, "%s%s", i ? ", " : "", s->http_host[i]);
}

static void logs_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	size_t n = 0;
	room[0] = '\0';
	for (size_t i = 0; i < s->n_logs; i++)
		n += (size_t)snprintf(room + n, SETTING_TEXT_BYTES - n, "%s%s", i ? ", " : "",
			settings_log(s, i));
}

static void lease_files_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	static_assert(LEASE_FILES_MAX * (LEASE_PATH_BYTES + 2) <= SETTING_TEXT_BYTES);
	size_t n = 0;
	room[0] = '\0';
	for (size_t i = 0; i < s->n_lease_files; i++)
		n += (size_t)snprintf(
			room + n, SETTING_TEXT_BYTES - n, "%s%s", i ? ", " : "", s->lease_file[i]);
}

static void alerts_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	static_assert(ALERT_TARGETS_MAX * (ALERT_TO_BYTES + 64) <= SETTING_TEXT_BYTES);
	size_t n = 0;
	room[0] = '\0';
	for (size_t i = 0; i < s->n_alerts; i++) {
		const struct alert_target *t = &s->alert[i];
		n += (size_t)snprintf(room + n, SETTING_TEXT_BYTES - n, "%s%s %s (%s, %s)",
			i ? ", " : "", alert_type_key(t->type), t->to, verdict_name(t->least),
			alert_format_key(t->format));
	}
}

const char *setting_format(
	const struct settings *s, enum setting k, char room[static SETTING_TEXT_BYTES])
{
	const struct yml_key *key = &setting_key[k];
	const void *member = (const char *)s + key->offset;
	if (key->read == read_listen)
		listeners_format(s->listener, s->n_listeners, room);
	else if (key->read == read_http)
		listeners_format(s->http, s->n_http, room);
	else if (key->read == read_http_hosts)
		hosts_format(s, room);
	else if (key->read == read_logs)
		logs_format(s, room);
	else if (key->read == read_leases)
		lease_files_format(s, room);
	else if (key->read == read_alerts)
		alerts_format(s, room);
	else if (key->read == read_size)
		size_format(*(const size_t *)member, room);
	else if (key->read == read_duration)
		duration_format(*(const uint64_t *)member, room);
	else if (key->read == read_sockets)
		snprintf(room, SETTING_TEXT_BYTES, "%u", *(const unsigned *)member);
	else
		snprintf(room, SETTING_TEXT_BYTES, "%s", (const char *)member);
	return room;
}
