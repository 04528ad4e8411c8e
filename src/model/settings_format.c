// SPDX-License-Identifier: Apache-2.0
// Values of keys as people write them.
#include <assert.h>
#include <stdio.h>

#include "base/quantity.h"
#include "model/settings_read.h"

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

static void listen_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	listeners_format(s->listener, s->n_listeners, room);
}

static void http_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	listeners_format(s->http, s->n_http, room);
}

static void sockets_format(const struct settings *s, char room[static SETTING_TEXT_BYTES])
{
	snprintf(room, SETTING_TEXT_BYTES, "%u", s->sockets);
}

/* Of what is not text itself, by key: a function, or the unit of its member. */
static const struct {
	void (*format)(const struct settings *s, char room[static SETTING_TEXT_BYTES]);
	bool is_size, is_duration;
} shown[N_SETTINGS] = {
	[SETTING_LISTEN] = { .format = listen_format },
	[SETTING_SOCKETS] = { .format = sockets_format },
	[SETTING_RECEIVE_BUFFER] = { .is_size = true },
	[SETTING_LOGS] = { .format = logs_format },
	[SETTING_MEMORY] = { .is_size = true },
	[SETTING_WINDOW] = { .is_duration = true },
	[SETTING_REMEMBER] = { .is_duration = true },
	[SETTING_CLOCK_SKEW] = { .is_duration = true },
	[SETTING_KEEP_EVIDENCE] = { .is_duration = true },
	[SETTING_STORE_SIZE] = { .is_size = true },
	[SETTING_KEEP_SERIES] = { .is_duration = true },
	[SETTING_SERIES_SIZE] = { .is_size = true },
	[SETTING_LEASES] = { .format = lease_files_format },
	[SETTING_ALERTS] = { .format = alerts_format },
	[SETTING_HTTP] = { .format = http_format },
	[SETTING_HTTP_HOSTS] = { .format = hosts_format },
};

const char *setting_format(
	const struct settings *s, enum setting k, char room[static SETTING_TEXT_BYTES])
{
	const void *member = (const char *)s + setting_key[k].offset;
	if (shown[k].format)
		shown[k].format(s, room);
	else if (shown[k].is_size)
		size_format(*(const size_t *)member, room);
	else if (shown[k].is_duration)
		duration_format(*(const uint64_t *)member, room);
	else
		snprintf(room, SETTING_TEXT_BYTES, "%s", (const char *)member);
	return room;
}
