// SPDX-License-Identifier: Apache-2.0
// How a finding begins, and what every one of them gets before it is put into the list.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/case.h"
#include "detect/targeting.h"
#include "detect/weigh.h"

double confidence_of(double score_nats, double prior_nats)
{
	return fmin(.999, 1 / (1 + exp(prior_nats - score_nats)));
}

enum verdict scan_classify(
	const struct court *c, const struct suspect *s, bool is_p2p, enum verdict otherwise)
{
	if (inventory_scanner(c->inventory, s->host, c->now_ms))
		return VERDICT_DECLARED;
	if (is_p2p)
		return VERDICT_P2P;
	if (s->role == ROLE_MONITOR)
		return VERDICT_POLLER;
	return inventory_own(c->inventory, s->host) == OWN_NO ? VERDICT_SCANNER : otherwise;
}

struct finding finding_of(const struct suspect *s, struct exhibit *x, size_t n, bool has_port)
{
	struct finding f = {
		.host = *s->host,
		.proto = x[0].contact->proto,
		.port = x[0].contact->port,
		.has_port = has_port && x[0].contact->proto != PROTO_UNKNOWN,
		.contacted = (uint32_t)n,
		.first_ms = UINT64_MAX,
		.onset_ms = UINT64_MAX,
		.is_listed = true,
		.host_exhibit = s->exhibit,
		.n_host_exhibits = s->n,
		.exhibit = x,
		.n_exhibits = n,
	};
	for (size_t i = 0; i < n; i++) {
		const struct contact *c = x[i].contact;
		f.n_sign[x[i].sign]++;
		f.outcome[sign_outcome(x[i].sign)]++;
		f.is_listed &= (c->saw & SAW_LISTED) != 0;
		f.is_sampled |= (c->saw & SAW_SAMPLED) != 0;
		f.input = c->input > f.input ? c->input : f.input;
		f.first_ms = contact_first(c) < f.first_ms ? contact_first(c) : f.first_ms;
		f.last_ms = c->last_ms > f.last_ms ? c->last_ms : f.last_ms;
		if (c->proto != f.proto)
			f.proto = PROTO_UNKNOWN;
	}
	return f;
}

/*
 * What the worm chose, not what the user of the host did: contacts since the onset, and of those the
 * unanswered ones, unless most were answered, as those of a list of live hosts are.
 */
static void weigh_targeting(struct finding *f)
{
	static const bool has_strategy[N_VERDICTS] = { [VERDICT_WORM] = true,
		[VERDICT_SUSPECT] = true,
		[VERDICT_SCANNER] = true,
		[VERDICT_DECLARED] = true };
	size_t n = 0, n_answered = 0, n_since = f->n_exhibits - f->onset;
	struct exhibit *chosen =
		has_strategy[f->verdict] ? malloc((n_since + 1) * sizeof *chosen) : NULL;
	for (size_t i = f->onset; i < f->n_exhibits; i++)
		n_answered += f->exhibit[i].sign == SIGN_ANSWERED;
	for (size_t i = f->onset; chosen && i < f->n_exhibits; i++)
		if (f->exhibit[i].sign != SIGN_ANSWERED || n_answered * 2 > n_since)
			chosen[n++] = f->exhibit[i];
	targeting_weigh(&f->host, chosen, n, f->targeting);
	free(chosen);
}

/* Whoever declared a scanner gets to read why it was let pass, and how long. */
static void why_declared(const struct court *c, struct finding *f)
{
	const struct declared_scanner *d = inventory_scanner(c->inventory, &f->host, c->now_ms);
	size_t n = strlen(f->why);
	if (f->verdict == VERDICT_DECLARED && d)
		snprintf(f->why + n, sizeof f->why - n, "; declared until %s: %s", d->expires,
			d->reason);
}

unsigned threshold_for(struct court *c, double rate, size_t n)
{
	unsigned percent = (unsigned)ceil(fmin(rate, 1) * 100 - 1e-9), size = 0;
	while (size + 1 < countof(c->threshold[0]) && (size_t)64 << size < n)
		size++;
	uint8_t *known = &c->threshold[percent][size];
	if (*known == 0)
		*known = (uint8_t)walk_threshold(percent / 100.0, (size_t)64 << size);
	return *known;
}

/* Named are the lowest addresses, whatever the order in which sources come. */
void dropped_put(struct findings *out, const struct addr *host)
{
	size_t n = LEAST(out->n_dropped_sources, (uint32_t)DROPPED_SHOWN), at = n;
	out->n_dropped_sources++;
	while (at > 0 && addr_cmp(host, &out->dropped_source[at - 1]) < 0)
		at--;
	if (at == DROPPED_SHOWN)
		return;
	size_t n_moved = LEAST(n, (size_t)DROPPED_SHOWN - 1) - at;
	memmove(&out->dropped_source[at + 1], &out->dropped_source[at],
		n_moved * sizeof *out->dropped_source);
	out->dropped_source[at] = *host;
}

/* Room for `n` more. */
static bool make_room(struct findings *f, size_t n)
{
	size_t room = f->room ? f->room : 64;
	if (f->n + n <= f->room)
		return true;
	while (room < f->n + n)
		room *= 2;
	struct finding *more = realloc(f->finding, room * sizeof *more);
	if (!more)
		return false;
	f->finding = more;
	f->room = room;
	return true;
}

static void free_exhibits(struct finding *f)
{
	if (f->owns_exhibits)
		free(f->exhibit);
}

bool findings_append(struct findings *into, struct findings *from)
{
	size_t n_shown = LEAST(from->n_dropped_sources, (uint32_t)DROPPED_SHOWN);
	bool has_room = make_room(into, from->n);
	for (size_t i = 0; i < from->n; i++)
		if (has_room)
			into->finding[into->n++] = from->finding[i];
		else
			free_exhibits(&from->finding[i]);
	free(from->finding);
	for (size_t i = 0; i < n_shown; i++)
		dropped_put(into, &from->dropped_source[i]);
	into->n_dropped_sources += from->n_dropped_sources - (uint32_t)n_shown;
	return has_room;
}

void finding_put(struct court *c, struct finding *f)
{
	struct findings *out = c->out;
	if (!make_room(out, 1)) {
		c->no_memory = true;
		free_exhibits(f);
		return;
	}
	weigh_targeting(f);
	why_write(f);
	why_declared(c, f);
	out->finding[out->n++] = *f;
}
