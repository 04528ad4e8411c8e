// SPDX-License-Identifier: Apache-2.0
// quality: how well cordon detects, on worlds whose truth is known, beside published rules on the
// same worlds. The same seeds give the same figures on every machine.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "quality/baseline.h"
#include "quality/books.h"

enum {
	PATIENTS = 2,
	SCENE_HOSTS = 40,
	DAY_HOSTS = 500,
	HURRY_HOSTS = 100,
	SPAN_MIN = 40,
	OUTAGE_HOUR = 11,
	FLASH_MS = 5 * 60000,
	EXIT_USAGE = 2
};
enum { ENOUGH_ON_PORT = 8, ENOUGH_POOLED = 12 };
static const uint64_t start_ms = UINT64_C(1772409600000); // 2026-03-02 00:00 UTC
static const double scene_day_share = .2;
#define SAME_LIST .5 // from there on the output says that targets are the same

struct options {
	unsigned seeds, days, aim_runs, first_seed, outbreaks;
	bool tells_all, only_flags;
};

const struct view views[N_VIEWS] = {
	[SEE_FLAGS] = { .name = "flags" },
	[SEE_INVENTORY] = { .name = "flags+inventory", .has_inventory = true },
	[SEE_NO_FLAGS] = { .name = "no flags", .no_flags = true },
	[SEE_ONE_WAY] = { .name = "one direction", .one_way = true },
	[SEE_BOTH] = { .name = "no flags, one dir", .no_flags = true, .one_way = true },
	[SEE_100] = { .name = "sampled 1:100", .sampling = 100 },
	[SEE_1000] = { .name = "sampled 1:1000", .sampling = 1000 },
	[SEE_SFLOW_100] = { .name = "sFlow 1:100", .sampling = 100, .is_packets = true },
	[SEE_SFLOW_1000] = { .name = "sFlow 1:1000", .sampling = 1000, .is_packets = true },
	[SEE_LIST] = { .name = "pasted list", .is_list = true },
};

/** One scene under study, and what each view made of it. */
struct study {
	const struct options *o;
	struct books *books;
	struct scene scene;
	struct sight sight;
	struct inventory *inventory;
	struct rulings rulings[N_VIEWS];
	const struct strain *strain;
	size_t nth_strain;
	enum beside beside;
};

static bool is_of(const struct strain *strain, const struct ruling *r)
{
	if (!r->has_port)
		return strain->port[0].port ==
		       0; // the alarm has to name the port, where there is one
	if (r->proto != strain->proto)
		return false;
	for (size_t i = 0; i < STRAIN_PORTS && strain->port[i].percent; i++)
		if (strain->port[i].port == 0 || strain->port[i].port == r->port)
			return true;
	return false;
}

/** The best ruling on a resident; of an infected one, on its strain's ports. NULL: none. */
static const struct ruling *best_ruling(
	const struct rulings *all, const struct resident *r, bool any_port)
{
	const struct ruling *best = NULL;
	struct addr a = addr_v4(r->ip);
	for (size_t i = 0; i < all->n; i++) {
		const struct ruling *now = &all->ruling[i];
		if (!addr_eq(&now->host, &a) || (!any_port && !is_of(r->strain, now)))
			continue;
		if (!best || now->ruled < best->ruled)
			best = now;
	}
	return best;
}

/** Whether the view shows at least so many probes of the resident as a verdict may ask for. */
static bool has_enough(const struct study *y, size_t resident)
{
	const struct strain *strain = y->scene.resident[resident].strain;
	size_t n[STRAIN_PORTS] = {}, all = 0, most = 0;
	for (size_t i = 0; i < y->sight.n_attempts; i++) {
		const struct attempt *a = &y->sight.attempt[i];
		if (a->resident != resident || !a->is_probe)
			continue;
		all++;
		for (size_t k = 0; k < STRAIN_PORTS; k++)
			n[k] += strain->port[k].port == y->sight.flow[a->flow].dst_port;
	}
	for (size_t k = 0; k < STRAIN_PORTS; k++)
		most = n[k] > most ? n[k] : most;
	return most >= ENOUGH_ON_PORT || all >= ENOUGH_POOLED;
}

static uint64_t time_limit_ms(const struct view *v)
{
	return (v->sampling < 1000 ? 10 : 30) * UINT64_C(60000);
}

static void tell(const struct study *y, size_t view, const struct resident *r,
	const struct ruling *got, const char *what)
{
	static const char *const names[N_RULED] = { "worm-like", "suspect", "scanner", "p2p",
		"other" };
	char room[ADDR_TEXT_BYTES];
	struct addr a = addr_v4(r->ip);
	if (y->o->tells_all)
		printf("# %s: seed %llu, view %s, %s (%s): %s on %u/%d\n", what,
			(unsigned long long)y->scene.seed, views[view].name, addr_format(&a, room),
			r->strain ? r->strain->name : trade_name(trade_index(r->trade)),
			got ? names[got->ruled] : "nothing", got ? got->proto : 0,
			got && got->has_port ? got->port : -1);
}

static void count_aim(struct book *b, const struct strain *strain, const struct ruling *got)
{
	bool is_right = !strcmp(got->aim, strain->aim);
	b->n_aim++;
	b->n_right_aim += is_right;
	b->sure.n += got->aim_share >= .95;
	b->sure.n_right += got->aim_share >= .95 && is_right;
}

/** Whether a resident is named when only what was over by then is known. */
static bool is_named_by(const struct study *y, const struct resident *r, uint64_t until_ms)
{
	struct sight part = { .flow = malloc((y->sight.n + 1) * sizeof *part.flow) };
	if (!part.flow) {
		perror("quality: flows");
		exit(EXIT_USAGE);
	}
	for (size_t i = 0; i < y->sight.n; i++)
		if (y->sight.flow[i].last_ms <= until_ms)
			part.flow[part.n++] = y->sight.flow[i];
	struct rulings then = rulings_of(&part, NULL, NULL, 0, NULL);
	const struct ruling *got = best_ruling(&then, r, false);
	bool is_worm = got && got->ruled == RULED_WORM;
	rulings_free(&then);
	sight_fini(&part);
	return is_worm;
}

/** How long it took, of what was found. */
static void count_delay(const struct study *y, struct book *b, struct recall *c,
	const struct view *v, const struct resident *r, const struct ruling *got)
{
	const struct strain *strain = r->strain;
	if (!got->case_ms || got->case_ms < r->infected_ms)
		return;
	if (strain->is_mapped)
		sample_put(&b->first_mapped, got->n_since);
	if (strain->has_no_goal)
		return;
	uint64_t after_ms = got->case_ms - r->infected_ms;
	if (v->sampling > 1) {
		c->n_in_time += is_named_by(y, r, r->infected_ms + time_limit_ms(v));
		c->n_in_flash += strain->is_flash && is_named_by(y, r, r->infected_ms + FLASH_MS);
	}
	sample_put(&b->seconds, (double)after_ms / 1000);
	sample_put(&b->first, got->n_since);
	if (strain->same_16 || strain->same_24)
		sample_put(&b->first_near, got->n_since);
}

static void count_infected(struct study *y, size_t view, size_t resident)
{
	const struct resident *r = &y->scene.resident[resident];
	struct book *b = &y->books->view[view];
	struct recall *c = &b->recall[y->nth_strain];
	const struct ruling *got = best_ruling(&y->rulings[view], r, false);
	bool counts_all = views[view].sampling > 1 || y->strain->has_no_goal;
	if (!counts_all && !has_enough(y, resident))
		return;
	bool is_worm = got && got->ruled == RULED_WORM;
	bool is_named = got && got->ruled <= RULED_SUSPECT;
	c->n++;
	c->n_worm += is_worm;
	c->n_named += is_named;
	b->n_ranked_first += is_named && !y->strain->has_no_goal && got->rank <= PATIENTS;
	if (is_named && y->strain->aim && !counts_all)
		count_aim(b, y->strain, got);
	if (is_worm)
		count_delay(y, b, c, &views[view], r, got);
	else
		tell(y, view, r, got ? got : best_ruling(&y->rulings[view], r, true), "missed");
}

static void count_clean(struct alarms *a, const struct ruling *got)
{
	a->n++;
	a->n_worm += got && got->ruled == RULED_WORM;
	a->n_suspect += got && got->ruled == RULED_SUSPECT;
	a->n_scanner += got && got->ruled == RULED_SCANNER;
}

static void count_contradiction(
	struct study *y, const struct resident *r, const struct ruling *const got[N_VIEWS])
{
	bool is_full = got[SEE_FLAGS] && got[SEE_FLAGS]->ruled == RULED_WORM;
	for (size_t v = 0; v < N_VIEWS; v++) {
		struct book *b = &y->books->view[v];
		bool is_other = r->strain && got[v] && got[v]->ruled > RULED_SUSPECT;
		b->n_contradicted += is_other;
		b->n_stronger += !r->strain && !is_full && got[v] && got[v]->ruled == RULED_WORM;
		if (is_other)
			tell(y, v, r, got[v], "contradicted");
	}
}

/** The same host must not be a worm in one view and something else, not merely weaker, in another. */
static void count_contradictions(struct study *y)
{
	if (y->scene.outage_ms || (y->strain && y->strain->has_no_goal))
		return;
	for (size_t i = 0; i < y->scene.n; i++) {
		const struct resident *r = &y->scene.resident[i];
		const struct ruling *got[N_VIEWS] = {};
		bool is_worm = false;
		for (size_t v = 0; v < N_VIEWS; v++) {
			got[v] = best_ruling(&y->rulings[v], r, !r->strain);
			is_worm |= got[v] && got[v]->ruled == RULED_WORM;
		}
		if (is_worm)
			count_contradiction(y, r, got);
	}
}

/** Where a clean resident is counted. */
static struct alarms *bin_of(const struct study *y, struct book *b, const struct resident *r)
{
	if (y->strain)
		return y->strain->has_no_goal ? &b->elsewhere : &b->nearby;
	if (y->scene.outage_ms)
		return trade_group(r->trade) == GROUP_MIX ? &b->outage : &b->elsewhere;
	bool is_hurried = y->beside == BESIDE_HURRY;
	if (is_hurried != (trade_group(r->trade) == GROUP_HURRY))
		return &b->elsewhere;
	return &b->alarms[trade_index(r->trade)];
}

static void run_baselines(struct study *y, size_t view)
{
	static uint64_t since_ms[RESIDENTS_MAX];
	struct book *b = &y->books->view[view];
	if (views[view].is_list || views[view].has_inventory)
		return;
	for (size_t i = 0; i < y->scene.n; i++) {
		const struct resident *r = &y->scene.resident[i];
		bool is_outside = trade_group(r->trade) == GROUP_OUTSIDE;
		since_ms[i] = is_outside ? UINT64_MAX : r->infected_ms; // outside: a remote source
	}
	for (size_t k = 0; k < N_BASELINES; k++) {
		struct alarm alarm[RESIDENTS_MAX] = {};
		baseline_at(k)->run(&y->sight, since_ms, alarm);
		for (size_t i = 0; i < y->scene.n; i++) {
			const struct resident *r = &y->scene.resident[i];
			if (!alarm[i].is_raised)
				continue;
			if (!r->strain) {
				bin_of(y, b, r)->n_baseline[k]++;
			} else if (!r->strain->has_no_goal &&
				   (views[view].sampling > 1 || has_enough(y, i))) {
				b->baseline[k].n_found++;
				if (alarm[i].n_since)
					sample_put(&b->baseline[k].first, alarm[i].n_since);
			}
		}
	}
}

/** A snapshot is no day; and many days are looked at through one view only. */
static bool is_wanted(const struct study *y, size_t view)
{
	return (y->strain || !views[view].is_list) && (!y->o->only_flags || view == SEE_FLAGS);
}

/** Whether copies with one list of targets are told to have one. */
static void count_lists(struct study *y, size_t view)
{
	struct book *b = &y->books->view[view];
	if (!y->strain || !y->strain->has_one_list)
		return;
	b->n_one_list++;
	b->n_list_told += y->rulings[view].shared_targets >= SAME_LIST;
}

static void study_views(struct study *y)
{
	struct patient patient[PATIENTS];
	size_t n_patients = 0;
	for (size_t i = 0; i < y->scene.n && n_patients < PATIENTS; i++)
		if (y->scene.resident[i].strain)
			patient[n_patients++] = (struct patient){ addr_v4(y->scene.resident[i].ip),
				y->scene.resident[i].infected_ms };
	for (size_t v = 0; v < N_VIEWS; v++) {
		if (!is_wanted(y, v))
			continue;
		sight_take(&y->sight, &y->scene, &views[v]);
		y->rulings[v] = rulings_of(&y->sight, views[v].has_inventory ? y->inventory : NULL,
			patient, n_patients, &y->books->view[v].reasons);
		struct book *b = &y->books->view[v];
		count_lists(y, v);
		for (size_t i = 0; i < y->scene.n; i++) {
			const struct resident *r = &y->scene.resident[i];
			if (r->strain) {
				count_infected(y, v, i);
				continue;
			}
			const struct ruling *got = best_ruling(&y->rulings[v], r, true);
			count_clean(bin_of(y, b, r), got);
			if (got && got->ruled <= RULED_SUSPECT)
				tell(y, v, r, got, y->scene.outage_ms ? "false, outage" : "false");
		}
		run_baselines(y, v);
	}
	count_contradictions(y);
	for (size_t v = 0; v < N_VIEWS; v++)
		rulings_free(&y->rulings[v]);
}

static void study_strain(struct study *y, size_t nth, unsigned seed)
{
	y->strain = strain_at(nth);
	y->nth_strain = nth;
	y->scene = (struct scene){ .seed = seed * 100 + nth,
		.start_ms = start_ms + 9 * 3600000,
		.span_ms = SPAN_MIN * 60000,
		.day_share = scene_day_share };
	scene_settle(&y->scene, SCENE_HOSTS, BESIDE_NOBODY);
	scene_live(&y->scene);
	for (int i = 0; i < PATIENTS; i++)
		scene_infect(&y->scene, y->strain);
	study_views(y);
	scene_fini(&y->scene);
}

static void study_day(
	struct study *y, unsigned seed, size_t n, enum beside beside, uint64_t outage_ms)
{
	y->strain = NULL;
	y->beside = beside;
	y->scene = (struct scene){ .seed = UINT64_C(1000000) + seed,
		.start_ms = start_ms,
		.span_ms = DAY_MS,
		.day_share = 1,
		.outage_ms = outage_ms };
	scene_settle(&y->scene, n, beside);
	scene_live(&y->scene);
	study_views(y);
	scene_fini(&y->scene);
}

static bool options_parse(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i];
		unsigned *number = !strcmp(name, "--seeds")       ? &o->seeds
				   : !strcmp(name, "--days")      ? &o->days
				   : !strcmp(name, "--outbreaks") ? &o->outbreaks
				   : !strcmp(name, "--first")     ? &o->first_seed
								  : NULL;
		if (!strcmp(name, "--long"))
			*o = (struct options){ 40, 700, 1000, o->first_seed, 200, o->tells_all,
				o->only_flags };
		else if (!strcmp(name, "--only-flags"))
			o->only_flags = true;
		else if (!strcmp(name, "--all"))
			o->tells_all = true;
		else if (number && i + 1 < argc)
			*number = (unsigned)strtoul(argv[++i], NULL, 10);
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct options o = {
		.seeds = 20, .days = 200, .aim_runs = 400, .first_seed = 1, .outbreaks = 100
	};
	if (!options_parse(argc, argv, &o)) {
		fputs("usage: quality [--long] [--seeds N] [--days N] [--outbreaks PERCENT] "
		      "[--first SEED] [--only-flags] [--all]\n"
		      "  --seeds N     worlds of each worm (20)\n"
		      "  --days N      days of a site of 500 hosts without a worm (200)\n"
		      "  --outbreaks PERCENT  of the seeds of each outbreak (100)\n"
		      "  --first SEED  where the seeds begin (1)\n"
		      "  --only-flags  the first view alone: many days, to prove D5\n"
		      "  --all         print each miss, false alarm and contradiction\n",
			stderr);
		return EXIT_USAGE;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	struct books *books = calloc(1, sizeof *books);
	struct study *y = calloc(1, sizeof *y);
	if (!books || !y) {
		perror("quality");
		return EXIT_USAGE;
	}
	*y = (struct study){ .o = &o, .books = books, .inventory = site_inventory() };
	printf("== quality: %u seeds of each of %d worms, %u days of %d sources\n", o.seeds,
		N_WORMS, o.days, DAY_HOSTS);
	for (size_t nth = 0; strain_at(nth); nth++)
		for (unsigned i = 0; i < o.seeds; i++)
			study_strain(y, nth, o.first_seed + i);
	books_print_recall(books);
	for (unsigned i = 0; i < o.days; i++)
		study_day(y, o.first_seed + i, DAY_HOSTS, BESIDE_OUTSIDERS, 0);
	for (unsigned i = 0; i < o.days && !o.only_flags; i++)
		study_day(y, o.first_seed + i, HURRY_HOSTS, BESIDE_HURRY, 0);
	for (unsigned i = 0; i < (o.days + 19) / 20; i++)
		study_day(y, o.first_seed + i, DAY_HOSTS, BESIDE_OUTSIDERS,
			OUTAGE_HOUR * UINT64_C(3600000));
	books_print_alarms(books);
	if (o.outbreaks)
		sentinel_run(&books->watches, o.first_seed, o.outbreaks);
	logs_run(&books->logs);
	printf("\n== targeting, %u runs each: share named rightly\n", o.aim_runs);
	books->aim = aim_run(o.aim_runs);
	books_print_goals(books);
	printf("CPU time: %.0f s\n", (double)clock() / CLOCKS_PER_SEC);
	books_fini(books);
	site_inventory_free(y->inventory);
	sight_fini(&y->sight);
	free(y);
	free(books);
	return 0;
}
