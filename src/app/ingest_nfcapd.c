// SPDX-License-Identifier: Apache-2.0
// Files of nfcapd and nfdump: blocks from source/, their records to decode/.
#include "app/ingest.h"
#include "app/progress.h"
#include "decode/nfrecord.h"
#include "source/nfcapd.h"

static void read_blocks(struct ingest *in, struct nfcapd *n, struct nfrecords *d, uint16_t source,
	struct progress *p)
{
	struct nfcapd_block b;
	while (!*in->interrupted && nfcapd_next(n, &b)) {
		struct nfrecord_block records = {
			.bytes = b.bytes,
			.offset = b.offset,
			.n_records = b.n_records,
			.is_packed = b.is_packed,
			.is_cut = b.fault != FAULT_NONE,
		};
		nfrecords_decode(d, &records, &in->batch, &in->trouble);
		fault_put(&in->trouble, b.fault, place_at(source, nfrecords_count(d)), b.offset);
		progress_tell(p, in->trouble.flows);
	}
}

void ingest_nfcapd(struct ingest *in, struct input *take, uint16_t source)
{
	struct err e = {};
	struct progress p = progress_begin(take, in->shows_progress);
	in->has_packets[source] = true;
	struct nfcapd *n = nfcapd_open(take, &e);
	struct nfrecords *d = n ? nfrecords_new(source, in->inventory) : NULL;
	if (n && !d)
		err_sys(&e, "read %s", in->source[source]);
	if (d) {
		read_blocks(in, n, d, source, &p);
	} else {
		fprintf(stderr, "cordon: %s\n", e.text);
		ingest_fault(in, FAULT_LAYOUT, source, 0);
	}
	progress_end(&p);
	nfrecords_free(d);
	nfcapd_close(n);
}
