// SPDX-License-Identifier: Apache-2.0
// From attacks to findings: what logs say of a host joins what flows say of it.
#include <math.h>
#include <stdlib.h>

#include "detect/attack_set.h"
#include "detect/case.h"
#include "detect/targeting.h"

enum { HTTP = 80 };
static const double confidence_max = .999;

/* All that logs say of one host. */
struct charge {
	const struct attack *const *attack; // the weightiest first
	size_t n;
	const struct addr *host;
	enum verdict verdict;
	double confidence;
	uint64_t first_ms, last_ms;
	bool has_port;
	uint16_t port; // of the servers, when it is one
};

static bool says_something(const struct attack *a)
{
	return a->is_known && attack_class(a) != N_SIGNATURE_CLASSES;
}

static enum verdict verdict_of(
	const struct inventory *inventory, uint64_t now_ms, const struct attack *a)
{
	if (a->side == SIDE_SERVER)
		return VERDICT_EXPOSED;
	if (inventory_scanner(inventory, &a->host, now_ms))
		return VERDICT_DECLARED;
	return signature_verdict(attack_class(a), inventory_own(inventory, &a->host) == OWN_NO);
}

/* By host; of one host the worst and surest first; the rest only makes the order total. */
static int by_host(const void *one, const void *other)
{
	const struct attack *a = *(const struct attack *const *)one;
	const struct attack *b = *(const struct attack *const *)other;
	int c = addr_cmp(&a->host, &b->host);
	if (c)
		return c;
	enum verdict x = a->side == SIDE_SERVER ? VERDICT_EXPOSED
						: signature_verdict(attack_class(a), false);
	enum verdict y = b->side == SIDE_SERVER ? VERDICT_EXPOSED
						: signature_verdict(attack_class(b), false);
	if (x != y)
		return x < y ? -1 : 1;
	double p = round(attack_confidence(a) * 1e9), q = round(attack_confidence(b) * 1e9);
	if (p > q || p < q)
		return p > q ? -1 : 1;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return strcmp(a->signature->id, b->signature->id);
}

static void port_join(struct charge *c, const struct attack *a, bool *is_first)
{
	for (uint32_t i = 0; i < a->n_rows; i++) {
		uint16_t port = a->row[i].server_port;
		c->has_port = *is_first ? port != 0 : c->has_port && port == c->port;
		c->port = port;
		*is_first = false;
	}
}

static struct charge charge_of(const struct inventory *inventory, uint64_t now_ms,
	const struct attack *const *attack, size_t n)
{
	bool is_first = true;
	struct charge c = { .attack = attack,
		.n = n,
		.host = &attack[0]->host,
		.verdict = N_VERDICTS,
		.first_ms = UINT64_MAX };
	for (size_t i = 0; i < n; i++) {
		const struct attack *a = attack[i];
		enum verdict v = verdict_of(inventory, now_ms, a);
		double p = attack_confidence(a);
		if (v < c.verdict)
			c.confidence = p;
		else if (v == c.verdict)
			c.confidence = fmax(c.confidence, p);
		c.verdict = v < c.verdict ? v : c.verdict;
		c.first_ms = a->first_ms < c.first_ms ? a->first_ms : c.first_ms;
		c.last_ms = a->last_ms > c.last_ms ? a->last_ms : c.last_ms;
		port_join(&c, a, &is_first);
	}
	return c;
}

/* Two independent witnesses; what excuses a host is no witness against it. */
static double joint_confidence(const struct finding *f, const struct charge *c)
{
	if (verdict_is_alarm(f->verdict) && verdict_is_alarm(c->verdict))
		return fmin(fmax(confidence_max, fmax(f->confidence, c->confidence)),
			1 - (1 - f->confidence) * (1 - c->confidence));
	if (f->verdict == c->verdict)
		return fmax(f->confidence, c->confidence);
	return f->verdict < c->verdict ? f->confidence : c->confidence;
}

static void finding_join(struct finding *f, const struct charge *c)
{
	f->confidence = joint_confidence(f, c);
	f->verdict = c->verdict < f->verdict ? c->verdict : f->verdict;
	f->first_ms = c->first_ms < f->first_ms ? c->first_ms : f->first_ms;
	f->last_ms = c->last_ms > f->last_ms ? c->last_ms : f->last_ms;
	f->attack = c->attack;
	f->n_attacks = c->n;
	attack_why(f, c->attack, c->n);
}

/* Different peers of all attacks: what a log names did answer, or there would be no line. */
static uint32_t peers_of(const struct charge *c)
{
	uint32_t n = 0;
	for (size_t i = 0; i < c->n; i++)
		for (unsigned k = 0; k < c->attack[i]->n_peers; k++) {
			bool is_known = false;
			for (size_t j = 0; j < i && !is_known; j++)
				for (unsigned m = 0; m < c->attack[j]->n_peers; m++)
					is_known |= addr_eq(
						&c->attack[j]->peer[m], &c->attack[i]->peer[k]);
			n += !is_known;
		}
	return n;
}

static struct finding finding_from(
	const struct charge *c, const struct inventory *inventory, uint64_t now_ms)
{
	struct finding f = {
		.host = *c->host,
		.verdict = c->verdict,
		.confidence = c->confidence,
		.proto = PROTO_TCP,
		.port = c->has_port ? c->port : 0,
		.has_port = c->has_port,
		.first_ms = c->first_ms,
		.last_ms = c->last_ms,
		.onset_ms = c->first_ms,
		.attack = c->attack,
		.n_attacks = c->n,
	};
	f.contacted = f.outcome[OUTCOME_ANSWERED] = peers_of(c);
	targeting_weigh(&f.host, NULL, 0, f.targeting);
	attack_why(&f, c->attack, c->n);
	attack_why_declared(&f, inventory_scanner(inventory, &f.host, now_ms));
	return f;
}

/** Findings of flows by host, and how far the hosts were asked for: in the same order, each once. */
struct of_flows {
	struct finding **finding;
	size_t n, at;
};

static int by_host_and_rank(const void *one, const void *other)
{
	const struct finding *a = *(struct finding *const *)one;
	const struct finding *b = *(struct finding *const *)other;
	int c = addr_cmp(&a->host, &b->host);
	return c ? c : (a > b) - (a < b);
}

/* Both may be many, in a flood: they are sorted, and walked side by side. */
static bool of_flows_init(struct of_flows *o, const struct findings *findings)
{
	*o = (struct of_flows){ .n = findings->n };
	o->finding = calloc(o->n + 1, sizeof *o->finding);
	for (size_t i = 0; o->finding && i < o->n; i++)
		o->finding[i] = &findings->finding[i];
	if (o->finding && o->n)
		qsort(o->finding, o->n, sizeof *o->finding, by_host_and_rank);
	return o->finding;
}

/* The finding of flows that is of the same doing: on the server's port, else the worst one. */
static struct finding *finding_for(struct of_flows *o, const struct charge *c)
{
	uint16_t port = c->has_port ? c->port : HTTP;
	while (o->at < o->n && addr_cmp(&o->finding[o->at]->host, c->host) < 0)
		o->at++;
	struct finding *first = o->finding[o->at];
	if (o->at == o->n || !addr_eq(&first->host, c->host))
		return NULL;
	for (size_t i = o->at; i < o->n && addr_eq(&o->finding[i]->host, c->host); i++) {
		struct finding *f = o->finding[i];
		if (f->has_port && f->proto == PROTO_TCP && f->port == port)
			return f;
	}
	return first;
}

static size_t hosts_among(const struct attack *const *attack, size_t n)
{
	size_t n_hosts = n > 0;
	for (size_t i = 1; i < n; i++)
		n_hosts += !addr_eq(&attack[i]->host, &attack[i - 1]->host);
	return n_hosts;
}

static bool findings_reserve(struct findings *f, size_t n)
{
	if (f->n + n <= f->room)
		return true;
	struct finding *more = reallocarray(f->finding, f->n + n, sizeof *more);
	if (!more)
		return false;
	f->finding = more;
	f->room = f->n + n;
	return true;
}

bool attacks_into(struct attacks *a, uint64_t now_ms, struct findings *findings)
{
	const struct attack **all = calloc(a->n + 1, sizeof *all);
	size_t n = 0;
	for (size_t i = 0; all && i < a->n; i++) {
		a->attack[i].n_requests = clients_get(a->clients, &a->attack[i].host);
		if (says_something(&a->attack[i]))
			all[n++] = &a->attack[i];
	}
	if (all && n)
		qsort(all, n, sizeof *all, by_host);
	struct of_flows of_flows = {};
	if (!all || !findings_reserve(findings, hosts_among(all, n)) ||
		!of_flows_init(&of_flows, findings)) {
		free(all);
		return false;
	}
	findings->attack = all;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && addr_eq(&all[end]->host, &all[i]->host);)
			end++;
		struct charge c = charge_of(a->inventory, now_ms, all + i, end - i);
		struct finding *f = finding_for(&of_flows, &c);
		if (f)
			finding_join(f, &c);
		else
			findings->finding[findings->n++] = finding_from(&c, a->inventory, now_ms);
	}
	free(of_flows.finding);
	findings_rank(findings);
	return true;
}
