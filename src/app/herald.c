// SPDX-License-Identifier: Apache-2.0
// Notices go to the spool one write at a time. A disk that refuses delays them, up to a bound.
#include "app/herald.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/clock.h"
#include "app/command.h"
#include "app/say.h"
#include "app/spool.h"

enum { WAITING_MAX = 256, RETRY_MS = 1000 };

struct herald {
	struct spool spool;
	bool is_open, has_refused, is_wanted;
	struct settings *settings; // as they were admitted
	struct alerts *alerts;
	uint64_t before_ms;
	struct notice waiting[WAITING_MAX];
	size_t n;
	uint64_t n_beyond; // that found no room to wait in
	uint64_t retry_ms; // by the steady clock
	uint64_t n_seen;   // events of the board, when it was looked at last
};

struct herald *herald_new(void)
{
	struct herald *h = calloc(1, sizeof *h);
	if (h) {
		h->spool.fd = -1;
		h->settings = calloc(1, sizeof *h->settings);
	}
	if (h && !h->settings) {
		free(h);
		return NULL;
	}
	return h;
}

void herald_free(struct herald *h)
{
	if (!h)
		return;
	spool_close(&h->spool);
	free(h->settings);
	free(h);
}

/* Said once, until it goes well again. */
static void refused(struct herald *h, const struct err *e)
{
	if (!h->has_refused)
		say(LOG_ERR, "%s; up to %d alerts wait until it can be written again", e->text,
			WAITING_MAX);
	h->has_refused = true;
	h->retry_ms = steady_ms() + RETRY_MS;
}

/* An episode that is over stands there with a number that tells one from another. */
static struct told told_of(const struct notice *n)
{
	struct told t = { .host = n->host,
		.port = n->port,
		.proto = n->proto,
		.has_port = n->has_port,
		.seen_ms = n->time_ms,
		.verdict = n->verdict };
	if (n->kind == NOTICE_OVER) {
		t.proto = ALERT_PROTO_OVER;
		t.port = (uint16_t)(n->incident * 31 + n->episode);
		t.has_port = true;
	}
	return t;
}

static void recall(void *ctx, const struct notice *n)
{
	struct herald *h = ctx;
	struct told t = told_of(n);
	if (n->kind != NOTICE_TEST && n->time_ms >= h->before_ms && n->time_ms > 0)
		(void)alerts_mark(h->alerts, &t);
}

static bool make_ready(struct herald *h)
{
	struct err e = {};
	if (h->is_open)
		return true;
	h->is_open = spool_open(&h->spool, h->settings->state_directory, recall, h, &e);
	for (size_t i = 0; i < h->settings->n_alerts && h->is_open; i++)
		h->is_open = spool_admit(&h->spool, &h->settings->alert[i], &e);
	if (!h->is_open) {
		spool_close(&h->spool);
		refused(h, &e);
	}
	return h->is_open;
}

void herald_admit(
	struct herald *h, const struct settings *s, struct alerts *alerts, uint64_t before_ms)
{
	*h->settings = *s;
	h->alerts = alerts;
	h->before_ms = before_ms;
	h->is_wanted = s->n_alerts > 0;
	h->is_open = false;
	spool_close(&h->spool);
	if (h->is_wanted)
		(void)make_ready(h);
}

static void put(struct herald *h, const struct notice *n)
{
	if (!h->is_wanted)
		return;
	if (h->n == WAITING_MAX)
		(void)herald_settle(h);
	if (h->n == WAITING_MAX)
		h->n_beyond++;
	else
		h->waiting[h->n++] = *n;
}

/* The incident that a host is in now, the latest when there are several. */
static void belongs_to(const struct board *b, struct notice *n)
{
	const struct host_row *host = board_host(b, board_host_at(b, &n->host, n->time_ms));
	const struct member *m = board_member(b, host ? host->first_member : 0);
	for (; m; m = board_member(b, m->next_of_host))
		if (state_is_open(m->state) && !m->is_moved_away && m->incident > n->incident) {
			n->incident = m->incident;
			n->episode = m->episode;
		}
}

void herald_tell(struct herald *h, const struct board *b, const struct finding *f,
	enum notice_kind kind, uint64_t now_ms)
{
	struct notice n = notice_of(f, kind, now_ms);
	belongs_to(b, &n);
	put(h, &n);
}

/* Whose episode it was, and the worst that was said of it. */
static bool over_of(
	const struct board *b, const struct member *m, uint64_t now_ms, struct notice *out)
{
	const struct host_row *host = board_host(b, m->host);
	const struct address_row *a = NULL;
	for (uint32_t at = host ? host->first_address : 0; at; at = a->next_of_host) {
		a = board_address(b, at);
		if (a->until_ms == UINT64_MAX || !a->next_of_host)
			break;
	}
	if (!a)
		return false;
	*out = (struct notice){ .kind = NOTICE_OVER,
		.time_ms = now_ms,
		.host = a->addr,
		.verdict = VERDICT_SCANNER,
		.proto = PROTO_UNKNOWN,
		.service = "not told",
		.incident = m->incident,
		.episode = m->episode };
	for (uint32_t at = m->first_charge; at; at = board_charge(b, at)->next)
		out->verdict = LEAST(out->verdict, (enum verdict)board_charge(b, at)->verdict);
	snprintf(out->why, sizeof out->why, "incident %u: the host is %s%s", m->incident,
		state_key(m->state), m->is_by_operator ? ", as a person decided" : "");
	return true;
}

bool herald_tell_over(struct herald *h, const struct board *b, struct alerts *alerts,
	uint64_t before_ms, uint64_t now_ms)
{
	bool has_told = false;
	if (!h->is_wanted || !h->is_open || h->n_seen == b->n_taken)
		return false;
	h->n_seen = b->n_taken;
	for (uint32_t at = 1; at <= b->member.n; at++) {
		const struct member *m = board_member(b, at);
		struct notice n;
		if (state_is_open(m->state) || m->is_moved_away || m->state_ms < before_ms ||
			!over_of(b, m, now_ms, &n))
			continue;
		struct told t = told_of(&n);
		t.seen_ms = MOST(m->state_ms, now_ms);
		if (!alerts_mark(alerts, &t))
			continue;
		put(h, &n);
		has_told = true;
	}
	return has_told;
}

bool herald_settle(struct herald *h)
{
	struct err e = {};
	size_t n = 0;
	if (!h->is_wanted || (h->n == 0 && h->is_open && !h->has_refused))
		return true;
	if ((h->has_refused && steady_ms() < h->retry_ms) || !make_ready(h))
		return false;
	while (n < h->n && spool_put(&h->spool, &h->waiting[n], CORDON_VERSION, &e))
		n++;
	h->n -= n;
	memmove(h->waiting, h->waiting + n, h->n * sizeof *h->waiting);
	if (h->n > 0 || !spool_settle(&h->spool, &e)) {
		refused(h, &e);
		return false;
	}
	if (h->has_refused)
		say(LOG_NOTICE, "the spool of alerts can be written again");
	h->has_refused = false;
	return true;
}

struct herald_health herald_health(const struct herald *h)
{
	return (struct herald_health){ h->spool.last, h->n, h->n_beyond };
}

uint64_t herald_waiting(const struct herald *h, const struct sender_tally *t)
{
	uint64_t number = t->number; // 0: the sender has not looked yet
	return number && number < h->spool.last ? h->spool.last - number : 0;
}

void herald_write(const struct herald *h, const struct settings *s,
	const struct watch_shared *shared, struct json *j)
{
	json_key(j, "alerts");
	json_open(j, '{');
	json_put_uint(j, "number", h->spool.last);
	json_put_uint(j, "waiting_for_disk", h->n);
	json_put_uint(j, "beyond", h->n_beyond);
	json_key(j, "targets");
	json_open(j, '[');
	for (size_t i = 0; i < s->n_alerts && shared->sent; i++) {
		const struct sender_tally *t = &shared->sent[i];
		char name[ALERT_NAME_BYTES];
		json_open(j, '{');
		json_key(j, "type");
		json_text(j, alert_type_key(s->alert[i].type));
		json_key(j, "name");
		json_text(j, alert_target_name(&s->alert[i], name));
		json_key(j, "is_down");
		json_bool(j, t->is_down);
		json_put_uint(j, "number", t->number);
#define AS_MEMBER(name, key, about) json_put_uint(j, key, t->name);
		SENDER_COUNTERS(AS_MEMBER)
		SENDER_DROPS(AS_MEMBER)
#undef AS_MEMBER
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}
