// SPDX-License-Identifier: Apache-2.0
// The library, fed as the exporter tells, with a verdict every second: `cordon watch`
// judges as soon as something came, but at most half of the time, so its verdicts come faster.
#include "quality/sentinel.h"
#include <stdio.h>
#include <stdlib.h>

#include "detect/judge.h"
#include "generate/dice.h"

enum { MEMORY = 64 << 20, EVERY_MS = 1000, LIMIT_MS = 120000, LINE_MS = 20000, FEW = 3, SOME = 10 };

// One host in twenty is vulnerable where a goal is held against it. The worlds of Code Red v2 and
// Slammer are those of facts/worms.md, 6.1 and 6.4.
static const struct course courses[] = {
	{ "Code Red II", 500, 15000, 0, 0, 200, true },
	{ "Code Red v2", 500, 15000, 1.8 / 3600, 359104, 100, false },
	{ "Slammer", 500, 15000, .0815, 75000, 100, false },
	{ "Code Red II", 100, 15000, 0, 0, 40, false },
	{ "Code Red II", 2000, 15000, 0, 0, 40, false },
	{ "Code Red II", 500, 1000, 0, 0, 40, false },
	{ "Code Red II", 2000, 1000, 0, 0, 40, false },
	{ "Code Red II", 10000, 1000, 0, 0, 20, false },
};
static_assert(countof(courses) == N_COURSES);

const struct course *course_at(size_t i)
{
	return i < countof(courses) ? &courses[i] : NULL;
}

/** One run. */
struct run {
	struct epidemic *epidemic;
	struct evidence *evidence;
	struct watched *watched;
	bool is_told, has_line; // there was an alarm; an outbreak was told
	uint64_t end_ms;        // to wait for either
};

static bool is_worm_of(const struct run *r, const struct finding *f)
{
	return f->verdict == VERDICT_WORM && f->has_port &&
	       epidemic_uses(r->epidemic, f->proto, f->port);
}

static void take_alarm(struct run *r, const struct findings *found, uint64_t now_ms)
{
	struct watched *w = r->watched;
	const struct finding *first = NULL;
	for (size_t i = 0; i < found->n; i++) {
		const struct finding *f = &found->finding[i];
		if (f->verdict == VERDICT_WORM)
			w->n_false += epidemic_rank(r->epidemic, &f->host) == 0;
		if (is_worm_of(r, f) && (!first || f->onset_ms < first->onset_ms))
			first = f;
	}
	if (!first)
		return;
	size_t n = epidemic_infected(r->epidemic, now_ms);
	r->is_told = true;
	r->end_ms = now_ms + LINE_MS;
	w->n_alarms++;
	w->n_few += n <= FEW;
	w->n_some += n <= SOME;
	w->n_first_right += epidemic_rank(r->epidemic, &first->host) == 1;
	sample_put(&w->infected, (double)n);
	sample_put(&w->seconds, (double)(now_ms - epidemic_start_ms(r->epidemic)) / 1000);
	sample_put(&w->earliest,
		(double)epidemic_infected(r->epidemic, epidemic_told_ms(r->epidemic)));
}

static void take_line(struct run *r, const struct findings *found)
{
	for (size_t i = 0; i < found->n_outbreaks && !r->has_line; i++) {
		const struct outbreak *o = &found->outbreak[i];
		if (!epidemic_uses(r->epidemic, o->proto, o->port))
			continue;
		r->has_line = true;
		r->watched->n_lines++;
		r->watched->n_line_right += epidemic_rank(r->epidemic, &o->first) == 1;
	}
}

static void look(struct run *r, uint64_t now_ms)
{
	struct findings found;
	if (!judge(r->evidence, NULL, now_ms, false, &found)) {
		perror("quality: judge");
		exit(2);
	}
	if (!r->is_told)
		take_alarm(r, &found, now_ms);
	if (r->is_told)
		take_line(r, &found);
	findings_free(&found);
}

static void run_one(const struct course *c, struct watched *w, uint64_t seed)
{
	struct run r = { epidemic_new(c, seed), evidence_new(evidence_max_for(MEMORY), 1), w, false,
		false, 0 };
	uint64_t start_ms = epidemic_start_ms(r.epidemic), now_ms = start_ms;
	if (!r.evidence) {
		perror("quality: evidence");
		exit(2);
	}
	now_ms -= dice_fixed(seed, 0x71c, 0) % EVERY_MS;
	r.end_ms = start_ms + LIMIT_MS;
	for (; now_ms < r.end_ms && !r.has_line; now_ms += EVERY_MS) {
		size_t n;
		const struct flow *told = epidemic_until(r.epidemic, now_ms, &n);
		evidence_observe(r.evidence, told, n);
		// before, there is nothing of the worm to be seen; one verdict tests the benign work
		if (now_ms <= start_ms || now_ms >= epidemic_told_ms(r.epidemic))
			look(&r, now_ms);
	}
	w->n++;
	evidence_free(r.evidence);
	epidemic_free(r.epidemic);
}

static void print_row(const struct course *c, struct watched *w)
{
	printf("%-12s %6u %5.0f s %4zu %5.0f %4.0f %4.0f %7.0f %4.0f %7.1f %6.1f  %3zu/%-3zu "
	       "%3zu/%-3zu "
	       "%3zu/%-3zu %3zu/%-3zu %6zu\n",
		c->strain, c->n_vulnerable, c->inactive_ms / 1000.0, w->n,
		sample_quantile(&w->infected, .5), sample_quantile(&w->infected, .95),
		sample_quantile(&w->infected, .99), sample_quantile(&w->earliest, .5),
		sample_quantile(&w->earliest, .99), sample_quantile(&w->seconds, .5),
		sample_quantile(&w->seconds, .99), w->n_few, w->n, w->n_some, w->n,
		w->n_first_right, w->n_alarms, w->n_line_right, w->n_lines, w->n_false);
}

void sentinel_run(struct watches *all, unsigned first_seed, unsigned percent)
{
	printf("\n== outbreaks: %d hosts in 10.1.0.0/16 that go on working, an exporter at the "
	       "border, a verdict every %d s\n"
	       "%-12s %6s %7s %4s %16s %12s %14s  %7s %7s %7s %7s %6s\n"
	       "%-12s %6s %7s %4s %5s %4s %4s %7s %4s %7s %6s  %7s %7s %7s %7s %6s\n",
		EPIDEMIC_HOSTS, EVERY_MS / 1000, "", "vulner-", "told", "", "infected, alarm",
		"first told", "seconds to it", "at most", "at most", "zero at", "zero in", "clean",
		"worm", "able", "after", "runs", "p50", "p95", "p99", "p50", "p99", "p50", "p99",
		"3", "10", "alarm", "line", "named");
	for (size_t i = 0; i < N_COURSES; i++) {
		unsigned n = (courses[i].n_seeds * percent + 99) / 100;
		for (unsigned seed = 0; seed < n; seed++)
			run_one(&courses[i], &all->of[i], first_seed + seed);
		print_row(&courses[i], &all->of[i]);
	}
	printf("first told: infected when the first probe was told: no detector that reads this "
	       "export is earlier. %d: or more.\n",
		AGENTS_MAX);
}

void watches_fini(struct watches *w)
{
	for (size_t i = 0; i < N_COURSES; i++) {
		sample_fini(&w->of[i].infected);
		sample_fini(&w->of[i].seconds);
		sample_fini(&w->of[i].earliest);
	}
}
