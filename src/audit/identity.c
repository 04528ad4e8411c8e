// SPDX-License-Identifier: Apache-2.0
// Claims and traits, gathered and compared. How long a device has run contradicts nothing, for outputs
// are captured at different times.
#include "audit/identity.h"

#include <stdlib.h>
#include <strings.h>

#include "audit/derive.h"
#include "audit/medium.h"
#include "model/prefixes.h"

enum { LEAST_SUBNET = 32 };

static const enum fact_field trait_fields[N_TRAITS] = {
	[TRAIT_SERIAL] = VERSION_SERIAL,
	[TRAIT_OS] = VERSION_OS,
	[TRAIT_PLATFORM] = VERSION_PLATFORM,
	[TRAIT_RELEASE] = VERSION_RELEASE,
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
		{ FACT_IPIF, IPIF_NAME, IPIF_ADDRESS, 0, NULL },
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

static bool is_same_subnet(const struct claim *x, const struct claim *y)
{
	unsigned length = x->length < y->length ? x->length : y->length;
	return length == 0 || ((x->ip ^ y->ip) >> (32 - length)) == 0;
}

bool identity_take(const struct audit *a, const struct fact *x, struct identity *d)
{
	struct claim c = { .device = audit_answer(a, x)->device };
	take_traits(a, x, d);
	return !claim_of(a, x, &c) || claim_put(d, c);
}

void identity_sort(struct identity *d)
{
	if (d->n)
		qsort(d->claim, d->n, sizeof *d->claim, by_interface);
}

bool identity_merge(struct identity *to, const struct identity *from)
{
	size_t n = to->n; // what one told already another need not tell again
	for (enum trait t = 0; t < N_TRAITS; t++)
		if (!to->trait[t].ptr)
			to->trait[t] = from->trait[t];
	for (size_t i = 0; i < from->n; i++)
		if ((!n || !bsearch(&from->claim[i], to->claim, n, sizeof *to->claim,
				   by_interface)) &&
			!claim_put(to, from->claim[i]))
			return false;
	if (to->n > n)
		identity_sort(to);
	return true;
}

int identity_agreement(
	const struct identity *a, const struct identity *b, identity_fn *each, void *ctx)
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
				if (is_it && each)
					each(ctx, a->claim[i].device, b->claim[k].device);
			}
		if (!agrees)
			return -1;
		n++;
	}
	return n;
}

int identity_likeness(const struct identity *a, const struct identity *b, bool is_one_text)
{
	struct str own = a->trait[TRAIT_SERIAL], other = b->trait[TRAIT_SERIAL];
	int score = 0;
	if (own.ptr && other.ptr && own.len == other.len && !memcmp(own.ptr, other.ptr, own.len))
		score = SERIAL_SCORE;
	for (enum trait t = 0; t < N_TRAITS; t++) {
		struct str x = a->trait[t], y = b->trait[t];
		bool may_differ = t == TRAIT_RELEASE && (is_one_text || a->epoch != b->epoch);
		if (x.ptr && y.ptr && !may_differ &&
			(x.len != y.len || strncasecmp(x.ptr, y.ptr, x.len)))
			return -1;
	}
	int n = identity_agreement(a, b, NULL, NULL);
	return n < 0 ? -1 : score + n;
}
