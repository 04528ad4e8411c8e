// SPDX-License-Identifier: Apache-2.0
// Error logs of Apache 1.3 to 2.4 and of nginx: what the server turned away. Their time is local.
#include "decode/weblog_line.h"

/* Take "word]" or "word" off a list of "[word] [word] text"; false when none begins here. */
static bool next_bracket(struct str *rest, struct str *inside)
{
	const char *close =
		rest->len && rest->ptr[0] == '[' ? memchr(rest->ptr, ']', rest->len) : NULL;
	if (!close)
		return false;
	size_t n = (size_t)(close - rest->ptr);
	*inside = (struct str){ rest->ptr + 1, n - 1 };
	*rest = scan_trim(scan_from(*rest, n + 1));
	return true;
}

/*
 * "10.0.0.1", "2001:db8::1" and, since 2.4, "10.0.0.1:12345" and "2001:db8::1:1234" without brackets,
 * which as a whole is the address of somebody else: there the port is taken off first.
 */
static void read_peer(struct request *r, struct str text, bool has_port)
{
	const char *colon = text.len ? memrchr(text.ptr, ':', text.len) : NULL;
	struct str bare = { text.ptr, colon ? (size_t)(colon - text.ptr) : 0 };
	if (has_port)
		request_client(r, bare);
	if (!(r->has & REQUEST_HAS_CLIENT))
		request_client(r, text);
	if (!(r->has & REQUEST_HAS_CLIENT))
		request_client(r, bare);
}

/* The file or address that a message names: behind ": ", a quote or a blank, from its '/' on. */
static struct str named_path(struct str message)
{
	size_t end = scan_find(message, STR(", referer: "));
	struct str m = { message.ptr, end };
	for (size_t i = 0; i < m.len; i++) {
		bool is_root = m.ptr[i] == '/' && i && memchr(" '\"", m.ptr[i - 1], 3);
		bool is_drive = i && i + 2 < m.len && m.ptr[i - 1] == ' ' && m.ptr[i + 1] == ':' &&
				(m.ptr[i + 2] == '/' || m.ptr[i + 2] == '\\');
		if (!is_root && !is_drive)
			continue;
		char stop = m.ptr[i - 1];
		struct str path = scan_from(m, i);
		const char *close = stop == ' ' ? NULL : memchr(path.ptr, stop, path.len);
		if (close)
			path.len = (size_t)(close - path.ptr);
		return scan_trim(path);
	}
	return (struct str){ message.ptr, 0 };
}

static void read_message(struct request *r, struct str message)
{
	static const struct str invalid = STR("Invalid URI in request ");
	size_t at = scan_find(message, invalid);
	if (at < message.len)
		request_split(r, scan_from(message, at + invalid.len));
	else
		request_target(r, named_path(message));
	struct str referer = scan_from(message, scan_find(message, STR(", referer: ")));
	r->referer = scan_from(referer, sizeof ", referer: " - 1);
}

enum line_is apache_error_read(struct reading *in, struct str line)
{
	struct request *r = in->request;
	struct str rest = scan_from(line, line.len && line.ptr[0] == '['), inside;
	uint64_t ms;
	size_t n = time_asctime(rest, &ms);
	if (n == 0 || n >= rest.len || rest.ptr[n] != ']')
		return LINE_OTHER; // its first bracket may be lost, not this one
	in->kind = KIND_APACHE_ERROR;
	request_time(r, ms, true);
	r->has |= REQUEST_ERROR;
	rest = scan_trim(scan_from(rest, n + 1));
	if (!next_bracket(&rest, &inside))
		return LINE_FIELD;
	bool has_client = false, has_port = false;
	while (!has_client && next_bracket(&rest, &inside)) {
		has_port = has_port || scan_begins(inside, STR("pid ")); // which 2.4 began to tell
		has_client = scan_begins(inside, STR("client "));
		if (has_client)
			read_peer(r, scan_trim(scan_from(inside, sizeof "client " - 1)), has_port);
	}
	if (!has_client)
		return LINE_READ;
	if (in->wants_texts)
		read_message(r, rest);
	return LINE_REQUEST;
}

enum { NGINX_CUT_BYTES = 2047 }; // NGX_MAX_ERROR_STR, less the end of the line

/* The value behind ", client: " and the like, up to the next comma; or inside quotes. */
static struct str named_value(struct str line, struct str name)
{
	struct str rest = scan_from(line, scan_find(line, name));
	rest = scan_from(rest, rest.len ? name.len : 0);
	if (rest.len == 0 || rest.ptr[0] != '"')
		return scan_word(&rest, ',');
	rest = scan_from(rest, 1);
	size_t n = 0;
	while (n < rest.len && rest.ptr[n] != '"')
		n += rest.ptr[n] == '\\' && n + 1 < rest.len ? 2 : 1;
	return (struct str){ rest.ptr, n < rest.len ? n : rest.len };
}

enum line_is nginx_error_read(struct reading *in, struct str line)
{
	struct request *r = in->request;
	uint64_t day, of_day;
	if (line.len < ISO_BYTES + 2 || line.ptr[4] != '/' || line.ptr[ISO_BYTES + 1] != '[' ||
		!time_date(&in->clock, line.ptr, &day) ||
		time_hms((struct str){ line.ptr + 11, 8 }, &of_day) != 8)
		return LINE_OTHER;
	struct str rest = scan_from(line, ISO_BYTES + 1), level;
	in->kind = KIND_NGINX_ERROR;
	if (!next_bracket(&rest, &level))
		return LINE_FIELD;
	request_time(r, day + of_day, true);
	r->has |= REQUEST_ERROR;
	static const struct str client = STR(", client: ");
	struct str who = scan_from(rest, scan_find(rest, client));
	if (who.len == 0)
		return LINE_READ;
	/*
	 * Its request stands before and behind it and can hold the same words: then nobody is named, nor
	 * where nginx may have cut the line, in which the one that is left need not be its own.
	 */
	struct str behind = scan_from(who, client.len);
	if (scan_find(behind, client) == behind.len && line.len < NGINX_CUT_BYTES)
		request_client(r, named_value(who, client));
	if (scan_addr(named_value(who, STR(", server: ")), &r->server))
		r->has |= REQUEST_HAS_SERVER;
	if (in->wants_texts) {
		request_split(r, named_value(who, STR(", request: ")));
		r->referer = named_value(who, STR(", referrer: "));
	}
	return LINE_REQUEST;
}
