// SPDX-License-Identifier: Apache-2.0
// Answers stand beside the contacts they belong to, or alone where only they were sampled.
#include "detect/silent.h"

#include "detect/weigh.h"

static const double alive_max = .02;

/* Index of the first contact of a source that does not stand before a protocol and port. */
static size_t first_of(const struct suspect *s, uint8_t proto, uint16_t port)
{
	size_t low = 0, high = s->n_contacts;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct contact *c = &s->contact[middle];
		if (c->proto != proto ? c->proto < proto : c->port < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t silent_answers(const struct suspect *s, uint8_t proto, uint16_t low, uint16_t high)
{
	size_t n = 0;
	for (size_t i = first_of(s, proto, low); i < s->n_contacts; i++) {
		const struct contact *c = &s->contact[i];
		if (c->proto != proto || c->port > high)
			break;
		n += !(c->saw & SAW_ASKED) && c->saw & SAW_REVERSE;
	}
	return n;
}

bool silent_is(size_t n_asked, size_t n_answered)
{
	return n_asked >= SILENT_PEERS && (double)n_answered <= alive_max * (double)n_asked;
}

void silent_weigh(const struct suspect *s, const struct key_slice *k)
{
	const struct contact *first = k->exhibit[0].contact;
	size_t n_open = 0, n_answered = 0;
	if (k->n < SILENT_PEERS || first->proto != PROTO_UDP || !s->is_heard ||
		first->saw & SAW_ONE_WAY || weigh_fans_out_daily(first->port))
		return;
	for (size_t i = 0; i < k->n; i++) {
		n_answered += k->exhibit[i].sign == SIGN_ANSWERED;
		n_open += k->exhibit[i].sign == SIGN_UNKNOWN &&
			  k->exhibit[i].contact->saw & SAW_SAMPLED;
	}
	n_answered += silent_answers(s, PROTO_UDP, first->port, first->port);
	if (!silent_is(n_open, n_answered))
		return;
	for (size_t i = 0; i < k->n; i++)
		if (k->exhibit[i].sign == SIGN_UNKNOWN && k->exhibit[i].contact->saw & SAW_SAMPLED)
			k->exhibit[i].sign = SIGN_SILENT;
}
