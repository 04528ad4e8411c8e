// SPDX-License-Identifier: Apache-2.0
// The settings of the daemon: what its file may say, as a table of keys, and what holds without it.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/settings_read.h"

struct reading *reading_note(const struct yml_key *key, struct yml_value value, void *into)
{
	struct reading *r = (struct reading *)((char *)into - key->offset);
	size_t k = (size_t)(key - setting_key);
	r->at[k] = value;
	r->s.line[k] = (unsigned)yml_line(value);
	return r;
}

static bool read_name(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	reading_note(key, value, into);
	return setting_text(key, value, into, e);
}

static bool read_path(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	reading_note(key, value, into);
	return setting_path(key, value, into, e);
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

static bool read_size(const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	uint64_t bytes;
	reading_note(key, value, into);
	if (!setting_size(key, value, &bytes, e))
		return false;
	if (bytes > SIZE_MAX)
		return yml_fail(e, value, "more than this machine can address");
	*(size_t *)into = (size_t)bytes;
	return true;
}

static bool read_duration(
	const struct yml_key *key, struct yml_value value, void *into, struct err *e)
{
	reading_note(key, value, into);
	return setting_duration(key, value, into, e);
}

#define MEMBER(m) .offset = offsetof(struct settings, m)
#define PATH(key, member, what) \
	{ \
		.name = (key), .expects = (what), .read = read_path, MEMBER(member), \
		.max = SETTINGS_PATH_BYTES, \
	}

const struct yml_key setting_key[N_SETTINGS] = {
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
		if (!setting_path_place((char *)&r->s + setting_key[path[i]].offset,
			    SETTINGS_PATH_BYTES, r->at[path[i]], name, e))
			return false;
	return logs_place(r, name, e) && leases_place(r, name, e) && alerts_place(r, name, e) &&
	       http_finish(r, e);
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
