// SPDX-License-Identifier: Apache-2.0
// A log, as a log and as a text, in chunks of a size the first byte picks, must give what one chunk
// gives; the books must be exact, and nobody may be named who does not stand in the line.
#include <assert.h>

#include "decode/weblog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct outcome {
	struct trouble trouble;
	struct requests out;
	struct batch flows;
	uint64_t n, n_flows, hash;
};

static void mix(struct outcome *o, const void *data, size_t len)
{
	const uint8_t *byte = data;
	for (size_t i = 0; i < len; i++)
		o->hash = (o->hash ^ byte[i]) * UINT64_C(1099511628211);
	o->hash = (o->hash ^ len) * UINT64_C(1099511628211);
}

static bool is_inside(struct str part, struct str line)
{
	return part.len == 0 ||
	       (part.ptr >= line.ptr && part.ptr + part.len <= line.ptr + line.len);
}

static void take_requests(void *ctx, const struct request *request, size_t n)
{
	struct outcome *o = ctx;
	static const struct addr nobody;
	for (size_t i = 0; i < n; i++) {
		const struct request *r = &request[i];
		const struct str texts[] = { r->method, r->path, r->query, r->agent, r->referer,
			r->forwarded };
		bool is_pasted = r->has & REQUEST_PASTED;
		mix(o, r->line.ptr, r->line.len);
		for (size_t k = 0; k < countof(texts); k++) {
			assert(is_pasted || is_inside(texts[k], r->line));
			assert(r->has & REQUEST_MARKED || texts[k].len == 0);
			mix(o, texts[k].ptr, texts[k].len);
		}
		assert(r->has & REQUEST_HAS_CLIENT || addr_eq(&r->client, &nobody));
		assert(r->has & REQUEST_HAS_SERVER || addr_eq(&r->server, &nobody));
		assert(!(r->has & REQUEST_HAS_STATUS) == !r->status);
		uint64_t numbers[] = { r->time_ms, r->at, r->offset, r->server_port, r->status,
			r->has };
		mix(o, numbers, sizeof numbers);
		mix(o, &r->client, sizeof r->client);
		mix(o, &r->server, sizeof r->server);
	}
	o->n += n;
}

static void take_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct outcome *o = ctx;
	for (size_t i = 0; i < n; i++)
		assert(!(flow[i].has & FLOW_LISTED) && flow[i].exporter);
	mix(o, flow, n * sizeof *flow);
	o->n_flows += n;
}

static void read_log(struct bytes text, size_t chunk, enum weblog_input input,
	const struct literals *marks, struct outcome *o)
{
	memset(o, 0, sizeof *o);
	o->out.emit = take_requests;
	o->flows.emit = take_flows;
	o->out.ctx = o->flows.ctx = o;
	struct weblog_decoder *d = weblog_new(3, input, marks, &o->out, &o->flows, &o->trouble);
	assert(d);
	for (size_t at = 0; at < text.len; at += chunk) {
		size_t left = text.len - at;
		weblog_feed(d, (struct bytes){ text.ptr + at, left < chunk ? left : chunk });
	}
	weblog_end(d);
	weblog_free(d);
}

static void check_books(const struct outcome *o)
{
	const struct trouble *t = &o->trouble;
	assert(t->log.lines == t->log.parsed + t->log.malformed + t->log.skipped);
	assert(t->log.malformed == t->fault[FAULT_LOG_LINE].n + t->fault[FAULT_LOG_COLUMNS].n +
					   t->fault[FAULT_LOG_FIELD].n +
					   t->fault[FAULT_LOG_LONG].n);
	assert(t->log.requests == o->n && t->log.marked <= o->n);
	uint64_t n_records = 0;
	for (size_t k = 0; k < N_KINDS; k++)
		n_records += t->records[k];
	assert(n_records == t->log.parsed + t->records[KIND_PASTED_REQUEST]);
	assert(o->n + o->n_flows <= n_records);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	static const struct str words[] = { STR("default.ida"), STR("%u9090"), STR("cmd.exe") };
	static struct outcome room[2]; // too large for a stack, too slow to allocate each time
	struct outcome *whole = &room[0], *parts = &room[1];
	struct bytes text = { data + 1, len - 1 };
	struct literals *marks = data[0] & 0x80 ? literals_new(words, countof(words)) : NULL;
	weblog_recognise(text);
	for (enum weblog_input input = WEBLOG_LOG; input <= WEBLOG_TEXT; input++) {
		read_log(text, text.len ? text.len : 1, input, marks, whole);
		read_log(text, data[0] % 31 + 1U, input, marks, parts);
		check_books(whole);
		assert(whole->n == parts->n && whole->n_flows == parts->n_flows);
		assert(whole->hash == parts->hash);
		assert(!memcmp(&whole->trouble, &parts->trouble, sizeof whole->trouble));
	}
	literals_free(marks);
	return 0;
}
