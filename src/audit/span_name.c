// SPDX-License-Identifier: Apache-2.0
// Cells that are names and addresses of things: interfaces, link addresses, ends of translations, states.
#include "audit/span_class.h"

/* 0/0/1.100, and of IOS XR 0/RSP0/CPU0/0. */
static size_t span_path(struct str text, size_t at)
{
	enum { LETTERS_MOST = 3 };
	size_t n = 0, letters = 0;
	do {
		n += letters + span_set(text, at + n + letters, DIGIT | SLASH | DOT | COLON | DASH);
		letters = 0;
		while (n && text.ptr[at + n - 1] == '/' && letters < LETTERS_MOST &&
			at + n + letters < text.len &&
			isupper((unsigned char)text.ptr[at + n + letters]))
			letters++;
	} while (letters && is_digit_at(text, at + n + letters));
	return n;
}

/* Letters, then digits: Vlan3, Gi0/0/1.100, Port-channel1, Null0. `gap`: space between them. */
static size_t span_port(struct str text, size_t at, bool may_gap)
{
	size_t n = 0;
	while (at + n < text.len &&
		(isalpha((unsigned char)text.ptr[at + n]) || (n && text.ptr[at + n] == '-')))
		n++;
	if (n < 2 || n > 32)
		return 0;
	n += may_gap && at + n < text.len && text.ptr[at + n] == ' ';
	size_t n_letters = n;
	n += span_path(text, at + n);
	while (n > n_letters && strchr(".:-", text.ptr[at + n - 1]))
		n--;
	return n > n_letters && !is_letter_at(text, at + n) ? n : 0;
}

size_t span_interface(struct str text, size_t at)
{
	return span_port(text, at, false);
}

size_t span_apart(struct str text, size_t at)
{
	return span_port(text, at, true);
}

size_t span_slot(struct str text, size_t at)
{
	size_t module = span_digits(text, at);
	if (!module || at + module >= text.len || text.ptr[at + module] != '/')
		return 0;
	size_t port = span_digits(text, at + module + 1), n = module + 1 + port;
	return port && (at + n == text.len || is_space(text.ptr[at + n])) ? n : 0;
}

size_t span_marks(struct str text, size_t at)
{
	size_t n = 0;
	while (at + n < text.len && text.ptr[at + n] && strchr("#*+", text.ptr[at + n]))
		n++;
	return at + n == text.len || is_space(text.ptr[at + n]) ? n : 0;
}

/* Shares of 1 with two digits or three behind the point, at least eight. */
size_t span_shares(struct str text, size_t at)
{
	enum { LEAST = 8 };
	size_t n = 0, end = 0, n_shares = 0;
	for (;; n_shares++) {
		size_t whole = span_digits(text, at + n), dot = at + n + whole;
		size_t part =
			dot < text.len && text.ptr[dot] == '.' ? span_digits(text, dot + 1) : 0;
		if (whole > 1 || part < 2 || part > 3 || is_letter_at(text, dot + 1 + part))
			break;
		end = n + whole + 1 + part;
		n = end + span_set(text, at + end, SPACE);
	}
	return n_shares >= LEAST ? end : 0;
}

size_t span_hex(struct str text, size_t at)
{
	size_t n = span_set(text, at, DIGIT | HEX);
	if (n == 1 && at + 1 < text.len && text.ptr[at + 1] == 'x')
		n = 2 + span_set(text, at + 2, DIGIT | HEX);
	return is_letter_at(text, at + n) ? 0 : n;
}

/* 0000.0c07.ac01, 00:00:0c:07:ac:01, 00-00-0c-07-ac-01: twelve digits. */
size_t span_mac(struct str text, size_t at)
{
	size_t n = span_set(text, at, DIGIT | HEX | DOT | COLON | DASH), n_digits = 0;
	for (size_t i = 0; i < n; i++)
		n_digits += isxdigit((unsigned char)text.ptr[at + i]) != 0;
	return n_digits == 12 && n > 12 && !is_letter_at(text, at + n) ? n : 0;
}

size_t span_code(struct str text, size_t at)
{
	size_t n = span_any(text, at), gap = span_set(text, at + n, SPACE);
	if (n == 0 || n > 5 || !isalpha((unsigned char)text.ptr[at]) || gap == 0)
		return 0;
	size_t second = span_any(text, at + n + gap);
	if (second && second <= 3 && gap <= 2 && isalpha((unsigned char)text.ptr[at + n + gap]))
		return n + gap + second;
	return n;
}

static size_t span_known(struct str text, size_t at, const char *const *known, size_t n_known)
{
	size_t n = span_word(text, at, COMMA | COLON);
	return is_one_of((struct str){ text.ptr + at, n }, known, n_known) ? n : 0;
}

size_t span_protocol(struct str text, size_t at)
{
	static const char *const known[] = { "tcp", "udp", "icmp", "gre", "esp", "ah", "any", "ip",
		"pptp", "---" };
	return span_known(text, at, known, countof(known));
}

size_t span_endpoint(struct str text, size_t at)
{
	size_t dashes = span_set(text, at, DASH);
	if (dashes == 2 || dashes == 3)
		return dashes;
	size_t n = span_set(text, at, DIGIT | DOT);
	if (n < 5 || !memchr(text.ptr + at, '.', n))
		return 0;
	if (at + n < text.len && text.ptr[at + n] == ':' && is_digit_at(text, at + n + 1))
		n += 1 + span_digits(text, at + n + 1);
	return is_letter_at(text, at + n) ? 0 : n;
}

size_t span_status(struct str text, size_t at)
{
	static const char *const known[] = { "connected", "notconnect", "notconnec", "disabled",
		"err-disabled", "suspended", "monitoring", "inactive", "down", "up", "sfpAbsent",
		"xcvrAbsen", "noOperMem", "faulty", "errdisable" };
	size_t n = span_known(text, at, known, countof(known));
	for (size_t i = 0; n && i < countof(known); i++) // a port may be named "Monitoring Port"
		if (strlen(known[i]) == n && !memcmp(text.ptr + at, known[i], n))
			return n;
	return 0;
}

size_t span_duplex(struct str text, size_t at)
{
	static const char *const known[] = { "full", "half", "auto", "a-full", "a-half" };
	return span_known(text, at, known, countof(known));
}
