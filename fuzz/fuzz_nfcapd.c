// SPDX-License-Identifier: Apache-2.0
// A whole file of nfcapd, through its blocks down to the flows: read to its end or refused with
// words; every flow is a record of the file, in order.
#include <assert.h>

#include "decode/nfrecord.h"
#include "source/nfcapd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SOURCE = 3 };

struct outcome {
	struct trouble trouble;
	struct batch out;
	uint64_t n, last, last_plain;
};

static void count_one(struct outcome *o, const struct flow *f, uint64_t *last)
{
	assert(place_source(f->at) == SOURCE);
	assert(place_position(f->at) > *last);
	assert(f->exporter && f->first_ms <= f->last_ms);
	*last = place_position(f->at);
	o->n++;
}

static void count(void *ctx, const struct flow *flow, size_t n)
{
	struct outcome *o = ctx;
	for (size_t i = 0; i < n; i++)
		count_one(o, &flow[i], &o->last);
}

static void count_plain(void *ctx, const struct plains *plain)
{
	struct outcome *o = ctx;
	for (size_t i = 0; i < plain->n; i++) {
		struct plain row = plains_get(plain, i);
		struct flow f = plain_flow(&row);
		assert(plain_fits(&row));
		count_one(o, &f, &o->last_plain);
	}
}

static void read_blocks(struct outcome *o, struct nfcapd *n, struct nfrecords *d, size_t len)
{
	struct block b;
	for (size_t i = 0; nfcapd_next(n, &b); i++) {
		assert(i <= len && b.offset <= len && b.bytes.len <= NFCAPD_BLOCK_MAX);
		nfrecords_decode(d, &b, &o->out, &o->trouble);
	}
	batch_flush(&o->out);
	assert(o->n <= o->trouble.records[KIND_NFCAPD]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct outcome o;
	FILE *file = len ? fmemopen((void *)data, len, "rb") : NULL;
	if (!file)
		return 0;
	memset(&o, 0, sizeof o);
	o.out.emit = count;
	o.out.emit_plain = count_plain;
	o.out.ctx = &o;
	struct err e = {};
	struct input in = { .name = "f", .file = file, .content = CONTENT_NFCAPD };
	enum fault fault;
	struct nfcapd *n = nfcapd_open(&in, &fault, &e);
	assert((n == NULL) == (fault != FAULT_NONE));
	assert((n == NULL) == (e.text[0] != '\0'));
	assert(in.file == NULL);
	if (!n)
		return 0;
	struct nfrecords *d = nfrecords_new(SOURCE, NULL);
	assert(d);
	read_blocks(&o, n, d, len);
	nfrecords_free(d);
	nfcapd_close(n);
	return 0;
}
