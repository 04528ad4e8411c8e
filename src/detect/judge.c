// SPDX-License-Identifier: Apache-2.0
// The judge: weigh every contact, learn what is normal here, then hear each source port by port.
#include "detect/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/burst.h"
#include "detect/case.h"
#include "detect/outage.h"
#include "detect/outbreak.h"
#include "detect/scatter.h"
#include "detect/targeting.h"
#include "detect/weigh.h"

static const double listed_min = .15;
static const double mail_rate = .3; // benign share of dead MX
static const double weak_confidence_max = .95, burst_confidence = .6;
enum { POLLER_PEERS = 3, SMTP = 25, HTTPS = 443 };

bool key_next(const struct suspect *s, size_t *at, struct key_slice *out)
{
	size_t i = *at, j = i;
	if (i == s->n)
		return false;
	const struct contact *first = s->exhibit[i].contact;
	while (j < s->n && s->exhibit[j].contact->proto == first->proto &&
		s->exhibit[j].contact->port == first->port)
		j++;
	*out = (struct key_slice){ s->exhibit + i, j - i };
	*at = j;
	return true;
}

/* Whether an exhibit stands before a key in canonical order. */
static bool is_before(const struct exhibit *x, uint8_t proto, uint16_t port)
{
	return x->contact->proto != proto ? x->contact->proto < proto : x->contact->port < port;
}

bool key_find(const struct suspect *s, uint8_t proto, uint16_t port, struct key_slice *out)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (is_before(&s->exhibit[middle], proto, port))
			low = middle + 1;
		else
			high = middle;
	}
	return key_next(s, &low, out) && out->exhibit[0].contact->proto == proto &&
	       out->exhibit[0].contact->port == port;
}

double confidence_of(double score_nats, double prior_nats)
{
	return fmin(.999, 1 / (1 + exp(prior_nats - score_nats)));
}

struct finding finding_of(const struct suspect *s, struct exhibit *x, size_t n, bool has_port)
{
	struct finding f = {
		.host = *s->host,
		.proto = x[0].contact->proto,
		.port = x[0].contact->port,
		.has_port = has_port && x[0].contact->proto != PROTO_UNKNOWN,
		.contacted = (uint32_t)n,
		.first_ms = UINT64_MAX,
		.onset_ms = UINT64_MAX,
		.is_listed = true,
		.host_exhibit = s->exhibit,
		.n_host_exhibits = s->n,
		.exhibit = x,
		.n_exhibits = n,
	};
	for (size_t i = 0; i < n; i++) {
		const struct contact *c = x[i].contact;
		f.n_sign[x[i].sign]++;
		f.outcome[sign_outcome(x[i].sign)]++;
		f.is_listed &= (c->saw & SAW_LISTED) != 0;
		f.is_sampled |= (c->saw & SAW_SAMPLED) != 0;
		f.input = c->input > f.input ? c->input : f.input;
		f.first_ms = contact_first(c) < f.first_ms ? contact_first(c) : f.first_ms;
		f.last_ms = c->last_ms > f.last_ms ? c->last_ms : f.last_ms;
		if (c->proto != f.proto)
			f.proto = PROTO_UNKNOWN;
	}
	return f;
}

/*
 * What the worm chose, not what the user of the host did: contacts since the onset, and of those the
 * unanswered ones, unless most were answered, as those of a list of live hosts are.
 */
static void weigh_targeting(struct finding *f)
{
	static const bool has_strategy[N_VERDICTS] = { [VERDICT_WORM] = true,
		[VERDICT_SUSPECT] = true,
		[VERDICT_SCANNER] = true,
		[VERDICT_DECLARED] = true };
	size_t n = 0, n_answered = 0, n_since = f->n_exhibits - f->onset;
	struct exhibit *chosen =
		has_strategy[f->verdict] ? malloc((n_since + 1) * sizeof *chosen) : NULL;
	for (size_t i = f->onset; i < f->n_exhibits; i++)
		n_answered += f->exhibit[i].sign == SIGN_ANSWERED;
	for (size_t i = f->onset; chosen && i < f->n_exhibits; i++)
		if (f->exhibit[i].sign != SIGN_ANSWERED || n_answered * 2 > n_since)
			chosen[n++] = f->exhibit[i];
	targeting_weigh(&f->host, chosen, n, f->targeting);
	free(chosen);
}

/* Whoever declared a scanner gets to read why it was let pass, and how long. */
static void why_declared(const struct court *c, struct finding *f)
{
	const struct declared_scanner *d = inventory_scanner(c->inventory, &f->host, c->now_ms);
	size_t n = strlen(f->why);
	if (f->verdict == VERDICT_DECLARED && d)
		snprintf(f->why + n, sizeof f->why - n, "; declared until %s: %s", d->expires,
			d->reason);
}

unsigned threshold_for(struct court *c, double rate, size_t n)
{
	unsigned percent = (unsigned)ceil(fmin(rate, 1) * 100 - 1e-9), size = 0;
	while (size + 1 < countof(c->threshold[0]) && (size_t)64 << size < n)
		size++;
	uint8_t *known = &c->threshold[percent][size];
	if (*known == 0)
		*known = (uint8_t)walk_threshold(percent / 100.0, (size_t)64 << size);
	return *known;
}

void finding_put(struct court *c, struct finding *f)
{
	struct findings *out = c->out;
	if (out->n == out->room) {
		size_t room = out->room ? out->room * 2 : 64;
		struct finding *more = realloc(out->finding, room * sizeof *more);
		if (!more) {
			c->no_memory = true;
			if (f->owns_exhibits)
				free(f->exhibit);
			return;
		}
		out->finding = more;
		out->room = room;
	}
	weigh_targeting(f);
	why_write(f);
	why_declared(c, f);
	out->finding[out->n++] = *f;
}

/* What a host is that scans on this port. */
static enum verdict classify(
	const struct court *c, const struct suspect *s, const struct key_slice *k)
{
	if (inventory_scanner(c->inventory, s->host, c->now_ms))
		return VERDICT_DECLARED;
	if (p2p_excuses(s, k))
		return VERDICT_P2P;
	if (s->role == ROLE_MONITOR)
		return VERDICT_POLLER;
	return inventory_own(c->inventory, s->host) == OWN_NO ? VERDICT_SCANNER : VERDICT_WORM;
}

/* Evidence that infers the outcome from sizes needs a longer run. */
static bool is_weak(const struct finding *f)
{
	uint32_t n_weak =
		f->n_sign[SIGN_SMALL] + f->n_sign[SIGN_SAME_SIZE] + f->n_sign[SIGN_SYN_SAMPLED];
	return n_weak * 2 > f->outcome[OUTCOME_FAILED] + f->outcome[OUTCOME_UNKNOWN];
}

static double rate_of(const struct court *c, const struct suspect *s, const struct finding *f)
{
	double rate = rates_of_others(c->rates, f->exhibit, f->n_exhibits);
	if (s->role == ROLE_MAIL_RELAY && f->proto == PROTO_TCP && f->port == SMTP)
		rate = fmax(rate, mail_rate);
	return is_weak(f) ? fmax(rate, RATE_WEAK) : rate;
}

/* One to three peers that are tried again and again and never answer. */
static bool is_poller(const struct key_slice *k, const struct finding *f)
{
	if (k->n > POLLER_PEERS || f->outcome[OUTCOME_FAILED] == 0)
		return false;
	for (size_t i = 0; i < k->n; i++)
		if (sign_outcome(k->exhibit[i].sign) == OUTCOME_FAILED &&
			__builtin_popcount(k->exhibit[i].contact->tries) >= POLLER_WINDOWS)
			return true;
	return false;
}

/* A pasted list is a snapshot without outcomes: it gives suspects with a probability. */
static bool judge_listed(struct court *c, const struct suspect *s, struct finding *f)
{
	f->verdict = VERDICT_SUSPECT;
	if (inventory_scanner(c->inventory, s->host, c->now_ms))
		f->verdict = VERDICT_DECLARED;
	else if (inventory_own(c->inventory, s->host) == OWN_NO)
		f->verdict = VERDICT_SCANNER;
	f->score_nats = walk_over(f->exhibit, f->n_exhibits, INFINITY).best_nats;
	f->confidence = confidence_of(f->score_nats, PRIOR_LIST_NATS);
	if (f->confidence >= listed_min && f->contacted - f->outcome[OUTCOME_ANSWERED] >= 2) {
		finding_put(c, f);
		return true;
	}
	if (s->n == 1 && f->n_sign[SIGN_DROPPED] == 1) {
		struct findings *out = c->out;
		if (out->n_dropped_sources < DROPPED_SHOWN)
			out->dropped_source[out->n_dropped_sources] = *s->host;
		out->n_dropped_sources++;
	}
	return false;
}

/* Ports on which hosts of a role reach many peers, alive or not, all day. */
static bool is_daily_work(enum role role, uint16_t port)
{
	static const struct {
		enum role role;
		uint16_t port;
	} rows[] = {
		{ ROLE_DNS_RESOLVER, 53 },
		{ ROLE_VOIP_SERVER, 69 },   // telephones fetch their load
		{ ROLE_VOIP_SERVER, 2000 }, // SCCP
		{ ROLE_VOIP_SERVER, 5060 }, // SIP
		{ ROLE_VOIP_SERVER, 5061 },
	};
	for (size_t i = 0; i < countof(rows); i++)
		if (rows[i].role == role && rows[i].port == port)
			return true;
	return false;
}

/* Few failures, but the same message to dozens of new peers within a minute: perhaps a hit-list. */
static bool judge_burst(const struct court *c, const struct suspect *s, const struct key_slice *k,
	struct finding *f)
{
	size_t n = burst_peers(k->exhibit, k->n);
	if (n < BURST_PEERS || s->role != ROLE_NONE)
		return false;
	f->n_burst = (uint32_t)n;
	f->verdict = inventory_scanner(c->inventory, s->host, c->now_ms) ? VERDICT_DECLARED
									 : VERDICT_SUSPECT;
	f->confidence = burst_confidence;
	f->onset = 0;
	f->onset_ms = f->first_ms;
	return true;
}

/* Where a run of failures is over: answers have taken its score back to 0. */
static size_t run_end(const struct key_slice *k, const struct walk *w)
{
	double score = w->best_nats;
	size_t i = w->peak + 1;
	while (i < k->n && score > 0)
		score += sign_nats(k->exhibit[i++].sign);
	return i < k->n ? i : k->n;
}

/*
 * The share that fails differs from host to host. One whose contacts fail more often than those of
 * others, before the run of failures and after it, is judged by what is usual for itself. A worm that
 * goes on never gets to an end.
 */
static struct walk walk_key(struct court *c, const struct suspect *s, const struct key_slice *k,
	struct finding *f, double *suspect_nats)
{
	f->benign_rate = rate_of(c, s, f);
	unsigned threshold = threshold_for(c, f->benign_rate, k->n), own_threshold;
	f->needed_nats = STEP_NATS * threshold;
	*suspect_nats = SUSPECT_NATS;
	struct walk w = walk_over(k->exhibit, k->n, f->needed_nats);
	if (is_weak(f) || w.best_nats < *suspect_nats)
		return w;
	double own = rates_of_own(k->exhibit, k->n, w.onset, run_end(k, &w), f->benign_rate);
	own_threshold = threshold_for(c, own, k->n);
	if (own_threshold <= threshold)
		return w;
	f->benign_rate = own;
	f->needed_nats = STEP_NATS * own_threshold;
	*suspect_nats += STEP_NATS * (own_threshold - threshold);
	return walk_over(k->exhibit, k->n, f->needed_nats);
}

/* Returns whether a case was made on this port. */
static bool judge_key(struct court *c, const struct suspect *s, const struct key_slice *k)
{
	struct finding f = finding_of(s, k->exhibit, k->n, true);
	if (f.is_listed)
		return judge_listed(c, s, &f);
	if (is_daily_work(s->role, f.port) || f.n_sign[SIGN_SCATTERED])
		return false; // what is scattered is heard over all ports

	double suspect_nats;
	struct walk w = walk_key(c, s, k, &f, &suspect_nats);
	f.score_nats = w.best_nats;
	f.scale = f.first_ms == UINT64_MAX ? NULL : w.scale;
	f.onset = w.onset;
	f.onset_ms = contact_first(k->exhibit[w.onset].contact);
	f.confidence = confidence_of(w.best_nats, PRIOR_FLOWS_NATS);
	if (is_weak(&f) || f.is_sampled)
		f.confidence = fmin(f.confidence, weak_confidence_max);

	if (w.crossed) {
		f.n_to_case = (uint32_t)(w.crossing - w.onset + 1);
		f.verdict = classify(c, s, k);
	} else if (is_poller(k, &f)) {
		f.verdict = VERDICT_POLLER;
		f.confidence = .9;
	} else if (w.best_nats >= suspect_nats) {
		enum verdict v = classify(c, s, k);
		f.verdict = v == VERDICT_WORM ? VERDICT_SUSPECT : v;
	} else if (!judge_burst(c, s, k, &f)) {
		return false;
	}
	finding_put(c, &f);
	return w.crossed;
}

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

/* Cut the next source off the exhibits. */
static bool source_next(const struct findings *f, size_t *at, struct suspect *out)
{
	size_t i = *at, j = i;
	if (i == f->n_exhibits)
		return false;
	while (j < f->n_exhibits &&
		addr_eq(&f->exhibit[j].contact->src, &f->exhibit[i].contact->src))
		j++;
	*out = (struct suspect){
		.host = &f->exhibit[i].contact->src, .exhibit = f->exhibit + i, .n = j - i
	};
	*at = j;
	return true;
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/*
 * A peer that answers on the same port over TCP lives: a filter took the UDP. So do enterprises with
 * QUIC, and every browser falls back.
 */
static void weigh_fallback(const struct suspect *s)
{
	struct key_slice udp, tcp;
	if (!key_find(s, PROTO_UDP, HTTPS, &udp) || !key_find(s, PROTO_TCP, HTTPS, &tcp))
		return;
	size_t n = 0;
	struct addr *alive = malloc(tcp.n * sizeof *alive);
	for (size_t i = 0; alive && i < tcp.n; i++)
		if (tcp.exhibit[i].sign == SIGN_ANSWERED)
			alive[n++] = tcp.exhibit[i].contact->dst;
	if (n)
		qsort(alive, n, sizeof *alive, by_address);
	for (size_t i = 0; n && i < udp.n; i++)
		if (udp.exhibit[i].sign != SIGN_ANSWERED &&
			bsearch(&udp.exhibit[i].contact->dst, alive, n, sizeof *alive, by_address))
			udp.exhibit[i].sign = SIGN_UNKNOWN;
	free(alive);
}

void weigh_source(const struct suspect *s)
{
	struct key_slice k;
	weigh_fallback(s);
	for (size_t at = 0; key_next(s, &at, &k);)
		weigh_together(k.exhibit, k.n);
	scatter_weigh(s);
}

/* Say of each opened contact of those called what it is a sign of. */
static void weigh_all(struct court *c)
{
	struct findings *out = c->out;
	for (size_t i = 0; i < out->n_contacts; i++)
		if (out->contact[i].saw & SAW_OPEN)
			out->exhibit[out->n_exhibits++] = (struct exhibit){
				.contact = &out->contact[i],
				.sign = weigh(&out->contact[i], c->visibility, c->inventory),
			};
	struct suspect s;
	for (size_t at = 0; source_next(out, &at, &s);)
		weigh_source(&s);
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

bool judge(const struct evidence *e, const struct inventory *inventory, uint64_t now_ms,
	bool on_threads, struct findings *out)
{
	*out = (struct findings){};
	struct court c = { .inventory = inventory, .now_ms = now_ms, .out = out };
	c.rates = rates_new();
	c.visibility = visibility_new();
	c.no_memory = !c.rates || !c.visibility || !docket_call(&c, e, on_threads);
	out->exhibit = c.no_memory ? NULL : calloc(out->n_contacts + 1, sizeof *out->exhibit);
	if (out->exhibit) {
		struct suspect s;
		weigh_all(&c);
		for (size_t at = 0; source_next(out, &at, &s);)
			judge_source(&c, &s);
		judge_backscatter(&c);
		outage_find(out);
		findings_rank(out);
		outbreaks_find(out);
	}
	c.no_memory |= !out->exhibit;
	if (!c.no_memory)
		seen_end(&c, e);
	rates_free(c.rates);
	visibility_free(c.visibility);
	return !c.no_memory;
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
