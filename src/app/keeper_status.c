// SPDX-License-Identifier: Apache-2.0
// status.json: how the daemon stands, written beside and moved into place, so that it is whole at any time.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/counters.h"
#include "app/keeper_state.h"

enum { SLOW_MS = 200 };

struct number {
	const char *key;
	uint64_t n;
};

static void write_numbers(const struct number *row, size_t n, struct json *j)
{
	for (size_t i = 0; i < n; i++) {
		json_key(j, row[i].key);
		json_uint(j, row[i].n);
	}
}

static void write_processes(const struct keeper *k, struct json *j)
{
	const struct watch_shared *s = k->shared;
	const struct number row[] = {
		{ "pid", (uint64_t)s->supervisor },
		{ "collector_pid", (uint64_t)s->collector },
		{ "keeper_pid", (uint64_t)getpid() },
		{ "collector_restarts", s->collector_restarts },
		{ "keeper_restarts", s->keeper_restarts },
	};
	write_numbers(row, countof(row), j);
}

static void write_listeners(const struct settings *s, struct json *j)
{
	char room[LISTENER_TEXT_BYTES];
	json_key(j, "listen");
	json_open(j, '[');
	for (size_t i = 0; i < s->n_listeners; i++)
		json_text(j, listener_format(&s->listener[i], room));
	json_close(j, ']');
}

static void write_group(const char *group, const uint64_t *value, struct json *j)
{
	json_key(j, group);
	json_open(j, '{');
	counters_write(group, value, j);
	json_close(j, '}');
}

static void write_judging(const struct keeper *k, const uint64_t *value, struct json *j)
{
	json_key(j, "judging");
	json_open(j, '{');
	counters_write("judging", value, j);
	json_key(j, "is_slow");
	json_bool(j, k->bench.last_ms > SLOW_MS);
	write_group("findings", value, j);
	json_close(j, '}');
}

static void write_store(const struct keeper *k, const uint64_t *value, struct json *j)
{
	struct chronicle_health h = chronicle_health(k->chronicle);
	json_key(j, "store");
	json_open(j, '{');
	json_key(j, "is_open");
	json_bool(j, h.is_open);
	counters_write("store", value, j);
	json_key(j, "why");
	json_text(j, h.is_open || !h.why.text[0] ? NULL : h.why.text);
	json_close(j, '}');
}

/* Of the whole: nobody can be called clean for being silent while one exporter cannot be heard. */
static void write_exporters(const struct keeper *k, uint64_t now_ms, struct json *j)
{
	size_t n_trusted = roster_trusted(&k->roster, &k->settings, now_ms);
	json_key(j, "silence_is_trusted");
	json_bool(j, k->roster.n > 0 && n_trusted == k->roster.n && k->roster.n_beyond == 0 &&
			     evidence_thinning(k->evidence) == 1);
	json_key(j, "exporters_beyond");
	json_uint(j, k->roster.n_beyond);
	json_key(j, "exporters");
	roster_write(&k->roster, &k->settings, now_ms, j);
}

void status_json(const struct keeper *k, struct json *j)
{
	char time[TIME_TEXT_BYTES];
	uint64_t now_ms = wall_ms(), value[COUNTERS_MAX];
	counters_read(k, value);
	json_open(j, '{');
	json_key(j, "version");
	json_text(j, CORDON_VERSION);
	json_key(j, "written");
	json_text(j, time_format(now_ms, time));
	json_key(j, "started");
	json_text(j, time_format(k->shared->started_ms, time));
	write_processes(k, j);
	write_listeners(&k->settings, j);
	write_group("collected", value, j);
	write_group("parcels", value, j);
	write_group("evidence", value, j);
	write_judging(k, value, j);
	write_store(k, value, j);
	static const char *const groups[] = { "incidents", "hosts", "http" };
	for (size_t i = 0; i < countof(groups); i++)
		write_group(groups[i], value, j);
	write_exporters(k, now_ms, j);
	json_close(j, '}');
}

bool status_write(const struct keeper *k, struct err *e)
{
	const char *directory = k->settings.state_directory;
	char path[SETTINGS_PATH_BYTES + sizeof STATUS_FILE + 8];
	char fresh[sizeof path];
	snprintf(path, sizeof path, "%s/" STATUS_FILE, directory);
	snprintf(fresh, sizeof fresh, "%s/" STATUS_FILE "~", directory);
	FILE *out = fopen(fresh, "we");
	if (!out)
		return err_sys(e, "open %s", fresh);
	struct json j = { .out = out };
	status_json(k, &j);
	json_end(&j);
	bool is_whole = fflush(out) == 0 && !ferror(out);
	if (fclose(out) != 0 || !is_whole || rename(fresh, path) != 0) {
		err_sys(e, "write %s", path);
		unlink(fresh);
		return false;
	}
	return true;
}
