// SPDX-License-Identifier: Apache-2.0
// A parcel: what a collector tells a keeper. A header and a body, little-endian, with a version, a
// number and a checksum; nothing in it depends on how it travels.
#ifndef MODEL_PARCEL_H
#define MODEL_PARCEL_H
#include "base/bytes.h"
#include "base/err.h"
#include "model/contact.h"
#include "model/exporter.h"

/** Sorts of parcels: PARCEL(name, text). Counters in a body are totals, so one told twice adds nothing. */
#define PARCELS(PARCEL) \
	PARCEL(HELLO, "hello")         /* empty: a collector begins an epoch */ \
	PARCEL(CONTACTS, "contacts")   /* an array of contacts of the open window */ \
	PARCEL(EXPORTERS, "exporters") /* an array of exporters */ \
	PARCEL(TEMPLATE, \
		"template") /* a template set as it came, to be given back after a restart */ \
	PARCEL(COUNTERS, "counters") /* 64 bit totals: enum collector_counter, then enum fault */ \
	PARCEL(TICK, "tick")         /* all that was received up to its time has been sent */ \
	PARCEL(BYE, "bye")           /* the collector has drained and ends */ \
	PARCEL(SAMPLER, "sampler")   /* what an option told of a sampler, to be given back too */ \
	PARCEL(ATTACKS, "attacks")   /* attacks in logs, see detect/attack_parcel.h */ \
	PARCEL(LOG, "log")           /* how one log stands, to be given back after a restart */ \
	PARCEL(LIVES, "lives")       /* who asked web servers, and when; see app/log_lives.h */ \
	PARCEL(LINES, "lines")       /* lines of access lists, see app/log_lines.h */

#define AS_PARCEL(name, text) PARCEL_##name,
enum parcel_sort { PARCELS(AS_PARCEL) N_PARCELS };
#undef AS_PARCEL

enum { PARCEL_VERSION = 1, PARCEL_HEADER_BYTES = 48, PARCEL_BODY_MAX = 1 << 20 };

struct parcel {
	enum parcel_sort sort;
	uint64_t collector; // who: drawn once and kept in the state directory
	uint64_t epoch;     // which run of it
	uint64_t number;    // from 1 in each epoch; a gap is a parcel that was lost
	uint64_t sent_ms;   // since the Unix epoch
	struct bytes body;
};

/** Totals of a collector: COUNTER(name, metric, what it counts). */
#define COLLECTOR_COUNTERS(COUNTER) \
	COUNTER(DATAGRAMS, "datagrams", "datagrams received") \
	COUNTER(BYTES, "bytes", "bytes of datagrams received") \
	COUNTER(FLOWS, "flows", "flows that detection could use") \
	COUNTER(UNKNOWN, "unknown", "datagrams that are no export") \
	COUNTER(KERNEL_DROPS, "kernel_drops", \
		"datagrams that the kernel dropped: the buffer was full") \
	COUNTER(FAULTS, "faults", "datagrams with a fault") \
	COUNTER(THINNED, "thinned", "contacts that were left out: one in 2^n was kept") \
	COUNTER(STALLS, "stalls", "times that the keeper did not take parcels for a second") \
	COUNTER(FRAMES, "frames", "frames captured on the interface") \
	COUNTER(FRAME_DROPS, "frame_drops", "frames that the kernel dropped: the ring was full") \
	COUNTER(FRAMES_UNREAD, "frames_unread", \
		"frames that were cut, or of a link layer that is not known") \
	COUNTER(CONNECTIONS, "connections", "connections seen on the interface") \
	COUNTER(LOG_LINES, "log_lines", "lines of logs that were read") \
	COUNTER(LOG_MALFORMED, "log_malformed", "lines of logs that were no lines of one") \
	COUNTER(LOG_REQUESTS, "log_requests", "requests of web servers in logs") \
	COUNTER(LOG_FLOWS, "log_flows", "packets and connections that access lists logged") \
	COUNTER(LOG_GAPS, "log_gaps", "times that lines of a log may be missing") \
	COUNTER(OWN_EXPORTS, "own_exports", \
		"exports to our own listeners, passed over on the interface")

#define AS_COUNTER(name, metric, about) COLLECTED_##name,
enum collector_counter { COLLECTOR_COUNTERS(AS_COUNTER) N_COLLECTED };
#undef AS_COUNTER

/** Write a parcel; returns its bytes, 0 when `room` is too small or the body too long. */
size_t parcel_encode(const struct parcel *p, uint8_t *room, size_t size);

enum parcel_state { PARCEL_WHOLE, PARCEL_PARTIAL, PARCEL_BROKEN };

/**
 * Read a parcel from the begin of `from`.
 *
 * out     its body is a view of `from`
 * length  how many bytes it takes, when whole; how many are needed at least, when partial
 *
 * Broken: not of this version, a wrong checksum, a length or a sort that cannot be; `e` says which.
 */
enum parcel_state parcel_decode(
	struct bytes from, struct parcel *out, size_t *length, struct err *e);

/**
 * The body of a template begins with what names it: exporter (16), domain (4), version (2), template (2),
 * little-endian. A later body with the same name takes its place; the rest is the collector's own.
 */
enum { PARCEL_TEMPLATE_KEY_BYTES = 24 };

/** The same of a sampler; template is 0 there, and what names it ends with its number (8). */
enum { PARCEL_SAMPLER_KEY_BYTES = 32 };

/** Contacts and exporters as bodies; each has a fixed size there. Return the bytes written or read. */
enum { PARCEL_CONTACT_BYTES = 64, PARCEL_EXPORTER_BYTES = 128 };
void parcel_put_contact(uint8_t room[static PARCEL_CONTACT_BYTES], const struct contact *c);
bool parcel_get_contact(const uint8_t from[static PARCEL_CONTACT_BYTES], struct contact *out);
void parcel_put_exporter(uint8_t room[static PARCEL_EXPORTER_BYTES], const struct exporter *x);
bool parcel_get_exporter(const uint8_t from[static PARCEL_EXPORTER_BYTES], struct exporter *out);
#endif
