// SPDX-License-Identifier: Apache-2.0
// Files through our own reader, which copies no frame; interfaces through libpcap.
#include "source/capture.h"

#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>

#include "source/dump.h"

struct capture {
	pcap_t *live; // NULL: a file
	const char *name;
	uint64_t n; // live frames
	bool is_stopped;
	FILE *file;
	struct dump dump;
};

struct capture *capture_open(struct input *take, struct err *e)
{
	struct err why = {};
	struct capture *c = calloc(1, sizeof *c);
	if (!c || !dump_open(&c->dump, take->file, &why)) {
		err_set(e, "%s: capture cannot be read: %s", take->name,
			c ? why.text : "no memory");
		input_close_file(take);
		capture_close(c);
		return NULL;
	}
	c->name = take->name;
	c->file = take->file;
	take->file = NULL;
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
	*c = (struct capture){ .live = pcap, .name = interface };
	return c;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->live)
		pcap_close(c->live);
	if (c->file && c->file != stdin)
		fclose(c->file);
	dump_close(&c->dump);
	free(c);
}

/* Whatever libpcap's own time-out does on a system, a signal is to be seen soon. */
static void wait_for_frames(const struct capture *c)
{
	struct pollfd p = { .fd = pcap_get_selectable_fd(c->live), .events = POLLIN };
	poll(&p, 1, LIVE_IDLE_MS);
}

static void frame_of(struct capture *c, const struct pcap_pkthdr *header, const uint8_t *bytes,
	struct frames *out)
{
	out->n = 1;
	out->is_of_another = false;
	out->frame[0] = (struct frame){
		.bytes = { bytes, header->caplen },
		.number = ++c->n,
		.time_ms = (uint64_t)header->ts.tv_sec * 1000 + (uint64_t)header->ts.tv_usec / 1000,
		.length = header->len,
		.link_type = pcap_datalink(c->live),
	};
}

static enum capture_next live_next(struct capture *c, struct frames *out, struct err *e)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	if (c->is_stopped)
		return CAPTURE_END;
	int got = pcap_next_ex(c->live, &header, &bytes);
	if (got == PCAP_ERROR_BREAK)
		return CAPTURE_END;
	if (got == 0) {
		wait_for_frames(c);
		return CAPTURE_IDLE;
	}
	if (got != 1) {
		err_set(e, "%s: after packet %llu: %s", c->name, (unsigned long long)c->n,
			pcap_geterr(c->live));
		return CAPTURE_DAMAGED;
	}
	frame_of(c, header, bytes, out);
	return CAPTURE_FRAMES;
}

int capture_fd(const struct capture *live)
{
	return pcap_get_selectable_fd(live->live);
}

/* On its way through libpcap. */
struct draining {
	struct capture *capture;
	void (*take)(void *ctx, const struct frames *frames);
	void *ctx;
};

static void drain_one(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct draining *d = (struct draining *)user;
	struct frames frames;
	frame_of(d->capture, header, bytes, &frames);
	d->take(d->ctx, &frames);
}

int capture_drain(struct capture *live, int n_max,
	void (*take)(void *ctx, const struct frames *frames), void *ctx, struct err *e)
{
	struct draining d = { live, take, ctx };
	int n = pcap_dispatch(live->live, n_max, drain_one, (u_char *)&d);
	if (n >= 0)
		return n;
	err_set(e, "%s: after packet %llu: %s", live->name, (unsigned long long)live->n,
		pcap_geterr(live->live));
	return -1;
}

bool capture_drops(struct capture *live, uint32_t *out)
{
	struct pcap_stat stat = {};
	if (pcap_stats(live->live, &stat))
		return false;
	*out = stat.ps_drop;
	return true;
}

enum capture_next capture_next(struct capture *c, struct frames *out, struct err *e)
{
	struct err why = {};
	if (c->live)
		return live_next(c, out, e);
	enum dump_next next = dump_next(&c->dump, out, &why);
	if (next != DUMP_DAMAGED)
		return next == DUMP_FRAMES ? CAPTURE_FRAMES : CAPTURE_END;
	err_set(e, "%s: %s", c->name, why.text);
	return CAPTURE_DAMAGED;
}

void capture_stop(struct capture *c)
{
	c->is_stopped = c->dump.in.is_over = true;
}

uint64_t capture_mistimed(const struct capture *c)
{
	return c->dump.mistimed;
}

const char *capture_link_name(int link_type)
{
	return link_type == LINK_UNTOLD ? NULL : pcap_datalink_val_to_name(link_type);
}
