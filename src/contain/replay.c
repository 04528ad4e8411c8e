// SPDX-License-Identifier: Apache-2.0
// The plan as it was asked for says what should be stopped, the policy what is.
#include "contain/replay.h"

/* Without ports or protocol a flow fits many rules; all that it may be must have one fate. */
static bool judge(const struct policy *p, const struct flow *f, enum action *action, size_t *rule)
{
	struct packet packet = { .src = f->src,
		.dst = f->dst,
		.proto = f->proto,
		.sport = f->src_port,
		.dport = f->dst_port };
	bool has_ports =
		f->has & FLOW_HAS_PORTS || (f->proto != PROTO_TCP && f->proto != PROTO_UDP);
	if (!(f->has & FLOW_HAS_PROTO) || !has_ports)
		return false;
	bool is_plain = f->proto != PROTO_TCP || f->has & FLOW_HAS_FLAGS;
	packet.is_established = is_plain && f->proto == PROTO_TCP && !(f->tcp_flags & TCP_SYN);
	*action = policy_judge(p, &packet, rule);
	packet.is_established = true;
	return *action != ACTION_UNKNOWN && (is_plain || policy_judge(p, &packet, NULL) == *action);
}

/* `rule` gets the one of the policy that decides, where it is certain. */
static enum fate fate_of(const struct replay *r, const struct flow *f, size_t *rule)
{
	enum action wanted, got;
	*rule = RULE_REST;
	if (!judge(r->wanted, f, &wanted, rule) || !judge(r->policy, f, &got, rule))
		return FATE_UNKNOWN;
	if (wanted == ACTION_DENY && got == ACTION_DENY)
		return FATE_STOPPED;
	if (wanted == ACTION_DENY)
		return *rule < r->n_permits ? FATE_KEPT : FATE_MISSED;
	return got == ACTION_DENY ? FATE_INNOCENT : FATE_UNTOUCHED;
}

enum fate replay_fate(const struct replay *r, const struct flow *f)
{
	size_t rule;
	return fate_of(r, f, &rule);
}

void replay_take(void *ctx, const struct flow *flow, size_t n)
{
	struct replay *r = ctx;
	for (size_t i = 0; i < n; i++) {
		const struct flow *f = &flow[i];
		if (r->since_ms && f->has & FLOW_HAS_TIME && f->last_ms < r->since_ms)
			continue;
		size_t rule;
		enum fate fate = fate_of(r, f, &rule);
		if (r->hits && fate != FATE_UNKNOWN && rule != RULE_REST)
			r->hits[rule] += f->has & FLOW_HAS_PACKETS ? f->packets : 1;
		uint64_t seen = r->n[fate]++;
		if (fate == FATE_MISSED && seen < REPLAY_SHOWN)
			r->missed[seen] = *f;
		if (fate == FATE_INNOCENT && seen < REPLAY_SHOWN)
			r->innocent[seen] = *f;
		if (fate == FATE_MISSED && f->last_ms > r->last_ms)
			r->last_ms = f->last_ms;
	}
}
