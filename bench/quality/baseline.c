// SPDX-License-Identifier: Apache-2.0
// TRW (Jung et al., 2004), the fan-out rule of bro-simple-scan, and the BLR of SiLK's rwscan.
#include "quality/baseline.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/** A contact, small enough to sort. */
struct step {
	uint64_t time_ms;
	uint32_t dst;
	uint16_t resident, port, src_port;
	uint8_t proto, flags;
	bool is_failed;
	uint64_t packets, bytes;
};

static struct step *steps_of(const struct sight *s)
{
	struct step *step = calloc(s->n_attempts + 1, sizeof *step);
	if (!step) {
		perror("quality: steps");
		exit(2);
	}
	for (size_t i = 0; i < s->n_attempts; i++) {
		const struct attempt *a = &s->attempt[i];
		const struct flow *f = &s->flow[a->flow];
		step[i] = (struct step){ f->first_ms, addr_low32(&f->dst), a->resident, f->dst_port,
			f->src_port, f->proto, f->tcp_flags, a->is_failed, f->packets, f->bytes };
	}
	return step;
}

#define CMP(a, b) \
	if ((a) != (b)) \
	return (a) < (b) ? -1 : 1

static int by_peer(const void *p, const void *q)
{
	const struct step *a = p, *b = q;
	CMP(a->resident, b->resident);
	CMP(a->proto, b->proto);
	CMP(a->dst, b->dst);
	CMP(a->time_ms, b->time_ms);
	return 0;
}

static int by_peer_and_port(const void *p, const void *q)
{
	const struct step *a = p, *b = q;
	CMP(a->resident, b->resident);
	CMP(a->dst, b->dst);
	CMP(a->port, b->port);
	CMP(a->time_ms, b->time_ms);
	return 0;
}

static int by_time(const void *p, const void *q)
{
	const struct step *a = p, *b = q;
	CMP(a->resident, b->resident);
	CMP(a->time_ms, b->time_ms);
	return 0;
}

/** First TCP contacts of each resident to each peer, in order of time; the first connection counts. */
static size_t first_contacts(struct step *step, size_t n)
{
	size_t n_out = 0;
	qsort(step, n, sizeof *step, by_peer);
	for (size_t i = 0; i < n; i++) {
		bool is_again = n_out && step[n_out - 1].resident == step[i].resident &&
				step[n_out - 1].dst == step[i].dst;
		if (step[i].proto == PROTO_TCP && !is_again)
			step[n_out++] = step[i];
	}
	qsort(step, n_out, sizeof *step, by_time);
	return n_out;
}

/** theta .8/.2, alpha .01, beta .99; a source that is judged is judged for good. */
static void trw(const struct sight *s, const uint64_t *since_ms, struct alarm *alarm)
{
	const double step_nats = log(4), scan = log(99), benign = -log(99);
	struct step *step = steps_of(s);
	size_t n = first_contacts(step, s->n_attempts);
	for (size_t i = 0, j; i < n; i = j) {
		double sum = 0;
		uint32_t n_since = 0;
		bool is_judged = false;
		for (j = i; j < n && step[j].resident == step[i].resident; j++) {
			n_since += step[j].time_ms >= since_ms[step[j].resident];
			if (is_judged)
				continue;
			sum += step[j].is_failed ? step_nats : -step_nats;
			is_judged = sum >= scan || sum <= benign;
			if (sum >= scan && step[j].time_ms >= since_ms[step[j].resident])
				alarm[step[i].resident] = (struct alarm){ true, n_since };
		}
	}
	free(step);
}

/** Failed TCP (host, port) pairs, each once, in order of time. */
static size_t failed_pairs(struct step *step, size_t n)
{
	size_t n_out = 0;
	qsort(step, n, sizeof *step, by_peer_and_port);
	for (size_t i = 0; i < n; i++) {
		const struct step *last = n_out ? &step[n_out - 1] : NULL;
		bool is_again = last && last->resident == step[i].resident &&
				last->dst == step[i].dst && last->port == step[i].port;
		if (step[i].proto == PROTO_TCP && step[i].is_failed && !is_again)
			step[n_out++] = step[i];
	}
	qsort(step, n_out, sizeof *step, by_time);
	return n_out;
}

/** 250 failed (host, port) pairs of a local source, 25 of a remote; forgotten after 15 quiet minutes. */
static void simple_scan(const struct sight *s, const uint64_t *since_ms, struct alarm *alarm)
{
	enum { LOCAL = 250, REMOTE = 25, EXPIRE_MS = 15 * 60000 };
	struct step *step = steps_of(s);
	size_t n = failed_pairs(step, s->n_attempts);
	for (size_t i = 0, count = 0; i < n; i++) {
		uint16_t who = step[i].resident;
		bool is_same = i && step[i - 1].resident == who &&
			       step[i].time_ms - step[i - 1].time_ms < EXPIRE_MS;
		count = is_same ? count + 1 : 1;
		bool is_local = since_ms[who] != UINT64_MAX; // see main: outsiders have no time
		bool is_after = !is_local || step[i].time_ms >= since_ms[who];
		if (count >= (is_local ? LOCAL : REMOTE) && is_after && !alarm[who].is_raised)
			alarm[who] = (struct alarm){ true, (uint32_t)count };
	}
	free(step);
}

/** What BLR looks at, over all flows of one source and protocol, sorted by peer. */
struct features {
	double n, no_ack, small, payload, backscatter, n_dst, echo;
	double n_sport_last, n_sport;
	double run, run_most, net, net_most;           // consecutive addresses; addresses in a /24
	double low_most, low_run_most, n_low, low_run; // ports below 1024 of one host
};

static void feature_peer(struct features *f, const struct step *before, const struct step *now)
{
	bool is_same_net = before && before->dst >> 8 == now->dst >> 8;
	if (before && before->dst == now->dst)
		return;
	f->n_dst++;
	f->run = is_same_net && before->dst + 1 == now->dst ? f->run + 1 : 1;
	f->net = is_same_net ? f->net + 1 : 1;
	f->run_most = fmax(f->run, f->run_most);
	f->net_most = fmax(f->net, f->net_most);
	f->n_sport_last = f->n_low = f->low_run = 0; // rwscan too begins anew at every peer
}

static struct features features_of(const struct step *x, size_t n)
{
	struct features f = { .n = (double)n };
	for (size_t i = 0; i < n; i++) {
		const struct step *before = i ? &x[i - 1] : NULL;
		feature_peer(&f, before, &x[i]);
		uint8_t flags = x[i].flags;
		f.no_ack += !(flags & TCP_ACK);
		f.small += x[i].packets < 3;
		f.payload += x[i].bytes > 60 * x[i].packets;
		f.backscatter += flags == TCP_RST || flags == (TCP_SYN | TCP_ACK) ||
				 flags == (TCP_RST | TCP_ACK);
		f.echo += x[i].port == 8 << 8;
		f.n_sport += !before || before->src_port != x[i].src_port;
		f.n_sport_last++;
		bool is_new = f.n_sport_last == 1 || before->port != x[i].port;
		f.n_low += x[i].port < 1024 && is_new;
		f.low_run = f.n_sport_last > 1 && before->port + 1 == x[i].port ? f.low_run + 1 : 1;
		f.low_most = fmax(f.low_most, f.n_low);
		f.low_run_most = fmax(f.low_run_most, x[i].port < 1024 ? f.low_run : 0);
	}
	return f;
}

static double blr_score(const struct features *f, uint8_t proto)
{
	double sp = f->n_sport_last;
	if (proto == PROTO_TCP)
		return -2.838353611 + 3.309023427 * f->no_ack / f->n -
		       .157047027 * f->small / f->n - .002319304 * sp -
		       1.047413699 * f->payload / f->n + 3.163018548 * f->n_dst / f->n -
		       3.260270447 * f->backscatter / f->n;
	if (proto == PROTO_UDP)
		return -1.887907966 + .543683505 * f->small / f->n + .025150994 * f->run_most +
		       .529094801 * f->low_most - 1.244182168 * f->low_run_most - .001841634 * sp -
		       .224548546 * f->payload / f->n - .697943155 * f->n_sport / f->n;
	return -4.307079 - .08245704 * f->run_most - .02800612 * f->run_most +
	       .04877852 * f->net_most - .000006398878 * f->n_dst + 4.016751 * f->echo / f->n;
}

/** A batch rule: it has no time, so every alarm counts as a detection. */
static void blr(const struct sight *s, const uint64_t *, struct alarm *alarm)
{
	enum { FLOWS_MIN = 32 };
	struct step *step = steps_of(s);
	size_t n = s->n_attempts;
	qsort(step, n, sizeof *step, by_peer);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && step[j].resident == step[i].resident &&
			    step[j].proto == step[i].proto;)
			j++;
		struct features f = features_of(step + i, j - i);
		if (j - i >= FLOWS_MIN && blr_score(&f, step[i].proto) > 0)
			alarm[step[i].resident].is_raised = true;
	}
	free(step);
}

const struct baseline *baseline_at(size_t i)
{
	static const struct baseline rows[] = {
		{ "TRW .8/.2", trw },
		{ "simple-scan 25/250", simple_scan },
		{ "rwscan BLR", blr },
	};
	return i < countof(rows) ? &rows[i] : NULL;
}
