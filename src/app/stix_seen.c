// SPDX-License-Identifier: Apache-2.0
// What was seen on the wire, as observables: addresses, traffic, and the observed data that holds them.
#include "app/stix.h"
#include "model/lease.h"

const char *stix_address_type(const char *address)
{
	return strchr(address, ':') ? "ipv6-addr" : "ipv4-addr";
}

const char *stix_address_id(const char *address, char room[static ID_BYTES])
{
	char canonical[TEXT_BYTES];
	snprintf(canonical, sizeof canonical, "{\"value\":\"%s\"}", address);
	return stix_observable_id(stix_address_type(address), canonical, room);
}

static bool is_mac(const char *text)
{
	struct mac mac;
	return mac_parse((struct str){ text, strlen(text) }, &mac);
}

void stix_write_address(struct stix *s, const char *address, const char *mac)
{
	char id[ID_BYTES], mac_id[ID_BYTES], canonical[TEXT_BYTES];
	bool has_mac = is_mac(mac);
	if (has_mac) {
		snprintf(canonical, sizeof canonical, "{\"value\":\"%s\"}", mac);
		if (stix_begin(s, "mac-addr", stix_observable_id("mac-addr", canonical, mac_id))) {
			stix_put(s, "value", mac);
			stix_end_observable(s, mac_id);
		}
	}
	if (!stix_begin(s, stix_address_type(address), stix_address_id(address, id)))
		return;
	stix_put(s, "value", address);
	if (has_mac)
		stix_put_list(s, "resolves_to_refs", STIX_LIST(mac_id));
	stix_end_observable(s, id);
}

/* Properties in the order of RFC 8785; those that are absent do not count. */
static const char *traffic_id(const struct traffic *t, char room[static ID_BYTES])
{
	char canonical[TEXT_BYTES], from[ID_BYTES], to[ID_BYTES];
	const char *ip = t->cause.is_v6 ? "ipv6" : "ipv4";
	size_t n = (size_t)snprintf(canonical, sizeof canonical, "{");
	if (t->cause.has_port)
		n += (size_t)snprintf(
			canonical + n, sizeof canonical - n, "\"dst_port\":%u,", t->cause.port);
	if (t->to)
		n += (size_t)snprintf(canonical + n, sizeof canonical - n, "\"dst_ref\":\"%s\",",
			stix_address_id(t->to, to));
	snprintf(canonical + n, sizeof canonical - n,
		"\"end\":\"%s\",\"protocols\":[\"%s\"%s%s%s%s],\"src_ref\":\"%s\",\"start\":\"%"
		"s\"}",
		t->end, ip, *t->cause.proto ? ",\"" : "", t->cause.proto,
		*t->cause.proto ? "\"" : "", t->cause.is_web ? ",\"http\"" : "",
		stix_address_id(t->from, from), t->start);
	return stix_observable_id("network-traffic", canonical, room);
}

static void write_traffic(struct stix *s, const struct traffic *t, const char *id)
{
	char room[ID_BYTES];
	if (!stix_begin(s, "network-traffic", id))
		return;
	stix_put(s, "start", t->start);
	stix_put(s, "end", t->end);
	stix_put(s, "src_ref", stix_address_id(t->from, room));
	if (t->to)
		stix_put(s, "dst_ref", stix_address_id(t->to, room));
	if (t->cause.has_port)
		stix_put_number(s, "dst_port", t->cause.port);
	const char *list[4] = { t->cause.is_v6 ? "ipv6" : "ipv4" };
	size_t n = 1;
	if (*t->cause.proto)
		list[n++] = t->cause.proto;
	if (t->cause.is_web)
		list[n++] = "http";
	stix_put_list(s, "protocols", list);
	stix_end_observable(s, id);
}

void stix_write_observed(
	struct stix *s, const struct traffic *t, uint64_t n, const char *observed_id)
{
	char traffic[ID_BYTES], from[ID_BYTES], to[ID_BYTES];
	traffic_id(t, traffic);
	stix_write_address(s, t->from, "");
	if (t->to)
		stix_write_address(s, t->to, "");
	write_traffic(s, t, traffic);
	if (!stix_begin(s, "observed-data", observed_id))
		return;
	stix_put(s, "first_observed", t->start);
	stix_put(s, "last_observed", t->end);
	stix_put_number(s, "number_observed", n < 1 ? 1 : LEAST(n, (uint64_t)OBSERVED_MAX));
	stix_put_list(s, "object_refs",
		STIX_LIST(traffic, stix_address_id(t->from, from),
			t->to ? stix_address_id(t->to, to) : NULL));
	stix_end(s, observed_id, t->start, t->end);
}
