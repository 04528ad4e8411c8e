// SPDX-License-Identifier: Apache-2.0
// A configuration: the global commands and the parts of interfaces that matter to a flood. What is
// neither known here nor to config_knows() makes the configuration one that was read in part.
#include "audit/output.h"

#define LINE(k, text, ...) \
	{ \
		.kind = FACT_##k, .is = PHRASE_LINE, .words = (text), __VA_ARGS__ \
	}
#define PART(k, text, ...) \
	{ \
		.kind = FACT_##k, .is = PHRASE_LINE | PHRASE_WEAK, .words = (text), __VA_ARGS__ \
	}
#define SUB(text, ...) \
	{ \
		.kind = FACT_PORT, .is = PHRASE_LINE | PHRASE_WEAK | PHRASE_MORE, .words = (text), \
		__VA_ARGS__ \
	}
#define SKIP(text) \
	{ \
		.kind = FACT_NONE, .is = PHRASE_LINE | PHRASE_WEAK, .words = (text) \
	}
#define HEAD_OF(text, ...) \
	{ \
		.kind = FACT_VERSION, .is = PHRASE_LINE | PHRASE_WEAK | PHRASE_MORE, \
		.words = (text), __VA_ARGS__ \
	}
#define IS(n) SAY(SETTING_NAME, n)
#define YES(n) SAY2(SETTING_NAME, n, SETTING_VALUE, "yes")
#define NO(n) SAY2(SETTING_NAME, n, SETTING_VALUE, "no")

/* A route to an interface: with a next hop, with that of DHCP, alone; and one without. A number behind the interface is a
 * distance. */
#define ROUTES(head, hop, WHERE, style) \
	WHERE(ROUTE, head "{interface:i} dhcp[_{:r}]$", \
		SAY2(ROUTE_STYLE, style, ROUTE_NEXT_HOP, "dhcp")), \
		WHERE(ROUTE, head "{interface:i} {:n}[_{:r}]$", SAY(ROUTE_STYLE, style)), \
		WHERE(ROUTE, head "{interface:i} {next-hop:" hop "}[_{:r}]$", \
			SAY(ROUTE_STYLE, style)), \
		WHERE(ROUTE, head "{interface:i}[_{:r}]$", SAY(ROUTE_STYLE, style)), \
		WHERE(ROUTE, head "{next-hop:" hop "}[_{:r}]$", SAY(ROUTE_STYLE, style))

static const struct phrase phrases[] = {
	{ .kind = FACT_NONE, .is = PHRASE_LINE, .words = "Building configuration...$" },
	{ .kind = FACT_NONE, .is = PHRASE_LINE, .words = "Current configuration : {:n} bytes$" },
	// the head that RANCID writes
	HEAD_OF("!Chassis type: {platform:w} - {:r}"),
	HEAD_OF("!CPU: {processor:w}, {:r}"),
	HEAD_OF("!Processor ID: {serial:w}"),
	HEAD_OF("!Image: Software: {:w}, {release:w}, {:r}"),
	HEAD_OF("!! IOS XR Configuration {release:w}", SAY(VERSION_OS, "IOS-XR")),
	HEAD_OF("!Command: show {:r}", SAY(VERSION_OS, "NX-OS")),
	HEAD_OF("#version {release:w}", SAY(VERSION_OS, "CatOS")),
	PART(VERSION, "version {release:w}[_Bios:version_{:w}]$"),
	ROUTES("ip route [vrf {vrf:W} ]{prefix:y} ", "a", LINE, "ios"),
	ROUTES("ip route [vrf {vrf:W} ]{prefix:p} ", "a", LINE, "nx-os"),
	ROUTES("ipv6 route [vrf {vrf:W} ]{prefix:W} ", "W", LINE, "ios"),
	ROUTES("{prefix:p} ", "a", PART, "ios-xr"), // below router static
	LINE(SETTING, "ip http server$", YES("http-server")),
	LINE(SETTING, "no ip http server$", NO("http-server")),
	LINE(SETTING, "feature http-server$", YES("http-server")),
	LINE(SETTING, "no feature http-server$", NO("http-server")),
	LINE(SETTING, "set ip http server enable$", YES("http-server")),
	LINE(SETTING, "set ip http server disable$", NO("http-server")),
	PART(SETTING, "ip http access-class {value:r}", IS("http-access-class")),
	LINE(SETTING, "ip cef[ distributed]$", YES("cef")),
	LINE(SETTING, "no ip cef[ distributed]$", NO("cef")),
	LINE(SETTING, "logging console {value:w}$", IS("console")),
	PART(SETTING, "logging console$",
		SAY2(SETTING_NAME, "console", SETTING_VALUE, "debugging")),
	LINE(SETTING, "no logging console$", NO("console")),
	LINE(SETTING, "set logging console disable$", NO("console")),
	LINE(SETTING, "set logging level {:w} {value:n}[_{:r}]$", IS("console-level")),
	PART(SETTING, "mls qos$", YES("mls-qos")),
	PART(SETTING, "no mls qos$", NO("mls-qos")),
	LINE(SETTING, "ip cache-ager-interval {value:r}", IS("cache-ager")),
	LINE(SETTING, "ip access-list logging interval {value:n}$", IS("acl-log-interval")),
	LINE(SETTING, "bridge irb$", YES("bridge-irb")),
	LINE(SETTING, "ip accounting-threshold {value:n}$", IS("accounting-threshold")),
	LINE(SETTING, "mls flow ip {value:r}", IS("mls-flow")),
	PART(SETTING, "mls ip slb {value:r}", IS("mls-slb")),
	LINE(SETTING, "set mls flow {value:r}", IS("mls-flow")),
	LINE(SETTING, "ip nat translation max-entries {value:r}", IS("nat-max-entries")),
	LINE(ACL, "access-list {list:w} {action:w} {text:r}"),
	PART(ACL, "permit {text:r}", SAY(ACL_ACTION, "permit")),
	PART(ACL, "deny {text:r}", SAY(ACL_ACTION, "deny")),
	PART(ACL, "{:n} permit {text:r}", SAY(ACL_ACTION, "permit")),
	PART(ACL, "{:n} deny {text:r}", SAY(ACL_ACTION, "deny")),
	LINE(PORT, "interface {name:i} point-to-point$", SAY(PORT_POINT, "yes")),
	LINE(PORT, "interface {name:i} multipoint$", SAY(PORT_POINT, "no")),
	LINE(PORT, "interface {name:i}$"),
	SUB("description {description:r}"),
	SUB("ip vrf forwarding {vrf:W}$"),
	SUB("vrf forwarding {vrf:W}$"),
	SUB("vrf member {vrf:W}$"),
	PART(INTERFACE, "ip address {address:y} secondary$"),
	PART(INTERFACE, "ip address {address:p} secondary$"), // NX-OS
	SUB("ip address {address:y}$"),
	SUB("ipv4 address {address:y}$"),
	SUB("ipv4 address {address:p}$"),
	SUB("ip address {address:p}$"),
	SUB("ip address dhcp[_{:r}]", SAY(PORT_ROUTED, "yes")),
	SUB("ip address negotiated[_{:r}]", SAY(PORT_ROUTED, "yes")),
	SUB("ip unnumbered {:i}[_{:r}]", SAY(PORT_ROUTED, "yes")),
	SUB("switchport access vlan {access-vlan:n}$"),
	SUB("switchport voice vlan {voice-vlan:W}$"),
	SUB("switchport mode {mode:W}[_{:r}]"),
	SUB("mls qos trust {trust:r}"),
	SUB("trust device {trust:r}"),
	SUB("auto qos voip {trust:r}"),
	SUB("service-policy input {trust:r}"),
	SUB("media-type {media-type:r}"),
	SUB("duplex {duplex:g}$"),
	SUB("speed {speed:r}"),
#define URPF(family, field) \
	SUB(family " verify unicast source reachable-via any[_{:r}]$", SAY(field, "loose")), \
		SUB(family " verify unicast source reachable-via rx[_{:r}]$", \
			SAY(field, "strict")), \
		SUB(family " verify unicast reverse-path[_{:r}]$", SAY(field, "strict"))
	URPF("ip", PORT_URPF),
	URPF("ipv4", PORT_URPF), // IOS XR
	URPF("ipv6", PORT_URPF6),
	SUB("ip verify unicast {urpf:r}"),
	SUB("ipv4 verify unicast {urpf:r}"),
	SUB("ipv6 verify unicast {ipv6-urpf:r}"),
	SUB("no ip proxy-arp$", SAY(PORT_PROXY_ARP, "no")),
	SUB("ip accounting[_{:r}]", SAY(PORT_ACCOUNTING, "yes")),
	SUB("no ip route-cache[_{:r}]$", SAY(PORT_ROUTE_CACHE, "no")),
	SUB("ip route-cache {route-cache:r}"),
	SUB("ip flow ingress$", SAY(PORT_ROUTE_CACHE, "flow")),
	SUB("ip flow egress$", SAY(PORT_ROUTE_CACHE, "egress")),
	SUB("ip flow monitor {:l}input$", SAY(PORT_ROUTE_CACHE, "flow")),
	SUB("ip flow monitor {:l}output$", SAY(PORT_ROUTE_CACHE, "egress")),
	SUB("encapsulation {encapsulation:W}[_{:r}]"),
	SUB("bridge-group {bridge-group:n}$"),
	SUB("no cdp enable$", SAY(PORT_CDP, "no")),
	SUB("negotiation auto$", SAY(PORT_DUPLEX, "auto")),
	SUB("no negotiation auto$", SAY(PORT_DUPLEX, "full")),
	SUB("shutdown$", SAY(PORT_SHUTDOWN, "yes")),
	PART(PORT, "set port auxiliaryvlan {name:W} {voice-vlan:W}"),
	SKIP("mls qos map {:r}"),
	SKIP("mls qos srr-queue {:r}"),
	SKIP("mls qos queue-set {:r}"),
	SKIP("mls qos aggregate-policer {:r}"),
	SKIP("mls qos rewrite {:r}"),
	SKIP("mls qos vlan-based$"),
	SKIP("ip http secure-{:r}"),
	SKIP("ip http authentication {:r}"),
	SKIP("ip http client {:r}"),
	SKIP("ip http timeout-policy {:r}"),
	SKIP("ip http max-connections {:r}"),
	SKIP("ip http path {:r}"),
	SKIP("ip nat {:r}"),
	SKIP("ip {:a}$"), // of a group of HSRP
	SKIP("logging {:a}[_{:r}]$"),
	SKIP("This command shows non-default configurations only."), // CatOS
	SKIP("Use 'show config all' {:r}"),
	SKIP("....{:r}"), // while it is gathered
	SKIP("!{:r}"),
	SKIP("!"),
	SKIP("#{:r}"),
};

const struct output config_output = {
	.name = "show running-config",
	.command = { "show running-config", "show startup-config", "show configuration",
		"show config", "write terminal", "show running-config all",
		"more system:running-config" },
	.part = { "show startup-config" },
	.phrase = phrases,
	.n_phrases = countof(phrases),
	.is_list = true,
};
