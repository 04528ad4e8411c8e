// SPDX-License-Identifier: Apache-2.0
// Rows of W3C logs into columns, and what the columns are where no heading says it.
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "decode/weblog_scan.h"
#include "decode/weblog_time.h"
#include "decode/weblog_w3c.h"

/* One bit, the highest of its byte, for each byte of `x` that is zero; exact in every byte. */
static uint64_t zero_bytes(uint64_t x)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	return ~(((x & low) + low) | x | low);
}

/* The first `what` at or after `p`, or `end`: for columns, which are short. */
static const char *find_byte(const char *p, const char *end, char what)
{
	const uint64_t pattern = UINT64_C(0x0101010101010101) * (uint8_t)what;
	for (; end - p >= 8; p += 8) {
		uint64_t block;
		memcpy(&block, p, sizeof block);
		uint64_t hit = zero_bytes(le64toh(block) ^ pattern);
		if (hit)
			return p + __builtin_ctzll(hit) / 8;
	}
	while (p < end && *p != what)
		p++;
	return p;
}

/* Behind the quote that closes the column at `p` ("" stands for one quote); NULL when none does. */
static const char *quoted_end(const char *p, const char *end, char separator)
{
	for (const char *q = p + 1; q < end; q++) {
		if (*q != '"')
			continue;
		if (q + 1 == end || q[1] == separator)
			return q + 1;
		q += q[1] == '"';
	}
	return NULL;
}

/* How many bytes are looked at at once, and a bit for each of them that is `what`, the first lowest. */
#ifdef __SSE2__
enum { BLOCK_BYTES = 16, BITS_A_BYTE = 1 };

static uint64_t bytes_that_are(const char *block, char what)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)block);
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(what)));
}
#else
enum { BLOCK_BYTES = 8, BITS_A_BYTE = 8 };

static uint64_t bytes_that_are(const char *block, char what)
{
	uint64_t bytes;
	memcpy(&bytes, block, sizeof bytes);
	return zero_bytes(le64toh(bytes) ^ UINT64_C(0x0101010101010101) * (uint8_t)what);
}
#endif

/* Nearly all rows: no quote, so each separator is one. */
static size_t split_plain(struct str row, char separator, struct str *column)
{
	const char *p = row.ptr, *end = row.ptr + row.len, *begin = p;
	size_t n = 0;
	while (p < end) {
		char last[BLOCK_BYTES];
		const char *block = p;
		size_t left = (size_t)(end - p), step = left < BLOCK_BYTES ? left : BLOCK_BYTES;
		if (step < BLOCK_BYTES) {
			memset(last, ~separator, sizeof last); // beyond the end stands no separator
			memcpy(last, p, step);
			block = last;
		}
		for (uint64_t hit = bytes_that_are(block, separator); hit; hit &= hit - 1) {
			const char *stop = p + __builtin_ctzll(hit) / BITS_A_BYTE;
			if (n < W3C_COLUMNS)
				column[n] = (struct str){ begin, (size_t)(stop - begin) };
			n++;
			begin = stop + 1;
		}
		p += step;
	}
	if (n < W3C_COLUMNS)
		column[n] = (struct str){ begin, (size_t)(end - begin) };
	return n + 1;
}

size_t w3c_split(struct str row, char separator, struct str column[static W3C_COLUMNS])
{
	if (row.len == 0 || !memchr(row.ptr, '"', row.len))
		return split_plain(row, separator, column);
	const char *p = row.ptr, *end = row.ptr + row.len;
	bool may_close = true; // once a quote stays open, the rest of the row closes none either
	size_t n = 0;
	for (;; p++) {
		bool is_quoted = p < end && *p == '"' && may_close;
		const char *stop = is_quoted ? quoted_end(p, end, separator) : NULL;
		may_close = may_close && (stop || !is_quoted);
		struct str text = { p + 1, stop ? (size_t)(stop - p) - 2 : 0 };
		if (!stop) {
			stop = find_byte(p, end, separator);
			text = (struct str){ p, (size_t)(stop - p) };
		}
		if (n < W3C_COLUMNS)
			column[n] = text;
		n++;
		if (stop == end)
			return n;
		p = stop;
	}
}

static bool is_addr(struct str s)
{
	struct addr a;
	return scan_addr(s, &a);
}

static bool is_number(struct str s)
{
	return scan_number(s) != UINT32_MAX;
}

static bool is_method(struct str s)
{
	bool is = s.len >= 3 && s.len <= 20;
	for (size_t i = 0; i < s.len && is; i++)
		is = (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || s.ptr[i] == '_' || s.ptr[i] == '-';
	return is;
}

static bool is_date(struct str s)
{
	struct clock fresh = {};
	uint64_t ms;
	return s.len == 10 && time_date(&fresh, s.ptr, &ms);
}

static bool is_time(struct str s)
{
	uint64_t ms;
	return s.len >= 8 && time_hms(s, &ms) == s.len;
}

static void bind(struct w3c *w, enum column c, size_t at)
{
	w->at[c] = (uint8_t)(at + 1);
}

/* HTTPERR of IIS 6, which writes no heading at first: addresses with their ports come first. */
static bool infer_httperr(const struct str *column, size_t n, size_t first, struct w3c *w)
{
	if (n < first + 8 || !is_addr(column[first]) || !is_number(column[first + 1]) ||
		!is_addr(column[first + 2]) || !is_number(column[first + 3]))
		return false;
	struct str version = column[first + 4];
	if (!scan_is_dash(version) && !scan_begins(version, STR("HTTP/")))
		return false;
	static const enum column order[] = { COLUMN_CLIENT, N_COLUMN_NAMES, COLUMN_SERVER,
		COLUMN_SERVER_PORT, N_COLUMN_NAMES, COLUMN_METHOD, COLUMN_URI, COLUMN_STATUS,
		N_COLUMN_NAMES, COLUMN_REASON };
	for (size_t i = 0; i < countof(order) && first + i < n; i++)
		if (order[i] != N_COLUMN_NAMES)
			bind(w, order[i], first + i);
	return w->at[COLUMN_REASON] != 0;
}

/* Version 5: c-ip, user and perhaps names of the site, s-ip, perhaps s-port, then the method. */
static bool infer_v5(const struct str *column, size_t first, size_t method, struct w3c *w)
{
	bool has_port = is_number(column[method - 1]);
	size_t server = method - 1 - has_port;
	if (server < first + 2 || server > first + 4 || !is_addr(column[first]) ||
		!is_addr(column[server]))
		return false;
	for (size_t i = first + 1; i < server; i++)
		if (is_addr(column[i]))
			return false;
	bind(w, COLUMN_CLIENT, first);
	bind(w, COLUMN_SERVER, server);
	if (has_port)
		bind(w, COLUMN_SERVER_PORT, method - 1);
	return true;
}

/* Version 6 and later: s-ip, method, stem, query, s-port, user, c-ip. */
static bool infer_v7(const struct str *column, size_t n, size_t first, size_t method, struct w3c *w)
{
	size_t server = method - 1, client = method + 5;
	if (client >= n || server < first || server > first + 2 || !is_addr(column[server]) ||
		!is_number(column[method + 3]) || is_addr(column[method + 4]) ||
		!is_addr(column[client]))
		return false;
	for (size_t i = first; i < server; i++)
		if (is_addr(column[i]))
			return false;
	bind(w, COLUMN_SERVER, server);
	bind(w, COLUMN_SERVER_PORT, method + 3);
	bind(w, COLUMN_CLIENT, client);
	return true;
}

/* The first column from `from` on that is a status, with a number or nothing after it. */
static void infer_status(const struct str *column, size_t n, size_t from, struct w3c *w)
{
	for (size_t i = from; i < n; i++) {
		bool is_last =
			i + 1 == n || is_number(column[i + 1]) || scan_is_dash(column[i + 1]);
		if (!scan_status(column[i]) || !is_last)
			continue;
		bind(w, COLUMN_STATUS, i);
		return;
	}
}

static size_t find_method(const struct str *column, size_t n, size_t first)
{
	for (size_t i = first + 1; i + 1 < n; i++)
		if (is_method(column[i]) && column[i + 1].len && column[i + 1].ptr[0] == '/')
			return i;
	return 0;
}

/* The request of a row whose method stands at `method`; false when nothing makes it a log. */
static bool infer_request(
	const struct str *column, size_t n, size_t first, size_t method, struct w3c *w)
{
	bool is_v7 = infer_v7(column, n, first, method, w);
	bool is_v5 = !is_v7 && infer_v5(column, first, method, w);
	bool has_query = method + 2 < n && !(method + 3 == n && scan_status(column[method + 2]));
	infer_status(column, n, method + 2 + has_query + (is_v7 ? 3 : 0), w);
	if (!is_v5 && !is_v7 && !w->at[COLUMN_STATUS])
		return false;
	bind(w, COLUMN_METHOD, method);
	bind(w, COLUMN_STEM, method + 1);
	if (has_query)
		bind(w, COLUMN_QUERY, method + 2);
	return true;
}

bool w3c_infer(const struct str *column, size_t n, struct w3c *w)
{
	struct w3c found = { .n_columns = (uint16_t)n, .separator = w->separator };
	if (n < 5 || n > W3C_COLUMNS)
		return false;
	bool has_date = is_date(column[0]);
	size_t first = has_date ? 2 : 1;
	if (!is_time(column[first - 1]))
		return false;
	if (has_date)
		bind(&found, COLUMN_DATE, 0);
	bind(&found, COLUMN_TIME, first - 1);
	if (!infer_httperr(column, n, first, &found)) {
		size_t method = find_method(column, n, first);
		if (method == 0 || !infer_request(column, n, first, method, &found))
			return false;
	}
	*w = found;
	return true;
}
