// SPDX-License-Identifier: Apache-2.0
// Files of pcapng (draft-ietf-opsawg-pcapng): blocks. Sections may differ in byte order, interfaces
// in link type and clock; blocks that hold no packet are stepped over.
#include "source/dump.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, OLD_PACKET = 2, SIMPLE_PACKET = 3, PACKET = 6 };
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, VERSION = 1 };
enum { FRAME_BYTES = 12, HEAD_BYTES = 8, BLOCK_MAX = 16 << 20 }; // type, length; content; length
enum { SECTION_BYTES = 16, INTERFACE_BYTES = 8, PACKET_BYTES = 20 };
enum { END_OF_OPTIONS = 0, IF_TSRESOL = 9, IF_TSOFFSET = 14, BINARY_BIT = 0x80 };
enum { MILLI = 3, MICRO = 6, POWER_MAX = 22 }; // 10 to the 22 - 3 is the last to fit 64 bits

/** A block in view: its content, without what all blocks have. */
struct content {
	uint32_t type;
	const uint8_t *at;
	size_t len;
};

static bool pcapng_recognise(const uint8_t magic[static MAGIC_BYTES])
{
	static const uint8_t section[MAGIC_BYTES] = { 0x0a, 0x0d, 0x0d, 0x0a };
	return !memcmp(magic, section, sizeof section);
}

/* Its byte order tells it from all else. */
static bool pcapng_begins(const uint8_t head[static BEGIN_BYTES])
{
	uint32_t magic;
	memcpy(&magic, head + HEAD_BYTES, sizeof magic);
	return pcapng_recognise(head) &&
	       (magic == BYTE_ORDER_MAGIC || magic == __builtin_bswap32(BYTE_ORDER_MAGIC));
}

/* A section tells its byte order itself, behind its length. False when it tells none. */
static bool read_order(struct dump *d, const uint8_t *block)
{
	uint32_t magic;
	memcpy(&magic, block + HEAD_BYTES, sizeof magic);
	d->is_swapped = magic == __builtin_bswap32(BYTE_ORDER_MAGIC);
	return d->is_swapped || magic == BYTE_ORDER_MAGIC;
}

enum found { FOUND, NOT_WHOLE, NOT_SANE };

/* The block at the start of the view, which is not passed yet; its length is told twice. */
static enum found find(struct dump *d, bool may_fill, struct content *out)
{
	struct window *w = &d->in;
	if (window_left(w) < FRAME_BYTES && !(may_fill && window_fill(w, FRAME_BYTES)))
		return NOT_WHOLE;
	const uint8_t *block = w->byte + w->at;
	uint32_t type = dump_u32(d, block); // of a section it is the same in both orders
	if (type == SECTION && !read_order(d, block))
		return NOT_SANE;
	uint32_t len = dump_u32(d, block + 4);
	if (len < FRAME_BYTES || len > BLOCK_MAX || len % 4)
		return NOT_SANE;
	if (window_left(w) < len && !(may_fill && window_fill(w, len)))
		return NOT_WHOLE;
	block = w->byte + w->at;
	if (dump_u32(d, block + len - 4) != len)
		return NOT_SANE;
	*out = (struct content){ type, block + HEAD_BYTES, len - FRAME_BYTES };
	return FOUND;
}

/* The interfaces of a section are its own. */
static bool read_section(struct dump *d, const struct content *c)
{
	if (c->len < SECTION_BYTES || dump_u16(d, c->at + 4) != VERSION)
		return false;
	d->n_interfaces = 0;
	return true;
}

static uint64_t power_of_ten(unsigned n)
{
	uint64_t v = 1;
	while (n-- > 0)
		v *= 10;
	return v;
}

/* A resolution is a power of ten, or with the highest bit set of two. */
static void set_clock(struct interface *i, uint8_t resolution)
{
	unsigned power = resolution & ~BINARY_BIT & 0xff;
	bool is_binary = resolution & BINARY_BIT && power;
	i->binary_bits = is_binary ? (uint8_t)power : 0;
	i->per_ms = i->ms_per = 0;
	if (power < MILLI)
		i->ms_per = power_of_ten(MILLI - power);
	else
		i->per_ms = power <= POWER_MAX ? power_of_ten(power - MILLI) : UINT64_MAX;
}

static void read_option(struct dump *d, struct interface *i, uint16_t code, struct bytes value)
{
	if (code == IF_TSRESOL && value.len >= 1)
		set_clock(i, value.ptr[0]);
	if (code == IF_TSOFFSET && value.len >= 8) {
		uint64_t a = dump_u32(d, value.ptr), b = dump_u32(d, value.ptr + 4);
		i->offset_ms = (d->is_swapped ? a << 32 | b : b << 32 | a) * 1000;
	}
}

static bool read_interface(struct dump *d, const struct content *c)
{
	if (c->len < INTERFACE_BYTES)
		return false;
	struct interface *i = dump_interface(d);
	if (!i) // of those beyond the bound, nobody told the link type of their frames
		return d->n_interfaces == INTERFACES_MAX;
	i->link_type = dump_u16(d, c->at);
	i->snaplen = dump_u32(d, c->at + 4);
	set_clock(i, MICRO);
	for (size_t at = INTERFACE_BYTES; at + 4 <= c->len;) {
		uint16_t code = dump_u16(d, c->at + at);
		size_t len = dump_u16(d, c->at + at + 2);
		at += 4;
		if (code == END_OF_OPTIONS || len > c->len - at)
			break;
		read_option(d, i, code, (struct bytes){ c->at + at, len });
		at += (len + 3) / 4 * 4;
	}
	return true;
}

/* A binary fraction is cut to what leaves room to multiply. */
static uint64_t time_of(const struct interface *i, uint64_t units)
{
	enum { FRACTION_BITS = 50 };
	if (!i->binary_bits)
		return (i->per_ms ? units / i->per_ms : units * i->ms_per) + i->offset_ms;
	if (i->binary_bits >= 64)
		return i->offset_ms;
	unsigned bits = i->binary_bits;
	uint64_t fraction = units & ((UINT64_C(1) << bits) - 1);
	uint64_t seconds = units >> bits;
	if (bits > FRACTION_BITS) {
		fraction >>= bits - FRACTION_BITS;
		bits = FRACTION_BITS;
	}
	return seconds * 1000 + (fraction * 1000 >> bits) + i->offset_ms;
}

static const struct interface unknown = { .link_type = LINK_UNTOLD };

/* A packet with its time; in the older sort of block the interface has half the bytes. */
static bool read_packet(struct dump *d, const struct content *c, struct frame *out)
{
	if (c->len < PACKET_BYTES)
		return false;
	uint32_t number = c->type == PACKET ? dump_u32(d, c->at) : dump_u16(d, c->at);
	const struct interface *i = number < d->n_interfaces ? &d->interface[number] : &unknown;
	uint64_t high = dump_u32(d, c->at + 4), low = dump_u32(d, c->at + 8);
	uint32_t here = dump_u32(d, c->at + 12);
	if (here > c->len - PACKET_BYTES)
		return false;
	out->bytes = (struct bytes){ c->at + PACKET_BYTES, here };
	out->time_ms = time_of(i, high << 32 | low);
	out->length = dump_u32(d, c->at + 16);
	out->link_type = i->link_type;
	return true;
}

/* A packet of the first interface, without a time; what is here is for us to reckon. */
static bool read_simple(struct dump *d, const struct content *c, struct frame *out)
{
	if (c->len < 4)
		return false;
	const struct interface *i = d->n_interfaces ? d->interface : &unknown;
	uint32_t wire = dump_u32(d, c->at);
	uint32_t here = i->snaplen && i->snaplen < wire ? i->snaplen : wire;
	if (here > c->len - 4)
		return false;
	*out = (struct frame){
		.bytes = { c->at + 4, here }, .length = wire, .link_type = i->link_type
	};
	return true;
}

/* Returns whether the block is sane; a packet goes to `out`. */
static bool read_block(struct dump *d, const struct content *c, struct frames *out)
{
	struct frame *frame = &out->frame[out->n];
	bool is_packet = c->type == PACKET || c->type == OLD_PACKET || c->type == SIMPLE_PACKET;
	if (c->type == INTERFACE)
		return read_interface(d, c);
	if (!is_packet)
		return true;
	if (c->type == SIMPLE_PACKET ? !read_simple(d, c, frame) : !read_packet(d, c, frame))
		return false;
	frame->number = ++d->n;
	out->n++;
	return true;
}

static enum dump_next pcapng_next(struct dump *d, struct frames *out, struct err *e)
{
	struct content c;
	enum found found = FOUND;
	out->n = 0;
	while (out->n < FRAMES_MAX && (found = find(d, out->n == 0, &c)) == FOUND) {
		if (c.type == SECTION) // of another file, as a rule
			return out->n ? DUMP_FRAMES : DUMP_ANEW;
		if (!read_block(d, &c, out)) {
			found = NOT_SANE;
			break;
		}
		d->in.at += FRAME_BYTES + c.len;
	}
	if (out->n)
		return DUMP_FRAMES;
	if (found == NOT_WHOLE)
		return dump_ended(d, e);
	return dump_begins(d) ? DUMP_ANEW : dump_damaged(d, e, "damaged block");
}

static bool pcapng_open(struct dump *d, struct err *e)
{
	struct content c;
	enum found found = find(d, true, &c);
	if (found == NOT_WHOLE)
		return err_set(e, "truncated: its header is not whole");
	if (found == NOT_SANE || !read_section(d, &c))
		return err_set(e, "its section header is damaged, or of a version nobody knows");
	d->in.at += FRAME_BYTES + c.len;
	return true;
}

const struct dump_format pcapng_format = {
	.recognise = pcapng_recognise,
	.begins = pcapng_begins,
	.open = pcapng_open,
	.next = pcapng_next,
};
