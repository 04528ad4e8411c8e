// SPDX-License-Identifier: Apache-2.0
// Signs in order of strength: what the source's own flow proves comes before what is missing.
#include "detect/weigh.h"

#include <stdlib.h>

#include "detect/returns.h"
#include "detect/unsaid.h"

enum { EXPORTERS = 65536, SYNS_MAX = 7 };
static const double visible_strong = .9;

/* Of TCP what is known is beyond doubt; of services that are asked daily it is usual. */
enum { BY_TCP, BY_SERVICE, N_TEACHERS };

struct visibility {
	struct {
		uint32_t n_answered, n_with_reverse;
	} row[EXPORTERS][N_TEACHERS];
	struct unsaid *unsaid;
	struct returns *returns;
	struct {
		bool is_strong, is_sampling; // flows back are recorded; it samples unsaid
	} settled[EXPORTERS];
};

static bool saw(const struct contact *c, uint32_t what)
{
	return c->saw & what;
}

/* A list without bytes: up to seven packets may be a SYN and its repetitions. */
static bool may_be_syns(const struct contact *c)
{
	return saw(c, SAW_LISTED) && c->size == 0 && c->packets <= SYNS_MAX;
}

/* Answered beyond doubt, though the flow back was not needed to know it. */
static bool answered_by_own_flow(const struct contact *c)
{
	return saw(c, SAW_OPEN) && c->proto == PROTO_TCP && saw(c, SAW_LARGE) && !may_be_syns(c);
}

/* Services whose clients get an answer as a rule: a name and a time. */
static bool is_asked_service(const struct contact *c)
{
	return saw(c, SAW_OPEN) && c->proto == PROTO_UDP && (c->port == 53 || c->port == 123);
}

struct visibility *visibility_new(void)
{
	struct visibility *v = calloc(1, sizeof *v);
	if (!v)
		return NULL;
	v->unsaid = unsaid_new();
	v->returns = returns_new();
	if (v->unsaid && v->returns)
		return v;
	visibility_free(v);
	return NULL;
}

static void learn_reverse(struct visibility *v, const struct contact *c)
{
	bool by_flags = c->proto == PROTO_TCP && saw(c, SAW_OPEN) && saw(c, SAW_ANSWER);
	bool by_tcp = by_flags || answered_by_own_flow(c);
	if (!by_tcp && !is_asked_service(c))
		return;
	unsigned teacher = by_tcp ? BY_TCP : BY_SERVICE;
	v->row[c->exporter][teacher].n_answered++;
	v->row[c->exporter][teacher].n_with_reverse += saw(c, SAW_REVERSE);
}

void visibility_learn(struct visibility *v, const struct contact *c, size_t n)
{
	unsaid_learn(v->unsaid, c, n);
	for (size_t i = 0; i < n; i++) {
		learn_reverse(v, &c[i]);
		if (saw(&c[i], SAW_SAMPLED))
			returns_learn(v->returns, &c[i]);
	}
}

void visibility_join(struct visibility *v, const struct visibility *from)
{
	for (size_t i = 0; i < EXPORTERS; i++)
		for (size_t k = 0; k < N_TEACHERS; k++) {
			v->row[i][k].n_answered += from->row[i][k].n_answered;
			v->row[i][k].n_with_reverse += from->row[i][k].n_with_reverse;
		}
	unsaid_join(v->unsaid, from->unsaid);
	returns_join(v->returns, from->returns);
}

void visibility_free(struct visibility *v)
{
	if (v) {
		unsaid_free(v->unsaid);
		returns_free(v->returns);
	}
	free(v);
}

void visibility_settle(struct visibility *v)
{
	unsaid_settle(v->unsaid);
	for (size_t i = 0; i < EXPORTERS; i++) {
		v->settled[i].is_strong = visibility_of(v, (uint16_t)i) >= visible_strong;
		v->settled[i].is_sampling = unsaid_samples(v->unsaid, (uint16_t)i);
	}
}

uint32_t visibility_bits(const struct visibility *v, uint16_t exporter)
{
	return v->settled[exporter].is_strong | (uint32_t)v->settled[exporter].is_sampling << 1;
}

size_t visibility_unsaid(const struct visibility *v)
{
	return unsaid_count(v->unsaid);
}

bool visibility_returns(const struct visibility *v, const struct addr *host)
{
	return returns_seen(v->returns, host);
}

/* A resolver asks many servers that are dead: it teaches only where TCP does not. */
static unsigned teacher_of(const struct visibility *v, size_t exporter)
{
	return v->row[exporter][BY_TCP].n_answered < VISIBILITY_LEAST ? BY_SERVICE : BY_TCP;
}

double visibility_of(const struct visibility *v, uint16_t exporter)
{
	unsigned t = teacher_of(v, exporter);
	uint32_t n = v->row[exporter][t].n_answered;
	return n < VISIBILITY_LEAST ? -1 : (double)v->row[exporter][t].n_with_reverse / n;
}

void visibility_total(const struct visibility *v, uint64_t *n_known, uint64_t *n_returned)
{
	*n_known = *n_returned = 0;
	for (size_t i = 0; i < EXPORTERS; i++) {
		unsigned t = teacher_of(v, i);
		*n_known += v->row[i][t].n_answered;
		*n_returned += v->row[i][t].n_with_reverse;
	}
}

/* Whether only some packets were looked at, said or unsaid. */
static bool is_sampled(const struct contact *c, const struct visibility *v)
{
	return saw(c, SAW_SAMPLED) || v->settled[c->exporter].is_sampling;
}

enum telemetry telemetry_of(const struct contact *c, const struct visibility *v)
{
	bool is_tcp = c->proto == PROTO_TCP || c->proto == PROTO_UNKNOWN;
	bool has_size = saw(c, SAW_SMALL | SAW_FEW | SAW_LARGE);
	if (saw(c, SAW_LISTED))
		return TELEMETRY_LIST;
	if (is_sampled(c, v))
		return is_tcp ? TELEMETRY_TCP_SAMPLED : TELEMETRY_OTHER_SAMPLED;
	if (is_tcp && !has_size && saw(c, SAW_NO_ACK | SAW_ANSWER | SAW_UNANSWERED | SAW_DROPPED))
		return TELEMETRY_TCP_TOLD;
	if (saw(c, SAW_UNANSWERED | SAW_DROPPED) || v->settled[c->exporter].is_strong)
		return is_tcp ? TELEMETRY_TCP_BOTH_WAYS : TELEMETRY_OTHER_BOTH_WAYS;
	return is_tcp ? TELEMETRY_TCP_ONE_WAY : TELEMETRY_OTHER_ONE_WAY;
}

/* A row that may be a probe, and the row of an answer is missing where those of others are listed. */
static bool is_alone(const struct contact *c, const struct visibility *v)
{
	bool is_probe = c->proto == PROTO_TCP
				? !saw(c, SAW_LARGE) || may_be_syns(c)
				: c->proto == PROTO_UDP && c->packets <= PROBE_PACKETS &&
					  !weigh_fans_out_daily(c->port);
	return is_probe && !saw(c, SAW_REVERSE | SAW_ONE_WAY) && v->settled[c->exporter].is_strong;
}

/* What a pasted list tells: it shows no outcome, only sizes and rows. */
static enum sign listed(const struct contact *c, const struct visibility *v)
{
	if (is_alone(c, v))
		return saw(c, SAW_SYN_SIZE) ? SIGN_LISTED_SYN : SIGN_LISTED_ALONE;
	if (saw(c, SAW_LARGE))
		return SIGN_ANSWERED;
	if (saw(c, SAW_SYN_SIZE))
		return SIGN_LISTED_SYN;
	if (saw(c, SAW_SMALL))
		return SIGN_LISTED_SMALL;
	return saw(c, SAW_FEW) ? SIGN_LISTED_FEW : SIGN_UNKNOWN;
}

/*
 * No flag, no size beyond doubt: what the missing flow back says. It says as much as a failure only
 * where nine answers in ten are recorded. Of sampled packets it says nothing: an answer need not be
 * among them, and an acknowledgement is as small as a SYN.
 */
static enum sign unreturned(const struct contact *c, const struct visibility *v)
{
	bool is_stream = c->proto == PROTO_UDP && c->packets > PROBE_PACKETS;
	if (is_stream || saw(c, SAW_ONE_WAY))
		return SIGN_UNKNOWN; // music on hold, overlays, DHCP: no probe looks so
	if (is_sampled(c, v))
		return SIGN_UNKNOWN;
	if (v->settled[c->exporter].is_strong)
		return SIGN_NO_REVERSE;
	return saw(c, SAW_SYN_SIZE | SAW_FEW) ? SIGN_SMALL : SIGN_UNKNOWN;
}

static enum sign own_sign(const struct contact *c, const struct visibility *v)
{
	static const struct {
		uint32_t saw;
		enum sign sign;
	} proofs[] = {
		{ SAW_ANSWER, SIGN_ANSWERED },
		{ SAW_DROPPED, SIGN_DROPPED },
		{ SAW_REFUSAL, SIGN_REFUSED },
		{ SAW_UNANSWERED, SIGN_UNANSWERED },
	};
	for (size_t i = 0; i < countof(proofs); i++)
		if (saw(c, proofs[i].saw))
			return proofs[i].sign;
	if (contact_is_pending(c))
		return SIGN_UNKNOWN;
	if (saw(c, SAW_NO_ACK))
		return is_sampled(c, v) ? SIGN_SYN_SAMPLED : SIGN_NO_ACK;
	if (saw(c, SAW_LISTED))
		return listed(c, v);
	return saw(c, SAW_LARGE) ? SIGN_ANSWERED : unreturned(c, v);
}

enum sign weigh(
	const struct contact *c, const struct visibility *v, const struct inventory *inventory)
{
	enum sign s = own_sign(c, v);
	return s != SIGN_ANSWERED && inventory_is_dark(inventory, &c->dst) ? SIGN_DARK : s;
}
