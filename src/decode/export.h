// SPDX-License-Identifier: Apache-2.0
// Export datagrams: NetFlow v5, NetFlow v9, IPFIX and sFlow become flows.
#ifndef DECODE_EXPORT_H
#define DECODE_EXPORT_H
#include "decode/sequence.h"
#include "decode/template.h"
#include "model/batch.h"
#include "model/trouble.h"

/** Who keeps templates and samplers, to give them back after a restart. */
struct template_keeper {
	/**
	 * A template that is new, or another than before: a set of this one record, without its
	 * header. Returns whether it was taken; if not, it is offered again when it is repeated.
	 */
	bool (*keep)(void *ctx, const struct domain *d, uint16_t set, struct bytes record);
	/** A sampler that is new, or has another interval than before; as `keep`. NULL: not wanted. */
	bool (*keep_sampler)(void *ctx, const struct sampler *s);
	void *ctx;
};

/** One UDP payload, and what the network said about it. */
struct datagram {
	struct bytes payload;
	struct addr exporter;
	uint32_t
		sampling; // what the inventory says of this exporter; 0: nothing, believe the export
	place at;
	uint64_t received_ms;                 // since the Unix epoch; 0: unknown
	struct sequences *sequences;          // account for it there; NULL: not wanted
	const struct template_keeper *keeper; // NULL: nobody keeps templates
};

/** One datagram on its way through a decoder. */
struct message {
	struct reader r;      // behind the version field
	const uint8_t *start; // of the payload, to tell offsets
	struct domain domain; // `id` is filled by the decoder
	uint64_t now_ms;      // export time of the header
	uint64_t received_ms; // as in the datagram
	uint32_t uptime_ms;   // of the device; of IPFIX 0
	uint32_t sampling;    // as in the datagram
	place at;
	uint32_t sequence;
	uint32_t units;    // by which the sequence goes on; 0: by as many as there were records
	bool has_header;   // it was read whole, and so is the sequence
	bool has_uptime;   // uptime_ms was told
	bool is_faulty;    // message_fault was called
	bool is_malformed; // and for more than a template that did not come
	uint32_t sampling_told; // by the export, or by the inventory in its place; 0: not told
	const struct template_keeper *keeper; // NULL: nobody keeps templates
	unsigned n_withdrawals;               // of all templates, so far in this message
	struct templates *templates;
	struct batch *out;
	struct trouble *trouble;
};

struct export_format {
	const char *name;
	uint16_t version; // first 16 bits of the payload; of sFlow, which has 32, they are 0
	enum kind kind;
	bool (*recognise)(struct bytes payload); // whether it can be one, by its header alone
	void (*decode)(struct message *m);
};

/** The format of a payload, by content; NULL when it is none. Any port will do. */
const struct export_format *export_recognise(struct bytes payload);

/**
 * Decode one export datagram.
 *
 * d          not kept
 * templates  learns from the datagram (RFC 7011, section 8)
 * out        gets a flow for each record that has two addresses; not flushed
 * trouble    counts records and faults
 *
 * Records before a fault stand. Never allocates.
 */
void export_decode(const struct export_format *format, const struct datagram *d,
	struct templates *templates, struct batch *out, struct trouble *trouble);

/** A number for (exporter, domain) that is the same in every run. */
uint32_t domain_identity(const struct domain *d);

/**
 * A time `at` given as uptime, on the clock of a header that told both uptime and time; survives the wrap after
 * 49.7 days.
 */
static inline uint64_t uptime_by(uint32_t uptime_ms, uint64_t now_ms, uint32_t at)
{
	int32_t age_ms = (int32_t)(uptime_ms - at);
	uint64_t age = age_ms < 0 ? 0 : (uint64_t)age_ms; // a flow cannot end after its export
	return age < now_ms ? now_ms - age : 0;
}

static inline uint64_t uptime_to_ms(const struct message *m, uint32_t at)
{
	return uptime_by(m->uptime_ms, m->now_ms, at);
}

/** Note a fault at the reader's place in the datagram. */
void message_fault(struct message *m, enum fault f);

extern const struct export_format netflow5_format, netflow9_format, ipfix_format, sflow_format;
#endif
