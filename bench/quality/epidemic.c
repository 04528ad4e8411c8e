// SPDX-License-Identifier: Apache-2.0
// Every infected host draws its probes by itself; one that meets a vulnerable host infects it. The
// exporter sees what leaves the site or enters it, and tells a flow when it ended: a reset or FIN tells
// it at once, else a pause (Cisco: 15 s inactive).
#include "quality/epidemic.h"
#include <stdio.h>
#include <stdlib.h>

#include "quality/scene.h"
#include "quality/sight.h"

enum {
	SPAN_MS = 10 * 60000,
	BEFORE_MS = 5 * 60000,
	STEP_MS = 50,
	INCUBATION_MS = 1000, // from the request to the first probe of its victim
	SCAN_MS = 1000,       // how often the exporter looks for flows that ended
	SITE_ADDRESSES = 1 << 16
};
static const uint64_t begin_ms = UINT64_C(1772442000000); // 2026-03-02 09:00 UTC
static const double day_share = .017;                     // ten minutes of ten hours

enum state { NOBODY, CLEAN, VULNERABLE, INFECTED };

struct agent {
	uint32_t ip;
	uint64_t since_ms, n_probes;
};

struct pending {
	struct flow flow;
	uint64_t told_ms;
};

struct epidemic {
	const struct course *course;
	const struct strain *strain;
	struct scene scene;
	struct dice dice;
	uint64_t start_ms, now_ms, told_ms;
	uint8_t state[SITE_ADDRESSES];
	struct agent agent[AGENTS_MAX];
	size_t n_agents, n_vulnerable;
	double outside; // infected hosts
	struct traffic talk;
	struct pending *pending;
	size_t n_pending, pending_room;
	struct flow *told;
	size_t told_room;
};

static void *grown(void *p, size_t *room, size_t n, size_t size)
{
	if (n < *room)
		return p;
	*room = n * 2 + 4096;
	p = reallocarray(p, *room, size);
	if (!p) {
		perror("quality: epidemic");
		exit(2);
	}
	return p;
}

static uint8_t *state_of(struct epidemic *e, uint32_t ip)
{
	return &e->state[ip & (SITE_ADDRESSES - 1)];
}

static bool is_inside(uint32_t ip)
{
	return (ip & ~(uint32_t)(SITE_ADDRESSES - 1)) == SCENE_SITE;
}

/* A flow that crosses the border waits until the exporter tells it. */
static void cross(struct epidemic *e, const struct flow *f)
{
	static const struct view border = { .name = "border" };
	if (scene_is_inside(&f->src) == scene_is_inside(&f->dst))
		return;
	e->pending = grown(e->pending, &e->pending_room, e->n_pending, sizeof *e->pending);
	struct pending *p = &e->pending[e->n_pending++];
	*p = (struct pending){ .flow = *f };
	bool has_ended = f->tcp_flags & (TCP_FIN | TCP_RST);
	p->told_ms = f->last_ms + (has_ended ? 0 : e->course->inactive_ms) +
		     dice_below(&e->dice, SCAN_MS);
	sight_tell(&p->flow, &border);
}

/* All that the users of the site do; the traces are not needed any more then. */
static void live(struct epidemic *e)
{
	scene_live(&e->scene);
	for (size_t i = 0; i < e->scene.traffic.n; i++)
		cross(e, &e->scene.traffic.trace[i].flow);
	traffic_fini(&e->scene.traffic);
}

static void infect(struct epidemic *e, uint32_t ip, uint64_t since_ms)
{
	if (e->n_agents == AGENTS_MAX)
		return;
	*state_of(e, ip) = INFECTED;
	e->n_vulnerable--;
	e->agent[e->n_agents++] = (struct agent){ .ip = ip, .since_ms = since_ms };
}

/* Office PCs, as long as there are enough of them. */
static void choose_vulnerable(struct epidemic *e)
{
	bool is_all = e->course->n_vulnerable > EPIDEMIC_HOSTS / 4;
	for (size_t i = 0; i < e->scene.n; i++)
		if (is_inside(e->scene.resident[i].ip))
			*state_of(e, e->scene.resident[i].ip) = is_all ? VULNERABLE : CLEAN;
	e->n_vulnerable = is_all ? e->scene.n : 0;
	while (e->n_vulnerable < e->course->n_vulnerable && !is_all) {
		const struct resident *r =
			&e->scene.resident[dice_below(&e->dice, (uint32_t)e->scene.n)];
		if (r->trade != trade_at(0) || *state_of(e, r->ip) != CLEAN)
			continue;
		*state_of(e, r->ip) = VULNERABLE;
		e->n_vulnerable++;
	}
}

static uint32_t draw_vulnerable(struct epidemic *e)
{
	for (;;) {
		uint32_t ip = e->scene.resident[dice_below(&e->dice, (uint32_t)e->scene.n)].ip;
		if (*state_of(e, ip) == VULNERABLE)
			return ip;
	}
}

struct epidemic *epidemic_new(const struct course *course, uint64_t seed)
{
	struct epidemic *e = calloc(1, sizeof *e);
	if (!e) {
		perror("quality: epidemic");
		exit(2);
	}
	e->course = course;
	for (size_t i = 0; strain_at(i); i++)
		if (!strcmp(strain_at(i)->name, course->strain))
			e->strain = strain_at(i);
	e->dice = (struct dice){ dice_fixed(seed, course->n_vulnerable, course->inactive_ms) };
	e->scene = (struct scene){ .seed = UINT64_C(2000000) + seed,
		.start_ms = begin_ms,
		.span_ms = SPAN_MS,
		.day_share = day_share,
		.is_moment = true };
	scene_settle(&e->scene, EPIDEMIC_HOSTS, BESIDE_NOBODY);
	live(e);
	choose_vulnerable(e);
	e->start_ms = e->now_ms = begin_ms + BEFORE_MS;
	e->told_ms = UINT64_MAX;
	infect(e, draw_vulnerable(e), e->start_ms);
	// the first of the vulnerable is reached when about so many are infected outside
	e->outside = course->world_hosts / course->n_vulnerable;
	return e;
}

void epidemic_free(struct epidemic *e)
{
	scene_fini(&e->scene);
	traffic_fini(&e->talk);
	free(e->pending);
	free(e->told);
	free(e);
}

static void probe(struct epidemic *e, uint32_t self, uint64_t at_ms)
{
	const struct strain *strain = e->strain;
	uint32_t ip = strain_target(strain, &e->dice, self);
	if (is_inside(ip)) {
		if (*state_of(e, ip) == VULNERABLE)
			infect(e, ip, at_ms + INCUBATION_MS);
		return;
	}
	struct talk talk = { .src = addr_v4(self),
		.dst = addr_v4(ip),
		.port = strain->port[0].port,
		.proto = strain->proto,
		.start_ms = at_ms,
		.shape = strain->shape,
		.is_probe = true };
	size_t before = e->n_pending;
	e->talk.n = 0;
	// nobody lives in the rest of the own /8
	traffic_talk(&e->talk, &e->dice, &talk,
		ip >> 24 == SCENE_SITE >> 24 ? SILENT : strain_fate(strain, &e->dice));
	for (size_t i = 0; i < e->talk.n; i++)
		cross(e, &e->talk.trace[i].flow);
	if (e->n_pending > before)
		e->told_ms = e->pending[before].told_ms < e->told_ms ? e->pending[before].told_ms
								     : e->told_ms;
}

/* SI, from outside: who is reached there probes the site as well as everything else. */
static void reach(struct epidemic *e, uint64_t at_ms)
{
	const struct course *c = e->course;
	if (c->world_hosts <= 0 || e->n_vulnerable == 0)
		return;
	double per_step = c->world_growth * STEP_MS / 1000;
	double expected = (double)e->n_vulnerable * per_step * e->outside / c->world_hosts;
	e->outside += per_step * e->outside * (1 - e->outside / c->world_hosts);
	while ((double)(dice_u64(&e->dice) >> 11) * 0x1p-53 < expected && e->n_vulnerable) {
		infect(e, draw_vulnerable(e), at_ms + INCUBATION_MS);
		expected -= 1;
	}
}

static void step(struct epidemic *e)
{
	uint64_t end_ms = e->now_ms + STEP_MS;
	for (size_t i = 0; i < e->n_agents && e->n_agents < AGENTS_MAX; i++) {
		struct agent *a = &e->agent[i];
		if (a->since_ms >= end_ms)
			continue;
		uint64_t due = (end_ms - a->since_ms) * e->strain->rate_per_s / 1000;
		for (; a->n_probes < due; a->n_probes++)
			probe(e, a->ip, a->since_ms + a->n_probes * 1000 / e->strain->rate_per_s);
	}
	if (e->n_agents < AGENTS_MAX)
		reach(e, e->now_ms);
	e->now_ms = end_ms;
}

const struct flow *epidemic_until(struct epidemic *e, uint64_t now_ms, size_t *n)
{
	size_t n_kept = 0;
	*n = 0;
	while (e->now_ms < now_ms)
		step(e);
	for (size_t i = 0; i < e->n_pending; i++) {
		if (e->pending[i].told_ms > now_ms) {
			e->pending[n_kept++] = e->pending[i];
			continue;
		}
		e->told = grown(e->told, &e->told_room, *n, sizeof *e->told);
		e->told[*n] = e->pending[i].flow;
		e->told[*n].at = place_at(0, *n + 1);
		++*n;
	}
	e->n_pending = n_kept;
	return e->told;
}

bool epidemic_uses(const struct epidemic *e, uint8_t proto, uint16_t port)
{
	return e->strain->proto == proto && e->strain->port[0].port == port;
}

uint64_t epidemic_start_ms(const struct epidemic *e)
{
	return e->start_ms;
}

uint64_t epidemic_told_ms(const struct epidemic *e)
{
	return e->told_ms;
}

size_t epidemic_infected(const struct epidemic *e, uint64_t at_ms)
{
	size_t n = 0;
	for (size_t i = 0; i < e->n_agents; i++)
		n += e->agent[i].since_ms <= at_ms;
	return n;
}

size_t epidemic_rank(const struct epidemic *e, const struct addr *host)
{
	for (size_t i = 0; i < e->n_agents; i++) {
		struct addr a = addr_v4(e->agent[i].ip);
		if (addr_eq(&a, host))
			return i + 1;
	}
	return 0;
}
