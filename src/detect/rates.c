// SPDX-License-Identifier: Apache-2.0
// A table over all ports: pooled counts of sources that look benign, with a Beta(1, 19) prior.
#include "detect/rates.h"

#include <stdlib.h>

enum { PORTS = 65536, EXAMPLE_MIN = 3 };
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

void rates_learn(struct rates *r, const struct exhibit *x, size_t n)
{
	uint32_t n_outcome[N_OUTCOMES] = {};
	for (size_t i = 0; i < n; i++)
		n_outcome[sign_outcome(x[i].sign)]++;
	uint32_t n_failed = n_outcome[OUTCOME_FAILED];
	uint32_t n_known = n_failed + n_outcome[OUTCOME_ANSWERED];
	if (n_known < EXAMPLE_MIN || n_failed * 2 > n_known)
		return;
	unsigned t = table(x[0].contact->proto);
	r->row[t][x[0].contact->port].n += n_known;
	r->row[t][x[0].contact->port].n_failed += n_failed;
}

void rates_learn_one(struct rates *r, const struct contact *c, enum sign sign)
{
	enum outcome o = sign_outcome(sign);
	unsigned t = table(c->proto);
	r->row[t][c->port].n += o != OUTCOME_UNKNOWN;
	r->row[t][c->port].n_failed += o == OUTCOME_FAILED;
}

double rates_get(const struct rates *r, uint8_t proto, uint16_t port)
{
	unsigned t = table(proto);
	double rate = (r->row[t][port].n_failed + prior_failed) / (r->row[t][port].n + prior_all);
	return rate < rate_min ? rate_min : rate > rate_max ? rate_max : rate;
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
