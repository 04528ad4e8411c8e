// SPDX-License-Identifier: Apache-2.0
// Which ends belong to one link: by what CDP and LLDP tell.
#include <stdlib.h>
#include <strings.h>

#include "audit/derive.h"
#include "audit/link.h"

struct host {
	struct str name;
	uint32_t device;
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

/* What stands in braces: NewScarlett of "TBA03401165(NewScarlett)", as CatOS has it. */
static struct str inner_name(struct str name)
{
	size_t at = up_to(name, '(');
	if (at == name.len)
		return (struct str){};
	struct str inner = { name.ptr + at + 1, name.len - at - 1 };
	inner.len = up_to(inner, ')');
	return inner;
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
			struct str inner = inner_name(name->text);
			uint32_t other = device_named(host, n_hosts, name->text, device);
			if (other == UINT32_MAX && inner.len)
				other = device_named(host, n_hosts, inner, device);
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

bool link_is_named(struct str neighbor, struct str device)
{
	struct str bare = bare_name(device), inner = inner_name(neighbor);
	return is_same_name(bare_name(neighbor), bare) || is_same_name(inner, bare);
}

void audit_links(struct audit *a)
{
	size_t n_facts = a->facts.n;
	struct host *host = calloc(a->n_devices + 1, sizeof *host);
	if (host)
		link_neighbors(a, host, gather_hosts(a, host));
	free(host); // without memory links stay unknown
	link_subnets(a, n_facts);
}
