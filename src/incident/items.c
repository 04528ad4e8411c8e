// SPDX-License-Identifier: Apache-2.0
// Findings become items: what one source says of one host about one cause.
#include <stdio.h>
#include <stdlib.h>

#include "incident/suspects_parts.h"
#include "model/attack.h"

enum {
	SIZE_PEERS = 3, // that got a message of the same size, to know the size of a worm
	TRAIL = 12,     // contacts in a row that tell an attack from a bad day
};

static bool accuses(const struct finding *f)
{
	return f->verdict == VERDICT_WORM || f->verdict == VERDICT_SUSPECT ||
	       f->verdict == VERDICT_EXPOSED;
}

/* Since when the telemetry shows the host: its first contact on any port. */
static uint64_t seen_since(const struct finding *f)
{
	uint64_t first = f->first_ms;
	for (size_t i = 0; i < f->n_host_exhibits; i++) {
		uint64_t ms = contact_first(f->host_exhibit[i].contact);
		first = ms < first ? ms : first;
	}
	return known(first);
}

/* A SYN tells of the host that sends it, not of the worm; what follows on an answer tells. */
static uint32_t message_size(const struct exhibit *x)
{
	const struct contact *c = x->contact;
	bool is_telling = c->proto != PROTO_TCP || x->sign == SIGN_ANSWERED;
	return is_telling && c->proto != PROTO_UNKNOWN ? c->size : 0;
}

/* The size that three in four of the telling messages have, by the vote of Boyer and Moore. */
static uint32_t size_signature(const struct finding *f)
{
	uint32_t size = 0, votes = 0, n_telling = 0, n_same = 0;
	for (size_t i = 0; i < f->n_exhibits; i++) {
		uint32_t s = message_size(&f->exhibit[i]);
		if (!s)
			continue;
		n_telling++;
		size = votes ? size : s;
		votes = s == size ? votes + 1 : votes - 1;
	}
	for (size_t i = 0; i < f->n_exhibits; i++)
		n_same += size && message_size(&f->exhibit[i]) == size;
	return n_same >= SIZE_PEERS && n_same * 4 >= n_telling * 3 ? size : 0;
}

/*
 * When it attacked last, and how many peers from its onset on. Beside a worm its user goes on working, and
 * some of that fails too: an attack is where most of the last contacts were not answered. A scan that is
 * too slow to stand out so is taken to go on as long as anything fails.
 */
static void attack_of(const struct finding *f, struct item *out)
{
	bool trail[TRAIL] = {};
	uint32_t n_failed = 0, n_attack = 0, n_any = 0;
	uint64_t last_ms = 0, any_ms = 0;
	for (size_t i = f->onset; i < f->n_exhibits; i++) {
		const struct contact *c = f->exhibit[i].contact;
		bool has_failed = sign_outcome(f->exhibit[i].sign) != OUTCOME_ANSWERED;
		n_failed += has_failed - trail[i % TRAIL];
		trail[i % TRAIL] = has_failed;
		if (!has_failed)
			continue;
		n_any++;
		any_ms = c->last_ms > any_ms ? c->last_ms : any_ms;
		if (n_failed * 2 <= TRAIL)
			continue;
		n_attack = n_any;
		last_ms = c->last_ms > last_ms ? c->last_ms : last_ms;
	}
	out->last_ms = last_ms ? last_ms : any_ms;
	out->scanned = last_ms ? n_attack : n_any;
	if (!out->last_ms || out->last_ms > f->last_ms)
		out->last_ms = f->last_ms;
}

static void item_of_flows(struct item *out, const struct finding *f)
{
	char room[PORT_TEXT_BYTES];
	*out = (struct item){
		.host = f->host,
		.source = f->is_listed ? EVIDENCE_LIST : EVIDENCE_FLOWS,
		.is_shared = f->has_port,
		.is_accusing = accuses(f),
		.contacted = f->contacted,
		.size = size_signature(f),
		.sampling = f->is_sampled ? f->sampling : 0,
		.where = f->where,
		.onset_ms = known(f->onset_ms) ? known(f->onset_ms) : known(f->first_ms),
		.seen_ms = seen_since(f),
		.finding = f,
	};
	attack_of(f, out);
	snprintf(out->cause, sizeof out->cause, "%s", finding_port(f, room));
}

static void item_of_attack(struct item *out, const struct finding *f, const struct attack *a)
{
	*out = (struct item){
		.host = f->host,
		.source = EVIDENCE_WEB_LOG,
		.is_shared = true,
		.is_accusing = accuses(f),
		.contacted = a->n < UINT32_MAX ? (uint32_t)a->n : UINT32_MAX,
		.onset_ms = known(a->first_ms),
		.last_ms = a->last_ms,
		.seen_ms = known(a->first_ms),
		.where = a->where,
		.sampling = a->sampling,
		.finding = f,
	};
	// of a worm that tries one thing after the other at each server, that is one probe
	uint32_t n_tried = (uint32_t)__builtin_popcount(a->patterns);
	out->scanned = out->contacted / (n_tried ? n_tried : 1);
	snprintf(out->cause, sizeof out->cause, "web:%s", a->signature->id);
}

/* Total over all that is told of an item, so that equal items are alike. */
static int by_host_and_cause(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const int order[] = {
		addr_cmp(&x->host, &y->host),
		strcmp(x->cause, y->cause),
		by_number(x->source, y->source),
		by_number(x->finding->verdict, y->finding->verdict),
		-by_number(x->last_ms, y->last_ms),
		-by_number(x->contacted, y->contacted),
		by_number(x->onset_ms, y->onset_ms),
		strcmp(x->finding->why, y->finding->why),
	};
	size_t i = 0;
	while (i + 1 < countof(order) && !order[i])
		i++;
	return order[i];
}

bool items_init(struct suspects *out, const struct finding *finding, size_t n)
{
	size_t most = 1, n_items = 0;
	for (size_t i = 0; i < n; i++)
		most += 1 + finding[i].n_attacks;
	out->item = calloc(most, sizeof *out->item);
	if (!out->item)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &finding[i];
		if (f->n_exhibits || !f->n_attacks)
			item_of_flows(&out->item[n_items++], f);
		for (size_t k = 0; k < f->n_attacks; k++)
			item_of_attack(&out->item[n_items++], f, f->attack[k]);
	}
	qsort(out->item, n_items, sizeof *out->item, by_host_and_cause);
	for (size_t i = 0; i < n_items; i++) { // of one source and cause the worst verdict counts
		const struct item *it = &out->item[i];
		struct item *last = out->n_items ? &out->item[out->n_items - 1] : NULL;
		if (!last || !addr_eq(&last->host, &it->host) || last->source != it->source ||
			strcmp(last->cause, it->cause))
			out->item[out->n_items++] = *it;
	}
	return true;
}
