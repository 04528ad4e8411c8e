// SPDX-License-Identifier: Apache-2.0
// Which files speak of the same device. A name is a claim, no proof: two routers may both be PE1. The
// files of one name are one device as long as nothing in them contradicts: the serial number, the
// system, its release, the platform, the addresses of interfaces. How long it has run contradicts
// nothing, for files are captured at different times.
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "audit/derive.h"
#include "audit/identity.h"
#include "model/prefixes.h"

enum { LABEL_SCORE = 1 << 20 };

struct joining {
	struct audit *a;
	uint32_t *to;  // device: whom its answers belong to
	uint32_t *kin; // device: another that is the same beyond doubt, or itself
	struct identity *known;
	size_t n_known, cap_known;
	bool is_poor;
};

static uint32_t kin_of(struct joining *j, uint32_t device)
{
	while (j->kin[device] != device)
		device = j->kin[device] = j->kin[j->kin[device]];
	return device;
}

static void are_kin(void *ctx, uint32_t device, uint32_t other)
{
	struct joining *j = ctx;
	j->kin[kin_of(j, other)] = kin_of(j, device);
}

/* What a device of one file says of itself; false without memory. */
static bool identity_of(const struct audit *a, uint32_t device, struct identity *d)
{
	static const enum fact_kind kinds[] = { FACT_INTERFACE, FACT_IPIF, FACT_PORT, FACT_ROUTE,
		FACT_ARP, FACT_VERSION };
	*d = (struct identity){
		.device = device, .sources = 1, .epoch = a->source[a->device[device].source].epoch
	};
	for (size_t k = 0; k < countof(kinds); k++) {
		size_t n;
		const uint32_t *fact = audit_facts(a, device, kinds[k], &n);
		for (size_t i = 0; i < n; i++) {
			const struct fact *x = &a->facts.fact[fact[i]];
			if (!identity_take(a, x, d))
				return false;
		}
	}
	identity_sort(d);
	return true;
}

static bool have_same_label(const struct audit *a, uint32_t x, uint32_t y)
{
	return !strncmp(a->device[x].label, a->device[y].label, AUDIT_NAME_BYTES - 1);
}

static enum epoch epoch_of(const struct audit *a, uint32_t device)
{
	return a->source[a->device[device].source].epoch;
}

/* The best of those of this name, from `first` on; NULL: none of them can be it. */
static struct identity *find(struct joining *j, size_t first, const struct identity *d, int *best)
{
	enum { NAMESAKES_MAX = 256 }; // of more, the last ones: what is not joined is kept apart
	const struct audit *a = j->a;
	struct identity *found = NULL;
	*best = -1;
	if (a->device[d->device].is_named && j->n_known - first > NAMESAKES_MAX)
		first = j->n_known - NAMESAKES_MAX;
	for (size_t i = first; i < j->n_known; i++) {
		struct identity *to = &j->known[i];
		bool is_pair = epoch_of(a, to->device) != epoch_of(a, d->device) &&
			       have_same_label(a, to->device, d->device);
		if (!a->device[d->device].is_named && !is_pair)
			continue; // a device without a name is that of its file
		int score = identity_likeness(to, d, false);
		if (score >= 0 && is_pair)
			score += LABEL_SCORE;
		if (score > *best) {
			*best = score;
			found = to;
		}
	}
	return found;
}

static void merge(struct joining *j, struct identity *to, const struct identity *d, int score)
{
	j->to[d->device] = to->device;
	to->sources++;
	identity_agreement(to, d, are_kin, j);
	if (score >= SERIAL_SCORE || epoch_of(j->a, to->device) != epoch_of(j->a, d->device))
		are_kin(j, to->device, d->device);
	j->is_poor = j->is_poor || !identity_merge(to, d);
}

/* A device that is not alone with its name says where it was read, by the end of a long path. */
static void name_by_file(struct device *d)
{
	enum { MOST = AUDIT_NAME_BYTES / 2 - 5 };
	char name[AUDIT_NAME_BYTES];
	size_t n = strlen(d->label), from = n > MOST ? n - MOST : 0;
	snprintf(name, sizeof name, "%.*s (%s%.*s)", MOST, d->name, from ? "..." : "", MOST,
		d->label + from);
	memcpy(d->name, name, sizeof name);
}

static void take(struct joining *j, size_t first, uint32_t device)
{
	struct identity d;
	int score;
	bool ok = identity_of(j->a, device, &d);
	struct identity *to = ok ? find(j, first, &d, &score) : NULL;
	if (to) {
		merge(j, to, &d, score);
	} else if (ok) {
		struct identity *all =
			array_grown(j->known, sizeof *all, j->n_known, &j->cap_known);
		if (all) {
			j->known = all;
			all[j->n_known++] = d;
			return;
		}
		ok = false;
	}
	j->is_poor = j->is_poor || !ok;
	free(d.claim);
}

struct named {
	const char *name;
	uint32_t device;
	bool is_named;
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	if (order == 0)
		order = (int)x->is_named - (int)y->is_named;
	return order ? order : (x->device > y->device) - (x->device < y->device);
}

/* Those of one name, in the order of the inputs. */
static void join_namesakes(struct joining *j, const struct named *row, size_t n)
{
	size_t first = j->n_known;
	for (size_t i = 0; n > 1 && i < n; i++)
		take(j, first, row[i].device);
	for (size_t i = first; j->n_known - first > 1 && i < j->n_known; i++) {
		struct device *d = &j->a->device[j->known[i].device];
		if (strcmp(d->name, d->label)) // "Router" of several files, too
			name_by_file(d);
	}
}

/* Close the gaps that joined devices leave; answers follow. */
static void settle(struct joining *j)
{
	struct audit *a = j->a;
	size_t n = 0;
	for (uint32_t i = 0; i < a->n_devices; i++) // whom one is joined to stands before it
		if (j->to[i] == i) {
			a->device[n] = a->device[i];
			j->to[i] = (uint32_t)n++;
		} else {
			j->to[i] = j->to[j->to[i]];
		}
	for (size_t i = 0; i < a->n_answers; i++) {
		a->answer[i].kin = kin_of(j, a->answer[i].device);
		a->answer[i].device = j->to[a->answer[i].device];
	}
	a->n_devices = n;
}

bool audit_join(struct audit *a)
{
	struct joining j = { .a = a,
		.to = calloc(a->n_devices + 1, sizeof *j.to),
		.kin = calloc(a->n_devices + 1, sizeof *j.kin) };
	struct named *row = calloc(a->n_devices + 1, sizeof *row);
	j.is_poor = !j.to || !j.kin || !row;
	for (uint32_t i = 0; i < a->n_devices && !j.is_poor; i++) {
		j.to[i] = j.kin[i] = i;
		row[i] = (struct named){ a->device[i].name, i, a->device[i].is_named };
	}
	if (!j.is_poor && a->n_devices)
		qsort(row, a->n_devices, sizeof *row, by_name);
	for (size_t i = 0, k; i < a->n_devices && !j.is_poor; i = k) {
		for (k = i + 1; k < a->n_devices && !strcmp(row[k].name, row[i].name) &&
				row[k].is_named == row[i].is_named;)
			k++;
		join_namesakes(&j, row + i, k - i);
	}
	if (!j.is_poor)
		settle(&j);
	for (size_t i = 0; i < j.n_known; i++)
		free(j.known[i].claim);
	free(j.known);
	free(j.to);
	free(j.kin);
	free(row);
	return !j.is_poor;
}
