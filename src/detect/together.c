// SPDX-License-Identifier: Apache-2.0
// One message to many peers, or many peers in a row, of which nobody is known to answer.
#include "detect/targeting.h"
#include "detect/weigh.h"

static const double same_size_share = .9, swept_share = .9;

bool weigh_fans_out_daily(uint16_t port)
{
	static const uint16_t ports[] = { 53, 67, 68, 123, 137, 138, 161, 162, 443, 500, 514, 1900,
		3478, 4500, 5060, 5353, 5355 };
	for (size_t i = 0; i < countof(ports); i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* Nobody knows what became of it, and not because it is too new. */
static bool is_open(const struct exhibit *x)
{
	return x->sign == SIGN_UNKNOWN && !contact_is_pending(x->contact);
}

/* Size and count of packets as one number; equal numbers are the same message. */
static uint64_t signature(const struct contact *c)
{
	return (uint64_t)c->size << 32 | c->packets;
}

/* The most frequent signature, if it has the majority (Boyer and Moore's vote). */
static uint64_t majority(const struct exhibit *x, size_t n)
{
	uint64_t leader = 0;
	size_t votes = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t s = signature(x[i].contact);
		if (votes == 0)
			leader = s;
		votes = s == leader ? votes + 1 : votes - 1;
	}
	return leader;
}

bool weighs_together(uint8_t proto, uint16_t port)
{
	return proto != PROTO_TCP && !(proto == PROTO_UDP && weigh_fans_out_daily(port));
}

/* Nine in ten got the very same packet, and none is known to have answered. */
static bool weigh_same(struct exhibit *x, size_t n)
{
	size_t n_same = 0;
	uint64_t same = majority(x, n);
	for (size_t i = 0; i < n; i++)
		n_same += is_open(&x[i]) && signature(x[i].contact) == same;
	if ((double)n_same < same_size_share * (double)n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_open(&x[i]) && signature(x[i].contact) == same)
			x[i].sign = SIGN_SAME_SIZE;
	return true;
}

/* Whoever counts addresses up asks nobody in particular. */
static void weigh_sweep(struct exhibit *x, size_t n)
{
	if (n < SWEPT_PEERS || (double)targeting_steps(x, n) < swept_share * (double)n)
		return;
	for (size_t i = 0; i < n; i++)
		if (is_open(&x[i]))
			x[i].sign = SIGN_SWEPT;
}

void weigh_together(struct exhibit *x, size_t n)
{
	const struct contact *first = x[0].contact;
	size_t n_unknown = 0;
	if (n < SAME_SIZE_PEERS || first->saw & SAW_ONE_WAY ||
		!weighs_together(first->proto, first->port))
		return;
	for (size_t i = 0; i < n; i++)
		n_unknown += is_open(&x[i]);
	if (n_unknown < SAME_SIZE_PEERS || (double)n_unknown < same_size_share * (double)n)
		return;
	if (!weigh_same(x, n))
		weigh_sweep(x, n);
}
