// SPDX-License-Identifier: Apache-2.0
// Which files speak of the same device. A name is a claim, no proof: two routers may both be PE1. The
// files of one name are one device as long as nothing in them contradicts: the serial number, the
// system, its release, the platform, the addresses of interfaces. How long it has run contradicts
// nothing, for files are captured at different times.
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "audit/derive.h"
#include "audit/medium.h"
#include "model/prefixes.h"

enum { LEAST_SUBNET = 32, LABEL_SCORE = 1 << 20, SERIAL_SCORE = 1 << 10 };

/* That an interface has an address; length 32: nothing is said of its subnet. */
struct claim {
	uint64_t interface;
	uint32_t ip, device;
	uint8_t length;
};

/* What show version says that does not change, but for an update between two captures. */
enum trait { TRAIT_SERIAL, TRAIT_OS, TRAIT_PLATFORM, TRAIT_RELEASE, N_TRAITS };
static const enum fact_field trait_fields[N_TRAITS] = {
	[TRAIT_SERIAL] = VERSION_SERIAL,
	[TRAIT_OS] = VERSION_OS,
	[TRAIT_PLATFORM] = VERSION_PLATFORM,
	[TRAIT_RELEASE] = VERSION_RELEASE,
};

/* One file's device, or all the files of one. */
struct identity {
	uint32_t device;  // the first that speaks of it
	uint32_t sources; // how many files do
	struct claim *claim;
	size_t n, cap;
	struct str trait[N_TRAITS];
	enum epoch epoch; // of its release
};

struct joining {
	struct audit *a;
	uint32_t *to;  // device: whom its answers belong to
	uint32_t *kin; // device: another that is the same beyond doubt, or itself
	struct identity *known;
	size_t n_known, cap_known;
	bool is_poor;
};

static int by_interface(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = (x->interface > y->interface) - (x->interface < y->interface);
	order = order ? order : (x->ip > y->ip) - (x->ip < y->ip);
	return order ? order : (int)x->length - (int)y->length;
}

static bool claim_put(struct identity *d, struct claim c)
{
	struct claim *all = array_grown(d->claim, sizeof *all, d->n, &d->cap);
	if (!all)
		return false;
	d->claim = all;
	all[d->n++] = c;
	return true;
}

/* What a fact says of an interface of the device itself: false when it says nothing of one. */
static bool claim_of(const struct audit *a, const struct fact *x, struct claim *out)
{
	static const struct {
		enum fact_kind kind;
		enum fact_field name, address, only; // only where that field is `is`, if any
		const char *is;
	} told[] = {
		{ FACT_INTERFACE, INTERFACE_NAME, INTERFACE_ADDRESS, 0, NULL },
		{ FACT_PORT, PORT_NAME, PORT_ADDRESS, 0, NULL },
		{ FACT_ROUTE, ROUTE_INTERFACE, ROUTE_PREFIX, ROUTE_CODE, "C" },
		{ FACT_ARP, ARP_INTERFACE, ARP_ADDRESS, ARP_AGE, "-" },
	};
	for (size_t i = 0; i < countof(told); i++) {
		if (x->kind != told[i].kind ||
			(told[i].is && !value_is(get(a, x, told[i].only), told[i].is)))
			continue;
		const struct value *name = get(a, x, told[i].name),
				   *address = get(a, x, told[i].address);
		if (!value_known(name) || !value_known(address))
			return false;
		bool is_prefix = x->kind != FACT_ARP;
		unsigned length = is_prefix ? address->number & 0xff : LEAST_SUBNET;
		out->interface = interface_key(name->text);
		out->ip = (uint32_t)(is_prefix ? address->number >> 8 : address->number);
		out->length = (uint8_t)length;
		return length <= LEAST_SUBNET;
	}
	return false;
}

static void take_traits(const struct audit *a, const struct fact *x, struct identity *d)
{
	if (x->kind != FACT_VERSION || audit_answer(a, x)->output != &version_output)
		return; // "version 12.4" of a configuration is no release
	for (size_t i = 0; i < N_TRAITS; i++)
		if (!d->trait[i].ptr)
			d->trait[i] = get(a, x, trait_fields[i])->text;
}

/* What a device of one file says of itself; false without memory. */
static bool identity_of(const struct audit *a, uint32_t device, struct identity *d)
{
	static const enum fact_kind kinds[] = { FACT_INTERFACE, FACT_PORT, FACT_ROUTE, FACT_ARP,
		FACT_VERSION };
	*d = (struct identity){
		.device = device, .sources = 1, .epoch = a->source[a->device[device].source].epoch
	};
	for (size_t k = 0; k < countof(kinds); k++) {
		size_t n;
		const uint32_t *fact = audit_facts(a, device, kinds[k], &n);
		for (size_t i = 0; i < n; i++) {
			const struct fact *x = &a->facts.fact[fact[i]];
			struct claim c = { .device = device };
			take_traits(a, x, d);
			if (claim_of(a, x, &c) && !claim_put(d, c))
				return false;
		}
	}
	if (d->n)
		qsort(d->claim, d->n, sizeof *d->claim, by_interface);
	return true;
}

static bool is_same_subnet(const struct claim *x, const struct claim *y)
{
	unsigned length = x->length < y->length ? x->length : y->length;
	return length == 0 || ((x->ip ^ y->ip) >> (32 - length)) == 0;
}

static uint32_t kin_of(struct joining *j, uint32_t device)
{
	while (j->kin[device] != device)
		device = j->kin[device] = j->kin[j->kin[device]];
	return device;
}

static void are_kin(struct joining *j, uint32_t device, uint32_t other)
{
	j->kin[kin_of(j, other)] = kin_of(j, device);
}

/* Interfaces that both tell of: each must agree in a subnet. Gives how many do, -1 when one does not. */
static int agreement(
	struct joining *j, const struct identity *a, const struct identity *b, bool keeps)
{
	int n = 0;
	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		uint64_t x = a->claim[i].interface, y = b->claim[k].interface;
		if (x != y) {
			i += x < y;
			k += x > y;
			continue;
		}
		bool agrees = false;
		size_t from = k;
		for (; i < a->n && a->claim[i].interface == x; i++)
			for (k = from; k < b->n && b->claim[k].interface == x; k++) {
				bool is_it = is_same_subnet(&a->claim[i], &b->claim[k]);
				agrees = agrees || is_it;
				if (is_it && keeps)
					are_kin(j, a->claim[i].device, b->claim[k].device);
			}
		if (!agrees)
			return -1;
		n++;
	}
	return n;
}

/* -1: these are two devices. Otherwise the more the surer; 0: only the name speaks for it. */
static int likeness(struct joining *j, const struct identity *a, const struct identity *b)
{
	int score = 0;
	for (enum trait t = 0; t < N_TRAITS; t++) {
		struct str x = a->trait[t], y = b->trait[t];
		if (!x.ptr || !y.ptr || (t == TRAIT_RELEASE && a->epoch != b->epoch))
			continue;
		if (x.len != y.len || strncasecmp(x.ptr, y.ptr, x.len))
			return -1;
		score += t == TRAIT_SERIAL ? SERIAL_SCORE : 0;
	}
	int n = agreement(j, a, b, false);
	return n < 0 ? -1 : score + n;
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
		int score = likeness(j, to, d);
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
	agreement(j, to, d, true);
	if (score >= SERIAL_SCORE || epoch_of(j->a, to->device) != epoch_of(j->a, d->device))
		are_kin(j, to->device, d->device);
	for (enum trait t = 0; t < N_TRAITS; t++)
		if (!to->trait[t].ptr)
			to->trait[t] = d->trait[t];
	size_t n = to->n; // what one file said already another need not say again
	for (size_t i = 0; i < d->n && !j->is_poor; i++)
		if (!n || !bsearch(&d->claim[i], to->claim, n, sizeof *to->claim, by_interface))
			j->is_poor = !claim_put(to, d->claim[i]);
	if (to->n > n)
		qsort(to->claim, to->n, sizeof *to->claim, by_interface);
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
	for (size_t i = first; i < j->n_known; i++)
		if (j->n_known - first > 1 && row->is_named)
			name_by_file(&j->a->device[j->known[i].device]);
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
