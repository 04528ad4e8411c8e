// SPDX-License-Identifier: Apache-2.0
// Pasted text in chunks of a size the first byte picks must give what one chunk gives.
#include <assert.h>

#include "decode/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct outcome {
	struct names names;
	struct trouble trouble;
	struct batch out;
	uint64_t n, hash;
};

static void mix(void *ctx, const struct flow *flow, size_t n)
{
	struct outcome *o = ctx;
	const uint8_t *byte = (const uint8_t *)flow;
	for (size_t i = 0; i < n; i++) {
		assert(flow[i].has & FLOW_LISTED);
		assert(flow[i].exporter == 0);
	}
	for (size_t i = 0; i < n * sizeof *flow; i++)
		o->hash = (o->hash ^ byte[i]) * UINT64_C(1099511628211);
	o->n += n;
}

static void read_text(struct bytes text, size_t chunk, struct outcome *o)
{
	memset(o, 0, sizeof *o);
	o->out.emit = mix;
	o->out.ctx = o;
	struct text_decoder *d = text_new(3, &o->names, &o->out, &o->trouble);
	assert(d);
	for (size_t at = 0; at < text.len; at += chunk) {
		size_t left = text.len - at;
		text_feed(d, (struct bytes){ text.ptr + at, left < chunk ? left : chunk });
	}
	text_end(d);
	text_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	struct bytes text = { data + 1, len - 1 };
	static struct outcome room[2]; // too large for a stack, too slow to allocate each time
	struct outcome *whole = &room[0], *parts = &room[1];
	read_text(text, len, whole);
	read_text(text, data[0] % 31 + 1U, parts);
	uint64_t n_records = 0;
	for (size_t k = 0; k < N_KINDS; k++)
		n_records += whole->trouble.records[k];
	assert(whole->n <= n_records);
	assert(whole->n == parts->n && whole->hash == parts->hash);
	assert(!memcmp(&whole->trouble, &parts->trouble, sizeof whole->trouble));
	assert(!memcmp(&whole->names, &parts->names, sizeof whole->names));
	return 0;
}
