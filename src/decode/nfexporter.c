// SPDX-License-Identifier: Apache-2.0
// Layouts are facts from nfdump's public headers (exporter.h of nfdump 1.7).
#include "decode/nfexporter.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "decode/export.h"

struct exporter_record {
	uint16_t type, size;
	uint32_t version;
	uint64_t ip[2]; // as two numbers, IPv4 in the low half of the second
	uint16_t family, number;
	uint32_t id;
};
static_assert(sizeof(struct exporter_record) == 32);

struct sampler_record {
	uint16_t type, size, exporter, algorithm;
	uint64_t id;
	uint32_t n_taken, n_skipped;
};
static_assert(sizeof(struct sampler_record) == 24);

/* Samplers that hold for a whole exporter, the strongest first; ids as in the file. */
enum scope { SCOPE_OVERWRITE, SCOPE_GENERIC, SCOPE_DEFAULT, N_SCOPES };
static const int64_t scope_ids[N_SCOPES] = { -3, -1, -2 };

struct origin {
	uint32_t identity;  // 0: not used yet
	uint32_t inventory; // what the inventory says of its sampling
	struct nfrate rate[N_SCOPES];
};

struct selector {
	uint64_t id;
	struct nfrate rate;
	uint16_t exporter;
};

enum { N_EXPORTERS = UINT16_MAX + 1, SELECTORS_MAX = 256 };

struct nfexporters {
	const struct inventory *inventory;
	size_t n_selectors, n_exporters; // the latter: from 0 to the highest number that was used
	struct selector selector[SELECTORS_MAX];
	struct origin exporter[N_EXPORTERS];
};

struct nfexporters *nfexporters_new(const struct inventory *inventory)
{
	struct nfexporters *e = calloc(1, sizeof *e);
	if (e)
		e->inventory = inventory;
	return e;
}

void nfexporters_free(struct nfexporters *e)
{
	free(e);
}

void nfexporters_forget(struct nfexporters *e)
{
	memset(e->exporter, 0, e->n_exporters * sizeof *e->exporter);
	e->n_selectors = e->n_exporters = 0;
}

/* One that may be changed. */
static struct origin *origin_of(struct nfexporters *e, uint16_t number)
{
	if (number >= e->n_exporters)
		e->n_exporters = number + 1u;
	return &e->exporter[number];
}

void nfexporters_learn(struct nfexporters *e, struct bytes record)
{
	struct exporter_record r;
	if (record.len < sizeof r)
		return;
	memcpy(&r, record.ptr, sizeof r);
	struct origin *x = origin_of(e, le16toh(r.number));
	struct domain domain = {
		.exporter = le16toh(r.family) == AF_INET
				    ? nfaddr_v4(htole32((uint32_t)le64toh(r.ip[1])))
				    : nfaddr_v6(r.ip),
		.id = le32toh(r.id),
		.version = le32toh(r.version),
	};
	x->inventory = inventory_sampling(e->inventory, &domain.exporter);
	if (!x->identity)
		x->identity = domain_identity(&domain);
}

static const struct selector *selector_get(
	const struct nfexporters *e, uint16_t exporter, uint64_t id)
{
	for (size_t i = 0; i < e->n_selectors; i++)
		if (e->selector[i].id == id && e->selector[i].exporter == exporter)
			return &e->selector[i];
	return NULL;
}

static void selector_put(struct nfexporters *e, struct selector s)
{
	const struct selector *known = selector_get(e, s.exporter, s.id);
	if (known)
		e->selector[known - e->selector] = s;
	else if (e->n_selectors < SELECTORS_MAX)
		e->selector[e->n_selectors++] = s;
}

void nfexporters_learn_sampler(struct nfexporters *e, struct bytes record)
{
	struct sampler_record r = {};
	if (record.len >= sizeof r)
		memcpy(&r, record.ptr, sizeof r);
	if (r.n_taken == 0)
		return;
	struct selector s = {
		.id = le64toh(r.id),
		.rate = { le32toh(r.n_taken), le32toh(r.n_skipped) },
		.exporter = le16toh(r.exporter),
	};
	for (enum scope scope = 0; scope < N_SCOPES; scope++)
		if (s.id == (uint64_t)scope_ids[scope]) {
			origin_of(e, s.exporter)->rate[scope] = s.rate;
			return;
		}
	selector_put(e, s);
}

/* The number of an exporter that the file does not introduce stands for it. */
uint32_t nfexporters_identity(struct nfexporters *e, uint16_t number, uint8_t version, uint32_t ip)
{
	struct origin *x = origin_of(e, number);
	if (!x->identity) {
		struct domain domain = {
			.exporter = nfaddr_v4(ip),
			.id = number,
			.version = version,
		};
		x->identity = domain_identity(&domain);
	}
	return x->identity;
}

uint32_t nfexporters_inventory(const struct nfexporters *e, uint16_t number)
{
	return e->exporter[number].inventory;
}

struct nfrate nfexporters_rate(
	const struct nfexporters *e, uint16_t number, const uint64_t *selector)
{
	const struct origin *x = &e->exporter[number];
	const struct selector *own = selector ? selector_get(e, number, *selector) : NULL;
	if (own && !x->rate[SCOPE_OVERWRITE].n_taken)
		return own->rate;
	for (enum scope s = 0; s < N_SCOPES; s++)
		if (x->rate[s].n_taken)
			return x->rate[s];
	return (struct nfrate){};
}
