// SPDX-License-Identifier: Apache-2.0
// Each strategy is a density over addresses; the data are the peers in order of time. Masses of
// Code Red II from Cisco's masks (1/8, 4/8, 3/8), of Nimda from CERT CA-2001-26.
#include "detect/targeting.h"

#include <math.h>
#include <stdlib.h>

#include "base/vector.h"

enum { PEERS_MAX = 4096, THREADS = 32 };
enum near { NEAR_24, NEAR_16, NEAR_8, FAR, N_NEAR };
enum view { VIEW_ALL, VIEW_GATEWAY, VIEW_EDGE, N_VIEWS };

/** Sizes of the neighbourhoods of a family, as logarithms; IPv6 takes /64, /48, /32 and 2000::/3. */
static const struct family {
	unsigned bits[3]; // common bits that make a peer as near as /24, /16, /8
	double ln_size[N_NEAR];
} families[2] = {
	{ { 64, 48, 32 }, { 64 * M_LN2, 80 * M_LN2, 96 * M_LN2, 125 * M_LN2 } },
	{ { 120, 112, 104 }, { 8 * M_LN2, 16 * M_LN2, 24 * M_LN2, 22.04 } }, // 222 x 2^24
};

/* Share of probes that go to the neighbourhood on purpose; the rest is uniform. */
static const struct {
	enum targeting targeting;
	double near[3]; // /24, /16, /8
	double anywhere;
} masks[] = {
	{ TARGETING_UNIFORM, { 0, 0, 0 }, 1 },
	{ TARGETING_CODE_RED_2, { 0, .375, .5 }, .125 },
	{ TARGETING_NIMDA, { 0, .5, .25 }, .25 },
	{ TARGETING_LOCAL, { .9, .1, 0 }, 1e-6 },
};

static const double view_prior[N_VIEWS] = { .5, .25, .25 };
static const double visible_min = .02;
static const double sequential_share = .9, hit_list_share = .5, one_slash_8_share = .95;

static enum near nearness(const struct family *f, const struct addr *a, const struct addr *b)
{
	unsigned common = addr_common_bits(a, b);
	for (enum near k = NEAR_24; k < FAR; k++)
		if (common >= f->bits[k])
			return k;
	return FAR;
}

/* Logarithm of the density of a mask at a peer this near. */
static double mask_density(const struct family *f, size_t mask, enum near k)
{
	double d = masks[mask].anywhere * exp(f->ln_size[NEAR_8] - f->ln_size[FAR]);
	for (enum near i = k; i < FAR; i++)
		d += masks[mask].near[i] * exp(f->ln_size[NEAR_8] - f->ln_size[i]);
	return log(d) - f->ln_size[NEAR_8];
}

/* Share of a mask's probes that an exporter with this view sees. */
static double visible_mass(const struct family *f, size_t mask, enum view v)
{
	if (v == VIEW_ALL)
		return 1;
	enum near hidden = v == VIEW_GATEWAY ? NEAR_24 : NEAR_16;
	double inside = masks[mask].anywhere * exp(f->ln_size[hidden] - f->ln_size[FAR]);
	for (enum near i = NEAR_24; i < FAR; i++)
		inside += masks[mask].near[i] * exp(fmin(0, f->ln_size[hidden] - f->ln_size[i]));
	return 1 - inside;
}

static uint64_t low_half(const struct addr *a)
{
	return bytes_uint((struct bytes){ a->octet + 8, 8 });
}

static bool is_step(uint64_t from, uint64_t to)
{
	return to - from - 1 < 2;
}

/* The lower halves of the last few peers; of fewer, the first one several times. */
struct ends {
	uint64_t low[THREADS];
};

/* Whether a peer may be one or two above one of them, as far as the lower half tells: all at once. */
VECTOR_CLONES
static bool may_continue(const struct ends *e, uint64_t low)
{
	uint64_t n = 0;
	for (size_t k = 0; k < THREADS; k++)
		n += is_step(e->low[k], low);
	return n;
}

/* Whether the i-th peer continues a thread: one or two above one of the last few. Peers are asked for one by one. */
static bool continues(struct ends *e, const struct exhibit *x, size_t i)
{
	const struct addr *now = &x[i].contact->dst;
	uint64_t low = low_half(now);
	bool does = false;
	if (i == 0)
		for (size_t k = 0; k < THREADS; k++)
			e->low[k] = low;
	if (may_continue(e, low))
		for (size_t k = 1; k <= THREADS && k <= i && !does; k++) {
			const struct addr *then = &x[i - k].contact->dst;
			does = is_step(low_half(then), low) && !memcmp(then->octet, now->octet, 8);
		}
	e->low[i % THREADS] = low;
	return does;
}

size_t targeting_steps(const struct exhibit *x, size_t n)
{
	struct ends ends;
	size_t n_steps = 0;
	for (size_t i = 0; i < n; i++)
		n_steps += continues(&ends, x, i);
	return n_steps;
}

static int by_prefix(const void *a, const void *b)
{
	return memcmp(a, b, 15);
}

/* How many far peers share their /24 (IPv4; of IPv6 the /120) with another far one. */
static size_t shared_prefixes(const struct family *f, const struct addr *source,
	const struct exhibit *x, size_t n, size_t *n_distinct)
{
	struct addr *far = malloc(n * sizeof *far);
	size_t n_far = 0, n_shared = 0;
	*n_distinct = 1;
	for (size_t i = 0; far && i < n; i++)
		if (nearness(f, source, &x[i].contact->dst) >= NEAR_8)
			far[n_far++] = x[i].contact->dst;
	if (far)
		qsort(far, n_far, sizeof *far, by_prefix);
	for (size_t i = 1; i < n_far; i++)
		n_shared += !by_prefix(&far[i - 1], &far[i]);
	*n_distinct = n_far > n_shared ? n_far - n_shared : 1;
	free(far);
	return n_shared;
}

/* Only a list of live hosts makes most probes succeed. */
static double outcome_nats(const struct exhibit *x, size_t n, double answered)
{
	double nats = 0;
	for (size_t i = 0; i < n; i++) {
		enum outcome o = sign_outcome(x[i].sign);
		nats += o == OUTCOME_ANSWERED ? log(answered)
			: o == OUTCOME_FAILED ? log(1 - answered)
					      : 0;
	}
	return nats;
}

static double ln_sum(double a, double b)
{
	double high = fmax(a, b);
	return isinf(high) ? high : high + log(exp(a - high) + exp(b - high));
}

/* Log-likelihood of a mask, averaged over what the exporter may be able to see. */
static double mask_nats(const struct family *f, size_t mask, const size_t count[N_NEAR])
{
	double sum = -INFINITY, nats = 0;
	size_t n = 0;
	for (enum near k = NEAR_24; k < N_NEAR; k++) {
		nats += count[k] ? (double)count[k] * mask_density(f, mask, k) : 0;
		n += count[k];
	}
	for (enum view v = VIEW_ALL; v < N_VIEWS; v++) {
		double visible = visible_mass(f, mask, v);
		bool contradicted =
			(v >= VIEW_GATEWAY && count[NEAR_24]) || (v >= VIEW_EDGE && count[NEAR_16]);
		if (!contradicted && visible >= visible_min)
			sum = ln_sum(sum, log(view_prior[v]) + nats - (double)n * log(visible));
	}
	return sum;
}

static double sequential_nats(const struct family *f, const struct exhibit *x, size_t n)
{
	struct ends ends;
	double nats = 0;
	for (size_t i = 0; i < n; i++)
		nats += continues(&ends, x, i) ? log(sequential_share / 2)
					       : log(1 - sequential_share) - f->ln_size[FAR];
	return nats + log(1 / (1 - sequential_share)); // the first has nothing to continue
}

static double hit_list_nats(
	const struct family *f, const struct addr *source, const struct exhibit *x, size_t n)
{
	size_t n_distinct, n_shared = shared_prefixes(f, source, x, n, &n_distinct);
	double shared = log(hit_list_share) - log((double)n_distinct * 254);
	double fresh = log(1 - hit_list_share) - f->ln_size[FAR];
	return (double)n_shared * shared + (double)(n - n_shared) * fresh;
}

static double one_slash_8_nats(
	const struct family *f, const struct addr *source, const struct exhibit *x, size_t n)
{
	const struct addr *first = &x[0].contact->dst;
	double nats = -f->ln_size[FAR];
	if (nearness(f, source, first) < FAR)
		return -INFINITY; // its own: other strategies say that
	for (size_t i = 1; i < n; i++)
		nats += nearness(f, first, &x[i].contact->dst) < FAR
				? log(one_slash_8_share) - f->ln_size[NEAR_8]
				: log(1 - one_slash_8_share) - f->ln_size[FAR];
	return nats;
}

void targeting_weigh(const struct addr *source, const struct exhibit *x, size_t n,
	double posterior[N_TARGETINGS])
{
	const struct family *f = &families[addr_is_v4(source)];
	double nats[N_TARGETINGS], best = -INFINITY, sum = 0;
	size_t count[N_NEAR] = {};
	n = n < PEERS_MAX ? n : PEERS_MAX;
	for (size_t i = 0; i < n; i++)
		count[nearness(f, source, &x[i].contact->dst)]++;

	double chance = outcome_nats(x, n, .1), listed = outcome_nats(x, n, .8);
	for (size_t i = 0; i < countof(masks); i++)
		nats[masks[i].targeting] = mask_nats(f, i, count) + chance;
	nats[TARGETING_SEQUENTIAL] = n ? sequential_nats(f, x, n) + chance : chance;
	nats[TARGETING_HIT_LIST] = n ? hit_list_nats(f, source, x, n) + listed : listed;
	nats[TARGETING_FOREIGN_8] = n ? one_slash_8_nats(f, source, x, n) + chance : chance;

	for (size_t t = 0; t < N_TARGETINGS; t++)
		best = fmax(best, nats[t]);
	for (size_t t = 0; t < N_TARGETINGS; t++)
		sum += posterior[t] = exp(nats[t] - best);
	for (size_t t = 0; t < N_TARGETINGS; t++)
		posterior[t] = n ? posterior[t] / sum : 1.0 / N_TARGETINGS;
}

static_assert((int)N_NEAR == (int)TARGETING_NEARS);
const size_t n_targeting_masks = countof(masks);

unsigned targeting_near(const struct addr *source, const struct addr *peer)
{
	return nearness(&families[addr_is_v4(source)], source, peer);
}

const char *targeting_near_name(bool is_v4, unsigned near)
{
	static const char *const names[2][N_NEAR] = {
		{ "same /64", "same /48", "same /32", "elsewhere" },
		{ "same /24", "same /16", "same /8", "elsewhere" },
	};
	return names[is_v4][near];
}

enum targeting targeting_mask(size_t i, bool is_v4, double share[TARGETING_NEARS])
{
	const struct family *f = &families[is_v4];
	double within = 0; // of this neighbourhood, with those in it
	for (enum near k = NEAR_24; k < N_NEAR; k++) {
		double whole = masks[i].anywhere * exp(f->ln_size[k] - f->ln_size[FAR]);
		for (enum near on = NEAR_24; on < FAR; on++)
			whole += masks[i].near[on] * exp(fmin(0, f->ln_size[k] - f->ln_size[on]));
		whole = k == FAR ? 1 : fmin(whole, 1);
		share[k] = whole - within;
		within = whole;
	}
	return masks[i].targeting;
}

void targeting_weigh_masks(bool is_v4, const size_t count[TARGETING_NEARS], double likelihood[])
{
	double best = -INFINITY, sum = 0;
	for (size_t i = 0; i < countof(masks); i++) {
		likelihood[i] = mask_nats(&families[is_v4], i, count);
		best = fmax(best, likelihood[i]);
	}
	for (size_t i = 0; i < countof(masks); i++)
		sum += likelihood[i] = isinf(best) ? 1 : exp(likelihood[i] - best);
	for (size_t i = 0; i < countof(masks); i++)
		likelihood[i] /= sum;
}
