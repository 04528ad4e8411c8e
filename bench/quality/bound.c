// SPDX-License-Identifier: Apache-2.0
// After n contacts all that counts is how many were dark, failed otherwise, or were answered: so the
// best test takes these cells by their likelihood ratio until the false alarms are used up.
#include "quality/bound.h"
#include <math.h>
#include <stdlib.h>

#include "quality/scene.h"

enum { CONTACTS_MOST = 24, CELLS_MOST = (CONTACTS_MOST + 1) * (CONTACTS_MOST + 2) / 2 };
static const double false_alarms = 1e-5 / 64; // for each contact that may begin a run
static const double benign_dark = .02, assigned_share = 20. / 256;

enum { DARK, FAILED, ANSWERED_CELL, N_KINDS_OF_CELL };

struct cell {
	double infected, benign;
};

static int by_ratio(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	double p = x->infected * y->benign, q = y->infected * x->benign;
	return (p < q) - (p > q);
}

static double probability(const unsigned n[N_KINDS_OF_CELL], const double p[N_KINDS_OF_CELL])
{
	double log_p = lgamma(n[DARK] + n[FAILED] + n[ANSWERED_CELL] + 1.);
	for (unsigned i = 0; i < N_KINDS_OF_CELL; i++)
		log_p += n[i] * log(p[i]) - lgamma(n[i] + 1.);
	return exp(log_p);
}

static double power_on(const struct strain *s, double rate, bool knows_all, unsigned n)
{
	double sum = s->anybody + s->same_8 + s->same_16 + s->same_24;
	double near = knows_all ? s->same_16 + s->same_24 : s->same_16 * (1 - assigned_share);
	double answered = s->answered_percent / 100., dark = (s->same_8 + near) / sum;
	dark = fmin(fmax(dark, 1e-9), 1 - 1e-9); // a logarithm is taken of it
	const double infected[] = { dark * (1 - answered), (1 - dark) * (1 - answered), answered };
	const double benign[] = { benign_dark, rate, 1 - benign_dark - rate };
	struct cell cell[CELLS_MOST];
	size_t n_cells = 0;
	for (unsigned d = 0; d <= n; d++)
		for (unsigned f = 0; f + d <= n; f++) {
			unsigned of[] = { d, f, n - d - f };
			cell[n_cells++] =
				(struct cell){ probability(of, infected), probability(of, benign) };
		}
	qsort(cell, n_cells, sizeof *cell, by_ratio);
	double power = 0, left = false_alarms;
	for (size_t i = 0; i < n_cells && left > 0; i++) {
		power += cell[i].infected * fmin(1, left / cell[i].benign);
		left -= cell[i].benign;
	}
	return power;
}

double bound_power(double rate, bool knows_all, unsigned n)
{
	double sum = 0;
	unsigned n_strains = 0;
	for (size_t i = 0; strain_at(i); i++) {
		const struct strain *s = strain_at(i);
		if (s->has_no_goal || !(s->same_16 || s->same_24))
			continue;
		sum += power_on(s, rate, knows_all, n);
		n_strains++;
	}
	return sum / n_strains;
}

struct bound bound_of(double rate, bool knows_all)
{
	struct bound b = {};
	for (unsigned n = 1; n <= CONTACTS_MOST && !b.p99; n++) {
		double power = bound_power(rate, knows_all, n);
		b.median = b.median || power < .5 ? b.median : n;
		b.p99 = power < .99 ? 0 : n;
	}
	return b;
}
