// SPDX-License-Identifier: Apache-2.0
// A thin cover over libpcap's offline reader.
#include "source/capture.h"

#include <pcap/pcap.h>
#include <stdlib.h>

struct capture {
	pcap_t *pcap;
	const char *name;
	uint64_t n;
};

struct capture *capture_open(struct input *take, struct err *e)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = calloc(1, sizeof *c);
	pcap_t *pcap = c ? pcap_fopen_offline(take->file, why) : NULL;
	if (!pcap) {
		err_set(e, "%s: capture cannot be read: %s", take->name, c ? why : "no memory");
		input_close(take);
		free(c);
		return NULL;
	}
	*c = (struct capture){ .pcap = pcap, .name = take->name };
	take->file = NULL; // libpcap closes it
	return c;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	pcap_close(c->pcap);
	free(c);
}

int capture_link_type(const struct capture *c)
{
	return pcap_datalink(c->pcap);
}

enum capture_next capture_next(struct capture *c, struct frame *out, struct err *e)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got = pcap_next_ex(c->pcap, &header, &bytes);
	if (got == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (got != 1) {
		err_set(e, "%s: after packet %llu: %s", c->name, (unsigned long long)c->n,
			pcap_geterr(c->pcap));
		return CAPTURE_DAMAGED;
	}
	*out = (struct frame){
		.bytes = { bytes, header->caplen },
		.number = ++c->n,
		.time_ms = (uint64_t)header->ts.tv_sec * 1000 + (uint64_t)header->ts.tv_usec / 1000,
		.length = header->len,
	};
	return CAPTURE_FRAME;
}
