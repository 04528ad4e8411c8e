// SPDX-License-Identifier: Apache-2.0
// Peers are drawn from the strategy itself, those that an exporter cannot see are drawn again.
#include "quality/aim.h"
#include <stdio.h>

#include "detect/targeting.h"
#include "generate/dice.h"

enum { PEERS_MOST = 100, N_VIEWS = 3, SELF = 0x0a010a42 };

const int aim_sizes[AIM_SIZES] = { 10, 20, 30, 50, 100 };
const char *const aim_names[AIM_STRATEGIES] = { "uniform", "code-red-2", "nimda", "local",
	"sequential", "hit-list" };

static const enum targeting truth[AIM_STRATEGIES] = { TARGETING_UNIFORM, TARGETING_CODE_RED_2,
	TARGETING_NIMDA, TARGETING_LOCAL, TARGETING_SEQUENTIAL, TARGETING_HIT_LIST };
// Of 1000: same /24, /16, /8, anywhere; a view hides the first so many bits in common.
static const uint16_t weight[AIM_STRATEGIES][4] = { { 0, 0, 0, 1000 }, { 0, 375, 500, 125 },
	{ 0, 500, 250, 250 }, { 900, 100, 0, 0 } };
static const unsigned hidden_bits[N_VIEWS] = { 32, 24, 16 };
static const char *const view_names[N_VIEWS] = { "all", "gateway", "edge" };

static uint32_t draw(struct dice *d, size_t strategy, uint32_t *next, uint32_t self)
{
	static const uint32_t kept[4] = { 0xffffff00, 0xffff0000, 0xff000000, 0 };
	if (truth[strategy] == TARGETING_SEQUENTIAL)
		return (*next)++;
	if (truth[strategy] == TARGETING_HIT_LIST) // 40 nets that are known to have live hosts
		return ((uint32_t)dice_fixed(*next, dice_below(d, 40), 5) & 0xffffff00) |
		       dice_between(d, 1, 254);
	uint32_t roll = dice_below(d, 1000);
	size_t i = 0;
	while (roll >= weight[strategy][i])
		roll -= weight[strategy][i++];
	return (self & kept[i]) | ((uint32_t)dice_u64(d) & ~kept[i]);
}

static bool is_visible(uint32_t ip, uint32_t self, size_t view)
{
	uint32_t first = ip >> 24;
	unsigned bits = hidden_bits[view];
	bool is_near = bits < 32 && (ip ^ self) >> (32 - bits) == 0;
	return ip != self && !is_near && first > 0 && first != 127 && first < 224;
}

/** One run: returns the strategy named, and how sure. */
static enum targeting run(struct dice *d, size_t strategy, size_t view, size_t n, double *share)
{
	struct contact contact[PEERS_MOST];
	struct exhibit x[PEERS_MOST];
	double posterior[N_TARGETINGS];
	struct addr self = addr_v4(SELF);
	uint32_t next = dice_between(d, 11, 126) << 24 | dice_below(d, 1 << 24);
	bool is_list = truth[strategy] == TARGETING_HIT_LIST;
	for (size_t i = 0; i < n; i++) {
		uint32_t ip;
		do
			ip = draw(d, strategy, &next, SELF);
		while (!is_visible(ip, SELF, view));
		contact[i] = (struct contact){ .src = self, .dst = addr_v4(ip), .first_ms = i + 1 };
		x[i] = (struct exhibit){ &contact[i],
			dice_chance(d, is_list ? 80 : 4) ? SIGN_ANSWERED : SIGN_NO_ACK };
	}
	enum targeting best = 0;
	targeting_weigh(&self, x, n, posterior);
	for (enum targeting t = 0; t < N_TARGETINGS; t++)
		best = posterior[t] > posterior[best] ? t : best;
	*share = posterior[best];
	return best;
}

/** What an exporter can see of a strategy at all: of a local one, only what leaves the /24. */
static bool is_seen(size_t strategy, size_t view)
{
	return truth[strategy] != TARGETING_LOCAL || view == 0;
}

struct aim_table aim_run(size_t n_runs)
{
	struct aim_table t = {};
	struct dice d = { 4711 };
	printf("%-12s %-8s", "strategy", "view");
	for (size_t k = 0; k < AIM_SIZES; k++)
		printf("  n=%-4d", aim_sizes[k]);
	putchar('\n');
	for (size_t s = 0; s < AIM_STRATEGIES; s++)
		for (size_t v = 0; v < N_VIEWS; v++) {
			if (!is_seen(s, v))
				continue;
			printf("%-12s %-8s", aim_names[s], view_names[v]);
			for (size_t k = 0; k < AIM_SIZES; k++) {
				size_t n_right = 0;
				for (size_t i = 0; i < n_runs; i++) {
					double share;
					bool is_right = run(&d, s, v, (size_t)aim_sizes[k],
								&share) == truth[s];
					n_right += is_right;
					t.sure.n += share >= .95;
					t.sure.n_right += share >= .95 && is_right;
				}
				double right = (double)n_right / (double)n_runs;
				printf("  %6.3f", right);
				if (v == 0 || right < t.least[s][k])
					t.least[s][k] = right;
			}
			putchar('\n');
		}
	return t;
}
