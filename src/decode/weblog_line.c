// SPDX-License-Identifier: Apache-2.0
// Any line to the reader that knows it: headers of syslog are taken off, formats tried in order.
#include "decode/weblog_line.h"

enum { HEADERS_MAX = 4 }; // relays put theirs in front of that of the sender

/* More telling formats first: the first that knows a line keeps it. */
static const struct line_format formats[] = {
	{ KIND_ACCESS, access_read },
	{ KIND_W3C, w3c_read },
	{ KIND_APACHE_ERROR, apache_error_read },
	{ KIND_NGINX_ERROR, nginx_error_read },
	{ KIND_IIS_NATIVE, iis_native_read },
	{ KIND_SQUID, squid_read },
	{ KIND_ACL, device_read },
};

/* "<134>" before a message (RFC 5424, 6.2.1); gives the bytes. */
static size_t pri_bytes(struct str s)
{
	size_t n = 1;
	if (s.len < 3 || s.ptr[0] != '<')
		return 0;
	while (n < s.len && n < 4 && is_digit(s.ptr[n]))
		n++;
	return n > 1 && n < s.len && s.ptr[n] == '>' ? n + 1 : 0;
}

/* Structured data of RFC 5424: "-" or "[id name="value"]..."; gives what follows. */
static struct str skip_structured(struct str s)
{
	if (s.len && s.ptr[0] == '-')
		return scan_from(s, 2);
	size_t at = 0;
	bool is_quoted = false;
	while (at < s.len && (is_quoted || at == 0 || s.ptr[at] != ' ' || s.ptr[at - 1] != ']')) {
		if (s.ptr[at] == '\\')
			at++;
		else if (s.ptr[at] == '"')
			is_quoted = !is_quoted;
		at++;
	}
	return scan_from(s, at + 1);
}

/* "1 TIME HOST APP PROCID MSGID SD MESSAGE" */
static struct str peel_5424(struct reading *in, struct str s)
{
	struct str rest = scan_from(s, 2);
	uint64_t ms = 0;
	if (!scan_begins(rest, STR("- ")) && time_syslog(rest, &ms) == 0)
		return s;
	for (int i = 0; i < 5; i++)
		scan_word(&rest, ' ');
	in->framed_ms = ms;
	rest = skip_structured(rest);
	if (scan_begins(rest, STR("\xef\xbb\xbf")))
		rest = scan_from(rest, 3);
	return rest.len ? rest : s;
}

/* Whether a word is a tag: "httpd:", "httpd[33]:", "nginx:" */
static bool is_tag(struct str word)
{
	return word.len >= 2 && word.len <= 64 && word.ptr[word.len - 1] == ':' &&
	       !memchr(word.ptr, '"', word.len);
}

struct str syslog_peel(struct reading *in, struct str line, bool with_tag)
{
	size_t pri = pri_bytes(line);
	struct str s = scan_from(line, pri);
	if (pri && scan_begins(s, STR("1 ")))
		return peel_5424(in, s);
	uint64_t ms = 0;
	size_t n = time_syslog(s, &ms);
	if (n == 0 || n >= s.len || (s.ptr[n] != ' ' && s.ptr[n] != ':'))
		return pri ? s : line;
	in->framed_ms = ms ? ms : in->framed_ms;
	struct str rest = scan_trim(scan_from(s, n + 1)), host = scan_word(&rest, ' ');
	if (is_tag(host)) // no host: written by the machine itself
		return scan_trim(rest);
	rest = scan_trim(rest);
	struct str after = rest, tag = scan_word(&after, ' ');
	return with_tag && is_tag(tag) ? scan_trim(after) : rest;
}

static bool is_damage(enum line_is is)
{
	return is == LINE_COLUMNS || is == LINE_FIELD;
}

static enum line_is read_as(struct reading *in, const struct line_format *format, struct str line)
{
	enum line_is is = format->read(in, line);
	bool is_read = is != LINE_OTHER && !is_damage(is);
	if (!is_read && (in->request->has || in->flow->has)) { // what it began to fill
		*in->request = (struct request){};
		*in->flow = (struct flow){};
	}
	return is;
}

/* The format of the line before is tried first. Damage is a verdict when no other format fits. */
static enum line_is read_bare(struct reading *in, struct str line)
{
	size_t last = in->last_format;
	enum line_is verdict = read_as(in, &formats[last], line);
	enum kind kind = in->kind;
	if (verdict != LINE_OTHER && !is_damage(verdict))
		return verdict;
	for (size_t i = 0; i < countof(formats); i++) {
		enum line_is is = i == last ? LINE_OTHER : read_as(in, &formats[i], line);
		if (is_damage(is) && verdict == LINE_OTHER) {
			verdict = is;
			kind = in->kind;
		} else if (is != LINE_OTHER && !is_damage(is)) {
			in->last_format = i;
			return is;
		}
	}
	in->kind = kind;
	return verdict;
}

/* Whether a line can begin with a header of syslog: most lines cannot, and this is all they pay. */
static bool may_be_framed(struct str line)
{
	if (line.len < 16)
		return false;
	char c = line.ptr[0];
	return c == '<' || (c >= 'A' && c <= 'Z' && line.ptr[3] == ' ' && time_month(line.ptr)) ||
	       (is_digit(c) && line.ptr[4] == '-' && line.ptr[10] == 'T');
}

enum line_is line_read(struct reading *in, struct str line)
{
	struct str whole = line;
	in->framed_ms = 0;
	for (int i = 0; i < HEADERS_MAX && may_be_framed(line); i++) {
		struct str message = syslog_peel(in, line, true);
		struct str tagged = syslog_peel(in, line, false);
		if (message.len == line.len)
			break;
		line = message;
		if (may_be_framed(message))
			continue;
		enum line_is is = read_bare(in, message);
		if (is == LINE_OTHER && tagged.len != message.len)
			is = read_bare(in, tagged); // "tag:" was a part of the message
		if (is != LINE_OTHER)
			return is;
	}
	return read_bare(in, whole);
}
