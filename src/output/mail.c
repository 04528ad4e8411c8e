// SPDX-License-Identifier: Apache-2.0
// The text is English with its frame in Japanese beside it, as all that is written for people to act on.
#include "output/mail.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "model/mailbox.h"

enum { LINE_MAX = 76, MS_IN_S = 1000, WORD_BYTES = 39, YEAR_0 = 1900, HOST_BYTES = 256 };

/* Quoted-printable (RFC 2045, 6.7): text of lines, each at most LINE_MAX with the "=" that joins them. */
static void quoted_printable(const char *text, size_t len, FILE *out)
{
	size_t column = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool is_last = i + 1 == len || text[i + 1] == '\n';
		bool is_plain = (c > ' ' && c < 0x7f && c != '=') || (c == ' ' && !is_last);
		size_t width = is_plain ? 1 : 3;
		if (c == '\n') {
			fputc('\n', out);
			column = 0;
			continue;
		}
		if (column + width > LINE_MAX - 1) {
			fputs("=\n", out);
			column = 0;
		}
		fprintf(out, is_plain ? "%c" : "=%02X", c);
		column += width;
	}
}

static void base64(const char *text, size_t len, FILE *out)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = 0;
		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < len ? (uint8_t)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			fputc(k <= len - i ? digit[v >> (18 - 6 * k) & 63] : '=', out);
	}
}

/* As many bytes of whole sequences as one encoded word takes. */
static size_t word_length(const char *text, size_t len)
{
	size_t n = 0;
	while (n < len) {
		int k = utf8_length((const unsigned char *)text + n);
		size_t step = k > 0 ? (size_t)k : 1;
		if (n + step > WORD_BYTES || n + step > len)
			break;
		n += step;
	}
	return n > 0 ? n : len;
}

/* Text of a header (RFC 2047): as it is where it may be, else in words, one a line of at most 76 characters. */
static void header_text(struct str text, FILE *out)
{
	bool is_plain = true;
	for (size_t i = 0; i < text.len; i++)
		is_plain = is_plain && text.ptr[i] >= ' ' && text.ptr[i] < 0x7f;
	if (is_plain) {
		fwrite(text.ptr, 1, text.len, out);
		return;
	}
	for (size_t i = 0, n; i < text.len; i += n) {
		n = word_length(text.ptr + i, text.len - i);
		fputs(i ? "\n =?UTF-8?B?" : "=?UTF-8?B?", out);
		base64(text.ptr + i, n, out);
		fputs("?=", out);
	}
}

/* A name of mailboxes: in quotes, so that no mark in it means something, or encoded. */
static void header_name(struct str name, FILE *out)
{
	bool is_ascii = true;
	for (size_t i = 0; i < name.len; i++)
		is_ascii = is_ascii && name.ptr[i] >= ' ' && name.ptr[i] < 0x7f;
	if (!is_ascii)
		return header_text(name, out);
	fputc('"', out);
	for (size_t i = 0; i < name.len; i++)
		fprintf(out, strchr("\"\\", name.ptr[i]) ? "\\%c" : "%c", name.ptr[i]);
	fputc('"', out);
}

/* RFC 5322, 3.3. */
static void date(uint64_t ms, FILE *out)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t s = (time_t)(ms / MS_IN_S);
	struct tm t = {};
	gmtime_r(&s, &t);
	fprintf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\n", days[t.tm_wday], t.tm_mday,
		months[t.tm_mon], t.tm_year + YEAR_0, t.tm_hour, t.tm_min, t.tm_sec);
}

/* The host as the right side of an address; what cannot be one is left out. */
static void host_copy(const char *host, char room[static HOST_BYTES])
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	bool is_name = host[0] && strlen(host) < HOST_BYTES && !host[strspn(host, letters)];
	snprintf(room, HOST_BYTES, "%s", is_name ? host : "localhost");
}

const char *mail_sender(const struct mail_head *head, char room[static MAIL_SENDER_BYTES])
{
	char host[HOST_BYTES];
	struct mailbox m;
	host_copy(head->host, host);
	if (mailbox_parse(head->from, &m))
		snprintf(room, MAIL_SENDER_BYTES, "%.*s", STR_ARG(m.address));
	else
		snprintf(room, MAIL_SENDER_BYTES, "cordon@%s", host);
	return room;
}

static void from(const struct mail_head *head, FILE *out)
{
	char address[MAIL_SENDER_BYTES];
	struct mailbox m;
	fputs("From: ", out);
	if (!mailbox_parse(head->from, &m)) {
		fprintf(out, "\"cordon\" <%s>\n", mail_sender(head, address));
		return;
	}
	if (m.name.len > 0)
		header_name(m.name, out);
	fprintf(out, m.name.len > 0 ? "\n <%.*s>\n" : "%.*s\n", STR_ARG(m.address));
}

static const struct notice *worst_of(const struct notice *notice, size_t n)
{
	const struct notice *worst = notice;
	for (size_t i = 1; i < n; i++) {
		bool was_over = worst->kind == NOTICE_OVER, is_over = notice[i].kind == NOTICE_OVER;
		bool is_worse = notice[i].verdict < worst->verdict;
		if (was_over == is_over ? is_worse : was_over)
			worst = &notice[i];
	}
	return worst;
}

static void subject(const struct notice *notice, size_t n, uint64_t n_all, FILE *out)
{
	char text[512], host[ADDR_TEXT_BYTES];
	const struct notice *w = worst_of(notice, n);
	addr_format(&w->host, host);
	if (n_all == 1)
		snprintf(text, sizeof text, "cordon: %s %s %s (%s)", host, verdict_name(w->verdict),
			notice_text(w->kind), w->service);
	else
		snprintf(text, sizeof text, "cordon: %" PRIu64 " alerts, the worst: %s %s %s (%s)",
			n_all, host, verdict_name(w->verdict), notice_text(w->kind), w->service);
	fputs("Subject: ", out);
	header_text((struct str){ text, strlen(text) }, out);
	fputc('\n', out);
}

/* On one line, whatever it holds. */
static void put_plain(const char *text, FILE *out)
{
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		int n = utf8_length(p);
		if (n == 0)
			fputs("\xef\xbf\xbd", out); // U+FFFD
		else if (*p < ' ' || *p == 0x7f)
			fputc(' ', out);
		else
			fwrite(p, 1, (size_t)n, out);
		p += n ? n : 1;
	}
}

static void body(const struct mail_head *head, const struct notice *notice, size_t n,
	uint64_t n_more, FILE *out)
{
	char time[TIME_TEXT_BYTES], host[ADDR_TEXT_BYTES];
	uint64_t n_all = n + n_more;
	fprintf(out, "%" PRIu64 " alert%s. / 警報 %" PRIu64 " 件\n\n", n_all, n_all == 1 ? "" : "s",
		n_all);
	for (size_t i = 0; i < n; i++) {
		const struct notice *a = &notice[i];
		fprintf(out, "%s  %s  %s  %s  %s", time_format(a->time_ms, time),
			notice_key(a->kind), addr_format(&a->host, host), verdict_name(a->verdict),
			a->service);
		if (a->kind != NOTICE_OVER)
			fprintf(out, "  %u%%", a->percent);
		if (a->incident)
			fprintf(out, "  incident %" PRIu64, a->incident);
		fputs("\n    ", out);
		put_plain(a->why, out);
		fputs("\n\n", out);
	}
	if (n_more)
		fprintf(out,
			"%" PRIu64 " more are not listed here. / ほか %" PRIu64 " 件は省略:\n"
			"    cordon incident list\n\n",
			n_more, n_more);
	addr_format(&worst_of(notice, n)->host, host);
	fprintf(out, "Evidence, and what to do. / 根拠と対処:\n    cordon incident explain %s\n\n",
		host);
	fprintf(out, "-- \ncordon %s, %s\n", head->version, head->host);
}

bool mail_write(const struct mail_head *head, const struct notice *notice, size_t n_notices,
	uint64_t n_more, FILE *out)
{
	const struct notice *last = &notice[n_notices - 1];
	char host[HOST_BYTES], *text = NULL;
	size_t len = 0, at = 0;
	struct str one;
	host_copy(head->host, host);
	from(head, out);
	for (size_t i = 0; mailbox_next(head->to, &at, &one); i++)
		fprintf(out, i ? ",\n %.*s" : "To: %.*s", STR_ARG(one));
	fputc('\n', out);
	subject(notice, n_notices, n_notices + n_more, out);
	date(head->now_ms, out);
	// The same for the same alerts, so that what is sent again can be told.
	fprintf(out, "Message-ID: <cordon.%" PRIu64 ".%" PRIu64 ".%" PRIu64 "@%s>\n", last->number,
		n_notices + n_more, last->time_ms, host);
	fputs("Auto-Submitted: auto-generated\n" // RFC 3834: nobody is to answer
	      "MIME-Version: 1.0\n"
	      "Content-Type: text/plain; charset=UTF-8\n"
	      "Content-Transfer-Encoding: quoted-printable\n\n",
		out);
	FILE *plain = open_memstream(&text, &len);
	if (plain)
		body(head, notice, n_notices, n_more, plain);
	bool is_whole = plain && fclose(plain) == 0;
	if (is_whole)
		quoted_printable(text, len, out);
	free(text);
	return is_whole;
}
