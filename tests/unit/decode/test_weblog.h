// SPDX-License-Identifier: Apache-2.0
// Reading a log in a test: all requests, with their texts copied, all flows and the books.
#ifndef TEST_WEBLOG_H
#define TEST_WEBLOG_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/weblog.h"
#include "model/words.h"

enum { SOURCE = 7, REQUESTS_KEPT = 200, LOG_FLOWS_KEPT = 100, SAID_BYTES = 600 };

/** What one log gave. */
struct log_reading {
	struct trouble trouble;
	struct requests out;
	struct batch flows;
	size_t n, n_flows;
	struct request request[REQUESTS_KEPT];
	struct flow flow[LOG_FLOWS_KEPT];
	char said[REQUESTS_KEPT][SAID_BYTES]; // one text a request, see request_say
	uint64_t hash;                        // over all requests and their texts
};

static inline uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *byte = data;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ byte[i]) * UINT64_C(1099511628211);
	return (hash ^ len) * UINT64_C(1099511628211);
}

/** "CLIENT > SERVER:PORT TIME METHOD PATH ? QUERY STATUS", "-" for what is not known. */
static inline void request_say(const struct request *r, char said[static SAID_BYTES])
{
	char client[ADDR_TEXT_BYTES] = "-", server[ADDR_TEXT_BYTES] = "-";
	char when[TIME_TEXT_BYTES] = "-";
	if (r->has & REQUEST_HAS_CLIENT)
		addr_format(&r->client, client);
	if (r->has & REQUEST_HAS_SERVER)
		addr_format(&r->server, server);
	if (r->has & REQUEST_HAS_TIME)
		time_format(r->time_ms, when);
	(void)snprintf(said, SAID_BYTES, "%s > %s:%u %s %.*s %.*s ? %.*s %u", client, server,
		r->server_port, when, STR_ARG(r->method), STR_ARG(r->path), STR_ARG(r->query),
		r->status);
}

static inline void log_keep(void *ctx, const struct request *request, size_t n)
{
	struct log_reading *l = ctx;
	for (size_t i = 0; i < n; i++, l->n++) {
		const struct request *r = &request[i];
		const struct str texts[] = { r->line, r->method, r->path, r->query, r->agent,
			r->referer, r->forwarded };
		for (size_t k = 0; k < countof(texts); k++)
			l->hash = mix(l->hash, texts[k].ptr, texts[k].len);
		l->hash = mix(l->hash, &r->client, sizeof r->client);
		l->hash = mix(l->hash, &r->server, sizeof r->server);
		uint64_t numbers[] = { r->time_ms, r->at, r->offset, r->server_port, r->status,
			r->has };
		l->hash = mix(l->hash, numbers, sizeof numbers);
		if (l->n < REQUESTS_KEPT) {
			l->request[l->n] = *r;
			request_say(r, l->said[l->n]);
		}
	}
}

static inline void log_keep_flows(void *ctx, const struct flow *flow, size_t n)
{
	struct log_reading *l = ctx;
	for (size_t i = 0; i < n; i++, l->n_flows++) {
		l->hash = mix(l->hash, &flow[i], sizeof flow[i]);
		if (l->n_flows < LOG_FLOWS_KEPT)
			l->flow[l->n_flows] = flow[i];
	}
}

/** Read in chunks of `chunk` bytes, 0: in one piece; free the result with free. */
static inline struct log_reading *log_read(
	struct bytes text, size_t chunk, enum weblog_input input, const struct literals *marks)
{
	struct log_reading *l = calloc(1, sizeof *l);
	assert_non_null(l);
	l->out.emit = log_keep;
	l->out.ctx = l;
	l->flows.emit = log_keep_flows;
	l->flows.ctx = l;
	struct weblog_decoder *d =
		weblog_new(SOURCE, input, marks, &l->out, &l->flows, &l->trouble);
	assert_non_null(d);
	if (chunk == 0)
		chunk = text.len ? text.len : 1;
	for (size_t at = 0; at < text.len; at += chunk)
		weblog_feed(d, (struct bytes){ text.ptr + at,
				       text.len - at < chunk ? text.len - at : chunk });
	weblog_end(d);
	weblog_free(d);
	const struct trouble *t = &l->trouble;
	assert_int_equal(t->log.lines, t->log.parsed + t->log.malformed + t->log.skipped);
	assert_int_equal(
		t->log.malformed, t->fault[FAULT_LOG_LINE].n + t->fault[FAULT_LOG_COLUMNS].n +
					  t->fault[FAULT_LOG_FIELD].n + t->fault[FAULT_LOG_LONG].n);
	return l;
}

static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

/** Read a log in one piece, every line marked. */
static inline struct log_reading *log_of(const char *text)
{
	return log_read(bytes_of(text), 0, WEBLOG_LOG, NULL);
}

static inline struct log_reading *text_of(const char *text)
{
	return log_read(bytes_of(text), 0, WEBLOG_TEXT, NULL);
}

/** Check the books: lines that were parsed, malformed, skipped. */
static inline void assert_books(
	const struct log_reading *l, uint64_t parsed, uint64_t malformed, uint64_t skipped)
{
	assert_int_equal(l->trouble.log.parsed, parsed);
	assert_int_equal(l->trouble.log.malformed, malformed);
	assert_int_equal(l->trouble.log.skipped, skipped);
}

/** Check that a text of one line is recognised, and gives one request that says `said`. */
static inline void assert_says(const char *text, const char *said)
{
	assert_true(weblog_recognise(bytes_of(text)));
	struct log_reading *l = log_of(text);
	assert_int_equal(l->n, 1);
	assert_string_equal(l->said[0], said);
	assert_int_equal(l->trouble.log.malformed, 0);
	free(l);
}

/** Check a flow: "src:port dst:port proto packets", and its bits. */
static inline void assert_flow(const struct flow *f, const char *said, uint16_t has)
{
	char src[ADDR_TEXT_BYTES], dst[ADDR_TEXT_BYTES], text[160];
	(void)snprintf(text, sizeof text, "%s:%u %s:%u %u %u", addr_format(&f->src, src),
		f->src_port, addr_format(&f->dst, dst), f->dst_port, f->proto,
		(unsigned)f->packets);
	assert_string_equal(text, said);
	assert_int_equal(f->has, has);
}

/** The whole of a file, to be freed; `ptr` is NULL when there is none. */
static inline struct bytes log_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return (struct bytes){};
	size_t room = 8 << 20;
	uint8_t *data = malloc(room);
	assert_non_null(data);
	size_t len = fread(data, 1, room, f);
	(void)fclose(f);
	return (struct bytes){ data, len };
}
#endif
