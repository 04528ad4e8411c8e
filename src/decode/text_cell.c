// SPDX-License-Identifier: Apache-2.0
// One small judge per kind of cell, and the names IOS prints instead of numbers.
#include "decode/text_cell.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

struct name {
	const char *text;
	uint16_t number;
};

/* Names of IP protocols in IOS access lists and flow tables. */
static const struct name protos[] = { { "ip", 0 }, { "icmp", 1 }, { "igmp", 2 }, { "ipinip", 4 },
	{ "tcp", 6 }, { "igrp", 9 }, { "udp", 17 }, { "ipv6", 41 }, { "gre", 47 }, { "esp", 50 },
	{ "ahp", 51 }, { "icmpv6", 58 }, { "eigrp", 88 }, { "ospf", 89 }, { "nos", 94 },
	{ "pim", 103 }, { "pcp", 108 }, { "sctp", 132 } };

/* Names of ports in IOS; those of TCP and UDP do not contradict each other. */
static const struct name ports[] = { { "bgp", 179 }, { "biff", 512 }, { "bootpc", 68 },
	{ "bootps", 67 }, { "chargen", 19 }, { "cmd", 514 }, { "daytime", 13 }, { "discard", 9 },
	{ "dns", 53 }, { "dnsix", 195 }, { "domain", 53 }, { "drip", 3949 }, { "echo", 7 },
	{ "exec", 512 }, { "finger", 79 }, { "ftp", 21 }, { "ftp-data", 20 }, { "gopher", 70 },
	{ "hostname", 101 }, { "http", 80 }, { "https", 443 }, { "ident", 113 }, { "irc", 194 },
	{ "isakmp", 500 }, { "klogin", 543 }, { "kshell", 544 }, { "login", 513 }, { "lpd", 515 },
	{ "mobile-ip", 434 }, { "nameserver", 42 }, { "netbios-dgm", 138 }, { "netbios-ns", 137 },
	{ "netbios-ss", 139 }, { "nntp", 119 }, { "non500-isakmp", 4500 }, { "ntp", 123 },
	{ "pim-auto-rp", 496 }, { "pop2", 109 }, { "pop3", 110 }, { "rip", 520 }, { "smtp", 25 },
	{ "snmp", 161 }, { "snmptrap", 162 }, { "ssh", 22 }, { "sunrpc", 111 }, { "syslog", 514 },
	{ "tacacs", 49 }, { "tacacs-ds", 49 }, { "talk", 517 }, { "telnet", 23 }, { "tftp", 69 },
	{ "time", 37 }, { "uucp", 540 }, { "who", 513 }, { "whois", 43 }, { "www", 80 },
	{ "xdmcp", 177 } };

/* Number at the start of `text`; the whole of it must be digits and at most `max`. */
static int number_or_name(struct str text, const struct name *name, size_t n, int max)
{
	int number = 0;
	size_t digits = 0;
	for (; digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9'; digits++)
		if (number <= max)
			number = number * 10 + (text.ptr[digits] - '0');
	if (digits && digits == text.len)
		return number <= max ? number : -1;
	for (size_t i = 0; i < n && text.len; i++)
		if (!strncasecmp(name[i].text, text.ptr, text.len) && !name[i].text[text.len])
			return name[i].number;
	return -1;
}

int proto_parse(struct str text)
{
	if (text.len > 1 && text.ptr[text.len - 1] == '*')
		text.len--;
	return number_or_name(text, protos, countof(protos), UINT8_MAX);
}

int port_parse(struct str text)
{
	if (text.len == 1 && text.ptr[0] == '-')
		return 0;
	return number_or_name(text, ports, countof(ports), UINT16_MAX);
}

static struct str str_of(const struct token *t)
{
	return (struct str){ t->text, t->len };
}

/* Digits of one group of a time of day, moved past; -1 when there is none or it is too large. */
static int clock_group(struct str *s, int max, size_t most)
{
	int v = 0;
	size_t n = 0;
	while (n < s->len && n < most && s->ptr[n] >= '0' && s->ptr[n] <= '9')
		v = v * 10 + (s->ptr[n++] - '0');
	s->ptr += n;
	s->len -= n;
	return n && v <= max ? v : -1;
}

static bool eat(struct str *s, char c)
{
	if (s->len == 0 || *s->ptr != c)
		return false;
	s->ptr++;
	s->len--;
	return true;
}

bool clock_parse(struct str text, uint32_t *ms)
{
	int h = clock_group(&text, 23, 2);
	int m = eat(&text, ':') ? clock_group(&text, 59, 2) : -1;
	int s = eat(&text, ':') ? clock_group(&text, 60, 2) : -1;
	bool has_part = eat(&text, '.');
	int part = has_part ? clock_group(&text, 999, 3) : 0;
	if (h < 0 || m < 0 || s < 0 || part < 0 || text.len)
		return false;
	*ms = (uint32_t)(((h * 60 + m) * 60 + s) * 1000 + part);
	return true;
}

static size_t hex_len(const char *s)
{
	return strspn(s, "0123456789abcdefABCDEF");
}

static bool is_any(const struct token *t)
{
	return t->len > 0;
}

static bool is_interface(const struct token *t)
{
	return !(t->is & (TOKEN_ADDR | TOKEN_RULE)) && t->text[t->len - 1] != ':';
}

static bool is_star(const struct token *t)
{
	return t->len == 1 && t->text[0] == '*';
}

static bool is_addr(const struct token *t)
{
	return t->is & TOKEN_ADDR;
}

static bool is_addr4(const struct token *t)
{
	return t->is & TOKEN_ADDR && addr_is_v4(&t->addr);
}

static bool is_addr6(const struct token *t)
{
	return t->is & TOKEN_ADDR && !addr_is_v4(&t->addr);
}

static bool is_dash(const struct token *t)
{
	return strspn(t->text, "-") == t->len;
}

static bool is_source(const struct token *t)
{
	return is_addr4(t) || is_dash(t);
}

static bool is_hex2(const struct token *t)
{
	return t->len <= 2 && hex_len(t->text) == t->len;
}

static bool is_hex4(const struct token *t)
{
	return t->len == 4 && hex_len(t->text) == t->len;
}

static bool is_0x(const struct token *t)
{
	return t->len > 2 && t->len <= 18 && t->text[0] == '0' && (t->text[1] | ' ') == 'x' &&
	       hex_len(t->text + 2) == t->len - 2U;
}

static bool is_number(const struct token *t)
{
	return t->is & TOKEN_NUMBER;
}

static bool is_number_dash(const struct token *t)
{
	return is_number(t) || is_dash(t);
}

static bool is_count(const struct token *t)
{
	size_t digits = strspn(t->text, "0123456789");
	return is_number(t) ||
	       (digits && digits <= 15 && digits + 1 == t->len && strchr("KMG", t->text[digits]));
}

static bool is_u16(const struct token *t)
{
	return is_number(t) && t->number <= UINT16_MAX;
}

static bool is_u8(const struct token *t)
{
	return is_number(t) && t->number <= UINT8_MAX;
}

static bool is_flags(const struct token *t)
{
	return is_0x(t) || is_u8(t);
}

static bool is_length(const struct token *t)
{
	return t->len >= 2 && t->len <= 4 && t->text[0] == '/' &&
	       strspn(t->text + 1, "0123456789") == t->len - 1U;
}

static bool is_decimal(const struct token *t)
{
	size_t whole = strspn(t->text, "0123456789");
	if (whole == t->len)
		return true;
	return t->text[whole] == '.' && whole + 2 <= t->len &&
	       whole + 1 + strspn(t->text + whole + 1, "0123456789") == t->len;
}

static bool is_mac(const struct token *t)
{
	size_t digits = 0;
	for (unsigned i = 0; i < t->len; i++) {
		if (hex_len(t->text + i) > 0)
			digits++;
		else if (!strchr(".:-", t->text[i]))
			return false;
	}
	return (digits == 12 && t->len > 12) || is_dash(t);
}

static bool is_proto(const struct token *t)
{
	return proto_parse(str_of(t)) >= 0 || is_dash(t);
}

static bool is_port(const struct token *t)
{
	return port_parse(str_of(t)) >= 0;
}

static bool is_encapsulation(const struct token *t)
{
	return !(t->is & TOKEN_ADDR) && t->len <= 8;
}

static bool is_slot(const struct token *t)
{
	size_t a = strspn(t->text, "0123456789");
	if (is_dash(t))
		return true;
	return a && t->text[a] == '/' && a + 1 < t->len &&
	       a + 1 + strspn(t->text + a + 1, "0123456789") == t->len;
}

static bool is_clock(const struct token *t)
{
	uint32_t ms = 0;
	return clock_parse(str_of(t), &ms);
}

static const struct {
	bool (*fits)(const struct token *t);
	enum telling telling;
} cells[N_CELLS] = {
#define AS_ROW(name, judge, telling) [CELL_##name] = { judge, telling },
	CELLS(AS_ROW)
#undef AS_ROW
};

bool cell_fits(enum cell cell, const struct token *t)
{
	assert(cell < N_CELLS);
	return cells[cell].fits(t);
}

void likeness_add(struct likeness *l, enum cell cell, const struct token *t)
{
	assert(cell < N_CELLS);
	if (cells[cell].telling == ANY)
		return;
	l->n++;
	if (!t || !cells[cell].fits(t))
		return;
	l->n_fit++;
	l->n_few += cells[cell].telling == FEW;
}

size_t cell_width(enum cell cell, const struct token *t, size_t n)
{
	static const char *const engines[] = { "port", "layer7", "layer4", "layer3", "cisco",
		"prot", "custom", "reverse" };
	if (n < 2)
		return 1;
	if (cell == CELL_VRF)
		return t[1].text[0] == '(' ? 2 : 1;
	if (cell != CELL_APP)
		return 1;
	for (size_t i = 0; i < countof(engines); i++)
		if (token_is_word(t, engines[i]))
			return 2;
	return 1;
}

uint64_t token_hex(const struct token *t)
{
	return strtoull(t->text, NULL, 16);
}

uint64_t token_count(const struct token *t)
{
	static const struct {
		char letter;
		uint64_t factor;
	} units[] = { { 'K', 1000 }, { 'M', 1000000 }, { 'G', 1000000000 } };
	uint64_t v = strtoull(t->text, NULL, 10);
	for (size_t i = 0; i < countof(units); i++)
		if (t->len && t->text[t->len - 1] == units[i].letter)
			return v > UINT64_MAX / units[i].factor ? UINT64_MAX : v * units[i].factor;
	return v;
}
