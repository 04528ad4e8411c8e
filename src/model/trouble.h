// SPDX-License-Identifier: Apache-2.0
// What was read and what was wrong with it: record counts, faults with their first place, notes.
#ifndef MODEL_TROUBLE_H
#define MODEL_TROUBLE_H
#include <stdint.h>

#include "model/place.h"

/** Kinds of record: KIND(name, key in the summary). */
#define KINDS(KIND) \
	KIND(PACKET, "packet") \
	KIND(CONNECTION, "connection") \
	KIND(NETFLOW5, "netflow5") \
	KIND(NETFLOW9, "netflow9") \
	KIND(IPFIX, "ipfix") \
	KIND(CACHE_FLOW, "show ip cache flow") \
	KIND(TOP_TALKERS, "show ip flow top-talkers") \
	KIND(ACCOUNTING, "show ip accounting") \
	KIND(MLS_ENTRY, "show mls entry") \
	KIND(MLS_IP, "show mls ip") \
	KIND(FLOW_MONITOR, "show flow monitor cache") \
	KIND(FLOW_CACHE, "show flow cache") \
	KIND(SFLOW, "sflow") \
	KIND(NFCAPD, "nfcapd") \
	KIND(W3C, "w3c log") \
	KIND(HTTPERR, "httperr log") \
	KIND(IIS_NATIVE, "iis log") \
	KIND(ACCESS, "access log") \
	KIND(APACHE_ERROR, "apache error log") \
	KIND(NGINX_ERROR, "nginx error log") \
	KIND(SQUID, "squid log") \
	KIND(FIREWALL, "windows firewall log") \
	KIND(ACL, "access list log") \
	KIND(IDS, "cisco ids log") \
	KIND(PASTED_REQUEST, "pasted request")

#define AS_KIND(name, key) KIND_##name,
enum kind { KINDS(AS_KIND) N_KINDS };
#undef AS_KIND

/**
 * Ways in which input can be wrong: FAULT(name, metric, sentence, source).
 * The sentence follows the place: "x.pcap#12: ends before the fields it announces".
 */
#define FAULTS(FAULT) \
	FAULT(SHORT, "short", "ends before the fields it announces", "RFC 7011, 3.1") \
	FAULT(COUNT, "count", "announces another number of records than it holds", \
		"Cisco v5 header") \
	FAULT(LENGTH, "length", "has a length that does not fit the datagram", "RFC 7011, 3.1") \
	FAULT(TRAILING, "trailing", "holds bytes after its last record", "Cisco v5 header") \
	FAULT(NO_TEMPLATE, "no_template", "data arrived before its template", "RFC 7011, 8") \
	FAULT(TEMPLATE, "template", "template is damaged: no usable field list", \
		"RFC 7011, 3.4.1") \
	FAULT(TEMPLATE_SIZE, "template_size", "template is too large to be real", \
		"RFC 7011, 3.4.1") \
	FAULT(TEMPLATES_FULL, "templates_full", "too many templates: the oldest was dropped", \
		"limit") \
	FAULT(SAMPLERS_FULL, "samplers_full", "too many samplers: the oldest was dropped", \
		"limit") \
	FAULT(RESERVED_SET, "reserved_set", "set number is reserved", "RFC 7011, 3.3.2") \
	FAULT(FRAGMENT, "fragment", "is an IP fragment: the datagram cannot be put together", \
		"RFC 791") \
	FAULT(CUT_PACKET, "cut_packet", "packet was cut by the capture (snap length)", "pcap") \
	FAULT(PACKET, "damaged_packet", "headers of a packet are cut or damaged: left out", \
		"RFC 791, RFC 8200") \
	FAULT(TIME, "packet_time", \
		"time of a packet is damaged: a fraction of more than a second, left out", "pcap") \
	FAULT(CUT_CAPTURE, "cut_capture", "capture file ends in the middle of a packet", "pcap") \
	FAULT(LINK_TYPE, "link_type", "link type is not understood", "pcap") \
	FAULT(NO_EXPORT, "no_export", "holds no NetFlow or IPFIX datagram", "capture") \
	FAULT(NO_IP, "no_ip", "holds no IP packet", "capture") \
	FAULT(NOT_TEXT, "not_text", "is binary data of a kind that is not understood", "content") \
	FAULT(COMPRESSED, "compressed", "is compressed", "content") \
	FAULT(PACKED, "packed", "packed data is damaged or cut: what stands before was used", \
		"RFC 1952, RFC 8878") \
	FAULT(EMPTY, "empty", "is empty", "content") \
	FAULT(NO_ROWS, "no_rows", "holds no row of a router output that is understood", "content") \
	FAULT(UNREADABLE, "unreadable", "cannot be read", "system") \
	FAULT(LONG_TOKEN, "long_token", "a word is too long to be a field: skipped", "limit") \
	FAULT(BAD_ROW, "bad_row", "a row is damaged: skipped", "router output") \
	FAULT(CHECKSUM, "checksum", "totals of the output contradict its rows", "router output") \
	FAULT(LAYOUT, "layout", "is written in a layout that is not read", "nfdump 1.7") \
	FAULT(PACKING, "packing", \
		"is packed with LZO, or encrypted, which is not read: write it anew with nfdump", \
		"nfdump 1.7") \
	FAULT(CUT_FILE, "cut_file", "file ends before the records it announces", "nfdump 1.7") \
	FAULT(BLOCK, "block", "a block of records is damaged: left out", "nfdump 1.7") \
	FAULT(RECORD, "record", "a record is damaged: left out", "nfdump 1.7") \
	FAULT(LOG_LINE, "log_line", "a line is of no format that is read: left out", "logs") \
	FAULT(LOG_COLUMNS, "log_columns", \
		"a row has another number of columns than its heading: left out", \
		"W3C WD-logfile") \
	FAULT(LOG_FIELD, "log_field", "a field is not what its place demands: line left out", \
		"logs") \
	FAULT(LOG_LONG, "log_long", "a line is longer than 64 KiB: left out", "limit") \
	FAULT(GAP, "gap", "lines may be missing: it was cut or replaced between two reads", \
		"follow")

#define AS_FAULT(name, metric, text, source) FAULT_##name,
enum fault { FAULT_NONE, FAULTS(AS_FAULT) N_FAULTS };
#undef AS_FAULT

enum { NOTES_MAX = 64, NOTE_BYTES = 240 };

/** A remark for people about the input: "list is incomplete: 12 flow alloc failures". */
struct note {
	place at;
	char text[NOTE_BYTES];
};

/** The books of one run. All zero is empty. */
struct trouble {
	uint64_t flows; // that detection could use: they had two addresses
	uint64_t records[N_KINDS];
	uint64_t datagrams, option_records, templates, option_templates;
	uint64_t faulty; // of the datagrams: with a fault
	uint64_t sets_without_template;
	uint64_t counter_samples, other_samples; // of sFlow: skipped, there is no packet in them
	uint64_t packets, octets;                // sums over all records, as exported
	struct {
		uint64_t lines; // the sum of the next three
		uint64_t parsed, malformed, skipped;
		uint64_t requests, marked; // of the lines parsed, and in pasted samples
	} log;                             // of lines in logs, and of those found in other text
	struct {
		uint64_t n;
		place first;     // where it was first seen
		uint64_t offset; // byte in that packet, 0 when the place says it all
	} fault[N_FAULTS];
	struct note note[NOTES_MAX];
	uint32_t n_notes, n_notes_lost;
};

/** Count a fault; the first of its kind keeps its place. FAULT_NONE is not counted. */
void fault_put(struct trouble *t, enum fault f, place at, uint64_t offset);

/** Keep a remark, at most NOTES_MAX; the rest is counted in n_notes_lost. */
[[gnu::format(printf, 3, 4)]] void note_put(struct trouble *t, place at, const char *text, ...);

const char *fault_metric(enum fault f); // "no_template"
const char *fault_text(enum fault f);   // the sentence; never NULL
const char *fault_source(enum fault f); // where the rule is written down
const char *kind_name(enum kind k);     // "show ip cache flow"
#endif
