// SPDX-License-Identifier: Apache-2.0
// One sFlow datagram: what comes out is bounded by what went in, and says only what it has.
#include <assert.h>

#include "decode/export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { ITEM_BYTES = 8, AT = 7, RECEIVED_MS = 1000, RATE = 100 };

static void take(void *ctx, const struct flow *flow, size_t n)
{
	uint64_t *n_flows = ctx;
	for (size_t i = 0; i < n; i++) {
		const struct flow *f = &flow[i];
		assert(f->at == AT && f->exporter && f->sampling == RATE);
		assert((f->has & FLOW_HAS_TIME) && f->first_ms == RECEIVED_MS &&
			f->last_ms == RECEIVED_MS);
		assert((f->has & FLOW_HAS_PROTO) && (f->has & FLOW_HAS_PACKETS) && f->packets == 1);
		assert(!(f->has & FLOW_HAS_BYTES) == !f->bytes);
		assert(!(f->has & FLOW_HAS_FLAGS) == !f->tcp_flags);
		assert(!f->tcp_flags || f->proto == PROTO_TCP);
		assert((f->has & FLOW_HAS_PORTS) || (f->src_port == 0 && f->dst_port == 0));
		assert(f->input < UINT32_C(1) << 31); // beyond are the names
	}
	*n_flows += n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct batch out;
	struct bytes payload = { data, len };
	uint64_t n_flows = 0;
	struct trouble trouble = {};
	out.emit = take;
	out.ctx = &n_flows;
	const struct export_format *format = export_recognise(payload);
	if (!format || format->kind != KIND_SFLOW)
		return 0;
	struct datagram d = {
		.payload = payload, .sampling = RATE, .received_ms = RECEIVED_MS, .at = AT
	};
	export_decode(format, &d, NULL, &out, &trouble);
	batch_flush(&out);
	uint64_t n_samples =
		trouble.records[KIND_SFLOW] + trouble.counter_samples + trouble.other_samples;
	assert(n_flows <= trouble.records[KIND_SFLOW] && n_flows == trouble.packets);
	assert(n_samples <= len / ITEM_BYTES);
	for (enum fault f = FAULT_NONE + 1; f < N_FAULTS; f++) {
		assert(trouble.fault[f].n <= len);
		assert(!trouble.fault[f].n || trouble.fault[f].first == AT);
		assert(trouble.fault[f].offset <= len);
	}
	return 0;
}
