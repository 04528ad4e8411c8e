// SPDX-License-Identifier: Apache-2.0
// A source over all its ports: a worm that tries several, and a scanner that tries one host's many.
#include <math.h>
#include <stdlib.h>

#include "detect/case.h"

enum { SCATTERED_PEERS = 50, ALL_PORTS = 65536 };
enum { SCANNER_PORTS = 20 };
static const double scattered_answered_max = .1; // its host may have other UDP work
static const double scattered_confidence_max = .9;
static const double pooled_rate = .05;

static int by_peer(const void *a, const void *b)
{
	const struct exhibit *x = a, *y = b;
	int c = addr_cmp(&x->contact->dst, &y->contact->dst);
	return c ? c : contact_cmp(x->contact, y->contact);
}

static int by_time(const void *a, const void *b)
{
	const struct contact *x = ((const struct exhibit *)a)->contact;
	const struct contact *y = ((const struct exhibit *)b)->contact;
	if (x->first_ms != y->first_ms)
		return x->first_ms < y->first_ms ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return contact_cmp(x, y);
}

static bool is_failed(const struct exhibit *x)
{
	return sign_outcome(x->sign) == OUTCOME_FAILED;
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

/* Leave one exhibit a peer: an answer on any port clears it, else the strongest sign stays. */
static size_t one_a_peer(struct exhibit *x, size_t n)
{
	size_t n_out = 0;
	for (size_t i = 0; i < n; i++) {
		struct exhibit *last = n_out ? &x[n_out - 1] : NULL;
		if (!last || !addr_eq(&last->contact->dst, &x[i].contact->dst))
			x[n_out++] = x[i];
		else if (last->sign != SIGN_ANSWERED &&
			 (x[i].sign == SIGN_ANSWERED ||
				 sign_nats(x[i].sign) > sign_nats(last->sign)))
			*last = x[i];
	}
	return n_out;
}

static int by_number(const void *a, const void *b)
{
	const uint16_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* What failed on other ports than the one where most did. */
static size_t count_beside(const struct exhibit *x, size_t n)
{
	uint16_t *port = malloc(n * sizeof *port);
	size_t n_failed = 0, most = 0;
	for (size_t i = 0; port && i < n; i++)
		if (x[i].sign != SIGN_ANSWERED && sign_nats(x[i].sign) > 0)
			port[n_failed++] = x[i].contact->port;
	if (n_failed)
		qsort(port, n_failed, sizeof *port, by_number);
	for (size_t i = 0, j; i < n_failed; i = j) {
		for (j = i; j < n_failed && port[j] == port[i]; j++)
			;
		most = j - i > most ? j - i : most;
	}
	free(port);
	return n_failed - most;
}

static size_t count_ports(const struct exhibit *x, size_t n)
{
	uint16_t *port = malloc(n * sizeof *port);
	size_t n_ports = 0;
	for (size_t i = 0; port && i < n; i++)
		port[i] = x[i].contact->port;
	if (port)
		qsort(port, n, sizeof *port, by_number);
	for (size_t i = 0; port && i < n; i++)
		n_ports += i == 0 || port[i] != port[i - 1];
	free(port);
	return n_ports;
}

/*
 * A datagram to a new port of each of many peers, and nobody answers: Witty. A scanner comes back to
 * its peers, and a peer-to-peer program finds some that live.
 */
static bool is_scattered(const struct exhibit *x, size_t n, size_t n_ports)
{
	size_t n_open = 0, n_udp = 0, n_answered = 0;
	for (size_t i = 0; i < n; i++) {
		bool is_udp = x[i].contact->proto == PROTO_UDP;
		bool is_open = x[i].sign != SIGN_ANSWERED;
		n_open += is_open;
		n_udp += is_udp && is_open;
		n_answered += is_udp && !is_open;
	}
	size_t n_expected = n_udp < ALL_PORTS ? n_udp : ALL_PORTS;
	return n_udp >= SCATTERED_PEERS && n_udp * 10 >= n_open * 9 && n_ports * 2 >= n_expected &&
	       (double)n_answered <= scattered_answered_max * (double)n_udp;
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

static enum verdict classify(
	const struct court *c, const struct suspect *s, bool scattered, size_t n_ports)
{
	if (inventory_scanner(c->inventory, s->host, c->now_ms))
		return VERDICT_DECLARED;
	if (s->is_p2p)
		return VERDICT_P2P;
	if (inventory_own(c->inventory, s->host) == OWN_NO)
		return VERDICT_SCANNER;
	return n_ports < SCANNER_PORTS || scattered ? VERDICT_WORM : VERDICT_SCANNER;
}

/* No answer could be seen; and of sampled datagrams nobody knows whether they were the only ones. */
static void weaken(struct finding *f)
{
	f->confidence = fmin(f->confidence, scattered_confidence_max);
	if (f->is_sampled && f->verdict == VERDICT_WORM)
		f->verdict = VERDICT_SUSPECT;
}

/* Returns whether the exhibits now belong to a finding. */
static bool judge_walk(struct court *c, const struct suspect *s, struct exhibit *x, size_t n)
{
	double needed = STEP_NATS * (threshold_for(c, pooled_rate, n) + POOLED_EXTRA_STEPS);
	struct walk w = walk_over(x, n, needed);
	if (!w.crossed)
		return false;
	if (count_beside(x + w.onset, w.crossing - w.onset + 1) < POOLED_EXTRA_STEPS)
		return false; // one port was heard already, with the rate of that port
	size_t n_ports = count_ports(x, n);
	bool scattered = is_scattered(x, n, n_ports);
	if (scattered) {
		n = only_udp(x, n);
		w = walk_over(x, n, needed);
	}
	struct finding f = finding_of(s, x, n, false);
	if (f.is_listed || !w.crossed)
		return false;
	f.verdict = classify(c, s, scattered, n_ports);
	f.score_nats = w.best_nats;
	f.needed_nats = needed;
	f.benign_rate = pooled_rate;
	f.scale = f.first_ms == UINT64_MAX ? NULL : w.scale;
	f.onset = w.onset;
	f.onset_ms = contact_first(x[w.onset].contact);
	f.n_to_case = (uint32_t)(w.crossing - w.onset + 1);
	f.confidence = confidence_of(w.best_nats, PRIOR_FLOWS_NATS);
	f.owns_exhibits = true;
	if (f.n_sign[SIGN_SCATTERED])
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
	qsort(own, n_ports, sizeof *own, by_time);
	struct finding f = finding_of(s, own, n_ports, false);
	f.contacted = 1;
	f.outcome[OUTCOME_FAILED] = 1;
	f.verdict = VERDICT_SCANNER;
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
		n_failed += is_failed(&s->exhibit[i]) || s->exhibit[i].sign == SIGN_SCATTERED;
	if (has_case || n_failed < 3 || s->role == ROLE_PROXY || s->role == ROLE_NAT)
		return;
	struct exhibit *x = calloc(s->n, sizeof *x);
	if (!x) {
		c->no_memory = true;
		return;
	}
	n = gather(s, x);
	if (n)
		qsort(x, n, sizeof *x, by_peer);
	bool is_taken = judge_vertical(c, s, x, n);
	if (!is_taken) {
		n = one_a_peer(x, n);
		qsort(x, n, sizeof *x, by_time);
		is_taken = judge_walk(c, s, x, n);
		if (is_taken)
			return;
	}
	free(x);
}

/* Findings of one class from `from` on. */
static size_t count_verdicts(const struct findings *f, size_t from, enum verdict v)
{
	size_t n = 0;
	for (size_t i = from; i < f->n; i++)
		n += f->finding[i].verdict == v;
	return n;
}

static void drop_verdicts(struct findings *f, size_t from, enum verdict v)
{
	size_t n = from;
	for (size_t i = from; i < f->n; i++) {
		if (f->finding[i].verdict != v)
			f->finding[n++] = f->finding[i];
		else if (f->finding[i].owns_exhibits)
			free(f->finding[i].exhibit);
	}
	f->n = n;
}

void judge_collapse(struct court *c, const struct suspect *s, size_t from)
{
	static const struct {
		enum verdict many, one;
	} rows[] = {
		{ VERDICT_WORM, VERDICT_SCANNER },
		{ VERDICT_SUSPECT, VERDICT_SCANNER },
		{ VERDICT_SCANNER, VERDICT_SCANNER },
		{ VERDICT_P2P, VERDICT_P2P },
		{ VERDICT_POLLER, VERDICT_POLLER },
		{ VERDICT_DECLARED, VERDICT_DECLARED },
	};
	for (size_t i = 0; i < countof(rows); i++) {
		if (count_verdicts(c->out, from, rows[i].many) < SCANNER_PORTS)
			continue;
		struct exhibit *x = malloc(s->n * sizeof *x);
		if (!x) {
			c->no_memory = true;
			return;
		}
		memcpy(x, s->exhibit, s->n * sizeof *x);
		qsort(x, s->n, sizeof *x, by_peer);
		size_t n = one_a_peer(x, s->n);
		qsort(x, n, sizeof *x, by_time);
		struct finding f = finding_of(s, x, n, false);
		struct walk w = walk_over(x, n, INFINITY);
		f.verdict = rows[i].one;
		f.score_nats = w.best_nats;
		f.confidence = confidence_of(w.best_nats, PRIOR_FLOWS_NATS);
		f.benign_rate = pooled_rate;
		f.owns_exhibits = true;
		drop_verdicts(c->out, from, rows[i].many);
		finding_put(c, &f);
	}
}
