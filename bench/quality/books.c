// SPDX-License-Identifier: Apache-2.0
// Tables of the quality bench, and the goals of facts/detection.md, section 12, beside them.
#include "quality/books.h"
#include <stdio.h>
#include <string.h>

#include "quality/baseline.h"
#include "quality/bound.h"

static const double per = 1e6;

static void recall_add(struct recall *sum, const struct recall *r)
{
	sum->n += r->n;
	sum->n_worm += r->n_worm;
	sum->n_named += r->n_named;
	sum->n_in_time += r->n_in_time;
	sum->n_in_flash += r->n_in_flash;
}

struct recall recall_sum(const struct book *b, uint32_t least_per_s)
{
	struct recall sum = {};
	for (size_t i = 0; i < N_WORMS; i++)
		if (strain_at(i)->rate_per_s >= least_per_s)
			recall_add(&sum, &b->recall[i]);
	return sum;
}

struct recall recall_of_flash(const struct book *b)
{
	struct recall sum = {};
	for (size_t i = 0; i < N_WORMS; i++)
		if (strain_at(i)->is_flash)
			recall_add(&sum, &b->recall[i]);
	return sum;
}

struct alarms alarms_sum(const struct book *b, enum group g)
{
	struct alarms sum = {};
	for (size_t i = 0; i < N_TRADES; i++) {
		const struct alarms *a = &b->alarms[i];
		if (a->n == 0 || trade_group(trade_at(i)) != g)
			continue;
		sum.n += a->n;
		sum.n_worm += a->n_worm;
		sum.n_suspect += a->n_suspect;
		sum.n_scanner += a->n_scanner;
		for (size_t k = 0; k < N_BASELINES; k++)
			sum.n_baseline[k] += a->n_baseline[k];
	}
	return sum;
}

static void print_matrix(const struct books *b)
{
	printf("\n== infected hosts called worm-like, with the port, of those that showed >= 8 "
	       "first "
	       "contacts on a port or >= 12 in all\n%-14s",
		"");
	for (size_t v = 0; v < N_VIEWS; v++)
		printf(" %17s", views[v].name);
	putchar('\n');
	for (size_t i = 0; i < N_STRAINS; i++) {
		printf("%-14s", strain_at(i)->name);
		for (size_t v = 0; v < N_VIEWS; v++) {
			const struct recall *r = &b->view[v].recall[i];
			char cell[40];
			snprintf(cell, sizeof cell, "%zu+%zu/%zu", r->n_worm,
				r->n_named - r->n_worm, r->n);
			printf(" %17s", cell);
		}
		puts(i + 1 == N_WORMS ? "\nno goal:" : "");
	}
	puts("cells: worm-like + suspect / infected. Sampled views count all infected hosts.");
	const struct book *f = &b->view[SEE_FLAGS];
	printf("one list of targets, with flags: told as such in %zu of %zu worlds where it is, "
	       "both hosts "
	       "being named\n",
		f->n_list_told, f->n_one_list);
}

static void print_quantiles(struct sample *s)
{
	if (s->n)
		printf(" %4.0f %4.0f %4.0f", sample_quantile(s, .5), sample_quantile(s, .95),
			sample_quantile(s, .99));
	else
		printf(" %4s %4s %4s", "-", "-", "-");
}

static void print_recall_row(const char *who, size_t k, size_t n, struct sample *first)
{
	printf("  %-20s %5zu/%-5zu %6.2f %% [%6.2f, %6.2f]", who, k, n,
		n ? 100.0 * (double)k / (double)n : 0, 100 * binomial_low(k, n, .025),
		100 * binomial_high(k, n, .025));
	print_quantiles(first);
}

static void print_view(struct book *b, const struct view *v)
{
	struct recall r = recall_sum(b, 0);
	struct sample none = {};
	printf("%s\n", v->name);
	print_recall_row("cordon, worm-like", r.n_worm, r.n, &b->first);
	if (!v->is_list)
		printf("   %.1f s, p95 %.1f s", sample_quantile(&b->seconds, .5),
			sample_quantile(&b->seconds, .95));
	putchar('\n');
	print_recall_row("cordon, or suspect", r.n_named, r.n, &none);
	printf("   contradicted %zu; clean hosts named: %zu worm-like, %zu suspect of %zu\n",
		b->n_contradicted, b->nearby.n_worm, b->nearby.n_suspect, b->nearby.n);
	if (v->is_list)
		printf("  among the first two of the list: %zu of %zu\n", b->n_ranked_first, r.n);
	for (size_t k = 0; k < N_BASELINES && !v->is_list && !v->has_inventory; k++) {
		print_recall_row(
			baseline_at(k)->name, b->baseline[k].n_found, r.n, &b->baseline[k].first);
		printf("   clean hosts named: %zu of %zu\n", b->nearby.n_baseline[k], b->nearby.n);
	}
}

void books_print_recall(struct books *b)
{
	print_matrix(b);
	printf("\n== by view: recall [95 %% bounds, Clopper-Pearson], first contacts since the "
	       "infection up to the finding (median, p95, p99), time to it (median)\n"
	       "TRW, simple-scan and BLR are re-implementations from their published "
	       "constants.\n");
	for (size_t v = 0; v < N_VIEWS; v++)
		print_view(&b->view[v], &views[v]);
}

static double upper(size_t k, size_t n)
{
	return n ? k ? binomial_high(k, n, .05) : 3.0 / (double)n : 0;
}

static void print_rate(size_t k, size_t n)
{
	printf(" %6zu %9.1f <%9.1f", k, n ? per * (double)k / (double)n : 0, per * upper(k, n));
}

static void print_group(const struct books *b, enum group g, const char *title)
{
	printf("\n== false alarms: %s\n%-18s %8s %28s %28s", title, "view", "days", "worm-like",
		"suspect");
	for (size_t k = 0; k < N_BASELINES; k++)
		printf(" %20s", baseline_at(k)->name);
	printf("\n%-18s %8s %6s %9s %10s %6s %9s %10s\n", "", "", "n", "per 10^6", "upper 95%", "n",
		"per 10^6", "upper 95%");
	for (size_t v = 0; v < N_VIEWS; v++) {
		if (views[v].is_list)
			continue;
		struct alarms a = alarms_sum(&b->view[v], g);
		printf("%-18s %8zu", views[v].name, a.n);
		print_rate(a.n_worm, a.n);
		print_rate(a.n_suspect, a.n);
		for (size_t k = 0; k < N_BASELINES && !views[v].has_inventory; k++)
			printf(" %6zu %10.0f/10^6", a.n_baseline[k],
				a.n ? per * (double)a.n_baseline[k] / (double)a.n : 0);
		putchar('\n');
	}
}

static void print_cell(const struct alarms *a)
{
	char cell[64] = "";
	if (a->n)
		snprintf(cell, sizeof cell, "%zu+%zu+%zu", a->n_worm, a->n_suspect, a->n_scanner);
	printf(" %17s", cell);
}

void books_print_alarms(const struct books *b)
{
	print_group(b, GROUP_MIX, "source-days of the benign mix, f <= 15 %");
	print_group(b, GROUP_HARD, "source-days of mail relays, proxies, NAT, without a role");
	print_group(b, GROUP_P2P, "source-days of peer-to-peer and pollers");
	print_group(b, GROUP_HURRY,
		"source-days of prefetching browsers, monitors, list, backup and deployment "
		"servers, without a role");
	printf("\n== false alarms by class: worm-like + suspect + scanner\n%-14s %8s", "", "days");
	for (size_t v = 0; v < N_VIEWS; v++)
		printf(" %17s", views[v].is_list ? "" : views[v].name);
	putchar('\n');
	for (size_t i = 0; trade_name(i); i++) {
		printf("%-14s %8zu", trade_name(i), b->view[SEE_FLAGS].alarms[i].n);
		for (size_t v = 0; v < N_VIEWS; v++)
			print_cell(&b->view[v].alarms[i]);
		putchar('\n');
	}
	printf("%-14s %8zu", "mix, outage", b->view[SEE_FLAGS].outage.n);
	for (size_t v = 0; v < N_VIEWS; v++)
		print_cell(&b->view[v].outage);
	puts("\noutage: the way to the internet is down for one hour of the day; no goal");
}

static void goal(const char *name, bool is_met, const char *figures)
{
	printf("%-4s %-8s %s\n", name, is_met ? "met" : "NOT MET", figures);
}

static double share(size_t k, size_t n)
{
	return n ? (double)k / (double)n : 0;
}

static void goals_of_sampling(const struct books *b)
{
	static const struct {
		int view;
		uint32_t per_s;
		double least;
		const char *within;
	} rows[] = {
		{ SEE_100, 5, .99, "10 min" },
		{ SEE_1000, 6, .95, "30 min" },
		{ SEE_SFLOW_100, 5, .99, "10 min" },
		{ SEE_SFLOW_1000, 6, .95, "30 min" },
	};
	char text[200];
	for (size_t i = 0; i < countof(rows); i++) {
		struct recall fast = recall_sum(&b->view[rows[i].view], rows[i].per_s);
		double in_time = share(fast.n_in_time, fast.n);
		snprintf(text, sizeof text, "%s within %s, >= %u probes/s: %.2f %% (goal %.0f %%)",
			views[rows[i].view].name, rows[i].within, rows[i].per_s, 100 * in_time,
			100 * rows[i].least);
		goal("D3", in_time >= rows[i].least, text);
		if (views[rows[i].view].sampling < 1000)
			continue;
		struct recall flash = recall_of_flash(&b->view[rows[i].view]);
		snprintf(text, sizeof text,
			"%s within 5 min, Slammer and Mirai: %zu of %zu (goal 100 %%)",
			views[rows[i].view].name, flash.n_in_flash, flash.n);
		goal("D3", flash.n && flash.n_in_flash == flash.n, text);
	}
}

static void goals_of_recall(const struct books *b)
{
	char text[200];
	struct recall r[N_VIEWS];
	for (size_t v = 0; v < N_VIEWS; v++)
		r[v] = recall_sum(&b->view[v], 0);
	snprintf(text, sizeof text, "recall with flags: %zu of %zu (goal 100 %%)",
		r[SEE_FLAGS].n_worm, r[SEE_FLAGS].n);
	goal("D1", r[SEE_FLAGS].n_worm == r[SEE_FLAGS].n, text);
	static const struct {
		int view;
		double least;
	} rows[] = { { SEE_NO_FLAGS, .995 }, { SEE_ONE_WAY, .995 }, { SEE_BOTH, .99 } };
	for (size_t i = 0; i < countof(rows); i++) {
		const struct recall *now = &r[rows[i].view];
		double worm = share(now->n_worm, now->n);
		snprintf(text, sizeof text,
			"recall, %s: %.2f %% worm-like, %.2f %% with suspects (goal %.1f %%)",
			views[rows[i].view].name, 100 * worm, 100 * share(now->n_named, now->n),
			100 * rows[i].least);
		goal("D2", worm >= rows[i].least, text);
	}
	goals_of_sampling(b);
}

static void goal_of_speed(struct sample *s, const char *what, double median, double p99)
{
	char text[200];
	double m = sample_quantile(s, .5), p = sample_quantile(s, .99);
	snprintf(text, sizeof text, "first contacts, %s: median %.0f, p99 %.0f (goal %.0f, %.0f)",
		what, m, p, median, p99);
	goal("D4", s->n && m <= median && p <= p99, text);
}

/* What is the best that could be had where the inventory does not know all targets. */
static void print_bounds(void)
{
	for (int knows_all = 0; knows_all < 2; knows_all++) {
		struct bound usual = bound_of(.05, knows_all), least = bound_of(.02, knows_all);
		printf("     bound    first contacts, worms that prefer their net, %s: no test of "
		       "outcomes is better than median %u, p99 %u where 5 %% fail as a rule (found "
		       "by "
		       "the fourth: %.1f %%), %u, %u where 2 %% do (%.1f %%)\n",
			knows_all ? "every unused address of the own /16 known" : "this inventory",
			usual.median, usual.p99, 100 * bound_power(.05, knows_all, 4), least.median,
			least.p99, 100 * bound_power(.02, knows_all, 4));
	}
}

static void goal_of_alarms(const char *what, size_t k, size_t n, double most_per_million)
{
	char text[200];
	double bound = per * upper(k, n);
	bool is_met = n && per * share(k, n) <= most_per_million;
	snprintf(text, sizeof text,
		"%s: %zu worm-like in %zu source-days, upper bound %.1f per 10^6 (goal %.0f)%s",
		what, k, n, bound, most_per_million,
		is_met && most_per_million > 0 && bound > most_per_million
			? "; the bound is above the goal: more days would have to PROVE it"
			: "");
	goal("D5", is_met, text);
}

static void goal_of_outbreaks(struct watches *w)
{
	char text[300];
	for (size_t i = 0; i < N_COURSES; i++) {
		struct watched *x = &w->of[i];
		const struct course *c = course_at(i);
		if (!c->has_goal || x->n == 0)
			continue;
		double median = sample_quantile(&x->infected, .5);
		double p99 = sample_quantile(&x->infected, .99);
		size_t n_right = x->n_line_right, n_lines = x->n_lines;
		snprintf(text, sizeof text,
			"%s, %u of %d hosts vulnerable: alarm in %zu of %zu runs, %.0f infected "
			"(median), %.0f (p99; goal 3, 10); at most 10 in %.1f %% [%.1f, %.1f]",
			c->strain, c->n_vulnerable, EPIDEMIC_HOSTS, x->n_alarms, x->n, median, p99,
			100 * share(x->n_some, x->n), 100 * binomial_low(x->n_some, x->n, .025),
			100 * binomial_high(x->n_some, x->n, .025));
		goal("D7", x->n_alarms == x->n && median <= 3 && p99 <= 10, text);
		snprintf(text, sizeof text,
			"patient zero named by the outbreak's line: %zu of %zu [%.1f, %.1f] %%, by "
			"the alarm: %zu of %zu (goal 95 %%)",
			n_right, n_lines, 100 * binomial_low(n_right, n_lines, .025),
			100 * binomial_high(n_right, n_lines, .025), x->n_first_right, x->n_alarms);
		goal("D7",
			share(n_right, n_lines) >= .95 &&
				share(x->n_first_right, x->n_alarms) >= .95,
			text);
	}
}

static void goal_of_reasons(const struct books *b)
{
	struct reasons sum = {};
	char text[400];
	for (size_t v = 0; v < N_VIEWS; v++) {
		const struct reasons *r = &b->view[v].reasons;
		if (r->n_lacking && sum.n_lacking == 0)
			memcpy(sum.lacks, r->lacks, sizeof sum.lacks);
		sum.n_alarms += r->n_alarms;
		sum.n_rows += r->n_rows;
		sum.n_lacking += r->n_lacking;
	}
	snprintf(text, sizeof text,
		"rows, log-likelihood ratio by kind, class and what would clear it: %zu of %zu "
		"alarms "
		"tell them (%zu rows)%s%s",
		sum.n_alarms - sum.n_lacking, sum.n_alarms, sum.n_rows, sum.n_lacking ? "; " : "",
		sum.lacks);
	goal("D8", sum.n_alarms && sum.n_lacking == 0, text);
}

static void goals_of_logs(const struct logs *l)
{
	char text[300];
	snprintf(text, sizeof text,
		"%zu of %zu worm lines found, %zu of %zu attackers named with worm, variant, "
		"stage; %llu "
		"accused by %llu benign lines%s%s",
		l->n_found, l->n_lines, l->n_right, l->n_hosts, (unsigned long long)l->n_false,
		(unsigned long long)l->n_benign, l->public_lines ? ", " : "",
		l->public_lines ? l->public_lines : "");
	goal("D10",
		l->n_found == l->n_lines && l->n_right == l->n_hosts && l->n_false == 0 &&
			l->n_benign >= 10000,
		text);
	snprintf(text, sizeof text, "access lists: %zu of %zu sweeps named; %s", l->n_denied_named,
		l->n_denied, l->public_acl ? l->public_acl : "OSSEC's sample is ABSENT");
	goal("D11", l->n_denied_named == l->n_denied && l->public_acl, text);
}

static void goals_of_aim(const struct aim_table *t)
{
	static const struct {
		uint8_t strategy, size;
		double least;
	} rows[] = { { 0, 0, .99 }, { 3, 0, .99 }, { 4, 0, .99 }, { 5, 2, .97 }, { 1, 3, .96 },
		{ 2, 3, .96 }, { 1, 4, .99 }, { 2, 4, .99 } };
	char text[200];
	for (size_t i = 0; i < countof(rows); i++) {
		double got = t->least[rows[i].strategy][rows[i].size];
		snprintf(text, sizeof text, "%s at n = %d, worst view: %.1f %% (goal %.0f %%)",
			aim_names[rows[i].strategy], aim_sizes[rows[i].size], 100 * got,
			100 * rows[i].least);
		goal("D6", got >= rows[i].least, text);
	}
	double right = share(t->sure.n_right, t->sure.n);
	snprintf(text, sizeof text, "answers given at >= .95: %.2f %% right of %zu (goal 95 %%)",
		100 * right, t->sure.n);
	goal("D6", right >= .95, text);
}

void books_print_goals(struct books *b)
{
	struct book *flags = &b->view[SEE_FLAGS];
	struct alarms mix = alarms_sum(flags, GROUP_MIX), hard = alarms_sum(flags, GROUP_HARD),
		      p2p = alarms_sum(flags, GROUP_P2P);
	char text[200];
	size_t n_contradicted = 0, n_stronger = 0;
	puts("\n== goals (facts/detection.md, section 12)");
	goals_of_recall(b);
	goal_of_speed(&b->view[SEE_INVENTORY].first_mapped,
		"inventory, a worm whose targets it all knows", 4, 8);
	goal_of_speed(
		&b->view[SEE_INVENTORY].first_near, "inventory, worms that prefer their net", 4, 8);
	print_bounds();
	goal_of_speed(&flags->first, "flags", 8, 15);
	goal_of_speed(&b->view[SEE_NO_FLAGS].first, "no flags", 12, 20);
	goal_of_alarms("benign mix, flags", mix.n_worm, mix.n, 10);
	goal_of_alarms("with mail, proxy, NAT", mix.n_worm + hard.n_worm, mix.n + hard.n, 100);
	goal_of_alarms("peer-to-peer, pollers", p2p.n_worm, p2p.n, 0);
	goals_of_aim(&b->aim);
	snprintf(text, sizeof text,
		"in the worlds, with flags: %.1f %% of %zu right; at >= .95: %.2f %% of %zu",
		100 * share(flags->n_right_aim, flags->n_aim), flags->n_aim,
		100 * share(flags->sure.n_right, flags->sure.n), flags->sure.n);
	goal("D6", share(flags->sure.n_right, flags->sure.n) >= .95, text);
	for (size_t v = 0; v < N_VIEWS; v++) {
		n_contradicted += b->view[v].n_contradicted;
		n_stronger += b->view[v].n_stronger;
	}
	snprintf(text, sizeof text,
		"views that contradict another: %zu on infected hosts; worm-like in a poorer view "
		"only: %zu clean hosts",
		n_contradicted, n_stronger);
	goal("diff", n_contradicted + n_stronger == 0, text);
	struct recall list = recall_sum(&b->view[SEE_LIST], 0);
	snprintf(text, sizeof text,
		"pasted list: %zu of %zu infected among the first two; %zu of %zu clean hosts "
		"listed",
		b->view[SEE_LIST].n_ranked_first, list.n,
		b->view[SEE_LIST].nearby.n_worm + b->view[SEE_LIST].nearby.n_suspect,
		b->view[SEE_LIST].nearby.n);
	goal("D9", list.n && b->view[SEE_LIST].n_ranked_first == list.n, text);
	goal_of_outbreaks(&b->watches);
	goal_of_reasons(b);
	goals_of_logs(&b->logs);
	puts("D12: bench/speed.");
}

void books_fini(struct books *b)
{
	watches_fini(&b->watches);
	for (size_t v = 0; v < N_VIEWS; v++) {
		sample_fini(&b->view[v].first);
		sample_fini(&b->view[v].first_near);
		sample_fini(&b->view[v].first_mapped);
		sample_fini(&b->view[v].seconds);
		for (size_t k = 0; k < N_BASELINES; k++)
			sample_fini(&b->view[v].baseline[k].first);
	}
}
