// SPDX-License-Identifier: Apache-2.0
// Translations: which host has most of them, and how many the platform stands.
#include <stdlib.h>

#include "audit/derive.h"

struct host_row {
	uint32_t ip, line;
	struct str text; // its address, without the port
};

static int by_host(const void *a, const void *b)
{
	const struct host_row *x = a, *y = b;
	return x->ip != y->ip ? (x->ip < y->ip ? -1 : 1)
			      : (x->line > y->line) - (x->line < y->line);
}

static bool host_of(const struct audit *a, const struct fact *x, struct host_row *out)
{
	struct str text = fact_value(&a->facts, x, NAT_INSIDE_LOCAL)->text;
	const char *colon = text.ptr ? memchr(text.ptr, ':', text.len) : NULL;
	if (colon)
		text.len = (size_t)(colon - text.ptr);
	out->text = text;
	out->line = x->line;
	return text.ptr && ipv4_read(text, &out->ip);
}

/* Who has most of the rows `row`, sorted; of equals the first address. */
static void put_most(struct audit *a, uint32_t answer, const struct host_row *row, size_t n)
{
	size_t best = 0, n_best = 0;
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && row[k].ip == row[i].ip;)
			k++;
		if (k - i > n_best) {
			best = i;
			n_best = k - i;
		}
	}
	if (n < SHARE_LEAST_ROWS)
		return;
	struct fact *x = fact_new(&a->facts, FACT_NAT_HOST, answer, row[best].line);
	if (!x)
		return;
	fact_set(&a->facts, x, NAT_HOST_HOST, row[best].ip, row[best].text);
	fact_set(&a->facts, x, NAT_HOST_ENTRIES, n_best, STR("derived"));
	fact_set(&a->facts, x, NAT_HOST_SHARE, n_best * 100 / n, STR("derived"));
}

void audit_nat_hosts(struct audit *a)
{
	size_t n_all = a->facts.n, n = 0;
	struct host_row *row = NULL;
	for (size_t i = 0; i < n_all; i++)
		n += a->facts.fact[i].kind == FACT_NAT;
	if (n == 0 || !(row = calloc(n, sizeof *row)))
		return;
	for (size_t i = 0; i < n_all;) {
		uint32_t answer = a->facts.fact[i].answer;
		for (n = 0; i < n_all && a->facts.fact[i].answer == answer; i++)
			n += a->facts.fact[i].kind == FACT_NAT &&
			     host_of(a, &a->facts.fact[i], &row[n]);
		qsort(row, n, sizeof *row, by_host);
		put_most(a, answer, row, n);
	}
	free(row);
}

static bool is_platform(const struct audit *a, const struct fact *version, const char *name)
{
	struct str processor = get(a, version, VERSION_PROCESSOR)->text,
		   platform = get(a, version, VERSION_PLATFORM)->text;
	return (processor.ptr && contains(processor, name)) ||
	       (platform.ptr && contains(platform, name));
}

static const struct platform *platform_of(const struct audit *a, const struct fact *x,
	const struct platform *platform, size_t n_platforms)
{
	size_t n;
	const uint32_t *version = facts_beside(a, x, FACT_VERSION, &n);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < n_platforms; i++)
			if (is_platform(a, &a->facts.fact[version[k]], platform[i].name))
				return &platform[i];
	return &platform[n_platforms - 1];
}

/* Active translations against what the platform stands, in percent. */
static void derive_load(const struct audit *a, const struct fact *x,
	const struct platform *platform, size_t n_platforms)
{
	const struct value *active = get(a, x, NATS_ACTIVE);
	if (!value_known(active) || active->number > UINT64_MAX / 100 || n_platforms == 0)
		return;
	const struct platform *p = platform_of(a, x, platform, n_platforms);
	bool is_known = p != &platform[n_platforms - 1];
	if (p->nat_most == 0)
		return; // another sort of machine, of which no figure is told
	set(a, x, NATS_LOAD, active->number * 100 / p->nat_most);
	set(a, x, NATS_LIMIT, p->nat_most);
	say(a, x, NATS_LIMIT_OF, is_known ? p->name : "unknown");
}

void audit_nat_load(const struct audit *a, const struct platform *platform, size_t n)
{
	for (size_t i = 0; i < a->facts.n; i++)
		if (a->facts.fact[i].kind == FACT_NATS)
			derive_load(a, &a->facts.fact[i], platform, n);
}
