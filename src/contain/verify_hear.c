// SPDX-License-Identifier: Apache-2.0
// An entry at each neighbour of ExaBGP. Which way a packet takes nobody knows, so each has to have it.
#include <stdlib.h>
#include <string.h>

#include "contain/verify_look.h"
#include "model/prefixes.h"

/* What is announced stops nothing where nobody hears it. */
static enum standing standing_heard(enum standing announced, enum hearing hearing)
{
	static const enum standing standing[N_HEARINGS] = { [HEARING_UNASKED] = STANDING_UNHEARD,
		[HEARING_UNTOLD] = STANDING_UNKNOWN,
		[HEARING_KEPT] = STANDING_UNKNOWN,
		[HEARING_DOWN] = STANDING_MISSING,
		[HEARING_DEAF] = STANDING_MISSING };
	if (hearing == HEARING_YES || (hearing == HEARING_UNASKED && announced != STANDING_WHOLE))
		return announced;
	return standing[hearing];
}

/* The neighbour of that name, made if it is new. */
static struct ear *ear_of(struct verification *v, const struct hearer *h, struct err *e)
{
	for (size_t i = 0; i < v->n_ears; i++)
		if (!strcmp(v->ear[i].name, h->name))
			return &v->ear[i];
	struct ear *room = array_grown(v->ear, sizeof *room, v->n_ears, &v->cap_ears);
	v->ear = room ? room : v->ear;
	void *of = room ? calloc(v->plan->n + 1, sizeof *room->of) : NULL;
	if (!of) {
		err_sys(e, "verification");
		return NULL;
	}
	struct ear *ear = &v->ear[v->n_ears++];
	*ear = (struct ear){ .of = of };
	memcpy(ear->name, h->name, sizeof ear->name);
	return ear;
}

/* The worst of them counts. */
static enum standing standing_of_all(const size_t n[static STANDING_MISSING + 1], size_t n_untold)
{
	size_t n_all = 0;
	for (enum standing s = 0; s <= STANDING_MISSING; s++)
		n_all += n[s];
	if (n[STANDING_MISSING] + n_untold == n_all)
		return STANDING_MISSING;
	if (n[STANDING_MISSING])
		return STANDING_SOMEWHERE;
	if (n[STANDING_PARTLY])
		return n[STANDING_PARTLY] == n_all ? STANDING_PARTLY : STANDING_SOMEWHERE;
	if (n[STANDING_UNKNOWN])
		return STANDING_UNKNOWN;
	return n[STANDING_UNHEARD] ? STANDING_UNHEARD : STANDING_WHOLE;
}

bool verification_hear(struct verification *v, const struct hearers *h, size_t entry,
	enum standing *out, struct err *e)
{
	const struct entry *x = &v->plan->entry[entry];
	enum family f = addr_is_v4(&x->host.addr) ? FAMILY_4 : FAMILY_6;
	size_t n[STANDING_MISSING + 1] = {}, n_untold = 0; // untold: nothing is announced to them
	for (size_t i = 0; i < h->n; i++) {
		struct look l = { .protection = v->protection };
		enum hearing hearing = h->hearer[i].hearing[f];
		struct ear *ear = ear_of(v, &h->hearer[i], e);
		enum standing now;
		if (!ear)
			return false;
		if (!look_at(&l, &h->hearer[i].policy, x, &now))
			return err_sys(e, "verification");
		ear->of[entry].hearing = hearing;
		if (hearing == HEARING_OTHER)
			continue;
		now = standing_heard(now, hearing);
		ear->of[entry].standing = now;
		n[now]++;
		n_untold += hearing == HEARING_UNTOLD;
	}
	*out = standing_of_all(n, n_untold);
	return true;
}

const char *ear_judge(const struct ear *ear, size_t entry, enum effect *effect)
{
	static const struct {
		enum effect effect;
		const char *why;
	} row[] = {
		[STANDING_UNKNOWN] = { EFFECT_UNKNOWN, "a line that cannot be read decides it" },
		[STANDING_UNHEARD] = { EFFECT_UNKNOWN, "" },
		[STANDING_WHOLE] = { EFFECT_EFFECTIVE, NULL },
		[STANDING_PARTLY] = { EFFECT_NOT, "not all of what stops it is announced to it" },
		[STANDING_MISSING] = { EFFECT_NOT, "what stops it is not announced to it" },
	};
	enum standing standing = ear->of[entry].standing;
	enum hearing hearing = ear->of[entry].hearing;
	if (hearing == HEARING_OTHER || standing == STANDING_WHOLE)
		return NULL;
	*effect = row[standing].effect;
	return hearing == HEARING_YES || standing == STANDING_PARTLY ||
			       (hearing == HEARING_UNASKED && standing == STANDING_MISSING)
		       ? row[standing].why
		       : hearing_text(hearing);
}
