// SPDX-License-Identifier: Apache-2.0
// One source on one port: a run of failures is a case, a few are a suspicion; then what explains them.
#include <math.h>

#include "detect/case.h"

static const double mail_rate = .3; // benign share of dead MX
static const double weak_confidence_max = .95;
enum { SMTP = 25 };

/* Evidence that infers the outcome from sizes needs a longer run. */
static bool is_weak(const struct finding *f)
{
	uint32_t n_weak = f->n_sign[SIGN_SMALL] + f->n_sign[SIGN_SAME_SIZE] +
			  f->n_sign[SIGN_SWEPT] + f->n_sign[SIGN_SILENT] +
			  f->n_sign[SIGN_SYN_SAMPLED];
	return n_weak * 2 > f->outcome[OUTCOME_FAILED] + f->outcome[OUTCOME_UNKNOWN];
}

/* Of what most of its failures are told by. */
static double step_of(const struct finding *f)
{
	bool is_sampled = f->n_sign[SIGN_SYN_SAMPLED] * 2 > f->outcome[OUTCOME_FAILED];
	return walk_step(is_sampled ? SIGN_SYN_SAMPLED : SIGN_NO_ACK);
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
	f->needed_nats = step_of(f) * threshold;
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

/* How many answers would take back what the walk says; none where it says nothing. */
static uint32_t to_clear(const struct key_slice *k, const struct walk *w, double needed_nats)
{
	bool says_something = w->crossed || w->best_nats >= needed_nats;
	return says_something ? (uint32_t)walk_to_clear(k->exhibit, k->n, needed_nats) : 0;
}

/*
 * Rows of a device's log that were cut out of it: no time, and nothing but what it turned away. How often
 * the host went elsewhere is not in them, as in a pasted list.
 */
static bool is_excerpt(const struct finding *f)
{
	bool has_all_times = true;
	for (size_t i = 0; i < f->n_exhibits; i++)
		has_all_times &= contact_first(f->exhibit[i].contact) != UINT64_MAX;
	return !has_all_times && f->n_exhibits >= EXCERPT_ROWS &&
	       f->n_sign[SIGN_DROPPED] == f->n_exhibits;
}

bool judge_key(struct court *c, const struct suspect *s, const struct key_slice *k)
{
	struct finding f = finding_of(s, k->exhibit, k->n, true);
	if (f.is_listed)
		return judge_listed(c, s, &f, 0);
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

	f.n_to_clear = to_clear(k, &w, w.crossed ? f.needed_nats : suspect_nats);
	if (w.crossed) {
		f.n_to_case = (uint32_t)(w.crossing - w.onset + 1);
		f.verdict = scan_classify(c, s, p2p_excuses(s, k), VERDICT_WORM);
	} else if (is_poller(k, &f)) {
		f.verdict = VERDICT_POLLER;
		f.confidence = .9;
	} else if (w.best_nats >= suspect_nats) {
		f.verdict = scan_classify(c, s, p2p_excuses(s, k), VERDICT_SUSPECT);
	} else if (is_excerpt(&f)) {
		f.is_listed = true;
		return judge_listed(c, s, &f, 0);
	} else if (!judge_hurry(c, s, k, &f)) {
		return false;
	}
	finding_put(c, &f);
	return w.crossed;
}
