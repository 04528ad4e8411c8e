// SPDX-License-Identifier: Apache-2.0
// Which ends belong to one link: by what CDP and LLDP tell, and by two addresses in a subnet that holds
// no more.
#include <stdlib.h>
#include <strings.h>

#include "audit/derive.h"
#include "audit/link.h"
#include "audit/medium.h"
#include "model/prefixes.h"

struct host {
	struct str name;
	uint32_t device;
};

/* An address in a subnet of two. */
struct stake {
	uint32_t network, ip;
	uint32_t device, fact;
	struct str name;
};

static size_t up_to(struct str s, char stop)
{
	const char *end = s.len ? memchr(s.ptr, stop, s.len) : NULL;
	return end ? (size_t)(end - s.ptr) : s.len;
}

/* core1 of "core1", "core1(FOX1)" and "core1 (london.txt)". */
static struct str bare_name(struct str name)
{
	name.len = up_to(name, '(');
	while (name.len && name.ptr[name.len - 1] == ' ')
		name.len--;
	return name;
}

/* By the first label, so that core1 and core1.example.net stand side by side. */
static int by_label(const void *x, const void *y)
{
	struct str a = ((const struct host *)x)->name, b = ((const struct host *)y)->name;
	size_t na = up_to(a, '.'), nb = up_to(b, '.');
	int order = strncasecmp(a.ptr, b.ptr, na < nb ? na : nb);
	return order ? order : (na > nb) - (na < nb);
}

/* Whether one name is the other, or the other without its domain. */
static bool is_same_name(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	const struct str *longer = a.len > b.len ? &a : &b;
	return n && !strncasecmp(a.ptr, b.ptr, n) && (a.len == b.len || longer->ptr[n] == '.');
}

static size_t gather_hosts(const struct audit *a, struct host *host)
{
	size_t n = 0;
	for (uint32_t i = 0; i < a->n_devices; i++)
		if (a->device[i].is_named)
			host[n++] = (struct host){ bare_name((struct str){ a->device[i].name,
							   strlen(a->device[i].name) }),
				i };
	if (n)
		qsort(host, n, sizeof *host, by_label);
	return n;
}

/* The one device of a name other than `self`; UINT32_MAX when there is none, or more. */
static uint32_t device_named(const struct host *host, size_t n, struct str name, uint32_t self)
{
	struct host key = { .name = bare_name(name) };
	uint32_t found = UINT32_MAX;
	size_t from = 0, to = n;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (by_label(&host[mid], &key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	for (; from < n && by_label(&host[from], &key) == 0; from++) {
		if (host[from].device == self || !is_same_name(host[from].name, key.name))
			continue;
		if (found != UINT32_MAX)
			return UINT32_MAX;
		found = host[from].device;
	}
	return found;
}

static void link_neighbors(struct audit *a, const struct host *host, size_t n_hosts)
{
	for (uint32_t device = 0; device < a->n_devices; device++) {
		size_t n;
		const uint32_t *fact = audit_facts(a, device, FACT_NEIGHBOR, &n);
		for (size_t i = 0; i < n; i++) {
			const struct fact seen = a->facts.fact[fact[i]];
			const struct value *name = get(a, &seen, NEIGHBOR_DEVICE),
					   *own = get(a, &seen, NEIGHBOR_INTERFACE),
					   *port = get(a, &seen, NEIGHBOR_PORT);
			if (!link_is_now(a, &seen) || !value_known(name) || !value_known(own) ||
				!value_known(port))
				continue;
			uint32_t other = device_named(host, n_hosts, name->text, device);
			struct link_end e[] = { link_end_of(a, device, own->text),
				{ .device = other, .name = port->text } };
			struct value advert = *get(a, &seen, NEIGHBOR_DUPLEX);
			if (other != UINT32_MAX)
				e[1] = link_end_of(a, other, port->text);
			if (other != UINT32_MAX || value_known(&advert))
				link_put(a, &seen, e, name->text, &advert, "neighbors");
		}
	}
}

static int by_network(const void *x, const void *y)
{
	const struct stake *a = x, *b = y;
	int order = (a->network > b->network) - (a->network < b->network);
	order = order ? order : (a->ip > b->ip) - (a->ip < b->ip);
	order = order ? order : (a->device > b->device) - (a->device < b->device);
	return order ? order : (a->fact > b->fact) - (a->fact < b->fact);
}

static bool stake_of(const struct audit *a, const struct fact *x, struct stake *out)
{
	bool is_run = x->kind == FACT_INTERFACE;
	if ((!is_run && x->kind != FACT_PORT) || !link_is_now(a, x))
		return false;
	const struct value *name = get(a, x, is_run ? INTERFACE_NAME : PORT_NAME),
			   *address = get(a, x, is_run ? INTERFACE_ADDRESS : PORT_ADDRESS);
	if (!value_known(name) || !value_known(address) || address->number == UINT64_MAX ||
		!medium_has_duplex(name->text))
		return false;
	unsigned length = address->number & 0xff;
	if (length != 30 && length != 31)
		return false;
	*out = (struct stake){ .ip = (uint32_t)(address->number >> 8),
		.network = (uint32_t)(address->number >> 8) & (UINT32_MAX << (32 - length)),
		.device = audit_answer(a, x)->device,
		.fact = (uint32_t)(x - a->facts.fact),
		.name = name->text };
	return true;
}

/* Whether CDP or LLDP told of that link already. */
static bool is_linked(const struct audit *a, size_t from, uint32_t device, struct str name)
{
	for (size_t i = from; i < a->facts.n; i++) {
		const struct fact *x = &a->facts.fact[i];
		if (x->kind == FACT_LINK && audit_answer(a, x)->device == device &&
			interface_eq(get(a, x, LINK_INTERFACE)->text, name))
			return true;
	}
	return false;
}

/* The stakes of one subnet: two addresses, each of one device, are the ends of a link. */
static void link_subnet(struct audit *a, const struct stake *s, size_t n, size_t from)
{
	const struct stake *other = NULL;
	for (size_t i = 1; i < n; i++) {
		bool is_first = s[i].ip == s[0].ip, is_other = other && s[i].ip == other->ip;
		if (is_first ? s[i].device != s[0].device
			     : is_other && s[i].device != other->device)
			return; // an address that two devices have: of two networks
		if (!is_first && other && !is_other)
			return;
		other = is_first || other ? other : &s[i];
	}
	if (!other || other->device == s[0].device)
		return;
	const struct stake *pair[] = { s, other };
	for (int k = 0; k < 2; k++) {
		const struct stake *here = pair[k], *there = pair[!k];
		const struct link_end e[] = { link_end_of(a, here->device, here->name),
			link_end_of(a, there->device, there->name) };
		const char *name = a->device[there->device].name;
		const struct fact seen = a->facts.fact[here->fact];
		if (!is_linked(a, from, here->device, here->name))
			link_put(a, &seen, e, (struct str){ name, strlen(name) }, NULL, "subnet");
	}
}

static void link_subnets(struct audit *a, struct stake *s, size_t n, size_t from)
{
	if (n)
		qsort(s, n, sizeof *s, by_network);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && s[k].network == s[i].network;)
			k++;
		link_subnet(a, s + i, k - i, from);
	}
}

void audit_links(struct audit *a)
{
	size_t n_stakes = 0, n_facts = a->facts.n, cap = 0;
	struct stake one, *stake = NULL;
	struct host *host = calloc(a->n_devices + 1, sizeof *host);
	if (host)
		link_neighbors(a, host, gather_hosts(a, host));
	for (size_t i = 0; i < n_facts; i++) {
		if (!stake_of(a, &a->facts.fact[i], &one))
			continue;
		struct stake *all = array_grown(stake, sizeof *all, n_stakes, &cap);
		if (!all)
			break;
		stake = all;
		all[n_stakes++] = one;
	}
	link_subnets(a, stake, n_stakes, n_facts);
	free(stake);
	free(host); // without memory links stay unknown
}
