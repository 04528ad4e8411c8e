// SPDX-License-Identifier: Apache-2.0
// Leases of all files in one array, by address and begin. A lease that is renewed goes on; one of another
// MAC address ends it.
#include "app/leases.h"

#include <stdlib.h>

#include "app/leases_state.h"
#include "base/hash.h"
#include "model/contact.h"

enum { SLOTS = 2 * TENANCIES_MAX };

struct leases *leases_new(void)
{
	return calloc(1, sizeof(struct leases));
}

void leases_free(struct leases *l)
{
	if (!l)
		return;
	free(l->row);
	free(l->by_mac);
	free(l);
}

size_t leases_count(const struct leases *l)
{
	return l->n;
}

size_t leases_beyond(const struct leases *l)
{
	return l->n_beyond;
}

/* What a file says, while it is read. */
struct reading {
	struct tenancy *row;
	size_t n, n_beyond;
	uint32_t *slot; // by address: row plus one, the last of it
	unsigned file;
};

static uint32_t *slot_of(const struct reading *r, const struct addr *a)
{
	size_t i = hash_bytes(a, sizeof *a, 0) % SLOTS;
	while (r->slot[i] && !addr_eq(&r->row[r->slot[i] - 1].lease.addr, a))
		i = (i + 1) % SLOTS;
	return &r->slot[i];
}

/* Renewed: what is told of it now counts; it began when it began. */
static void renew(struct lease *known, const struct lease *l)
{
	known->until_ms = l->until_ms;
	known->is_over = l->is_over;
	if (l->name[0])
		memcpy(known->name, l->name, sizeof l->name);
}

static void take(void *ctx, const struct lease *l)
{
	struct reading *r = ctx;
	uint32_t *slot = slot_of(r, &l->addr);
	struct lease *last = *slot ? &r->row[*slot - 1].lease : NULL;
	if (last && mac_eq(&last->mac, &l->mac)) {
		renew(last, l);
		return;
	}
	if (last && l->from_ms)
		last->until_ms = LEAST(last->until_ms, l->from_ms);
	if (r->n == TENANCIES_MAX) {
		r->n_beyond++;
		return;
	}
	r->row[r->n++] = (struct tenancy){ *l, (uint8_t)r->file };
	*slot = (uint32_t)r->n;
}

static int by_address(const void *a, const void *b)
{
	const struct tenancy *x = a, *y = b;
	int c = addr_cmp(&x->lease.addr, &y->lease.addr);
	if (c)
		return c;
	if (x->lease.from_ms != y->lease.from_ms)
		return x->lease.from_ms < y->lease.from_ms ? -1 : 1;
	return x->file - y->file;
}

size_t tenancies_of(const struct tenancy *row, size_t n, const struct addr *a)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (addr_cmp(&row[middle].lease.addr, a) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * A lease that the board may rest on, and that its file tells no more: it is over, at the latest when the
 * file was written. One that is told on began when it was first told.
 *
 * n_sorted  rows of the file as it is now, by address
 */
static void carry_over(
	struct reading *r, size_t n_sorted, const struct tenancy *old, uint64_t changed_ms)
{
	uint64_t end_ms = changed_ms;
	for (size_t i = tenancies_of(r->row, n_sorted, &old->lease.addr); i < n_sorted; i++) {
		struct lease *l = &r->row[i].lease;
		if (!addr_eq(&l->addr, &old->lease.addr))
			break;
		if (mac_eq(&l->mac, &old->lease.mac)) {
			l->from_ms = LEAST(l->from_ms, old->lease.from_ms);
			return;
		}
		end_ms = LEAST(end_ms, l->from_ms);
	}
	if (r->n == TENANCIES_MAX)
		return;
	struct tenancy *t = &r->row[r->n++];
	*t = *old;
	t->lease.until_ms = LEAST(t->lease.until_ms, end_ms);
	t->lease.is_over = true;
}

/* Since when, where the file does not say: unknown at the first reading, later when it was written. */
static void begin_where_untold(struct reading *r, bool is_first, uint64_t changed_ms)
{
	for (size_t i = 0; i < r->n && !is_first; i++)
		if (!r->row[i].lease.from_ms)
			r->row[i].lease.from_ms = changed_ms;
}

static int by_mac_and_place(const void *a, const void *b, void *rows)
{
	const struct tenancy *row = rows;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int c = memcmp(&row[x].lease.mac, &row[y].lease.mac, sizeof row->lease.mac);
	return c ? c : (x > y) - (x < y);
}

/* Without memory for it hosts keep the addresses that they had. */
static void index_macs(struct leases *l)
{
	free(l->by_mac);
	l->n_by_mac = 0;
	l->by_mac = malloc((l->n + 1) * sizeof *l->by_mac);
	for (size_t i = 0; l->by_mac && i < l->n; i++)
		if (!l->row[i].lease.is_over)
			l->by_mac[l->n_by_mac++] = (uint32_t)i;
	if (l->by_mac)
		qsort_r(l->by_mac, l->n_by_mac, sizeof *l->by_mac, by_mac_and_place, l->row);
}

static void replace(struct leases *l, struct reading *r)
{
	for (size_t i = 0; i < l->n && r->n < TENANCIES_MAX; i++)
		if (l->row[i].file != r->file)
			r->row[r->n++] = l->row[i];
	qsort(r->row, r->n, sizeof *r->row, by_address);
	free(l->row);
	struct tenancy *fit = realloc(r->row, (r->n + 1) * sizeof *r->row);
	l->row = fit ? fit : r->row;
	l->n = r->n;
	l->n_beyond += r->n_beyond;
	index_macs(l);
}

struct lease_report leases_take(
	struct leases *l, unsigned file, struct str text, uint64_t changed_ms)
{
	struct lease_report report = {};
	struct reading r = { .row = calloc(TENANCIES_MAX + 1, sizeof *r.row),
		.slot = calloc(SLOTS, sizeof *r.slot),
		.file = file };
	if (r.row && r.slot) {
		leases_decode(text, take, &r, &report);
		begin_where_untold(&r, !l->is_read[file], changed_ms);
		size_t n = r.n;
		qsort(r.row, n, sizeof *r.row, by_address);
		for (size_t i = 0; i < l->n; i++)
			if (l->row[i].file == file)
				carry_over(&r, n, &l->row[i], changed_ms);
		replace(l, &r);
		l->is_read[file] = true;
	} else {
		free(r.row);
	}
	free(r.slot);
	return report;
}

void leases_drop(struct leases *l, unsigned file)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->row[i].file != file)
			l->row[n++] = l->row[i];
	l->n = n;
	l->is_read[file] = false;
	index_macs(l);
}

struct bytes leases_told(const struct leases *l)
{
	return (struct bytes){ (const uint8_t *)l->told, sizeof l->told };
}

void leases_recall(struct leases *l, struct bytes told)
{
	if (told.len == sizeof l->told)
		memcpy(l->told, told.ptr, sizeof l->told);
}
