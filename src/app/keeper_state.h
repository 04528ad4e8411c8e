// SPDX-License-Identifier: Apache-2.0
// What the keeper knows, shared by its own files.
#ifndef APP_KEEPER_STATE_H
#define APP_KEEPER_STATE_H
#include "app/alerts.h"
#include "app/api_server.h"
#include "app/chronicle.h"
#include "app/intake.h"
#include "app/keeper.h"
#include "app/roster.h"
#include "detect/judge.h"

enum { TEMPLATES_KEPT_MAX = 1 << 13, TEMPLATE_SLOTS = 2 * TEMPLATES_KEPT_MAX };

/** Sorts of things in the store. */
#define TOLD_SORT "told"
#define TEMPLATE_SORT "template"

/** Templates that were kept, by hashes: of what names one, and of all of it. */
struct shelf {
	uint64_t name[TEMPLATE_SLOTS], content[TEMPLATE_SLOTS]; // name 0: free
	size_t n;
	uint64_t n_beyond; // templates for which there was no room
};

/** What judging has cost and found. */
struct bench {
	uint64_t n, last_ms, longest_ms; // how often; how long it took
	uint64_t due_ms, at_ms;          // by the steady clock: not before; the last time
	bool has_news;                   // contacts came since
	size_t n_findings, of_class[N_VERDICTS];
};

struct keeper {
	struct settings settings;
	const char *config;
	const struct watch_shared *shared;
	int pipe;
	struct intake intake;
	struct evidence *evidence;
	struct inventory *inventory;
	struct chronicle *chronicle;
	struct alerts *alerts;
	struct roster roster;
	struct shelf shelf;
	struct bench bench;
	uint64_t counter[N_COLLECTED],
		past_counter[N_COLLECTED]; // of this collector; of those before
	uint64_t epoch;                    // of the collector that counts now
	uint64_t n_contacts, n_refused;    // contacts taken; contacts and exporters that cannot be
	uint64_t newest_ms;                // time of the newest contact, by the telemetry
	uint64_t expire_ms, status_ms;     // when next, by the steady clock
	uint64_t n_forgotten;
	bool alerts_wait; // to be kept
	uint8_t *out;     // parcels on their way to the collector
	size_t n_out, out_at;
	uint64_t n_answers; // of them, to this collector
	struct api_server *api;
};

/** Take one parcel. */
void keeper_take(struct keeper *k, const struct parcel *p);

/** Judge all evidence, tell what is new, and write it down. */
void keeper_judge(struct keeper *k);

/** Keep what was told, so that no later keeper tells it as new; if that fails, it waits. */
void keeper_keep_told(struct keeper *k);

/** Write how it stands, as one object. */
void status_json(const struct keeper *k, struct json *j);

/** Write how it stands into the state directory; the file is whole at any time. */
bool status_write(const struct keeper *k, struct err *e);
#endif
