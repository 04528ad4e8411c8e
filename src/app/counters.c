// SPDX-License-Identifier: Apache-2.0
// The table. What other tables count (collector, server, classes, states) is taken over row by row.
#include "app/counters.h"

#include <assert.h>
#include <string.h>

#include "app/api_server.h"
#include "app/clock.h"
#include "app/keeper_state.h"
#include "incident/board.h"
#include "model/parcel.h"

/** COUNTER(group, key, type, about, value), of a struct reading *r. */
#define COUNTERS(COUNTER) \
	COUNTER("collected", "lost", TOTAL, "datagrams lost with collectors that died", \
		r->k->n_gone) \
	COUNTER("parcels", "taken", TOTAL, "parcels taken from collectors", \
		r->k->intake.n_parcels) \
	COUNTER("parcels", "broken", TOTAL, "times that the pipe held what is no parcel", \
		r->k->intake.n_broken) \
	COUNTER("parcels", "missing", TOTAL, "parcels that never came", r->k->intake.n_missing) \
	COUNTER("parcels", "refused_records", TOTAL, \
		"contacts and exporters in parcels that cannot be", r->k->n_refused) \
	COUNTER("evidence", "contacts", GAUGE, "contacts that are remembered", \
		evidence_count(r->k->evidence)) \
	COUNTER("evidence", "taken", TOTAL, "contacts taken from collectors", r->k->n_contacts) \
	COUNTER("evidence", "forgotten", TOTAL, "contacts that became older than 'remember'", \
		r->k->n_forgotten) \
	COUNTER("evidence", "kept_one_in", GAUGE, \
		"of so many contacts one is kept: 1 while memory suffices", \
		evidence_thinning(r->k->evidence)) \
	COUNTER("judging", "times", TOTAL, "verdicts over all evidence", r->k->bench.n) \
	COUNTER("judging", "last_ms", GAUGE, "time that the last verdict took", \
		r->k->bench.last_ms) \
	COUNTER("judging", "longest_ms", GAUGE, "time that the slowest verdict took", \
		r->k->bench.longest_ms) \
	COUNTER("judging", "ports_remembered", GAUGE, \
		"services of which it is known how often contacts fail as a rule", \
		habits_count(r->k->habits)) \
	COUNTER("store", "events_written", TOTAL, "events that are on the disk since the start", \
		r->store.n_events) \
	COUNTER("store", "events_waiting", GAUGE, "events that wait for the disk", \
		r->store.n_queued) \
	COUNTER("store", "events_refused", TOTAL, "events that the board did not take", \
		r->store.n_refused) \
	COUNTER("store", "refusals", TOTAL, "times that the store could not be written", \
		r->store.n_refusals) \
	COUNTER("store", "bytes", GAUGE, "bytes of the store, as they were seen last", \
		r->retain.bytes) \
	COUNTER("store", "bytes_free", GAUGE, "of them, those that nothing uses", \
		r->retain.n_free) \
	COUNTER("store", "evidence_removed", TOTAL, \
		"events of evidence that went, by 'keep-evidence' or 'store-size'", \
		r->retain.n_removed) \
	COUNTER("store", "retention_passes", TOTAL, \
		"times that the log was gone through for them", r->retain.n_passes) \
	COUNTER("store", "retention_longest_ms", GAUGE, \
		"time that the slowest piece of it held the keeper up", r->retain.longest_ms) \
	COUNTER("store", "retention_refusals", TOTAL, "times that none could be removed", \
		r->retain.n_refusals) \
	COUNTER("store", "answers_expired", TOTAL, \
		"answers to changes with an Idempotency-Key that went", r->retain.n_answers) \
	COUNTER("store", "alerts_known", GAUGE, "findings that were told and are remembered", \
		r->k->alerts->n) \
	COUNTER("store", "alerts_untold", TOTAL, \
		"findings that were not told, for want of room to remember them", \
		r->k->alerts->n_untold) \
	COUNTER("store", "templates", GAUGE, "templates that are kept for a restart", \
		r->k->shelf.n) \
	COUNTER("store", "templates_beyond", TOTAL, "templates for which there was no room", \
		r->k->shelf.n_beyond) \
	COUNTER("store", "samplers", GAUGE, "samplers that are kept for a restart", \
		r->k->samplers.n) \
	COUNTER("store", "samplers_beyond", TOTAL, "samplers for which there was no room", \
		r->k->samplers.n_beyond) \
	COUNTER("memory", "recalled", TOTAL, "contacts that were read again from the disk", \
		r->memory.n_recalled) \
	COUNTER("memory", "cut_bytes", TOTAL, \
		"bytes of tails that were torn off as a keeper died", r->memory.cut_bytes) \
	COUNTER("memory", "damaged", TOTAL, "files of contacts that were damaged and put aside", \
		r->memory.n_damaged) \
	COUNTER("memory", "journal_bytes", GAUGE, "bytes of journals of contacts on the disk", \
		r->memory.journal_bytes) \
	COUNTER("memory", "snapshot_bytes", GAUGE, \
		"bytes of the snapshot of contacts on the disk", r->memory.snapshot_bytes) \
	COUNTER("memory", "snapshots", TOTAL, "snapshots of contacts that were written", \
		r->memory.n_snapshots) \
	COUNTER("memory", "refusals", TOTAL, "times that contacts could not be written down", \
		r->memory.n_refusals) \
	COUNTER("leases", "files", GAUGE, "lease files that are read", r->leases.n_files) \
	COUNTER("leases", "files_unreadable", GAUGE, "of them, those that could not be read", \
		r->leases.n_unreadable) \
	COUNTER("leases", "known", GAUGE, "leases that are known", r->leases.n_known) \
	COUNTER("leases", "beyond", TOTAL, "leases for which there was no room", \
		r->leases.n_beyond) \
	COUNTER("coverage", "hosts_watched", GAUGE, "hosts whose silence is watched", \
		coverage_count(r->k->coverage)) \
	COUNTER("coverage", "hosts_beyond", GAUGE, \
		"hosts for which there is no room to watch them", coverage_beyond(r->k->coverage)) \
	COUNTER("silence", "trusted", GAUGE, \
		"whether the silence of the whole can be trusted, 1 or 0", r->trusts_silence) \
	COUNTER("capture", "trusted", GAUGE, \
		"whether the interface is heard without loss, or none is listened to, 1 or 0", \
		r->trusts_capture) \
	COUNTER("logs", "followed", GAUGE, "logs that are followed", r->logs.n_followed) \
	COUNTER("logs", "ailing", GAUGE, "of them, those that are gone or cannot be read", \
		r->logs.n_ailing) \
	COUNTER("logs", "attacks", GAUGE, "attacks of logs that are remembered", \
		r->logs.n_attacks) \
	COUNTER("logs", "attacks_beyond", TOTAL, "attacks of logs for which there was no room", \
		r->logs.n_beyond) \
	COUNTER("logs", "attacks_without_signature", TOTAL, \
		"attacks of logs by signatures that are known no longer", r->logs.n_unknown) \
	COUNTER("logs", "parcels_refused", TOTAL, "parcels of the reader that could not be read", \
		r->logs.n_refused) \
	COUNTER("exporters", "known", GAUGE, "exporters that were heard", r->k->roster.n) \
	COUNTER("exporters", "trusted", GAUGE, "exporters whose silence can be trusted", \
		r->n_trusted) \
	COUNTER("exporters", "beyond", TOTAL, "times that there was no room for an exporter", \
		r->k->roster.n_beyond) \
	COUNTER("restarts", "collector", TOTAL, "collectors that died and were begun again", \
		r->k->shared->collector_restarts) \
	COUNTER("restarts", "reader", TOTAL, "readers that died and were begun again", \
		r->k->shared->reader_restarts) \
	COUNTER("restarts", "keeper", TOTAL, "keepers that died and were begun again", \
		r->k->shared->keeper_restarts) \
	COUNTER("restarts", "sender", TOTAL, "senders that died and were begun again", \
		r->k->shared->sender_restarts) \
	COUNTER("alerts", "spooled", TOTAL, "alerts in the spool, over all runs of the daemon", \
		r->alerts.number) \
	COUNTER("alerts", "waiting_for_disk", GAUGE, \
		"alerts that wait to be written to the spool", r->alerts.n_waiting) \
	COUNTER("alerts", "beyond", TOTAL, \
		"alerts that found no room to wait for the disk, and were told to no target", \
		r->alerts.n_beyond) \
	COUNTER("incidents", "known", GAUGE, "incidents on the board", r->board->incident.n) \
	COUNTER("http", "connections_open", GAUGE, "HTTP connections now", r->http->n_connections) \
	COUNTER("http", "streams_open", GAUGE, "event streams now", r->http->n_streams) \
	COUNTER("http", "held_bytes", GAUGE, "bytes of HTTP bodies and answers that wait", \
		r->http->n_held)

#define AS_ROW(group, key, type, about, value) { group, key, about, COUNTER_##type, NULL },
#define AS_COLLECTED(name, key, about) { "collected", key, about, COUNTER_TOTAL, NULL },
#define AS_HTTP(name, key, about) { "http", key, about, COUNTER_TOTAL, NULL },
#define AS_REFUSED(name, key, status, text) \
	{ "http_refused", key, "HTTP requests that were refused", COUNTER_TOTAL, "reason" },
#define AS_FAULT(name, key, text, source) \
	{ "faults", key, "faults of what was received", COUNTER_TOTAL, "fault" },
#define AS_VERDICT(name, key, ...) \
	{ "findings", key, "findings of the last verdict", COUNTER_GAUGE, "class" },
#define AS_STATE(name, key, is_open) \
	{ "hosts", key, "hosts of incidents, by their state", COUNTER_GAUGE, "state" },

const struct counter counters[] = { COLLECTOR_COUNTERS(AS_COLLECTED) COUNTERS(AS_ROW) HTTP_COUNTERS(
	AS_HTTP) REFUSALS(AS_REFUSED) FAULTS(AS_FAULT) VERDICTS(AS_VERDICT) STATES(AS_STATE) };
const size_t n_counters = countof(counters);
static_assert(countof(counters) <= COUNTERS_MAX);

/* Gathered once for a reading. */
struct reading {
	const struct keeper *k;
	const struct board *board;
	const struct http_health *http;
	struct chronicle_health store;
	struct memoir_health memory;
	struct leases_health leases;
	struct retain_health retain;
	struct logs_health logs;
	struct herald_health alerts;
	size_t n_trusted;
	bool trusts_silence, trusts_capture;
};

static void count_states(const struct board *b, uint64_t out[static N_STATES])
{
	for (uint32_t at = 1; at <= b->member.n; at++) {
		const struct member *m = board_member(b, at);
		out[m->state] += !m->is_moved_away;
	}
}

void counters_read(const struct keeper *k, uint64_t value[static COUNTERS_MAX])
{
	uint64_t now_ms = wall_ms();
	struct reading all = { .k = k,
		.board = chronicle_board(k->chronicle),
		.http = api_server_health(k->api),
		.store = chronicle_health(k->chronicle),
		.memory = memoir_health(k->memoir),
		.leases = keeper_leases_health(k),
		.retain = keeper_retain_health(k),
		.logs = logs_health(k->logs),
		.alerts = herald_health(k->herald),
		.n_trusted = roster_trusted(&k->roster, &k->settings, now_ms),
		.trusts_silence = keeper_trusts_silence(k, now_ms),
		.trusts_capture = capture_is_trusted(&k->capture, &k->settings, now_ms) };
	const struct reading *r = &all;
	size_t n = 0;
	for (size_t i = 0; i < N_COLLECTED; i++)
		value[n++] = k->past_counter[i] + k->counter[i] + logs_counter(k->logs, i);
#define AS_VALUE(group, key, type, about, expression) value[n++] = (expression);
	COUNTERS(AS_VALUE)
#undef AS_VALUE
	for (size_t i = 0; i < N_HTTP_COUNTERS; i++)
		value[n++] = r->http->counter[i];
	for (size_t i = 0; i < N_REFUSALS; i++)
		value[n++] = r->http->refused[i];
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++)
		value[n++] = k->past_fault[f] + k->fault[f];
	for (size_t i = 0; i < N_VERDICTS; i++)
		value[n++] = k->bench.of_class[i];
	memset(value + n, 0, N_STATES * sizeof *value);
	count_states(r->board, value + n);
	assert(n + N_STATES == n_counters);
}

void counters_write(const char *group, const uint64_t value[static COUNTERS_MAX], struct json *j)
{
	for (size_t i = 0; i < n_counters; i++) {
		if (strcmp(counters[i].group, group))
			continue;
		json_key(j, counters[i].key);
		json_uint(j, value[i]);
	}
}
