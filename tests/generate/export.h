// SPDX-License-Identifier: Apache-2.0
// The writers of export datagrams: one row per format.
#ifndef GENERATE_EXPORT_H
#define GENERATE_EXPORT_H
#include "generate/pcap.h"
#include "generate/traffic.h"

/** One exporter and what it has to tell. */
struct export
{
	const struct trace *trace; // in order of export_ms
	size_t n;
	uint64_t boot_ms;
	uint64_t delay_ms; // tells so much later than export_ms says
	uint32_t domain;   // engine id of v5, source id of v9, observation domain of IPFIX
	uint32_t sampling; // 0 and 1: all packets
	bool has_flags;
	struct addr address;
	struct capture *out;
};

struct dialect;

struct format {
	const char *name;
	bool carries_ipv6;
	bool is_packets;  // tells single packets, not flows
	bool is_snapshot; // tells what is in the cache at one moment
	uint32_t max_sampling;
	void (*write)(const struct export *x, const struct dialect *d);
	const struct dialect *dialect; // of the formats with templates
};

extern const struct format netflow5_format, netflow9_format, ipfix_format, sflow_format,
	packets_format, cache_format;

/** How many traces from `i` on, `max` at most, go out together: told within a second. */
size_t export_batch(const struct export *x, size_t i, size_t max);

/** The interface that leads to an address: 1 to the site, 2 to the internet. */
uint16_t export_interface(const struct addr *a);

static inline uint32_t export_uptime_ms(const struct export *x, uint64_t ms)
{
	return (uint32_t)(ms - x->boot_ms);
}
#endif
