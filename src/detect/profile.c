// SPDX-License-Identifier: Apache-2.0
// The evidence has no index by source, for what comes in pays for indexes: it is walked where somebody asks.
#include "detect/profile.h"

#include <stdlib.h>

#include "detect/weigh.h"

enum { PORTS_MAX = 1 << 12 }; // that are told apart; the rest is counted together

struct port_count {
	uint32_t n;
	uint8_t proto;
	uint16_t port;
};

struct filling {
	const struct profile_addr *addr;
	size_t n_addrs;
	struct visibility *visibility;
	const struct inventory *inventory;
	bool (*is_attack)(void *ctx, uint8_t proto, uint16_t port);
	void *ctx;
	struct profile *out;
	struct port_count *count; // a hash table, by port and protocol
	uint64_t first_ms, last_ms;
	size_t n_untold; // contacts of ports that found no room
};

/* Whether a contact is one that the host opened. */
static bool is_its(const struct filling *f, const struct contact *c)
{
	for (size_t i = 0; i < f->n_addrs; i++) {
		const struct profile_addr *a = &f->addr[i];
		if (!addr_eq(&a->addr, &c->src))
			continue;
		uint64_t ms = contact_first(c);
		return c->saw & (SAW_ASKED | SAW_LISTED) &&
		       (ms == UINT64_MAX ? a->until_ms == UINT64_MAX
					 : ms >= a->from_ms && ms < a->until_ms);
	}
	return false;
}

static struct port_count *count_of(const struct filling *f, const struct contact *c)
{
	size_t at = (c->port * 31u + c->proto) % PORTS_MAX;
	for (size_t i = 0; i < 64; i++, at = (at + 1) % PORTS_MAX) {
		struct port_count *p = &f->count[at];
		if (!p->n || (p->port == c->port && p->proto == c->proto))
			return p;
	}
	return NULL;
}

static void survey(struct filling *f, const struct contact *c)
{
	visibility_learn(f->visibility, c, 1);
	if (!is_its(f, c))
		return;
	struct port_count *p = count_of(f, c);
	if (p)
		*p = (struct port_count){ p->n + 1, c->proto, c->port };
	else
		f->n_untold++;
	uint64_t ms = contact_first(c);
	if (ms == UINT64_MAX) {
		f->out->n_untimed++;
		return;
	}
	f->first_ms = LEAST(f->first_ms, ms);
	f->last_ms = MOST(f->last_ms, ms);
}

static int more_first(const void *a, const void *b)
{
	const struct port_count *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->proto != y->proto ? x->proto - y->proto : x->port - y->port;
}

/* The ports that are told one by one, and the width of buckets. */
static void settle(struct filling *f)
{
	struct profile *out = f->out;
	qsort(f->count, PORTS_MAX, sizeof *f->count, more_first);
	for (size_t i = 0; i < PORTS_MAX && f->count[i].n; i++) {
		if (i >= PROFILE_PORTS) {
			out->n_ports_beyond++;
			continue;
		}
		out->port[out->n_ports++] = (struct profile_port){
			.proto = f->count[i].proto, .port = f->count[i].port, .first_ms = UINT64_MAX
		};
	}
	out->n_ports_beyond += f->n_untold > 0;
	if (f->first_ms > f->last_ms)
		return;
	out->from_ms = f->first_ms;
	out->step_ms = MOST(
		(f->last_ms - f->first_ms) / PROFILE_BUCKETS + 1, (uint64_t)PROFILE_STEP_LEAST_MS);
	out->n_buckets = (size_t)((f->last_ms - f->first_ms) / out->step_ms) + 1;
}

static void peer_add(struct peer_count *t, enum outcome o)
{
	t->contacted++;
	t->outcome[o]++;
}

static void fill(struct filling *f, const struct contact *c)
{
	struct profile *out = f->out;
	if (!is_its(f, c))
		return;
	uint64_t ms = contact_first(c);
	size_t bucket = ms == UINT64_MAX ? SIZE_MAX : (size_t)((ms - out->from_ms) / out->step_ms);
	enum outcome o = sign_outcome(weigh(c, f->visibility, f->inventory));
	peer_add(&out->all, o);
	if (bucket < out->n_buckets)
		peer_add(&out->bucket[bucket], o);
	bool is_attack =
		f->is_attack ? f->is_attack(f->ctx, c->proto, c->port) : o == OUTCOME_FAILED;
	if (is_attack) {
		out->target[targeting_near(&c->src, &c->dst)]++;
		out->n_targets++;
	}
	for (size_t i = 0; i < out->n_ports; i++) {
		struct profile_port *p = &out->port[i];
		if (p->port != c->port || p->proto != c->proto)
			continue;
		peer_add(&p->all, o);
		p->first_ms = LEAST(p->first_ms, ms);
		p->last_ms = MOST(p->last_ms, c->last_ms);
		if (bucket < out->n_buckets)
			p->bucket[bucket]++;
		break;
	}
}

bool profile_fill(const struct evidence *e, const struct inventory *inventory,
	const struct profile_addr *addr, size_t n_addrs,
	bool (*is_attack)(void *ctx, uint8_t proto, uint16_t port), void *ctx, struct profile *out)
{
	struct filling f = { .addr = addr,
		.n_addrs = n_addrs,
		.inventory = inventory,
		.is_attack = is_attack,
		.ctx = ctx,
		.out = out,
		.first_ms = UINT64_MAX };
	*out = (struct profile){};
	f.visibility = visibility_new();
	f.count = calloc(PORTS_MAX, sizeof *f.count);
	bool ok = f.visibility && f.count;
	struct evidence_iter first = { .evidence = e }, again = first;
	for (const struct contact *c; ok && (c = evidence_next(&first));)
		survey(&f, c);
	if (ok) {
		visibility_settle(f.visibility);
		settle(&f);
	}
	for (const struct contact *c; ok && (c = evidence_next(&again));)
		fill(&f, c);
	visibility_free(f.visibility);
	free(f.count);
	return ok;
}
