// SPDX-License-Identifier: Apache-2.0
// The judge: weigh every contact, learn what is normal here, then hear each source port by port.
#include "detect/judge.h"

#include <math.h>
#include <stdlib.h>

#include "base/pair.h"
#include "detect/case.h"
#include "detect/excuse.h"
#include "detect/outage.h"
#include "detect/outbreak.h"
#include "detect/weigh.h"

enum { BY_TWO = 1024 }; // exhibits, below which a thread costs more than it spares

static void judge_source(struct court *c, struct suspect *s)
{
	struct key_slice k;
	bool has_case = false;
	s->role = inventory_role(c->inventory, s->host);
	s->is_p2p = p2p_looks_so(s);
	size_t from = c->out->n;
	for (size_t at = 0; key_next(s, &at, &k);)
		has_case |= judge_key(c, s, &k);
	judge_pooled(c, s, has_case);
	judge_collapse(c, s, from);
}

/* Cut the next source off the exhibits, which end there or with it. */
static bool source_next(const struct findings *f, size_t *at, size_t to, struct suspect *out)
{
	size_t i = *at, j = i;
	if (i >= to)
		return false;
	while (j < f->n_exhibits &&
		addr_eq(&f->exhibit[j].contact->src, &f->exhibit[i].contact->src))
		j++;
	const struct contact *first = f->exhibit[i].contact, *last = f->exhibit[j - 1].contact;
	const struct contact *end = f->contact + f->n_contacts;
	while (first > f->contact && addr_eq(&first[-1].src, &last->src))
		first--;
	while (last + 1 < end && addr_eq(&last[1].src, &last->src))
		last++;
	*out = (struct suspect){ .host = &first->src,
		.exhibit = f->exhibit + i,
		.n = j - i,
		.contact = first,
		.n_contacts = (size_t)(last - first) + 1 };
	*at = j;
	return true;
}

/* Say of each opened contact of those called what it is a sign of. */
static void weigh_all(struct court *c)
{
	struct findings *out = c->out;
	for (size_t i = 0; i < out->n_contacts; i++)
		if (out->contact[i].saw & SAW_ASKED)
			out->exhibit[out->n_exhibits++] = (struct exhibit){
				.contact = &out->contact[i],
				.sign = weigh(&out->contact[i], c->visibility, c->inventory),
			};
}

/* To the sixth place: "about equal" would be no order, and qsort may leave its array without one. */
static double rounded(double confidence)
{
	return round(confidence * 1e6);
}

static int by_rank(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	double p = rounded(x->confidence), q = rounded(y->confidence);
	if (x->verdict != y->verdict)
		return x->verdict < y->verdict ? -1 : 1;
	if (p > q || p < q)
		return p > q ? -1 : 1;
	if (x->contacted != y->contacted)
		return x->contacted > y->contacted ? -1 : 1;
	int c = addr_cmp(&x->host, &y->host);
	if (c == 0)
		c = (x->proto > y->proto) - (x->proto < y->proto);
	return c ? c : (x->port > y->port) - (x->port < y->port);
}

void findings_rank(struct findings *f)
{
	if (f->n)
		qsort(f->finding, f->n, sizeof *f->finding, by_rank);
}

/* What of the telemetry is known once all of it was seen. */
static void seen_end(const struct court *c, const struct evidence *e)
{
	struct seen *s = &c->out->seen;
	visibility_total(c->visibility, &s->n_known, &s->n_returned);
	s->n_unsaid = visibility_unsaid(c->visibility);
	s->thinning = evidence_thinning(e);
	evidence_sampling(e, &s->sampling_least, &s->sampling_most);
	s->worst_tcp = rates_worst(c->rates, true);
	s->worst_other = rates_worst(c->rates, false);
}

static bool is_accused(const struct findings *f, size_t from)
{
	for (size_t i = from; i < f->n; i++)
		if (verdict_is_alarm(f->finding[i].verdict))
			return true;
	return false;
}

/* Some of the sources, heard with findings of their own; what those taught who are accused goes to `accused`. */
struct hearing {
	struct court court;
	struct findings out;
	struct rates *accused; // NULL: not wanted
	size_t from, to;       // exhibits
};

static void hear(void *on)
{
	struct hearing *h = on;
	struct suspect s;
	h->court.out = &h->out;
	for (size_t at = h->from; source_next(&h->out, &at, h->to, &s);) {
		size_t from = h->out.n;
		s.is_heard = visibility_returns(h->court.visibility, s.host);
		weigh_source(&s);
		judge_source(&h->court, &s);
		if (h->accused && is_accused(&h->out, from))
			docket_learn(h->accused, &s);
	}
}

/* The end of the source in the middle of the exhibits. */
static size_t middle_of(const struct findings *f)
{
	size_t middle = f->n_exhibits / 2;
	while (middle && middle < f->n_exhibits &&
		addr_eq(&f->exhibit[middle].contact->src, &f->exhibit[middle - 1].contact->src))
		middle++;
	return middle;
}

static void add_hearing(struct court *c, struct hearing *h)
{
	bool is_added = findings_append(c->out, &h->out);
	c->no_memory |= h->court.no_memory || !is_added;
}

/* What those who are accused now taught of what is usual goes into `accused`, unless that is NULL. */
static void judge_sources(struct court *c, struct rates *accused, bool on_threads)
{
	struct rates *beside = accused && on_threads ? rates_new(NULL) : NULL;
	assert(c->out->n == 0);
	bool by_two = on_threads && c->out->n_exhibits >= BY_TWO && (beside || !accused);
	struct hearing one = { *c, *c->out, accused, 0, c->out->n_exhibits };
	struct hearing other = { *c, *c->out, beside, one.to, one.to };
	if (by_two)
		one.to = other.from = middle_of(c->out);
	do_both((struct work){ hear, &one }, (struct work){ hear, &other }, by_two);
	add_hearing(c, &one);
	add_hearing(c, &other);
	if (beside)
		rates_join(accused, beside);
	rates_free(beside);
}

bool judge_after(const struct habits *past, const struct evidence *e,
	const struct inventory *inventory, uint64_t now_ms, bool on_threads, struct findings *out,
	struct rates **taught)
{
	*out = (struct findings){};
	struct court c = { .inventory = inventory, .now_ms = now_ms, .out = out };
	struct rates *accused = taught ? rates_new(NULL) : NULL;
	c.rates = rates_new(past);
	c.visibility = visibility_new();
	c.no_memory = !c.rates || !c.visibility || (taught && !accused) ||
		      !docket_call(&c, e, on_threads);
	out->exhibit = c.no_memory ? NULL : calloc(out->n_contacts + 1, sizeof *out->exhibit);
	if (out->exhibit) {
		weigh_all(&c);
		judge_sources(&c, accused, on_threads);
		judge_backscatter(&c);
		outage_find(out);
		excuse_find(out, evidence_lost(e));
		findings_rank(out);
		outbreaks_find(out);
	}
	c.no_memory |= !out->exhibit;
	if (!c.no_memory)
		seen_end(&c, e);
	if (!c.no_memory && taught) {
		rates_part(c.rates, accused);
		*taught = c.rates;
		c.rates = NULL;
	}
	rates_free(accused);
	rates_free(c.rates);
	visibility_free(c.visibility);
	return !c.no_memory;
}

bool judge(const struct evidence *e, const struct inventory *inventory, uint64_t now_ms,
	bool on_threads, struct findings *out)
{
	return judge_after(NULL, e, inventory, now_ms, on_threads, out, NULL);
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->finding[i].owns_exhibits)
			free(f->finding[i].exhibit);
	free(f->finding);
	free(f->attack);
	free(f->exhibit);
	free(f->contact);
	*f = (struct findings){};
}
