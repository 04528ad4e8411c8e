// SPDX-License-Identifier: Apache-2.0
// The keeper watches over hosts that are being verified: what may break their silence, and what is
// remembered of it.
#include <stdlib.h>

#include "app/clock.h"
#include "app/keeper_state.h"

enum { COVER_MS = 1000, EVENTS_PER_TURN = 64 };

static void take_exporter(void *ctx, struct bytes key, struct bytes value)
{
	struct keeper *k = ctx;
	(void)key;
	roster_recall(&k->roster, value);
}

static void take_covered(void *ctx, struct bytes key, struct bytes value)
{
	struct keeper *k = ctx;
	uint64_t host;
	if (key.len != sizeof host)
		return;
	memcpy(&host, key.ptr, sizeof host);
	covered_decode(k->coverage, chronicle_board(k->chronicle), le64toh(host), value);
}

bool keeper_cover_begin(struct keeper *k)
{
	k->coverage = coverage_new();
	k->hidden = calloc(1, sizeof *k->hidden);
	if (!k->coverage || !k->hidden)
		return false;
	coverage_follow(k->coverage, chronicle_board(k->chronicle));
	chronicle_recall(k->chronicle, EXPORTER_SORT, take_exporter, k);
	chronicle_recall(k->chronicle, COVERED_SORT, take_covered, k);
	return true;
}

/* Losses that may be of any exporter: of parcels, in the kernel, in a room that was full. */
static uint64_t losses(const struct keeper *k)
{
	static const enum collector_counter lost[] = { COLLECTED_KERNEL_DROPS, COLLECTED_THINNED };
	uint64_t n = k->intake.n_missing + k->intake.n_broken + k->n_refused + k->epoch;
	for (size_t i = 0; i < countof(lost); i++)
		n += k->past_counter[lost[i]] + k->counter[lost[i]];
	return n + evidence_thinning(k->evidence);
}

static void remember(struct keeper *k, uint64_t now_ms)
{
	uint8_t key[ENLISTED_KEY_BYTES], value[PARCEL_EXPORTER_BYTES], covered[COVERED_BYTES];
	const struct enlisted *m;
	const struct covered_host *h;
	while ((m = roster_changed(&k->roster, now_ms))) {
		enlisted_encode(m, key, value);
		(void)chronicle_keep(k->chronicle, EXPORTER_SORT, (struct bytes){ key, sizeof key },
			(struct bytes){ value, sizeof value });
	}
	while ((h = coverage_changed(k->coverage))) {
		uint64_t host = htole64(h->host);
		struct bytes of = { (const uint8_t *)&host, sizeof host };
		struct bytes what = { covered, covered_encode(h, covered) };
		(void)chronicle_keep(k->chronicle, COVERED_SORT, of, what);
	}
	(void)chronicle_settle(k->chronicle);
}

/* The finest sampling of the exporters that showed a finding; 0: none is known. */
static uint32_t finest(const uint32_t *by_identity, const struct finding *f)
{
	uint32_t least = 0;
	for (size_t i = 0; f->is_sampled && i < f->n_exhibits; i++) {
		uint32_t sampling = by_identity[f->exhibit[i].contact->exporter];
		if (sampling > 1)
			least = least ? LEAST(least, sampling) : sampling;
	}
	return least;
}

void keeper_trace(struct keeper *k, struct finding *f, size_t n)
{
	uint32_t *by_identity = calloc(UINT16_MAX + 1, sizeof *by_identity);
	for (size_t i = 0; by_identity && i < k->roster.n; i++)
		by_identity[k->roster.member[i].identity] = k->roster.member[i].now.sampling;
	for (size_t i = 0; i < n; i++) {
		if (verdict_is_alarm(f[i].verdict)) {
			coverage_trace(k->coverage, &f[i]);
			keeper_logged_trace(k, &f[i]);
		}
		f[i].sampling = by_identity ? finest(by_identity, &f[i]) : 0;
	}
	free(by_identity);
}

void keeper_cover(struct keeper *k)
{
	struct event out[EVENTS_PER_TURN];
	uint64_t now = steady_ms(), now_ms = wall_ms(), n_lost = losses(k);
	if (n_lost != k->n_lost) {
		roster_break(&k->roster);
		k->n_lost = n_lost;
	}
	coverage_follow(k->coverage, chronicle_board(k->chronicle));
	if (now < k->cover_ms)
		return;
	k->cover_ms = now + COVER_MS;
	size_t n = coverage_tell(k->coverage, &k->roster, chronicle_board(k->chronicle),
		&k->settings, now_ms, out, EVENTS_PER_TURN);
	for (size_t i = 0; i < n; i++)
		(void)chronicle_add(k->chronicle, &out[i]);
	remember(k, now_ms);
}
