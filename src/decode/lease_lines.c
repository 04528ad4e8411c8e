// SPDX-License-Identifier: Apache-2.0
// Lease files of one lease a line: dnsmasq's five words, and Kea's CSV, whose first line names its columns.
#include "decode/lease_text.h"

enum { KEA_COLUMNS_MAX = 32, ETHERNET = 1 };
enum { KEA_INFINITE = UINT32_MAX }; // of valid_lifetime

/* "00:11:...", "01-00:11:...": the sort of network stands in front when it is not Ethernet. */
static void dnsmasq_mac(struct str text, struct lease *l)
{
	const char *dash = memchr(text.ptr, '-', text.len);
	if (dash && dash - text.ptr == 2) {
		if (text.ptr[0] != '0' || text.ptr[1] != '0' + ETHERNET)
			return;
		text = (struct str){ dash + 1, text.len - 3 };
	}
	(void)mac_parse(text, &l->mac);
}

/* Its end in seconds, 0 for never; the link address, of IPv6 an IAID; address, name, client id. */
static bool dnsmasq_line(struct str line, struct lease *l)
{
	uint64_t end_s;
	struct str end = lease_word(&line), link = lease_word(&line), address = lease_word(&line);
	struct str name = lease_word(&line);
	*l = (struct lease){ .until_ms = UINT64_MAX };
	if (!lease_number(end, &end_s) || name.len == 0 || !addr_parse(address, &l->addr))
		return false;
	if (end_s)
		l->until_ms = end_s < UINT64_MAX / 1000 ? end_s * 1000 : UINT64_MAX;
	dnsmasq_mac(link, l);
	lease_name_put(l, name);
	return true;
}

void leases_dnsmasq(struct str text, struct lease_sink *s)
{
	for (struct str line; lease_line(&text, &line);) {
		struct str rest = line, first = lease_word(&rest);
		struct lease l;
		s->line++;
		if (first.len == 0 || lease_is(first, "duid"))
			continue;
		if (dnsmasq_line(line, &l))
			lease_emit(s, &l);
		else
			lease_bad(s);
	}
}

/** Columns of Kea that are read: COLUMN(name, key). */
#define KEA_COLUMNS(COLUMN) \
	COLUMN(ADDRESS, "address") \
	COLUMN(MAC, "hwaddr") \
	COLUMN(LIFETIME, "valid_lifetime") \
	COLUMN(EXPIRE, "expire") \
	COLUMN(NAME, "hostname") \
	COLUMN(STATE, "state")

#define AS_COLUMN(name, key) KEA_##name,
enum kea_column { KEA_COLUMNS(AS_COLUMN) N_KEA_COLUMNS };
#undef AS_COLUMN

struct kea {
	size_t at[N_KEA_COLUMNS]; // place in a line plus one; 0: it is not there
	size_t n;
};

/* The next cell of a line; Kea writes a comma within one as "&#x2c". */
static bool cell_next(struct str *line, struct str *cell)
{
	if (!line->ptr)
		return false;
	const char *comma = line->len ? memchr(line->ptr, ',', line->len) : NULL;
	*cell = (struct str){ line->ptr, comma ? (size_t)(comma - line->ptr) : line->len };
	*line = comma ? (struct str){ comma + 1, line->len - cell->len - 1 } : (struct str){};
	return true;
}

static struct kea kea_head(struct str line)
{
	static const char *const keys[N_KEA_COLUMNS] = {
#define AS_KEY(name, key) [KEA_##name] = key,
		KEA_COLUMNS(AS_KEY)
#undef AS_KEY
	};
	struct kea k = {};
	for (struct str cell; k.n < KEA_COLUMNS_MAX && cell_next(&line, &cell);) {
		k.n++;
		for (size_t i = 0; i < N_KEA_COLUMNS; i++)
			if (lease_is(cell, keys[i]))
				k.at[i] = k.n;
	}
	return k;
}

static bool kea_line(const struct kea *k, struct str line, struct lease *l)
{
	struct str cell[KEA_COLUMNS_MAX + 1] = {};
	uint64_t lifetime_s, expire_s, state = 0;
	size_t n = 0;
	while (n < KEA_COLUMNS_MAX && cell_next(&line, &cell[n + 1]))
		n++;
	*l = (struct lease){};
	if (n != k->n || !addr_parse(cell[k->at[KEA_ADDRESS]], &l->addr) ||
		!lease_number(cell[k->at[KEA_LIFETIME]], &lifetime_s) ||
		!lease_number(cell[k->at[KEA_EXPIRE]], &expire_s) ||
		(k->at[KEA_STATE] && !lease_number(cell[k->at[KEA_STATE]], &state)))
		return false;
	if (lifetime_s > UINT32_MAX || expire_s < lifetime_s || expire_s > UINT64_MAX / 1000)
		return false;
	l->from_ms = (expire_s - lifetime_s) * 1000; // when the client was heard last
	l->until_ms = lifetime_s == KEA_INFINITE ? UINT64_MAX : expire_s * 1000;
	l->is_over = state != 0 || lifetime_s == 0; // declined, reclaimed, released
	(void)mac_parse(cell[k->at[KEA_MAC]], &l->mac);
	lease_name_put(l, cell[k->at[KEA_NAME]]);
	return true;
}

void leases_kea(struct str text, struct lease_sink *s)
{
	struct kea k = {};
	for (struct str line; lease_line(&text, &line);) {
		struct lease l;
		s->line++;
		if (line.len == 0)
			continue;
		if (!k.n) {
			k = kea_head(line);
			continue;
		}
		if (k.at[KEA_EXPIRE] && k.at[KEA_LIFETIME] && kea_line(&k, line, &l))
			lease_emit(s, &l);
		else
			lease_bad(s);
	}
}
