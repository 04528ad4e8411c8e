// SPDX-License-Identifier: Apache-2.0
// The table of export formats, and what they share.
#include "decode/export.h"

#include "base/hash.h"

static const struct export_format *const formats[] = {
	&netflow5_format,
	&netflow9_format,
	&ipfix_format,
	&sflow_format,
};

const struct export_format *export_recognise(struct bytes payload)
{
	struct reader r = reader_of(payload);
	uint16_t version = rd_u16(&r);
	for (size_t i = 0; i < countof(formats); i++)
		if (!r.is_short && formats[i]->version == version)
			return formats[i]->recognise(payload) ? formats[i] : NULL;
	return NULL;
}

/* The books before a datagram, so that what it added can be told of its exporter. */
struct before {
	uint64_t records, options, without_template, cut;
};

static struct before books(const struct trouble *t, enum kind kind)
{
	return (struct before){ t->records[kind], t->option_records, t->sets_without_template,
		t->fault[FAULT_SHORT].n + t->fault[FAULT_LENGTH].n };
}

/* IPFIX counts the data records of options too (RFC 7011, 3.1). */
static void account(struct sequences *s, const struct message *m, const struct before *was,
	const struct before *is)
{
	uint32_t records = (uint32_t)(is->records - was->records);
	uint32_t options = (uint32_t)(is->options - was->options);
	struct sequence_told told = {
		.sequence = m->sequence,
		.units = m->units ? m->units : records + options,
		.is_counted = m->units || (is->without_template == was->without_template &&
						  is->cut == was->cut),
		.has_uptime = m->has_uptime,
		.uptime_ms = m->uptime_ms,
		.now_ms = m->now_ms,
		.received_ms = m->received_ms,
		.sampling = m->sampling_told,
		.records = records,
		.without_template = (uint32_t)(is->without_template - was->without_template),
		.is_faulty = m->is_malformed,
	};
	sequence_note(s, &m->domain, &told);
}

void export_decode(const struct export_format *format, const struct datagram *d,
	struct templates *templates, struct batch *out, struct trouble *trouble)
{
	struct message m = {
		.r = reader_of(d->payload),
		.start = d->payload.ptr,
		.domain = { .exporter = d->exporter, .version = format->version },
		.received_ms = d->received_ms,
		.sampling = d->sampling,
		.at = d->at,
		.keeper = d->keeper,
		.templates = templates,
		.out = out,
		.trouble = trouble,
	};
	rd_u16(&m.r);
	trouble->datagrams++;
	struct before was = books(trouble, format->kind);
	format->decode(&m);
	struct before is = books(trouble, format->kind);
	trouble->faulty += m.is_faulty;
	if (d->sequences && m.has_header)
		account(d->sequences, &m, &was, &is);
}

uint32_t domain_identity(const struct domain *d)
{
	uint32_t h = (uint32_t)hash_bytes(d, sizeof *d, 0);
	if ((uint16_t)h >= EXPORTER_LOGS)
		h ^= UINT32_C(1) << 15;
	return h ? h : 1;
}

void message_fault(struct message *m, enum fault f)
{
	m->is_faulty = true;
	m->is_malformed |= f != FAULT_NO_TEMPLATE; // which is counted by itself
	fault_put(m->trouble, f, m->at, (uint64_t)(m->r.at - m->start));
}
