// SPDX-License-Identifier: Apache-2.0
// status.json: how the daemon stands, written beside and moved into place, so that it is whole at any time.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/counters.h"
#include "app/keeper_state.h"

enum { SLOW_MS = 200, RECENT_MS = 5 * 60 * 1000 };

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
		{ "reader_pid", (uint64_t)s->reader },
		{ "keeper_pid", (uint64_t)getpid() },
		{ "sender_pid", (uint64_t)s->sender },
		{ "warden_pid", (uint64_t)s->warden },
		{ "collector_restarts", s->collector_restarts },
		{ "reader_restarts", s->reader_restarts },
		{ "keeper_restarts", s->keeper_restarts },
		{ "sender_restarts", s->sender_restarts },
		{ "warden_restarts", s->warden_restarts },
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

/* Those that were seen; the others are 0. */
static void write_faults(const uint64_t *value, struct json *j)
{
	json_key(j, "faults");
	json_open(j, '{');
	for (size_t i = 0; i < n_counters; i++) {
		if (strcmp(counters[i].group, "faults") || value[i] == 0)
			continue;
		json_key(j, counters[i].key);
		json_uint(j, value[i]);
	}
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

static void write_memoir(const struct keeper *k, const uint64_t *value, struct json *j)
{
	struct memoir_health h = memoir_health(k->memoir);
	json_key(j, "memory");
	json_open(j, '{');
	json_key(j, "is_kept");
	json_bool(j, h.is_kept);
	json_key(j, "is_recalling");
	json_bool(j, h.is_recalling);
	counters_write("memory", value, j);
	json_key(j, "why");
	json_text(j, h.is_kept ? NULL : h.why.text);
	json_close(j, '}');
}

/* Whether no contact was left out, neither of what is remembered nor, lately, of what came. */
static bool sees_all(const struct keeper *k)
{
	bool is_recent = k->thinned_ms && steady_ms() - k->thinned_ms < RECENT_MS;
	return evidence_thinning(k->evidence) == 1 && !is_recent;
}

/* Hosts whose silence is waited for, and what it lacks. */
static void write_verifying(const struct keeper *k, uint64_t now_ms, struct json *j)
{
	enum { SHOWN_MAX = 64 };
	const struct board *b = chronicle_board(k->chronicle);
	char room[COVERAGE_LACK_BYTES];
	size_t n = 0;
	json_key(j, "verifying");
	json_open(j, '[');
	for (uint32_t at = 1; at <= b->member.n && n < SHOWN_MAX; at++) {
		const struct member *m = board_member(b, at);
		if (m->is_moved_away || m->state != STATE_VERIFYING)
			continue;
		n++;
		json_open(j, '{');
		json_key(j, "host");
		json_uint(j, m->host);
		json_key(j, "lacks");
		json_text(j, coverage_lack(
				     k->coverage, &k->roster, &k->settings, m->host, now_ms, room));
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Of the whole: nobody can be called clean for being silent while one exporter cannot be heard. */
bool keeper_trusts_silence(const struct keeper *k, uint64_t now_ms)
{
	size_t n_trusted = roster_trusted(&k->roster, &k->settings, now_ms);
	return (k->roster.n > 0 || k->settings.interface[0]) && n_trusted == k->roster.n &&
	       k->roster.n_beyond == 0 && sees_all(k) &&
	       capture_is_trusted(&k->capture, &k->settings, now_ms);
}

static void write_exporters(
	const struct keeper *k, const uint64_t *value, uint64_t now_ms, struct json *j)
{
	json_key(j, "silence_is_trusted");
	json_bool(j, keeper_trusts_silence(k, now_ms));
	counters_write("coverage", value, j);
	write_verifying(k, now_ms, j);
	json_key(j, "exporters_beyond");
	json_uint(j, k->roster.n_beyond);
	json_key(j, "exporters");
	struct roster_teller how = { &k->settings, k->inventory, k->hidden, now_ms };
	roster_write(&k->roster, &how, j);
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
	write_faults(value, j);
	write_group("parcels", value, j);
	write_group("evidence", value, j);
	write_memoir(k, value, j);
	write_judging(k, value, j);
	write_store(k, value, j);
	herald_write(k->herald, &k->settings, k->shared, j);
	static const char *const groups[] = { "leases", "incidents", "hosts", "http" };
	for (size_t i = 0; i < countof(groups); i++)
		write_group(groups[i], value, j);
	write_exporters(k, value, now_ms, j);
	capture_health_write(&k->capture, &k->settings, now_ms, j);
	logs_write(k->logs, j);
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
