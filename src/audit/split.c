// SPDX-License-Identifier: Apache-2.0
// Several devices of one name in one text: two routers called PE1, pasted below each other, or the
// examples of a paper, all of which are called Router. Outputs that contradict each other are of two
// devices; what tells nothing of its device stands with the output above it, and is unsure.
#include <stdio.h>
#include <stdlib.h>

#include "audit/derive.h"
#include "audit/identity.h"
#include "model/prefixes.h"

enum { NONE = -1 };

/* What the outputs of one device tell of it so far. */
struct group {
	struct identity identity;
	uint32_t device; // that its answers belong to
	int64_t next;    // of the same name in the same text
};

struct splitting {
	struct audit *a;
	struct group *group;
	size_t n, cap;
	int64_t *first,
		*last; // group by device as it was read: the first, and the last that was met
	int64_t *of;   // group by answer
};

static bool device_put(struct audit *a, uint32_t like, uint32_t *out)
{
	struct device *all =
		a->n_devices < AUDIT_DEVICES_MAX
			? array_grown(a->device, sizeof *all, a->n_devices, &a->cap_devices)
			: NULL;
	if (!all)
		return false;
	a->device = all;
	all[a->n_devices] = all[like];
	*out = (uint32_t)a->n_devices++;
	return true;
}

/* A group for what fits none; takes the identity. */
static bool group_put(struct splitting *s, uint32_t read_as, struct identity d, int64_t *out)
{
	struct group *all = array_grown(s->group, sizeof *all, s->n, &s->cap);
	uint32_t device = read_as;
	if (!all)
		return false;
	s->group = all;
	if (s->first[read_as] != NONE && !device_put(s->a, read_as, &device))
		return false;
	all[s->n] = (struct group){ d, device, s->first[read_as] };
	*out = s->first[read_as] = (int64_t)s->n++;
	return true;
}

/* Whose an answer is: the likeliest, of equals the one met last. */
static bool place(struct splitting *s, uint32_t answer, struct identity d)
{
	uint32_t read_as = s->a->answer[answer].device;
	int64_t found = NONE;
	int best = -1;
	for (int64_t g = s->first[read_as]; g != NONE; g = s->group[g].next) {
		int score = identity_likeness(&s->group[g].identity, &d, true);
		if (score > best || (score == best && score >= 0 && g == s->last[read_as])) {
			best = score;
			found = g;
		}
	}
	bool ok = true;
	if (found != NONE) {
		ok = identity_merge(&s->group[found].identity, &d);
		free(d.claim);
	} else if (!(ok = group_put(s, read_as, d, &found))) {
		free(d.claim);
	}
	s->last[read_as] = s->of[answer] = found;
	return ok;
}

static bool tells_identity(enum fact_kind kind)
{
	return kind == FACT_INTERFACE || kind == FACT_IPIF || kind == FACT_PORT ||
	       kind == FACT_ROUTE || kind == FACT_ARP || kind == FACT_VERSION;
}

/* Facts stand in the order of their answers. */
static bool place_all(struct splitting *s)
{
	const struct audit *a = s->a;
	for (size_t i = 0, k; i < a->facts.n; i = k) {
		uint32_t answer = a->facts.fact[i].answer;
		struct identity d = { .device = a->answer[answer].device };
		bool ok = true;
		for (k = i; k < a->facts.n && a->facts.fact[k].answer == answer; k++)
			if (ok && tells_identity(a->facts.fact[k].kind))
				ok = identity_take(a, &a->facts.fact[k], &d);
		bool tells = d.n > 0;
		for (enum trait t = 0; t < N_TRAITS; t++)
			tells = tells || d.trait[t].ptr;
		if (!ok || !tells) {
			free(d.claim);
			if (!ok)
				return false;
			continue;
		}
		identity_sort(&d);
		if (!place(s, answer, d))
			return false;
	}
	return true;
}

/* A label with the line where the first output of the device stands. */
static void label_by_line(struct device *d, uint32_t line)
{
	enum { ROOM = 12 };
	char label[AUDIT_NAME_BYTES];
	snprintf(label, sizeof label, "%.*s:%u", AUDIT_NAME_BYTES - ROOM, d->label, line);
	memcpy(d->label, label, sizeof label);
	d->is_split = true;
}

static void settle(struct splitting *s)
{
	struct audit *a = s->a;
	for (size_t i = 0; i < a->n_answers; i++) {
		struct answer *w = &a->answer[i];
		uint32_t read_as = w->device;
		int64_t *last = &s->last[read_as];
		bool is_split =
			s->first[read_as] != NONE && s->group[s->first[read_as]].next != NONE;
		if (!is_split)
			continue;
		if (s->of[i] != NONE)
			*last = s->of[i];
		w->is_sure = w->is_sure && s->of[i] != NONE;
		if (*last == NONE)
			continue;
		w->device = s->group[*last].device;
		if (!a->device[w->device].is_split)
			label_by_line(&a->device[w->device], w->line);
	}
}

bool audit_split(struct audit *a)
{
	size_t n_read = a->n_devices;
	struct splitting s = { .a = a,
		.first = calloc(n_read + 1, sizeof *s.first),
		.last = calloc(n_read + 1, sizeof *s.last),
		.of = calloc(a->n_answers + 1, sizeof *s.of) };
	bool ok = s.first && s.last && s.of;
	for (size_t i = 0; ok && i < n_read; i++)
		s.first[i] = s.last[i] = NONE;
	for (size_t i = 0; ok && i < a->n_answers; i++)
		s.of[i] = NONE;
	ok = ok && place_all(&s);
	for (size_t i = 0; ok && i < n_read; i++)
		s.last[i] = NONE;
	if (ok)
		settle(&s);
	for (size_t i = 0; i < s.n; i++)
		free(s.group[i].identity.claim);
	free(s.group);
	free(s.first);
	free(s.last);
	free(s.of);
	return ok;
}
