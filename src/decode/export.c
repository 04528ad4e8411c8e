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
		.templates = templates,
		.out = out,
		.trouble = trouble,
	};
	rd_u16(&m.r);
	trouble->datagrams++;
	format->decode(&m);
}

uint32_t domain_identity(const struct domain *d)
{
	uint32_t h = (uint32_t)hash_bytes(d, sizeof *d, 0);
	return h ? h : 1;
}

void message_fault(struct message *m, enum fault f)
{
	fault_put(m->trouble, f, m->at, (uint64_t)(m->r.at - m->start));
}
