// SPDX-License-Identifier: Apache-2.0
// The two formats of capture files behind one reader: what they share.
#ifndef SOURCE_DUMP_H
#define SOURCE_DUMP_H
#include "base/err.h"
#include "model/frame.h"
#include "source/window.h"

enum { INTERFACES_MAX = 4096, MAGIC_BYTES = 4, BEGIN_BYTES = 12 };

/** How frames of an interface are to be read. A pcap file has one. */
struct interface {
	int link_type;
	uint32_t snaplen;    // frames are cut to this
	uint64_t per_ms;     // units of its clock in a millisecond; 0: a unit is longer, see ms_per
	uint64_t ms_per;     // milliseconds in a unit
	uint8_t binary_bits; // a unit is 2 to the minus this of a second; 0: the above holds
	uint64_t offset_ms;  // added to its times
};

/** Which of the two lengths of a pcap record comes first; old versions were at odds. */
enum lengths { LENGTHS_USUAL, LENGTHS_SWAPPED, LENGTHS_LEAST_FIRST };

/** A capture file on its way. */
struct dump {
	struct window in;
	const struct dump_format *format;
	bool is_swapped;     // its byte order is not ours
	enum lengths order;  // of pcap
	size_t header_bytes; // of a record of pcap
	uint64_t n;          // frames so far
	uint64_t mistimed; // the first of them whose fraction of a second is none; 0: there is none
	size_t n_interfaces, n_interfaces_room;
	struct interface *interface;
};

/** DUMP_ANEW: what begins at the view is another file, of whichever format. */
enum dump_next { DUMP_FRAMES, DUMP_END, DUMP_DAMAGED, DUMP_ANEW };

struct dump_format {
	/* Whether these bytes begin a file of this format. */
	bool (*recognise)(const uint8_t magic[static MAGIC_BYTES]);
	/* The same where a record may as well begin: more than the magic has to fit. */
	bool (*begins)(const uint8_t head[static BEGIN_BYTES]);
	/* Read what the file begins with. False, with the reason in `e`, when it is damaged. */
	bool (*open)(struct dump *d, struct err *e);
	/* The next frames; at the end, before damage and before another file there are none, and then it is told. */
	enum dump_next (*next)(struct dump *d, struct frames *out, struct err *e);
};

extern const struct dump_format pcap_format, pcapng_format;

/** Begin to read; the file stays the caller's. False, with the reason in `e`, for a damaged beginning. */
bool dump_open(struct dump *d, FILE *file, struct err *e);
void dump_close(struct dump *d);

/**
 * The next frames, at least one. Files that were appended to each other are read one after the other, and the
 * numbers of frames go on.
 *
 * Returns never DUMP_ANEW.
 */
enum dump_next dump_next(struct dump *d, struct frames *out, struct err *e);

/** Whether another file begins at the view, of which BEGIN_BYTES are there. */
bool dump_begins(const struct dump *d);

/** One more interface, all zero; NULL when there are too many, or no memory. */
struct interface *dump_interface(struct dump *d);

/** Tell damage where the view begins; always DUMP_DAMAGED. */
enum dump_next dump_damaged(const struct dump *d, struct err *e, const char *what);

/** DUMP_END when nothing is left in view; else a record was cut, which is told. */
enum dump_next dump_ended(const struct dump *d, struct err *e);

/** Numbers of the file, in its byte order. */
static inline uint32_t dump_u32(const struct dump *d, const uint8_t *at)
{
	uint32_t v;
	memcpy(&v, at, sizeof v);
	return d->is_swapped ? __builtin_bswap32(v) : v;
}

static inline uint16_t dump_u16(const struct dump *d, const uint8_t *at)
{
	uint16_t v;
	memcpy(&v, at, sizeof v);
	return d->is_swapped ? __builtin_bswap16(v) : v;
}
#endif
