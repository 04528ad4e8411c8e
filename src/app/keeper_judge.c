// SPDX-License-Identifier: Apache-2.0
// Judging while it goes on: as soon as something came, but at most half of the time.
#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/keeper_state.h"

enum { PAUSE_LEAST_MS = 250 };

void keeper_keep_told(struct keeper *k)
{
	size_t n = alerts_bytes(k->alerts);
	uint8_t *room = malloc(n + 1);
	if (!room)
		return; // it waits
	alerts_encode(k->alerts, room);
	struct bytes key = { (const uint8_t *)"all", 3 }, value = { room, n };
	k->alerts_wait = !chronicle_keep(k->chronicle, TOLD_SORT, key, value) ||
			 !chronicle_settle(k->chronicle);
	free(room);
}

/* Nothing is certain. */
static int percent(double confidence)
{
	int p = (int)(confidence * 100);
	return p < 99 ? p : 99;
}

static void print(const struct finding *f, enum alert alert, uint64_t now_ms, FILE *out)
{
	char time[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES], port[PORT_TEXT_BYTES];
	fprintf(out, "%s %s %s %s %s %d%%: %s\n", time_format(now_ms, time),
		alert == ALERT_WORSE ? "worse" : "new", addr_format(&f->host, host),
		verdict_name(f->verdict), finding_port(f, port), percent(f->confidence), f->why);
}

/* Findings of hosts that may be ours to clean go to the front; returns how many. */
static size_t ours_first(const struct keeper *k, struct findings *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n; i++) {
		if (inventory_own(k->inventory, &f->finding[i].host) == OWN_NO)
			continue;
		struct finding ours = f->finding[i];
		f->finding[i] = f->finding[n];
		f->finding[n++] = ours;
	}
	return n;
}

/* The lines are printed when their events are on the disk: what was read is not told again. */
static void tell(struct keeper *k, struct findings *f)
{
	uint64_t now_ms = wall_ms();
	char *text = NULL;
	size_t len = 0;
	FILE *lines = open_memstream(&text, &len);
	for (size_t i = 0; i < f->n; i++) {
		enum alert alert = alerts_take(k->alerts, &f->finding[i], now_ms);
		if (alert == ALERT_KNOWN)
			continue;
		k->alerts_wait = true;
		if (lines)
			print(&f->finding[i], alert, now_ms, lines);
	}
	size_t n = ours_first(k, f);
	keeper_trace(k, f->finding, n);
	chronicle_take(k->chronicle, f->finding, n, now_ms, k->settings.clock_skew_ms);
	(void)chronicle_write(k->chronicle);
	k->bench.has_news = k->bench.has_news || chronicle_is_stale(k->chronicle);
	if (k->alerts_wait)
		keeper_keep_told(k);
	if (lines && fclose(lines) == 0) {
		fwrite(text, 1, len, stdout);
		fflush(stdout);
	}
	free(text);
}

static void count(struct bench *b, const struct findings *f)
{
	memset(b->of_class, 0, sizeof b->of_class);
	b->n_findings = f->n;
	for (size_t i = 0; i < f->n; i++)
		b->of_class[f->finding[i].verdict]++;
}

void keeper_judge(struct keeper *k)
{
	struct bench *b = &k->bench;
	struct findings f;
	uint64_t began = steady_ms(), now_ms = wall_ms();
	b->has_news = false;
	if (judge(k->evidence, k->inventory, LEAST(k->newest_ms, now_ms), false, &f)) {
		count(b, &f);
		b->last_ms = steady_ms() - began;
		b->longest_ms = MOST(b->longest_ms, b->last_ms);
		b->n++;
		tell(k, &f);
	} else {
		fputs("cordon watch: no memory to judge; lower 'memory'\n", stderr);
		b->has_news = true;
	}
	findings_free(&f);
	b->at_ms = steady_ms();
	b->due_ms = b->at_ms + MOST(b->at_ms - began, (uint64_t)PAUSE_LEAST_MS);
}
