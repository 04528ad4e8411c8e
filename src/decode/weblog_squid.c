// SPDX-License-Identifier: Apache-2.0
// The native access log of squid: the client is that of the proxy, the server is not told.
#include "decode/weblog_line.h"

/* "TCP_MISS/404": squid's result and the status it gave. */
static bool read_result(struct request *r, struct str text)
{
	const char *slash = text.len ? memchr(text.ptr, '/', text.len) : NULL;
	size_t n = slash ? (size_t)(slash - text.ptr) : 0;
	for (size_t i = 0; i < n; i++)
		if ((text.ptr[i] < 'A' || text.ptr[i] > 'Z') && text.ptr[i] != '_')
			return false;
	struct str status = scan_from(text, n + 1);
	request_status(r, scan_status(status));
	return n >= 3 && scan_number(status) != UINT32_MAX;
}

/* "1286536308.779": seconds since the Unix epoch. */
static uint64_t epoch_ms(struct str s)
{
	struct str rest = s;
	struct str seconds = scan_word(&rest, '.');
	uint64_t all = 0;
	if (seconds.len < 9 || seconds.len > 10 || rest.len != 3)
		return 0;
	for (size_t i = 0; i < seconds.len; i++)
		all = is_digit(seconds.ptr[i]) ? all * 10 + (uint64_t)(seconds.ptr[i] - '0') : 0;
	uint32_t milli = scan_number(rest);
	return milli == UINT32_MAX ? 0 : all * 1000 + milli;
}

static struct str next_word(struct str *rest)
{
	*rest = scan_trim(*rest);
	return scan_word(rest, ' ');
}

/* The native format of squid; alert mails quote it without the time. */
enum line_is squid_read(struct reading *in, struct str line)
{
	struct request *r = in->request;
	struct str rest = line, word = next_word(&rest);
	uint64_t ms = epoch_ms(word);
	if (ms)
		word = next_word(&rest);
	if (scan_number(word) == UINT32_MAX)
		return LINE_OTHER;
	struct str client = next_word(&rest), result = next_word(&rest), bytes = next_word(&rest);
	if (scan_number(bytes) == UINT32_MAX || !read_result(r, result))
		return LINE_OTHER;
	in->kind = KIND_SQUID;
	request_client(r, client);
	if (ms)
		request_time(r, ms, false);
	struct str method = next_word(&rest), url = next_word(&rest);
	if (method.len == 0 || url.len == 0)
		return LINE_FIELD;
	if (in->wants_texts) {
		r->method = method;
		request_target(r, url);
	}
	return LINE_REQUEST;
}
