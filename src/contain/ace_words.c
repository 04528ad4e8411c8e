// SPDX-License-Identifier: Apache-2.0
// Names of protocols, ports and messages as IOS and NX-OS print them.
#include "contain/ace_words.h"

#include "base/quantity.h"

struct word {
	const char *name;
	int is;
};

static const struct word protos[] = {
	{ "ip", ACE_ALL },
	{ "ipv6", ACE_ALL },
	{ "icmp", 1 },
	{ "igmp", 2 },
	{ "ipinip", 4 },
	{ "igrp", 9 },
	{ "tcp", 6 },
	{ "udp", 17 },
	{ "gre", 47 },
	{ "esp", 50 },
	{ "ahp", 51 },
	{ "eigrp", 88 },
	{ "ospf", 89 },
	{ "nos", 94 },
	{ "pim", 103 },
	{ "pcp", 108 },
	{ "vrrp", 112 },
	{ "sctp", 132 },
};

static const struct word ports[] = {
	{ "echo", 7 },
	{ "discard", 9 },
	{ "daytime", 13 },
	{ "chargen", 19 },
	{ "ftp-data", 20 },
	{ "ftp", 21 },
	{ "telnet", 23 },
	{ "smtp", 25 },
	{ "time", 37 },
	{ "nameserver", 42 },
	{ "whois", 43 },
	{ "tacacs", 49 },
	{ "domain", 53 },
	{ "bootps", 67 },
	{ "bootpc", 68 },
	{ "tftp", 69 },
	{ "gopher", 70 },
	{ "finger", 79 },
	{ "www", 80 },
	{ "hostname", 101 },
	{ "pop2", 109 },
	{ "pop3", 110 },
	{ "sunrpc", 111 },
	{ "ident", 113 },
	{ "nntp", 119 },
	{ "ntp", 123 },
	{ "msrpc", 135 },
	{ "msrpc", 135 },
	{ "netbios-ns", 137 },
	{ "netbios-dgm", 138 },
	{ "netbios-ss", 139 },
	{ "snmp", 161 },
	{ "snmptrap", 162 },
	{ "xdmcp", 177 },
	{ "bgp", 179 },
	{ "irc", 194 },
	{ "mobile-ip", 434 },
	{ "isakmp", 500 },
	{ "exec", 512 },
	{ "biff", 512 },
	{ "login", 513 },
	{ "who", 513 },
	{ "syslog", 514 },
	{ "cmd", 514 },
	{ "lpd", 515 },
	{ "talk", 517 },
	{ "rip", 520 },
	{ "uucp", 540 },
	{ "klogin", 543 },
	{ "kshell", 544 },
	{ "pim-auto-rp", 496 },
	{ "non500-isakmp", 4500 },
	{ "drip", 3949 },
	{ "onep-plain", 15001 },
	{ "onep-tls", 15002 },
	{ "connectedapps-plain", 15001 },
	{ "connectedapps-tls", 15002 },
};

static const struct word icmps[] = {
	{ "echo-reply", 0 << 8 },
	{ "unreachable", 3 << 8 | ACE_NO_CODE },
	{ "net-unreachable", 3 << 8 | 0 },
	{ "host-unreachable", 3 << 8 | 1 },
	{ "protocol-unreachable", 3 << 8 | 2 },
	{ "port-unreachable", 3 << 8 | 3 },
	{ "packet-too-big", 3 << 8 | 4 },
	{ "source-quench", 4 << 8 },
	{ "redirect", 5 << 8 | ACE_NO_CODE },
	{ "echo", 8 << 8 },
	{ "router-advertisement", 9 << 8 },
	{ "router-solicitation", 10 << 8 },
	{ "time-exceeded", 11 << 8 | ACE_NO_CODE },
	{ "ttl-exceeded", 11 << 8 },
	{ "parameter-problem", 12 << 8 | ACE_NO_CODE },
	{ "timestamp-request", 13 << 8 },
	{ "timestamp-reply", 14 << 8 },
	{ "network-unknown", 3 << 8 | 6 },
	{ "host-unknown", 3 << 8 | 7 },
	{ "source-route-failed", 3 << 8 | 5 },
	{ "host-isolated", 3 << 8 | 8 },
	{ "dod-net-prohibited", 3 << 8 | 9 },
	{ "dod-host-prohibited", 3 << 8 | 10 },
	{ "net-tos-unreachable", 3 << 8 | 11 },
	{ "host-tos-unreachable", 3 << 8 | 12 },
	{ "administratively-prohibited", 3 << 8 | 13 },
	{ "host-precedence-unreachable", 3 << 8 | 14 },
	{ "precedence-unreachable", 3 << 8 | 15 },
	{ "net-redirect", 5 << 8 | 0 },
	{ "host-redirect", 5 << 8 | 1 },
	{ "net-tos-redirect", 5 << 8 | 2 },
	{ "host-tos-redirect", 5 << 8 | 3 },
	{ "alternate-address", 6 << 8 | ACE_NO_CODE },
	{ "reassembly-timeout", 11 << 8 | 1 },
	{ "general-parameter-problem", 12 << 8 | 0 },
	{ "option-missing", 12 << 8 | 1 },
	{ "no-room-for-option", 12 << 8 | 2 },
	{ "information-request", 15 << 8 | ACE_NO_CODE },
	{ "information-reply", 16 << 8 | ACE_NO_CODE },
	{ "mask-request", 17 << 8 | ACE_NO_CODE },
	{ "mask-reply", 18 << 8 | ACE_NO_CODE },
	{ "traceroute", 30 << 8 | ACE_NO_CODE },
	{ "conversion-error", 31 << 8 | ACE_NO_CODE },
	{ "mobile-redirect", 32 << 8 | ACE_NO_CODE },
};

/* Codes are those of RFC 4443. */
static const struct word icmp6s[] = {
	{ "unreachable", 1 << 8 | ACE_NO_CODE },
	{ "packet-too-big", 2 << 8 },
	{ "time-exceeded", 3 << 8 | ACE_NO_CODE },
	{ "parameter-problem", 4 << 8 | ACE_NO_CODE },
	{ "echo-request", 128 << 8 },
	{ "echo-reply", 129 << 8 },
	{ "router-solicitation", 133 << 8 },
	{ "router-advertisement", 134 << 8 },
	{ "nd-ns", 135 << 8 },
	{ "nd-na", 136 << 8 },
	{ "redirect", 137 << 8 },
	{ "no-route", 1 << 8 | 0 },
	{ "no-admin", 1 << 8 | 1 },
	{ "beyond-scope", 1 << 8 | 2 },
	{ "destination-unreachable", 1 << 8 | 3 },
	{ "port-unreachable", 1 << 8 | 4 },
	{ "hop-limit", 3 << 8 | 0 },
	{ "reassembly-timeout", 3 << 8 | 1 },
	{ "header", 4 << 8 | 0 },
	{ "next-header", 4 << 8 | 1 },
	{ "parameter-option", 4 << 8 | 2 },
	{ "mld-query", 130 << 8 | ACE_NO_CODE },
	{ "mld-report", 131 << 8 | ACE_NO_CODE },
	{ "mld-reduction", 132 << 8 | ACE_NO_CODE },
	{ "router-renumbering", 138 << 8 | ACE_NO_CODE },
	{ "renum-command", 138 << 8 | 0 },
	{ "renum-result", 138 << 8 | 1 },
	{ "renum-seq-number", 138 << 8 | 255 },
};

static int find(const struct word *all, size_t n, struct str word, uint64_t most, int times)
{
	uint64_t number;
	for (size_t i = 0; i < n; i++)
		if (strlen(all[i].name) == word.len && !memcmp(all[i].name, word.ptr, word.len))
			return all[i].is;
	if (!number_parse(word, &number) || number > most)
		return -1;
	return (int)number * times;
}

int ace_proto(struct str word)
{
	return find(protos, countof(protos), word, UINT8_MAX, 1);
}

int ace_port(struct str word)
{
	return find(ports, countof(ports), word, UINT16_MAX, 1);
}

int ace_icmp(struct str word, bool is_6)
{
	int n = is_6 ? find(icmp6s, countof(icmp6s), word, UINT8_MAX, 256)
		     : find(icmps, countof(icmps), word, UINT8_MAX, 256);
	bool is_number = word.len && word.ptr[0] >= '0' && word.ptr[0] <= '9';
	return n >= 0 && is_number ? n | ACE_NO_CODE : n;
}
