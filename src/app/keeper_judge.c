// SPDX-License-Identifier: Apache-2.0
// Judging while it goes on: as soon as something came, but at most half of the time.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clock.h"
#include "app/keeper_state.h"
#include "app/say.h"
#include "model/attack.h"

enum { PAUSE_LEAST_MS = 250, LEARN_LEAST_MS = 60 * 1000, WHERE_BYTES = 512 };
enum { FORGET_PARTS = 48, FORGET_LEAST_MS = 1000 };

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
	char where[WHERE_BYTES];
	fprintf(out, "%s%s %s %s %s %s %d%%: %s", journal_prefix(STDOUT_FILENO, LOG_WARNING),
		time_format(now_ms, time), alert == ALERT_WORSE ? "worse" : "new",
		addr_format(&f->host, host), verdict_name(f->verdict), finding_port(f, port),
		percent(f->confidence), f->why);
	const char *line = f->n_attacks ? f->attack[0]->where : f->where;
	if (line)
		fprintf(out, "; %s", plain_format(line, where, sizeof where));
	putc('\n', out);
}

uint64_t keeper_before_ms(const struct keeper *k)
{
	uint64_t now_ms = wall_ms();
	return now_ms - LEAST(now_ms, k->settings.remember_ms);
}

void keeper_tell_over(struct keeper *k)
{
	const struct board *b = chronicle_board(k->chronicle);
	if (herald_tell_over(k->herald, b, k->alerts, keeper_before_ms(k), wall_ms()))
		k->alerts_wait = true;
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

/*
 * Right after a verdict, when all that is found still was seen: so a clock that jumps ahead lets nothing
 * be told again.
 */
static void forget_alerts(struct keeper *k, uint64_t now_ms)
{
	uint64_t remember_ms = k->settings.remember_ms, steady = steady_ms();
	if (steady < k->forget_ms || now_ms < remember_ms)
		return;
	k->forget_ms = steady + MOST(remember_ms / FORGET_PARTS, (uint64_t)FORGET_LEAST_MS);
	alerts_expire(k->alerts, now_ms - remember_ms);
}

/* What has to be told of each finding; from here on it is known. NULL when there is no memory. */
static enum alert *take_alerts(struct keeper *k, const struct findings *f, uint64_t now_ms)
{
	enum alert *alert = calloc(f->n + 1, sizeof *alert);
	for (size_t i = 0; i < f->n && alert; i++) {
		alert[i] = alerts_take(k->alerts, &f->finding[i], now_ms);
		k->alerts_wait = k->alerts_wait || alert[i] != ALERT_KNOWN;
	}
	return alert;
}

/* When their events are on the board, so that each can say its incident. */
static void tell_targets(
	struct keeper *k, const struct findings *f, const enum alert *alert, uint64_t now_ms)
{
	for (size_t i = 0; i < f->n; i++)
		if (alert[i] != ALERT_KNOWN)
			herald_tell(k->herald, chronicle_board(k->chronicle), &f->finding[i],
				alert[i] == ALERT_WORSE ? NOTICE_WORSE : NOTICE_NEW, now_ms);
}

/* The lines are printed when their events are on the disk: what was read is not told again. */
static void tell(struct keeper *k, struct findings *f)
{
	uint64_t now_ms = wall_ms();
	char *text = NULL;
	size_t len = 0, n = ours_first(k, f);
	for (size_t i = 0; i < f->n; i++)
		keeper_logged_where(k, &f->finding[i]);
	enum alert *alert = take_alerts(k, f, now_ms);
	FILE *lines = open_memstream(&text, &len);
	if (!alert) {
		say(LOG_ERR, "no memory to tell what was found; it is told with the next verdict");
		k->bench.has_news = true;
	}
	for (size_t i = 0; i < f->n && alert && lines; i++)
		if (alert[i] != ALERT_KNOWN)
			print(&f->finding[i], alert[i], now_ms, lines);
	forget_alerts(k, now_ms);
	keeper_trace(k, f->finding, n);
	chronicle_take(k->chronicle, f->finding, n, now_ms, k->settings.clock_skew_ms);
	(void)chronicle_write(k->chronicle);
	k->bench.has_news = k->bench.has_news || chronicle_is_stale(k->chronicle);
	if (alert)
		tell_targets(k, f, alert, now_ms);
	if (herald_settle(k->herald) && k->alerts_wait)
		keeper_keep_told(k);
	if (lines && fclose(lines) == 0) {
		fwrite(text, 1, len, stdout);
		fflush(stdout);
	}
	free(text);
	free(alert);
}

static void count(struct bench *b, const struct findings *f)
{
	memset(b->of_class, 0, sizeof b->of_class);
	b->n_findings = f->n;
	for (size_t i = 0; i < f->n; i++)
		b->of_class[f->finding[i].verdict]++;
}

void keeper_learn_soon(struct keeper *k)
{
	uint64_t now = steady_ms();
	if (now - k->learned_ms < LEARN_LEAST_MS)
		return;
	k->learn_ms = now;
	k->bench.has_news = true;
}

/* What was usual since the last time; a store that refuses gets it with the next one. */
static void learn(struct keeper *k, const struct rates *taught)
{
	uint64_t now = steady_ms();
	habits_learn(k->habits, taught, now - k->learned_ms);
	k->learned_ms = now;
	k->learn_ms = now + LEARN_MS;
	size_t n = habits_bytes(k->habits);
	uint8_t *room = malloc(n + 1);
	if (!room)
		return;
	habits_encode(k->habits, room);
	struct bytes key = { (const uint8_t *)"all", 3 }, value = { room, n };
	(void)(chronicle_keep(k->chronicle, HABITS_SORT, key, value) &&
		chronicle_settle(k->chronicle));
	free(room);
}

void keeper_judge(struct keeper *k)
{
	struct rates *taught = NULL;
	bool learns = steady_ms() >= k->learn_ms;
	struct bench *b = &k->bench;
	struct findings f;
	uint64_t began = steady_ms(), now_ms = wall_ms();
	b->has_news = false;
	uint64_t at_ms = LEAST(MOST(k->newest_ms, logs_last_ms(k->logs)), now_ms);
	if (judge_after(k->habits, k->evidence, k->inventory, at_ms, false, &f,
		    learns ? &taught : NULL) &&
		logs_into(k->logs, at_ms, &f)) {
		if (taught)
			learn(k, taught);
		count(b, &f);
		b->last_ms = steady_ms() - began;
		b->longest_ms = MOST(b->longest_ms, b->last_ms);
		b->n++;
		tell(k, &f);
	} else {
		say(LOG_ERR, "no memory to judge; lower 'memory'");
		b->has_news = true;
	}
	rates_free(taught);
	findings_free(&f);
	b->at_ms = steady_ms();
	b->due_ms = b->at_ms + MOST(b->at_ms - began, (uint64_t)PAUSE_LEAST_MS);
}
