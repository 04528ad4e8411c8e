// SPDX-License-Identifier: Apache-2.0
// Reading a text in a test: all flows and the books in one place.
#ifndef TEST_TEXT_H
#define TEST_TEXT_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/text.h"

enum { SOURCE = 7, FLOWS_KEPT = 600 };

/** What one text gave. */
struct reading {
	struct names names;
	struct trouble trouble;
	struct batch out;
	size_t n; // flows; the first FLOWS_KEPT are kept
	struct flow flow[FLOWS_KEPT];
};

static inline void reading_keep(void *ctx, const struct flow *flow, size_t n)
{
	struct reading *r = ctx;
	for (size_t i = 0; i < n; i++, r->n++)
		if (r->n < FLOWS_KEPT)
			r->flow[r->n] = flow[i];
}

/** Read `text` in chunks of `chunk` bytes, 0: in one piece; free the result with free. */
static inline struct reading *reading_of(struct bytes text, size_t chunk)
{
	struct reading *r = calloc(1, sizeof *r);
	assert_non_null(r);
	r->out.emit = reading_keep;
	r->out.ctx = r;
	struct text_decoder *d = text_new(SOURCE, &r->names, &r->out, &r->trouble);
	assert_non_null(d);
	if (chunk == 0)
		chunk = text.len ? text.len : 1;
	for (size_t at = 0; at < text.len; at += chunk)
		text_feed(d, (struct bytes){ text.ptr + at,
				     text.len - at < chunk ? text.len - at : chunk });
	text_end(d);
	text_free(d);
	return r;
}

static inline struct reading *reading_of_text(const char *text)
{
	return reading_of((struct bytes){ (const uint8_t *)text, strlen(text) }, 0);
}

/** The whole of a file, to be freed; `ptr` is NULL when there is none. */
static inline struct bytes file_bytes(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return (struct bytes){};
	size_t room = 4 << 20;
	uint8_t *data = malloc(room);
	assert_non_null(data);
	size_t len = fread(data, 1, room, f);
	(void)fclose(f);
	return (struct bytes){ data, len };
}

static inline struct reading *reading_of_file(const char *path)
{
	struct bytes text = file_bytes(path);
	if (!text.ptr)
		fail_msg("cannot read %s: run the tests in the project's root", path);
	struct reading *r = reading_of(text, 0);
	free((void *)text.ptr);
	return r;
}

static inline uint64_t n_faults(const struct reading *r)
{
	uint64_t n = 0;
	for (size_t i = 0; i < N_FAULTS; i++)
		n += r->trouble.fault[i].n;
	return n;
}

static inline uint64_t n_records(const struct reading *r)
{
	uint64_t n = 0;
	for (size_t i = 0; i < N_KINDS; i++)
		n += r->trouble.records[i];
	return n;
}

/** The note that holds `words`, or NULL. */
static inline const struct note *note_with(const struct reading *r, const char *words)
{
	for (uint32_t i = 0; i < r->trouble.n_notes; i++)
		if (strstr(r->trouble.note[i].text, words))
			return &r->trouble.note[i];
	return NULL;
}

/** Check a flow's addresses, ports and protocol, written "src:port dst:port proto". */
static inline void assert_key(const struct flow *f, const char *key)
{
	char src[ADDR_TEXT_BYTES], dst[ADDR_TEXT_BYTES], text[128];
	(void)snprintf(text, sizeof text, "%s %u %s %u %u", addr_format(&f->src, src), f->src_port,
		addr_format(&f->dst, dst), f->dst_port, f->proto);
	assert_string_equal(text, key);
}
#endif
