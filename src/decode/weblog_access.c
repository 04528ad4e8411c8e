// SPDX-License-Identifier: Apache-2.0
// Access logs: common and combined, of Apache, nginx and IIS (NCSA), with and without the virtual
// host in front.
#include "decode/weblog_line.h"

enum { BEFORE_STAMP = 1024, WORDS_BEFORE = 8 }; // as far as a stamp is looked for

void request_target(struct request *r, struct str target)
{
	size_t scheme =
		target.len && target.ptr[0] != '/' ? scan_find(target, STR("://")) : target.len;
	if (scheme < target.len && scheme <= 8) {
		target = scan_from(target, scheme + 3);
		const char *path = target.len ? memchr(target.ptr, '/', target.len) : NULL;
		target = scan_from(target, path ? (size_t)(path - target.ptr) : target.len);
	}
	const char *mark = target.len ? memchr(target.ptr, '?', target.len) : NULL;
	size_t n = mark ? (size_t)(mark - target.ptr) : target.len;
	r->path = (struct str){ target.ptr, n };
	r->query = scan_from(target, n + 1);
}

/* "HTTP/1.0" at the end is no part of the target. */
static struct str without_version(struct str s)
{
	const char *blank = s.len ? memrchr(s.ptr, ' ', s.len) : NULL;
	size_t at = blank ? (size_t)(blank - s.ptr) : s.len;
	if (blank && scan_begins(scan_from(s, at + 1), STR("HTTP/")))
		s.len = at;
	return s;
}

void request_split(struct request *r, struct str text)
{
	struct str rest = text, method = scan_word(&rest, ' ');
	bool is_method = method.len && method.len < text.len;
	for (size_t i = 0; i < method.len && is_method; i++)
		is_method = (method.ptr[i] >= 'A' && method.ptr[i] <= 'Z') || method.ptr[i] == '_';
	r->method = is_method ? method : (struct str){ text.ptr, 0 };
	request_target(r, without_version(is_method ? rest : text));
}

/* The stamp of an access log: "[09/Aug/2001:00:11:57 +0200]" or without a zone; where it stands. */
static size_t find_stamp(struct reading *in, struct str line, size_t from, size_t *len)
{
	if (line.len > BEFORE_STAMP)
		line.len = BEFORE_STAMP;
	while (from < line.len) {
		const char *p = memchr(line.ptr + from, '[', line.len - from);
		if (!p)
			break;
		from = (size_t)(p - line.ptr);
		size_t left = line.len - from;
		if (left > CLF_BYTES + 1 && p[CLF_BYTES + 1] == ']' &&
			time_clf(&in->clock, p + 1, &in->request->time_ms)) {
			*len = CLF_BYTES + 2;
			in->request->has |= REQUEST_HAS_TIME;
			return from;
		}
		char local[CLF_BYTES] = " +0000";
		if (left > 21 && p[21] == ']') {
			memcpy(local, p + 1, 20);
			memcpy(local + 20, " +0000", 6);
			if (time_clf(&in->clock, local, &in->request->time_ms)) {
				*len = 22;
				in->request->has |= REQUEST_HAS_TIME | REQUEST_LOCAL_TIME;
				return from;
			}
		}
		from++;
	}
	return line.len;
}

/* "www.example.com:80" or "10.0.0.1:80": a server only when it is an address. */
static void read_virtual_host(struct request *r, struct str host)
{
	const char *colon = memrchr(host.ptr, ':', host.len);
	size_t n = colon ? (size_t)(colon - host.ptr) : host.len;
	uint16_t port = colon ? scan_port(scan_from(host, n + 1)) : 0;
	if (scan_addr(port ? (struct str){ host.ptr, n } : host, &r->server)) {
		r->has |= REQUEST_HAS_SERVER;
		r->server_port = port;
	}
}

/*
 * Who asked, from the words before the stamp: "CLIENT IDENT USER", a user may hold blanks, a virtual
 * host may stand in front. With addresses in other places than these nobody is named: the line may
 * begin with what a header claimed.
 */
static void read_client(struct request *r, struct str words)
{
	struct str word[WORDS_BEFORE];
	size_t n = 0, n_addrs = 0, where = 0;
	while (words.len && n < WORDS_BEFORE) {
		word[n] = scan_word(&words, ' ');
		struct addr a;
		struct str bare = word[n];
		if (bare.len && bare.ptr[bare.len - 1] == ',')
			bare.len--;
		if (scan_addr(bare, &a)) {
			where = n;
			n_addrs++;
		}
		n++;
	}
	if (n == 3 && words.len == 0) {
		request_client(r, word[0]);
		return;
	}
	if (n_addrs != 1 || where > 1)
		return;
	request_client(r, word[where]);
	if (where == 1)
		read_virtual_host(r, word[0]);
}

/*
 * End of the request that begins behind a quote: the quote before a status; the end of a line that was
 * cut. SIZE_MAX when there is a quote, but no status behind it.
 */
static size_t request_end(struct str s)
{
	bool has_quote = false;
	for (size_t at = 0; at < s.len; at++) {
		const char *quote = memchr(s.ptr + at, '"', s.len - at);
		if (!quote)
			break;
		at = (size_t)(quote - s.ptr);
		size_t n_slashes = 0;
		while (n_slashes < at && quote[-1 - (ptrdiff_t)n_slashes] == '\\')
			n_slashes++;
		if (n_slashes % 2)
			continue;
		if (at + 1 == s.len)
			return at;
		bool is_status = s.len - at >= 3 && quote[1] == ' ' &&
				 (is_digit(quote[2]) || quote[2] == '-');
		if (is_status)
			return at;
		has_quote = true;
	}
	return has_quote ? SIZE_MAX : s.len;
}

/* The next "quoted text" of a line, without its quotes; escaped quotes are part of it. */
static struct str next_quoted(struct str *rest)
{
	struct str none = { rest->ptr, 0 };
	const char *open = rest->len ? memchr(rest->ptr, '"', rest->len) : NULL;
	if (!open)
		return none;
	struct str text = scan_from(*rest, (size_t)(open - rest->ptr) + 1);
	size_t n = 0;
	while (n < text.len && text.ptr[n] != '"')
		n += text.ptr[n] == '\\' && n + 1 < text.len ? 2 : 1;
	*rest = scan_from(text, n + 1);
	text.len = n < text.len ? n : text.len;
	return scan_is_dash(text) ? none : text;
}

/* X-Forwarded-For holds addresses, commas and blanks only. */
static bool is_forwarded(struct str s)
{
	bool is = s.len >= 2;
	for (size_t i = 0; i < s.len && is; i++)
		is = is_digit(s.ptr[i]) || memchr("abcdefABCDEF:., unkow", s.ptr[i], 21);
	return is;
}

/* ` 404 284 "referer" "agent" "forwarded"`; false when the status is none. */
static bool read_tail(struct reading *in, struct str tail)
{
	struct request *r = in->request;
	if (tail.len == 0)
		return true; // cut behind the request: the status is not known
	struct str rest = scan_from(tail, 1), status = scan_word(&rest, ' ');
	if (tail.ptr[0] != ' ' || (!scan_is_dash(status) && scan_number(status) == UINT32_MAX))
		return false;
	request_status(r, scan_status(status));
	if (rest.len && !is_digit(rest.ptr[0]) && rest.ptr[0] != '-' && rest.ptr[0] != '"')
		return false;
	if (!in->wants_texts)
		return true;
	r->referer = next_quoted(&rest);
	r->agent = next_quoted(&rest);
	struct str more = next_quoted(&rest);
	if (is_forwarded(more))
		r->forwarded = more;
	return true;
}

/* In a text: a request that goes on in the next line, in its path or in a run of one letter. */
static bool is_wrapped(struct str request)
{
	enum { RUN = 8 };
	size_t n = 0;
	const char *mark = request.len ? memchr(request.ptr, '?', request.len) : NULL;
	if (!mark || mark == request.ptr + request.len - 1)
		return true;
	while (n < request.len && request.ptr[request.len - 1 - n] == request.ptr[request.len - 1])
		n++;
	return n >= RUN;
}

/* Nearly all lines have "ADDRESS - -" before the stamp. */
static void read_before(struct request *r, struct str before)
{
	static const struct str dashes = STR(" - -");
	while (before.len && before.ptr[before.len - 1] == ' ')
		before.len--;
	size_t n = before.len > dashes.len ? before.len - dashes.len : 0;
	bool is_usual = n && scan_begins(scan_from(before, n), dashes);
	if (is_usual && scan_addr((struct str){ before.ptr, n }, &r->client))
		r->has |= REQUEST_HAS_CLIENT;
	else
		read_client(r, before);
}

enum line_is access_read(struct reading *in, struct str line)
{
	struct request *r = in->request;
	size_t stamp_bytes = 0, stamp = find_stamp(in, line, 0, &stamp_bytes);
	if (stamp_bytes == 0 || stamp < 2)
		return LINE_OTHER;
	in->kind = KIND_ACCESS;
	read_before(r, (struct str){ line.ptr, stamp });
	struct str rest = scan_from(line, stamp + stamp_bytes);
	if (!scan_begins(rest, STR(" \"")))
		return LINE_FIELD;
	rest = scan_from(rest, 2);
	size_t n = request_end(rest);
	if (n == SIZE_MAX)
		return LINE_FIELD;
	if (in->is_text && n == rest.len && is_wrapped(rest))
		return LINE_OTHER;
	if (!read_tail(in, scan_from(rest, n + 1)))
		return LINE_FIELD;
	if (in->wants_texts)
		request_split(r, (struct str){ rest.ptr, n });
	return LINE_REQUEST;
}
