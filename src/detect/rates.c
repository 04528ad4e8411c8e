// SPDX-License-Identifier: Apache-2.0
// A table over all ports: pooled counts of sources that look benign, with a Beta(1, 19) prior.
#include "detect/rates.h"

#include <stdlib.h>

enum { PORTS = 65536, EXAMPLE_MIN = 3, EXAMPLE_SHARE = 3 };
static const double prior_failed = 1, prior_all = 20, rate_min = .02, rate_max = .20;

struct rates {
	struct {
		uint32_t n, n_failed;
	} row[3][PORTS]; // TCP, UDP, the rest
};

struct rates *rates_new(void)
{
	return calloc(1, sizeof(struct rates));
}

void rates_free(struct rates *r)
{
	free(r);
}

static unsigned table(uint8_t proto)
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
	unsigned t = table(proto);
	if (of.n < EXAMPLE_MIN ? !is_usual : !is_example(&of))
		return;
	r->row[t][port].n += of.n;
	r->row[t][port].n_failed += of.n_failed;
}

void rates_learn(struct rates *r, const struct exhibit *x, size_t n, bool is_usual)
{
	struct tally of = tally_of(x, n);
	rates_add(r, x[0].contact->proto, x[0].contact->port, of.n, of.n_failed, is_usual);
}

void rates_join(struct rates *into, const struct rates *from)
{
	for (size_t t = 0; t < countof(into->row); t++)
		for (size_t p = 0; p < PORTS; p++) {
			into->row[t][p].n += from->row[t][p].n;
			into->row[t][p].n_failed += from->row[t][p].n_failed;
		}
}

static double within(double rate)
{
	return rate < rate_min ? rate_min : rate > rate_max ? rate_max : rate;
}

double rates_get(const struct rates *r, uint8_t proto, uint16_t port)
{
	unsigned t = table(proto);
	return within((r->row[t][port].n_failed + prior_failed) / (r->row[t][port].n + prior_all));
}

double rates_of_others(const struct rates *r, const struct exhibit *x, size_t n)
{
	unsigned t = table(x[0].contact->proto);
	uint16_t port = x[0].contact->port;
	struct tally own = tally_of(x, n);
	if (!is_example(&own))
		own = (struct tally){};
	double n_failed = r->row[t][port].n_failed - own.n_failed + prior_failed;
	return within(n_failed / (r->row[t][port].n - own.n + prior_all));
}

double rates_of_own(const struct exhibit *x, size_t n, size_t begin, size_t end, double rate)
{
	struct tally own = tally_of(x, begin), after = tally_of(x + end, n - end);
	own.n += after.n;
	own.n_failed += after.n_failed;
	if (!is_example(&own))
		return rate;
	return within((own.n_failed + rate * prior_all) / (own.n + prior_all));
}

struct rate_worst rates_worst(const struct rates *r, bool is_tcp)
{
	static const uint8_t protos[] = { PROTO_TCP, PROTO_UDP, PROTO_UNKNOWN };
	struct rate_worst worst = {};
	for (unsigned t = 0; t < countof(protos); t++)
		for (unsigned p = 0; p < PORTS && is_tcp == (protos[t] == PROTO_TCP); p++) {
			double share = r->row[t][p].n ? rates_get(r, protos[t], (uint16_t)p) : 0;
			if (share > worst.share)
				worst = (struct rate_worst){ share, protos[t], (uint16_t)p };
		}
	return worst;
}
