// SPDX-License-Identifier: Apache-2.0
// A thin cover over libpcap's offline reader.
#include "source/capture.h"

#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>

struct capture {
	pcap_t *pcap;
	const char *name;
	bool is_live;
	uint64_t n;
};

struct capture *capture_open(struct input *take, struct err *e)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = calloc(1, sizeof *c);
	pcap_t *pcap = c ? pcap_fopen_offline(take->file, why) : NULL;
	if (!pcap) {
		err_set(e, "%s: capture cannot be read: %s", take->name, c ? why : "no memory");
		input_close_file(take);
		free(c);
		return NULL;
	}
	*c = (struct capture){ .pcap = pcap, .name = take->name };
	take->file = NULL; // libpcap closes it
	return c;
}

enum { LIVE_BYTES = 65535, LIVE_BUFFER_BYTES = 32 << 20, LIVE_IDLE_MS = 200 };

/* What libpcap said, and for the commonest trouble what to do about it. */
static void live_err(struct err *e, const char *interface, pcap_t *pcap, int status)
{
	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
		err_set(e,
			"%s: listening needs the capability CAP_NET_RAW: run as root, or once: "
			"setcap "
			"cap_net_raw+ep $(command -v cordon)",
			interface);
	else if (status == PCAP_ERROR_NO_SUCH_DEVICE)
		err_set(e, "%s: there is no such interface: 'ip link' lists them", interface);
	else
		err_set(e, "%s: cannot be listened on: %s", interface, pcap_geterr(pcap));
}

struct capture *capture_live(const char *interface, struct err *e)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = calloc(1, sizeof *c);
	pcap_t *pcap = c ? pcap_create(interface, why) : NULL;
	if (!pcap) {
		err_set(e, "%s: cannot be listened on: %s", interface, c ? why : "no memory");
		free(c);
		return NULL;
	}
	pcap_set_snaplen(pcap, LIVE_BYTES);
	pcap_set_promisc(pcap, 1);
	pcap_set_timeout(pcap, LIVE_IDLE_MS);
	pcap_set_buffer_size(pcap, LIVE_BUFFER_BYTES);
	int status = pcap_activate(pcap);
	if (status >= 0 && pcap_setnonblock(pcap, 1, why) < 0)
		status = PCAP_ERROR;
	if (status < 0) {
		live_err(e, interface, pcap, status);
		pcap_close(pcap);
		free(c);
		return NULL;
	}
	*c = (struct capture){ .pcap = pcap, .name = interface, .is_live = true };
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

/* Whatever libpcap's own time-out does on a system, a signal is to be seen soon. */
static void wait_for_frames(const struct capture *c)
{
	struct pollfd p = { .fd = c->is_live ? pcap_get_selectable_fd(c->pcap) : -1,
		.events = POLLIN };
	poll(&p, 1, LIVE_IDLE_MS);
}

enum capture_next capture_next(struct capture *c, struct frame *out, struct err *e)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got = pcap_next_ex(c->pcap, &header, &bytes);
	if (got == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (got == 0) {
		wait_for_frames(c);
		return CAPTURE_IDLE;
	}
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
