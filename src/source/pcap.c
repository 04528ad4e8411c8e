// SPDX-License-Identifier: Apache-2.0
// Files of pcap (draft-ietf-opsawg-pcap): a header, then records; both byte orders, micro- and
// nanoseconds, the longer records of Alexey Kuznetsov's variant, and the lengths of old versions.
#include "source/dump.h"

enum { FILE_HEADER_BYTES = 24, RECORD_HEADER_BYTES = 16, LONG_HEADER_BYTES = 24 };
enum { VERSION = 2, VERSION_MINOR = 4, VERSION_DG_UX = 543, LINK_BITS = 0xffff };
enum { CAPTURED_MAX = 262144 }; // what tcpdump ever writes of the link types that are read

static const struct {
	uint32_t magic;
	uint32_t per_ms;
	size_t header_bytes;
} variants[] = {
	{ 0xa1b2c3d4, 1000, RECORD_HEADER_BYTES },
	{ 0xa1b23c4d, 1000000, RECORD_HEADER_BYTES },
	{ 0xa1b2cd34, 1000, LONG_HEADER_BYTES },
};

static size_t variant_of(const uint8_t magic[static MAGIC_BYTES], bool *is_swapped)
{
	size_t i = 0;
	uint32_t v;
	memcpy(&v, magic, sizeof v);
	for (; i < countof(variants); i++) {
		*is_swapped = __builtin_bswap32(v) == variants[i].magic;
		if (*is_swapped || v == variants[i].magic)
			break;
	}
	return i;
}

static bool pcap_recognise(const uint8_t magic[static MAGIC_BYTES])
{
	bool is_swapped;
	return variant_of(magic, &is_swapped) < countof(variants);
}

/* As a record it would be one of 2055, or later, without a byte. */
static bool pcap_begins(const uint8_t head[static BEGIN_BYTES])
{
	struct dump d = {};
	return variant_of(head, &d.is_swapped) < countof(variants) &&
	       dump_u16(&d, head + 4) == VERSION && dump_u16(&d, head + 6) == VERSION_MINOR;
}

static bool pcap_open(struct dump *d, struct err *e)
{
	if (!window_fill(&d->in, FILE_HEADER_BYTES))
		return err_set(e, "truncated: its header is not whole");
	const uint8_t *header = d->in.byte + d->in.at;
	size_t variant = variant_of(header, &d->is_swapped);
	unsigned major = dump_u16(d, header + 4), minor = dump_u16(d, header + 6);
	if (!(major == VERSION && minor <= VERSION_MINOR) && !(major == VERSION_DG_UX && !minor))
		return err_set(e, "its version is %u.%u, which nobody knows", major, minor);
	struct interface *i = dump_interface(d);
	if (!i)
		return err_set(e, "no memory");
	uint32_t snaplen = dump_u32(d, header + 16);
	i->snaplen = snaplen && snaplen < CAPTURED_MAX ? snaplen : CAPTURED_MAX;
	i->link_type = (int)(dump_u32(d, header + 20) & LINK_BITS);
	i->per_ms = variants[variant].per_ms;
	d->header_bytes = variants[variant].header_bytes;
	d->order = major == VERSION_DG_UX || minor < 3 ? LENGTHS_SWAPPED
		   : minor == 3                        ? LENGTHS_LEAST_FIRST
						       : LENGTHS_USUAL;
	d->in.at += FILE_HEADER_BYTES;
	return true;
}

/* The two lengths of a record: what is here, and what was on the wire. */
static void read_lengths(const struct dump *d, const uint8_t *at, uint32_t *here, uint32_t *wire)
{
	uint32_t first = dump_u32(d, at), second = dump_u32(d, at + 4);
	bool swaps =
		d->order == LENGTHS_SWAPPED || (d->order == LENGTHS_LEAST_FIRST && first > second);
	*here = swaps ? second : first;
	*wire = swaps ? first : second;
}

/* Only before the first frame of `out` may the view be moved. */
static bool has(struct dump *d, const struct frames *out, size_t n)
{
	return window_left(&d->in) >= n || (out->n == 0 && window_fill(&d->in, n));
}

/* A fraction of a second and more is damaged, or of another unit than the file says: seconds alone stand. */
static uint32_t mistimed(struct dump *d)
{
	d->mistimed = d->mistimed ? d->mistimed : d->n + 1;
	return 0;
}

static enum dump_next pcap_next(struct dump *d, struct frames *out, struct err *e)
{
	const struct interface *i = d->interface;
	size_t header_bytes = d->header_bytes;
	uint32_t per_ms = (uint32_t)i->per_ms;
	for (out->n = 0; out->n < FRAMES_MAX && has(d, out, header_bytes);) {
		uint32_t here, wire;
		const uint8_t *at = d->in.byte + d->in.at;
		read_lengths(d, at + 8, &here, &wire);
		if (here - 1 >= CAPTURED_MAX) { // none, or too many
			bool is_anew = dump_begins(d);
			if (out->n && (is_anew || here))
				return DUMP_FRAMES;
			if (is_anew)
				return DUMP_ANEW;
			if (here)
				return dump_damaged(d, e, "damaged header of a packet");
		}
		if (!has(d, out, header_bytes + here))
			break;
		at = d->in.byte + d->in.at;
		uint32_t fraction_ms = dump_u32(d, at + 4) / per_ms;
		if (fraction_ms >= 1000)
			fraction_ms = mistimed(d);
		out->frame[out->n++] = (struct frame){
			.bytes = { at + header_bytes, here < i->snaplen ? here : i->snaplen },
			.number = ++d->n,
			.time_ms = (uint64_t)dump_u32(d, at) * 1000 + fraction_ms,
			.length = wire,
			.link_type = i->link_type,
		};
		d->in.at += header_bytes + here;
	}
	return out->n ? DUMP_FRAMES : dump_ended(d, e);
}

const struct dump_format pcap_format = {
	.recognise = pcap_recognise,
	.begins = pcap_begins,
	.open = pcap_open,
	.next = pcap_next,
};
