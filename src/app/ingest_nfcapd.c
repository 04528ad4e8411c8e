// SPDX-License-Identifier: Apache-2.0
// Files of nfcapd and nfdump: blocks from source/, their records to decode/.
#include "app/ingest.h"
#include "app/progress.h"
#include "decode/nfrecord.h"
#include "source/nfcapd.h"

enum { BYTES_A_CONTACT = 384 }; // of a large plain file, as a rule: three or four records each

static void read_blocks(
	struct ingest *in, struct nfcapd *n, struct nfrecords *d, struct progress *p)
{
	struct block b;
	while (!*in->interrupted && nfcapd_next(n, &b)) {
		nfrecords_decode(d, &b, &in->batch, &in->trouble);
		progress_tell(p, ingest_progress(in));
	}
}

void ingest_nfcapd(struct ingest *in, struct input *take, uint16_t source)
{
	struct err e = {};
	struct progress p = progress_begin(take, in->shows_progress);
	evidence_expect(in->evidence, take->size / BYTES_A_CONTACT);
	in->has_packets[source] = true;
	enum fault fault = FAULT_UNREADABLE;
	struct nfcapd *n = nfcapd_open(take, &fault, &e);
	struct nfrecords *d = n ? nfrecords_new(source, in->inventory) : NULL;
	if (n && !d)
		err_sys(&e, "read %s", in->source[source]);
	if (d) {
		read_blocks(in, n, d, &p);
	} else {
		ingest_tell("%s", e.text);
		ingest_fault(in, n ? FAULT_UNREADABLE : fault, source, 0);
	}
	progress_end(&p);
	nfrecords_free(d);
	nfcapd_close(n);
}
