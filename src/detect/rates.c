// SPDX-License-Identifier: Apache-2.0
// A table over all ports: pooled counts of sources that look benign, with a prior of 20 contacts, of
// which as many failed as did here in the past, or one.
#include "detect/rates.h"

#include "base/pages.h"
#include "detect/habits.h"

enum { EXAMPLE_MIN = 3, EXAMPLE_SHARE = 3 };
static const double prior_all = 20, rate_min = .02, rate_max = .20;

struct rates {
	const struct habits *past; // NULL: nothing is known
	struct rate_sum row[RATE_TABLES][RATE_PORTS];
};

struct rates *rates_new(const struct habits *past)
{
	struct rates *r = pages_new(sizeof(struct rates));
	if (r)
		r->past = past;
	return r;
}

void rates_free(struct rates *r)
{
	pages_free(r, sizeof *r);
}

unsigned rates_table(uint8_t proto)
{
	return proto == PROTO_TCP ? 0 : proto == PROTO_UDP ? 1 : 2;
}

struct tally {
	uint32_t n, n_failed; // of contacts whose outcome is known
};

static struct tally tally_of(const struct exhibit *x, size_t n)
{
	struct tally t = {};
	for (size_t i = 0; i < n; i++) {
		enum outcome o = sign_outcome(x[i].sign);
		t.n += o != OUTCOME_UNKNOWN;
		t.n_failed += o == OUTCOME_FAILED;
	}
	return t;
}

static bool is_example(const struct tally *t)
{
	return t->n >= EXAMPLE_MIN && t->n_failed * EXAMPLE_SHARE <= t->n;
}

void rates_add(
	struct rates *r, uint8_t proto, uint16_t port, uint32_t n, uint32_t n_failed, bool is_usual)
{
	struct tally of = { n, n_failed };
	if (of.n < EXAMPLE_MIN ? !is_usual : !is_example(&of))
		return;
	struct rate_sum *s = &r->row[rates_table(proto)][port];
	s->n += of.n;
	s->n_failed += of.n_failed;
	s->most = MOST(s->most, of.n_failed);
	s->n_sources++;
}

void rates_fetch(const struct rates *r, uint8_t proto, uint16_t port)
{
	__builtin_prefetch(&r->row[rates_table(proto)][port], 1);
}

void rates_learn(struct rates *r, const struct exhibit *x, size_t n, bool is_usual)
{
	struct tally of = tally_of(x, n);
	rates_add(r, x[0].contact->proto, x[0].contact->port, of.n, of.n_failed, is_usual);
}

void rates_join(struct rates *into, const struct rates *from)
{
	for (size_t t = 0; t < countof(into->row); t++)
		for (size_t p = 0; p < RATE_PORTS; p++) {
			struct rate_sum *s = &into->row[t][p];
			const struct rate_sum *more = &from->row[t][p];
			if (!more->n_sources)
				continue; // its page stays untouched
			s->n += more->n;
			s->n_failed += more->n_failed;
			s->most = MOST(s->most, more->most);
			s->n_sources += more->n_sources;
		}
}

void rates_part(struct rates *from, const struct rates *accused)
{
	for (size_t t = 0; t < countof(from->row); t++)
		for (size_t p = 0; p < RATE_PORTS; p++) {
			struct rate_sum *s = &from->row[t][p];
			const struct rate_sum *less = &accused->row[t][p];
			if (!less->n_sources)
				continue;
			s->n -= LEAST(s->n, less->n);
			s->n_failed -= LEAST(s->n_failed, less->n_failed);
			s->n_sources -= LEAST(s->n_sources, less->n_sources);
		}
}

struct rate_sum rates_sum(const struct rates *r, unsigned table, uint16_t port)
{
	return r->row[table][port];
}

double rates_within(double rate)
{
	return rate < rate_min ? rate_min : rate > rate_max ? rate_max : rate;
}

double rates_get(const struct rates *r, uint8_t proto, uint16_t port)
{
	const struct rate_sum *s = &r->row[rates_table(proto)][port];
	double prior_failed = prior_all * habits_share(r->past, proto, port);
	return rates_within((s->n_failed + prior_failed) / (s->n + prior_all));
}

double rates_of_others(const struct rates *r, const struct exhibit *x, size_t n)
{
	uint8_t proto = x[0].contact->proto;
	uint16_t port = x[0].contact->port;
	const struct rate_sum *s = &r->row[rates_table(proto)][port];
	struct tally own = tally_of(x, n);
	if (!is_example(&own))
		own = (struct tally){};
	double prior_failed = prior_all * habits_share(r->past, proto, port);
	double n_failed = s->n_failed - own.n_failed + prior_failed;
	return rates_within(n_failed / (s->n - own.n + prior_all));
}

double rates_of_own(const struct exhibit *x, size_t n, size_t begin, size_t end, double rate)
{
	struct tally own = tally_of(x, begin), after = tally_of(x + end, n - end);
	own.n += after.n;
	own.n_failed += after.n_failed;
	if (!is_example(&own))
		return rate;
	return rates_within((own.n_failed + rate * prior_all) / (own.n + prior_all));
}

struct rate_worst rates_worst(const struct rates *r, bool is_tcp)
{
	static const uint8_t protos[] = { PROTO_TCP, PROTO_UDP, PROTO_UNKNOWN };
	struct rate_worst worst = {};
	for (unsigned t = 0; t < countof(protos); t++)
		for (unsigned p = 0; p < RATE_PORTS && is_tcp == (protos[t] == PROTO_TCP); p++) {
			double share = r->row[t][p].n ? rates_get(r, protos[t], (uint16_t)p) : 0;
			if (share > worst.share)
				worst = (struct rate_worst){ share, protos[t], (uint16_t)p };
		}
	return worst;
}
