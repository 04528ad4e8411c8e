// SPDX-License-Identifier: Apache-2.0
// The words that lines of configurations begin with: of a line that begins otherwise nobody knows what it allows.
#include "audit/config.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

/* First words of lines of configurations of IOS, IOS-XE, NX-OS and CatOS. Sorted. */
static const char *const words[] = { "aaa", "access-class", "access-group", "access-session",
	"action", "activation-character", "active", "address", "address-family", "advertise",
	"af-interface", "aggregate-address", "alias", "ani", "antenna", "ap", "appletalk",
	"application", "archive", "area", "arp", "async-bootp", "authentication", "authorization",
	"auto-cost", "auto-discard", "auto-recovery", "auto-summary", "auto-sync", "autodetect",
	"automate-tester", "avb", "backup", "bandwidth", "banner", "beacon", "begin", "bestpath",
	"bfd", "bgp", "boot", "boot-end-marker", "boot-start-marker", "bootflash", "bridge-domain",
	"buffers", "cache", "call", "call-home", "call-manager", "callhome", "card",
	"carrier-delay", "cdp", "certificate", "cfm", "cfs", "cgmp", "channel-group",
	"channel-protocol", "class", "class-map", "cli", "clock", "cluster-id", "cns", "codec",
	"collect", "community", "config-register", "contact-email-addr", "continue",
	"control-plane", "controller", "copp", "crypto", "cts", "dampening", "data-source",
	"deadtime", "default", "default-gateway", "default-information", "default-metric",
	"default-originate", "default-router", "delay", "description", "destination",
	"destination-group", "device", "device-sensor", "device-tracking", "dh-group", "diagnostic",
	"dial-peer", "dialer", "dialer-group", "dialer-list", "distance", "distribute-list",
	"dns-server", "domain", "domain-lookup", "domain-name", "dot11", "dot1q", "dot1x",
	"downlink", "drop", "dspfarm", "dst-grp", "eigrp", "eigrp-router-id", "enable", "encr",
	"encryption", "end", "energywise", "enrollment", "epm", "errdisable", "ethernet", "event",
	"evpn", "exception", "exec", "exec-timeout", "exit", "exit-address-family",
	"exit-af-interface", "exit-af-topology", "exit-peer-policy", "exit-vrf", "export",
	"exporter", "fabric", "fabricpath", "facility-alarm", "fair-queue", "feature",
	"feature-set", "file", "flow", "flowcontrol", "frame-relay", "frequency", "full-duplex",
	"gateway", "global", "graceful-restart", "granularity", "group", "grpc", "guest-mode",
	"guest-vlan", "half-duplex", "hardware", "hash", "hold-queue", "host", "host-reachability",
	"hostname", "hsrp", "hw-module", "icam", "icmp-echo", "icmp-jitter", "identity", "import",
	"infrastructure-client", "ingress-replication", "inherit", "inspect", "install",
	"integrity", "iox", "ip access-group", "ip access-list", "ip accounting-list",
	"ip accounting-transits", "ip address-list", "ip admission", "ip alias", "ip arp",
	"ip as-path", "ip audit", "ip auth-proxy", "ip bgp-community", "ip bootp", "ip cache",
	"ip classless", "ip community-list", "ip ddns", "ip default-gateway", "ip default-network",
	"ip dhcp", "ip dhcp-relay", "ip dhcp-server", "ip directed-broadcast", "ip dns",
	"ip domain", "ip domain-list", "ip domain-lookup", "ip domain-name", "ip dscp", "ip dvmrp",
	"ip eigrp", "ip extcommunity-list", "ip finger", "ip flow-aggregation", "ip flow-cache",
	"ip flow-capture", "ip flow-export", "ip flow-top-talkers", "ip forward-protocol", "ip ftp",
	"ip gratuitous-arps", "ip hello-interval", "ip helper-address", "ip hold-time", "ip host",
	"ip host-list", "ip icmp", "ip identd", "ip igmp", "ip inspect", "ip ips", "ip irdp",
	"ip kerberos", "ip load-sharing", "ip local", "ip local-proxy-arp", "ip mask-reply",
	"ip mfib", "ip mobile", "ip mrm", "ip mroute", "ip mroute-cache", "ip msdp", "ip mtu",
	"ip multicast", "ip multicast-routing", "ip name-server", "ip nat", "ip nbar", "ip nhrp",
	"ip options", "ip ospf", "ip pim", "ip policy", "ip policy-list", "ip port-map",
	"ip port-unreachable", "ip prefix-list", "ip radius", "ip rcmd", "ip redirects",
	"ip reflexive-list", "ip rip", "ip router", "ip routing", "ip rsvp", "ip rtp", "ip scp",
	"ip security", "ip sla", "ip slb", "ip source-route", "ip spd", "ip split-horizon",
	"ip ssh", "ip ssl", "ip subnet-zero", "ip summary-address", "ip tacacs", "ip tcp",
	"ip telnet", "ip tftp", "ip traffic-export", "ip udp", "ip unnumbered", "ip unreachables",
	"ip urlfilter", "ip verify", "ip virtual-reassembly", "ip vrf", "ip wccp", "ip webvpn",
	"ipc", "ipv4", "ipv6", "ipx", "is-type", "isdn", "isis", "ivr", "keepalive", "key",
	"key-chain", "key-string", "keyring", "l2vpn", "lacp", "layer3", "lease", "license",
	"lifetime", "limit-resource", "line", "lldp", "load-interval", "local", "locale",
	"location", "log", "log-adjacency-changes", "log-neighbor-changes", "logging alarm",
	"logging buffer-size", "logging buffered", "logging cns-events", "logging count",
	"logging discriminator", "logging dropped", "logging enable", "logging esm",
	"logging event", "logging exception", "logging facility", "logging file", "logging history",
	"logging host", "logging hostname", "logging ip", "logging level", "logging linecard",
	"logging listen", "logging logfile", "logging message-counter", "logging module",
	"logging monitor", "logging on", "logging origin-id", "logging persistent",
	"logging queue-limit", "logging rate-limit", "logging reload", "logging server",
	"logging size", "logging smartlog", "logging snmp-authfail", "logging snmp-trap",
	"logging source-interface", "logging synchronous", "logging timestamp", "logging trap",
	"logging userinfo", "login", "logout-warning", "lookup", "mab", "mac", "mac-address",
	"mac-address-table", "macro", "macsec", "management", "map-class", "match", "max-dn",
	"max-ephones", "max-metric", "maximum-paths", "maximum-prefix", "mcast-group", "mdix",
	"media-type", "medium", "member", "memory", "memory-size", "mep", "metric", "metric-style",
	"mgcp", "mls acl", "mls aging", "mls cef", "mls erm", "mls exclude", "mls ip", "mls ipv6",
	"mls mpls", "mls nde", "mls netflow", "mls rate-limit", "mls rp", "mls sampling",
	"mls switching", "mls verify", "mode", "modem", "monitor", "mpls", "mst", "mtu",
	"multilink", "mvr", "name", "nameif", "nat", "nat64", "neighbor", "net",
	"netbios-name-server", "netconf-yang", "network", "network-clock",
	"network-clock-participate", "ngoam", "nhrp", "nmsp", "nsf", "nsr", "ntp", "nv", "nve",
	"nxapi", "object-group", "option", "original", "parameter-map", "parser",
	"passive-interface", "password", "peer", "peer-gateway", "peer-keepalive", "peer-link",
	"peer-switch", "performance", "ping", "platform", "police", "policy", "policy-map", "port",
	"port-channel", "port-object", "power", "poweroff", "ppp", "pppoe", "pppoe-client",
	"pre-shared-key", "preempt", "prf", "priority", "priority-queue", "privilege", "process",
	"process-max-time", "profile", "prompt", "proposal", "protocol", "pseudowire-class",
	"queue-limit", "queue-set", "quit", "radio", "radius", "radius-server", "random-detect",
	"rate-limit", "rd", "record", "redistribute", "redundancy", "remark", "remote-as",
	"resource", "restconf", "retain", "revocation-check", "rewrite", "rfid", "rmon", "role",
	"rotary", "route", "route-map", "route-reflector-client", "route-target", "router",
	"router-id", "rsakeypair", "rule", "sampler", "scheduler", "sdm", "secret", "security",
	"segment-routing", "send-community", "sensor-group", "sequence", "serial", "server",
	"server-private", "service", "service-instance", "service-module", "service-policy",
	"service-template", "session-limit", "session-timeout", "set", "sflow", "shape", "sip-ua",
	"slot", "snmp", "snmp-server", "snsr-grp", "soft-reconfiguration", "source",
	"source-interface", "spanning-tree", "squeeze", "srr-queue", "ssh", "ssid", "stack-mac",
	"stackwise-virtual", "standby", "station-role", "statistics", "stopbits", "storm-control",
	"stub", "subject-name", "subscriber", "subscription", "summary-address", "suppress-arp",
	"switch", "switch-profile", "switchname", "switchport", "switchport autostate",
	"switchport backup", "switchport block", "switchport encapsulation", "switchport host",
	"switchport nonegotiate", "switchport port-security", "switchport priority",
	"switchport private-vlan", "switchport protected", "switchport trunk", "switchport vlan",
	"synchronization", "system", "tacacs", "tacacs-server", "tag", "tcp-connect", "telemetry",
	"telnet", "template", "terminal", "tftp-server", "time-range", "timeout", "timers",
	"topology", "track", "traffic-share", "transceiver", "transform-set", "transport", "tunnel",
	"tx-ring-limit", "ucse", "udld", "udp-echo", "udp-jitter", "update-source", "upgrade",
	"use-vrf", "username", "validate-update-source", "variance", "vdc", "version",
	"virtual-router", "vlan", "vlan-id", "vn-segment", "vni", "voice", "voice-card",
	"voice-port", "vpc", "vpdn", "vpdn-group", "vrf", "vrrp", "vstack", "vtp", "vty-async",
	"wireless", "wlan", "world-mode", "wrr-queue", "wsma", "x25", "xconnect", "xml", "zone",
	"zone-member", "zone-pair" };

/* What the phrases read: known only as what is turned off, for else a phrase would have matched. Sorted. */
static const char *const subjects[] = { "access-list", "auto", "bridge", "bridge-group", "deny",
	"duplex", "encapsulation", "interface", "ip accounting", "ip accounting-threshold",
	"ip address", "ip cache-ager-interval", "ip cef", "ip flow", "ip http", "ip nat",
	"ip proxy-arp", "ip route", "ip route-cache", "ip verify", "logging console", "mls flow",
	"mls qos", "permit", "shutdown", "speed", "switchport", "switchport access",
	"switchport mode", "switchport voice", "trust" };

static int by_word(const void *key, const void *item)
{
	const struct str *word = key;
	const char *known = *(const char *const *)item;
	size_t n = strlen(known);
	int order = strncasecmp(word->ptr, known, word->len < n ? word->len : n);
	return order ? order : word->len < n ? -1 : word->len > n;
}

static struct str word_at(struct str line, size_t at)
{
	size_t n = 0;
	while (at + n < line.len && line.ptr[at + n] != ' ')
		n++;
	return (struct str){ line.ptr + at, n };
}

/* Lines of a certificate: words of eight hexadecimal digits, and a rest. */
static bool is_hex(struct str line)
{
	size_t n_digits = 0;
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] != ' ' && !isxdigit((unsigned char)line.ptr[i]))
			return false;
		n_digits += line.ptr[i] != ' ';
	}
	return n_digits >= 2;
}

/* Words that many commands begin with: the second one tells. */
static bool is_family(struct str word)
{
	static const char *const families[] = { "ip", "logging", "switchport", "mls" };
	for (size_t i = 0; i < countof(families); i++)
		if (word.len == strlen(families[i]) &&
			!strncasecmp(word.ptr, families[i], word.len))
			return true;
	return false;
}

static size_t skip_space(struct str line, size_t at)
{
	while (at < line.len && line.ptr[at] == ' ')
		at++;
	return at;
}

static bool is_word(struct str word, const char *known)
{
	return word.len == strlen(known) && !strncasecmp(word.ptr, known, word.len);
}

bool config_knows(struct str line)
{
	size_t at = skip_space(line, 0);
	struct str word = word_at(line, at);
	if (word.len == 0 || word.ptr[0] == '!' || word.ptr[0] == '#' || is_hex(line))
		return true;
	bool is_off = is_word(word, "no") || is_word(word, "default");
	if (is_off) {
		at = skip_space(line, at + word.len);
		word = word_at(line, at);
	}
	struct str second = word_at(line, skip_space(line, at + word.len));
	if (is_family(word) && second.len)
		word.len = (size_t)(second.ptr - word.ptr) + second.len;
	return bsearch(&word, words, countof(words), sizeof *words, by_word) ||
	       (is_off && bsearch(&word, subjects, countof(subjects), sizeof *subjects, by_word));
}
