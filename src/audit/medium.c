// SPDX-License-Identifier: Apache-2.0
// The table of sorts of interfaces. An ARP request goes out where a medium is shared, so a route that
// names such an interface alone asks for every destination.
#include "audit/medium.h"

#include <ctype.h>
#include <strings.h>

#include "base/hash.h"

static const struct sort {
	const char *name; // any abbreviation of it of two letters or more
	const char *medium;
	bool has_duplex;
} sorts[] = {
	{ "Ethernet", "broadcast", true },
	{ "FastEthernet", "broadcast", true },
	{ "GigabitEthernet", "broadcast", true },
	{ "TenGigabitEthernet", "broadcast", true },
	{ "TwoGigabitEthernet", "broadcast", true },
	{ "TenGigE", "broadcast", true },
	{ "FiveGigabitEthernet", "broadcast", true },
	{ "AppGigabitEthernet", "broadcast", true },
	{ "TwentyFiveGigE", "broadcast", true },
	{ "TwentyFiveGigabitEthernet", "broadcast", true },
	{ "FortyGigabitEthernet", "broadcast", true },
	{ "HundredGigE", "broadcast", true },
	{ "TwoHundredGigE", "broadcast", true },
	{ "FourHundredGigE", "broadcast", true },
	{ "MgmtEth", "broadcast", true },
	{ "mgmt", "broadcast", true },
	{ "Vlan", "broadcast", false },
	{ "BVI", "broadcast", false },
	{ "Port-channel", "broadcast", false },
	{ "Bundle-Ether", "broadcast", false },
	{ "BDI", "broadcast", false },
	{ "Dot11Radio", "broadcast", false },
	{ "Fddi", "broadcast", false },
	{ "TokenRing", "broadcast", false },
	{ "SMDS", "broadcast", false },
	{ "ATM", "multipoint", false },
	{ "MFR", "multipoint", false },
	{ "Serial", "point-to-point", false },
	{ "Tunnel", "point-to-point", false },
	{ "Dialer", "point-to-point", false },
	{ "Virtual-Access", "point-to-point", false },
	{ "Virtual-Template", "point-to-point", false },
	{ "Multilink", "point-to-point", false },
	{ "POS", "point-to-point", false },
	{ "Async", "point-to-point", false },
	{ "Cellular", "point-to-point", false },
	{ "Hssi", "point-to-point", false },
	{ "Null", "none", false },
	{ "Loopback", "none", false },
	{ "NVI", "none", false },
};

static size_t letters(struct str name)
{
	size_t n = 0;
	while (n < name.len && (isalpha((unsigned char)name.ptr[n]) || name.ptr[n] == '-'))
		n++;
	return n;
}

static const struct sort *sort_of(struct str name)
{
	size_t n = letters(name);
	for (size_t i = 0; n >= 2 && i < countof(sorts); i++)
		if (n <= strlen(sorts[i].name) && !strncasecmp(name.ptr, sorts[i].name, n))
			return &sorts[i];
	return NULL;
}

const char *medium_of(struct str interface)
{
	const struct sort *s = sort_of(interface);
	return s ? s->medium : NULL;
}

bool medium_has_duplex(struct str interface)
{
	const struct sort *s = sort_of(interface);
	return !s || s->has_duplex;
}

/* What stands behind the letters: 0/1 of "Gig 0/1". */
static struct str number_of(struct str name, size_t n_letters)
{
	n_letters += n_letters < name.len && name.ptr[n_letters] == ' ';
	return (struct str){ name.ptr + n_letters, name.len - n_letters };
}

bool interface_eq(struct str a, struct str b)
{
	if (a.len && b.len && a.ptr[a.len - 1] != b.ptr[b.len - 1])
		return false; // most differ in their numbers
	size_t na = letters(a), nb = letters(b), n = na < nb ? na : nb;
	struct str rest_a = number_of(a, na), rest_b = number_of(b, nb);
	bool is_sort = n >= 2 && !strncasecmp(a.ptr, b.ptr, n);
	bool is_slot = na == 0 && nb == 0; // 5/12, of CatOS
	return (is_sort || is_slot) && rest_a.len == rest_b.len &&
	       !memcmp(rest_a.ptr, rest_b.ptr, rest_a.len);
}

uint64_t interface_key(struct str name)
{
	enum { NAME_MOST = 48 };
	char text[2 * NAME_MOST];
	const struct sort *s = sort_of(name);
	size_t n = s ? strlen(s->name) : 0, from = s ? letters(name) : 0;
	for (size_t i = 0; i < n; i++)
		text[i] = s->name[i];
	for (size_t i = from; i < name.len && i - from < NAME_MOST; i++)
		if (name.ptr[i] != ' ')
			text[n++] = (char)tolower((unsigned char)name.ptr[i]);
	return hash_bytes(text, n, 0);
}
