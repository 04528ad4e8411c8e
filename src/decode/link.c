// SPDX-License-Identifier: Apache-2.0
// Link layers are a table; what stands between them and IP is the same behind all of them.
#include "decode/link.h"

enum { MPLS = 0x8847, MPLS_GROUP = 0x8848, PPPOE = 0x8864 };
enum { TYPE_MIN = 0x0600, BRIDGE = 0x00f8 };
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, TAGS_MAX = 4, LABELS_MAX = 8 };

/* Before IEEE 802.1ad had a type for the outer tag, vendors had theirs. */
static bool is_tag(uint16_t type)
{
	static const uint16_t tags[] = { ETHERTYPE_TAG, 0x88a8, 0x9100, 0x9200, 0x9300 };
	bool is_one = false;
	for (size_t i = 0; i < countof(tags); i++)
		is_one |= type == tags[i];
	return is_one;
}

/* Behind a length: LLC, and SNAP that tells a type (RFC 1042; of bridges IEEE 802.1H). */
static uint16_t snap(struct reader *r)
{
	static const uint8_t llc[] = { 0xaa, 0xaa, 3 };
	size_t held = rd_left(r) < sizeof llc ? rd_left(r) : sizeof llc;
	if (memcmp(r->at, llc, held))
		return ETHERTYPE_NONE;
	rd_bytes(r, sizeof llc);
	uint8_t first = rd_u8(r);
	uint16_t organisation = rd_u16(r);
	uint16_t type = rd_u16(r);
	bool is_type = first == 0 && (organisation == 0 || organisation == BRIDGE);
	return is_type && type >= TYPE_MIN ? type : ETHERTYPE_NONE;
}

/* Step over VLAN tags (IEEE 802.1Q, also stacked) to the type of what they carry. */
static uint16_t untagged(struct reader *r)
{
	uint16_t type = rd_u16(r);
	for (int i = 0; i < TAGS_MAX && is_tag(type); i++) {
		rd_u16(r);
		type = rd_u16(r);
	}
	return type && type < TYPE_MIN ? snap(r) : type;
}

/* Each reads its header and gives the type of what follows; ETHERTYPE_ANY: look at the version. */
uint16_t ethernet_enter(struct reader *r)
{
	rd_bytes(r, 12);
	return untagged(r);
}

static uint16_t cooked(struct reader *r)
{
	rd_bytes(r, 14);
	return untagged(r);
}

static uint16_t cooked2(struct reader *r)
{
	uint16_t type = rd_u16(r);
	rd_bytes(r, 18);
	return type;
}

static uint16_t family_word(struct reader *r) // in the byte order of the capturing machine
{
	rd_u32(r);
	return ETHERTYPE_ANY;
}

static uint16_t raw(struct reader *r)
{
	(void)r;
	return ETHERTYPE_ANY;
}

static const struct {
	int link_type;
	uint16_t (*read)(struct reader *r);
} links[] = {
	{ LINK_ETHERNET, ethernet_enter },
	{ LINK_RAW, raw },
	{ LINK_RAW_BSD, raw },
	{ LINK_RAW_OPENBSD, raw },
	{ LINK_IPV4, raw },
	{ LINK_IPV6, raw },
	{ LINK_SLL, cooked },
	{ LINK_SLL2, cooked2 },
	{ LINK_NULL, family_word },
	{ LINK_LOOP, family_word },
};

/* Labels end with the one whose bottom bit is set (RFC 3032); the packet tells its own version. */
static uint16_t mpls(struct reader *r)
{
	for (int i = 0; i < LABELS_MAX && !r->is_short; i++)
		if (rd_u32(r) >> 8 & 1)
			break;
	return ETHERTYPE_ANY;
}

/* Session stage of PPPoE (RFC 2516). */
static uint16_t pppoe(struct reader *r)
{
	rd_bytes(r, 6);
	uint16_t protocol = rd_u16(r);
	return protocol == PPP_IPV4   ? ETHERTYPE_IPV4
	       : protocol == PPP_IPV6 ? ETHERTYPE_IPV6
				      : ETHERTYPE_NONE;
}

/* The type of an IP packet that nobody announced. */
static uint16_t by_version(const struct reader *r)
{
	uint8_t version = rd_left(r) ? r->at[0] >> 4 : 0;
	return version == 4 ? ETHERTYPE_IPV4 : version == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_NONE;
}

static uint16_t (*link_reader(int link_type))(struct reader *r)
{
	for (size_t i = 0; i < countof(links); i++)
		if (links[i].link_type == link_type)
			return links[i].read;
	return NULL;
}

bool link_type_known(int link_type)
{
	return link_reader(link_type);
}

uint16_t link_enter(int link_type, struct reader *r)
{
	uint16_t type = link_reader(link_type)(r);
	if (type == MPLS || type == MPLS_GROUP)
		type = mpls(r);
	else if (type == PPPOE)
		type = pppoe(r);
	return type == ETHERTYPE_ANY ? by_version(r) : type;
}
