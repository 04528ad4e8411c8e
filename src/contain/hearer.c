// SPDX-License-Identifier: Apache-2.0
// show neighbor summary lists who has a session, and nobody else; show neighbor extensive lists all, with what they
// are to hear and what they agreed to.
#include "contain/hearer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/prefixes.h"

const char *hearing_text(enum hearing h)
{
	static const char *const texts[] = {
#define AS_TEXT(name, text) [HEARING_##name] = text,
		HEARINGS(AS_TEXT)
#undef AS_TEXT
	};
	return texts[h];
}

void hearers_fini(struct hearers *h)
{
	for (size_t i = 0; i < h->n; i++)
		policy_fini(&h->hearer[i].policy);
	free(h->hearer);
	*h = (struct hearers){};
}

struct hearer *hearers_get(struct hearers *h, const char *name, struct err *e)
{
	for (size_t i = h->n; i-- > 0;) // rules of one come together
		if (!strcmp(h->hearer[i].name, name))
			return &h->hearer[i];
	struct hearer *room = array_grown(h->hearer, sizeof *room, h->n, &h->cap);
	if (!room)
		err_sys(e, "neighbours of ExaBGP");
	h->hearer = room ? room : h->hearer;
	if (room && h->n == HEARERS_MAX)
		err_set(e, "more than %d neighbours of ExaBGP", HEARERS_MAX);
	if (!room || h->n == HEARERS_MAX)
		return NULL;
	room[h->n] = (struct hearer){ .policy.rest = ACTION_PERMIT };
	snprintf(room[h->n].name, HEARER_NAME_BYTES, "%s", name);
	return &room[h->n++];
}

/* "127.0.0.1       65001     0:00:22 established           2          0" */
static bool summary_row(struct hearers *h, const char *row, struct err *e)
{
	char peer[HEARER_NAME_BYTES], age[32], state[32];
	unsigned long as;
	struct prefix p;
	if (sscanf(row, "%63s %lu %31s %31s", peer, &as, age, state) != 4 ||
		!prefix_parse((struct str){ peer, strlen(peer) }, &p))
		return true;
	struct hearer *one = hearers_get(h, peer, e);
	if (one) {
		one->is_listed = true;
		one->is_up |= !strcmp(state, "established");
	}
	return one;
}

/* "   ipv4 flow:                   enabled         enabled        disabled" */
static void detail_row(struct hearer *one, const char *row)
{
	static const char *const families[] = {
		[FAMILY_4] = " ipv4 flow: %15s %15s", [FAMILY_6] = " ipv6 flow: %15s %15s"
	};
	char here[32], there[32];
	if (sscanf(row, " state %31s", here) == 1)
		one->is_up = !strcasecmp(here, "established");
	else if (sscanf(row, " graceful-restart: %31s", here) == 1)
		one->is_graceful = !strcmp(here, "enabled");
	for (enum family f = 0; f < N_FAMILIES; f++)
		if (sscanf(row, families[f], here, there) == 2) {
			one->asked[f] = !strcmp(here, "enabled");
			one->agreed[f] = !strcmp(there, "enabled");
		}
}

bool hearers_row(struct hearers *h, const char *row, struct err *e)
{
	char name[HEARER_NAME_BYTES];
	if (!strncmp(row, "neighbor ", 9)) { // rules, or the next command
		h->is_summary = false;
		h->at = SIZE_MAX;
	} else if (!strncmp(row, "Peer ", 5)) {
		h->is_summary = h->has_summary = true;
		h->at = SIZE_MAX;
	} else if (sscanf(row, "Neighbor %63s", name) == 1) {
		struct hearer *one = hearers_get(h, name, e);
		if (!one)
			return false;
		one->is_detailed = h->has_details = true;
		one->is_up = false;
		h->is_summary = false;
		h->at = (size_t)(one - h->hearer);
	} else if (h->is_summary) {
		return summary_row(h, row, e);
	} else if (h->at < h->n) {
		detail_row(&h->hearer[h->at], row);
	}
	return true;
}

static enum hearing hearing_of(const struct hearers *h, const struct hearer *one, enum family f)
{
	bool is_told = one->is_detailed || h->has_summary;
	const struct {
		bool holds;
		enum hearing hearing;
	} row[] = {
		{ !is_told, HEARING_UNASKED },
		{ one->is_detailed && !one->asked[f], HEARING_OTHER },
		{ !one->is_up && one->is_graceful, HEARING_KEPT },
		{ !one->is_up, HEARING_DOWN },
		{ one->is_detailed && !one->agreed[f], HEARING_DEAF },
		{ !one->is_detailed && !one->has[f], HEARING_UNTOLD },
		{ true, HEARING_YES },
	};
	size_t i = 0;
	while (!row[i].holds)
		i++;
	return row[i].hearing;
}

bool hearers_settle(struct hearers *h, struct err *e)
{
	for (size_t i = 0; i < h->n; i++) {
		struct hearer *one = &h->hearer[i];
		for (size_t k = 0; k < one->policy.n; k++)
			for (enum family f = 0; f < N_FAMILIES; f++)
				one->has[f] |= box_is_of(&one->policy.rule[k].box, f);
		for (enum family f = 0; f < N_FAMILIES; f++)
			one->hearing[f] = hearing_of(h, one, f);
		policy_settle(&one->policy);
		if (!policy_index(&one->policy, e))
			return false;
	}
	return true;
}

size_t hearers_up(const struct hearers *h)
{
	size_t n = 0;
	for (size_t i = 0; i < h->n; i++)
		n += h->hearer[i].is_up &&
		     (h->hearer[i].hearing[FAMILY_4] <= HEARING_UNTOLD ||
			     h->hearer[i].hearing[FAMILY_6] <= HEARING_UNTOLD);
	return n;
}
