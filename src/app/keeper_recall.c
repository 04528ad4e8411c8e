// SPDX-License-Identifier: Apache-2.0
// What the keeper before left joins what comes in meanwhile: in which order changes nothing.
#include "app/journal.h"
#include "app/keeper_state.h"

enum { LOAD = 256 };

static void take_head(struct keeper *k, struct bytes body)
{
	uint64_t thinning;
	if (body.len != JOURNAL_HEAD_BYTES)
		return;
	memcpy(&thinning, body.ptr + 8, sizeof thinning);
	k->recall.thinning = le64toh(thinning);
}

static void take_again(void *ctx, const struct parcel *p)
{
	struct keeper *k = ctx;
	struct contact load[LOAD];
	size_t n = 0;
	if (p->sort == PARCEL_HELLO)
		take_head(k, p->body);
	if (p->epoch) {
		k->recall.epoch = p->epoch;
		k->recall.number = p->number;
	}
	for (size_t at = 0; p->sort == PARCEL_CONTACTS && at + PARCEL_CONTACT_BYTES <= p->body.len;
		at += PARCEL_CONTACT_BYTES) {
		if (!parcel_get_contact(p->body.ptr + at, &load[n]))
			k->n_refused++;
		else if (++n == LOAD) {
			keeper_join(k, load, n);
			n = 0;
		}
	}
	keeper_join(k, load, n);
}

bool keeper_recall(struct keeper *k)
{
	if (!memoir_is_recalling(k->memoir))
		return false;
	if (memoir_recall(k->memoir, take_again, k))
		return true;
	evidence_thin(k->evidence, k->recall.thinning);
	intake_follow(&k->intake, k->recall.epoch, k->recall.number);
	return false;
}
