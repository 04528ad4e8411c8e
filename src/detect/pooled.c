// SPDX-License-Identifier: Apache-2.0
// A source over all its ports: a worm that tries several, and a scanner that tries one host's many.
#include <math.h>
#include <stdlib.h>

#include "detect/case.h"
#include "detect/pool.h"

static const double scattered_confidence_max = .9;

static bool is_failed(const struct exhibit *x)
{
	return sign_outcome(x->sign) == OUTCOME_FAILED;
}

/* What may make a case over all ports. */
static bool is_probe(const struct exhibit *x)
{
	return is_failed(x) || x->sign == SIGN_SCATTERED || x->sign == SIGN_SILENT ||
	       (x->contact->saw & SAW_LISTED && sign_nats(x->sign) > 0);
}

/* Ports of one peer that failed, most of any peer; exhibits are sorted by peer. */
static size_t most_ports(const struct exhibit *x, size_t n, size_t *first)
{
	size_t most = 0;
	for (size_t i = 0, j; i < n; i = j) {
		size_t n_failed = 0;
		for (j = i; j < n && addr_eq(&x[j].contact->dst, &x[i].contact->dst); j++)
			n_failed += is_failed(&x[j]);
		if (n_failed > most) {
			most = n_failed;
			*first = i;
		}
	}
	return most;
}

/* Leave only the datagrams: what the user of the host did over TCP is no part of it. */
static size_t only_udp(struct exhibit *x, size_t n)
{
	size_t n_out = 0;
	for (size_t i = 0; i < n; i++)
		if (x[i].contact->proto == PROTO_UDP)
			x[n_out++] = x[i];
	return n_out;
}

/* What scans so many ports, if nothing explains it. */
static enum verdict scans_as(bool scattered, size_t n_ports)
{
	return n_ports < SCANNER_PORTS || scattered ? VERDICT_WORM : VERDICT_SCANNER;
}

/*
 * Answers to each could not be seen. And of sampled datagrams nobody knows whether they were the only ones,
 * unless the silence of all of them together is known.
 */
static void weaken(struct finding *f)
{
	f->confidence = fmin(f->confidence, scattered_confidence_max);
	if (f->n_sign[SIGN_SCATTERED] && f->is_sampled && f->verdict == VERDICT_WORM)
		f->verdict = VERDICT_SUSPECT;
}

/* Returns whether the exhibits now belong to a finding. */
static bool judge_rows(struct court *c, const struct suspect *s, struct exhibit *x, size_t n)
{
	struct finding f = finding_of(s, x, n, false);
	if (!f.is_listed || pool_beside(x, n) < POOLED_EXTRA_STEPS)
		return false;
	f.owns_exhibits = true;
	return judge_listed(c, s, &f, POOLED_EXTRA_STEPS * STEP_NATS);
}

static bool judge_walk(struct court *c, const struct suspect *s, struct exhibit *x, size_t n)
{
	double needed = STEP_NATS * (threshold_for(c, POOLED_RATE, n) + POOLED_EXTRA_STEPS);
	struct walk w = walk_over(x, n, needed);
	if (!w.crossed)
		return false;
	if (pool_beside(x + w.onset, w.crossing - w.onset + 1) < POOLED_EXTRA_STEPS)
		return false; // one port was heard already, with the rate of that port
	size_t n_ports = pool_ports(x, n);
	bool scattered = pool_is_scattered(x, n);
	if (scattered) {
		n = only_udp(x, n);
		w = walk_over(x, n, needed);
	}
	struct finding f = finding_of(s, x, n, false);
	if (f.is_listed || !w.crossed)
		return false;
	f.verdict = scan_classify(c, s, s->is_p2p, scans_as(scattered, n_ports));
	f.score_nats = w.best_nats;
	f.needed_nats = needed;
	f.benign_rate = POOLED_RATE;
	f.scale = f.first_ms == UINT64_MAX ? NULL : w.scale;
	f.onset = w.onset;
	f.onset_ms = contact_first(x[w.onset].contact);
	f.n_to_case = (uint32_t)(w.crossing - w.onset + 1);
	f.n_to_clear = (uint32_t)walk_to_clear(x, n, needed);
	f.confidence = confidence_of(w.best_nats, PRIOR_FLOWS_NATS);
	f.owns_exhibits = true;
	if (f.n_sign[SIGN_SCATTERED] + f.n_sign[SIGN_SILENT])
		weaken(&f);
	finding_put(c, &f);
	return true;
}

/* Traceroute counts UDP ports up from 33434, so that every probe has a port of its own. */
static bool is_traceroute(const struct contact *c)
{
	return c->proto == PROTO_UDP && c->port >= 33434 && c->port < 33434 + 100;
}

static bool judge_vertical(struct court *c, const struct suspect *s, struct exhibit *x, size_t n)
{
	size_t first = 0, n_ports = most_ports(x, n, &first);
	if (n_ports < VERTICAL_PORTS || s->role == ROLE_MONITOR || is_traceroute(x[first].contact))
		return false;
	struct exhibit *own = calloc(n_ports, sizeof *own);
	if (!own)
		return c->no_memory = true, false;
	for (size_t i = first, k = 0; k < n_ports; i++)
		if (is_failed(&x[i]))
			own[k++] = x[i];
	pool_by_time(own, n_ports);
	struct finding f = finding_of(s, own, n_ports, false);
	f.contacted = 1;
	f.outcome[OUTCOME_FAILED] = 1;
	f.verdict = scan_classify(c, s, false, VERDICT_SCANNER);
	f.score_nats = STEP_NATS * (double)n_ports;
	f.confidence = .9;
	f.owns_exhibits = true;
	finding_put(c, &f);
	return true;
}

/*
 * A server's answers from a high port look like contacts of its own, if only its side is exported. Of
 * UDP only a missing flow back accuses, and a client's request is one.
 */
static bool may_be_reply(const struct exhibit *x)
{
	return x->contact->saw & SAW_AS_REPLY && x->contact->proto == PROTO_TCP;
}

/*
 * What may accuse over all ports: no replies, and nothing on ports that a peer-to-peer program explains.
 * A host that is one as a whole keeps all of it, and is called so.
 */
static size_t gather(const struct suspect *s, struct exhibit *out)
{
	struct key_slice k;
	size_t n = 0;
	for (size_t at = 0; key_next(s, &at, &k);) {
		if (!s->is_p2p && p2p_excuses(s, &k))
			continue;
		for (size_t i = 0; i < k.n; i++)
			if (!may_be_reply(&k.exhibit[i]))
				out[n++] = k.exhibit[i];
	}
	return n;
}

void judge_pooled(struct court *c, const struct suspect *s, bool has_case)
{
	size_t n = 0, n_failed = 0;
	for (size_t i = 0; i < s->n; i++)
		n_failed += is_probe(&s->exhibit[i]);
	if (has_case || n_failed < 3 || s->role == ROLE_PROXY || s->role == ROLE_NAT)
		return;
	struct exhibit *x = calloc(s->n, sizeof *x);
	if (!x) {
		c->no_memory = true;
		return;
	}
	n = gather(s, x);
	pool_by_peer(x, n);
	bool is_taken = judge_vertical(c, s, x, n);
	if (!is_taken) {
		n = pool_peers(x, n);
		is_taken = n && (judge_rows(c, s, x, n) || judge_walk(c, s, x, n));
		if (is_taken)
			return;
	}
	free(x);
}
