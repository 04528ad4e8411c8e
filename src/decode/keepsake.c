// SPDX-License-Identifier: Apache-2.0
// A kept template is taught as it was learned: in a message of its own, through the same decoder.
#include "decode/keepsake.h"

#include <assert.h>

enum { AT_DOMAIN = 16, AT_VERSION = 20, AT_TEMPLATE = 22, AT_SET = 24 };
enum { AT_SAMPLER = 24, AT_INTERVAL = 32 };
enum { SET_HEADER_BYTES = 4, MESSAGE_HEADER_MAX = 20 };

static void put_le(uint8_t *at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t get_le64(const uint8_t *at, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)at[i] << 8 * i;
	return v;
}

static uint32_t get_le(const uint8_t *at, size_t n)
{
	return (uint32_t)get_le64(at, n);
}

static void put_be(uint8_t *at, uint32_t v, size_t n)
{
	for (size_t i = n; i-- > 0; v >>= 8)
		at[i] = (uint8_t)v;
}

size_t keepsake_put(
	uint8_t *room, size_t size, const struct domain *d, uint16_t set, struct bytes record)
{
	size_t n = KEEPSAKE_HEADER_BYTES + record.len;
	if (n > size || n > KEEPSAKE_MAX || record.len < 2)
		return 0;
	memset(room, 0, KEEPSAKE_HEADER_BYTES);
	memcpy(room, d->exporter.octet, sizeof d->exporter);
	put_le(room + AT_DOMAIN, d->id, 4);
	put_le(room + AT_VERSION, d->version, 2);
	put_le(room + AT_TEMPLATE, load_u16(record.ptr), 2);
	put_le(room + AT_SET, set, 2);
	memcpy(room + KEEPSAKE_HEADER_BYTES, record.ptr, record.len);
	return n;
}

static bool is_kept_already(void *ctx, const struct domain *d, uint16_t set, struct bytes record)
{
	(void)ctx, (void)d, (void)set, (void)record;
	return true;
}

static void drop_flows(void *ctx, const struct flow *flow, size_t n)
{
	(void)ctx, (void)flow, (void)n;
	assert(!"a template is no flow");
}

/* The headers of NetFlow v9 and IPFIX; where the domain stands, and the length if it is told. */
static const struct {
	const struct export_format *format;
	size_t bytes, domain_at;
	bool tells_length;
} headers[] = {
	{ &netflow9_format, 20, 16, false },
	{ &ipfix_format, 16, 12, true },
};

bool keepsake_restore(struct bytes body, struct templates *templates)
{
	uint8_t room[MESSAGE_HEADER_MAX + SET_HEADER_BYTES + KEEPSAKE_MAX] = {};
	if (body.len <= KEEPSAKE_HEADER_BYTES || body.len > KEEPSAKE_MAX)
		return false;
	size_t i = 0;
	uint32_t version = get_le(body.ptr + AT_VERSION, 2);
	while (i < countof(headers) && headers[i].format->version != version)
		i++;
	if (i == countof(headers))
		return false;
	size_t n_record = body.len - KEEPSAKE_HEADER_BYTES, n = headers[i].bytes;
	size_t n_all = n + SET_HEADER_BYTES + n_record;
	put_be(room, version, 2);
	if (headers[i].tells_length)
		put_be(room + 2, (uint32_t)n_all, 2);
	put_be(room + headers[i].domain_at, get_le(body.ptr + AT_DOMAIN, 4), 4);
	put_be(room + n, get_le(body.ptr + AT_SET, 2), 2);
	put_be(room + n + 2, (uint32_t)(SET_HEADER_BYTES + n_record), 2);
	memcpy(room + n + SET_HEADER_BYTES, body.ptr + KEEPSAKE_HEADER_BYTES, n_record);

	struct template_keeper keeper = { .keep = is_kept_already };
	struct datagram d = {
		.payload = { room, n_all },
		.exporter = addr_v6((struct bytes){ body.ptr, AT_DOMAIN }),
		.keeper = &keeper,
	};
	if (get_le(body.ptr + AT_SET, 2) > 3) // data teaches nothing
		return false;
	struct trouble trouble = {};
	struct batch none = { .emit = drop_flows };
	export_decode(headers[i].format, &d, templates, &none, &trouble);
	return trouble.templates + trouble.option_templates == 1;
}

void keepsake_put_sampler(uint8_t room[static KEEPSAKE_SAMPLER_BYTES], const struct sampler *s)
{
	memset(room, 0, KEEPSAKE_SAMPLER_BYTES);
	memcpy(room, s->domain.exporter.octet, sizeof s->domain.exporter);
	put_le(room + AT_DOMAIN, s->domain.id, 4);
	put_le(room + AT_VERSION, s->domain.version, 2);
	put_le(room + AT_SAMPLER, s->id, 8);
	put_le(room + AT_INTERVAL, s->interval, 4);
}

bool keepsake_restore_sampler(struct bytes body, struct templates *templates)
{
	if (body.len != KEEPSAKE_SAMPLER_BYTES)
		return false;
	const struct domain d = {
		.exporter = addr_v6((struct bytes){ body.ptr, AT_DOMAIN }),
		.id = get_le(body.ptr + AT_DOMAIN, 4),
		.version = get_le(body.ptr + AT_VERSION, 2),
	};
	uint32_t interval = get_le(body.ptr + AT_INTERVAL, 4);
	bool has_options = false, evicted;
	for (size_t i = 0; i < countof(headers); i++)
		has_options = has_options || headers[i].format->version == d.version;
	if (!has_options || interval == 0 || get_le(body.ptr + AT_TEMPLATE, 2))
		return false;
	sampler_put(templates, &d, get_le64(body.ptr + AT_SAMPLER, 8), interval, &evicted)
		->is_kept = true;
	return true;
}
